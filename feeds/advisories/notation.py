"""How each list of a content is typed: what an entry says, read and written; the two are each other's mirror.

| list | an entry |
|---|---|
| products | vendor, name, versions, CPE, purl, id |
| vulnerabilities | CVE or -, title, CWE,CWE, CVSS vector ; vector, ids of affected products, of fixed ones, |
| | description, description in English |
| countermeasures | kind, text, URL, text in English, ids of products, CVEs or titles of vulnerabilities |
| signatures | blocks: a line `type, description`, then the pattern |
| references | summary, URL |
| aliases | issuer, number |

Where no product is named as affected, all are that are not fixed; `-` stands for none.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from packageurl import PackageURL

from feeds.advisories.lines import LineError, entries, joined, line, listed, parts, read
from feeds.formats.content import (
    Alias,
    Content,
    Countermeasure,
    CountermeasureKind,
    Product,
    Reference,
    Score,
    Signature,
    SignatureType,
    Text,
    Vulnerability,
)
from feeds.formats.scoring import score
from feeds.formats.signatures import flaw
from hub.core.errors import InputError

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.ASCII)
_CWE = re.compile(r"CWE-[1-9][0-9]{0,5}", re.ASCII)
_CPE = re.compile(r"cpe:(2\.3:|/)[^\s]{3,300}", re.ASCII)
_LONGEST = 2000
NONE = "-"


def product(typed: str) -> Product:
    """Read an affected product.

    Raises:
        LineError: vendor or name is missing, or the CPE or purl is none.

    """
    vendor, name, versions, cpe, purl, product_id = parts(typed, 6)
    if not vendor or not name:
        raise LineError("Enter the vendor and the name")
    if cpe and not _CPE.fullmatch(cpe):
        raise LineError("The CPE is not in the form of CPE 2.3 or 2.2")
    if purl:
        _check_purl(purl)
    return Product(vendor=vendor, name=name, versions=versions, cpe=cpe, purl=purl, id=product_id)


def _check_purl(purl: str) -> None:
    try:
        PackageURL.from_string(purl)
    except ValueError:
        raise LineError("The package URL is not in its form") from None


def product_line(told: Product) -> str:
    """Write an affected product."""
    return line(told.vendor, told.name, told.versions, told.cpe, told.purl, told.id)


def vulnerability(typed: str) -> Vulnerability:
    """Read a vulnerability.

    Raises:
        LineError: CVE, CWE or CVSS is not in its form, or there is neither CVE nor title.

    """
    cve, title, cwes, vectors, affected, fixed, ja, en = parts(typed, 8)
    cve = "" if cve == NONE else cve
    if cve and not _CVE.fullmatch(cve):
        raise LineError("The CVE is not in its form; write - while there is none")
    if not cve and not title:
        raise LineError("Enter a CVE or a title")
    named = listed(cwes, ",")
    if not all(_CWE.fullmatch(each) for each in named):
        raise LineError("The CWE is not in its form (CWE-287)")
    return Vulnerability(
        cve=cve,
        title=title,
        description=Text(ja=ja, en=en),
        cwes=named,
        scores=tuple(_score(each) for each in listed(vectors, ";")),
        affected=_named(affected),
        fixed=_named(fixed) or (),
    )


def _score(vector: str) -> Score:
    try:
        return score(vector)
    except InputError:
        raise LineError("The CVSS vector is not in its form") from None


def _named(typed: str) -> tuple[str, ...] | None:
    return () if typed == NONE else listed(typed, ",") or None


def vulnerability_line(told: Vulnerability) -> str:
    """Write a vulnerability."""
    return line(
        told.cve or NONE,
        told.title,
        joined(told.cwes, ","),
        " ; ".join(each.vector for each in told.scores),
        NONE if told.affected == () else joined(told.affected or (), ","),
        joined(told.fixed, ","),
        told.description.ja,
        told.description.en,
    )


def with_vector(text: str, place: int, vector: str) -> str:
    """Return the list of vulnerabilities with this vector in the entry at `place`, counted from 1.

    It takes the place of a vector of the same version. An empty list gets its first entry.

    Raises:
        LineError: there is no such entry, or it has too many parts.

    """
    found = entries(text)
    if not found and place == 1:
        return line(NONE, "", "", vector)
    if place > len(found):
        raise LineError("The list has no entry of this number")
    version = vector.partition("/")[0]
    told = list(parts(found[place - 1][1], 8))
    others = [each for each in listed(told[3], ";") if each.partition("/")[0] != version]
    told[3] = " ; ".join([*others, vector])
    typed = text.replace("\r\n", "\n").split("\n")
    after = found[place][0] - 1 if place < len(found) else len(typed)
    return "\n".join([*typed[: found[place - 1][0] - 1], line(*told), *typed[after:]])


def ratings(text: str) -> Iterator[tuple[str, Score]]:
    """Give each rating of the list of vulnerabilities with what it rates, as far as the list can be read."""
    for told in read(text, vulnerability).items:
        yield from ((told.label, each) for each in told.scores)


def countermeasure(typed: str) -> Countermeasure:
    """Read a fix, a workaround or a verification.

    Raises:
        LineError: the kind, the text or the address is not right.

    """
    kind, ja, url, en, products, vulnerabilities = parts(typed, 6)
    if kind not in set(CountermeasureKind):
        raise LineError("The kind must be fix, workaround or verification")
    if not ja and not en:
        raise LineError("Enter the text")
    return Countermeasure(
        kind=CountermeasureKind(kind),
        text=Text(ja=ja, en=en),
        url=_address(url),
        products=listed(products, ","),
        vulnerabilities=listed(vulnerabilities, ";"),
    )


def _address(url: str) -> str:
    if url and not _is_address(url):
        raise LineError("The address must begin with https:// or http://")
    return url


def _is_address(url: str) -> bool:
    try:
        split = urlsplit(url)
    except ValueError:  # brackets that hold no IPv6 address
        return False
    return split.scheme in {"http", "https"} and bool(split.netloc)


def countermeasure_line(told: Countermeasure) -> str:
    """Write a fix, a workaround or a verification."""
    about = joined(told.vulnerabilities, " ; ")
    return line(told.kind, told.text.ja, told.url, told.text.en, joined(told.products, ","), about)


def signature(typed: str) -> Signature:
    """Read a detection rule: its first line says the type and what it detects.

    Raises:
        LineError: the type is not one of ours, or the pattern is not in the form of its type.

    """
    first, _, pattern = typed.partition("\n")
    kind, description = parts(first, 2)
    if kind not in set(SignatureType):
        raise LineError("The first line must begin with stix, snort, suricata, yara or sigma")
    told = Signature(type=SignatureType(kind), pattern=pattern, description=description)
    if wrong := flaw(told):
        raise LineError(wrong.reason, detail=wrong.detail)
    return told


def signature_block(told: Signature) -> str:
    """Write a detection rule."""
    return f"{line(told.type, told.description)}\n{told.pattern}"


def reference(typed: str) -> Reference:
    """Read where more is told.

    Raises:
        LineError: summary or address is missing.

    """
    summary, url = parts(typed, 2)
    if not summary or not _address(url):
        raise LineError("Enter a summary and an address")
    return Reference(summary=summary, url=url)


def reference_line(told: Reference) -> str:
    """Write where more is told."""
    return line(told.summary, told.url)


def alias(typed: str) -> Alias:
    """Read the matter's number elsewhere.

    Raises:
        LineError: issuer or number is missing.

    """
    issuer, number = parts(typed, 2)
    if not issuer or not number or len(issuer) + len(number) > _LONGEST:
        raise LineError("Enter the issuer and the number")
    return Alias(issuer=issuer, number=number)


def alias_line(told: Alias) -> str:
    """Write the matter's number elsewhere."""
    return line(told.issuer, told.number)


def with_kept(content: Content, before: Content) -> Content:
    """Return the typed content with what the form has no field for, from the content before.

    Acknowledgements come with an imported document that is public; nobody types a finder's name here.
    """
    return replace(content, acknowledgements=before.acknowledgements, unmapped=before.unmapped)
