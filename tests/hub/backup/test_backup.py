"""Backup and restore: from one database into the other, under load, and what nobody may get out of it."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from werkzeug.test import Client

from hub.app import build_app
from hub.backup import archive, making, restoring
from hub.backup.archive import BackupDamagedError
from hub.core import audit
from hub.core.audit import THE_HUB, Entry
from hub.core.config import Config
from hub.core.db import Database, connect
from hub.core.errors import ConfigurationError, ConflictError, HubError
from hub.core.instance import open_instance
from hub.core.portable import Shape
from hub.core.vault import Vault
from hub.doctor.finding import State
from hub.doctor.looking import look
from hub.health.figures import BACKUP
from hub.migrations import history
from hub.migrations.history import upgrade
from hub.migrations.newest import is_newest
from hub.migrations.tables import metadata
from hub.trail import chaining, heads, statements, verifying
from hub.trail.findings import Seen
from keys import backups, hub_certificate
from keys.backups import BackupSealError
from tests.feeds.collections.tool import TAXII, Tool
from tests.hub.backup.conftest import Old
from tests.hub.backup.sites import KEK, Rows, Site
from tests.keys.workshop import GPG, LONG_AGO, Workshop, workshop
from tests.support import delivery
from tests.support.advisories import CANARY
from tests.support.delivery import TOKEN_KEY

ROOT = Path(__file__).parents[3]
SOCKETS = shutil.ignore_patterns("S.*", "*.lock", ".#*")
PAUSE = 0.05  # seconds between two acts of one thread, as SQLite lets no writer queue


def now() -> datetime:
    return datetime.now(UTC)


def quiet(table: str, rows: int) -> None:
    """Tell nobody."""


def back_up(old: Old, file: Path) -> making.Made:
    return making.back_up(old.hub, file, tell=quiet, now=now())


def restore(config: Config, file: Path, shop: Workshop) -> restoring.Restored:
    return restoring.restore(config, file, home=shop.home, tell=quiet, now=now())


@pytest.fixture
def file(old: Old, tmp_path: Path) -> Path:
    """A backup of a hub that has released and delivered."""
    old.world.release()
    assert old.world.work() == 0
    back_up(old, tmp_path / "hub.backup")
    return tmp_path / "hub.backup"


@contextmanager
def going_on(act: object) -> Iterator[list[BaseException]]:
    """Repeat an act in another thread while the block runs; give what went wrong there."""
    over, failures = threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            while not over.is_set():
                act()  # type: ignore[operator] # a function
                over.wait(PAUSE)
        except BaseException as failure:  # noqa: BLE001 - told to the test
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield failures
    finally:
        over.set()
        thread.join()


class Poller:
    """A body's tool that goes on from where it stands, whichever hub answers."""

    def __init__(self, tool: Tool) -> None:
        self.tool, self.http = tool, tool.http
        self.since = "2000-01-01T00:00:00Z"
        self.next: str | None = None
        self.ids: list[str] = []

    def poll(self) -> None:
        """Fetch one page of two objects, by `next` where the last page had more."""
        asked = {"added_after": self.since, "limit": "2"} | ({"next": self.next} if self.next else {})
        answer = self.http.get(
            f"/priority/collections/{self.tool.sealed}/objects/",
            query_string=asked,
            headers={"Accept": TAXII},
            auth=(self.tool.username, self.tool.token),
        )
        assert answer.status_code == 200, answer.text
        page = orjson.loads(answer.data)
        self.ids += [each["id"] for each in page.get("objects", [])]
        self.next = page.get("next")
        if not self.next:
            self.since = answer.headers.get("X-TAXII-Date-Added-Last", self.since)

    def to_the_end(self, http: Client) -> list[str]:
        """Go on at another hub until there is nothing more."""
        self.http = http
        self.poll()
        while self.next:
            self.poll()
        return self.ids


def tool_of(old: Old) -> Tool:
    app = build_app(old.world.hub, secret_key=b"s" * 32)
    return Tool.of(old.world, old.world.power, app)


def assert_well(config: Config, *, now: datetime) -> None:
    """Ask whoever looks at a whole instance; each of them must be content."""
    found = [each for each in look(config, now=now) if each.state is State.BAD]
    assert [each for each in found if each.name != "clock"] == []  # the time of this test is handed in
    certificate = hub_certificate.read(config.certificate_file, gpg=config.gpg)
    check, seen = partial(statements.read, certificate=certificate.blob, gpg=config.gpg), Seen()
    hub = open_instance(config)
    with hub.db.reading() as session:  # as `audit verify` does
        assert list(verifying.verify(session, seen, check=check, witnessed={})) == []
    assert seen.rows
    assert seen.signed
    hub.db.dispose()


