"""How the secret values of an advisory lie in the database: sealed, each bound to its row and column."""

import uuid

from feeds.advisories.models import Consultation, Release, Revision
from feeds.advisories.statement import Statement, StatementError, from_canonical
from feeds.formats.content import Content, from_json, to_json
from hub.core.vault import Place, Vault


def _place(table: str, row: uuid.UUID, column: str, revision: int = 0) -> Place:
    return Place(table=table, row=row, column=column, revision=revision)


def sealed_content(revision_id: uuid.UUID, number: int, content: Content, *, vault: Vault) -> bytes:
    """Seal what a revision says."""
    return vault.seal(to_json(content), place=_place("revision", revision_id, "content", number))


def content_of(revision: Revision, *, vault: Vault) -> Content:
    """Return what a revision says."""
    return opened_content(revision.id, revision.number, revision.content, vault=vault)


def opened_content(revision_id: uuid.UUID, number: int, sealed: bytes, *, vault: Vault) -> Content:
    """Return what a revision says, from the columns of its row."""
    return from_json(vault.open(sealed, place=_place("revision", revision_id, "content", number)))


def sealed_text(table: str, row: uuid.UUID, column: str, text: str, *, vault: Vault) -> bytes:
    """Seal one text of a row."""
    return vault.seal(text.encode(), place=_place(table, row, column))


def serious_effect_of(revision: Revision, *, vault: Vault) -> str:
    """Return why a serious effect is to be feared."""
    return vault.open(
        revision.serious_effect, place=_place("revision", revision.id, "serious_effect")
    ).decode()


def moved_reason_of(revision: Revision, *, vault: Vault) -> str:
    """Return why the revision tells another publication date; empty where it does not."""
    if revision.moved_reason is None:
        return ""
    return vault.open(revision.moved_reason, place=_place("revision", revision.id, "moved_reason")).decode()


def name_of(consultation: Consultation, *, vault: Vault) -> str:
    """Return who was consulted."""
    return vault.open(consultation.name, place=_place("consultation", consultation.id, "name")).decode()


def reason_of(consultation: Consultation, *, vault: Vault) -> str:
    """Return the reason that was recorded with the answer."""
    return vault.open(consultation.reason, place=_place("consultation", consultation.id, "reason")).decode()


def sealed_bundle(release_id: uuid.UUID, number: int, bundle: bytes, *, vault: Vault) -> bytes:
    """Seal the exact bytes of a release."""
    return vault.seal(bundle, place=_place("release", release_id, "bundle", number))


def bundle_of(release: Release, *, vault: Vault) -> bytes:
    """Return the exact STIX bytes that were released."""
    return vault.open(release.bundle, place=_place("release", release.id, "bundle", release.revision))


def sealed_statement(release_id: uuid.UUID, number: int, canonical: bytes, *, vault: Vault) -> bytes:
    """Seal the statement of a release, as its coordinators signed it."""
    return vault.seal(canonical, place=_place("release", release_id, "statement", number))


def canonical_of(release: Release, *, vault: Vault) -> bytes:
    """Return the bytes of a release's statement."""
    return vault.open(release.statement, place=_place("release", release.id, "statement", release.revision))


def statement_of(release: Release, *, vault: Vault) -> Statement:
    """Return what was released, and to whom.

    Raises:
        SealBrokenError: the statement was not sealed by the hub for this release.
        StatementError: the release's own row, or its list of bodies, says something else.

    """
    stated = from_canonical(canonical_of(release, vault=vault))
    refuse_other_rows(release, stated)
    return stated


def refuse_other_rows(release: Release, stated: Statement) -> None:
    """Compare what stands beside a statement in clear.

    Raises:
        StatementError: the release's own row, or its list of bodies, says something else.

    """
    told = stated.notice
    says = (release.revision, release.kind, release.tlp, release.publication_at, release.clock_status)
    if says != (told.revision, told.kind, told.tlp, told.publication_at, told.clock_status):
        raise StatementError("The row of this release is not as it was released")
    if release.body_ids != stated.body_ids:
        raise StatementError("The bodies of this release are not those that it was released to")
