"""Whatever is typed into the form: it is kept, shown and printed, and never a fault."""

from collections.abc import Callable

import pytest

from hub.accounts.models import Account
from tests.support.applications import FORM, STEPS, filled_form, save
from tests.support.browser import Browser

ODD = (
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "#panic() $x$ *b* \\ @a <l> `",
    "\r\nBcc: x@example.jp",
    "\ud7ff\uffff\U0010ffff\u202e",
    "İ" * 254,
    "あ" * 5000,
    "\t" * 50,
    "=1+1",
)


@pytest.mark.parametrize("turn", [0, 3])
def test_odd_texts_are_kept_shown_and_printed(
    applicant: Account, client_as: Callable[..., Browser], turn: int
) -> None:
    browser = client_as(applicant)
    texts = [name for name, value in filled_form().items() if not isinstance(value, tuple)]
    form: dict[str, object] = {name: ODD[(place + turn) % len(ODD)] for place, name in enumerate(texts)}
    for step in STEPS:
        assert save(browser, step, form).status_code in {303, 422}, step
        page = browser.get(f"{FORM}/{step}")
        assert page.status_code == 200
        assert "<script>alert(1)</script>" not in page.text
    for path in ("", "/submission", "/application.pdf"):
        assert browser.get(f"{FORM}{path}").status_code == 200, path