@pytest.mark.soak
def test_a_backup_under_load_is_restored_elsewhere_and_polls_go_on_without_a_gap(
    old: Old, new: Site, tmp_path: Path, shop: Workshop
) -> None:
    world, tool = old.world, tool_of(old)
    for _ in range(3):
        world.release()
    world.work()
    chaining.chain_all(world.hub, now=world.hub.clock())
    heads.sign(world.hub, {}, now())  # the key is younger than the time of this test
    poller, half_way = Poller(tool), Poller(tool)
    half_way.poll()  # stops in the middle of a page of two, with a `next`
    assert half_way.next
    with (
        going_on(world.release) as releasing,
        going_on(world.work_one) as working,
        going_on(poller.poll) as polling,
    ):
        made = making.back_up(old.hub, tmp_path / "hub.backup", tell=quiet, now=world.hub.clock())
        back_up(old, tmp_path / "another.backup")
    assert releasing == working == polling == []
    told = restoring.restore(new.config, made.file, home=shop.home, tell=quiet, now=world.hub.clock())
    assert (told.rows, told.broken) == (made.rows, 0)
    assert told.opened > 0
    shutil.copytree(world.seat.config.signing_home, new.config.signing_home, ignore=SOCKETS)
    assert_well(replace(new.config, mail=world.seat.mail), now=world.hub.clock())

    hub = delivery.hub_on(
        Database(open_instance(new.config).db.bind, stamp_key=TOKEN_KEY), world.seat, world.hub.clock
    )
    there = build_app(hub, secret_key=b"s" * 32).test_client()
    everything = Poller(tool).to_the_end(there)
    assert half_way.to_the_end(there) == everything  # by `next`
    before = len(poller.ids)
    poller.next = None  # what it asks next: `added_after` its last object, fetched before or after the backup
    elsewhere = delivery.World(hub=hub, seat=world.seat, cast=world.cast, power=world.power)
    later = elsewhere.release()
    elsewhere.seal()
    assert len(poller.to_the_end(there)) > before
    assert poller.ids[-1] == Poller(tool).to_the_end(there)[-1]
    assert elsewhere.copy(later).seq == len(everything) + 1
    hub.db.dispose()


def test_every_row_comes_back_as_it_was_and_numbers_go_on(
    old: Old, new: Site, file: Path, shop: Workshop
) -> None:
    told = restore(new.config, file, shop)
    before = old.site.rows()
    assert new.rows() == before
    assert (told.broken, told.opened > 0) == (0, True)
    for there, here in zip(making.beside(new.config), making.beside(old.site.config), strict=True):
        assert there.read_bytes() == here.read_bytes()
    hub = open_instance(new.config)
    assert hub.token_key == TOKEN_KEY
    with hub.db.transaction() as session:
        audit.record(session, "something.new", by=THE_HUB, now=now())
        session.flush()
        acts = {entry.action: entry.number for entry in session.scalars(sa.select(Entry))}
    assert acts["something.new"] > acts[restoring.ACT] > max(row[0] for row in before["audit_entry"])
    hub.db.dispose()
    with old.hub.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Entry.action == BACKUP)) == 1


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_backup_holds_no_key_and_opens_for_its_holder_alone(
    old: Old, file: Path, shop: Workshop, new: Site
) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    subprocess.run(
        [GPG, "--homedir", shop.home, "--batch", "-o", f"{file}.open", "--decrypt", file], check=True
    )
    listed = subprocess.run(["tar", "xzOf", f"{file}.open"], capture_output=True, check=True).stdout
    assert b"revision" in listed
    session_key = (old.site.config.secrets / "session-key").read_bytes()
    for secret in (KEK, TOKEN_KEY, session_key, CANARY.encode()):
        assert secret not in listed
    subkeys = (old.world.seat.config.signing_home / "private-keys-v1.d").glob("*")
    assert all(each.read_bytes() not in listed for each in subkeys)
    with workshop() as stranger, pytest.raises(BackupSealError, match="secret key"):
        restore(new.config, file, stranger)
    assert new.tables() == []


