"""Lanes: the threads of one worker process, each doing one job after another.

Sealing is a gpg process and mailing waits for a server, so that threads keep every core busy. The first
lane takes whatever is due, the oldest first; the others take only jobs that nobody has begun. So what keeps
failing, however slowly, holds one lane of a worker and no more, and a job that kills its worker each time
takes no other down with it twice.
"""

import logging
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hub.core import outbox
from hub.core.instance import Instance
from hub.core.outbox import LEASE, Job
from hub.core.smtp import MailRefusedError

log = logging.getLogger(__name__)

Handler = Callable[[Instance, Mapping[str, str], datetime], None]
MOST_LANES = 12  # each needs a database connection, and SQLite's pool has 15
OUTAGE_PAUSE = 5.0  # seconds until the database is asked again
IDLE_PAUSE = 0.25  # seconds between two looks into an empty outbox
SWITCH = 0.0005  # seconds that a lane computes while others that wait for gpg or a server are ready to go on


class Lanes:
    """Does the jobs of one outbox with these handlers, `number` at a time."""

    def __init__(
        self, hub: Instance, handlers: Mapping[str, Handler], *, worker: str, number: int = 1
    ) -> None:
        self.hub = hub
        self.stopping = False
        self._handlers = handlers
        self._worker = worker
        self._number = number
        self._running: dict[uuid.UUID, Job] = {}

    def run(self) -> None:
        """Work until `stopping` is set; jobs that were begun are finished first.

        A fault of ours in one lane stops all and is raised.
        """
        sys.setswitchinterval(SWITCH)  # with Python's own 5 ms a delivery takes a third longer
        with ThreadPoolExecutor(self._number, thread_name_prefix="lane") as pool:
            lanes = [pool.submit(self._lane, untried=place > 0) for place in range(self._number)]
            while not all(lane.done() for lane in lanes):
                self._or_pause(self._renew)
                self.stopping |= any(map(Future.done, lanes))
        for lane in lanes:
            lane.result()

    def _lane(self, *, untried: bool) -> None:
        while not self.stopping:
            self._or_pause(partial(self.work_one, untried=untried))

    def _or_pause(self, act: Callable[[], bool]) -> None:
        try:
            if not act():
                time.sleep(IDLE_PAUSE)
        except (OperationalError, PoolTimeoutError) as error:
            log.error("the database does not answer", exc_info=error)  # noqa: TRY400 - the trace is in exc_info
            time.sleep(OUTAGE_PAUSE)

    def work_one(self, *, untried: bool = False) -> bool:
        """Do one due job; tell whether there was one."""
        now = self.hub.clock()
        with self.hub.db.reading() as session:
            if not outbox.is_due(session, now=now, untried=untried):
                return False
        with self.hub.db.transaction() as session:
            job = outbox.claim(session, worker=self._worker, now=now, untried=untried)
        if job is None:
            return False
        self._running[job.id] = job
        try:
            self._do(job)
        finally:
            del self._running[job.id]
        return True

    def _do(self, job: Job) -> None:
        try:
            self._handlers[job.kind](self.hub, job.values, self.hub.clock())
        except Exception as error:
            log.warning("job failed", extra={"job": job.id, "kind": job.kind}, exc_info=error)
            self._failed(job, error)
        else:
            with self.hub.db.transaction() as session:
                outbox.done(session, job.id, now=self.hub.clock())

    def _failed(self, job: Job, error: Exception) -> None:
        with self.hub.db.transaction() as session:
            outbox.failed(
                session,
                job.id,
                problem=type(error).__name__,
                now=self.hub.clock(),
                final=isinstance(error, MailRefusedError),
                attempt=job.attempts,
            )

    def _renew(self) -> bool:
        """Lengthen the leases that are half over; tell whether there were any."""
        now = self.hub.clock()
        late = [job for job in list(self._running.values()) if job.due_at - now < LEASE / 2]
        if late:
            with self.hub.db.transaction() as session:
                outbox.renew(session, late, now=now)
        return bool(late)
