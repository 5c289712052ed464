"""Signatures of each type: good ones pass, bad ones are told why; no judge is loaded unasked."""

import subprocess
import sys

import pytest

from feeds.formats.content import Signature, SignatureType
from feeds.formats.signatures import flaw

YARA = 'rule a {\n  strings:\n    $a = "x|y"\n  condition:\n    $a and filename != ""\n}'
RULE = 'alert tcp any any -> any 502 (msg:"x; y (z)"; content:"|00 01|"; sid:1;)'
SIGMA = """title: A service is stopped
logsource:
  product: windows
detection:
  selection_stop:
    EventID: 7036
  filter: {User: SYSTEM}
  condition: 1 of selection_* and not filter
"""
GOOD = {
    "stix": [
        "[file:name = 'a']",
        "[ipv4-addr:value = '198.51.100.1'] FOLLOWEDBY [file:size > 1] WITHIN 5 SECONDS",
    ],
    "yara": [YARA, f"{YARA}\n{YARA.replace('rule a', 'private rule b')}"],
    "snort": [
        RULE,
        f"# two of them\n{RULE}\n{RULE.replace('sid:1', 'sid:2')}",
        'alert tcp $A [1,2] -> any any \\\n  (msg:"over two lines"; sid:3;)',
        'alert http (\n  msg:"as Snort 3 writes it";\n  sid:4;\n)',
    ],
    "suricata": [
        (
            "drop http $HOME_NET any <> [192.0.2.1, !198.51.100.0/24] ![80, 443] "
            '(msg:"x"; pcre:"/a(b)c/"; sid:5; rev:2;)'
        )
    ],
    "sigma": [
        SIGMA,
        f"{SIGMA}---\n{SIGMA}",
        SIGMA.replace("1 of selection_* and not filter", "[filter, 1 of them]"),
    ],
}
BAD = {
    "stix": [("[file:name = ]", "STIX"), ("[file:name = 'a'", "STIX"), ("x", "STIX")],
    "yara": [
        ("rule a {\n condition:\n  $x\n}", 'undefined string "$x"'),
        ("rule a {", "syntax error"),
        ('include "/etc/passwd"', "includes are disabled"),
        (RULE, "syntax error"),
    ],
    "snort": [
        ("alert", "( )"),
        (RULE.replace("->", ""), "header"),
        (RULE.replace("alert", "warn"), "header"),
        (RULE.replace("sid:1", "sid:one"), "sid"),
        (RULE.replace("sid:1;", ""), "sid"),
        (RULE[:-1], "( )"),
        (RULE.replace('y (z)";', "y (z);"), "msg"),
        (YARA, "header"),
        ("# nothing else", ""),
    ],
    "suricata": [
        ('alert http any any -> any any (msg:"x";)', "sid"),
        ("alert http any any -> any any", "( )"),
    ],
    "sigma": [
        ("title: x", "logsource"),
        (SIGMA.replace("title:", "name:"), "title"),
        (SIGMA.replace("condition:", "when:"), "detection"),
        (SIGMA.replace("not filter", "not filter and nothing"), "condition: nothing"),
        ("title: [", "expected"),
        ("just words", "title"),
        ("[" * 5000, ""),
        ("a: &a [*a]", "recursive"),
        ("a: !!python/object/apply:os.system [x]", "title"),
        ("---", ""),
    ],
}


def made(kind: str, pattern: str) -> Signature:
    return Signature(type=SignatureType(kind), pattern=pattern)


@pytest.mark.parametrize(("kind", "pattern"), [(kind, each) for kind in GOOD for each in GOOD[kind]])
def test_a_good_signature_of_each_type_passes(kind: str, pattern: str) -> None:
    assert flaw(made(kind, pattern)) is None


@pytest.mark.parametrize(("kind", "pattern", "why"), [(kind, *each) for kind in BAD for each in BAD[kind]])
def test_a_bad_signature_of_each_type_is_told_why(kind: str, pattern: str, why: str) -> None:
    found = flaw(made(kind, pattern))
    assert found is not None
    assert why in f"{found.reason} {found.detail}"


@pytest.mark.parametrize("kind", SignatureType)
def test_an_empty_pattern_is_none(kind: SignatureType) -> None:
    assert flaw(Signature(type=kind, pattern=" \n")) is not None


def test_no_judge_is_loaded_before_a_signature_of_its_type_comes() -> None:
    lines = (
        "import sys, feeds.advisories.draft_form",
        "found = {'yara', 'yaml'} & sys.modules.keys()",
        "assert not found, found",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)
