"""Texts of a notice as HTML: the few signs of Markdown (CommonMark 0.31) that instructions need.

Paragraphs, line breaks, emphasis, lists, code, and links to https, http and mailto. Everything else, raw
HTML, images and headings among it, is shown as it was typed. Mail, STIX and CSAF carry the text as typed.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_RULES = (
    "paragraph", "list", "fence",
    "text", "newline", "escape", "backticks", "emphasis", "link", "autolink",
    "balance_pairs", "fragments_join",
)  # fmt: skip
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.ASCII | re.IGNORECASE)
_LOOK = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "link_open": "govuk-link",
    "code_inline": "hub-code",
}


def html(text: str) -> Markup:
    """Return a text as it is shown on a page."""
    tokens = _markdown.parse(text)
    for token in tokens:
        _dress(token)
    return Markup(_markdown.renderer.render(tokens, _markdown.options, {}))  # noqa: S704 - made of the allow-list


def _dress(token: Token) -> None:
    if token.type in _LOOK:
        token.attrSet("class", _LOOK[token.type])
    if token.type == "link_open":
        token.attrs = {"href": token.attrs["href"], "class": _LOOK[token.type], "rel": "noopener noreferrer"}
    if token.type == "fence":  # its info string would become a class
        token.info, token.attrs = "", {"class": "hub-code"}
    for child in token.children or ():
        _dress(child)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True, "maxNesting": 20})
    reader.enable(_RULES)
    reader.validateLink = lambda url: _ADDRESS.fullmatch(url) is not None  # type: ignore[method-assign]
    return reader


_markdown = _reader()
