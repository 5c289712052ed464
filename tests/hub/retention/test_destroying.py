"""What is over is announced, then destroyed for good; what somebody holds never is."""

import base64
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.advisories import at_rest
from feeds.advisories.models import Revision
from feeds.taxii.models import StoredObject
from hub.accounts.models import Account, Role
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.db import Database
from hub.core.errors import ConfigurationError, IllegalMoveError, InputError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.core.periods import Periods, periods_from
from hub.core.sealed import sealed_tables
from hub.core.shredding import Tombstone
from hub.core.vault import SHREDDED, ShreddedError
from hub.migrations.tables import metadata
from hub.retention import looking, service
from hub.retention.models import Destruction, Kind
from hub.retention.states import State
from sectors.applications.models import Attachment
from tests.conftest import HandedIn
from tests.support import advisories
from tests.support.advisories import VAULT
from tests.support.applications import acting, make_person
from tests.support.retention import CIPHERTEXT, lifted_copy, stale_draft, withdrawn_document

KEEP = Periods(drafts=100, copies=100, attachments=100, log=200, warning=20)
DAY = timedelta(days=1)
EXAMPLES = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def night(hub: Instance, now: datetime) -> list[uuid.UUID]:
    """Announce and carry out as the nightly round does, without its sweep; return what was destroyed."""
    with hub.db.transaction() as session:
        service.announce(session, keep=KEEP, now=now)
        for each in service.due(session, now=now):
            service.carry_out(session, each, keep=KEEP, now=now)
    return stones(hub)


def stones(hub: Instance) -> list[uuid.UUID]:
    with hub.db.reading() as session:
        return list(session.scalars(sa.select(Tombstone.row_id)))


def destructions(hub: Instance, state: State) -> list[Destruction]:
    with hub.db.reading() as session:
        return list(session.scalars(sa.select(Destruction).where(Destruction.state == state)))


@pytest.fixture
def clerk(instance: Instance) -> Account:
    return make_person(instance, Role.COORDINATOR)


def test_a_draft_and_a_document_are_announced_and_then_destroyed(instance: Instance, clock: HandedIn) -> None:
    with instance.db.transaction() as session:
        revision_id = stale_draft(session)
        document_id = withdrawn_document(session, instance)
    assert night(instance, clock.now + 79 * DAY) == []
    assert destructions(instance, State.COMING) == []
    assert night(instance, clock.now + 81 * DAY) == []
    assert {revision_id, document_id} <= {each.row_id for each in destructions(instance, State.COMING)}
    assert night(instance, clock.now + 100 * DAY) == [], "nothing goes before it was announced long enough"
    assert {revision_id, document_id} <= set(night(instance, clock.now + 102 * DAY))
    with instance.db.reading() as session:
        with pytest.raises(ShreddedError):
            at_rest.content_of(session.get_one(Revision, revision_id), vault=VAULT)
        assert session.get_one(Attachment, document_id).content == SHREDDED
        stone = session.scalars(sa.select(Tombstone).where(Tombstone.row_id == document_id)).one()
        assert (len(stone.sha256), stone.at) == (64, clock.now + 102 * DAY)


def test_a_draft_that_somebody_works_on_again_is_spared(instance: Instance, clock: HandedIn) -> None:
    with instance.db.transaction() as session:
        revision_id = stale_draft(session)
        advisory_id = session.get_one(Revision, revision_id).advisory_id
    night(instance, clock.now + 85 * DAY)
    with instance.db.transaction() as session:
        audit.record(session, "page.read", by=THE_HUB, now=clock.now + 90 * DAY, subject=advisory_id)
    assert revision_id not in night(instance, clock.now + 110 * DAY)
    assert [each.row_id for each in destructions(instance, State.SPARED)] == [revision_id]


@EXAMPLES
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["hold", "let go", "wait"]), st.integers(0, 3), st.integers(0, 40)),
        min_size=3,
        max_size=12,
    )
)
def test_what_is_held_is_never_destroyed(
    instance: Instance, clerk: Account, acts: list[tuple[str, int, int]]
) -> None:
    connection = instance.db.bind
    assert isinstance(connection, sa.Connection)
    undo = connection.begin_nested()
    try:
        _goes_through(instance, clerk, acts)
    finally:
        undo.rollback()


def _goes_through(instance: Instance, clerk: Account, acts: list[tuple[str, int, int]]) -> None:
    with instance.db.transaction() as session:
        stale_draft(session)
        withdrawn_document(session, instance)
    now = advisories.NOW + 85 * DAY
    night(instance, now)
    rows = sorted(each.id for each in destructions(instance, State.COMING))[:4]
    held: set[uuid.UUID] = set()
    for act, which, days in acts:
        chosen = rows[which % len(rows)]
        try:
            with instance.db.transaction() as session:
                if act == "hold":
                    service.hold(session, chosen, "調査中", by=acting(clerk), now=now)
                elif act == "let go":
                    service.let_go(session, chosen, by=acting(clerk), now=now)
            held = held | {chosen} if act == "hold" else held - {chosen} if act == "let go" else held
        except IllegalMoveError:
            assert act != "wait"
        now += days * DAY
        gone = set(night(instance, now))
        with instance.db.reading() as session:
            for row in session.scalars(sa.select(Destruction).where(Destruction.id.in_(rows))):
                assert (row.id in held) == (row.state is State.HELD)
                assert (row.row_id in gone) == (row.state is State.DESTROYED)
                assert row.state is not State.DESTROYED or row.due_at <= now


