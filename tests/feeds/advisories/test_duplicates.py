"""Possible duplicates: found in whatever state they are, looked at before anything is submitted."""

import logging
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import duplicates, queries, releasing, service, submitting
from feeds.advisories.duplicates import Likeness
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.statement import Act
from feeds.formats.content import Alias, Content, Product, Text, Vulnerability
from feeds.formats.stix import Part
from feeds.matters.models import MatterAlias
from hub.core.audit import Entry
from hub.core.errors import InputError
from hub.core.vault import SHREDDED
from sectors.bodies.models import Body
from tests.support import advisories
from tests.support.advisories import NOW, VAULT, Cast
from tests.support.passkeys import signed

CONTROLLER = Product(vendor="Ｅｘａｍｐｌｅ  Inc", name="Controller", id="one")
OTHER = Product(vendor="Example Inc", name="Valve", id="two")


def drafted(session: orm.Session, cast: Cast, power: Body, content: Content, *aliases: Alias) -> Advisory:
    draft = replace(advisories.draft_for(power, content=content), aliases=aliases)
    return service.create_draft(session, draft, vault=VAULT, by=cast.writer, now=NOW)


def weakness(*cwes: str, cve: str = "", affected: tuple[str, ...] | None = None) -> Vulnerability:
    return Vulnerability(title="認証回避", cve=cve, cwes=cwes, affected=affected)


def about(*weaknesses: Vulnerability, product: Product = CONTROLLER) -> Content:
    return Content(title=Text(ja="題名"), products=(product,), vulnerabilities=weaknesses)


def alike(session: orm.Session, advisory: Advisory) -> dict[uuid.UUID, list[tuple[Likeness, str]]]:
    found = duplicates.duplicates(session, advisory, vault=VAULT)
    return {each.advisory.id: [(mark.likeness, mark.shown) for mark in each.marks] for each in found}


def test_the_same_number_cve_or_product_with_its_weakness_is_found(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    mine = drafted(
        session,
        cast,
        power,
        about(weakness("CWE-287", "CWE-79", cve="CVE-2026-10001")),
        Alias(issuer="npa", number="26-17"),
    )
    number = drafted(session, cast, power, about(), Alias(issuer="NPA", number=" 26-17"))
    cve = drafted(session, cast, power, about(), Alias(issuer="mitre", number="cve-2026-10001"))
    spelling = replace(CONTROLLER, vendor="example inc", name="CONTROLLER", id="")
    product = drafted(session, cast, power, about(weakness("CWE-79"), product=spelling))
    for different in (
        about(weakness("CWE-287"), product=OTHER),
        about(weakness("CWE-20")),
        about(weakness("CWE-287", affected=())),
        about(weakness(cve="CVE-2026-10002")),
    ):
        drafted(session, cast, power, different, Alias(issuer="jpcert", number="26-17"))
    assert alike(session, mine) == {
        number.id: [(Likeness.NUMBER, "npa 26-17")],
        cve.id: [(Likeness.CVE, "CVE-2026-10001")],
        product.id: [(Likeness.PRODUCT, "example inc controller CWE-79")],
    }
    assert set(alike(session, cve)) == {mine.id}


def test_what_is_released_lifted_or_in_approval_is_found_as_well(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    lifted = advisories.make_release(session, cast, power).advisory_id
    parts = frozenset({Part.SUMMARY})
    releasing.propose_lifting(session, lifted, parts=parts, vault=VAULT, by=cast.writer, now=NOW)
    advisories.submit(session, lifted, by=cast.writer)
    advisories.release(session, lifted, by=cast.releaser)
    waiting = advisories.make_submitted(session, cast, power).id
    draft = advisories.make_draft(session, cast, power)
    assert set(alike(session, draft)) == {lifted, waiting}


def test_a_number_that_was_taken_away_and_a_revision_that_was_dropped_tell_nothing(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    number = Alias(issuer="npa", number="26-17")
    drafted(session, cast, power, about(), number)
    session.execute(sa.update(MatterAlias).values(removed_at=NOW))
    assert alike(session, drafted(session, cast, power, about(), number)) == {}


def test_one_destroyed_record_does_not_hide_the_others(session: orm.Session, cast: Cast, power: Body) -> None:
    gone, kept, mine = (advisories.make_draft(session, cast, power) for _ in range(3))
    session.execute(sa.update(Revision).where(Revision.advisory_id == gone.id).values(content=SHREDDED))
    aliases = sa.update(MatterAlias).where(MatterAlias.matter_id == gone.matter_id)
    session.execute(aliases.values(number=SHREDDED))
    assert set(alike(session, mine)) == {kept.id}
    session.execute(sa.update(Revision).where(Revision.advisory_id == mine.id).values(content=SHREDDED))
    assert set(alike(session, mine)) == {kept.id}


def test_nobody_submits_without_having_looked_and_the_log_says_at_what_but_no_more(
    session: orm.Session, cast: Cast, power: Body, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    twins = [advisories.make_draft(session, cast, power).id for _ in range(2)]
    mine = advisories.make_draft(session, cast, power)

    def submit(*looked_at: uuid.UUID) -> None:
        signature = signed(session, advisories.challenge_of(session, mine.id, Act.PROPOSE), cast.writer)
        seen = frozenset(looked_at)
        submitting.submit(
            session, mine.id, signature=signature, looked_at=seen, vault=VAULT, by=cast.writer, now=NOW
        )

    for too_few in ((), twins[:1], [uuid.uuid4()]):
        with pytest.raises(InputError) as refused:
            submit(*too_few)
        assert set(refused.value.problems) == {"looked_at"}
    submit(*twins)
    entries = session.scalars(sa.select(Entry).where(Entry.action == "advisory.duplicate-looked-at")).all()
    assert {each.details["other"] for each in entries} == {str(each) for each in twins}
    assert {each.account_id for each in entries} == {cast.writer.account_id}
    told = caplog.text + str([each.details for each in session.scalars(sa.select(Entry))])
    for secret in ("CVE-2026-10001", "CWE-287", "Example", "Controller"):
        assert secret not in told


def test_a_proposal_to_lift_asks_about_no_duplicates(session: orm.Session, cast: Cast, power: Body) -> None:
    first = advisories.make_release(session, cast, power).advisory_id
    advisories.make_draft(session, cast, power)
    parts = frozenset({Part.SUMMARY})
    releasing.propose_lifting(session, first, parts=parts, vault=VAULT, by=cast.writer, now=NOW)
    signature = signed(session, advisories.challenge_of(session, first, Act.PROPOSE), cast.writer)
    submitting.submit(session, first, signature=signature, vault=VAULT, by=cast.writer, now=NOW)
    assert queries.latest_revision(session, first).submitted_at == NOW
