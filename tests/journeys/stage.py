"""What all people of the journey share: the running hub, its mail, the browser, what was seen so far."""

from dataclasses import dataclass, field, replace

from playwright.sync_api import Browser

from hub.core.config import Config
from hub.demo.cast import BodyPart, bodies
from hub.demo.people import mailed_link
from hub.demo.place import Place
from hub.demo.stories import RELEASED, Story
from hub.setup import Initialised
from tests.journeys.someone import Someone
from tests.journeys.walk import DESK, HEIGHT, Walk

ADMINISTRATOR = "admin@jpcert.example.jp"
NOT_IN_CLEAR = "電文の先頭は 0x47"
PATIENCE = 15_000  # milliseconds


@dataclass(kw_only=True)
class Stage:
    """The running hub, and the body and matter that the journey is about."""

    place: Place
    env: dict[str, str]
    config: Config
    made: Initialised
    browser: Browser
    walk: Walk = field(default_factory=Walk)
    people: dict[str, Someone] = field(default_factory=dict)
    part: BodyPart = field(default_factory=lambda: bodies(3)[0])
    story: Story = field(default_factory=lambda: replace(RELEASED, canary=NOT_IN_CLEAR))

    def enter(self, role: str, email: str, name: str) -> Someone:
        """Bring in a person, with a browser that nobody else uses."""
        context = self.browser.new_context(viewport={"width": DESK, "height": HEIGHT}, locale="ja-JP")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        self.walk.accompany(page)
        base_url = self.config.base_url
        self.people[role] = Someone(email=email, name=name, page=page, walk=self.walk, base_url=base_url)
        self.people[role].runs_scripts(on=self.walk.has_scripts)
        return self.people[role]

    def scripts_run(self, *, on: bool) -> None:
        """Let everybody's browser run scripts from now on, or no more."""
        self.walk.has_scripts = on
        for person in self.people.values():
            person.runs_scripts(on=on)

    def mailed(self, who: Someone, part: str) -> str:
        """Return the first link to such a page that was mailed to a person, waiting for the mail."""
        return mailed_link(self.place.mail, who.email, part)

    def nothing_is_wrong(self) -> None:
        """Check everything that was looked at so far.

        Raises:
            AssertionError: there is a complaint.

        """
        assert self.walk.complaints == [], "\n".join(self.walk.complaints)
