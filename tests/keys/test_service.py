"""The life of a contact's certificate in the register."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.core.audit import THE_HUB, Actor, Entry
from hub.core.db import Database
from hub.core.errors import (
    ConflictError,
    HubError,
    IllegalMoveError,
    NotAllowedError,
    NotFoundError,
)
from hub.core.outbox import Job
from keys import gate, night, queries, service
from keys.challenge import Answer
from keys.models import ContactCertificate
from keys.refusals import CertificateRefusedError, Reason
from keys.sealing import NotForMeError, open_sealed, seal
from keys.states import State
from tests.keys.conftest import Hub
from tests.keys.workshop import GPG, LONG_AGO, Holder, Workshop

TOKEN_KEY = b"t" * 32
OWNER = uuid.UUID(int=1)
CONTACT = Actor(account_id=uuid.UUID(int=2))
COORDINATOR = Actor(account_id=uuid.UUID(int=3))


def uploaded(session: orm.Session, who: Holder, now: datetime, owner: uuid.UUID = OWNER) -> uuid.UUID:
    return uploaded_blob(session, who.blob, who.email, now, owner)


def uploaded_blob(
    session: orm.Session, blob: bytes, email: str, now: datetime, owner: uuid.UUID = OWNER
) -> uuid.UUID:
    passed = gate.inspect(blob, expect_email=email, now=now, gpg=GPG)
    return service.upload(session, owner_id=owner, email=email, passed=passed, by=CONTACT, now=now).id


def watched(session: orm.Session, row_id: uuid.UUID, now: datetime) -> None:
    """Judge a certificate and do what follows, as each night does."""
    row = queries.certificate(session, row_id)
    reason = night.judged(row, now=now, gpg=GPG)
    night.watch(session, row_id, blob=row.blob, reason=reason, now=now)


def answered(session: orm.Session, row_id: uuid.UUID, typed: str, now: datetime) -> Answer:
    return service.answer_challenge(
        session, row_id, typed, owner_id=OWNER, by=CONTACT, now=now, token_key=TOKEN_KEY
    )


def possessed(session: orm.Session, row_id: uuid.UUID, now: datetime) -> None:
    text = service.set_challenge(session, row_id, now=now, token_key=TOKEN_KEY)
    assert answered(session, row_id, text, now) is Answer.RIGHT


def activated(session: orm.Session, row_id: uuid.UUID, now: datetime) -> None:
    possessed(session, row_id, now)
    service.confirm(session, row_id, confirmation="{}", by=COORDINATOR, now=now)


def state(session: orm.Session, row_id: uuid.UUID) -> State:
    return queries.certificate(session, row_id).state


def jobs(session: orm.Session, kind: str) -> list[dict[str, str]]:
    return list(session.scalars(sa.select(Job.values).where(Job.kind == kind)))


def actions(session: orm.Session) -> list[str]:
    return list(session.scalars(sa.select(Entry.action).order_by(Entry.number)))


def test_a_certificate_goes_from_upload_to_force(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
    with db.transaction() as session:
        text = service.set_challenge(session, row_id, now=now, token_key=TOKEN_KEY)
        assert queries.usable_certificate(session, OWNER, now=now) is None
    with db.transaction() as session:
        assert answered(session, row_id, text.lower(), now) is Answer.RIGHT
        assert [row.id for row in queries.waiting_for_confirmation(session)] == [row_id]
        assert queries.usable_certificate(session, OWNER, now=now) is None
    with db.transaction() as session:
        service.confirm(session, row_id, confirmation="{}", by=COORDINATOR, now=now)
    with db.reading() as session:
        usable = queries.usable_certificate(session, OWNER, now=now)
        assert usable is not None
        assert (usable.id, usable.fingerprint) == (row_id, water.certificate.fingerprint)
        assert jobs(session, "certificate.challenge") == [{"certificate_id": str(row_id)}]
        assert actions(session) == [
            "certificate.uploaded",
            "certificate.challenged",
            "certificate.possessed",
            "certificate.confirmed",
        ]
        assert text not in str([*session.scalars(sa.select(Entry.details))])


def test_only_who_opens_the_sealed_challenge_can_answer_it(
    db: Database, hub: Hub, water: Holder, energy: Holder, now: datetime
) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        text = service.set_challenge(session, row_id, now=now, token_key=TOKEN_KEY)
        row = queries.certificate(session, row_id)
        message = seal(text.encode(), certificate=row, signer=hub.signer, now=now)
    pin = hub.key.fingerprint
    with pytest.raises(NotForMeError):
        open_sealed(message, home=energy.shop.home, gpg=GPG, pinned_fingerprint=pin)
    read = open_sealed(message, home=water.shop.home, gpg=GPG, pinned_fingerprint=pin).decode()
    with db.transaction() as session:
        assert answered(session, row_id, read, now) is Answer.RIGHT


def test_a_refused_certificate_is_not_kept(
    db: Database, water: Holder, energy: Holder, now: datetime
) -> None:
    with pytest.raises(CertificateRefusedError), db.transaction() as session:
        uploaded_blob(session, energy.blob, water.email, now)
    with db.reading() as session:
        assert queries.certificates_of(session, OWNER) == []


def test_who_uploaded_cannot_confirm(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        possessed(session, row_id, now)
        for nobody in (CONTACT, THE_HUB):
            with pytest.raises(NotAllowedError):
                service.confirm(session, row_id, confirmation="{}", by=nobody, now=now)
        assert state(session, row_id) is State.POSSESSED


def test_who_changed_the_telephone_number_cannot_confirm(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        possessed(session, row_id, now)
        with pytest.raises(NotAllowedError):
            service.confirm(
                session, row_id, confirmation="{}", by=COORDINATOR, now=now, barred={uuid.UUID(int=3)}
            )


def test_the_database_refuses_one_person_in_both_parts(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
    with pytest.raises(IntegrityError, match="second_person"), db.transaction() as session:
        queries.locked(session, row_id).confirmed_by = CONTACT.account_id


def test_confirming_without_possession_is_no_move(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        with pytest.raises(IllegalMoveError):
            service.confirm(session, row_id, confirmation="{}", by=COORDINATOR, now=now)


def test_an_expired_certificate_cannot_be_confirmed(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        possessed(session, row_id, now)
        with pytest.raises(CertificateRefusedError) as refused:
            service.confirm(session, row_id, confirmation="{}", by=COORDINATOR, now=now + timedelta(days=366))
        assert refused.value.reason is Reason.EXPIRED


def test_the_fifth_wrong_answer_voids_the_challenge(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        text = service.set_challenge(session, row_id, now=now, token_key=TOKEN_KEY)
    for expected in [Answer.WRONG] * 4 + [Answer.VOID]:
        with db.transaction() as session:
            assert answered(session, row_id, "0000", now) is expected
    with db.transaction() as session:
        assert answered(session, row_id, text, now) is Answer.VOID
        service.renew_challenge(session, row_id, owner_id=OWNER, by=CONTACT, now=now)
        assert len(jobs(session, "certificate.challenge")) == 2
        possessed(session, row_id, now)


def test_a_challenge_lives_for_a_day_and_works_once(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        text = service.set_challenge(session, row_id, now=now, token_key=TOKEN_KEY)
        assert answered(session, row_id, text, now + timedelta(hours=24)) is Answer.VOID
        newer = service.set_challenge(session, row_id, now=now, token_key=TOKEN_KEY)
        assert answered(session, row_id, text, now) is Answer.WRONG  # the older one is void
        assert answered(session, row_id, newer, now) is Answer.RIGHT
        with pytest.raises(IllegalMoveError):
            answered(session, row_id, newer, now)
        with pytest.raises(IllegalMoveError):
            service.set_challenge(session, row_id, now=now, token_key=TOKEN_KEY)


def test_another_contacts_certificate_is_not_there(db: Database, water: Holder, now: datetime) -> None:
    stranger = uuid.UUID(int=9)
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        with pytest.raises(NotFoundError):
            service.answer_challenge(
                session, row_id, "", owner_id=stranger, by=CONTACT, now=now, token_key=TOKEN_KEY
            )
        with pytest.raises(NotFoundError):
            service.revoke(session, row_id, by=CONTACT, now=now, owner_id=stranger)
        with pytest.raises(NotFoundError):
            service.renew_challenge(session, row_id, owner_id=stranger, by=CONTACT, now=now)


def test_two_contacts_may_share_a_key_but_one_has_it_once(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        first = uploaded(session, water, now)
        assert uploaded(session, water, now) == first
        assert uploaded(session, water, now, owner=uuid.UUID(int=9)) != first
        assert len(queries.certificates_of(session, OWNER)) == 1


def test_a_new_certificate_replaces_the_active_one_only_when_confirmed(
    db: Database, shop: Workshop, now: datetime
) -> None:
    blobs = [shop.made("roll@example.jp") for _ in range(3)]
    with db.transaction() as session:
        ids = []
        for days, blob in enumerate(blobs):
            then = now + timedelta(days=days)
            ids.append(uploaded_blob(session, blob, "roll@example.jp", then))
            before = queries.usable_certificate(session, OWNER, now=then)
            assert (before and before.id) == (ids[-2] if days else None)
            activated(session, ids[-1], then)
            usable = queries.usable_certificate(session, OWNER, now=then)
            assert usable is not None
            assert usable.id == ids[-1]
        states = [state(session, row_id) for row_id in ids]
        assert states == [State.SUPERSEDED, State.ACTIVE, State.ACTIVE]
        service.revoke(session, ids[2], by=CONTACT, now=now, owner_id=OWNER)
        usable = queries.usable_certificate(session, OWNER, now=now)
        assert usable is not None
        assert usable.id == ids[1]


def test_an_active_certificate_is_not_usable_after_its_end(
    db: Database, water: Holder, now: datetime
) -> None:
    end = water.certificate.not_after
    assert end is not None
    with db.transaction() as session:
        activated(session, uploaded(session, water, now), now)
        assert queries.usable_certificate(session, OWNER, now=end - timedelta(seconds=1)) is not None
        assert queries.usable_certificate(session, OWNER, now=end) is None


def test_a_longer_life_of_the_same_key_keeps_its_proofs(db: Database, shop: Workshop, now: datetime) -> None:
    fingerprint = shop.make("longer@example.jp", primary=("ed25519", "sign", "100d"))
    with db.transaction() as session:
        row_id = uploaded_blob(session, shop.export(fingerprint), "longer@example.jp", now)
        activated(session, row_id, now)
        first = queries.certificate(session, row_id).not_after
        shop.gpg("--quick-set-expire", fingerprint, "300d")
        assert uploaded_blob(session, shop.export(fingerprint), "longer@example.jp", now) == row_id
        row = queries.certificate(session, row_id)
        assert row.state is State.ACTIVE
        assert first is not None
        assert row.not_after is not None
        assert row.not_after > first + timedelta(days=190)


def test_a_revoked_key_is_not_taken_again(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        service.revoke(session, row_id, by=CONTACT, now=now, owner_id=OWNER)
        with pytest.raises(ConflictError):
            uploaded(session, water, now)


def test_a_refused_key_begins_again_with_all_proofs(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        activated(session, row_id, now)
        service.refuse(session, row_id, by=COORDINATOR, now=now)
        assert queries.usable_certificate(session, OWNER, now=now) is None
        assert uploaded(session, water, now) == row_id
        row = queries.certificate(session, row_id)
        assert (row.state, row.confirmed_by, row.ended_at) == (State.UPLOADED, None, None)


def test_the_night_ends_a_certificate_whose_time_is_over(db: Database, water: Holder, now: datetime) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        activated(session, row_id, now)
        assert [row.id for row in queries.live(session)] == [row_id]
        watched(session, row_id, now + timedelta(days=366))
        row = queries.certificate(session, row_id)
        assert (row.state, row.ended_reason) == (State.EXPIRED, Reason.ENCRYPTION_KEY_EXPIRED)
        assert jobs(session, "certificate.ended") == [{"certificate_id": str(row_id)}]
        watched(session, row_id, now + timedelta(days=367))
        assert queries.live(session) == []


def test_the_night_refuses_what_the_gate_would_refuse_today(
    db: Database, water: Holder, energy: Holder, now: datetime
) -> None:
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        queries.locked(session, row_id).blob = energy.blob
        watched(session, row_id, now)
        row = queries.certificate(session, row_id)
        assert (row.state, row.ended_reason) == (State.REFUSED, Reason.WRONG_ADDRESS)


def test_each_warning_is_promised_once(db: Database, water: Holder, now: datetime) -> None:
    end = water.certificate.not_after
    assert end is not None
    with db.transaction() as session:
        row_id = uploaded(session, water, now)
        activated(session, row_id, now)
        counts = []
        for days in (61, 60, 59, 31, 30, 14, 8, 7, 6, 1):
            watched(session, row_id, end - timedelta(days=days))
            counts.append(len(jobs(session, "certificate.expiring")))
        assert counts == [0, 1, 1, 1, 2, 3, 3, 4, 4, 4]


def test_a_certificate_without_end_is_not_warned_of(db: Database, shop: Workshop, now: datetime) -> None:
    forever = {"primary": ("ed25519", "sign", "never"), "subkey": ("cv25519", "encr", "never")}
    blob = shop.made("forever@example.jp", **forever, options=("--faked-system-time", LONG_AGO))
    with db.transaction() as session:
        row_id = uploaded_blob(session, blob, "forever@example.jp", now)
        activated(session, row_id, now)
        watched(session, row_id, now)
        assert queries.usable_certificate(session, OWNER, now=now + timedelta(days=9999)) is not None
        assert jobs(session, "certificate.expiring") == []


ACTS: dict[str, Callable[[orm.Session, uuid.UUID, datetime], object]] = {
    "answer": possessed,
    "confirm": lambda s, i, now: service.confirm(s, i, confirmation="{}", by=COORDINATOR, now=now),
    "confirm alone": lambda s, i, now: service.confirm(s, i, confirmation="{}", by=CONTACT, now=now),
    "revoke": lambda s, i, now: service.revoke(s, i, by=CONTACT, now=now),
    "refuse": lambda s, i, now: service.refuse(s, i, by=COORDINATOR, now=now),
    "guess": lambda s, i, now: answered(s, i, "0000", now),
    "renew": lambda s, i, now: service.renew_challenge(s, i, owner_id=OWNER, by=CONTACT, now=now),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=8))
def test_whatever_happens_only_a_proved_and_confirmed_key_is_usable(
    db: Database, water: Holder, now: datetime, acts: list[str]
) -> None:
    owner = uuid.uuid4()
    passed = water.certificate
    with db.transaction() as session:
        row = ContactCertificate(
            owner_id=owner,
            email=water.email,
            fingerprint=passed.fingerprint,
            blob=passed.blob,
            not_after=passed.not_after,
            algorithm=passed.algorithm,
            uploaded_at=now,
            uploaded_by=CONTACT.account_id,
        )
        session.add(row)
        session.flush()  # its id is used right away
        for act in acts:
            try:
                ACTS[act](session, row.id, now)
            except HubError:
                continue
        usable = queries.usable_certificate(session, owner, now=now)
        assert (usable is not None) == (row.state is State.ACTIVE)
        if usable is not None:
            assert usable.possessed_at is not None
            assert usable.confirmed_by == COORDINATOR.account_id
            assert not {"revoke", "refuse"} & set(acts)
