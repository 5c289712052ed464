"""The commands `priority-hub keys ...`: they need no instance."""

import json
import shutil
from pathlib import Path

import click

from hub.core.clock import both_zones, system_clock
from keys.gate import inspect as judge


@click.group()
def keys() -> None:
    """Look at OpenPGP certificates."""


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--email", required=True, metavar="ADDRESS", help="Whose certificate it should be.")
@click.option("--json", "as_json", is_flag=True, help="Write the verdict as JSON.")
def inspect(file: Path, email: str, *, as_json: bool) -> None:
    """Tell whether the hub would take a certificate, and if not, what to do."""
    gpg = shutil.which("gpg") or "/usr/bin/gpg"
    found = judge(file.read_bytes(), expect_email=email, now=system_clock(), gpg=gpg)
    if as_json:
        until = found.not_after.isoformat() if found.not_after else None
        shown = {"fingerprint": found.fingerprint, "algorithm": found.algorithm, "not_after": until}
        click.echo(json.dumps(shown | {"warnings": list(found.warnings)}))
        return
    click.echo(f"Good: {found.fingerprint} ({found.algorithm})")
    click.echo(f"Usable until: {both_zones(found.not_after) if found.not_after else 'no end'}")
    for warning in found.warnings:
        click.echo(f"Note: {warning}")
