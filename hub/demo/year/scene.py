"""What everybody of the year shares: the hub, its clock and worker, the dice, the staff, the keys."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hub.core.clock import JST
from hub.core.holidays import is_closed
from hub.core.instance import Instance
from hub.core.vault import Vault
from hub.demo.bulk import Staff
from hub.demo.letterbox import Letterbox
from hub.demo.place import Place
from hub.demo.recipients import GnupgHome
from hub.demo.year.calendar import Calendar, Event
from hub.demo.year.work import Work

OPENS, OPEN_FOR = time(9), 8 * 60  # when offices open in Japan, and for how many minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The hub and all around it; `keys` is one GnuPG home with the key of every contact and member."""

    place: Place
    hub: Instance
    calendar: Calendar
    rng: random.Random
    work: Work
    keys: GnupgHome
    pin: str
    staff: Sequence[Staff]

    @property
    def now(self) -> datetime:
        """Return the play's present instant."""
        return self.calendar.now

    @property
    def today(self) -> date:
        """Return the play's present day in Japan."""
        return self.now.astimezone(JST).date()

    @property
    def vault(self) -> Vault:
        """Return what seals and opens at rest."""
        return self.hub.vault

    @property
    def writer(self) -> Staff:
        """Return the coordinator who drafts."""
        return self._of("coordinator")[0]

    @property
    def second(self) -> Staff:
        """Return the coordinator who releases and confirms."""
        return self._of("coordinator")[1]

    @property
    def reviewer(self) -> Staff:
        """Return the person of IPA."""
        return self._of("reviewer")[0]

    @property
    def administrator(self) -> Staff:
        """Return who opens accounts."""
        return self._of("administrator")[0]

    def _of(self, role: str) -> list[Staff]:
        return [each for each in self.staff if each.person.role == role]

    def letterbox(self, email: str) -> Letterbox:
        """Return somebody's mail."""
        return Letterbox(email, self.place.mail, self.keys, self.pin)

    def in_office(self, after: timedelta) -> datetime:
        """Return an instant of the first office day after so long, on which people in Japan work."""
        day = (self.now + after).astimezone(JST).date()
        while is_closed(day):
            day += timedelta(days=1)
        minutes = timedelta(minutes=self.rng.randrange(OPEN_FOR))
        return (datetime.combine(day, OPENS, JST) + minutes).astimezone(UTC)

    def after(self, days: float, event: Event) -> None:
        """Let something happen in an office so many days from now."""
        self.calendar.at(self.in_office(timedelta(days=days)), event)

    def in_turn(self, *steps: tuple[float, Event]) -> None:
        """Let things happen one after the other, each so many days after the one before it."""
        if not steps:
            return
        (days, event), *rest = steps

        def come() -> None:
            event()
            self.in_turn(*rest)

        self.after(days, come)

    def wait(self, days: float) -> None:
        """Let days pass, until people are at work."""
        self.calendar.run(until=max(self.now, self.in_office(timedelta(days=days))))

    def in_a_while(self) -> None:
        """Let some minutes pass: nobody does two things at the same instant."""
        self.calendar.run(until=self.now + timedelta(seconds=self.rng.randint(100, 400)))
