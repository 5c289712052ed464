import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.accounts.states import State as AccountState
from hub.core.instance import Instance
from hub.core.outbox import Job
from keys import queries as register
from keys import service as keys
from keys.fingerprints import grouped
from keys.models import ContactCertificate
from keys.states import State
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from tests.conftest import HandedIn
from tests.keys.workshop import Workshop, workshop
from tests.support.applications import file, make_person
from tests.support.bodies import make_body_of
from tests.support.browser import Browser
from tests.support.passkeys import sign_form

Clients = Callable[..., Browser]


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    with workshop() as made:
        yield made


@pytest.fixture
def body(instance: Instance, applicant: Account, coordinator: Account, clock: HandedIn) -> Body:
    clock.now = datetime.now(UTC)  # gpg looks at the system's clock too
    with instance.db.transaction() as session:
        return make_body_of(session, applicant, by=coordinator)


@pytest.fixture
def public_key(shop: Workshop, applicant: Account) -> bytes:
    return shop.made(applicant.email)


def row(instance: Instance) -> ContactCertificate:
    with instance.db.reading() as session:
        return session.scalars(sa.select(ContactCertificate)).one()


def challenged(instance: Instance, certificate_id: uuid.UUID) -> str:
    with instance.db.transaction() as session:
        return keys.set_challenge(session, certificate_id, now=instance.clock(), token_key=instance.token_key)


@pytest.mark.usefixtures("body")
def test_a_certificate_goes_from_upload_to_active(
    instance: Instance, applicant: Account, public_key: bytes, client_as: Clients
) -> None:
    contact, staff = client_as(applicant), client_as(Role.COORDINATOR)
    assert contact.post_form("/certificates", {"file": file("key.gpg", public_key)}).status_code == 303
    certificate = row(instance)
    challenge = challenged(instance, certificate.id)
    proof = f"/certificates/{certificate.id}/answer"
    wrong = contact.post_form(proof, {"challenge": "7K3Q"}, page="/certificates")
    assert wrong.status_code == 422
    assert 'value="7K3Q"' in wrong.text
    right = contact.post_form(proof, {"challenge": challenge.lower()}, page="/certificates")
    assert right.status_code == 303
    page = f"/certificates/confirm/{certificate.id}"
    assert page in staff.get("/certificates/confirm").text
    shown = staff.get(page).text
    assert grouped(certificate.fingerprint) in shown
    assert "03-1234-5678" in shown
    assert staff.post_form(page, {}).status_code == 422
    assert row(instance).state is State.POSSESSED
    assert sign_form(instance, staff, page, {"compared": "y"}).status_code == 303
    assert row(instance).state is State.ACTIVE
    with instance.db.reading() as session:
        letters = [
            job.values["letter"] for job in session.scalars(sa.select(Job).where(Job.kind == "letter"))
        ]
    assert letters == ["certificate-active"]
    assert page in staff.get("/certificates/confirm").text
    before = row(instance).confirmation
    assert sign_form(instance, staff, page, {"compared": "y"}).status_code == 303
    assert (row(instance).state, row(instance).confirmation != before) == (State.ACTIVE, True)
    assert grouped(certificate.fingerprint) in contact.get("/certificates").text


def test_a_refused_certificate_is_explained_beside_the_field(
    instance: Instance, body: Body, applicant: Account, shop: Workshop, client_as: Clients
) -> None:
    contact = client_as(applicant)
    foreign = shop.made("somebody.else@example.jp")
    answer = contact.post_form("/certificates", {"file": file("key.gpg", foreign)})
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text
    assert contact.post_form("/certificates", {"armour": "hello"}).status_code == 422
    assert contact.post_form("/certificates", {}).status_code == 422
    with instance.db.reading() as session:
        contact_id = bodies.contacts(session, body.id)[0].id
        assert register.certificates_of(session, contact_id) == []


@pytest.mark.usefixtures("body")
def test_a_pasted_secret_key_is_not_shown_again(applicant: Account, client_as: Clients) -> None:
    secret = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----"
    answer = client_as(applicant).post_form("/certificates", {"armour": secret})
    assert answer.status_code == 422
    assert "lQOYBF" not in answer.text


def test_anothers_certificate_is_not_there(
    instance: Instance, body: Body, applicant: Account, public_key: bytes, client_as: Clients
) -> None:
    client_as(applicant).post_form("/certificates", {"file": file("key.gpg", public_key)})
    path = f"/certificates/{row(instance).id}"
    with instance.db.transaction() as session:
        deputy = accounts.account(session, bodies.contacts(session, body.id)[1].account_id or uuid.uuid4())
        deputy.state = AccountState.ACTIVE
    other = client_as(deputy)
    for act in ("answer", "challenge", "revocation"):
        sent = {"challenge": "x", "sure": "y"}
        assert other.post_form(f"{path}/{act}", sent, page="/certificates").status_code == 404
    assert row(instance).state is State.UPLOADED
    assert client_as(make_person(instance, Role.CONTACT)).get("/certificates").status_code == 404


@pytest.mark.usefixtures("body")
def test_a_revocation_is_confirmed_first(
    instance: Instance, applicant: Account, public_key: bytes, client_as: Clients
) -> None:
    contact = client_as(applicant)
    contact.post_form("/certificates", {"file": file("key.gpg", public_key)})
    path = f"/certificates/{row(instance).id}/revocation"
    assert contact.post_form(path, {}).status_code == 422
    assert row(instance).state is State.UPLOADED
    assert contact.post_form(path, {"sure": "y"}).status_code == 303
    assert row(instance).state is State.REVOKED


@pytest.mark.usefixtures("body")
def test_a_fingerprint_that_is_not_recognised_is_refused(
    instance: Instance, applicant: Account, public_key: bytes, client_as: Clients
) -> None:
    contact, staff = client_as(applicant), client_as(Role.COORDINATOR)
    contact.post_form("/certificates", {"file": file("key.gpg", public_key)})
    certificate = row(instance)
    proof = {"challenge": challenged(instance, certificate.id)}
    contact.post_form(f"/certificates/{certificate.id}/answer", proof, page="/certificates")
    page = f"/certificates/confirm/{certificate.id}"
    assert staff.post_form(f"{page}/refuse", page=page).status_code == 303
    assert row(instance).state is State.REFUSED
