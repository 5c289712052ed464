"""A contact's telephone number changes by two people, known to all contacts, and counts a day later."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.models import Account, Role
from hub.accounts.states import State as AccountState
from hub.core.audit import Actor
from hub.core.errors import NotAllowedError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.core.two_people import DELAY
from hub.worker import HANDLERS
from keys import queries as register
from keys.models import ContactCertificate
from keys.states import State as CertificateState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact
from sectors.certificates import service as certificates
from sectors.telephones import queries, service
from sectors.telephones.models import TelephoneChange
from sectors.telephones.states import State
from tests.conftest import HandedIn
from tests.support.applications import acting, make_person
from tests.support.bodies import make_body_of
from tests.support.browser import Browser
from tests.support.passkeys import signed

Clients = Callable[..., Browser]
OLD, NEW = "03-1234-5678", "03-9999-0000"


@pytest.fixture
def body(instance: Instance, applicant: Account, coordinator: Account) -> Body:
    with instance.db.transaction() as session:
        made = make_body_of(session, applicant, by=coordinator)
        for each in bodies.contacts(session, made.id):
            assert each.account
            each.account.state = AccountState.ACTIVE
        return made


@pytest.fixture
def contact(instance: Instance, body: Body) -> Contact:
    with instance.db.reading() as session:
        return bodies.contacts(session, body.id)[0]


def number(hub: Instance, contact: Contact) -> str:
    with hub.db.reading() as session:
        return bodies.contact(session, contact.id).telephone


def change_of(hub: Instance) -> TelephoneChange:
    with hub.db.reading() as session:
        return session.scalars(
            sa.select(TelephoneChange).order_by(TelephoneChange.proposed_at.desc()).limit(1)
        ).one()


def letters(hub: Instance) -> set[tuple[str, str]]:
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        return {(job.values["letter"], job.values["to"]) for job in jobs}


def count(hub: Instance) -> None:
    """Do the promised job, whenever it is due."""
    with hub.db.reading() as session:
        [job] = session.scalars(sa.select(Job).where(Job.kind == "telephone.count"))
    HANDLERS[job.kind](hub, job.values, hub.clock())


def changed(hub: Instance, contact: Contact, *, by: Account, approver: Account, clock: HandedIn) -> None:
    with hub.db.transaction() as session:
        change = service.propose(session, contact.id, NEW, by=acting(by), now=hub.clock())
        service.approve(session, change.id, by=acting(approver), now=hub.clock())
    clock.now += DELAY
    count(hub)


def confirmed(
    session: orm.Session, row: ContactCertificate, contact: Contact, by: Actor, hub: Instance
) -> None:
    asked = certificates.asked(row, contact, bodies.body(session, contact.body_id))
    signature = signed(session, asked, by)
    certificates.confirm(session, row.id, signature=signature, by=by, now=hub.clock())


def test_a_new_number_counts_a_day_after_the_approval_and_not_before(
    instance: Instance, contact: Contact, applicant: Account, clock: HandedIn, client_as: Clients
) -> None:
    page = f"/telephones/{contact.id}"
    browser, staff = client_as(applicant), client_as(Role.COORDINATOR)
    assert browser.post_form(page, {"number": NEW}).status_code == 303
    change = change_of(instance)
    assert page in staff.get("/telephones").text
    assert NEW in staff.get(page).text
    assert staff.post_form(f"{page}/{change.id}/approve", page=page).status_code == 303
    clock.now += DELAY - timedelta(seconds=1)
    count(instance)
    assert number(instance, contact) == OLD
    clock.now += timedelta(seconds=1)
    count(instance)
    assert number(instance, contact) == NEW
    assert change_of(instance).state is State.COUNTING


def test_every_contact_of_the_body_is_told_and_every_coordinator_is_asked(
    instance: Instance, body: Body, contact: Contact, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        change = service.propose(session, contact.id, NEW, by=acting(applicant), now=instance.clock())
        service.approve(session, change.id, by=acting(coordinator), now=instance.clock())
        emails = {each.email for each in bodies.contacts(session, body.id)}
    assert len(emails) == 2
    for letter in ("telephone-proposed", "telephone-approved"):
        assert {to for name, to in letters(instance) if name == letter} == emails
    assert ("telephone-to-approve", coordinator.email) in letters(instance)


def test_one_person_alone_changes_nothing(
    instance: Instance, contact: Contact, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        change = service.propose(session, contact.id, NEW, by=acting(coordinator), now=instance.clock())
    for nobody in (coordinator, applicant, make_person(instance, Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowedError), instance.db.transaction() as session:
            service.approve(session, change.id, by=acting(nobody), now=instance.clock())


def test_any_contact_of_the_body_stops_a_change_even_after_its_approval(
    instance: Instance, contact: Contact, coordinator: Account, clock: HandedIn, client_as: Clients
) -> None:
    proposer = make_person(instance, Role.COORDINATOR)
    with instance.db.transaction() as session:
        change = service.propose(session, contact.id, NEW, by=acting(proposer), now=instance.clock())
        service.approve(session, change.id, by=acting(coordinator), now=instance.clock())
        deputy = bodies.contacts(session, contact.body_id)[1].account
    page = f"/telephones/{contact.id}"
    assert client_as(deputy).post_form(f"{page}/{change.id}/refuse", page=page).status_code == 303
    clock.now += DELAY
    count(instance)
    assert number(instance, contact) == OLD


def test_another_organisations_number_is_not_there(
    instance: Instance, contact: Contact, applicant: Account, client_as: Clients
) -> None:
    with instance.db.transaction() as session:
        change = service.propose(session, contact.id, NEW, by=acting(applicant), now=instance.clock())
    stranger = client_as(make_person(instance, Role.CONTACT))
    page = f"/telephones/{contact.id}"
    assert stranger.get(page).status_code == 404
    assert stranger.post_form(page, {"number": NEW}, page="/").status_code == 404
    assert stranger.post_form(f"{page}/{change.id}/refuse", page="/").status_code == 404
    assert change_of(instance).state is State.PROPOSED


def test_a_wrong_or_the_present_number_is_explained_at_the_field(
    contact: Contact, applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    for typed in ("", "call me", OLD):
        answer = browser.post_form(f"/telephones/{contact.id}", {"number": typed})
        assert answer.status_code == 422
        assert 'href="#number"' in answer.text


def test_a_second_change_waits_until_the_first_is_over(
    instance: Instance, contact: Contact, applicant: Account, coordinator: Account, client_as: Clients
) -> None:
    with instance.db.transaction() as session:
        service.propose(session, contact.id, NEW, by=acting(applicant), now=instance.clock())
    answer = client_as(coordinator).post_form(f"/telephones/{contact.id}", {"number": "03-0"}, page="/")
    assert answer.status_code == 422
    answer = client_as(coordinator).post_form(f"/telephones/{contact.id}", {"number": "03-0000"}, page="/")
    assert answer.status_code == 409


def test_an_approval_forged_in_the_database_never_counts(
    instance: Instance, contact: Contact, applicant: Account, coordinator: Account, clock: HandedIn
) -> None:
    with instance.db.transaction() as session:
        change = service.propose(session, contact.id, NEW, by=acting(applicant), now=instance.clock())
        forged = {"state": State.APPROVED, "approved_by": coordinator.id, "counts_at": instance.clock()}
        session.execute(sa.update(TelephoneChange).values(forged))
    clock.now += DELAY
    HANDLERS["telephone.count"](instance, {"change_id": str(change.id)}, instance.clock())
    assert number(instance, contact) == OLD


def test_who_proposed_or_approved_the_number_confirms_no_fingerprint_with_it(
    instance: Instance, contact: Contact, applicant: Account, coordinator: Account, clock: HandedIn
) -> None:
    proposer, third = make_person(instance, Role.COORDINATOR), make_person(instance, Role.COORDINATOR)
    changed(instance, contact, by=proposer, approver=coordinator, clock=clock)
    with instance.db.transaction() as session:
        row = ContactCertificate(
            owner_id=contact.id,
            email=contact.email,
            fingerprint="A" * 40,
            blob=b"",
            algorithm="ed25519",
            state=CertificateState.POSSESSED,
            uploaded_at=instance.clock(),
            uploaded_by=applicant.id,
        )
        session.add(row)
        session.flush()
        assert queries.changers(session, contact.id) == {proposer.id, coordinator.id}
    for barred in (proposer, coordinator):
        with pytest.raises(NotAllowedError), instance.db.transaction() as session:
            confirmed(session, row, contact, acting(barred), instance)
    with instance.db.transaction() as session:
        confirmed(session, row, contact, acting(third), instance)
        assert register.certificate(session, row.id).state is CertificateState.ACTIVE


def test_the_task_is_shown_to_a_coordinator_who_did_not_propose(
    instance: Instance, contact: Contact, coordinator: Account, client_as: Clients
) -> None:
    with instance.db.transaction() as session:
        service.propose(session, contact.id, NEW, by=acting(coordinator), now=instance.clock())
    assert "/telephones" not in client_as(coordinator).get("/").text
    assert "/telephones" in client_as(Role.COORDINATOR).get("/").text
