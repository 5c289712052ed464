"""The commands `priority-hub passkeys ...`: the people whose passkeys the worker believes.

They are run on the worker's machine, by the worker's user: the file is readable by nobody else.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from feeds.signers import console
from feeds.signers.entry import Entry
from hub.core.clock import both_zones, system_clock
from hub.core.config import Config
from hub.core.instance import Instance, open_instance


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def passkeys() -> None:
    """Pin the passkeys that the signing machine believes."""


@passkeys.command()
@click.option("--email", required=True, metavar="ADDRESS", help="Of the coordinator or reviewer.")
@click.option("--fingerprint", metavar="BEGIN", help="As it was read by telephone; then nothing is asked.")
def pin(email: str, fingerprint: str | None) -> None:
    """Pin a passkey that one of the first two people has registered on the pages.

    The person reads the fingerprint by telephone from the page "Signing passkeys"; compare it here.
    """
    with _opened() as hub:
        with hub.db.reading() as session:
            found = console.candidates(session, email)
        entry = console.chosen(found, fingerprint) if fingerprint else _asked(found)
        with hub.db.transaction() as session:
            console.pin(session, entry, config=hub.config, now=system_clock())
    click.echo(f"Pinned: {_line(entry)}")


@passkeys.command()
@click.option("--fingerprint", required=True, metavar="BEGIN", help="Of the passkey, as `list` shows it.")
def remove(fingerprint: str) -> None:
    """Take a passkey out of the file, or stop one that is to be added: at once."""
    with _opened() as hub, hub.db.transaction() as session:
        entry = console.remove(session, fingerprint, config=hub.config, now=system_clock())
    click.echo(f"Removed: {_line(entry)}")


@passkeys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write the list as JSON.")
def show(*, as_json: bool) -> None:
    """Show whose passkeys count, and what is to change when."""
    held = console.listed(Config.from_env())
    if as_json:
        pins = [_plain(each.entry) | {"since": each.since.isoformat()} for each in held.pins]
        coming = [
            _plain(each.entry) | {"change": each.change, "counts_from": each.counts_from.isoformat()}
            for each in held.coming
        ]
        click.echo(json.dumps({"pinned": pins, "coming": coming}, ensure_ascii=False))
        return
    for each in held.pins:
        click.echo(f"{_line(each.entry)} since {both_zones(each.since)}")
    for change in held.coming:
        click.echo(f"{change.change}: {_line(change.entry)} from {both_zones(change.counts_from)}")


@contextmanager
def _opened() -> Iterator[Instance]:
    hub = open_instance(Config.from_env())
    try:
        yield hub
    finally:
        hub.db.dispose()


def _asked(found: tuple[Entry, ...]) -> Entry:
    for entry in found:
        click.echo(_line(entry))
        if click.confirm("Has this person just read this fingerprint to you by telephone?"):
            return entry
    raise click.Abort


def _line(entry: Entry) -> str:
    return f"{entry.spoken} {entry.role} {entry.name} <{entry.email}>"


def _plain(entry: Entry) -> dict[str, str]:
    return {
        "fingerprint": entry.fingerprint,
        "role": entry.role,
        "name": entry.name,
        "email": entry.email,
    }
