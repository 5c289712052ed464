"""The year from its first day to today: everybody joins, notices come and go, and some work is left open."""

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from feeds.advisories.models import Release
from hub.core.clock import system_clock
from hub.core.config import Config
from hub.core.db import Database
from hub.core.instance import open_instance
from hub.demo import cast
from hub.demo.bulk import Staff
from hub.demo.children import environment, hub_running
from hub.demo.errors import DemoError
from hub.demo.mailserver import free_port, mail_server
from hub.demo.people import Person
from hub.demo.place import Place, taken
from hub.demo.recipients import GnupgHome
from hub.demo.serving import end_on_signals, serve_until_interrupted, show_people
from hub.demo.transcript import Transcript
from hub.demo.year import matters, parts, people
from hub.demo.year.calendar import Calendar
from hub.demo.year.joining import Joined, Joining, join
from hub.demo.year.living import Living, id_of
from hub.demo.year.matters import Plan
from hub.demo.year.providing import Providing, provide_all
from hub.demo.year.reacting import Reacting
from hub.demo.year.work import Work
from hub.setup import initialise

YEAR = timedelta(days=365)
FIRST, LAST = timedelta(days=30), timedelta(days=352)  # notices, after the begin
FIRST_LOOK, LOOKS = timedelta(days=1), timedelta(days=7)  # of the worker's rounds
AFTER_RELEASE = (0, 5, 9, 13, 17, 30, 54)  # hours at which the worker looks after a release
SHOWN = 3  # contacts in the table of people
PEOPLE = "people.csv"
FEWEST_BODIES = 3
MEMBERS_EACH = 75  # on the average


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
    with taken(folder, gpg=gpg) as place, mail_server(place.mail) as smtp_port:
        env = environment(place, web_port=port or free_port(), smtp_port=smtp_port)
        with _acting_in(env):
            size = Size(bodies=bodies, members=bodies * MEMBERS_EACH, notices=notices)
            everybody = _Year(place, env, transcript, size, seed).play()
        if serve:
            with hub_running(place, env) as children:
                show_people(transcript, env["HUB_BASE_URL"], everybody)
                serve_until_interrupted(transcript, children)


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


def _hurry(db: Database) -> None:
    """Let SQLite not wait for the disk: a play that is cut short is begun anew."""
    if isinstance(db.bind, sa.Engine) and db.bind.dialect.name == "sqlite":
        sa.event.listen(db.bind, "connect", _without_waiting)
        db.bind.dispose()