def refused(new: Site, file: Path, shop: Workshop, reason: type[HubError], words: str) -> None:
    """Check that nothing comes of it, and that the next try is not hindered."""
    with pytest.raises(reason, match=words):
        restore(new.config, file, shop)
    assert new.tables() == []
    assert {path.name for path in new.config.secrets.iterdir()} == {"kek"}
    assert not new.config.pinned_passkeys.exists()


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_is_cut_or_changed_or_another_hubs_is_refused_whole(
    new: Site, file: Path, shop: Workshop, tmp_path: Path
) -> None:
    good = file.read_bytes()
    broken = tmp_path / "broken"
    middle = len(good) // 2
    for spoilt in (good[:-1], good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :], b"hello"):
        broken.write_bytes(spoilt)
        refused(new, broken, shop, HubError, "damaged|no sealed backup")
    new.secret("kek", b"k" * 32)
    refused(new, file, shop, BackupDamagedError, "key-encryption key")
    new.secret("kek", KEK)
    assert restore(new.config, file, shop).broken == 0


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_somebody_without_the_key_encryption_key_has_made_is_refused(
    old: Old, new: Site, shop: Workshop, file: Path, tmp_path: Path
) -> None:
    """Anybody may have the backup certificate; rows cannot be slipped in, nor left out."""
    with backups.opening(file, home=shop.home, gpg=GPG) as stream:
        reader = archive.Reader(stream)
        token = reader.next(archive.TOKEN_KEY)
        members = list(reader.until_end(Vault(KEK)))
    accounts = [name for name, _ in members if "/account/" in name]
    fewer = [each for each in members if each[0] not in accounts]
    rewritten(
        tmp_path / "forged", old, reader.manifest, [(archive.TOKEN_KEY, token), *fewer], Vault(b"k" * 32)
    )
    refused(new, tmp_path / "forged", shop, BackupDamagedError, "key-encryption key")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_only_an_empty_place_is_filled(old: Old, new: Site, file: Path, shop: Workshop) -> None:
    new.secret("token-key", b"x" * 32)
    with pytest.raises(ConflictError, match="token-key"):
        restore(new.config, file, shop)
    (new.config.secrets / "token-key").unlink()
    restore(new.config, file, shop)
    before = new.rows()
    with pytest.raises(ConflictError, match="not empty"):
        restore(new.config, file, shop)
    assert new.rows() == before
    with pytest.raises(ConflictError, match="not empty"):
        restore(old.site.config, file, shop)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_restore_that_was_killed_is_begun_anew(new: Site, file: Path, shop: Workshop) -> None:
    new.secret("token-key", b"half" * 8)
    (new.folder / restoring.NOTE).touch()  # what a killed run leaves beside its empty database
    assert restore(new.config, file, shop).broken == 0
    assert (new.config.secrets / "token-key").read_bytes() == TOKEN_KEY
    assert not (new.folder / restoring.NOTE).exists()


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_backup_of_an_older_revision_is_brought_to_head(
    old: Old, new: Site, file: Path, shop: Workshop, tmp_path: Path
) -> None:
    with backups.opening(file, home=shop.home, gpg=GPG) as stream:
        reader = archive.Reader(stream)
        token = reader.opened(archive.TOKEN_KEY, reader.next(archive.TOKEN_KEY), Vault(KEK))
        members = list(reader.until_end(Vault(KEK)))
    known = columns_at("0013", tmp_path / "older.sqlite")
    shapes = {each.name: each for each in reader.manifest.tables if each.name in known}
    older = replace(
        reader.manifest,
        revision="0013",
        tables=tuple(
            replace(each, columns=tuple(column for column in each.columns if column[0] in known[each.name]))
            for each in shapes.values()
        ),
    )
    kept = [
        (
            name,
            cut(content, shapes[name.split("/")[1]], known) if name.startswith(archive.TABLES) else content,
        )
        for name, content in members
        if not name.startswith(archive.TABLES) or name.split("/")[1] in known
    ]
    kept.insert(0, (archive.TOKEN_KEY, Vault(KEK).seal(token, place=older.place(archive.TOKEN_KEY))))
    rewritten(tmp_path / "older", old, older, kept, Vault(KEK))
    assert restore(new.config, tmp_path / "older", shop).broken == 0
    engine = connect(new.config.database_url)
    with engine.connect() as connection:
        assert is_newest(connection)
    engine.dispose()
    assert seen(new.rows(), known) == seen(old.site.rows(), known)


