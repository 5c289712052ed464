"""The rule: who lacks anything gets nothing, is held with the reason, and gets it once all stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import orm

from feeds.delivery import copies, mails, promising, queries
from feeds.delivery.holding import AGAIN, UNSEALABLE
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import State
from hub.accounts.states import State as AccountState
from hub.core.outbox import Job
from keys import queries as keys
from keys.models import ContactCertificate
from keys.states import State as CertificateState
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from sectors.requirements.models import Attestation
from tests.feeds.advisories.test_audience import meets_all, readiness
from tests.support import passkeys
from tests.support.advisories import NOW, PUBLICATION, Readiness
from tests.support.delivery import World, id_values

Clock = Callable[[], object]
Change = Callable[[orm.Session, Body], None]


def nothing_reached(world: World, body: Body) -> bool:
    """Tell whether neither collection, mail nor page has anything for the body."""
    with world.hub.db.reading() as session:
        listed = queries.received(session, bodies.body(session, body.id), now=world.hub.clock())
    return not listed and not world.stored(body) and not world.notices(body)


def held_lines(world: World, body: Body) -> list[str]:
    with world.hub.db.reading() as session:
        copies_of = session.scalars(sa.select(Copy).where(Copy.body_id == body.id)).all()
        mails_of = session.scalars(sa.select(Mailing).where(Mailing.body_id == body.id)).all()
        lines: list[Copy | Mailing] = [*copies_of, *mails_of]
        assert queries.held(session) >= len(lines)
    assert {each.state for each in lines} == {State.HELD}
    return [each.reason or "" for each in lines]


@given(has=readiness)
@example(has=Readiness())
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_body_that_lacks_anything_gets_nothing_and_any_other_gets_one(world: World, has: Readiness) -> None:
    body = world.add("対象団体", world.seat.gas, has)
    with world.hub.db.transaction() as session:
        [row] = keys.certificates_of(session, bodies.contacts(session, body.id)[0].id)
        row.not_after = has.not_after
    release = world.release(world.power, body)
    copies.seal_copy(world.hub, id_values(world.copy(release, body)), NOW)
    mails.seal_mail(world.hub, id_values(world.mailing(release, body)), NOW)
    copy, mailing = world.copy(release, body), world.mailing(release, body)
    if meets_all(has, PUBLICATION):
        assert (copy.state, mailing.state) == (State.DELIVERED, State.DELIVERED)
        assert (len(world.stored(body)), len(world.notices(body)), world.letters(body)) == (1, 1, [])
    else:
        waits = State.ENDED if has.state is BodyState.LEFT else State.HELD
        assert (copy.state, mailing.state) == (waits, waits)
        assert copy.reason
        assert mailing.reason
        assert nothing_reached(world, body)
        told = may_be_told(has)
        assert world.letters(body) == (["delivery-held"] * 2 if told else [])


def may_be_told(has: Readiness) -> bool:
    standing = has.state in {BodyState.TRIAL, BodyState.FULL}
    agreed = has.agreement_state is AgreementState.CONCLUDED and has.starts_at <= NOW < has.ends_at
    return standing and agreed and has.contact is AccountState.ACTIVE


@dataclass(frozen=True)
class Spoiling:
    """Something that ends while a delivery waits, how it is mended, and the reason that is shown."""

    spoil: Change
    mend: Change
    reason: str
    told: bool


def agreement(**values: object) -> Change:
    def change(session: orm.Session, body: Body) -> None:
        [found] = agreements.agreements_of(session, body.organisation_id)
        for name, value in values.items():
            setattr(found, name, value)

    return change


def body_state(state: BodyState) -> Change:
    def change(session: orm.Session, body: Body) -> None:
        bodies.body(session, body.id).state = state

    return change


def contact_state(state: AccountState) -> Change:
    def change(session: orm.Session, body: Body) -> None:
        account = bodies.contacts(session, body.id)[0].account
        assert account
        account.state = state

    return change


def certificate(**values: object) -> Change:
    def change(session: orm.Session, body: Body) -> None:
        [found] = keys.certificates_of(session, bodies.contacts(session, body.id)[0].id)
        for name, value in values.items():
            setattr(found, name, value)

    return change


def attested(days: int) -> Change:
    def change(session: orm.Session, body: Body) -> None:
        for each in session.scalars(sa.select(Attestation).where(Attestation.body_id == body.id)):
            each.valid_to = (NOW + timedelta(days=days)).date()

    return change


NO_AGREEMENT = "No agreement binds beyond the publication date"
NO_OPERATION = "It is not in trial or full operation"
NO_CONTACT = "The receiving contact is not confirmed"
NO_CERTIFICATE = "The receiving contact has no certificate that is usable today"
LONG = NOW + timedelta(days=300)
CERTIFIED = certificate(state=CertificateState.ACTIVE)
SPOILINGS = {
    "agreement ended": Spoiling(agreement(ends_at=NOW), agreement(ends_at=LONG), NO_AGREEMENT, told=False),
    "agreement ends before publication": Spoiling(
        agreement(ends_at=PUBLICATION), agreement(ends_at=LONG), NO_AGREEMENT, told=True
    ),
    "agreement terminated": Spoiling(
        agreement(state=AgreementState.TERMINATED),
        agreement(state=AgreementState.CONCLUDED),
        NO_AGREEMENT,
        told=False,
    ),
    "suspended": Spoiling(
        body_state(BodyState.SUSPENDED), body_state(BodyState.TRIAL), NO_OPERATION, told=False
    ),
    "contact unconfirmed": Spoiling(
        contact_state(AccountState.INVITED), contact_state(AccountState.ACTIVE), NO_CONTACT, told=False
    ),
    "certificate expired": Spoiling(
        certificate(not_after=NOW), certificate(not_after=None), NO_CERTIFICATE, told=True
    ),
    "certificate superseded": Spoiling(
        certificate(state=CertificateState.SUPERSEDED), CERTIFIED, NO_CERTIFICATE, told=True
    ),
    "certificate unconfirmed": Spoiling(
        certificate(state=CertificateState.POSSESSED), CERTIFIED, NO_CERTIFICATE, told=True
    ),
    "attestation over": Spoiling(
        attested(-1), attested(90), "Not all three requirements are attested today", told=True
    ),
}


@pytest.mark.parametrize("name", SPOILINGS)
def test_what_ends_between_release_and_sealing_holds_the_copy_until_it_is_mended(
    world: World, clock: Clock, name: str
) -> None:
    spoiling = SPOILINGS[name]
    release = world.release()
    change(world, spoiling.spoil)
    assert world.work() == 0
    assert nothing_reached(world, world.power)
    assert held_lines(world, world.power) == [spoiling.reason] * 2
    assert world.letters() == (["delivery-held"] * 2 if spoiling.told else [])
    later(clock)
    assert world.work() == 0
    assert nothing_reached(world, world.power)
    assert len(world.letters()) == (2 if spoiling.told else 0)  # told once, not at every look
    change(world, spoiling.mend)
    later(clock)
    assert world.work() == 0
    assert world.copy(release).state is State.DELIVERED
    assert world.copy(release).reason is None
    assert world.mailing(release).state is State.DELIVERED
    assert [each["seq"] for each in world.manifests()] == [1]
    assert len(world.notices()) == 1


def change(world: World, made: Change) -> None:
    with world.hub.db.transaction() as session:
        made(session, world.power)


def later(clock: Clock) -> None:
    clock.now += AGAIN + timedelta(seconds=1)  # type: ignore[attr-defined] # the clock that tests move


def test_of_what_is_held_only_the_newest_revision_goes(world: World, clock: Clock) -> None:
    change(world, certificate(state=CertificateState.POSSESSED))
    # a ready body, or nothing could be released
    other = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    first = world.release(world.power, other)
    world.work()
    second = world.revise(first)
    world.work()
    assert {each.state for each in world.copies()} == {State.HELD}
    change(world, CERTIFIED)
    later(clock)
    world.work()
    assert (world.copy(first).state, world.copy(second).state) == (State.SUPERSEDED, State.DELIVERED)
    assert (world.mailing(first).state, world.mailing(second).state) == (State.SUPERSEDED, State.DELIVERED)
    assert [(each["seq"], each["revision"]) for each in world.manifests()] == [(1, 2)]
    assert len(world.notices()) == 1


def test_an_older_revision_never_comes_after_a_newer_one(world: World) -> None:
    first = world.release()
    second = world.revise(first)
    copies.seal_copy(world.hub, id_values(world.copy(second)), NOW)
    mails.seal_mail(world.hub, id_values(world.mailing(second)), NOW)
    world.work()
    assert (world.copy(first).state, world.copy(second).state) == (State.SUPERSEDED, State.DELIVERED)
    assert world.mailing(first).state is State.SUPERSEDED
    assert [each["revision"] for each in world.manifests()] == [2]


def test_a_revision_to_others_does_not_take_a_held_notice_away(world: World, clock: Clock) -> None:
    other = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    first = world.release(world.power, other)
    change(world, certificate(state=CertificateState.POSSESSED))
    world.work()
    world.revise(first, to=(other,))
    change(world, CERTIFIED)
    later(clock)
    world.work()
    assert world.copy(first).state is State.DELIVERED
    assert [each["revision"] for each in world.manifests()] == [1]


def test_a_forged_row_for_a_body_that_is_not_addressed_is_never_sealed_or_shown(world: World) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    release = world.release()
    with world.hub.db.transaction() as session:
        promising._promise_copy(session, release.id, gas.id, now=NOW)
    world.work()
    assert nothing_reached(world, gas)
    assert held_lines(world, gas) == ["The release is not addressed to this body"]
    assert world.letters(gas) == []
    with world.hub.db.transaction() as session:
        session.execute(sa.update(Copy).where(Copy.body_id == gas.id).values(state=State.DELIVERED))
    assert nothing_reached(world, gas)


def test_a_certificate_that_is_not_what_its_row_says_is_never_sealed_to(world: World) -> None:
    change(world, certificate(blob=world.seat.gas.blob))
    world.release()
    assert world.work() == 0
    assert nothing_reached(world, world.power)
    assert held_lines(world, world.power) == [UNSEALABLE] * 2


def test_a_certificate_replaced_while_its_copy_was_sealed_is_not_used(world: World) -> None:
    copy_id = world.copy(world.release()).id
    draft = copies._read(world.hub, copy_id, now=NOW)
    assert draft
    sealed = copies._seal(world.hub, copy_id, draft, now=NOW)
    change(world, certificate(state=CertificateState.REVOKED))
    with world.hub.db.transaction() as session:
        newer = replace_row(keys.certificates_of(session, world.contact().id)[0], world.seat.gas.blob)
        newer.fingerprint = world.seat.gas.certificate.fingerprint
        passkeys.confirmed(newer, world.contact(), world.power)
        session.add(newer)
    assert not copies._stored(world.hub, copy_id, sealed, now=NOW)
    assert world.stored() == []
    world.work()
    assert [each["to"] for each in world.manifests(world.seat.gas)] == [newer.fingerprint]


def replace_row(row: ContactCertificate, blob: bytes) -> ContactCertificate:
    return ContactCertificate(
        owner_id=row.owner_id,
        email=row.email,
        state=CertificateState.ACTIVE,
        blob=blob,
        algorithm="ed25519",
        uploaded_at=NOW,
        activated_at=NOW,
    )


def test_a_body_that_is_held_does_not_keep_another_waiting(world: World) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    release = world.release(world.power, gas)
    change(world, body_state(BodyState.SUSPENDED))
    assert world.work() == 0
    assert world.copy(release).state is State.HELD
    assert world.copy(release, gas).state is State.DELIVERED


def test_a_letter_about_a_held_copy_says_nothing_of_what_waits(world: World) -> None:
    release = world.release()
    change(world, certificate(state=CertificateState.EXPIRED))
    world.work()
    with world.hub.db.reading() as session:
        job = session.scalars(sa.select(Job).where(Job.kind == "letter", Job.key.like("delivery-held/%")))
        values = [each.values for each in job]
    assert {each["path"] for each in values} == {"/certificates"}
    assert len({each["occasion"] for each in values}) == 2  # so that their Message-IDs differ
    assert world.tracking_id(release) not in str(values)
