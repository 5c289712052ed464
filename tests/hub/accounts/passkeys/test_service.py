"""Challenges serve once, for one purpose, one person and five minutes; passkeys end when they are removed."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts import guessing
from hub.accounts import queries as accounts
from hub.accounts import service as people
from hub.accounts.models import Account, Role
from hub.accounts.passkeys import queries, service
from hub.accounts.passkeys.assertion import Assertion, AssertionRefusedError
from hub.accounts.passkeys.ceremony import Site
from hub.accounts.passkeys.models import Challenge, Passkey, Purpose
from hub.core.audit import THE_HUB, Actor, Entry
from hub.core.errors import ConflictError, NotAllowedError, NotFoundError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.demo.passkey import SoftPasskey
from tests.conftest import HandedIn
from tests.support.applications import acting, make_person

SITE = Site(rp_id="localhost", origin="http://localhost:8000")


@pytest.fixture
def person(instance: Instance) -> Account:
    return make_person(instance, Role.COORDINATOR)


@pytest.fixture
def key(instance: Instance, person: Account) -> SoftPasskey:
    """The person's registered passkey."""
    made = SoftPasskey.create(SITE.rp_id)
    register(instance, person, made)
    return made


def register(hub: Instance, person: Account, key: SoftPasskey, *, site: Site = SITE) -> Passkey:
    with hub.db.transaction() as session:
        account = accounts.account(session, person.id)
        options = service.creation_options(session, account, site=site, now=hub.clock())
        return service.register(
            session,
            account,
            key.register(options, site.origin),
            name=" 執務用ノートPC ",
            site=SITE,
            by=acting(person),
            now=hub.clock(),
        )


def challenge_for(hub: Instance, person: Account, purpose: Purpose = Purpose.SIGN_IN) -> bytes:
    with hub.db.transaction() as session:
        return service.new_challenge(session, person.id, purpose, now=hub.clock())


def proves(hub: Instance, person: Account, answer: str, purpose: Purpose = Purpose.SIGN_IN) -> bool:
    with hub.db.transaction() as session:
        return service.prove(
            session,
            person.id,
            answer,
            purpose=purpose,
            site=SITE,
            by=Actor(address="192.0.2.7"),
            now=hub.clock(),
        )


def answered(key: SoftPasskey, challenge: bytes) -> str:
    return key.sign(challenge, origin=SITE.origin).to_json()


def stored(session: orm.Session, key: SoftPasskey) -> Passkey:
    return session.scalars(sa.select(Passkey).where(Passkey.credential_id == key.credential_id)).one()


