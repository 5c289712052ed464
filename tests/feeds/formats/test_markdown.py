"""Markdown of notices: what instructions need is shown, and nothing else can be written."""

from dataclasses import replace
from textwrap import indent
from typing import get_args

import orjson
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats import csaf_out, letter, stix
from feeds.formats.content import Countermeasure, CountermeasureKind, Notice, Text
from feeds.formats.markdown import html

ALLOWED = {
    "p": {"class"}, "br": set(), "strong": set(), "em": set(), "code": {"class"}, "pre": set(), "li": set(),
    "ul": {"class"}, "ol": {"class", "start"}, "a": {"class", "href", "rel"},
}  # fmt: skip
STEPS = """Do this:

1. Stop `svc.exe`
   - look **twice**
2. [Update](https://example.jp/?a=1&b=2)

```sh
rm <x>
```
"""
PIECES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "![i](https://x.example/i.png)",
    "[a](javascript:alert(1))",
    "[a](https://x.example)",
    "<https://x.example>",
    "<javascript:x>",
    "[a](data:text/html,x)",
    "[a](//x.example)",
    '[a](https://x.example "t")',
    "# h",
    "> q",
    "1. a",
    "- b",
    "```js x",
    "```",
    "    ",
    "**",
    "_",
    "`",
    "[",
    "](",
    "&lt;",
    "&#x6a;",
    "[r]: javascript:x",
    "[r]",
    "<b>",
    "-->",
    "\n",
    "\n\n",
    "|-|",
    "***",
    "<mailto:a@example.jp>",
    '"',
    "\\",
)


def test_steps_emphasis_code_and_links_are_shown() -> None:
    shown = BeautifulSoup(html(STEPS), "html.parser")
    assert len(shown.select("ol > li")) == 2
    assert len(shown.select("ol > li > ul > li")) == 1
    assert [each.text for each in shown.select("code")] == ["svc.exe", "rm <x>\n"]
    (link,) = shown.select("a")
    assert (link["href"], link["rel"]) == ("https://example.jp/?a=1&b=2", ["noopener", "noreferrer"])


def test_lines_stay_lines_and_what_is_not_allowed_is_shown_as_it_was_typed() -> None:
    typed = "# a\n> b\n<b>c</b>\n[d](javascript:e)"
    assert BeautifulSoup(html(typed), "html.parser").get_text("") == f"{typed}\n"


@given(text=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=12).map("".join))
def test_nothing_but_the_allow_list_is_ever_written(text: str) -> None:
    for tag in BeautifulSoup(html(text), "html.parser").find_all(True):
        assert tag.name in ALLOWED
        assert tag.attrs.keys() <= ALLOWED[tag.name]
        address = str(tag.get("href", "https://"))
        assert address.lower().startswith(("https://", "http://", "mailto:"))


def test_mail_stix_and_csaf_carry_the_steps_as_they_were_typed(notice: Notice) -> None:
    steps = STEPS.strip()
    told = Countermeasure(kind=CountermeasureKind.WORKAROUND, text=Text(ja=steps))
    with_steps = replace(notice, content=replace(notice.content, countermeasures=(told,)))
    mail = letter.text(with_steps, sectors=[], receipt_code="X", answer_url="https://hub.example.jp/")
    assert "- " + indent(steps, "  ").strip() in mail.replace("\n  \n", "\n\n")
    objects = orjson.loads(stix.bundle(with_steps))["objects"]
    assert [each["description"] for each in objects if each["type"] == "course-of-action"] == [steps]
    for version in get_args(csaf_out.Version):
        document = orjson.loads(csaf_out.export(with_steps, version))
        assert document["vulnerabilities"][0]["remediations"][0]["details"] == steps
