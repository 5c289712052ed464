"""The nightly look at the certificates in use."""

from datetime import timedelta

import sqlalchemy as sa

from hub.accounts.models import Account
from hub.accounts.states import State as AccountState
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.worker import HANDLERS
from keys.models import ContactCertificate
from keys.states import State
from sectors.bodies import queries as bodies
from sectors.certificates import watching
from tests.conftest import HandedIn
from tests.keys.workshop import workshop
from tests.support.advisories import make_body
from tests.support.bodies import make_body_of


def jobs(hub: Instance, kind: str) -> list[Job]:
    with hub.db.reading() as session:
        return list(session.scalars(sa.select(Job).where(Job.kind == kind)))


def put(hub: Instance, *, life: str) -> ContactCertificate:
    """Give a body's contact a real certificate that lives so long."""
    with hub.db.transaction() as session:
        make_body(session)
        row = session.scalars(sa.select(ContactCertificate)).one()
        with workshop() as shop:
            row.blob = shop.made(
                row.email, primary=("ed25519", "sign", life), subkey=("cv25519", "encr", life)
            )
        row.not_after = hub.clock() + timedelta(days=int(life.removesuffix("d")))
        return row


def test_the_owner_of_a_certificate_that_ends_in_a_week_is_told_once(instance: Instance) -> None:
    put(instance, life="6d")
    for _ in range(2):
        watching.watch_all(instance, {}, instance.clock())
    [job] = jobs(instance, "certificate.expiring")
    HANDLERS[job.kind](instance, job.values, instance.clock())
    [letter] = jobs(instance, "letter")
    assert letter.values["letter"] == "certificate-expiring"


def test_the_deputy_is_told_with_the_owner_and_sees_it_on_the_page_of_the_body(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        body = make_body_of(session, applicant, by=coordinator)
        main, deputy = bodies.contacts(session, body.id)
        assert deputy.account
        deputy.account.state = AccountState.ACTIVE
        row = ContactCertificate(
            owner_id=main.id,
            email=main.email,
            fingerprint="A" * 40,
            blob=b"",
            algorithm="ed25519",
            uploaded_at=instance.clock(),
        )
        session.add(row)
    values = {"certificate_id": str(row.id)}
    for kind in ("certificate.expiring", "certificate.ended"):
        HANDLERS[kind](instance, values, instance.clock())
    told = {(job.values["to"], job.values["letter"], job.values["path"]) for job in jobs(instance, "letter")}
    for letter in ("certificate-expiring", "certificate-ended"):
        assert (main.email, letter, "/certificates") in told
        assert (deputy.email, f"deputy-{letter}", "/bodies/mine") in told


def test_a_certificate_whose_time_is_over_ends_that_night(instance: Instance, clock: HandedIn) -> None:
    row = put(instance, life="6d")
    clock.now += timedelta(days=30)
    watching.watch_all(instance, {}, instance.clock())
    with instance.db.reading() as session:
        assert session.get_one(ContactCertificate, row.id).state is State.EXPIRED
    assert [job.kind for job in jobs(instance, "certificate.ended")] == ["certificate.ended"]


def test_the_next_night_is_promised_once(instance: Instance) -> None:
    for _ in range(2):
        watching.watch_all(instance, {}, instance.clock())
    [job] = jobs(instance, watching.NIGHT)
    assert job.due_at == instance.clock() + timedelta(days=1)
