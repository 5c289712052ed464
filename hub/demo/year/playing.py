"""The year from its first day to today: everybody joins, notices come and go, and some work is left open."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from hub.core.clock import JST, system_clock
from hub.core.config import Config
from hub.core.instance import Instance, open_instance
from hub.demo import cast
from hub.demo.children import environment, hub_running
from hub.demo.errors import DemoError
from hub.demo.mailserver import free_port, mail_server
from hub.demo.people import Person
from hub.demo.place import Place, taken
from hub.demo.recipients import GnupgHome
from hub.demo.serving import end_on_signals, serve_until_interrupted, show_people
from hub.demo.transcript import Transcript
from hub.demo.year import parts, people
from hub.demo.year.applying import MISTYPED
from hub.demo.year.calendar import Calendar
from hub.demo.year.dating import PlayedGpg
from hub.demo.year.history import History
from hub.demo.year.joining import join
from hub.demo.year.returning import mailbox
from hub.demo.year.scene import Scene
from hub.demo.year.work import Work
from hub.setup import initialise

YEAR, BEFORE = timedelta(days=365), timedelta(days=35)  # in which everybody joins
SHOWN = 3  # contacts in the table of people
PEOPLE = "people.csv"
FEWEST_BODIES = 3
MEMBERS_EACH = 75  # on the average
WITNESSES = "witness@ipa.example.jp,witness@audit.example.jp"
KEPT_FOR = 190  # days, of copies and drafts that are over; an instance of its own keeps them longer


def play_year(
    folder: Path, *, bodies: int, notices: int, seed: int = 1, serve: bool = False, port: int | None = None
) -> None:
    """Play a year in a folder and, if asked, serve it; a year of the same seed is the same but for keys.

    Raises:
        DemoError: a step could not be done, or the year is too small to show anything.

    """
    if bodies < FEWEST_BODIES or notices < 1:
        raise DemoError(f"A year needs at least {FEWEST_BODIES} bodies and one notice")
    transcript = Transcript()
    end_on_signals()
    gpg = Config.from_env({}).gpg
    with taken(folder, gpg=gpg) as place, mail_server(place.mail, nobody=MISTYPED) as smtp_port:
        env = environment(place, web_port=port or free_port(), smtp_port=smtp_port) | _settings(place)
        with _acting_in(env):
            size = Size(bodies=bodies, members=bodies * MEMBERS_EACH, notices=notices)
            everybody = _Year(place, env, transcript, size, seed).play()
        if serve:
            with hub_running(place, env) as children:
                show_people(transcript, env["HUB_BASE_URL"], everybody[: len(cast.STAFF) + SHOWN])
                serve_until_interrupted(transcript, children)


def _settings(place: Place) -> dict[str, str]:
    """Return what the year's instance is told beside what every demo is."""
    return {
        "HUB_AUDIT_WITNESSES": WITNESSES,
        "HUB_BOUNCES": str(mailbox(place.hub)),
        "HUB_KEEP_COPIES_DAYS": str(KEPT_FOR),
        "HUB_KEEP_DRAFTS_DAYS": str(KEPT_FOR),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a year is played."""

    bodies: int
    members: int
    notices: int


@contextmanager
def _acting_in(env: dict[str, str]) -> Iterator[None]:
    """Let this process keep its temporary files where the hub's do."""
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = env["TMPDIR"]
    try:
        yield
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before


class _Year:
    """One year: its clock, its dice, its people."""

    def __init__(
        self, place: Place, env: dict[str, str], transcript: Transcript, size: Size, seed: int
    ) -> None:
        self.place, self.tell, self.size = place, transcript, size
        self.rng = random.Random(seed)  # noqa: S311 - a play, no secret
        self.end = system_clock()
        self.config = Config.from_env(env)
        self.begun = time.monotonic()

    def play(self) -> list[Person]:
        """Play it; return who can sign in."""
        calendar, played = Calendar(now=_morning(self.end - YEAR - BEFORE)), self._gpg()
        calendar.told = played.tell
        played.tell(calendar.now)
        self.tell.chapter(f"A year of the scheme, from {calendar.now:%Y-%m-%d}")
        config = replace(self.config, gpg=str(played.program))
        made = initialise(config, administrator=cast.STAFF[0][1], now=calendar.now)
        hub = replace(open_instance(config), clock=calendar)
        try:
            everybody = self._played(self._scene(hub, calendar, made.fingerprint))
        finally:
            hub.db.dispose()
        self._write_people(everybody)
        return everybody

    def _gpg(self) -> PlayedGpg:
        return PlayedGpg(self.place.temporary / "gpg", self.config.gpg)

    def _scene(self, hub: Instance, calendar: Calendar, pin: str) -> Scene:
        keys = GnupgHome(self.place.recipients / "all" / "gnupg", hub.config.gpg)
        keys.make_key(name="Nobody", email="nobody@example.jp")
        keys.trust_hub(hub.config.certificate_file, pin=pin)
        return Scene(
            place=self.place,
            hub=hub,
            calendar=calendar,
            rng=self.rng,
            work=Work(hub=hub),
            keys=keys,
            pin=pin,
            staff=people.staff(hub, calendar),
        )

    def _played(self, scene: Scene) -> list[Person]:
        """Let the year pass; return its people."""

        def progress(what: str) -> None:
            seconds = time.monotonic() - self.begun
            self.tell.step(f"{scene.now:%Y-%m-%d}", f"{what} ({seconds:.0f} s, {scene.work.done} jobs)")

        chosen = parts.parts(self.rng, bodies=self.size.bodies, members=self.size.members)
        history = History(scene, notices=self.size.notices, taken=len(chosen), progress=progress)
        history.staffing.announce()
        joined = join(scene, chosen)
        members = sum(each.part.members for each in joined)
        progress(f"{len(joined)} bodies with {members} members have joined, each with a key of its own")
        history.live(joined, until=self.end)
        return [*(each.person for each in scene.staff), *(each.who for each in joined)]

    def _write_people(self, everybody: Sequence[Person]) -> None:
        """Write down who can sign in; passwords, so that only the owner may read it."""
        file = self.place.recipients / PEOPLE
        file.touch(mode=0o600)
        lines = [f"{each.role},{each.email},{each.password},{each.totp_secret}" for each in everybody]
        file.write_text("\n".join(["role,address,password,authenticator key", *lines, ""]))
        self.tell.text(f"{len(everybody)} people can sign in: {file}")


def _morning(instant: datetime) -> datetime:
    """Return nine o'clock in Japan of the day."""
    return datetime.combine(instant.astimezone(JST).date(), hour(9), JST).astimezone(UTC)
