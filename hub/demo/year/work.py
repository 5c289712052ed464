"""The worker's part of the year, in this process: whatever is due at the play's instant, two at a time."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from feeds.reminders import sending
from hub.core import outbox
from hub.core.instance import Instance
from hub.core.lanes import SWITCH, Lanes
from hub.demo.errors import DemoError
from hub.trail import chaining, heads
from hub.worker import HANDLERS, NIGHTLY
from sectors.certificates import watching

AT_ONCE = 2
LEFT_OUT = frozenset({watching.NIGHT, heads.NIGHT})


@dataclass(slots=True, kw_only=True)
class Work:
    """Does what was promised; `done` counts how many jobs."""

    hub: Instance
    done: int = 0
    _lanes: Lanes = field(init=False)

    def __post_init__(self) -> None:
        self._lanes = Lanes(self.hub, HANDLERS, worker="year", number=AT_ONCE)
        sys.setswitchinterval(SWITCH)

    def begin(self) -> None:
        """Promise what comes again and again: reminders, nightly looks, the chain of the log.

        Heartbeats are left out, sixty thousand sealings a year to forty bodies, and the nightly look at each
        certificate, which is three processes of gpg. So are the signed heads of the log: the hub's key is of
        today, and what it signed for a day before it was made convinces nobody.
        """
        now, nightly = self.hub.clock(), (each for each in NIGHTLY if each not in LEFT_OUT)
        rounds = dict.fromkeys(nightly, outbox.DAY) | {
            sending.LOOK: sending.EVERY,
            chaining.ROUND: chaining.EVERY,
        }
        with self.hub.db.transaction() as session:
            for kind, every in rounds.items():
                outbox.promise_round(session, kind, every=every, at=now, now=now)

    def all(self) -> None:
        """Do everything that is due now.

        Raises:
            DemoError: something was given up, or failed.

        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self.done += sum(pool.map(lambda untried: self._lane(untried=untried), (False, True)))
        with self.hub.db.reading() as session:
            failed = outbox.count_dead(session)
        if failed:
            raise DemoError(f"{failed} jobs of the worker were given up")

    def _lane(self, *, untried: bool) -> int:
        count = 0
        while self._lanes.work_one(untried=untried):
            count += 1
        return count
