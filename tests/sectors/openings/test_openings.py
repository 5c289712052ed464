"""A body joins without an application by two people, known to all staff, and counts a day later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from feeds.delivery.models import Series
from feeds.operation import queries as operation
from hub.accounts import queries as accounts
from hub.accounts.models import Account, Organisation, OrganisationKind, Role
from hub.core.errors import InputError, NotAllowedError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.core.two_people import DELAY
from hub.worker import HANDLERS
from nda.agreements import queries as agreements
from nda.agreements import service as agreement_service
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from sectors.openings import queries, service
from sectors.openings.models import Opening
from sectors.openings.states import State
from tests.conftest import HandedIn
from tests.support.agreements import conclude
from tests.support.applications import NOW, PDF, acting, file, make_person
from tests.support.browser import Browser
from tests.support.openings import EXISTING, filled, make_proposal, propose

Clients = Callable[..., Browser]


@pytest.fixture
def second(instance: Instance) -> Account:
    return make_person(instance, Role.COORDINATOR)


def letters(hub: Instance) -> set[tuple[str, str]]:
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        return {(job.values["letter"], job.values["to"]) for job in jobs}


def work(hub: Instance, *kinds: str) -> None:
    """Do the promised jobs of these kinds, in this order, whenever they are due."""
    for kind in kinds:
        with hub.db.reading() as session:
            jobs = session.scalars(sa.select(Job).where(Job.kind == kind)).all()
        for job in jobs:
            HANDLERS[kind](hub, job.values, hub.clock())


def approved(hub: Instance, first: Account, second: Account, **existing: object) -> Opening:
    with hub.db.transaction() as session:
        opening = propose(session, first, vault=hub.vault, **existing)  # type: ignore[arg-type]  # a test's words
        service.approve(session, opening.id, by=acting(second), now=hub.clock())
    return opening


def organisations(hub: Instance) -> int:
    with hub.db.reading() as session:
        found = sa.select(sa.func.count()).select_from(Organisation)
        return session.scalar(found.where(Organisation.kind == OrganisationKind.BODY)) or 0


def test_it_counts_a_day_after_the_approval_and_not_before(
    instance: Instance, coordinator: Account, second: Account, clock: HandedIn
) -> None:
    opening = approved(instance, coordinator, second)
    clock.now += DELAY - timedelta(seconds=1)
    work(instance, "opening.count")
    assert organisations(instance) == 0
    clock.now += timedelta(seconds=1)
    work(instance, "opening.count", "opening.count")
    assert organisations(instance) == 1
    with instance.db.reading() as session:
        assert queries.opening(session, opening.id).state is State.COUNTING


def test_all_staff_are_told_of_each_step(
    instance: Instance, coordinator: Account, second: Account, reviewer: Account
) -> None:
    approved(instance, coordinator, second)
    told = letters(instance)
    assert {("opening-proposed", second.email), ("opening-proposed", reviewer.email)} <= told
    for person in (coordinator, second, reviewer):
        assert ("opening-approved", person.email) in told


def test_one_person_alone_and_nobody_but_coordinators_open_a_body(
    instance: Instance, coordinator: Account, reviewer: Account
) -> None:
    with instance.db.transaction() as session:
        opening = propose(session, coordinator, vault=instance.vault)
    for nobody in (coordinator, reviewer, make_person(instance, Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowedError), instance.db.transaction() as session:
            service.approve(session, opening.id, by=acting(nobody), now=NOW)
    with pytest.raises(NotAllowedError), instance.db.transaction() as session:
        propose(session, reviewer, vault=instance.vault)


def test_any_of_the_staff_stops_it_until_it_counts(
    instance: Instance, coordinator: Account, second: Account, reviewer: Account, clock: HandedIn
) -> None:
    opening = approved(instance, coordinator, second)
    with instance.db.transaction() as session:
        service.refuse(session, opening.id, by=acting(reviewer), now=NOW)
    clock.now += DELAY
    work(instance, "opening.count")
    assert organisations(instance) == 0


@pytest.mark.parametrize("forged", ["approval", "document"])
def test_what_was_forged_in_the_database_never_counts(
    instance: Instance, coordinator: Account, second: Account, clock: HandedIn, forged: str
) -> None:
    with instance.db.transaction() as session:
        opening = propose(session, coordinator, vault=instance.vault)
        changed: dict[str, object] = {"document_sha256": "0" * 64}
        if forged == "approval":
            changed = {"state": State.APPROVED, "approved_by": second.id, "counts_at": instance.clock()}
        else:
            service.approve(session, opening.id, by=acting(second), now=instance.clock())
        session.execute(sa.update(Opening).values(changed))
    clock.now += DELAY
    HANDLERS["opening.count"](instance, {"opening_id": str(opening.id)}, instance.clock())
    assert organisations(instance) == 0


def test_on_the_exception_route_everything_from_the_sample_on_is_as_always(
    instance: Instance, coordinator: Account, second: Account, reviewer: Account, clock: HandedIn
) -> None:
    opening = approved(instance, coordinator, second)
    clock.now += DELAY
    work(instance, "opening.count", "agreement.sample", "agreement.sample")
    with instance.db.transaction() as session:
        agreement = agreements.of_opening(session, opening.id)
        assert agreement is not None
        assert agreement.state is AgreementState.SAMPLE_SENT
        [main] = accounts.of_organisation(session, agreement.organisation_id)
        assert (main.email, main.role) == ("window@port.example.jp", Role.APPLICANT)
        agreement_service.answer(session, agreement.id, can=True, remarks="", by=acting(main), now=NOW)
        agreement_service.pass_on(session, agreement.id, by=acting(reviewer), now=NOW)
        body = conclude(session, agreement.id, second, vault=instance.vault)
        assert (body.state, body.name_ja) == (BodyState.PREPARATION, "港湾協議会")
        assert len(bodies.operators(session, body.id)) == 2
        assert [each.email for each in bodies.contacts(session, body.id)] == [
            "window@port.example.jp",
            "second@port.example.jp",
        ]
    assert ("agreement-sample", "window@port.example.jp") in letters(instance)


@pytest.mark.parametrize(
    ("trial_ends_on", "state"), [(date(2027, 3, 31), BodyState.TRIAL), (None, BodyState.FULL)]
)
def test_a_body_that_is_served_already_comes_with_its_agreement_and_its_operation(
    instance: Instance,
    coordinator: Account,
    second: Account,
    clock: HandedIn,
    *,
    trial_ends_on: date | None,
    state: BodyState,
) -> None:
    approved(instance, coordinator, second, existing=replace(EXISTING, trial_ends_on=trial_ends_on))
    clock.now += DELAY
    work(instance, "opening.count", "agreement.take-over", "agreement.take-over", "operation.begun")
    with instance.db.reading() as session:
        body = session.scalars(sa.select(Body)).one()
        assert body.state is state
        assert agreements.in_force(session, body.organisation_id, at=instance.clock())
        end = datetime(2027, 3, 31, 15, tzinfo=UTC)
        assert not agreements.in_force(session, body.organisation_id, at=end)
        [agreement] = agreements.agreements_of(session, body.organisation_id)
        read = agreement_service.document_of(
            session, agreement, vault=instance.vault, by=acting(coordinator), now=NOW
        )
        assert read == PDF
        assert session.get(Series, body.id) is not None
        trial = operation.running(session, body.id)
        assert (trial.ends_on if trial else None) == trial_ends_on
        assert [each.reason for each in bodies.moves(session, body.id)] != [""]
    invited = {each.email for each in bodies_contacts(instance)}
    assert {("agreement-taken-over", email) for email in invited} <= letters(instance)


def bodies_contacts(hub: Instance) -> list[Account]:
    with hub.db.reading() as session:
        body = session.scalars(sa.select(Body)).one()
        return [each.account for each in bodies.contacts(session, body.id) if each.account]


def test_what_cannot_be_right_is_named_together(
    instance: Instance, coordinator: Account, second: Account
) -> None:
    wrong = replace(EXISTING, ends_on=date(2026, 11, 20), starts_on=date(2026, 12, 1))
    proposal = make_proposal(wrong)
    main, deputy = proposal.details.contacts
    taken = replace(proposal.details, contacts=(replace(main, email=second.email), deputy), operators=())
    with pytest.raises(InputError) as refused, instance.db.transaction() as session:
        service.propose(
            session,
            replace(proposal, details=taken),
            consultation=" ",
            contract=b"MZ",
            vault=instance.vault,
            by=acting(coordinator),
            now=NOW,
        )
    assert set(refused.value.problems) == {
        *("consultation", "members", "main-email", "ends_on", "starts_on", "contract")
    }


def test_the_page_of_the_exception_route_takes_it_and_a_second_coordinator_approves_it(
    instance: Instance, coordinator: Account, second: Account, client_as: Clients
) -> None:
    browser, other = client_as(coordinator), client_as(second)
    answer = browser.post_form("/openings/exception", filled(consultation="", members="港,1,物流,はい\n"))
    assert answer.status_code == 422
    assert 'href="#consultation"' in answer.text
    assert browser.post_form("/openings/exception", filled()).status_code == 303
    with instance.db.reading() as session:
        [opening] = queries.openings(session)
    page = f"/openings/{opening.id}"
    assert "北港" in other.get(page).text
    assert "/openings" in other.get("/").text
    approving = f"{page}/approve"
    assert browser.soup(page).select(f'form[action="{approving}"]') == []
    assert browser.post_form(approving, page=page).status_code == 403
    assert other.post_form(approving, page=page).status_code == 303
    for role in (Role.CONTACT, Role.APPLICANT, Role.AUDITOR, Role.ADMINISTRATOR):
        assert client_as(role).get("/openings").status_code == 403


def test_the_page_of_a_takeover_takes_it(
    instance: Instance, coordinator: Account, client_as: Clients
) -> None:
    sent = filled(
        operation="trial",
        trial_ends_on="",
        body_signer="局長",
        jpcert_signer="代表理事",
        decided_on="2024-03-01",
        starts_on="2024-04-01",
        ends_on="2027-03-31",
    )
    browser = client_as(coordinator)
    answer = browser.post_form("/openings/takeover", sent | {"contract": file("nda.pdf")})
    assert answer.status_code == 422
    assert 'href="#operation-0"' in answer.text
    sent |= {"trial_ends_on": "2027-03-31", "contract": file("nda.pdf")}
    assert browser.post_form("/openings/takeover", sent).status_code == 303
    with instance.db.reading() as session:
        [opening] = queries.openings(session)
        assert queries.contract_of(opening, vault=instance.vault) == PDF
