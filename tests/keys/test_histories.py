"""Whatever happens to a contact's certificates, nothing is sealed to one that may not have it.

Random histories of the real services: uploads (of what passed the gate long ago, too), challenges, answers,
confirmations by right and wrong people, refusals, revocations, nights, and a clock that jumps. The model
knows nothing of the tables of states: it notes what happened, and says to which keys a secret may go.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import orm

from hub.core.audit import Actor
from hub.core.db import Database
from hub.core.errors import HubError, IllegalMoveError
from keys import night, queries, service
from keys.challenge import Answer, make_challenge
from keys.gate import Certificate, inspect
from keys.sealing import Signer, check_sealed, seal
from tests.keys.conftest import Hub
from tests.keys.workshop import GPG, Workshop, holder

EMAIL = "desk@water.example.jp"
LIVES = ("60d", "150d", "300d", "2y")  # of the contact's keys
TOKEN_KEY = b"t" * 32
CONTACT, DIALLER, CALLER = (Actor(account_id=uuid.UUID(int=number)) for number in (1, 2, 3))
LONG = os.environ.get("HUB_SOAK") == "full"


@pytest.fixture(scope="module")
def keys() -> Iterator[tuple[Certificate, ...]]:
    """Certificates of one contact, as they passed the gate on the first day."""
    with holder(EMAIL) as made:
        now = datetime.now(UTC)
        yield tuple(_passed(made.shop, life, now) for life in LIVES)


def _passed(shop: Workshop, life: str, now: datetime) -> Certificate:
    blob = shop.made(EMAIL, primary=("ed25519", "sign", life), subkey=("cv25519", "encr", life))
    return inspect(blob, expect_email=EMAIL, now=now, gpg=GPG)


@dataclass(kw_only=True)
class Known:
    """What the model knows of one key."""

    row: uuid.UUID
    proved: bool = False
    confirmed: bool = False
    ended: bool = False

    @property
    def in_force(self) -> bool:
        return self.proved and self.confirmed and not self.ended


class Histories(RuleBasedStateMachine):
    """One contact's life with the hub; `db`, `passed` and `signer` are set by the test."""

    db: Database
    passed: tuple[Certificate, ...]
    signer: Signer

    which = st.integers(0, len(LIVES) - 1)

    @initialize()
    def begins(self) -> None:
        self.owner, self.now = uuid.uuid4(), datetime.now(UTC)
        self.known: dict[int, Known] = {}
        self.order: list[int] = []  # of the keys in force, by their confirmation
        self.challenges: dict[int, str] = {}

    @contextmanager
    def trying(self) -> Iterator[orm.Session]:
        """Give a transaction; a refusal undoes it and is no fault."""
        try:
            with self.db.transaction() as session:
                yield session
        except HubError:
            pass

    @rule(key=which)
    def uploads(self, key: int) -> None:
        with self.trying() as session:
            passed = self.passed[key]
            row = service.upload(
                session, owner_id=self.owner, email=EMAIL, passed=passed, by=CONTACT, now=self.now
            )
            known = self.known.get(key)
            if known is None or known.ended:
                self.known[key] = Known(row=row.id)

    @rule(key=which)
    def is_challenged(self, key: int) -> None:
        if key not in self.known:
            return
        try:
            with self.db.transaction() as session:
                row = queries.certificate(session, self.known[key].row)
                text = service.set_challenge(session, row.id, now=self.now, token_key=TOKEN_KEY)
        except IllegalMoveError:
            assert self.known[key].proved or self.known[key].ended
            return
        assert not self.known[key].proved
        assert not self.known[key].ended
        self.challenges[key] = text
        if row.not_after is None or self.now < row.not_after:
            check_sealed(self.sealed(text, row), certificate=row)

    @rule(key=which, knows=st.booleans())
    def answers(self, key: int, knows: bool) -> None:  # noqa: FBT001 - hypothesis hands it in by name
        if key not in self.known:
            return
        typed = self.challenges.get(key, "") if knows else make_challenge()
        with self.trying() as session:
            told = service.answer_challenge(
                session,
                self.known[key].row,
                typed,
                owner_id=self.owner,
                by=CONTACT,
                now=self.now,
                token_key=TOKEN_KEY,
            )
            if told is Answer.RIGHT:
                assert knows
                self.known[key].proved = True

    @rule(key=which, by=st.sampled_from([CONTACT, DIALLER, CALLER, CALLER]))
    def is_confirmed(self, key: int, by: Actor) -> None:
        if key not in self.known:
            return
        barred = {uuid.UUID(int=2)}  # changed the telephone number
        self.now += timedelta(seconds=1)  # the newest of two has to be told by its time
        with self.trying() as session:
            service.confirm(
                session, self.known[key].row, confirmation="{}", by=by, now=self.now, barred=barred
            )
            assert by is CALLER
            assert self.known[key].proved
            self.known[key].confirmed = True
            self.order.append(key)
            for older in self.order[:-2]:
                self.over(older)

    @rule(key=which)
    def goes_all_the_way(self, key: int) -> None:
        """Take the steps in their order, which chance alone seldom does."""
        self.uploads(key=key)
        self.is_challenged(key=key)
        self.answers(key=key, knows=True)
        self.is_confirmed(key=key, by=CALLER)

    @rule(key=which, end=st.sampled_from([service.refuse, service.revoke]))
    def is_ended(self, key: int, end: Callable[..., None]) -> None:
        if key not in self.known:
            return
        with self.trying() as session:
            end(session, self.known[key].row, by=CALLER, now=self.now)
            self.over(key)

    @rule(days=st.sampled_from([0.5, 1, 20, 55, 100]))
    def time_passes(self, days: float) -> None:
        self.now += timedelta(days=days)

    @rule()
    def a_night_comes(self) -> None:
        with self.db.reading() as session:
            rows = [row for row in queries.live(session) if row.owner_id == self.owner]
        for row in rows:
            reason = night.judged(row, now=self.now, gpg=GPG)
            with self.db.transaction() as session:
                night.watch(session, row.id, blob=row.blob, reason=reason, now=self.now)
            if reason is not None:
                self.over(next(key for key, known in self.known.items() if known.row == row.id))

    @invariant()
    def a_secret_goes_only_to_a_key_that_may_have_it(self) -> None:
        if not hasattr(self, "owner"):
            return
        with self.db.reading() as session:
            row = queries.usable_certificate(session, self.owner, now=self.now)
        allowed = [key for key in self.order if self.known[key].in_force and self.lasts(key)]
        assert (row is None) == (not allowed)
        if row is None:
            return
        assert row.id == self.known[allowed[-1]].row  # the newest of them
        check_sealed(self.sealed("a secret", row), certificate=self.passed[allowed[-1]])

    def over(self, key: int) -> None:
        self.known[key].ended = True
        self.order = [each for each in self.order if each != key]
        self.challenges.pop(key, None)

    def lasts(self, key: int) -> bool:
        end = self.passed[key].not_after
        return end is None or self.now < end

    def sealed(self, text: str, row: object) -> bytes:
        return seal(text.encode(), certificate=row, signer=self.signer, now=self.now)  # type: ignore[arg-type]


def play(db: Database, hub: Hub, keys: tuple[Certificate, ...], *, examples: int, steps: int) -> None:
    class Here(Histories):
        pass

    Here.db, Here.passed, Here.signer = db, keys, hub.signer
    health = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not LONG,
            phases=(Phase.explicit, Phase.generate),  # to shrink a history would take minutes
            suppress_health_check=health,
        ),
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_short_history_seals_to_a_wrong_certificate(
    db: Database, hub: Hub, keys: tuple[Certificate, ...]
) -> None:
    play(db, hub, keys, examples=6, steps=20)


@pytest.mark.endurance
def test_no_long_history_seals_to_a_wrong_certificate(
    db: Database, hub: Hub, keys: tuple[Certificate, ...]
) -> None:
    play(db, hub, keys, examples=2000 if LONG else 25, steps=60)
