"""A new key-encryption key, and what is destroyed: nothing is lost on the way, nothing stays behind."""

import itertools
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy import orm

from feeds.advisories import at_rest
from feeds.advisories.models import Release
from feeds.matters import service as matters
from feeds.matters.models import Matter
from feeds.taxii import store
from feeds.taxii.models import Collection
from hub.accounts.models import Account
from hub.cli import main
from hub.core import rewrapping, shredding
from hub.core.audit import THE_HUB, Entry
from hub.core.config import Config
from hub.core.db import Database
from hub.core.errors import NotFoundError
from hub.core.instance import open_instance
from hub.core.sealed import sealed_tables
from hub.core.shredding import Tombstone
from hub.core.vault import SHREDDED, Place, SealBrokenError, ShreddedError, Vault
from hub.migrations.tables import metadata
from hub.setup import initialise
from tests.support import advisories, databases
from tests.support.advisories import CANARY, NOW, VAULT

NEW_KEY = b"n" * 32
BOTH = Vault(NEW_KEY, bytes(32))
NEW = Vault(NEW_KEY)
NOTE = b'{"type":"note","id":"note--%s","spec_version":"2.1","created":"2026-11-20T01:00:00.000Z"}'
NOT_SECRET = {  # public keys, HMACs, hashes of the log, and what only the recipient can open
    "blob",
    "certificate",
    "challenge",
    "challenge_digest",
    "credential_id",
    "cut_hash",
    "digest",
    "hash",
    "head",
    "nonce",
    "previous",
    "public_key",
    "root",
    "seed",
    "stamp",
    "status",
    "user_handle",
}


def open_matter(session: orm.Session, vault: Vault = VAULT) -> Matter:
    return matters.open_matter(session, publication_at=None, vault=vault, by=THE_HUB, now=NOW)


def release(session: orm.Session) -> Release:
    made = advisories.make_release(session, advisories.make_cast(session), advisories.make_body(session))
    for account in session.scalars(sa.select(Account)):
        place = Place(table="account", row=account.id, column="totp_secret")
        account.totp_secret = VAULT.seal(b"secret", place=place)
    return made


def test_every_column_of_bytes_is_marked_as_sealed_or_known_as_no_secret() -> None:
    tables = sealed_tables(metadata)
    sealed = {(found.table.name, column.name) for found in tables for column in found.columns}
    held = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    assert {column for _, column in held - sealed} <= NOT_SECRET


def test_after_a_rewrap_the_new_key_alone_opens_everything(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "BATCH", 2)
    with db.transaction() as session:
        row = release(session)
        notes = Collection(title="answers")
        session.add(notes)
        session.flush()
        added = [NOTE % str(uuid.UUID(int=number, version=4)).encode() for number in range(5)]
        store.add(session, notes.id, added, now=NOW, vault=VAULT)
        store.add(session, notes.id, [NOTE % b"77777777-7777-4777-8777-777777777777"], now=NOW)
    before = rewrapping.left_over(db, BOTH, metadata)
    changed = sum(count for _, count in rewrapping.rewrap(db, BOTH, metadata))
    assert changed == before > 8
    assert rewrapping.left_over(db, NEW, metadata) == 0
    with db.reading() as session:
        found = session.get_one(Release, row.id)
        assert CANARY.encode() in at_rest.bundle_of(found, vault=NEW)
        with pytest.raises(SealBrokenError):
            at_rest.bundle_of(found, vault=VAULT)
        for sealed in sealed_tables(metadata):
            for each in session.execute(sa.select(*sealed.wanted())).mappings():
                for _, value, place in sealed.envelopes(dict(each)):
                    NEW.open(value, place=place)


def test_a_rewrap_that_was_stopped_goes_on_and_a_second_one_changes_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "BATCH", 1)
    with db.transaction() as session:
        row = release(session)
    steps = itertools.accumulate(count for _, count in rewrapping.rewrap(db, BOTH, metadata))
    first = next(done for done in steps if done >= 3)
    with db.reading() as session:  # readers go on meanwhile, with both keys
        assert CANARY.encode() in at_rest.bundle_of(session.get_one(Release, row.id), vault=BOTH)
    left = rewrapping.left_over(db, BOTH, metadata)
    assert first > 0 < left
    assert sum(count for _, count in rewrapping.rewrap(db, BOTH, metadata)) == left
    assert sum(count for _, count in rewrapping.rewrap(db, BOTH, metadata)) == 0


def test_a_process_that_began_before_the_new_key_learns_it_from_the_first_value() -> None:
    place = Place(table="matter", row=uuid.UUID(int=1), column="secret")
    keys = [(bytes(32),), (NEW_KEY, bytes(32))]
    old = Vault(*keys[0], renew=lambda: keys[1])
    assert old.open(NEW.seal(b"new", place=place), place=place) == b"new"
    assert old.is_current(old.seal(b"x", place=place))
    assert NEW.open(old.seal(b"x", place=place), place=place) == b"x"


