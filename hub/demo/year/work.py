"""The worker's part of the year, in this process: whatever is due at the play's instant, two at a time."""

import logging
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from feeds.delivery import bounces, heartbeats
from feeds.reminders import sending
from hub.core import lanes, outbox
from hub.core.instance import Instance
from hub.core.lanes import SWITCH, Lanes
from hub.demo.errors import DemoError
from hub.trail import chaining
from hub.worker import HANDLERS, NIGHTLY
from sectors.certificates import watching

AT_ONCE = 2


@dataclass(slots=True, kw_only=True)
class Work:
    """Does what was promised; `done` counts how many jobs, `hopeless` those that must be given up."""

    hub: Instance
    done: int = 0
    hopeless: int = 0
    _lanes: Lanes = field(init=False)

    def __post_init__(self) -> None:
        self._lanes = Lanes(self.hub, HANDLERS, worker="year", number=AT_ONCE)
        sys.setswitchinterval(SWITCH)

    def begin(self) -> None:
        """Promise what comes again and again: reminders, returned mail, nightly looks, the log's chain.

        Two rounds begin with `begin_last_days` only. Heartbeats would be sixty thousand sealings to forty
        bodies, of which a hub keeps the newest of each; the nightly look at every certificate is three
        processes of gpg each.
        """
        nightly = (each for each in NIGHTLY if each != watching.NIGHT)
        self._promise(
            dict.fromkeys(nightly, outbox.DAY) | {sending.LOOK: sending.EVERY, chaining.ROUND: chaining.EVERY}
        )
        with self.hub.db.transaction() as session:
            bounces.promise_round(session, self.hub.config.bounces, now=self.hub.clock())

    def begin_last_days(self) -> None:
        """Promise what only the last days can show, since nothing older than that is kept."""
        every = timedelta(hours=self.hub.config.heartbeat_hours)
        self._promise({heartbeats.ROUND: every, watching.NIGHT: outbox.DAY})

    def _promise(self, rounds: Mapping[str, timedelta]) -> None:
        now = self.hub.clock()
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
        if failed != self.hopeless:
            raise DemoError(f"{failed} jobs of the worker were given up")

    def give_up_one(self) -> None:
        """Do everything that is due now, of which one job cannot be done, as is known beforehand."""
        self.hopeless += 1
        log = logging.getLogger(lanes.__name__)
        log.disabled = True
        try:
            self.all()
        finally:
            log.disabled = False

    def _lane(self, *, untried: bool) -> int:
        count = 0
        while self._lanes.work_one(untried=untried):
            count += 1
        return count
