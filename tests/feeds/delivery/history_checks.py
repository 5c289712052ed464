"""What is looked at after every step of a history: each channel of each body, and what each is due."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import orm

from feeds.advisories import queries
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import LIFTED
from feeds.delivery.states import ARRIVED
from hub.core import outbox
from hub.core.audit import Actor
from hub.core.errors import HubError
from hub.core.instance import Instance
from hub.worker import HANDLERS
from tests.conftest import HandedIn
from tests.feeds.delivery.history_model import WORD, Matter, Said, Seat
from tests.feeds.delivery.plain import Outbound, artifact_payload, opened
from tests.support.advisories import VAULT
from tests.support.browser import Browser

STEP = timedelta(minutes=11)  # what is held is looked at again after ten


class Checks:
    """Hub, outside world and model; `hub`, `clock`, `app` and `outbound` are set by the test."""

    hub: Instance
    clock: HandedIn
    app: Flask
    outbound: Outbound
    matters: list[Matter]
    seats: list[Seat]
    public: set[str]
    read_mails: int
    people: list[Actor]

    @contextmanager
    def trying(self) -> Iterator[list[orm.Session]]:
        """Give a session; what the hub refuses has not happened, and the list that is given ends empty."""
        self.clock.now += STEP
        given: list[orm.Session] = []
        try:
            with self.hub.db.transaction() as session:
                given.append(session)
                yield given
        except HubError:
            given.clear()

    def done(self, act: Callable[[orm.Session], object]) -> bool:
        """Tell whether the hub let this happen."""
        with self.trying() as given:
            act(given[0])
        return bool(given)

    def pick(self, which: int) -> Matter | None:
        return self.matters[which % len(self.matters)] if self.matters else None

    def by(self, person: int) -> dict[str, Any]:
        return {"vault": VAULT, "by": self.people[person], "now": self.clock.now}

    def work(self) -> None:
        now = self.clock.now
        while True:
            with self.hub.db.transaction() as session:
                job = outbox.claim(session, worker="test", now=now)
            if job is None:
                return
            HANDLERS[job.kind](self.hub, job.values, now)
            with self.hub.db.transaction() as session:
                outbox.done(session, job.id, now=now)

    def _may(self, seat: Seat) -> set[str]:
        return {each for matter in self.matters for said in matter.released for each in said.told(seat)}

    def mails_are_right(self) -> None:
        """Each mail of this step went to one who stands well, sealed, and says what is for him."""
        by_address = {seat.email: seat for seat in self.seats}
        for to, raw in self.outbound.mails[self.read_mails :]:
            if raw.startswith(b"sealed-to"):
                seat = by_address[to]
                assert seat.stands(self.clock.now), "mailed to a body without standing"
                assert set(WORD.findall(opened(raw, seat.fingerprint))) <= self._may(seat)
            else:
                assert not WORD.search(raw.decode()), "something of a notice in plain mail"
        self.read_mails = len(self.outbound.mails)

    def tool_is_right(self, seat: Seat) -> None:
        path = f"/priority/collections/{seat.tool.sealed}/objects/"
        answer = seat.tool.ask(path)
        if not seat.stands(self.clock.now):
            assert answer.status_code == 401, "a tool reads without standing"
            return
        for found in seat.tool.objects():
            plain = opened(artifact_payload(found), seat.fingerprint)
            assert set(WORD.findall(plain)) <= self._may(seat), "a copy says what is not for this body"
        others = [each for each in self.seats if each is not seat]
        strange = path.replace(str(seat.tool.sealed), str(others[0].tool.sealed))
        assert seat.tool.ask(strange).status_code == 404
        lifted = seat.tool.ask(f"/priority/collections/{LIFTED}/objects/").get_data(as_text=True)
        assert set(WORD.findall(lifted)) == self.public, "what is lifted is not what was published"

    def pages_are_right(self, seat: Seat) -> None:
        browser = Browser(self.app)
        browser.sign_in(self.hub, seat.account)
        for matter in self.matters:
            answer = browser.get(f"/notices/{matter.tracking_id}")
            told = any(seat.body.id in said.bodies for said in matter.released)
            if not (told and seat.stands(self.clock.now)):
                assert answer.status_code == 404, "a page is there for whom it is not"
            assert set(WORD.findall(answer.text)) <= self._may(seat), "a page says what is not for this body"

    def nothing_due_is_missing(self) -> None:
        with self.hub.db.reading() as session:
            for matter in self.matters:
                rows = queries.releases(session, matter.id)
                assert [each.kind for each in rows] == [each.kind for each in matter.released]
                for seat in self.seats:
                    to = [
                        (row, said)
                        for row, said in zip(rows, matter.released, strict=True)
                        if seat.body.id in said.bodies
                    ]
                    for kind in (Copy, Mailing):
                        self._is_due(session, kind, seat, to)

    def _is_due(self, session: orm.Session, kind: Any, seat: Seat, to: list[tuple[Any, Said]]) -> None:  # noqa: ANN401 - a copy or a mailing
        found = {
            each.release_id: each
            for each in session.scalars(sa.select(kind).where(kind.body_id == seat.body.id))
        }
        assert {row.id for row, _said in to} <= found.keys(), "nothing was promised to one addressed"
        if to and to[-1][1].due(seat, self.clock.now):
            assert found[to[-1][0].id].state in ARRIVED, "the newest notice has not gone to one entitled"
