"""Nobody who reads Japanese meets an English sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir
from flask import Flask
from flask_babel import gettext

from keys.challenge import Answer
from keys.refusals import Reason

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "hub" / "translations" / "ja" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None}
TOLD = {
    "NotAllowedError",
    "ConflictError",
    "InputError",
    "IncompleteError",
}  # refusals that a page shows with their words
NOT_ON_PAGES = (
    "hub/cli",
    "hub/setup",
    "hub/backup",
    "hub/trail",
    "feeds/receiver",
    "feeds/formats",
    "feeds/signers/console",
)
SAME_EVERYWHERE = {
    "TLP",
    "CVSS",
    "Outlook",
    "Thunderbird",
    *"hub-certificate.asc".replace("-", ".").split("."),
}
WORDS = re.compile(r"[^\W\d_]{2,}")
NO_TEXT = re.compile(
    r"<(?:code|pre)\b.*?</(?:code|pre)>|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL
)
LOWER_LAYERS = [
    *(reason.sentence for reason in Reason),
    *(answer.sentence for answer in (Answer.WRONG, Answer.VOID)),
]


def catalogue(name: str) -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUES / name))}


def extracted() -> set[str]:
    found = set()
    for package in ("hub", "sectors", "nda", "feeds", "keys"):
        for _, _, message, _, _ in extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_text_of_a_page_or_form_has_its_japanese() -> None:
    japanese = catalogue("messages.po")
    assert sorted(message for message in extracted() if not japanese.get(message)) == []


def refusals() -> Iterator[str]:
    """Yield what refusals of the lower layers, which know no gettext, say."""
    for package in ("hub", "sectors", "nda", "feeds", "keys"):
        for file in (ROOT / package).rglob("*.py"):
            if not str(file.relative_to(ROOT)).startswith(NOT_ON_PAGES):
                yield from _said(ast.parse(file.read_text(encoding="utf-8")))


def _said(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD:
            for argument in node.args:
                for value in argument.values if isinstance(argument, ast.Dict) else [argument]:
                    said = constants.get(value.id) if isinstance(value, ast.Name) else value
                    if isinstance(said, ast.Constant) and isinstance(said.value, str):
                        yield said.value


def test_every_refusal_that_a_page_shows_has_its_japanese() -> None:
    japanese = catalogue("messages.po") | catalogue("sentences.po")
    said = set(refusals())
    assert len(said) > 100
    assert sorted(each for each in said if not japanese.get(each)) == []


def test_no_text_stands_in_a_template_itself() -> None:
    found = {}
    for package in ("hub", "sectors", "nda", "feeds"):
        for file in (ROOT / package).rglob("templates/**/*.html"):
            left = NO_TEXT.sub(" ", file.read_text(encoding="utf-8"))
            if words := [each for each in WORDS.findall(left) if each not in SAME_EVERYWHERE]:
                found[str(file.relative_to(ROOT))] = words
    assert found == {}


@pytest.mark.parametrize("name", ["messages.po", "sentences.po"])
def test_a_translation_keeps_its_placeholders(name: str) -> None:
    for english, japanese in catalogue(name).items():
        assert sorted(PLACEHOLDER.findall(japanese)) == sorted(PLACEHOLDER.findall(english)), english


@pytest.mark.parametrize("sentence", LOWER_LAYERS)
def test_a_refusal_of_a_certificate_is_told_in_japanese(app: Flask, sentence: str) -> None:
    with app.test_request_context("/"):
        assert gettext(sentence) != sentence
