"""What must hold on every page: no complaint; looked at closely, no barrier and no sideways scroll."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from tests.support.without_scripts import waits_for_a_script

DESK, TELEPHONE, HEIGHT = 1200, 390, 900  # pixels
NAMES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|PI-[0-9]{4}-[0-9A-Z]{5}|(?<=/set-up/).+|(?<=/members/answer/).+"
)
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (403|404|409|422) ")


@dataclass
class Walk:
    """Everything that was seen by anybody, and what was wrong with it."""

    complaints: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    examined: set[tuple[str, ...]] = field(default_factory=set)
    closely: bool = False
    has_mouse: bool = True
    has_scripts: bool = True
    pictures: Path | None = None

    def accompany(self, page: Page) -> None:
        """Listen to what the browser complains about; it reports breaches of the CSP here, too."""
        page.on("console", lambda message: self._heard(page, message))
        page.on("filechooser", lambda _chooser: None)  # so that a dialogue is caught from the first one on
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def look(self, page: Page) -> None:
        """Look at the page that is open now; if closely, then the first time that it is in this state."""
        path = urlsplit(page.url).path
        self.paths.add(path)
        if not page.title().strip():
            self.complaints.append(f"{path}: no title")
        if not self.has_scripts:
            self.complaints += [f"{path}: {found}" for found in waits_for_a_script(page)]
        if not self.closely:
            return
        kind = (NAMES.sub("*", path), page.locator("html").get_attribute("lang") or "", *_acts(page))
        if kind not in self.examined:
            self.examined.add(kind)
            self.complaints += [f"{path}: {found}" for found in (*_too_wide(page), *barriers(page))]

    def picture(self, page: Page, name: str) -> None:
        """Keep a picture of the page that is open now, where pictures are wanted."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            page.set_viewport_size({"width": DESK, "height": HEIGHT})
            page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        refused = REFUSED.match(message.text) and message.location["url"] == page.url
        if message.type in {"error", "warning"} and not refused:
            self.complaints.append(f"{page.url}: {message.text}")


def barriers(page: Page) -> list[str]:
    """Return what axe finds wrong."""
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in Axe().run(page).response["violations"]
        for node in found["nodes"]
    ]


def _too_wide(page: Page) -> list[str]:
    """Return the widths at which the page scrolls sideways."""
    found = []
    for width in (TELEPHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"scrolls sideways at {width} px")
    return found


def _acts(page: Page) -> list[str]:
    """Return what can be done on the page, which tells its states apart."""
    shown = page.locator("main :is(button[type=submit], .govuk-button, .govuk-error-summary__title)")
    return sorted(set(shown.all_inner_texts()))
