"""A person's browser: MechanicalSoup opens the hub's pages over HTTP and sends their forms.

Where the hub wants to be sure who it is (a confirmation that is five minutes old), the person types a code
and goes on. A form is filled as a person sees it: only fields that the page has can be set, hidden ones
(CSRF) go back as they came. A page that shows errors ends the play with those errors.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import mechanicalsoup
from bs4 import BeautifulSoup, Tag

from hub.demo.errors import DemoError

Value = str | bool | list[str] | Path  # a Path is a file to upload
ERRORS = (  # in this order: the first kind that a page shows
    ".govuk-error-summary__list",
    ".govuk-error-message",
    '.govuk-notification-banner[role="alert"]:not(.govuk-notification-banner--success)',
)
AGENT = "priority-hub demo (MechanicalSoup)"
CONFIRMING = "/sign-in/again"


class Pages:
    """The hub's pages as one person sees them."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.code: Callable[[], str] | None = None
        self._browser = mechanicalsoup.StatefulBrowser(user_agent=AGENT)

    def close(self) -> None:
        """Close the connections to the hub."""
        self._browser.close()

    @property
    def path(self) -> str:
        """Return the path of the page that is open."""
        return urlsplit(str(self._browser.url)).path

    @property
    def page(self) -> BeautifulSoup:
        """Return the page that is open."""
        page = self._browser.page
        if not isinstance(page, BeautifulSoup):
            raise DemoError(f"{self.path} is no page")
        return page

    def open(self, address: str) -> None:
        """Open a page by its path or its whole address.

        Raises:
            DemoError: it is refused.

        """
        wanted = address if address.startswith("http") else self.base_url + address
        self._checked(self._browser.open(wanted).status_code)
        self._confirm_if_asked()

    def fill(
        self,
        fields: Mapping[str, Value],
        *,
        at: str | None = None,
        action: str | None = None,
        button: str | None = None,
    ) -> None:
        """Fill a form on page `at`, or on the open one, and send it.

        The form is the first that has all the fields; `action` is the end of the path that it goes to,
        `button` the name or the `name=value` of the button to press, where a page has several.

        Raises:
            DemoError: there is no such form, or the answer shows errors.

        """
        if at is not None:
            self.open(at)
        form = mechanicalsoup.Form(self._form(fields, action, button))
        with ExitStack() as files:
            for name, value in fields.items():
                form.set(name, files.enter_context(value.open("rb")) if isinstance(value, Path) else value)
            form.choose_submit(_button(form.form, button))
            answer = self._browser.submit(form, url=str(self._browser.url))
        self._browser.open_fake_page(answer.text, url=answer.url)
        self._checked(answer.status_code)

    def press(self, *, at: str | None = None, action: str | None = None, button: str | None = None) -> None:
        """Press a button that needs no typing; named as for `fill`.

        Raises:
            DemoError: there is no such button, or the answer shows errors.

        """
        self.fill({}, at=at, action=action, button=button)

    def heading(self) -> str:
        """Return the heading of the page that is open."""
        heading = self.page.find("h1")
        return heading.get_text(" ", strip=True) if isinstance(heading, Tag) else "no heading"

    def text_of(self, element: str) -> str:
        """Return the text of the element with this id.

        Raises:
            DemoError: the page has none.

        """
        found = self.page.find(id=element)
        if not isinstance(found, Tag):
            raise DemoError(f"{self.path} shows no {element}")
        return found.get_text(strip=True)

    def asked(self) -> str:
        """Return what the open page asks of a passkey: WebAuthn's options as JSON.

        Raises:
            DemoError: it asks nothing.

        """
        found = self.page.select_one("[data-passkey]")
        if found is None:
            raise DemoError(f"{self.path} ({self.heading()}) asks for no passkey")
        return str(found["data-passkey"])

    def row(self, *words: str) -> str:
        """Return the text of the first row of a table that has all the words.

        Raises:
            DemoError: no row has.

        """
        return self._row(*words).get_text(" ", strip=True)

    def follow_row(self, *words: str) -> None:
        """Open the page that the first row with all the words links to.

        Raises:
            DemoError: no row has them, or it links to nothing.

        """
        link = self._row(*words).select_one("a[href]")
        if link is None:
            raise DemoError(f"{self.path} has no link in the row with {', '.join(words)}")
        self.open(str(link["href"]))

    def _row(self, *words: str) -> Tag:
        for row in self.page.select("main tr"):
            text = row.get_text(" ", strip=True)
            if all(word in text for word in words):
                return row
        raise DemoError(f"{self.path} has no row with {', '.join(words)}")

    def goes_to(self, end: str) -> str:
        """Return the path that a form of the page goes to, by the end of it.

        Raises:
            DemoError: the page has no such form.

        """
        return urlsplit(str(self._form({}, end, None)["action"])).path

    def found(self, pattern: str) -> str:
        """Return the first text of the page that fits a pattern.

        Raises:
            DemoError: none does.

        """
        found = re.search(pattern, self.page.get_text(" "))
        if found is None:
            raise DemoError(f"{self.path} does not show what was expected")
        return found[0]

    def _confirm_if_asked(self) -> None:
        """Prove the second factor again where the page asks for it, and come back."""
        asks = self.page.select_one(f'main a[href^="{CONFIRMING}"]')
        if self.code is not None and asks is not None:
            self._checked(self._browser.open(self.base_url + str(asks["href"])).status_code)
        if self.code is not None and self.path == CONFIRMING:
            self.fill({"code": self.code()})

    def _form(self, fields: Mapping[str, Value], action: str | None, button: str | None) -> Tag:
        for form in self.page.select("main form"):
            has_fields = all(form.select_one(f'[name="{name}"]') for name in fields)
            if has_fields and _goes_to(form, action) and (button is None or _button(form, button)):
                return form
        wanted = ", ".join([*fields, *(each for each in (action, button) if each)]) or "a button"
        raise DemoError(f"{self.path} ({self.heading()}) has no form with {wanted}")

    def _checked(self, status: int) -> None:
        kinds = (self.page.select(kind) for kind in ERRORS)
        shown = "; ".join(each.get_text(" ", strip=True) for each in next(filter(None, kinds), []))
        if status >= HTTPStatus.BAD_REQUEST or shown:
            raise DemoError(f"{self.path} answered {status} ({self.heading()}): {shown or 'refused'}")


def _goes_to(form: Tag, action: str | None) -> bool:
    return action is None or urlsplit(str(form.get("action") or "")).path.endswith(action)


def _button(form: Tag, button: str | None) -> Tag | None:
    if button is None:
        return None
    name, _, value = button.partition("=")
    return form.select_one(f'button[name="{name}"]' + (f'[value="{value}"]' if value else ""))
