"""The commands `priority-hub keys ...`; `inspect` needs no instance."""

import json
import shutil
import sys
from datetime import datetime
from pathlib import Path

import click
from babel.support import Translations

import hub
from feeds.advisories.queries import latest_publication
from hub.core.clock import both_zones, system_clock
from hub.core.config import Config
from hub.core.instance import open_instance
from keys import hub_certificate, rotating
from keys.fingerprints import grouped
from keys.gate import inspect as judge
from keys.listing import Key
from keys.refusals import CertificateRefusedError
from keys.rotating import Place
from sectors.certificates.hub_key import tell_rotated


@click.group()
def keys() -> None:
    """Look at OpenPGP certificates; renew the hub's signing subkey."""


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--email", required=True, metavar="ADDRESS", help="Whose certificate it should be.")
@click.option("--json", "as_json", is_flag=True, help="Write the verdict as JSON.")
def inspect(file: Path, email: str, *, as_json: bool) -> None:
    """Tell whether the hub would take a certificate, and if not, what to do."""
    gpg = shutil.which("gpg") or "/usr/bin/gpg"
    try:
        found = judge(file.read_bytes(), expect_email=email, now=system_clock(), gpg=gpg)
    except CertificateRefusedError as refused:
        if not as_json:
            raise
        said = refused.reason.sentence
        click.echo(json.dumps({"refused": refused.reason, "en": said, "ja": _japanese(said)}))
        sys.exit(1)
    if as_json:
        until = found.not_after.isoformat() if found.not_after else None
        shown = {"fingerprint": found.fingerprint, "algorithm": found.algorithm, "not_after": until}
        click.echo(json.dumps(shown | {"warnings": list(found.warnings)}))
        return
    click.echo(f"Good: {found.fingerprint} ({found.algorithm})")
    click.echo(f"Usable until: {_moment(found.not_after)}")
    for warning in found.warnings:
        click.echo(f"Note: {warning}")


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON.")
def show(*, as_json: bool) -> None:
    """Show the hub's certificate: the fingerprint that recipients pin, and its signing subkeys."""
    config, now = Config.from_env(), system_clock()
    certificate = hub_certificate.read(config.certificate_file, gpg=config.gpg)
    if as_json:
        subkeys = [_as_json(key, now) for key in certificate.signing]
        click.echo(json.dumps({"fingerprint": certificate.fingerprint, "signing_subkeys": subkeys}))
        return
    click.echo(f"Hub key (recipients pin it): {grouped(certificate.fingerprint)}")
    for user_id in certificate.user_ids:
        click.echo(f"User ID: {user_id}")
    for key in certificate.signing:
        state = "in force" if key.valid(now) else "ended"
        click.echo(f"Signing subkey: {grouped(key.fingerprint)} ({key.label}), {state}")
        click.echo(f"  made {both_zones(key.created_at)}, ends {_moment(key.expires_at)}")


@keys.command()
@click.option("--escrow", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--code-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read the recovery code here instead of asking for it.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def rotate(escrow: Path, code_file: Path | None, *, as_json: bool) -> None:
    """Add a signing subkey with the primary key of the escrow file; run as the worker's user.

    The fingerprint that recipients pin stays. Workers sign with the new subkey without a restart.
    """
    config = Config.from_env()
    instance = open_instance(config)
    with instance.db.reading() as session:
        publication_at = latest_publication(session)
    code = (
        code_file.read_text(encoding="utf-8") if code_file else click.prompt("Recovery code", hide_input=True)
    )
    place = Place(
        escrow=escrow,
        signing_home=config.signing_home,
        certificate_file=config.certificate_file,
        gpg=config.gpg,
    )
    now = instance.clock()
    made = rotating.rotate(place, code=code, publication_at=publication_at, now=now)
    with instance.db.transaction() as session:
        tell_rotated(session, subkey=made.subkey, now=now)
    instance.db.dispose()
    if as_json:
        shown = {"fingerprint": made.pin, "subkey": made.subkey, "expires_at": made.expires_at.isoformat()}
        click.echo(json.dumps(shown))
        return
    click.echo(f"Hub key, unchanged: {grouped(made.pin)}")
    click.echo(f"New signing subkey: {grouped(made.subkey)}, ends {both_zones(made.expires_at)}")
    if publication_at is not None:
        click.echo(f"It serves every publication so far, the last on {both_zones(publication_at)}.")
    click.echo("The escrow file was renewed; its recovery code stays the same. Take it off this machine.")


def _japanese(sentence: str) -> str:
    translations = Path(hub.__file__).parent / "translations"
    return Translations.load(translations, ["ja"], "sentences").gettext(sentence)


def _as_json(key: Key, now: datetime) -> dict[str, object]:
    return {
        "fingerprint": key.fingerprint,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "in_force": key.valid(now),
    }


def _moment(instant: datetime | None) -> str:
    return both_zones(instant) if instant else "no end"