def test_a_registered_passkey_proves_its_person_and_its_use_is_noted(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    assert proves(instance, person, answered(key, challenge_for(instance, person)))
    with instance.db.reading() as session:
        kept = stored(session, key)
        assert (kept.name, kept.sign_count, kept.last_used_at) == ("執務用ノートPC", 1, instance.clock())
        assert kept.public_key == key.public_key


def test_adding_and_removing_a_passkey_is_logged_and_mailed_to_its_person(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    with instance.db.transaction() as session:
        passkey_id = stored(session, key).id
        service.remove(session, passkey_id, by=acting(person), now=instance.clock())
    with instance.db.reading() as session:
        entries = session.scalars(sa.select(Entry).where(Entry.subject_id == passkey_id)).all()
        letters = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
    assert {entry.action for entry in entries} == {"passkey.added", "passkey.removed"}
    assert {entry.account_id for entry in entries} == {person.id}
    assert {job.values["letter"] for job in letters} == {"passkey-added", "passkey-removed"}
    assert {job.values["to"] for job in letters} == {person.email}


def test_a_removed_passkey_proves_nothing_and_cannot_come_back(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    with instance.db.transaction() as session:
        service.remove(session, stored(session, key).id, by=acting(person), now=instance.clock())
        assert queries.passkeys_of(session, person.id) == []
    assert not proves(instance, person, answered(key, challenge_for(instance, person)))
    with pytest.raises(ConflictError):
        register(instance, person, key)


def test_an_answer_serves_once_even_if_the_authenticator_keeps_no_counter(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    key.sign_count = -1  # the next answer says 0, as every answer of such an authenticator does
    answer = answered(key, challenge_for(instance, person))
    assert proves(instance, person, answer)
    assert not proves(instance, person, answer)


def test_a_challenge_is_used_up_by_a_wrong_answer_too(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    challenge = challenge_for(instance, person)
    wrong = key.sign(challenge, origin=SITE.origin, verified=False)
    assert not proves(instance, person, wrong.to_json())
    assert not proves(instance, person, answered(key, challenge))


def test_a_challenge_of_another_purpose_proves_nothing(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    for given in Purpose:
        for asked in (Purpose.SIGN_IN, Purpose.STEP_UP):
            answer = answered(key, challenge_for(instance, person, given))
            assert proves(instance, person, answer, asked) is (given is asked)


def test_a_challenge_expires_after_five_minutes_and_its_row_goes_with_the_next(
    instance: Instance, person: Account, key: SoftPasskey, clock: HandedIn
) -> None:
    late, in_time = challenge_for(instance, person), challenge_for(instance, person)
    clock.now += timedelta(minutes=5) - timedelta(seconds=1)
    assert proves(instance, person, answered(key, in_time))
    clock.now += timedelta(seconds=1)
    assert not proves(instance, person, answered(key, late))
    challenge_for(instance, person)
    with instance.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Challenge)) == 1


def test_a_challenge_that_the_hub_never_gave_proves_nothing(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    assert not proves(instance, person, answered(key, bytes(32)))


def test_the_passkey_of_another_person_proves_nothing(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    other = make_person(instance, Role.COORDINATOR)
    assert not proves(instance, other, answered(key, challenge_for(instance, other)))
    assert not proves(instance, other, answered(key, challenge_for(instance, person)))


def test_a_copied_passkey_shows_by_its_counter_and_is_refused(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    copy = SoftPasskey(rp_id=key.rp_id, credential_id=key.credential_id, key=key.key)
    for _ in range(2):
        assert proves(instance, person, answered(key, challenge_for(instance, person)))
    assert not proves(instance, person, answered(copy, challenge_for(instance, person)))
    with instance.db.reading() as session:
        assert session.scalars(sa.select(Entry).where(Entry.action == "passkey.refused")).one()


def test_a_disabled_person_proves_nothing(instance: Instance, person: Account, key: SoftPasskey) -> None:
    answer = answered(key, challenge_for(instance, person))
    with instance.db.transaction() as session:
        people.disable(session, person.id, by=THE_HUB, now=instance.clock())
    assert not proves(instance, person, answer)


def test_wrong_answers_are_counted_and_then_even_the_right_one_waits(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    for answer in ["", "{}", "null", answered(key, bytes(32))] * 3:
        if accounts_failures(instance, person) < guessing.MOST_FAILURES:
            assert not proves(instance, person, answer)
    with pytest.raises(NotAllowedError):
        proves(instance, person, answered(key, challenge_for(instance, person)))


def accounts_failures(hub: Instance, person: Account) -> int:
    with hub.db.reading() as session:
        return accounts.failures(session, person.email, since=hub.clock() - guessing.AN_HOUR)


@pytest.mark.parametrize(
    "site",
    [
        Site(rp_id="localhost", origin="http://localhost:8001"),
        Site(rp_id="localhost", origin="https://localhost:8000"),
    ],
)
def test_a_passkey_made_on_another_page_is_not_kept(instance: Instance, person: Account, site: Site) -> None:
    with pytest.raises(AssertionRefusedError):
        register(instance, person, SoftPasskey.create("localhost"), site=site)


def test_a_passkey_made_for_another_site_is_not_kept(instance: Instance, person: Account) -> None:
    with pytest.raises(AssertionRefusedError):
        register(instance, person, SoftPasskey.create("attacker.example"))


@pytest.mark.parametrize("answer", ["", "[]", "{}", "x", '{"id": "AA", "response": {}}', "[" * 20_000])
def test_what_is_no_registration_is_not_kept(instance: Instance, person: Account, answer: str) -> None:
    with instance.db.transaction() as session, pytest.raises(AssertionRefusedError):
        service.register(
            session,
            accounts.account(session, person.id),
            answer,
            name="x",
            site=SITE,
            by=acting(person),
            now=instance.clock(),
        )


def test_a_registration_serves_once(instance: Instance, person: Account) -> None:
    made = SoftPasskey.create(SITE.rp_id)
    with instance.db.transaction() as session:
        account = accounts.account(session, person.id)
        options = service.creation_options(session, account, site=SITE, now=instance.clock())
        values = {"name": "x", "site": SITE, "by": acting(person), "now": instance.clock()}
        service.register(session, account, made.register(options, SITE.origin), **values)  # type: ignore[arg-type] # names are right
        again = SoftPasskey.create(SITE.rp_id).register(options, SITE.origin)
        with pytest.raises(AssertionRefusedError):
            service.register(session, account, again, **values)  # type: ignore[arg-type] # names are right


def test_the_passkey_of_one_person_cannot_be_registered_by_another(
    instance: Instance, key: SoftPasskey
) -> None:
    with pytest.raises(ConflictError):
        register(instance, make_person(instance, Role.REVIEWER), key)


def test_nobody_removes_the_passkey_of_another(instance: Instance, person: Account, key: SoftPasskey) -> None:
    other = make_person(instance, Role.ADMINISTRATOR)
    with instance.db.transaction() as session:
        passkey_id = stored(session, key).id
        for by, wanted in ((acting(other), passkey_id), (acting(person), uuid.uuid4())):
            with pytest.raises(NotFoundError):
                service.remove(session, wanted, by=by, now=instance.clock())
        with pytest.raises(NotAllowedError):
            service.remove(session, passkey_id, by=THE_HUB, now=instance.clock())


def test_an_account_has_ten_passkeys_at_most(instance: Instance, person: Account) -> None:
    for _ in range(service.MOST):
        register(instance, person, SoftPasskey.create(SITE.rp_id))
    with pytest.raises(NotAllowedError):
        register(instance, person, SoftPasskey.create(SITE.rp_id))


def test_what_one_thing_was_signed_with_is_not_taken_for_another(
    instance: Instance, person: Account, key: SoftPasskey
) -> None:
    signed = Assertion.from_json(answered(key, b"hash of one release"))
    with instance.db.transaction() as session:
        values = {"site": SITE, "now": instance.clock()}
        with pytest.raises(AssertionRefusedError):
            service.accept(session, person.id, signed, challenge=b"hash of another", **values)  # type: ignore[arg-type] # names are right
        taken = service.accept(session, person.id, signed, challenge=b"hash of one release", **values)  # type: ignore[arg-type] # names are right
    assert taken.credential_id == key.credential_id
