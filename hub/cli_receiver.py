"""The commands `priority-hub pull` and `priority-hub open`: the recipient's side, without an instance.

Exit 0: nothing wrong; 1: something was refused or alarmed; 2: wrong use or configuration.
"""

import gettext
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import click

from feeds.receiver import files
from feeds.receiver.key import Key, opened_key, read_certificate
from feeds.receiver.letters import Letter
from feeds.receiver.opening import letter_in, sealed_in
from feeds.receiver.outlets import Command, Folder, Outlet
from feeds.receiver.packages import NoPackageError, is_archive, package_in
from feeds.receiver.pulling import Receiver
from feeds.receiver.quarantine import Quarantine
from feeds.receiver.relay import Relay
from feeds.receiver.server import Hub
from feeds.receiver.settings import EXAMPLE, Settings, loopback, plain_fingerprint, read_settings, read_token
from feeds.receiver.telling import Teller
from feeds.receiver.views import served
from feeds.receiver.watching import watch
from hub.core.clock import system_clock
from hub.core.errors import ConfigurationError, HubError
from keys import packets

TRANSLATIONS = Path(__file__).parent / "translations"
SHORTEST_WATCH = 10  # seconds


@click.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A TOML file; see --example.")
@click.option("--example", is_flag=True, help="Write a configuration with comments, and end.")
@click.option("--once", is_flag=True, help="Make one pass and end (the default).")
@click.option(
    "--watch", "seconds", type=click.IntRange(min=SHORTEST_WATCH), help="Make a pass every so many seconds."
)
@click.option("--relay", "address", metavar="HOST:PORT", help="Serve what was opened over plain TAXII here.")
@click.option("--again", is_flag=True, help="Judge again what was put aside, after a fault was mended.")
@click.option("--json", "as_json", is_flag=True, help="Write each line as JSON.")
def pull(
    config: Path | None,
    seconds: int | None,
    address: str | None,
    *,
    example: bool,
    once: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Fetch sealed copies, check and open them, hand them on, send the receipts back."""
    if example:
        click.echo(EXAMPLE, nl=False)
        return
    if config is None or (once and seconds):
        raise click.UsageError("give --config FILE, and --once or --watch SECONDS but not both")
    with _told(), ExitStack() as stack:
        settings = read_settings(config)
        teller = Teller(as_json=as_json, command=settings.alarm.command)
        receiver = _receiver(settings, stack, teller, address, again=again)
        receiver.prepare()
        if seconds:
            watch(receiver, seconds)
            return
        receiver.once()
        stack.close()
        sys.exit(1 if teller.alarms else 0)


@click.command("open")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--fingerprint", help="The hub's primary fingerprint, as it was handed to you.")
@click.option("--certificate", type=click.Path(path_type=Path), help="The hub's certificate.")
@click.option("--home", type=click.Path(path_type=Path), help="GnuPG home; yours if not given.")
@click.option("--save", type=click.Path(path_type=Path), help="Write text and attachments into this folder.")
def open_file(
    file: Path, fingerprint: str | None, certificate: Path | None, home: Path | None, save: Path | None
) -> None:
    """Open a saved mail, artifact, OpenPGP message or package, if the hub's pinned key has signed it."""
    _, content = _language(), file.read_bytes()
    unsigned, pinned = is_archive(content), bool(fingerprint or certificate)
    if not pinned and not unsigned:
        raise click.UsageError("give --fingerprint or --certificate")
    with _told(_):
        if unsigned:
            letter = _unsigned(content, pinned=pinned)
            click.echo(_("This package is neither encrypted nor signed: it cannot tell who made it."))
            told = {"sha256": hashlib.sha256(content).hexdigest()}
            click.echo(_("Compare its SHA-256 with the mail of your sector body: %(sha256)s") % told)
        else:
            key = _own_key(fingerprint, certificate, home)
            letter = letter_in(key.open(sealed_in(content)))
            click.echo(_("Signed by the hub's key %(fingerprint)s") % {"fingerprint": key.pin})
        _show(letter, _)
        for written in letter.save(save) if save else []:
            click.echo(_("Saved: %(file)s") % {"file": written})


def _unsigned(content: bytes, *, pinned: bool) -> Letter:
    """Return what a plain package says; whoever names the hub's key wants its signature, and is refused."""
    letter = package_in(content)
    if pinned:
        raise NoPackageError("It is not signed. To read it all the same, name no key of the hub.")
    return letter


def _show(letter: Letter, translate: Callable[[str], str]) -> None:
    click.echo(translate("Subject: %(subject)s") % {"subject": letter.subject})
    click.echo(f"\n{letter.text}")
    for name, content in letter.files:
        told = {"name": name, "size": len(content)}
        click.echo(translate("Attachment: %(name)s (%(size)d bytes)") % told)


@contextmanager
def _told(translate: Callable[[str], str] = str) -> Iterator[None]:
    """Tell a refusal in one line, with the exit code that says whose fault it is."""
    try:
        yield
    except HubError as refused:
        click.echo(f"priority-hub: {translate(str(refused))}", err=True)
        sys.exit(2 if isinstance(refused, ConfigurationError) else 1)


def _receiver(
    settings: Settings, stack: ExitStack, teller: Teller, address: str | None, *, again: bool
) -> Receiver:
    token = read_token(settings.hub.token_file)
    folder = stack.enter_context(files.held(settings.state.folder))
    key = stack.enter_context(
        opened_key(settings.key, fingerprint=settings.hub.fingerprint, certificate=settings.hub.certificate)
    )
    return Receiver(
        hub=stack.enter_context(closing(Hub(settings.hub, token))),
        key=key,
        db=stack.enter_context(files.database(folder / "state.sqlite")),
        outlets=_outlets(settings, stack, address),
        quarantine=Quarantine(folder / "quarantine"),
        teller=teller,
        clock=system_clock,
        late=timedelta(hours=settings.alarm.heartbeat_hours),
        start=settings.state.start,
        again=again,
    )


def _outlets(settings: Settings, stack: ExitStack, address: str | None) -> list[Outlet]:
    """Return who gets what was opened; the command last, since it alone can see a notice twice."""
    outlets: list[Outlet] = []
    if settings.out.folder is not None:
        outlets.append(Folder(settings.out.folder))
    if address is not None:
        outlets.append(_relay(settings, stack, *loopback(address)))
    if settings.out.command:
        outlets.append(Command(settings.out.command, seconds=settings.out.command_seconds))
    if not outlets:
        raise ConfigurationError("nobody gets what is opened: set out.folder or out.command, or use --relay")
    return outlets


def _relay(settings: Settings, stack: ExitStack, host: str, port: int) -> Relay:
    if settings.relay is None:
        raise ConfigurationError("--relay needs [relay] in the configuration")
    relay = Relay(
        stack.enter_context(files.database(settings.state.folder / "relay.sqlite")),
        base_url=f"http://{host}:{port}",
        username=settings.relay.username,
        token=read_token(settings.relay.token_file),
    )
    stack.enter_context(served(relay, host, port))
    return relay


def _own_key(fingerprint: str | None, certificate: Path | None, home: Path | None) -> Key:
    gpg = shutil.which("gpg") or "/usr/bin/gpg"
    pin = plain_fingerprint(fingerprint) if fingerprint else ""
    hub = read_certificate(certificate, gpg=gpg, pin=pin) if certificate else b""
    own = home or Path(os.environ.get("GNUPGHOME") or Path.home() / ".gnupg")
    return Key(home=own.absolute(), gpg=gpg, pin=pin or packets.fingerprints(hub)[0], hub=hub)


def _language() -> Callable[[str], str]:
    """Return the translation into the language of the terminal: Japanese, or English as it is written."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    languages = ["ja"] if told.startswith("ja") else []
    pages, sentences = (
        gettext.translation(name, TRANSLATIONS, languages, fallback=True)
        for name in ("messages", "sentences")
    )
    pages.add_fallback(sentences)
    return pages.gettext
