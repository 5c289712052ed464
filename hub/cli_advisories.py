"""The commands `priority-hub advisory ...`: CSAF in, STIX and CSAF out."""

import json
from pathlib import Path
from typing import Literal

import click
from sqlalchemy import orm

from feeds.advisories import at_rest, notice, queries
from feeds.advisories.importing import import_csaf
from feeds.formats import csaf_out, csaf_sectors, stix
from feeds.formats.content import Notice
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.config import Config
from hub.core.errors import NotFoundError
from hub.core.instance import Instance, open_instance

Format = Literal["stix", "csaf", "csaf-2.1"]


@click.group()
def advisory() -> None:
    """Import and export advisories."""


@advisory.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def take_in(file: Path, *, as_json: bool) -> None:
    """Make a draft of a CSAF 2.0 or 2.1 document of any publisher."""
    hub = open_instance(Config.from_env())
    with hub.db.transaction() as session:
        made = import_csaf(session, file.read_bytes(), vault=hub.vault, by=THE_HUB, now=hub.clock())
        revision = queries.latest_revision(session, made.id)
        left = at_rest.content_of(revision, vault=hub.vault).unmapped
        result = {
            "tracking_id": made.matter.tracking_id,
            "sectors": list(csaf_sectors.in_lines(left).codes),  # suggested; none is chosen
            "left_out": len(left),
        }
    hub.db.dispose()
    if as_json:
        click.echo(json.dumps(result))
    else:
        click.echo(
            f"Draft {result['tracking_id']}; {result['left_out']} parts have no field and are kept as text"
        )


@advisory.command("export")
@click.argument("tracking_id")
@click.option(
    "--format", "wanted", type=click.Choice(["stix", "csaf", "csaf-2.1"]), default="stix", show_default=True
)
@click.option("--revision", type=int, help="Its number; the newest if not given.")
def write_out(tracking_id: str, wanted: Format, revision: int | None) -> None:
    """Write an advisory, drafts included, to standard output."""
    hub = open_instance(Config.from_env())
    with hub.db.transaction() as session:
        told = _notice(session, hub, tracking_id, revision)
    hub.db.dispose()
    click.echo(_written(told, wanted).decode())


def _notice(session: orm.Session, hub: Instance, tracking_id: str, number: int | None) -> Notice:
    found = queries.by_tracking_id(session, tracking_id)
    revisions = [each for each in queries.revisions(session, found.id) if number in {None, each.number}]
    if not revisions:
        raise NotFoundError(f"{tracking_id} has no revision {number}")
    number = revisions[-1].number
    audit.record(
        session, "advisory.exported", by=THE_HUB, now=hub.clock(), subject=found.id, revision=str(number)
    )
    return notice.of_revision(session, revisions[-1], vault=hub.vault, now=hub.clock())


def _written(told: Notice, wanted: Format) -> bytes:
    if wanted == "stix":
        return stix.bundle(told)
    return csaf_out.export(told, "2.1" if wanted == "csaf-2.1" else "2.0")
