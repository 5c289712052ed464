"""When two names of a vendor or of a product mean the same, however people write them."""

import re
import unicodedata

_NO_LETTER = re.compile(r"[\W_]+")
# Legal forms that one writes and another leaves out.
_FORMS = frozenset(
    {
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "ltd",
        "limited",
        "llc",
        "gmbh",
        "ag",
        "kk",
    }
)
_JAPANESE_FORMS = re.compile(r"株式会社|有限会社|合同会社|\(株\)|\(有\)")


def product_key(vendor: str, product: str) -> tuple[str, str]:
    """Return what all spellings of a product's two names have in common."""
    return vendor_key(vendor), _plain(product)


def vendor_key(vendor: str) -> str:
    """Return what all spellings of a vendor's name have in common, with or without its legal form."""
    return _plain(_JAPANESE_FORMS.sub(" ", unicodedata.normalize("NFKC", vendor)), _FORMS)


def _plain(text: str, without: frozenset[str] = frozenset()) -> str:
    """Return letters and digits alone: people write spaces, hyphens and width as they like."""
    words = _NO_LETTER.split(unicodedata.normalize("NFKC", text).casefold())
    kept = [word for word in words if word not in without]
    return "".join(kept or words)
