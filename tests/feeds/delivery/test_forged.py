"""Whoever writes into the database, and even seals as the web process can, publishes nothing."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import at_rest, queries
from feeds.advisories.models import Release, ReleaseAssertion, ReleaseBody
from feeds.advisories.statement import Act, Statement, challenge
from feeds.delivery import copies, lifting, promising, watching
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import LIFTED
from feeds.delivery.states import State
from feeds.delivery.vouched import ALTERED, UNSIGNED
from feeds.formats import stix
from feeds.formats.content import Kind
from feeds.formats.tlp import Tlp
from feeds.taxii.models import StoredObject
from hub.accounts.models import Role
from hub.accounts.passkeys.models import Passkey
from hub.core.audit import Entry
from hub.core.outbox import Job
from hub.demo.passkey import SoftPasskey
from keys import queries as keys
from keys.models import ContactCertificate
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from tests.support import advisories, delivery, passkeys
from tests.support.advisories import VAULT, Readiness, acting
from tests.support.browser import Browser
from tests.support.delivery import World
from tests.support.passkeys import SITE
from tests.support.people import make_account

Forge = Callable[[orm.Session, World, Release], None]


def assertion_of(session: orm.Session, release: Release, act: Act) -> ReleaseAssertion:
    found = sa.select(ReleaseAssertion).where(
        ReleaseAssertion.revision_id == release.revision_id, ReleaseAssertion.act == act
    )
    return session.scalars(found).one()


def put(session: orm.Session, release: Release, act: Act, assertion: str) -> None:
    session.execute(
        sa.update(ReleaseAssertion)
        .where(ReleaseAssertion.revision_id == release.revision_id, ReleaseAssertion.act == act)
        .values(assertion=assertion)
    )


def canonical_of(release: Release) -> bytes:
    return at_rest.canonical_of(release, vault=VAULT)


def write(session: orm.Session, release: Release, **values: object) -> None:
    session.execute(sa.update(Release).where(Release.id == release.id).values(**values))


def by_the_writer_twice(session: orm.Session, world: World, release: Release) -> None:
    asked = challenge(canonical_of(release), Act.RELEASE)
    put(session, release, Act.RELEASE, passkeys.signed(session, asked, world.cast.writer).assertion.to_json())


def by_a_passkey_that_is_not_pinned(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    stranger = acting(make_account(session, Role.COORDINATOR))
    asked = challenge(canonical_of(release), Act.RELEASE)
    put(session, release, Act.RELEASE, passkeys.signed(session, asked, stranger).assertion.to_json())


def by_a_reviewer_who_is_pinned(session: orm.Session, world: World, release: Release) -> None:
    passkeys.pin(session, world.hub.config.pinned_passkeys, world.cast.ipa)
    asked = challenge(canonical_of(release), Act.RELEASE)
    put(session, release, Act.RELEASE, passkeys.signed(session, asked, world.cast.ipa).assertion.to_json())


def by_the_attackers_key_in_the_releasers_row(session: orm.Session, world: World, release: Release) -> None:
    assert world.cast.releaser.account_id
    known = passkeys.passkey_of(session, world.cast.releaser.account_id)
    evil = replace(SoftPasskey.create(SITE.rp_id), credential_id=known.credential_id)
    session.execute(
        sa.update(Passkey)
        .where(Passkey.credential_id == known.credential_id)
        .values(public_key=evil.public_key)
    )
    asked = challenge(canonical_of(release), Act.RELEASE)
    put(session, release, Act.RELEASE, evil.sign(asked, origin=SITE.origin).to_json())


def replayed_from_another_release(session: orm.Session, world: World, release: Release) -> None:
    other = advisories.make_release(session, world.cast, world.power, now=world.hub.clock())
    for act in Act:
        put(session, release, act, assertion_of(session, other, act).assertion)


def the_proposal_taken_for_the_release(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    put(session, release, Act.RELEASE, assertion_of(session, release, Act.PROPOSE).assertion)


def for_another_site(session: orm.Session, world: World, release: Release) -> None:
    assert world.cast.releaser.account_id
    key = passkeys.passkey_of(session, world.cast.releaser.account_id)
    asked = challenge(canonical_of(release), Act.RELEASE)
    put(session, release, Act.RELEASE, key.sign(asked, origin="https://hub.example.net").to_json())


def without_the_person_verified(session: orm.Session, world: World, release: Release) -> None:
    assert world.cast.releaser.account_id
    key = passkeys.passkey_of(session, world.cast.releaser.account_id)
    asked = challenge(canonical_of(release), Act.RELEASE)
    put(session, release, Act.RELEASE, key.sign(asked, origin=SITE.origin, verified=False).to_json())


def with_no_signature_at_all(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    session.execute(sa.delete(ReleaseAssertion).where(ReleaseAssertion.revision_id == release.revision_id))


def with_nonsense_for_a_signature(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    put(session, release, Act.PROPOSE, '{"response": [')


def resealed(session: orm.Session, release: Release, stated: Statement) -> None:
    """Write what somebody can who holds the database and the key of the vault."""
    bundle = stix.bundle(stated.released(release.released_at))
    write(
        session,
        release,
        statement=at_rest.sealed_statement(release.id, release.revision, stated.canonical(), vault=VAULT),
        bundle=at_rest.sealed_bundle(release.id, release.revision, bundle, vault=VAULT),
        sha256=hashlib.sha256(bundle).hexdigest(),
    )


def another_text_sealed_by_the_web_process(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    stated = at_rest.statement_of(release, vault=VAULT)
    content = replace(stated.notice.content, acknowledgements=("Mallory",))
    resealed(session, release, replace(stated, notice=replace(stated.notice, content=content)))


def another_bundle_sealed_by_the_web_process(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    evil = at_rest.bundle_of(release, vault=VAULT).replace(b"example.com", b"example.net")
    write(session, release, bundle=at_rest.sealed_bundle(release.id, release.revision, evil, vault=VAULT))


def the_statement_of_an_earlier_revision(session: orm.Session, world: World, release: Release) -> None:
    earlier = queries.releases(session, release.advisory_id)[0]
    assert earlier.id == release.id
    other = advisories.make_release(session, world.cast, world.power, now=world.hub.clock())
    write(session, release, statement=other.statement, bundle=other.bundle, sha256=other.sha256)


def a_body_more(session: orm.Session, world: World, release: Release) -> None:
    evil = delivery.body_with_key(session, world.seat.gas, name="偽の団体")
    session.execute(
        sa.text("INSERT INTO release_body (release_id, body_id) VALUES (:release, :body)").bindparams(
            sa.bindparam("release", release.id, sa.Uuid), sa.bindparam("body", evil.id, sa.Uuid)
        )
    )


def another_label(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    write(session, release, tlp=Tlp.GREEN)


def another_instant(session: orm.Session, world: World, release: Release) -> None:  # noqa: ARG001 - as every attack
    write(session, release, released_at=release.released_at - timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Attack:
    forge: Forge
    reason: str


ATTACKS = [
    Attack(by_the_writer_twice, UNSIGNED),
    Attack(by_a_passkey_that_is_not_pinned, UNSIGNED),
    Attack(by_a_reviewer_who_is_pinned, UNSIGNED),
    Attack(by_the_attackers_key_in_the_releasers_row, UNSIGNED),
    Attack(replayed_from_another_release, UNSIGNED),
    Attack(the_proposal_taken_for_the_release, UNSIGNED),
    Attack(for_another_site, UNSIGNED),
    Attack(without_the_person_verified, UNSIGNED),
    Attack(with_no_signature_at_all, UNSIGNED),
    Attack(with_nonsense_for_a_signature, UNSIGNED),
    Attack(another_text_sealed_by_the_web_process, UNSIGNED),
    Attack(another_bundle_sealed_by_the_web_process, ALTERED),
    Attack(the_statement_of_an_earlier_revision, ALTERED),
    Attack(a_body_more, ALTERED),
    Attack(another_label, ALTERED),
    Attack(another_instant, ALTERED),
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.forge.__name__)
def test_what_two_coordinators_did_not_sign_never_leaves(world: World, attack: Attack) -> None:
    gas = world.add("ガス団体", world.seat.gas, Readiness(sectors=("gas",)))
    release, genuine = world.release(world.power), world.release(gas)  # promised: copies and mails wait
    with world.hub.db.transaction() as session:
        attack.forge(session, world, session.get_one(Release, release.id))
    assert world.work() == 0
    assert world.stored() == []
    assert world.notices() == []
    assert {(each.state, each.reason) for each in deliveries(world, release)} == {(State.HELD, attack.reason)}
    assert staff_are_told(world, release.id)
    assert world.copy(genuine, gas).state is State.DELIVERED
    assert len(world.notices(gas)) == 1


def deliveries(world: World, release: Release) -> list[Copy | Mailing]:
    with world.hub.db.reading() as session:
        copies = session.scalars(sa.select(Copy).where(Copy.release_id == release.id)).all()
        mails = session.scalars(sa.select(Mailing).where(Mailing.release_id == release.id)).all()
    return [*copies, *mails]


def staff_are_told(world: World, subject: uuid.UUID) -> bool:
    with world.hub.db.reading() as session:
        entries = session.scalars(
            sa.select(Entry).where(Entry.subject_id == subject, Entry.action.like("%.not-vouched"))
        ).all()
        letters = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
    told = [each for each in letters if each.values["letter"] == "not-vouched"]
    return len(entries) == 1 and len(told) >= 2


@pytest.mark.parametrize("attack", ATTACKS[:1] + ATTACKS[-4:], ids=lambda attack: attack.forge.__name__)
def test_a_forged_release_promises_no_deliveries_until_it_is_mended(world: World, attack: Attack) -> None:
    with world.hub.db.transaction() as session:
        release = advisories.make_release(session, world.cast, world.power, now=world.hub.clock())
        attack.forge(session, world, release)
    world.promise(release)
    assert deliveries(world, release) == []
    assert staff_are_told(world, release.id)


def test_no_row_turns_a_notice_into_a_public_one(world: World) -> None:
    release = world.release()
    with world.hub.db.transaction() as session:
        write(session, release, kind=Kind.LIFTED, tlp=Tlp.CLEAR)
    lifting.publish_lifted(world.hub, {"release_id": str(release.id)}, world.hub.clock())
    with world.hub.db.reading() as session:
        public = session.scalars(sa.select(StoredObject).where(StoredObject.collection_id == LIFTED)).all()
    assert public == []
    assert staff_are_told(world, release.id)


def test_without_the_file_nobody_is_believed(world: World) -> None:
    world.hub.config.pinned_passkeys.unlink()
    release = world.release()
    assert deliveries(world, release) == []
    assert staff_are_told(world, release.id)


def test_what_a_person_signed_who_is_no_longer_pinned_does_not_leave(world: World) -> None:
    release = world.release()
    file = world.hub.config.pinned_passkeys
    file.unlink()
    with world.hub.db.transaction() as session:
        passkeys.pin(session, file, world.cast.writer)
    assert world.work() == 0
    assert world.stored() == []
    assert world.copy(release).reason == UNSIGNED


def make_evil(session: orm.Session, world: World, body: Body) -> uuid.UUID:
    """Put an active certificate of the attacker's into the database, newer than the true one."""
    contact = bodies.contacts(session, body.id)[0]
    [true] = keys.certificates_of(session, contact.id)
    evil = ContactCertificate(
        owner_id=contact.id,
        email=contact.email,
        state=true.state,
        fingerprint=world.seat.gas.certificate.fingerprint,
        blob=world.seat.gas.blob,
        algorithm="ed25519",
        confirmation=true.confirmation,
        uploaded_at=true.uploaded_at,
        activated_at=world.hub.clock() + timedelta(seconds=1),
    )
    session.add(evil)
    session.flush()
    return evil.id


