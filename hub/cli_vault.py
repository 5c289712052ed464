"""The commands `priority-hub vault ...`: the key of what lies encrypted in the database."""

import os
import secrets
import uuid

import click

from hub.core import audit, rewrapping, shredding
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.errors import ConflictError
from hub.core.instance import KEK, OLDER_KEK, Instance, open_instance
from hub.core.vault import KEY_BYTES
from hub.migrations.tables import metadata


@click.group()
def vault() -> None:
    """Change the key of what lies encrypted in the database; destroy a record."""


@vault.command("new-key")
def new_key() -> None:
    """Make a new key-encryption key; the older one opens on until `rewrap` and `drop-key` are done.

    Restart web and worker afterwards, so that they seal with the new one.
    """
    folder = Config.from_env().secrets
    open_instance(Config.from_env()).db.dispose()  # a broken instance gets no new key
    current, older = folder / KEK, folder / OLDER_KEK
    if older.exists() and older.read_bytes() != current.read_bytes():
        raise ConflictError("An older key is there still: run `vault rewrap`, then `vault drop-key`")
    if not older.exists():
        os.link(current, older)
    fresh = folder / f"{KEK}.new"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(current)
    _recorded("vault.key-made")
    click.echo("A new key is in place. Restart web and worker, then run `priority-hub vault rewrap`.")


@vault.command()
def rewrap() -> None:
    """Wrap every data key with the present key; what is encrypted stays as it is. Web and worker may run."""
    hub = open_instance(Config.from_env())
    told, changed = "", 0
    for table, count in rewrapping.rewrap(hub.db, hub.vault, metadata):
        if table != told:
            click.echo(f"{table} ...", err=True)
            told = table
        changed += count
    click.echo(f"Re-wrapped: {changed}")
    click.echo(f"Left under the older key: {rewrapping.left_over(hub.db, hub.vault, metadata)}")
    hub.db.dispose()


@vault.command("drop-key")
def drop_key() -> None:
    """Delete the older key; refused while anything is left under it."""
    config = Config.from_env()
    hub = open_instance(config)
    left = rewrapping.left_over(hub.db, hub.vault, metadata)
    hub.db.dispose()
    if left:
        raise ConflictError(f"{left} values are under the older key: run `vault rewrap` first")
    older = config.secrets / OLDER_KEK
    if not older.exists():
        raise ConflictError("There is no older key")
    older.unlink()
    _recorded("vault.key-dropped")
    click.echo("The older key is gone. Destroy its copies, too: backups made with it cannot be opened then.")


@vault.command()
@click.argument("table")
@click.argument("record", type=click.UUID)
@click.option("--reason", required=True, help="Why; it is kept with the tombstone.")
@click.confirmation_option(prompt="What the record says is gone for good. Destroy it?")
def shred(table: str, record: uuid.UUID, reason: str) -> None:
    """Destroy what one RECORD of a TABLE holds encrypted; its tombstone stays."""
    hub = open_instance(Config.from_env())
    stone = _shredded(hub, table, record, reason)
    swept = shredding.sweep(hub.db, table)
    hub.db.dispose()
    click.echo(f"Destroyed: {table} {record}" if stone else "It was destroyed before.")
    if not swept:
        raise ConflictError("A transaction of before still runs: the database keeps the bytes; run it again")


def _recorded(act: str) -> None:
    hub = open_instance(Config.from_env())
    with hub.db.transaction() as session:
        audit.record(session, act, by=THE_HUB, now=hub.clock())
    hub.db.dispose()


def _shredded(hub: Instance, table: str, record: uuid.UUID, reason: str) -> bool:
    with hub.db.transaction() as session:
        stone = shredding.shred(session, metadata, table, record, reason=reason, by=THE_HUB, now=hub.clock())
        return stone is not None
