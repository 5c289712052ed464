"""A machine that plays random histories of the real services, and a model that says who may know what.

The model knows nothing of states, audiences or statements. It notes who wrote which words for whom, what
two people have released, and which bodies stand well; from that follows what each may see, and is due.
"""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import orm

from feeds.advisories import consulting, queries, releasing, same_matter, service
from feeds.advisories.consulting import Consulted
from feeds.advisories.draft import Draft
from feeds.advisories.states import Answer
from feeds.formats.content import Kind, Text
from feeds.formats.stix import Part
from hub.accounts.models import Role
from hub.core.clock import JST
from keys import queries as keys
from nda.agreements import queries as agreements
from sectors.bodies import queries as bodies
from sectors.bodies.states import State as BodyState
from tests.feeds.collections.tool import Tool
from tests.feeds.delivery.history_checks import STEP, Checks
from tests.feeds.delivery.history_model import Matter, Said, Seat, new_words, word
from tests.support import advisories, passkeys
from tests.support.advisories import NOW, Readiness, acting
from tests.support.delivery import World
from tests.support.people import make_account

SERVING = (("electricity",), ("gas",), ("electricity", "gas"), ("water",))
PEOPLE = 3  # coordinators


class Histories(Checks, RuleBasedStateMachine):
    """Advisories of one hub; `hub`, `clock`, `app` and `outbound` are set by the test."""

    releases = 0  # of all histories, so that a test sees that something was played

    person = st.integers(0, PEOPLE - 1)
    which = st.integers(0, 4)
    some = st.sets(st.integers(0, len(SERVING) - 1), min_size=1)

    @initialize()
    def begins(self) -> None:
        self.undo = self.hub.db.bind.begin_nested()  # type: ignore[union-attr] # a connection, in tests
        self.clock.now, self.outbound.mails[:] = NOW, []
        self.matters, self.public = [], set()
        self.read_mails = self.looked = 0
        with self.hub.db.transaction() as session:
            staff = [make_account(session, Role.COORDINATOR) for _ in range(PEOPLE)]
            self.people = [acting(each) for each in staff]
            self.ipa = acting(make_account(session, Role.REVIEWER))
            passkeys.pin(session, self.hub.config.pinned_passkeys, *self.people)
        self.cast = advisories.Cast(writer=self.people[0], releaser=self.people[1], ipa=self.ipa)
        self.seats = [self._seat(codes) for codes in SERVING]
        self._prologue()

    def _prologue(self) -> None:
        """Begin with what chance seldom brings in a short history: a body falls out and comes back."""
        self.goes_all_the_way(to={0, 2}, which=1, first=0, second=2, days=20)
        self.everybody_sees_what_they_may_and_is_sent_what_is_due()
        for receiving in (False, True):
            self.is_suspended_or_back(seat=2, receiving=receiving)
            self.is_revised(which=0, to={0, 2, 3}, first=1, second=0, days=9, kind=Kind.UPDATE)
            self.everybody_sees_what_they_may_and_is_sent_what_is_due()

    def _seat(self, codes: tuple[str, ...]) -> Seat:
        with self.hub.db.transaction() as session:
            body = advisories.make_body(session, Readiness(sectors=codes), name=f"{codes} {word()}")
            [contact] = bodies.contacts(session, body.id)
            [row] = keys.certificates_of(session, contact.id)
            passkeys.confirmed(row, contact, body)
            assert contact.account
            account, fingerprint = contact.account, row.fingerprint
        world = World(hub=self.hub, seat=None, cast=self.cast, power=body)  # type: ignore[arg-type] # nothing is sealed for real
        tool = Tool.of(world, body, self.app)
        return Seat(
            body=body,
            email=contact.email,
            account=account,
            fingerprint=fingerprint,
            tool=tool,
            sectors=frozenset(codes),
        )

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            self.undo.rollback()

    def said(self, kind: Kind, to: set[int], days: int) -> tuple[Said, Draft]:
        """Write something new for these bodies."""
        return new_words(
            kind, [self.seats[each] for each in sorted(to)], self.clock.now + timedelta(days=days)
        )

    @rule(to=some, person=person, days=st.integers(2, 40))
    def is_drafted(self, to: set[int], person: int, days: int) -> None:
        said, draft = self.said(Kind.NEW, to, days)
        with self.trying() as given:
            made = service.create_draft(given[0], draft, **self.by(person))
            self.matters.append(
                Matter(id=made.id, tracking_id=made.matter.tracking_id, writing=said, editors={person})
            )

    @rule(which=which, to=some, person=person, days=st.integers(2, 40))
    def is_edited(self, which: int, to: set[int], person: int, days: int) -> None:
        matter = self.pick(which)
        if matter is None or matter.writing is None:
            return
        said, draft = self.said(matter.writing.kind, to, days)
        if self.done(lambda session: self._save(session, matter, draft, person)):
            assert not matter.proposed, "written while it waited for approval"
            matter.writing = said
            matter.editors.add(person)

    def _save(self, session: orm.Session, matter: Matter, draft: Draft, person: int) -> None:
        seen = queries.latest_revision(session, matter.id).version
        service.save_draft(session, matter.id, draft, version=seen, **self.by(person))

    @rule(which=which, person=person)
    def is_submitted(self, which: int, person: int) -> None:
        matter = self.pick(which)
        if matter is None:
            return

        def submit(session: orm.Session) -> None:
            advisories.submit(session, matter.id, by=self.people[person], now=self.clock.now)

        if self.done(submit):
            matter.proposed = True
            matter.editors.add(person)
            self.done(lambda session: self._consult(session, matter.id))

    def _consult(self, session: orm.Session, advisory_id: uuid.UUID) -> None:
        today = self.clock.now.astimezone(JST).date()
        said = Consulted(name="Example", asked_on=today, answered_on=today, answer=Answer.AGREED)
        ours = self.by(0) | {"by": self.ipa}
        consulting.confirm_ipa(session, advisory_id, answer=Answer.AGREED, **ours)
        consulting.record_consultation(session, advisory_id, said, **self.by(0))

    @rule(which=which, person=person)
    def is_released(self, which: int, person: int) -> None:
        matter = self.pick(which)
        if matter is None:
            return

        def release(session: orm.Session) -> None:
            advisories.release(session, matter.id, by=self.people[person], now=self.clock.now)

        if not self.done(release):
            return
        assert matter.proposed, "released without having been submitted"
        assert person not in matter.editors, "released by one who wrote it"
        assert matter.writing is not None
        ends = matter.writing.kind in {Kind.LIFTED, Kind.WITHDRAWN}
        assert ends or not matter.closed, "a new notice under a tracking ID that was merged into another"
        matter.released.append(matter.writing)
        if matter.writing.kind is Kind.LIFTED:
            self.public.add(matter.writing.summary)
        matter.writing, matter.proposed, matter.editors = None, False, set()
        type(self).releases += 1

    @rule(to=some, which=which, first=person, second=person, days=st.integers(2, 40))
    def goes_all_the_way(self, to: set[int], which: int, first: int, second: int, days: int) -> None:
        """Take the steps in their order, which chance alone seldom does."""
        self.is_drafted(to=to, person=first, days=days)
        last = len(self.matters) - 1
        self.is_edited(which=last, to=to, person=which % PEOPLE, days=days)
        self.is_submitted(which=last, person=first)
        for person in (first, second, (first + 1) % PEOPLE, (first + 2) % PEOPLE):
            if self.matters[last].writing is not None:
                self.is_released(which=last, person=person)

    @rule(which=which)
    def is_sent_back_or_dropped(self, which: int) -> None:
        matter = self.pick(which)
        if matter is None or matter.writing is None:
            return
        gone = matter.writing.kind in {Kind.LIFTED, Kind.WITHDRAWN}
        if self.done(lambda session: service.send_back(session, matter.id, by=self.ipa, now=self.clock.now)):
            matter.proposed = False
            if gone:
                matter.writing, matter.editors = None, set()

    @rule(
        which=which,
        to=some,
        first=person,
        second=person,
        days=st.integers(2, 40),
        kind=st.sampled_from([Kind.UPDATE, Kind.CORRECTION, Kind.DATE]),
    )
    def is_revised(self, *, which: int, to: set[int], first: int, second: int, days: int, kind: Kind) -> None:
        matter = self.pick(which)
        if matter is None or matter.writing is not None:
            return
        said, draft = self.said(kind, to, days)

        def revise(session: orm.Session) -> None:
            service.revise(session, matter.id, kind=kind, **self.by(first))
            self._save(session, matter, draft, first)

        if self.done(revise):
            matter.writing, matter.editors = said, {first}
            self._handed_on(matter, first, second)

    @rule(which=which, first=person, second=person, lifted=st.booleans())
    def is_ended(self, which: int, first: int, second: int, *, lifted: bool) -> None:
        matter = self.pick(which)
        if matter is None or matter.writing is not None or not matter.released:
            return
        last = matter.released[-1]
        if lifted:
            kind, words = Kind.LIFTED, {last.summary: None}
            told = {"parts": frozenset({Part.SUMMARY})}
        else:
            kind = Kind.WITHDRAWN
            known = next((said for said in reversed(matter.released) if matter.told <= said.bodies), None)
            words = {each: None for each, code in known.words.items() if code is None} if known else {}
            words.pop(known.summary if known else "", None)
            told = {"reason": Text(ja="誤報"), "duties": Text(ja="渡さない")}  # type: ignore[dict-item]
        propose: Any = releasing.propose_lifting if lifted else releasing.propose_withdrawal
        if self.done(lambda session: propose(session, matter.id, **told, **self.by(first))):
            matter.writing = replace(last, kind=kind, words=dict(words), bodies=matter.told)
            matter.editors = {first}
            self._handed_on(matter, first, second)

    def _handed_on(self, matter: Matter, first: int, second: int) -> None:
        place = self.matters.index(matter)
        self.is_submitted(which=place, person=first)
        self.is_released(which=place, person=second)

    @rule(which=which, into=which, person=person)
    def are_merged(self, which: int, into: int, person: int) -> None:
        one, other = self.pick(which), self.pick(into)
        if one is None or other is None:
            return

        def merge(session: orm.Session) -> None:
            same_matter.merge(session, one.id, other.id, reason="同じ装置", **self.by(person))

        if self.done(merge):
            assert not one.closed
            assert not other.closed
            assert one is not other
            one.closed = True

    @rule(seat=st.integers(0, len(SERVING) - 1), receiving=st.booleans())
    def is_suspended_or_back(self, seat: int, *, receiving: bool) -> None:
        self.clock.now += STEP
        with self.hub.db.transaction() as session:
            state = BodyState.FULL if receiving else BodyState.SUSPENDED
            bodies.body(session, self.seats[seat].body.id).state = state
        self.seats[seat].receiving = receiving

    @rule(seat=st.integers(0, len(SERVING) - 1), days=st.sampled_from([0, 5, 60]))
    def agreement_ends(self, seat: int, days: int) -> None:
        self.clock.now += STEP
        ends_at = self.clock.now + timedelta(days=days)
        with self.hub.db.transaction() as session:
            [row] = agreements.agreements_of(session, self.seats[seat].body.organisation_id)
            row.ends_at = ends_at
        self.seats[seat].ends_at = ends_at

    @rule(days=st.sampled_from([0.25, 3, 15]))
    def time_passes(self, days: float) -> None:
        self.clock.now = min(self.clock.now + timedelta(days=days), NOW + timedelta(days=90))

    @invariant()
    def everybody_sees_what_they_may_and_is_sent_what_is_due(self) -> None:
        if not hasattr(self, "seats"):
            return
        self.work()
        self.mails_are_right()
        for seat in self.seats:
            self.tool_is_right(seat)
        self.looked += 1
        self.pages_are_right(self.seats[self.looked % len(self.seats)])
        self.nothing_due_is_missing()
