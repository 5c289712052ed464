"""The commands `priority-hub backup`, `restore` and `upgrade`."""

import json
from pathlib import Path

import click

from hub.backup import making, restoring
from hub.core.clock import system_clock
from hub.core.config import Config
from hub.core.errors import ConflictError
from hub.core.instance import open_instance
from hub.migrations import history
from hub.migrations.newest import NEWEST

NEW = click.Path(path_type=Path, dir_okay=False)
THERE = click.Path(path_type=Path, exists=True, dir_okay=False)
A_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("file", type=NEW)
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def backup(file: Path, *, as_json: bool) -> None:
    """Write all but the key-encryption key and the hub's secret keys into a new FILE.

    Web and worker may run. The file is sealed to the certificate of HUB_BACKUP_CERTIFICATE. Run it as the
    worker's user, who alone can read the pinned passkeys.
    """
    hub = open_instance(Config.from_env())
    made = making.back_up(hub, file, tell=_tell, now=hub.clock())
    hub.db.dispose()
    if as_json:
        shown = {"file": str(made.file), "bytes": made.size, "sealed_to": made.fingerprint}
        click.echo(json.dumps(shown | {"rows": made.rows}))
        return
    click.echo(f"Backup: {made.file}, {made.size} bytes, {sum(made.rows.values())} rows")
    click.echo(f"It opens with the secret key of {made.fingerprint}, and is of use only with the")
    click.echo("key-encryption key (secrets/kek): keep that apart from it.")


@click.command()
@click.argument("file", type=THERE)
@click.option(
    "--gnupg-home",
    "home",
    type=A_FOLDER,
    help="GnuPG home with the secret key of the backup certificate; your own if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def restore(file: Path, home: Path | None, *, as_json: bool) -> None:
    """Make an instance of the backup in FILE; the instance and its database must be empty.

    Put the key-encryption key in place first (secrets/kek, mode 0400). All or nothing: what fails, or is
    stopped, leaves nothing behind that the next try would mind. Everybody signs in anew afterwards.
    """
    made = restoring.restore(Config.from_env(), file, home=home, tell=_tell, now=system_clock())
    if as_json:
        told = {"made_at": made.made_at, "rows": made.rows, "opened": made.opened, "broken": made.broken}
        click.echo(json.dumps(told))
        return
    click.echo(f"Restored: {sum(made.rows.values())} rows of the backup of {made.made_at}")
    click.echo(f"Sealed values and stamps as the hub wrote them: {made.opened}; not so: {made.broken}")
    click.echo("The signing subkey is in no backup: run `keys rotate`, or put its GnuPG home in place.")
    click.echo("Then see that `doctor` is content, and start web and worker.")


@click.command()
def upgrade() -> None:
    """Bring the database to this program's revision. Stop web and worker, and make a backup first."""
    hub = open_instance(Config.from_env())  # a missing secret is told before anything is changed
    with hub.db.reading() as session:
        before = history.revision_of(session.connection())
    hub.db.dispose()
    if before is None:
        raise ConflictError("The database is empty: run `priority-hub init`")
    if not history.knows(before):
        raise ConflictError(f"The database is of revision {before}: a newer program's")
    history.upgrade(hub.config.database_url)
    click.echo(f"Database: revision {before} -> {NEWEST}")


def _tell(table: str, rows: int) -> None:
    click.echo(f"{table}: {rows}", err=True)
