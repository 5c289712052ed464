"""What the hub signs each day about its log, and how it is read again: needs no instance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from hub.core.errors import HubError
from keys import openpgp, packets
from keys.homes import GpgError

TITLE = "priority-hub audit head"
BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
END = "-----END PGP SIGNATURE-----"
AT = "%Y-%m-%dT%H:%M:%SZ"
SIGNED_WITHIN = timedelta(hours=1)  # of the instant that a statement tells
LONGEST = 64 * 1024  # characters of a signed statement, or of the mail around it


class StatementError(HubError):
    """This is not a statement that the hub has signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The root of the tree of all chains at the head of a day; nothing in it tells how much happened."""

    day: date
    at: datetime
    root: bytes


Check = Callable[[str], Statement]


class Kept(Protocol):
    """A signed head as it is stored."""

    @property
    def day(self) -> date: ...  # noqa: D102
    @property
    def root(self) -> bytes: ...  # noqa: D102
    @property
    def signed(self) -> str: ...  # noqa: D102


def text(statement: Statement) -> str:
    """Return the text that is signed."""
    at = statement.at.astimezone(UTC).strftime(AT)
    return f"{TITLE}\nday: {statement.day}\nat: {at}\nroot: {statement.root.hex()}\n"


def parse(said: str) -> Statement:
    """Return what a text says that is signed, or is said to be.

    Raises:
        StatementError: it is another text.

    """
    try:
        title, day, at, root = said.replace("\r\n", "\n").strip("\n").split("\n")
        statement = Statement(
            day=date.fromisoformat(day.removeprefix("day: ")),
            at=datetime.strptime(at.removeprefix("at: "), AT).replace(tzinfo=UTC),
            root=bytes.fromhex(root.removeprefix("root: ")),
        )
    except ValueError:
        raise StatementError("This is no signed head of a log.") from None
    if title != TITLE or text(statement).strip() != f"{title}\n{day}\n{at}\n{root}":
        raise StatementError("This is no signed head of a log.")
    return statement


def read(mail: str, *, certificate: bytes, gpg: str) -> Statement:
    """Return the statement in a mail, or alone, after checking its signature by this certificate.

    The signature is judged as of the statement's own instant: its key may have ended since.

    Raises:
        StatementError: there is none, or the certificate's key has not signed it.

    """
    begin, end = mail.find(BEGIN), mail.find(END)
    if len(mail) > LONGEST or begin < 0 or end < begin:
        raise StatementError("This is no signed head of a log.")
    block = mail[begin : end + len(END)].replace("\r\n", "\n") + "\n"
    claimed = parse(block.partition("\n\n")[2].partition("-----BEGIN PGP SIGNATURE-----")[0])
    try:
        opened = openpgp.read_clear(
            block.encode(), certificate=certificate, at=claimed.at + SIGNED_WITHIN, gpg=gpg
        )
        pin = packets.fingerprints(certificate)[0]
    except (GpgError, ValueError, packets.MalformedError):
        raise StatementError("The signature cannot be read.") from None
    if opened.bad or opened.signers != (pin,):
        raise StatementError("The hub's key has not signed this.")
    return parse(opened.plaintext.decode("ascii", "replace"))


def problem(head: Kept, *, check: Check) -> str | None:
    """Return what is wrong with a stored head, or None."""
    try:
        said = check(head.signed)
    except StatementError:
        return "the hub's key has not signed this head"
    return None if (said.day, said.root) == (head.day, head.root) else "the signature is of another head"
