"""A person with a browser of their own, who reads and does what the page offers, by what stands on it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pyotp
from playwright.sync_api import CDPSession, Locator, Page

from tests.journeys import keyboard
from tests.journeys.walk import Walk

STEP = 30  # seconds (RFC 6238, 4.1)
TYPING = 10  # seconds for which a code must stay good until it is sent
PASSWORD = "横断歩道で三羽のカモが待つ"  # a sentence, not a secret

CONFIRMING = "/sign-in/again"
AUTHENTICATOR = {  # the virtual one of Chromium: always there, and its person always verified
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

Value = str | bool | list[str] | Path


@dataclass(kw_only=True)
class Someone:
    """Who it is, and what only this person knows."""

    email: str
    name: str
    page: Page
    walk: Walk
    base_url: str
    totp_secret: str = ""
    last_step: int = 0
    authenticator: CDPSession | None = None
    settings: CDPSession | None = None

    @property
    def address(self) -> str:
        """The address of the page that is open, without the place on it."""
        return urldefrag(self.page.url).url

    def opens(self, address: str, *, confirm: bool = True) -> None:
        """Open a page by its path or whole address; where it asks, confirm who it is."""
        self.page.goto(address if address.startswith("http") else self.base_url + address)
        self.walk.look(self.page)
        if confirm:
            self._confirms_if_asked()

    def follows(self, text: str) -> None:
        """Follow the first link with this text; where the page asks, confirm who it is."""
        self._goes(self.page.locator("a:visible", has_text=text).first)
        self._confirms_if_asked()

    def presses(self, text: str, *, beside: str | None = None) -> None:
        """Press the button of the page with this text, of the form that has the field `beside`."""
        form = self.page.locator("main form", has=self.page.locator(f'[name="{beside}"]'))
        within = form if beside else self.page.locator("main")
        self._goes(within.get_by_role("button", name=text, exact=True))

    def types(self, fields: Mapping[str, Value], *, beside: str | None = None) -> None:
        """Fill fields of the page, by their names; of the form that has the field `beside`."""
        form = self.page.locator("form", has=self.page.locator(f'[name="{beside}"]'))
        within = form if beside else self.page
        for name, value in fields.items():
            self._type(within.locator(f'[name="{name}"]'), value)

    def saves(self, link: str) -> bytes:
        """Follow a link that the browser saves as a file."""
        with self.page.expect_download() as saving:
            self._acts_on(self.page.locator("main a", has_text=link).first)
        return saving.value.path().read_bytes()

    def reads(self, *texts: str) -> None:
        """Check that texts stand on the page.

        Raises:
            AssertionError: one does not.

        """
        shown = self.page.locator("body").inner_text()
        for text in texts:
            assert text in shown, f"{self.page.url} ({self.page.title()}) does not say: {text}"

    def on_paper(self) -> str:
        """Return what a print of the page says."""
        self.page.emulate_media(media="print")
        printed = self.page.locator("body").inner_text()
        self.page.emulate_media(media="screen")
        return printed

    def is_shown(self, name: str) -> None:
        """Keep a picture of the page for docs/screens, where pictures are wanted."""
        self.walk.picture(self.page, name)

    def problems(self) -> dict[str, str]:
        """Return what the error summary says of which control, where it must stand again."""
        told: dict[str, str] = {}
        summary = self.page.locator(".govuk-error-summary")
        announced = summary.evaluate("e => e === document.activeElement")
        assert announced == self.walk.has_scripts, "the summary is not announced"
        for link in summary.get_by_role("link").all():
            target, text = (link.get_attribute("href") or "").removeprefix("#"), link.inner_text()
            self._acts_on(link)
            assert self.page.evaluate("document.activeElement.id") == target
            group = self.page.locator(".govuk-form-group--error", has=self.page.locator(f"[id='{target}']"))
            assert target in told or text in group.locator(".govuk-error-message").first.inner_text()
            told.setdefault(target, text)
        return told

    def sets_up(self, invitation: str) -> None:
        """Follow an invitation and set password and second factor."""
        self.opens(invitation)
        self.totp_secret = self.page.locator("#totp-secret").inner_text()
        self.types({"password": PASSWORD, "repeated": PASSWORD, "code": self.code()})
        self.presses("設定を完了してサインインする")
        self.reads(self.name, "サインアウト")

    def signs_in(self) -> None:
        """Sign in with password and code."""
        self.opens("/sign-in")
        self.types({"email": self.email, "password": PASSWORD})
        self.presses("次へ進む")
        self.types({"code": self.code()})
        self.presses("サインイン")
        self.reads(self.name)

    def signs_out(self) -> None:
        """Press the button that every page has."""
        self._goes(self.page.get_by_role("button", name="サインアウト"))
        self.reads("申請を始める")

    def takes_an_authenticator(self) -> None:
        """Give the person's browser an authenticator that keeps passkeys."""
        self.authenticator = self.page.context.new_cdp_session(self.page)
        self.authenticator.send("WebAuthn.enable")
        self.authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    def runs_scripts(self, *, on: bool) -> None:
        """Let the person's browser run scripts, or no more; it takes effect on the next page."""
        self.settings = self.settings or self.page.context.new_cdp_session(self.page)
        self.settings.send("Emulation.setScriptExecutionDisabled", {"value": not on})

    def registers_a_passkey(self, name: str) -> None:
        """Make a passkey on the account's page."""
        self.opens("/account/passkeys/add")
        self.types({"name": name})
        self.presses("パスキーを作成する")
        self.reads("パスキーを登録しました。", name)

    def code(self) -> str:
        """Return a code that was not used yet, waiting for one if it must be."""
        step = max(self.last_step + 1, int(time.time() + TYPING) // STEP - 1)
        while step > int(time.time()) // STEP + 1:
            time.sleep(0.2)
        self.last_step = step
        return pyotp.TOTP(self.totp_secret).at(step * STEP)

    def _goes(self, control: Locator) -> None:
        with self.page.expect_navigation():
            self._acts_on(control)
        self.walk.look(self.page)

    def _acts_on(self, control: Locator) -> None:
        if not self.walk.has_mouse:
            keyboard.press(self.page, control)
        else:
            control.click()

    def _confirms_if_asked(self) -> None:
        """Prove the second factor again where the page asks for it, as it does after five minutes."""
        asks = self.page.locator(f'main a[href^="{CONFIRMING}"]')
        if asks.count():
            self._goes(asks.first)
        if urlsplit(self.page.url).path == CONFIRMING:
            self.types({"code": self.code()})
            self.presses("確認する")

    def _type(self, control: Locator, value: Value) -> None:
        folded = self.page.locator("details:not([open])", has=control).locator("summary")
        if folded.count():
            self._acts_on(folded)
        if not self.walk.has_mouse:
            self._keys(control, value)
        elif isinstance(value, Path):
            control.set_input_files(value)
        elif isinstance(value, bool):
            control.set_checked(value)
        elif isinstance(value, list):
            for each in control.all():
                each.set_checked(each.get_attribute("value") in value)
        else:
            self._enter(control, value)

    def _keys(self, control: Locator, value: Value) -> None:
        """Do the same by keyboard alone."""
        kind = control.first.evaluate("e => e.type")
        if isinstance(value, Path):
            keyboard.choose_file(self.page, control, value)
        elif isinstance(value, bool):
            keyboard.tick(self.page, control, on=value)
        elif isinstance(value, list):
            for each in control.all():
                keyboard.tick(self.page, each, on=each.get_attribute("value") in value)
        elif kind == "radio":
            keyboard.choose_one(self.page, control, value)
        elif kind == "select-one":
            keyboard.select(self.page, control, value)
        else:
            keyboard.write(self.page, control, value)

    def _enter(self, control: Locator, value: str) -> None:
        kind = control.first.evaluate("e => e.type")
        if kind == "radio":
            next(each for each in control.all() if each.get_attribute("value") == value).check()
        elif kind == "select-one":
            control.select_option(value)
        else:
            control.fill(value)
