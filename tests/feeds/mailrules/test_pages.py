"""The page with filter rules, and the rules as files."""

from collections.abc import Callable

from sievelib.parser import Parser

from hub.accounts.models import Role
from tests.support.browser import Browser


def test_a_contact_reads_the_rules_and_takes_them_as_files(client_as: Callable[..., Browser]) -> None:
    browser = client_as(Role.CONTACT)
    page = browser.get("/mail-rules").text
    for word in ("[PRIORITY] かつ [NEW]", "優先情報-訓練", "hub@hub.example.jp", "Outlook", "Thunderbird"):
        assert word in page
    script = browser.get("/mail-rules/priority.sieve")
    assert script.headers["Content-Disposition"] == 'attachment; filename="priority.sieve"'
    assert Parser().parse(script.text)
    rules = browser.get("/mail-rules/msgFilterRules.dat")
    assert rules.text.startswith('version="9"')
    assert "hub@hub.example.jp" in rules.text