def test_a_forged_certificate_is_passed_over_and_the_true_one_used(world: World) -> None:
    with world.hub.db.transaction() as session:
        evil_id = make_evil(session, world, world.power)
    release = world.release()
    assert world.work() == 0
    assert world.copy(release).fingerprint == world.seat.power.certificate.fingerprint
    assert world.mailing(release).fingerprint == world.seat.power.certificate.fingerprint
    assert world.manifests()
    assert staff_are_told(world, evil_id)


def test_a_certificate_exchanged_in_its_row_is_never_sealed_to(world: World) -> None:
    evil = world.seat.gas
    with world.hub.db.transaction() as session:
        row = keys.certificate(session, world.certificate().id)
        row.blob, row.fingerprint = evil.blob, evil.certificate.fingerprint
    release = world.release()
    assert world.work() == 0
    assert world.stored() == []
    assert world.notices() == []
    assert "confirmed the contact's certificate" in (world.copy(release).reason or "")


def test_a_confirmation_for_another_contact_confirms_nothing(world: World) -> None:
    gas = world.add("ガス団体", world.seat.gas)
    with world.hub.db.transaction() as session:
        true = keys.certificate(session, world.certificate(gas).id)
        row = keys.certificate(session, world.certificate().id)
        row.blob, row.fingerprint, row.confirmation = true.blob, true.fingerprint, true.confirmation
    release = world.release(world.power, gas)
    assert world.work() == 0
    assert world.stored() == []
    assert world.copy(release, gas).state is State.DELIVERED


