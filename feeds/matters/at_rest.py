"""How the secret values of a matter lie in the database: sealed, each bound to its own row."""

import uuid

from feeds.formats.content import Alias
from feeds.matters.models import Matter, MatterAlias, MatterMerger, PublicationMove
from hub.core.vault import Place, Vault

_BETWEEN = "\x1f"


def secret_place(matter_id: uuid.UUID) -> Place:
    """Return where a matter's secret lives."""
    return Place(table="matter", row=matter_id, column="secret")


def secret_of(matter: Matter, *, vault: Vault) -> bytes:
    """Return the 32 bytes that the matter's STIX ids are made of."""
    return vault.open(matter.secret, place=secret_place(matter.id))


def number_place(alias_id: uuid.UUID) -> Place:
    """Return where an alias's issuer and number live."""
    return Place(table="matter_alias", row=alias_id, column="number")


def written(alias: Alias) -> bytes:
    """Write issuer and number as they are sealed and digested."""
    return f"{alias.issuer}{_BETWEEN}{alias.number}".encode()


def alias_of(row: MatterAlias, *, vault: Vault) -> Alias:
    """Return what an alias row says."""
    issuer, _, number = vault.open(row.number, place=number_place(row.id)).decode().partition(_BETWEEN)
    return Alias(issuer=issuer, number=number)


def reason_place(move_id: uuid.UUID) -> Place:
    """Return where the reason for a move of the date lives."""
    return Place(table="publication_move", row=move_id, column="reason")


def reason_of(move: PublicationMove, *, vault: Vault) -> str:
    """Return why the date was moved."""
    return vault.open(move.reason, place=reason_place(move.id)).decode()


def merger_place(merger_id: uuid.UUID) -> Place:
    """Return where the reason for a merging lives."""
    return Place(table="matter_merger", row=merger_id, column="reason")


def merger_reason_of(merger: MatterMerger, *, vault: Vault) -> str:
    """Return why two matters were held to be one."""
    return vault.open(merger.reason, place=merger_place(merger.id)).decode()