def test_a_destroyed_record_is_gone_and_its_tombstone_says_who_when_and_why(db: Database) -> None:
    with db.transaction() as session:
        row = release(session)
        other = release(session)
        by = advisories.make_cast(session).writer
        stone = shredding.shred(session, metadata, "release", row.id, reason="期間満了", by=by, now=NOW)
        assert stone is not None
        again = shredding.shred(session, metadata, "release", row.id, reason="again", by=by, now=NOW)
        assert again is None
    with db.reading() as session:
        with pytest.raises(ShreddedError):
            at_rest.bundle_of(session.get_one(Release, row.id), vault=VAULT)
        assert at_rest.bundle_of(session.get_one(Release, other.id), vault=VAULT)
        kept = session.scalars(sa.select(Tombstone)).one()
        assert (kept.row_id, kept.account_id, kept.at, kept.reason) == (
            row.id,
            by.account_id,
            NOW,
            "期間満了",
        )
        entry = session.scalars(sa.select(Entry).where(Entry.action == "record.shredded")).one()
        assert entry.details == {"table": "release", "sha256": kept.sha256}


@pytest.mark.parametrize("table", ["no-such-table", "account_sign_in", "taxii_object", "release"])
def test_what_is_not_there_cannot_be_destroyed(db: Database, table: str) -> None:
    with db.transaction() as session, pytest.raises(NotFoundError):
        shredding.shred(session, metadata, table, uuid.uuid4(), reason="x", by=THE_HUB, now=NOW)


@pytest.fixture
def instance_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("HUB_INSTANCE", str(tmp_path / "hub"))
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    config = Config.from_env()
    initialise(config, administrator=None, now=NOW)
    return config


def run(*arguments: str, code: int = 0) -> str:
    answer = CliRunner().invoke(main, ["vault", *arguments])
    assert answer.exit_code == code, answer.output
    return answer.output


def test_the_key_is_changed_by_three_commands_and_the_bytes_of_a_destroyed_record_leave_the_disk(
    instance_at: Config,
) -> None:
    hub = open_instance(instance_at)
    with hub.db.transaction() as session:
        matter = open_matter(session, hub.vault)
    kek = (instance_at.secrets / "kek").read_bytes()
    run("new-key")
    assert (instance_at.secrets / "kek").read_bytes() != kek
    assert (instance_at.secrets / "kek").stat().st_mode & 0o777 == 0o400
    assert "run `vault rewrap`" in run("new-key", code=1)
    assert "under the older key" in run("drop-key", code=1)
    assert "Left under the older key: 0" in run("rewrap")
    run("drop-key")
    assert not (instance_at.secrets / "kek.previous").exists()
    assert "There is no older key" in run("drop-key", code=1)
    with hub.db.reading() as session:
        envelope = session.get_one(type(matter), matter.id).secret
    hub.db.dispose()
    database = [path for path in instance_at.instance.iterdir() if path.name.startswith("hub.sqlite")]
    assert any(envelope in path.read_bytes() for path in database)
    assert run("shred", "matter", str(matter.id), "--reason", "test", "--yes").startswith("Destroyed")
    database = [path for path in instance_at.instance.iterdir() if path.name.startswith("hub.sqlite")]
    assert not any(envelope in path.read_bytes() for path in database)
    assert any(SHREDDED in path.read_bytes() for path in database)
    assert "destroyed before" in run("shred", "matter", str(matter.id), "--reason", "test", "--yes")


@pytest.mark.skipif(not databases.postgres_answers(), reason="no PostgreSQL")
def test_postgresql_keeps_no_old_version_of_a_destroyed_record() -> None:
    held = sa.text(
        "SELECT position(CAST(:bytes AS bytea) IN pg_read_binary_file(pg_relation_filepath('matter'))) > 0"
    )
    with databases.postgres(f"hub_shred_{uuid.uuid4().hex[:8]}") as url:
        db = databases.database(databases.engine_for(url))
        with db.transaction() as session:
            matter = open_matter(session)
        with db.transaction() as session:
            assert shredding.shred(session, metadata, "matter", matter.id, reason="x", by=THE_HUB, now=NOW)
        with db.transaction() as session:
            session.execute(sa.text("CHECKPOINT"))
            assert session.scalar(held, {"bytes": matter.secret})
        others = databases.engine_for(url)
        with others.connect() as reader:
            reader.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            reader.execute(sa.text("SELECT 1"))
            assert not shredding.sweep(db, "matter", patience=0.3)  # somebody still reads what was before
        others.dispose()
        assert shredding.sweep(db, "matter")
        with db.transaction() as session:
            session.execute(sa.text("CHECKPOINT"))
            assert not session.scalar(held, {"bytes": matter.secret})
            assert session.scalar(held, {"bytes": SHREDDED})
        db.dispose()