def test_a_body_renamed_into_another_gets_nothing(world: World) -> None:
    """A coordinator who is shown a false name signs that name, and the certificates know the true one."""
    with world.hub.db.transaction() as session:
        session.get_one(Body, world.power.id).name_ja = "政府機関"
    release = world.release()
    assert world.work() == 0
    assert world.stored() == []
    assert world.copy(release).state is State.HELD


def test_a_notice_is_shown_to_no_body_whose_row_was_forged(
    world: World, client_as: Callable[..., Browser]
) -> None:
    gas, release = world.add("ガス団体", world.seat.gas), world.release()
    world.work()
    tracking_id = world.tracking_id(release)
    with world.hub.db.transaction() as session:
        session.execute(sa.insert(ReleaseBody).values(release_id=release.id, body_id=gas.id, stamp=b"x" * 32))
        copy = Copy(release_id=release.id, body_id=gas.id, promised_at=world.hub.clock())
        copy.state, copy.delivered_at = State.OPENED, world.hub.clock()
        session.add(copy)
    browser = client_as(world.account(gas))
    assert tracking_id not in browser.get("/notices").text
    for path in (f"/notices/{tracking_id}", f"/notices/{tracking_id}/stix.json"):
        assert browser.get(path).status_code == 404
    watching.watch_all(world.hub, {}, world.hub.clock())
    assert alarmed(world, release.id, "release.altered")