def columns_at(revision: str, file: Path) -> dict[str, set[str]]:
    """Return the columns of each table as an older program had them."""
    upgrade(f"sqlite:///{file}", to=revision)
    engine = connect(f"sqlite:///{file}")
    tables = sa.inspect(engine)
    known = {name: {each["name"] for each in tables.get_columns(name)} for name in tables.get_table_names()}
    engine.dispose()
    return known


def cut(content: bytes, shape: Shape, known: dict[str, set[str]]) -> bytes:
    """Return rows as an older program would have written them: without what came later."""
    places = [n for n, (name, _) in enumerate(shape.columns) if name in known[shape.name]]
    rows = [orjson.loads(line) for line in content.splitlines()]
    return b"".join(orjson.dumps([row[n] for n in places]) + b"\n" for row in rows)


def seen(rows: Rows, known: dict[str, set[str]]) -> Rows:
    """Return what of these rows an older program knew."""
    return {
        name: [
            tuple(
                value
                for column, value in zip(metadata.tables[name].columns, row, strict=True)
                if column.name in known[name]
            )
            for row in of_it
        ]
        for name, of_it in rows.items()
        if name in known
    }


def rewritten(
    file: Path, old: Old, manifest: archive.Manifest, members: list[tuple[str, bytes]], vault: Vault
) -> None:
    """Write a backup of other members, its end under this vault."""
    assert old.site.config.backup_certificate
    to = backups.recipient(old.site.config.backup_certificate, gpg=GPG, now=now())
    with backups.sealing(file, to=to, gpg=GPG) as out, archive.writing(out) as writer:
        writer.add(archive.MANIFEST, manifest.written())
        for name, content in members:
            writer.add(name, content)
        writer.close(manifest, vault)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_backup_that_cannot_be_made_says_why_and_leaves_no_file(
    old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "hub.backup"

    def fails(words: str, **changes: object) -> None:
        changed = {name: getattr(old.site.config, name) for name in Config.__slots__} | changes
        config = Config(**changed)
        hub = type(old.hub)(config=config, db=old.hub.db, vault=old.hub.vault, token_key=TOKEN_KEY)
        with pytest.raises(HubError, match=words):
            making.back_up(hub, target, tell=quiet, now=now())
        assert list(tmp_path.glob("hub.backup*")) == []

    fails("HUB_BACKUP_CERTIFICATE", backup_certificate=None)
    fails("cannot be read", backup_certificate=tmp_path / "none")
    (tmp_path / "junk").write_text("junk")
    fails("cannot be used", backup_certificate=tmp_path / "junk")
    monkeypatch.setattr(history, "at_head", lambda _: False)
    fails("upgrade")


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_full_disk_leaves_no_half_backup(old: Old, file: Path, tmp_path: Path) -> None:
    """The limit of a process on the size of files stands for the end of the disk."""
    half = file.stat().st_size // 2
    program = [sys.executable, "-c", "from hub.cli import main; main()", "backup", str(tmp_path / "second")]
    env = {
        "HUB_INSTANCE": str(old.site.folder),
        "HUB_BACKUP_CERTIFICATE": str(old.site.config.backup_certificate),
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",  # the limit would cut these, too
    }
    done = subprocess.run(
        ["prlimit", f"--fsize={half}", *program],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "is the disk full?" in done.stderr.splitlines()[-1]
    assert list(tmp_path.glob("second*")) == []
    back_up(old, tmp_path / "second")  # there is space again


def test_a_certificate_that_is_no_longer_good_is_not_sealed_to(shop: Workshop, tmp_path: Path) -> None:
    file = tmp_path / "expired.asc"
    old_key = shop.made(
        "old@hub.example.jp",
        primary=("ed25519", "sign", "30d"),
        options=("--faked-system-time", LONG_AGO),
        subkey_options=("--faked-system-time", LONG_AGO),
    )
    file.write_bytes(old_key)
    with pytest.raises(ConfigurationError, match="cannot be used"):
        backups.recipient(file, gpg=GPG, now=now())


def test_a_database_that_somebody_has_begun_is_not_empty(new: Site, tmp_path: Path, shop: Workshop) -> None:
    upgrade(new.config.database_url)
    with pytest.raises(ConflictError, match="not empty"):
        restore(new.config, tmp_path / "any", shop)
