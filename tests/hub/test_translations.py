"""Nobody who reads Japanese meets an English sentence."""

import re
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


@pytest.mark.parametrize("name", ["messages.po", "sentences.po"])
def test_a_translation_keeps_its_placeholders(name: str) -> None:
    for english, japanese in catalogue(name).items():
        assert sorted(PLACEHOLDER.findall(japanese)) == sorted(PLACEHOLDER.findall(english)), english


@pytest.mark.parametrize("sentence", LOWER_LAYERS)
def test_a_refusal_of_a_certificate_is_told_in_japanese(app: Flask, sentence: str) -> None:
    with app.test_request_context("/"):
        assert gettext(sentence) != sentence