def test_the_nightly_look_finds_what_was_altered_and_nothing_else(world: World) -> None:
    whole, altered = world.release(), world.release()
    world.work()
    watching.watch_all(world.hub, {}, world.hub.clock())
    assert not alarmed(world, altered.id, "release.altered")
    with world.hub.db.transaction() as session:
        write(session, altered, publication_at=world.hub.clock())
    watching.watch_all(world.hub, {}, world.hub.clock())
    assert alarmed(world, altered.id, "release.altered")
    assert not alarmed(world, whole.id, "release.altered")


def alarmed(world: World, subject: uuid.UUID, action: str) -> bool:
    with world.hub.db.reading() as session:
        found = sa.select(Entry).where(Entry.subject_id == subject, Entry.action == action)
        return session.scalar(found) is not None


def test_a_forged_newer_release_does_not_take_a_held_one_away(world: World) -> None:
    world.hub.config.pinned_passkeys.rename(world.hub.config.instance / "kept.json")
    release = world.release()
    with world.hub.db.transaction() as session:
        promising._promise_copy(session, release.id, world.power.id, now=world.hub.clock())
    world.work()
    assert world.copy(release).state is State.HELD
    with world.hub.db.transaction() as session:
        evil = advisories.make_release(session, world.cast, world.power, now=world.hub.clock())
        session.execute(sa.text("UPDATE release_body SET stamp = NULL WHERE body_id IS NOT NULL"))
        write(session, evil, advisory_id=release.advisory_id, revision=2)
    (world.hub.config.instance / "kept.json").rename(world.hub.config.pinned_passkeys)
    copies.seal_copy(world.hub, delivery.id_values(world.copy(release)), world.hub.clock())
    assert world.copy(release).state is State.DELIVERED
