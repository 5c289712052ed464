"""One pass of the receiver: hand on what waits, read the pages, judge each object, send receipts back.

Every step is committed before the next begins, so that a kill at any moment neither loses a copy nor
hands it on twice: a copy is taken together with its number; handing on can be repeated without harm; the
cursor moves when all of a page was judged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feeds.formats.envelope import Heartbeat, Manifest
from feeds.formats.receipt_note import receipt_note
from feeds.receiver import service
from feeds.receiver.checks import Copy, PutAsideError, payload_of, unseal
from feeds.receiver.key import Key
from feeds.receiver.models import Base, Taken
from feeds.receiver.outlets import HandOverError, Outlet
from feeds.receiver.parcels import Parcel, name_of
from feeds.receiver.quarantine import Quarantine
from feeds.receiver.server import Hub, Page, Served, ServerError, check_clock
from feeds.receiver.service import Found
from feeds.receiver.settings import Start
from feeds.receiver.states import Alarm, Move, Reason, State
from feeds.receiver.telling import Teller
from hub.core.db import Database

REMIND = timedelta(hours=1)  # until an alarm that lasts is news again
GAP = "copies before this one never came"
UNSTARTED = "nothing can be handed on before a signed heartbeat"
SILENT = "the hub has given no sign of life for too long"
WITHHELD = "the hub has sealed more copies for us than it shows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """How a pass went: whether the hub failed it, and how many seconds it wants to be left alone."""

    failed: bool = False
    retry_after: int = 0


@dataclass(kw_only=True)
class Receiver:
    """All that a pass works with; `late` is how old the hub's last sign of life may be.

    `key` takes over the hub's new certificate when a new signing subkey shows up.
    """

    hub: Hub
    key: Key
    db: Database
    outlets: Sequence[Outlet]
    quarantine: Quarantine
    teller: Teller
    clock: Callable[[], datetime]
    late: timedelta
    start: Start = Start.HEAD
    again: bool = field(default=False)
    _asked: bool = field(default=False, init=False)  # for the hub's certificate, in this pass

    def prepare(self) -> None:
        """Make the tables and the first row, the first time."""
        with self.db.transaction() as session:
            Base.metadata.create_all(session.connection())
            service.begin(session, self.start, now=self.clock())
            if self.again:
                service.forget_refusals(session)

    def once(self) -> Pass:
        """Make one pass.

        Raises:
            ConfigurationError: our own key opens nothing; nothing was judged.

        """
        stuck = set[str]()
        self._asked = False
        self.hand_on(stuck)
        try:
            self._read(stuck)
            if self._wants_again():
                self._read(stuck)
        except ServerError as error:
            self._lasting(Alarm.HUB, str(error))
            return Pass(failed=True, retry_after=error.retry_after)
        else:
            self._over(Alarm.HUB)
            self.acknowledge()
            return Pass()
        finally:
            self._listen()

    def hand_on(self, stuck: set[str]) -> None:
        """Hand on each copy that was taken, but for matters that are stuck in this pass.

        One that fails waits for the next pass, and newer revisions of it wait behind.
        """
        with self.db.reading() as session:
            accepted = service.waiting(session, State.ACCEPTED)
        for taken in accepted:
            if taken.tracking_id not in stuck and not self._handed_on(taken):
                stuck.add(taken.tracking_id)

    def acknowledge(self) -> None:
        """Send back the receipt of each copy that was handed on; the first failure ends it until later."""
        with self.db.reading() as session:
            handed_on = service.waiting(session, State.HANDED_ON)
        for taken in handed_on:
            parcel = self._opened(taken)
            if parcel is None:
                continue
            told = parcel.manifest
            note = receipt_note(told.receipt_code, report=parcel.report(), at=told.issued)
            try:
                took = self.hub.give(note)
            except ServerError as error:
                self._lasting(Alarm.HUB, f"receipts wait: {error}")
                return
            if not took:
                self._lasting(Alarm.HUB, "the hub does not take a receipt", id=parcel.name)
                continue
            with self.db.transaction() as session:
                service.move(session, taken.seq, Move.ACKNOWLEDGE, now=self.clock())
            self.teller.say("acknowledged", id=parcel.name)

    def _read(self, stuck: set[str]) -> None:
        for _ in range(self.hub.limits.pages):
            with self.db.reading() as session:
                cursor = service.position(session).cursor
            page = self.hub.page(cursor)
            if page.last is None:
                return
            check_clock(page.last, now=self.clock())
            self._judge_all(page, cursor)
            self.hand_on(stuck)
            if not page.more:
                return
        raise ServerError("there are more pages than one pass takes; the next pass goes on")

    def _judge_all(self, page: Page, cursor: str | None) -> None:
        for served in page.objects:
            self._judge(served, cursor)
        with self.db.transaction() as session:
            forward = page.last is not None and service.move_on(session, page.last)
        if not forward:
            raise ServerError("the pages do not move on")

    def _judge(self, served: Served, cursor: str | None) -> None:
        with self.db.reading() as session:
            repeat = service.is_repeat(session, served.digest, cursor)
        if repeat is False:
            self._replayed(served)
        if repeat is None:
            try:
                copy = self._unsealed(payload_of(served.document))
            except PutAsideError as failed:
                self._put_aside(served, failed.reason, cursor=cursor)
            else:
                self._take(served, copy, cursor)

    def _unsealed(self, message: bytes) -> Copy:
        try:
            return unseal(message, self.key)
        except PutAsideError as failed:
            if failed.reason is not Reason.WRONG_SIGNER or self._asked:
                raise
            self._asked = True
            if (key := self._renewed()) is None:
                raise
            copy = unseal(message, key)
            self.key = key
            return copy

    def _renewed(self) -> Key | None:
        """Ask for the hub's certificate: it may sign with a new subkey, under the same primary key."""
        try:
            return self.key.renewed(self.hub.certificate())
        except ServerError:
            return None

    def _take(self, served: Served, copy: Copy, cursor: str | None) -> None:
        manifest, now = copy.opened.manifest, self.clock()
        try:
            with self.db.transaction() as session:
                if isinstance(manifest, Heartbeat):
                    found = service.take_heartbeat(session, manifest, now=now)
                else:
                    found = service.take_copy(session, copy, manifest, now=now)
                if found.ours:
                    service.note_seen(session, served.digest, cursor, good=True)
                self._tell(manifest, found)  # before it is kept: rather twice than never
        except PutAsideError as failed:
            self._put_aside(served, failed.reason, cursor=cursor, copy=copy)

    def _tell(self, manifest: Manifest | Heartbeat, found: Found) -> None:
        beat = isinstance(manifest, Heartbeat)
        if found.missing:
            what, said = (Alarm.WITHHELD, WITHHELD) if beat else (Alarm.GAP, GAP)
            self.teller.alarm(what, said, missing=f"{found.missing[0]}-{found.missing[-1]}")
        if beat:
            self.teller.say("heartbeat", issued=manifest.issued.isoformat())

    def _replayed(self, served: Served) -> None:
        file = self.quarantine.put(served, Reason.REPLAYED, now=self.clock())
        self._alarm_of(Reason.REPLAYED, file)

    def _put_aside(
        self, served: Served, reason: Reason, *, cursor: str | None, copy: Copy | None = None
    ) -> None:
        now = self.clock()
        file = self.quarantine.put(served, reason, now=now)
        self._alarm_of(reason, file)
        with self.db.transaction() as session:
            if file is not None:  # what there is no room for is not remembered either
                service.note_seen(session, served.digest, cursor, good=False)
            if copy is not None and isinstance(copy.opened.manifest, Manifest):
                service.put_aside(session, copy, copy.opened.manifest, now=now)

    def _alarm_of(self, reason: Reason, file: str | None) -> None:
        self._lasting(Alarm.PUT_ASIDE, reason.sentence, reason=reason.value, file=file)

    def _wants_again(self) -> bool:
        with self.db.transaction() as session:
            wanted = service.position(session).read_again
            if wanted:
                service.read_again(session)
        return wanted

    def _handed_on(self, taken: Taken) -> bool:
        parcel = self._opened(taken)
        if parcel is None:
            return False
        with self.db.transaction() as session:
            before = service.attempt(session, taken.seq)
        parcel = replace(parcel, repeat=before > 0)
        try:
            for outlet in self.outlets:
                self._give(outlet, taken, parcel)
        except HandOverError as error:
            self._lasting(Alarm.HAND_OVER, str(error), id=parcel.name)
            return False
        with self.db.transaction() as session:
            service.move(session, taken.seq, Move.HAND_ON, now=self.clock())
        self.teller.say("handed-on", id=parcel.name, kind=parcel.kind, follows_gap=parcel.follows_gap)
        return True

    def _give(self, outlet: Outlet, taken: Taken, parcel: Parcel) -> None:
        if outlet.name not in taken.given.split(","):
            outlet.give(parcel)
            with self.db.transaction() as session:
                service.note_given(session, taken.seq, outlet.name)

    def _opened(self, taken: Taken) -> Parcel | None:
        """Open a copy that was taken; its sealed bytes are all that was kept of it."""
        try:
            copy = self._unsealed(taken.sealed or b"")
        except PutAsideError as failed:
            self.teller.alarm(Alarm.HAND_OVER, f"a copy does not open any more: {failed}", seq=taken.seq)
            return None
        manifest = copy.opened.manifest
        if not isinstance(manifest, Manifest) or copy.sha256 != taken.sha256:
            self.teller.alarm(Alarm.HAND_OVER, "a copy is not what was taken", seq=taken.seq)
            return None
        with self.db.reading() as session:
            missing = service.missing(session, below=taken.seq)
        return Parcel(
            name=name_of(manifest),
            manifest=manifest,
            opened=copy.opened,
            follows_gap=taken.follows_gap,
            missing=missing,
        )

    def _listen(self) -> None:
        """Alarm when the hub has been silent for too long."""
        with self.db.reading() as session:
            silent = service.silent_for(session, now=self.clock())
            started = service.position(session).started
        hours = round(silent.total_seconds() / 3600, 1)
        if not started:
            self._lasting(Alarm.NO_HEARTBEAT, UNSTARTED, hours=hours)
        elif silent > self.late:
            self._lasting(Alarm.NO_HEARTBEAT, SILENT, hours=hours)
        else:
            self._over(Alarm.NO_HEARTBEAT)

    def _lasting(self, what: Alarm, said: str, **facts: object) -> None:
        """Alarm what may come often; the alarm program hears of each kind once an hour."""
        now, alarm = self.clock(), f"{what}/{said}"
        with self.db.reading() as session:
            news = service.is_news(session, alarm, every=REMIND, now=now)
        self.teller.alarm(what, said, news=news, **facts)
        if news:
            with self.db.transaction() as session:
                service.note_told(session, alarm, now=now)

    def _over(self, what: Alarm) -> None:
        with self.db.transaction() as session:
            service.is_over(session, what)
