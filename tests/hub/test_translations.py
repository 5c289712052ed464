"""Nobody who reads Japanese meets an English sentence; both catalogues are whole."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir
from flask import Flask
from flask_babel import gettext
from jinja2 import nodes

from keys.challenge import Answer
from keys.refusals import Reason

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "hub" / "translations"
LANGUAGES = ("ja", "en")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "translate": None}
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


def catalogue(name: str, language: str = "ja") -> dict[str, str]:
    file = CATALOGUES / language / "LC_MESSAGES" / name
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(file), check_for_duplicates=True)}


def extracted() -> set[str]:
    found = set()
    for package in ("hub", "sectors", "nda", "feeds", "keys"):
        for _, _, message, _, _ in extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_a_page_or_form_is_in_the_catalogue(language: str) -> None:
    translated = catalogue("messages.po", language)
    assert sorted(message for message in extracted() if not translated.get(message)) == []


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_that_a_page_shows_is_in_the_catalogue(language: str) -> None:
    translated = catalogue("messages.po", language) | catalogue("sentences.po", language)
    said = set(refusals())
    assert len(said) > 100
    assert sorted(each for each in said if not translated.get(each)) == []


@pytest.mark.parametrize("name", ["messages.po", "sentences.po"])
def test_both_catalogues_hold_the_same_texts_and_each_is_translated(name: str) -> None:
    japanese, english = (catalogue(name, language) for language in LANGUAGES)
    assert set(japanese) == set(english)
    assert [text for each in (japanese, english) for text, translated in each.items() if not translated] == []


def test_no_text_stands_in_a_template_itself() -> None:
    found = {}
    for package in ("hub", "sectors", "nda", "feeds"):
        for file in (ROOT / package).rglob("templates/**/*.html"):
            left = NO_TEXT.sub(" ", file.read_text(encoding="utf-8"))
            if words := [each for each in WORDS.findall(left) if each not in SAME_EVERYWHERE]:
                found[str(file.relative_to(ROOT))] = words
    assert found == {}


def test_a_template_translates_by_its_own_gettext_only_what_stands_in_it(app: Flask) -> None:
    found = []
    for package in ("hub", "sectors", "nda", "feeds"):
        for file in (ROOT / package).rglob("templates/**/*.html"):
            for call in app.jinja_env.parse(file.read_text(encoding="utf-8")).find_all(nodes.Call):
                named = isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext"}
                if named and not isinstance(call.args[0], nodes.Const):
                    found.append(f"{file.relative_to(ROOT)}:{call.lineno}")
    assert found == []


@pytest.mark.parametrize("name", ["messages.po", "sentences.po"])
def test_a_translation_keeps_its_placeholders(name: str) -> None:
    for language in LANGUAGES:
        for said, translated in catalogue(name, language).items():
            assert sorted(PLACEHOLDER.findall(translated)) == sorted(PLACEHOLDER.findall(said)), said


@pytest.mark.parametrize("sentence", LOWER_LAYERS)
def test_a_refusal_of_a_certificate_is_told_in_japanese(app: Flask, sentence: str) -> None:
    with app.test_request_context("/"):
        assert gettext(sentence) != sentence
