"""Japanese first, English on request, and the way back to the same page of ours."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.browser import Browser

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\nSet-Cookie: hub=x",
    " //evil.example",
    "/ /evil.example",
    "/\u2028/evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "evil.example",
    "",
]


def tongue(browser: Browser, path: str = "/sign-in") -> str:
    html = BeautifulSoup(browser.get(path).data, "html.parser").html
    assert isinstance(html, Tag)
    return str(html["lang"])


def test_pages_are_japanese_until_the_reader_asks_for_english(browser: Browser) -> None:
    assert tongue(browser) == "ja"
    assert browser.get("/language/en?next=/sign-in").headers["Location"] == "/sign-in"
    assert tongue(browser) == "en"
    browser.get("/language/ja")
    assert tongue(browser) == "ja"


@pytest.mark.parametrize("chosen", ["fr", "..", "ja_JP", "x" * 500])
def test_a_language_that_we_do_not_speak_changes_nothing(browser: Browser, chosen: str) -> None:
    assert browser.get(f"/language/{chosen}").status_code in {303, 404, 308}
    assert tongue(browser) == "ja"


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_choosing_a_language_never_leads_to_another_site(browser: Browser, wanted: str) -> None:
    answer = browser.client.get("/language/en", query_string={"next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("path", ["/nowhere/a&b=c", "/nowhere/あ", "/nowhere/%23x", '/nowhere/"><script>'])
def test_the_link_to_the_other_language_keeps_the_whole_path_and_nothing_else(
    browser: Browser, path: str
) -> None:
    page = BeautifulSoup(browser.get(path).data, "html.parser")
    assert all(script.get("src") for script in page.find_all("script"))
    link = page.find("a", {"hreflang": "en"})
    assert isinstance(link, Tag)
    [kept] = parse_qs(urlsplit(str(link["href"])).query)["next"]
    assert kept == path.replace("%23", "#")


def test_an_error_is_told_in_the_readers_language(browser: Browser) -> None:
    japanese = browser.get("/nowhere").text
    browser.get("/language/en")
    assert "Page not found" in browser.get("/nowhere").text
    assert "Page not found" not in japanese
