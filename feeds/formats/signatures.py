"""Whether a signature is in the form of its language.

STIX patterns, YARA and YAML are judged by libraries of their own, which are imported only when a signature
of that language comes: a web process that checks none pays for none. Of rules for Snort and Suricata the form
is checked here: what there is on PyPI takes them as they come.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from stix2patterns.validator import run_validator

from feeds.formats.content import Signature, SignatureType

_MISSING = "The pattern is missing"
_STIX = "This is not a STIX pattern"
_YARA = "This is not a YARA rule"
_RULE = "This is not a rule of Snort or Suricata"
_SIGMA = "This is not a Sigma rule"
_OUTSIDE = ("filename", "filepath", "extension", "filetype", "md5", "owner")  # what scanners hand to rules

_HEADER = re.compile(r"(\w+)\s+\S+\s+\S+\s+\S+\s+(->|<>|<-|=>)\s+\S+\s+\S+|(\w+)(\s+\w+)?", re.ASCII)
_LISTED = re.compile(r"\[[^\[\]()]*\]")
_OPTION = re.compile(r'\s*([\w.-]+)\s*(?::((?:"(?:\\.|[^"\\])*"|\\.|[^;"\\])*))?;', re.ASCII | re.DOTALL)
_NAME = re.compile(r"[\w.-]*")
_ACTIONS = frozenset(
    ("alert", "block", "config", "drop", "file_id", "log", "pass", "react", "reject", "rejectboth",
     "rejectdst", "rejectsrc", "rewrite", "sdrop")
)  # fmt: skip
_WORD = re.compile(r"[\w*.?-]+")
_OPERATORS = frozenset(("and", "or", "not", "of", "them", "all", "any"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Why a signature cannot be of its language: a fixed sentence, and what the judge said of it."""

    reason: str
    detail: str = ""


def flaw(signature: Signature) -> Flaw | None:
    """Return what is wrong with the form of a signature, or None."""
    if not signature.pattern.strip():
        return Flaw(reason=_MISSING)
    return _JUDGES[signature.type](signature.pattern)


def _stix(pattern: str) -> Flaw | None:
    found = [str(each) for each in run_validator(pattern, stix_version="2.1")]
    return Flaw(reason=_STIX, detail=found[0].removeprefix("FAIL: ")) if found else None


def _yara(pattern: str) -> Flaw | None:
    import yara  # noqa: PLC0415 - see the module's docstring

    try:
        yara.compile(source=pattern, includes=False, externals=dict.fromkeys(_OUTSIDE, ""))
    except yara.Error as error:
        return Flaw(reason=_YARA, detail=str(error))
    return None


def _rules(pattern: str) -> Flaw | None:
    rules = list(_each_rule(pattern))
    if not rules:
        return Flaw(reason=_RULE)
    return next((found for rule in rules if (found := _rule(rule))), None)


def _each_rule(pattern: str) -> Iterator[str]:
    """Give each rule on one line: it ends with the line that ends with its bracket."""
    gathered: list[str] = []
    for line in pattern.splitlines():
        told = line.strip().removesuffix("\\").strip()
        if told and not told.startswith("#"):
            gathered.append(told)
        if told.endswith(")"):
            yield " ".join(gathered)
            gathered = []
    if gathered:
        yield " ".join(gathered)


def _rule(rule: str) -> Flaw | None:
    """Judge one rule: action, addresses (Snort 3 may leave them out), then options between brackets."""
    head, _, rest = rule.partition("(")
    header = _HEADER.fullmatch(_LISTED.sub("[]", head).strip())
    if not header or (header[1] or header[3]) not in _ACTIONS:
        return Flaw(reason=_RULE, detail="header")
    if not rest.endswith(")"):
        return Flaw(reason=_RULE, detail="( )")
    options, at, body = {}, 0, rest[:-1].rstrip()
    while at < len(body):
        option = _OPTION.match(body, at)
        if not option:
            named = _NAME.match(body[at:].lstrip())
            return Flaw(reason=_RULE, detail=named[0] if named else "")
        options[option[1]], at = (option[2] or "").strip(), option.end()
    return None if options.get("sid", "").isdecimal() else Flaw(reason=_RULE, detail="sid")


def _sigma(pattern: str) -> Flaw | None:
    import yaml  # noqa: PLC0415 - see the module's docstring

    try:
        # It makes nothing but texts, lists and mappings, whatever the document asks for.
        documents = [each for each in yaml.load_all(pattern, yaml.BaseLoader) if each]
    except yaml.YAMLError as error:
        return Flaw(reason=_SIGMA, detail=" ".join(str(error).split()))
    except RecursionError:
        return Flaw(reason=_SIGMA, detail="YAML")
    if not documents:
        return Flaw(reason=_SIGMA)
    lacking = (name for document in documents for name in _lacking(document))
    return next((Flaw(reason=_SIGMA, detail=name) for name in lacking), None)


def _lacking(document: object) -> Iterator[str]:
    """Give what a document of a Sigma rule lacks (Sigma specification 2.0: title, logsource, detection)."""
    if not isinstance(document, dict):
        yield "title"
        return
    if "action" in document or "correlation" in document:  # a part of a collection, or rules put together
        return
    if not document.get("title"):
        yield "title"
    if not isinstance(document.get("logsource"), dict):
        yield "logsource"
    detection = document.get("detection")
    if not isinstance(detection, dict) or not detection.get("condition") or len(detection) == 1:
        yield "detection"
        return
    yield from _unknown(detection["condition"], [str(name) for name in detection])


def _unknown(condition: object, names: list[str]) -> Iterator[str]:
    """Give the words of a condition that name nothing in the detection."""
    for each in condition if isinstance(condition, list) else [condition]:
        for word in _WORD.findall(str(each).partition("|")[0]):
            known = word.lower() in _OPERATORS or word.isdecimal()
            if not known and not any(fnmatchcase(name, word) for name in names):
                yield f"condition: {word}"


_JUDGES: dict[SignatureType, Callable[[str], Flaw | None]] = {
    SignatureType.STIX: _stix,
    SignatureType.YARA: _yara,
    SignatureType.SNORT: _rules,
    SignatureType.SURICATA: _rules,
    SignatureType.SIGMA: _sigma,
}
