"""Who may have a notice now: every condition, alone and together."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.audience import Condition
from hub.accounts.states import State as AccountState
from hub.core.db import Database
from keys.states import State as CertificateState
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from sectors.requirements.models import Requirement
from tests.support import advisories
from tests.support.advisories import NOW, PUBLICATION, TODAY, Cast, Readiness

INSTANTS = [NOW - timedelta(days=50), NOW, NOW + timedelta(microseconds=1), PUBLICATION]
ENDS = [*INSTANTS[1:], PUBLICATION + timedelta(microseconds=1), PUBLICATION + timedelta(days=9)]

readiness = st.builds(
    Readiness,
    state=st.sampled_from([BodyState.TRIAL, BodyState.FULL, BodyState.FULL, *BodyState]),
    agreement_state=st.sampled_from([AgreementState.CONCLUDED] * 9 + list(AgreementState)),
    starts_at=st.sampled_from([NOW - timedelta(days=51)] * 3 + INSTANTS),
    ends_at=st.sampled_from([PUBLICATION + timedelta(days=9)] * 3 + ENDS),
    attested=st.one_of(st.just(frozenset(Requirement)), st.frozensets(st.sampled_from(Requirement))),
    attested_to=st.sampled_from([date(2027, 4, 1), date(2027, 4, 1), TODAY, TODAY + timedelta(days=1)]),
    contact=st.sampled_from([AccountState.ACTIVE] * 3 + list(AccountState)),
    certificate=st.sampled_from([CertificateState.ACTIVE] * 9 + list(CertificateState)),
    not_after=st.sampled_from([None, PUBLICATION, NOW, NOW + timedelta(microseconds=1)]),
).filter(lambda has: has.ends_at > has.starts_at)


def meets_all(has: Readiness, publication_at: datetime | None) -> bool:
    until = publication_at or NOW
    return (
        has.state in {BodyState.TRIAL, BodyState.FULL}
        and has.agreement_state is AgreementState.CONCLUDED
        and has.starts_at <= NOW < has.ends_at
        and until < has.ends_at
        and has.attested == frozenset(Requirement)
        and has.attested_to > TODAY
        and has.contact is AccountState.ACTIVE
        and has.certificate is CertificateState.ACTIVE
        and (has.not_after is None or has.not_after > NOW)
    )


@given(has=readiness, publication_at=st.sampled_from([PUBLICATION, None]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_body_is_eligible_exactly_when_it_meets_all(
    db: Database, has: Readiness, publication_at: datetime | None
) -> None:
    with db.transaction() as session:
        body = advisories.make_body(session, has)
        met = audience.eligible(session, body, publication_at=publication_at, now=NOW)
    assert met == meets_all(has, publication_at)


@pytest.mark.parametrize(
    ("lacking", "condition"),
    [
        (Readiness(state=BodyState.SUSPENDED), Condition.OPERATION),
        (Readiness(ends_at=PUBLICATION), Condition.AGREEMENT),
        (Readiness(attested=frozenset({Requirement.PURPOSE})), Condition.REQUIREMENTS),
        (Readiness(contact=AccountState.DISABLED), Condition.CONTACT),
        (Readiness(not_after=NOW), Condition.CERTIFICATE),
    ],
)
def test_what_a_body_lacks_is_named(session: orm.Session, lacking: Readiness, condition: Condition) -> None:
    body = advisories.make_body(session, lacking)
    checks = audience.gate(session, body, publication_at=PUBLICATION, now=NOW)
    assert [check.condition for check in checks if not check.ok] == [condition]
    assert all(bool(check.reason) is not check.ok for check in checks)


def test_a_body_without_contacts_lacks_contact_and_certificate(session: orm.Session, power: Body) -> None:
    for contact in bodies.contacts(session, power.id):
        contact.left_at = NOW
    session.flush()
    checks = audience.gate(session, power, publication_at=PUBLICATION, now=NOW)
    assert [check.condition for check in checks if not check.ok] == [
        Condition.CONTACT,
        Condition.CERTIFICATE,
    ]


def test_the_standing_looks_at_operation_and_agreement_only(session: orm.Session) -> None:
    unready = Readiness(attested=frozenset(), not_after=NOW, contact=AccountState.DISABLED)
    body = advisories.make_body(session, unready)
    assert audience.standing(session, body, now=NOW).ok
    assert not audience.standing(session, body, now=unready.ends_at).ok


def test_recipients_are_the_addressed_bodies_that_meet_all_now(
    session: orm.Session, cast: Cast, power: Body, gas: Body
) -> None:
    release = advisories.make_release(session, cast, power, gas)
    assert {body.id for body in advisories.recipients(session, release, now=NOW)} == {power.id, gas.id}
    gas.state = BodyState.LEFT
    assert [body.id for body in advisories.recipients(session, release, now=NOW)] == [power.id]
