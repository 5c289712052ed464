"""What our own CSAF documents say in notes, since CSAF has no field for it; so that it can be read back.

The titles are written by `csaf_out` and `csaf_vulnerability_out` and read here: what goes out comes back
as it was.
"""

import re
from collections.abc import Sequence

import orjson

from feeds.formats.content import CountermeasureKind, Score, Signature, SignatureType
from feeds.formats.scoring import score
from hub.core.errors import InputError

NEWS = "新しい内容 / What is new"
ATTACK_METHOD = "攻撃手法 / Attack method"
IMPACT = "影響 / Impact"
LIKELIHOOD = "攻撃の可能性 / Likelihood"
WEAKNESS = "CWE"
REFERENCE = "参考情報 / Reference"
AFFECTED = "影響を受ける製品 / Affected products"
NONE_AFFECTED = "この文書が挙げる製品にはありません。 / None of those in this document."
# A category that cannot stand beside others (test 6.1.35) stands before the details, in a mitigation.
MARKED = re.compile(r"\[(none_available|no_fix_planned|fix_planned|optional_patch)\] ")
VERIFICATION = "[verification] "  # before the details of a remediation of category mitigation
NOT_PROVIDED = "製品開発者からの提供なし / Not provided by the developer"

_COUNTERMEASURE = re.compile(r"対策方法 / Countermeasure \((\w+)\)(?: (\[.+\]))?")
_SIGNATURE = re.compile(r"検知シグネチャ / Signature \d+ \((\w+)\)")
_RATING = re.compile(r"CVSS [2-4]\.\d")
_NUMBER = re.compile(r" \(\d+(?:\.\d+)?\)$")


def countermeasure_title(kind: CountermeasureKind, products: Sequence[str] = ()) -> str:
    """Return the title of a note that holds a countermeasure for these products; for all without any."""
    scope = f" {orjson.dumps(products).decode()}" if products else ""
    return f"対策方法 / Countermeasure ({kind.value}){scope}"


def countermeasure(title: str) -> tuple[CountermeasureKind, tuple[str, ...]] | None:
    """Return the kind of the countermeasure that a note of this title holds, and for what; or None."""
    found = _COUNTERMEASURE.fullmatch(title)
    if not found or found[1] not in set(CountermeasureKind):
        return None
    try:
        products = orjson.loads(found[2] or "[]")
    except orjson.JSONDecodeError:
        return None
    named = all(isinstance(each, str) for each in products)
    return (CountermeasureKind(found[1]), tuple(products)) if named else None


def signature_title(number: int, signature: Signature) -> str:
    """Return the title of a note that holds a signature."""
    return f"検知シグネチャ / Signature {number} ({signature.type.value})"


def signature_text(signature: Signature) -> str:
    """Return the text of a note that holds a signature: the pattern, and what it detects before it."""
    return f"{signature.description}\n\n{signature.pattern}" if signature.description else signature.pattern


def signature(title: str, text: str) -> Signature | None:
    """Return the signature that a note of this title holds, or None."""
    found = _SIGNATURE.fullmatch(title)
    if not found or found[1] not in set(SignatureType):
        return None
    description, gap, pattern = text.partition("\n\n")
    return Signature(
        type=SignatureType(found[1]),
        pattern=pattern if gap else text,
        description=description if gap else "",
    )


def rating_title(rating: Score) -> str:
    """Return the title of a note that holds a rating for which the document has no field left."""
    return f"CVSS {rating.version}"


def rating_text(rating: Score) -> str:
    """Return the text of such a note."""
    return f"{rating.vector} ({rating.score})"


def rating(title: str, text: str) -> Score | None:
    """Return the rating that a note of this title holds, or None."""
    if not _RATING.fullmatch(title):
        return None
    try:
        return score(_NUMBER.sub("", text))
    except InputError:
        return None