def test_a_hold_has_a_reason_and_a_name_and_ends_without_haste(
    instance: Instance, clerk: Account, clock: HandedIn
) -> None:
    with instance.db.transaction() as session:
        revision_id = stale_draft(session)
    night(instance, clock.now + 85 * DAY)
    [row] = [each for each in destructions(instance, State.COMING) if each.row_id == revision_id]
    with instance.db.transaction() as session, pytest.raises(InputError):
        service.hold(session, row.id, "  ", by=acting(clerk), now=clock.now)
    with instance.db.transaction() as session:
        service.hold(session, row.id, "訴訟対応", by=acting(clerk), now=clock.now + 86 * DAY)
    late = clock.now + 400 * DAY
    assert revision_id not in night(instance, late)
    with instance.db.transaction() as session:
        service.let_go(session, row.id, by=acting(clerk), now=late)
    assert revision_id not in night(instance, late + 6 * DAY)
    assert revision_id in night(instance, late + 8 * DAY)


def test_no_period_keeps_for_ever(instance: Instance, clock: HandedIn) -> None:
    with instance.db.transaction() as session:
        stale_draft(session)
        never = Periods(drafts=0, copies=0, attachments=0, log=0)
        assert service.announce(session, keep=never, now=clock.now + 9999 * DAY) == dict.fromkeys(Kind, 0)


@pytest.mark.parametrize(
    "told",
    [
        {"HUB_KEEP_DRAFTS_DAYS": "x"},
        {"HUB_KEEP_LOG_DAYS": "-1"},
        {"HUB_KEEP_WARNING_DAYS": "1"},
        {"HUB_KEEP_LOG_DAYS": "300"},
        {"HUB_KEEP_COPIES_DAYS": "99999"},
    ],
)
def test_periods_that_cannot_be_meant_stop_the_start(told: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        periods_from(told)
    assert periods_from({"HUB_KEEP_COPIES_DAYS": "10"}).copies == 10


def everything_held(db: Database) -> bytes:
    """Return every byte that the database keeps in its files, what it has freed included."""
    assert isinstance(db.bind, sa.Engine)
    if db.bind.dialect.name == "sqlite":
        file = Path(str(db.bind.url.database))
        return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    tables = ["taxii_object", "revision", "application_attachment"]
    files = sa.text(
        "SELECT pg_read_binary_file(pg_relation_filepath(each.oid)) FROM pg_class AS owner"
        " JOIN pg_class AS each ON each.oid IN (owner.oid, owner.reltoastrelid)"
        " WHERE owner.relname = ANY(:tables)"
    )
    with db.transaction() as session:
        session.execute(sa.text("CHECKPOINT"))
        return b"".join(map(bytes, session.scalars(files, {"tables": tables})))


def test_after_the_night_no_file_of_the_database_holds_what_was_destroyed(
    lasting: Database, tmp_path: Path, clock: HandedIn
) -> None:
    config = Config(instance=tmp_path, database_url="sqlite://", keep=KEEP)
    hub = Instance(config=config, db=lasting, vault=VAULT, token_key=b"t" * 32, clock=clock)
    clerk = make_person(hub, Role.COORDINATOR)
    with lasting.transaction() as session:
        revision_id = stale_draft(session)
        document_id = withdrawn_document(session, hub)
        copy = lifted_copy(session, now=clock.now)
        sealed = session.get_one(Revision, revision_id).content
        document = session.get_one(Attachment, document_id).content
    cipher = base64.b64encode(CIPHERTEXT)
    before = everything_held(lasting)
    assert all(each[:200] in before for each in (sealed, document, cipher))
    for days in (90, 111):
        looking.look(hub, {}, clock.now + days * DAY)
    after = everything_held(lasting)
    for each in (sealed, document, cipher):
        assert each[:200] not in after
        assert each[-60:] not in after
    with lasting.reading() as session:
        assert {copy.id, revision_id, document_id} <= set(session.scalars(sa.select(Tombstone.row_id)))
        assert not session.scalars(sa.select(StoredObject.stix_id)).all()
        assert not service.unswept(session)
        told = [job.values["to"] for job in session.scalars(sa.select(Job).where(Job.kind == "letter"))]
    assert clerk.email in told


def test_every_destroyable_table_is_one_whose_values_are_sealed_or_only_the_recipients() -> None:
    sealed = {each.table.name for each in sealed_tables(metadata)}
    assert {"revision", "application_attachment", "agreement"} <= sealed