def _without_waiting(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


class _Year:
    """One year: its clock, its dice, its people."""

    def __init__(
        self, place: Place, env: dict[str, str], transcript: Transcript, size: Size, seed: int
    ) -> None:
        self.place, self.tell, self.size = place, transcript, size
        self.rng = random.Random(seed)  # noqa: S311 - a play, no secret
        self.end = system_clock()
        self.calendar = Calendar(now=self.end - YEAR)
        self.config = Config.from_env(env)
        self.begun = time.monotonic()

    def play(self) -> list[Person]:
        """Play it; return who can sign in."""
        self.tell.chapter(f"A year of the scheme, from {self.calendar.now:%Y-%m-%d}")
        made = initialise(self.config, administrator=cast.STAFF[0][1], now=self.calendar.now)
        self.hub = replace(open_instance(self.config), clock=self.calendar)
        _hurry(self.hub.db)
        try:
            self.work = Work(hub=self.hub)
            self.staff = people.staff(self.hub, self.calendar)
            joined = self._join(made.fingerprint)
            self._live(joined)
            self._leave_open(joined)
        finally:
            self.hub.db.dispose()
        everybody = [*(each.person for each in self.staff), *(each.who for each in joined)]
        self._write_people(everybody)
        return everybody[: len(self.staff) + SHOWN]

    def _of(self, role: str) -> list[Staff]:
        return [each for each in self.staff if each.person.role == role]

    def _join(self, pin: str) -> list[Joined]:
        chosen = parts.parts(self.rng, bodies=self.size.bodies, members=self.size.members)
        home = GnupgHome(self.place.recipients / "all" / "gnupg", self.config.gpg)
        self.joining = Joining(
            hub=self.hub,
            reviewer=self._of("reviewer")[0],
            coordinators=self._of("coordinator"),
            work=self.work,
            home=home,
            mail=self.place.mail,
            pin=pin,
            rng=self.rng,
        )
        home.make_key(name="Nobody", email="nobody@example.jp")
        home.trust_hub(self.config.certificate_file, pin=pin)
        joined = join(self.joining, chosen)
        members = sum(each.part.members for each in joined)
        self._progress(f"{len(joined)} bodies with {members} members have joined, each with a key of its own")
        return joined

    def _live(self, joined: Sequence[Joined]) -> None:
        """Let the year pass, notice by notice."""
        writer, second = self._of("coordinator")
        by_id = {id_of(each): each for each in joined}
        reacting = Reacting(hub=self.hub, calendar=self.calendar, rng=self.rng, bodies=by_id)

        def released(release: Release, plan: Plan) -> None:
            for hours in AFTER_RELEASE:
                self.calendar.at(self.calendar.now + timedelta(hours=hours), self.work.all)
            reacting.released(release, lead=plan.lead)
            self._progress(f"notice {plan.number + 1} of {self.size.notices}: {release.kind}")

        providing = Providing(
            hub=self.hub,
            calendar=self.calendar,
            writer=writer,
            second=second,
            reviewer=self._of("reviewer")[0],
            released=released,
        )
        self.providing = providing
        provide_all(providing, self._plans(joined, self.size.notices))
        Living(hub=self.hub, calendar=self.calendar, rng=self.rng, coordinator=writer, bodies=joined).plan()
        self.work.begin()
        self._look(reacting, self.calendar.now + FIRST_LOOK)
        self.calendar.run(until=self.end)

    def _plans(self, joined: Sequence[Joined], notices: int) -> Sequence[Plan]:
        """Return notices to the sectors of the bodies that stay."""
        served = [each.part.body.sector for each in joined[:-1]]
        return matters.plans(self.rng, notices=notices, served=served, first=FIRST, last=LAST)

    def _look(self, reacting: Reacting, at: datetime) -> None:
        """Let the worker's rounds come again and again; what they ask for is answered."""
        since = self.calendar.now

        def look() -> None:
            self.work.all()
            reacting.answer_surveys(since)
            self._look(reacting, self.calendar.now + LOOKS)

        if at < self.end:
            self.calendar.at(at, look)

    def _leave_open(self, joined: Sequence[Joined]) -> None:
        """Leave something to do for whoever tries the pages."""
        drafted, waiting = self._plans(joined, self.size.notices + 2)[-2:]
        self.providing.draft(drafted)
        self.providing.submit(self.providing.draft(waiting))
        [late] = parts.parts(self.rng, bodies=1, members=4)
        number = len(joined) + 1
        self.joining.apply(self.joining.register(replace(late, body=replace(late.body, number=number))))
        self.work.all()
        self._progress("a draft, a notice in approval and an application wait for somebody")

    def _progress(self, what: str) -> None:
        seconds = time.monotonic() - self.begun
        self.tell.step(f"{self.calendar.now:%Y-%m-%d}", f"{what} ({seconds:.0f} s, {self.work.done} jobs)")

    def _write_people(self, everybody: Sequence[Person]) -> None:
        """Write down who can sign in; passwords, so that only the owner may read it."""
        file = self.place.recipients / PEOPLE
        file.touch(mode=0o600)
        lines = [f"{each.role},{each.email},{each.password},{each.totp_secret}" for each in everybody]
        file.write_text("\n".join(["role,address,password,authenticator key", *lines, ""]))
        self.tell.text(f"{len(everybody)} people can sign in: {file}")
