"""The commands `priority-hub audit ...`: the whole log checked; a body's file, without an instance."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click
import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.config import Config
from hub.core.db import Database
from hub.core.errors import ConflictError, InputError
from hub.core.instance import open_instance
from hub.trail import offline, statements, verifying
from hub.trail.findings import Finding, Kind, Seen
from hub.trail.offline import Read
from hub.trail.statements import Check, Statement, StatementError
from keys import hub_certificate
from keys.fingerprints import grouped

MOST_SHOWN = 1000  # findings; all are counted


@click.group()
def audit() -> None:
    """Check the audit log: the hub's own, or the part that a body has downloaded."""


@audit.command()
@click.option(
    "--witness",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A signed head as a witness has it: the mail, or its attachment. May be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def verify(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Check every row, every chain and every signed head; exit 1 if anything was touched.

    What was cut off at the end of the log shows only against what the witnesses have: give their latest
    mail with --witness.
    """
    hub = open_instance(Config.from_env())
    certificate = hub_certificate.read(hub.config.certificate_file, gpg=hub.config.gpg)
    check = partial(statements.read, certificate=certificate.blob, gpg=hub.config.gpg)
    witnessed = _witnessed(files, check)
    seen, shown, count = Seen(), list[Finding](), 0
    try:
        with _standing_still(hub.db) as session:
            for finding in verifying.verify(session, seen, check=check, witnessed=witnessed):
                count += 1
                if count <= MOST_SHOWN:
                    shown.append(finding)
                    if not as_json:
                        click.echo(_line(finding))
    finally:
        hub.db.dispose()
    _tell(seen, shown, count, as_json=as_json)
    if count:
        raise ConflictError(f"the log was touched: {count} findings")


@audit.command("verify-file")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--certificate",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The hub's certificate; compare the fingerprint that is shown with the one you have pinned.",
)
@click.option(
    "--witness",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A signed head as a witness has it. May be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def verify_file(file: Path, certificate: Path, files: tuple[Path, ...], *, as_json: bool) -> None:
    """Check the log that a body has downloaded; needs no instance. Exit 1 if anything was touched."""
    gpg = shutil.which("gpg") or "/usr/bin/gpg"
    pinned = hub_certificate.read(certificate, gpg=gpg)
    check = partial(statements.read, certificate=pinned.blob, gpg=gpg)
    witnessed, read = _witnessed(files, check), Read()
    with file.open("rb") as lines:
        found = list(islice(offline.verify(_bounded(lines), read, check=check), MOST_SHOWN))
    kept = witnessed.get(read.day) if read.day else None
    if kept is not None and kept.root.hex() != read.root:
        says = "the log is another one than the witness has"
        found.append(Finding(kind=Kind.SIGNATURE, day=read.day, says=says))
    _tell_file(read, found, grouped(pinned.fingerprint), as_json=as_json)
    if found:
        raise ConflictError(f"the log was touched: {len(found)} findings")


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(offline.LONGEST_LINE + 1):
        yield line


def _tell_file(read: Read, found: list[Finding], fingerprint: str, *, as_json: bool) -> None:
    if as_json:
        told = {"ok": not found, "findings": [asdict(each) for each in found], "signer": fingerprint}
        click.echo(json.dumps(told | asdict(read), default=str))
        return
    for each in found:
        click.echo(_line(each))
    click.echo(f"Signed by: {fingerprint}")
    click.echo(f"Rows: {read.rows}, after {read.destroyed} that were destroyed when their period was over")
    later = read.destroyed + read.rows - read.covered
    click.echo(f"Covered by the signed head of {read.day}: up to place {read.covered}; later ones: {later}")
    if not found:
        click.echo("Nothing was touched.")


def _witnessed(files: tuple[Path, ...], check: Check) -> Mapping[date, Statement]:
    found: dict[date, Statement] = {}
    for file in files:
        try:
            statement = check(file.read_text(encoding="utf-8", errors="replace"))
        except StatementError as error:
            raise InputError({file.name: str(error)}) from None
        found[statement.day] = statement
    return found


@contextmanager
def _standing_still(db: Database) -> Iterator[orm.Session]:
    """Give a session that sees the log at one instant, while others write on."""
    with db.reading() as session:
        if isinstance(db.bind, sa.Engine) and db.bind.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def _tell(seen: Seen, shown: list[Finding], count: int, *, as_json: bool) -> None:
    if as_json:
        told = {"ok": not count, "count": count, "findings": [asdict(each) for each in shown]} | asdict(seen)
        click.echo(json.dumps(told, default=str))
        return
    click.echo(f"Rows: {seen.rows} in {seen.chains} chains, {seen.pending} waiting for their place")
    click.echo(f"Anchors: {seen.anchors}")
    latest = f", the latest of {seen.latest}" if seen.latest else ""
    click.echo(f"Signed heads: {seen.signed}{latest}; compared with a witness's: {seen.witnessed}")
    if not count:
        click.echo("Nothing was touched.")


def _line(found: Finding) -> str:
    where = [
        f"chain {found.chain_id}" if found.chain_id else "",
        f"place {found.place}" + (f" to {found.until}" if found.until else "") if found.place else "",
        f"row {found.number}" if found.number else "",
        f"day {found.day}" if found.day else "",
    ]
    return f"{found.kind}: {', '.join(filter(None, where))}: {found.says}".replace(": : ", ": ")
