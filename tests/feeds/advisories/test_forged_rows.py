"""Rows that decide who may receive, written by somebody who has the database but no key of the hub."""

import logging
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.audience import Condition
from hub.core import stamps
from hub.core.errors import ConfigurationError
from hub.core.stamps import Stamped
from nda.agreements.models import Agreement
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, BodySector, Contact
from sectors.bodies.states import State as BodyState
from sectors.requirements.models import Attestation, Requirement
from tests.support import advisories
from tests.support.advisories import NOW, PUBLICATION, TODAY, Readiness

ENDED = Readiness(ends_at=NOW - timedelta(days=1))
NOT_MET = Condition.OPERATION, Condition.AGREEMENT, Condition.REQUIREMENTS, Condition.CONTACT
FORGERIES = {
    Condition.OPERATION: (Readiness(state=BodyState.SUSPENDED), sa.update(Body).values(state="full")),
    Condition.AGREEMENT: (ENDED, sa.update(Agreement).values(ends_at=PUBLICATION + timedelta(days=9))),
    Condition.REQUIREMENTS: (
        Readiness(attested_to=TODAY),
        sa.update(Attestation).values(valid_to=TODAY + timedelta(days=9)),
    ),
    Condition.CONTACT: (Readiness(), sa.update(Contact).values(email="thief@example.com")),
}


def failed(session: orm.Session, body: Body) -> set[Condition]:
    session.expire_all()
    checks = audience.gate(session, body, publication_at=PUBLICATION, now=NOW)
    return {check.condition for check in checks if not check.ok}


@pytest.mark.parametrize("condition", NOT_MET)
def test_a_forged_row_makes_no_body_eligible(
    session: orm.Session, condition: Condition, caplog: pytest.LogCaptureFixture
) -> None:
    before, forgery = FORGERIES[condition]
    body = advisories.make_body(session, before)
    session.execute(forgery)
    with caplog.at_level(logging.ERROR, logger="hub.core.stamps"):
        assert condition in failed(session, body)
    assert "a row was not written by the hub" in caplog.messages


def test_the_hub_s_own_change_of_the_same_rows_counts(session: orm.Session) -> None:
    body = advisories.make_body(session, Readiness(state=BodyState.SUSPENDED))
    body.state = BodyState.FULL
    session.flush()
    assert failed(session, body) == set()


def test_an_agreement_of_another_organisation_cannot_be_moved_here(session: orm.Session) -> None:
    body = advisories.make_body(session, Readiness(agreement_state=AgreementState.TERMINATED))
    other = advisories.make_body(session, name="水道ISAC")
    theirs = session.scalars(
        sa.select(Agreement).where(Agreement.organisation_id == other.organisation_id)
    ).one()
    session.execute(
        sa.update(Agreement)
        .where(Agreement.id == theirs.id)
        .values(organisation_id=body.organisation_id)
        .execution_options(synchronize_session=False)
    )
    assert Condition.AGREEMENT in failed(session, body)


def test_an_inserted_attestation_without_the_key_counts_not(session: orm.Session) -> None:
    body = advisories.make_body(session, Readiness(attested=frozenset()))
    for requirement in Requirement:
        session.execute(
            sa.insert(Attestation).values(
                id=uuid.uuid4(),
                body_id=body.id,
                requirement=requirement,
                how="",
                by_whom="",
                evidence="",
                valid_from=TODAY,
                valid_to=TODAY + timedelta(days=300),
                stamp=b"x" * 32,
            )
        )
    assert Condition.REQUIREMENTS in failed(session, body)


def test_a_sector_that_the_hub_did_not_enter_brings_no_text_of_that_sector(session: orm.Session) -> None:
    body = advisories.make_body(session)
    session.execute(sa.insert(BodySector).values(body_id=body.id, sector_code="water"))
    session.expire_all()
    assert body.sector_codes == {"electricity", "water"}
    assert bodies.sectors_served(session, body) == {"electricity"}


@pytest.mark.parametrize("table", Stamped.__subclasses__())
def test_every_stamped_table_names_its_key_and_columns_that_it_has(table: type[Stamped]) -> None:
    columns = sa.inspect(table).columns
    assert {column.name for column in columns if column.primary_key} <= set(table.__stamped__)
    assert set(table.__stamped__) <= {column.name for column in columns}


def test_without_a_key_nothing_stamped_is_written_or_believed(session: orm.Session) -> None:
    body = advisories.make_body(session)
    with orm.Session(session.connection()) as keyless:
        found = keyless.get_one(Body, body.id)
        with pytest.raises(ConfigurationError):
            stamps.genuine(keyless, found)
        found.state = BodyState.FULL
        keyless.add(BodySector(body_id=body.id, sector_code="gas"))
        with pytest.raises(ConfigurationError):
            keyless.flush()
        keyless.rollback()
