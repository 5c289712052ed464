"""Matters on a real database."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.formats.clock import ClockStatus
from feeds.formats.content import Alias
from feeds.formats.tracking import is_tracking_id
from feeds.matters import at_rest, queries, service
from feeds.matters.models import Matter, MatterAlias, PublicationMove
from hub.core.audit import THE_HUB
from hub.core.db import Database
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotFoundError
from hub.core.vault import SealBrokenError, Vault

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
VAULT = Vault(bytes(32))
CVE = Alias(issuer="cve", number="CVE-2026-10001")


@pytest.fixture
def session(db: Database) -> Iterator[orm.Session]:
    with db.transaction() as session:
        yield session


@pytest.fixture
def matter(session: orm.Session) -> Matter:
    return service.open_matter(session, publication_at=LATER, vault=VAULT, by=THE_HUB, now=NOW)


def test_a_matter_has_a_tracking_id_and_a_secret_of_its_own(session: orm.Session, matter: Matter) -> None:
    other = service.open_matter(session, publication_at=None, vault=VAULT, by=THE_HUB, now=NOW)
    assert is_tracking_id(matter.tracking_id)
    assert matter.tracking_id.startswith("PI-2026-")
    assert len(at_rest.secret_of(matter, vault=VAULT)) == 32
    assert at_rest.secret_of(matter, vault=VAULT) != at_rest.secret_of(other, vault=VAULT)
    assert matter.clock.status is ClockStatus.PLANNED
    assert queries.by_tracking_id(session, matter.tracking_id) is matter


def test_the_year_of_a_tracking_id_is_japans(session: orm.Session) -> None:
    new_year = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    opened = service.open_matter(session, publication_at=None, vault=VAULT, by=THE_HUB, now=new_year)
    assert opened.tracking_id.startswith("PI-2027-")


def test_a_taken_tracking_id_is_drawn_again(session: orm.Session) -> None:
    drawn = iter([7, 7, 7, 8])

    def opened() -> Matter:
        return service.open_matter(
            session, publication_at=None, vault=VAULT, by=THE_HUB, now=NOW, bits=lambda: next(drawn)
        )

    assert opened().tracking_id != opened().tracking_id
    assert next(drawn, None) is None


def test_no_free_tracking_id_is_told_and_leaves_nothing(session: orm.Session) -> None:
    def opened() -> Matter:
        return service.open_matter(
            session, publication_at=None, vault=VAULT, by=THE_HUB, now=NOW, bits=lambda: 7
        )

    opened()
    with pytest.raises(ConflictError):
        opened()
    assert session.scalar(sa.select(sa.func.count()).select_from(Matter)) == 1


def test_an_alias_is_kept_once_and_sealed(session: orm.Session, matter: Matter) -> None:
    service.add_alias(session, matter.id, CVE, vault=VAULT, by=THE_HUB, now=NOW)
    with pytest.raises(ConflictError):
        service.add_alias(session, matter.id, CVE, vault=VAULT, by=THE_HUB, now=NOW)
    assert queries.aliases(session, matter.id, vault=VAULT) == (CVE,)
    assert b"10001" not in session.scalars(sa.select(MatterAlias.number)).one()


def test_a_sealed_alias_does_not_open_in_another_row(session: orm.Session, matter: Matter) -> None:
    service.add_alias(session, matter.id, CVE, vault=VAULT, by=THE_HUB, now=NOW)
    (row,) = queries.alias_rows(session, matter.id)
    moved = MatterAlias(id=matter.id, number=row.number)
    with pytest.raises(SealBrokenError):
        at_rest.alias_of(moved, vault=VAULT)


def test_setting_the_aliases_adds_and_removes(session: orm.Session, matter: Matter) -> None:
    jvn, npa = Alias(issuer="jvn", number="JVN#12345678"), Alias(issuer="npa", number="26-17")
    for wanted in ((CVE, jvn), (jvn, npa, npa)):
        service.set_aliases(session, matter.id, wanted, vault=VAULT, by=THE_HUB, now=NOW)
    assert queries.aliases(session, matter.id, vault=VAULT) == (jvn, npa)


def test_an_earlier_release_keeps_the_numbers_that_it_named(session: orm.Session, matter: Matter) -> None:
    jvn = Alias(issuer="jvn", number="JVN#12345678")
    service.set_aliases(session, matter.id, (CVE,), vault=VAULT, by=THE_HUB, now=NOW)
    service.set_aliases(session, matter.id, (jvn,), vault=VAULT, by=THE_HUB, now=LATER)
    service.set_aliases(session, matter.id, (jvn, CVE), vault=VAULT, by=THE_HUB, now=LATER)
    assert queries.aliases(session, matter.id, vault=VAULT, at=NOW) == (CVE,)
    assert queries.aliases(session, matter.id, vault=VAULT) == (jvn, CVE)


def test_a_planned_date_changes_freely_and_a_told_one_only_with_a_reason(
    session: orm.Session, matter: Matter
) -> None:
    service.plan_publication(session, matter.id, LATER + timedelta(days=1), by=THE_HUB, now=NOW)
    service.fix_publication(session, matter.id, by=THE_HUB, now=NOW)
    with pytest.raises(IllegalMoveError):
        service.plan_publication(session, matter.id, LATER, by=THE_HUB, now=NOW)
    with pytest.raises(InputError):
        service.move_publication(session, matter.id, LATER, reason=" ", vault=VAULT, by=THE_HUB, now=NOW)
    service.move_publication(
        session, matter.id, LATER, reason="漏えいのため", vault=VAULT, by=THE_HUB, now=NOW
    )
    assert matter.clock.status is ClockStatus.MOVED
    assert matter.clock.publication_at == LATER


def test_the_history_keeps_the_old_date_and_the_reason_sealed(session: orm.Session, matter: Matter) -> None:
    service.fix_publication(session, matter.id, by=THE_HUB, now=NOW)
    service.move_publication(
        session,
        matter.id,
        LATER + timedelta(days=5),
        reason="a leak",
        vault=VAULT,
        by=THE_HUB,
        now=NOW,
    )
    (kept,) = queries.moves(session, matter.id)
    assert (kept.moved_from, kept.moved_to) == (LATER, LATER + timedelta(days=5))
    assert at_rest.reason_of(kept, vault=VAULT) == "a leak"
    assert b"a leak" not in session.scalars(sa.select(PublicationMove.reason)).one()


def test_a_date_cannot_be_told_before_there_is_one(session: orm.Session) -> None:
    opened = service.open_matter(session, publication_at=None, vault=VAULT, by=THE_HUB, now=NOW)
    with pytest.raises(InputError):
        service.fix_publication(session, opened.id, by=THE_HUB, now=NOW)


def test_nothing_moves_after_the_end(session: orm.Session, matter: Matter) -> None:
    service.fix_publication(session, matter.id, by=THE_HUB, now=NOW)
    service.end(session, matter.id, public_since=LATER, by=THE_HUB, now=LATER)
    assert matter.clock.status is ClockStatus.ENDED
    assert matter.clock.publication_at == LATER
    with pytest.raises(IllegalMoveError):
        service.end(session, matter.id, public_since=LATER, by=THE_HUB, now=LATER)


def test_an_unknown_matter_is_not_found(session: orm.Session) -> None:
    with pytest.raises(NotFoundError):
        queries.by_tracking_id(session, "PI-2026-00000")
    with pytest.raises(NotFoundError):
        queries.matter(session, uuid.UUID(int=1))
