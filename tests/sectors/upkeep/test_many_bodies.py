"""With 300 bodies and 60,000 member operators every count is right and no page asks the database often."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from feeds.operation.models import Trial
from feeds.operation.states import State as TrialState
from hub.accounts.models import Account, Organisation, OrganisationKind, Role
from hub.accounts.states import State as AccountState
from hub.core.instance import Instance
from nda.agreements.models import Agreement
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries
from sectors.bodies.models import Body, BodySector, Contact, ContactKind, MemberOperator
from sectors.bodies.states import State
from sectors.catalogue.shipped import ship
from sectors.requirements import queries as requirements
from sectors.requirements.models import Attestation, Requirement
from tests.support.applications import NOW
from tests.support.browser import Browser
from tests.support.counting import statements

BODIES, MEMBERS = 300, 200
MOST = 50  # statements of a page
TODAY = date(2026, 11, 20)


@pytest.fixture
def bodies(instance: Instance) -> list[Body]:
    """Three hundred bodies, each with three contacts, an agreement, attestations and two hundred members."""
    with instance.db.transaction() as session:
        ship(session, now=NOW)
        made = [_body(number) for number in range(BODIES)]
        organisations = [
            Organisation(
                id=each.organisation_id, kind=OrganisationKind.BODY, name=each.name_ja, created_at=NOW
            )
            for each in made
        ]
        session.add_all(organisations)
        session.flush()
        session.add_all(made)
        session.flush()
        for each in made:
            session.add_all(_rows(each))
        session.flush()
        session.execute(sa.insert(MemberOperator), [row for each in made for row in _members(each)])
    return made


def _body(number: int) -> Body:
    return Body(
        id=uuid.uuid4(),
        organisation_id=uuid.uuid4(),
        name_ja=f"第{number:03}協議会",
        name_en=f"Council {number}",
        corporate_number="7000012050002",
        address="東京都",
        representative="会長",
        is_operator=False,
        state=State.TRIAL,
        created_at=NOW,
        sectors=[BodySector(sector_code="water")],
    )


def _rows(body: Body) -> list[object]:
    rows: list[object] = [
        Agreement(
            organisation_id=body.organisation_id,
            state=AgreementState.CONCLUDED,
            text_version="sample-1",
            sample_sent_at=NOW,
            starts_at=NOW,
            ends_at=NOW + timedelta(days=60),
        ),
        Trial(body_id=body.id, begins_on=TODAY, ends_on=TODAY + timedelta(days=30), state=TrialState.RUNNING),
    ]
    for number, kind in enumerate(ContactKind):
        account = Account(
            id=uuid.uuid4(),
            organisation_id=body.organisation_id,
            email=f"{number}-{body.id}@example.jp",
            name=f"担当{number}",
            role=Role.CONTACT,
            state=AccountState.ACTIVE,
            created_at=NOW,
        )
        rows += [
            account,
            Contact(
                body_id=body.id,
                account=account,
                kind=kind,
                name=account.name,
                department="課",
                email=account.email,
                telephone="03-0000-0000",
            ),
        ]
    rows += [
        Attestation(
            body_id=body.id,
            requirement=each,
            how="規程",
            by_whom="長",
            evidence="章",
            valid_from=TODAY,
            valid_to=TODAY + timedelta(days=30),
        )
        for each in Requirement
    ]
    return rows


def _members(body: Body) -> list[dict[str, object]]:
    return [
        {
            "id": uuid.uuid4(),
            "body_id": body.id,
            "name": f"事業者{number:03}",
            "corporate_number": f"{number:013}",
            "sector_code": "water",
            "critical": number % 2 == 0,
            "memorandum_on": TODAY if number % 4 < 2 else None,
        }
        for number in range(MEMBERS)
    ]


@pytest.mark.endurance
def test_counts_are_right_and_pages_ask_little(
    instance: Instance, bodies: list[Body], client_as: Callable[..., Browser]
) -> None:
    one = bodies[7]
    with instance.db.reading() as session:
        rosters = queries.roster_counts(session, [each.id for each in bodies])
        contact = queries.contacts(session, one.id)[0].account
        lapsing = requirements.first_ends(session, before=TODAY + timedelta(days=60))
    assert len(rosters) == BODIES
    assert sum(each.total for each in rosters.values()) == BODIES * MEMBERS
    assert {(each.critical, each.memoranda, each.eligible) for each in rosters.values()} == {(100, 100, 50)}
    assert len(lapsing) == BODIES
    own, staff = client_as(contact), client_as(Role.COORDINATOR)
    base = f"/bodies/{one.id}"
    pages = [
        *((staff, path) for path in ("/", "/bodies", "/agreements", "/openings", "/destructions", "/drills")),
        *((staff, f"{base}{path}") for path in ("", "/operation", "/operators", "/requirements")),
        *((own, path) for path in ("/", base, f"{base}/operators?page=8", f"{base}/check")),
        *((own, path) for path in (f"{base}/requirements", "/bodies/mine/operation", "/destructions")),
    ]
    asked = {}
    for browser, path in pages:
        with statements(instance.db) as said:
            answer = browser.get(path)
        assert answer.status_code == 200, path
        asked[path] = len(said)
    assert {path: count for path, count in asked.items() if count > MOST} == {}
    assert "300" in staff.get("/").text  # agreements and trials that end soon
    assert "事業者199" in own.get(f"{base}/operators?page=8").text
