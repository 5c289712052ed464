"""Handing a revision to a second person: what is missing refuses, and who hands it over signs for it."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import duplicates, notice, queries, same_matter, vouching
from feeds.advisories.draft import Draft, written
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.service import PROPOSED, note_editor, record, refuse
from feeds.advisories.statement import Act
from feeds.advisories.states import MOVES, REVISION_MOVES, Move, Party, RevisionMove
from feeds.advisories.telling import tell
from feeds.formats.content import Kind
from hub.accounts.models import Role
from hub.accounts.passkeys.signature import Signature
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import InputError
from hub.core.machine import step
from hub.core.vault import Vault


def submit(
    session: orm.Session,
    advisory_id: uuid.UUID,
    *,
    signature: Signature,
    looked_at: frozenset[uuid.UUID] = frozenset(),
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Hand the draft to a second person; who submits it signs for it and may not release it.

    `looked_at` names the advisories that the person was shown as possible duplicates and has looked at.

    Raises:
        AssertionRefusedError: the signature is not the person's.
        ConflictError: the draft is another one than was signed, or its matter was merged into another one.
        IllegalMoveError: there is no draft to submit.
        InputError: title, addressee, label or date is missing, a new date has no reason, or a possible
            duplicate was not looked at (`looked_at`).

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    revision = queries.latest_revision(session, advisory_id)
    after = step(REVISION_MOVES, revision.state, RevisionMove.SUBMIT)
    refuse_gaps(session, advisory, revision, vault=vault)
    _note_duplicates(session, advisory, revision, looked_at, vault=vault, by=by, now=now)
    stated = notice.statement(session, revision, vault=vault, now=now)
    vouching.sign(session, revision, stated.canonical(), Act.PROPOSE, signature, by=by, now=now)
    if revision.number == 1:
        advisory.state = step(MOVES, advisory.state, Move.SUBMIT)
    revision.state, revision.submitted_at, revision.submitted_by = after, now, by.account_id
    note_editor(revision, by)
    record(session, "advisory.submitted", revision, by=by, now=now)
    _promise_letters(session, revision, by=by, now=now)


def refuse_gaps(session: orm.Session, advisory: Advisory, revision: Revision, *, vault: Vault) -> None:
    """Refuse to submit a revision in which something is missing.

    Raises:
        ConflictError: its matter was merged into another one.
        InputError: title, addressee, label or date is missing, or a new date has no reason.

    """
    same_matter.refuse_closed(session, advisory, revision)
    if revision.kind not in PROPOSED:
        draft = written(session, revision, vault=vault)
        refuse(_gaps(advisory, revision, draft) | same_matter.late(session, advisory, draft))


def _note_duplicates(
    session: orm.Session,
    advisory: Advisory,
    revision: Revision,
    looked_at: frozenset[uuid.UUID],
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Record which possible duplicates were looked at; refuse if one was not, as one that came since."""
    if revision.kind in PROPOSED:
        return
    found = {each.advisory.id for each in duplicates.duplicates(session, advisory, vault=vault)}
    if found - looked_at:
        raise InputError({"looked_at": "Look at each possible duplicate first"})
    for each in sorted(found):
        audit.record(
            session, "advisory.duplicate-looked-at", by=by, now=now, subject=advisory.id, other=str(each)
        )


def _gaps(advisory: Advisory, revision: Revision, draft: Draft) -> dict[str, str]:
    problems = {}
    if not draft.content.title:
        problems["title_ja"] = "Enter a title"
    if not draft.bodies:
        problems["bodies"] = "Choose at least one body"
    if draft.tlp is None:
        problems["tlp"] = "The TLP label is not set"
    if draft.publication_at is None:
        problems["publication_at"] = "Enter the publication date"
    moved = draft.publication_at != advisory.matter.clock.publication_at
    if revision.number > 1 and moved and not draft.moved_reason.strip():
        problems["moved_reason"] = "Enter why the publication date moves"
    if revision.kind is Kind.DATE and not moved:
        problems["publication_at"] = "Enter the new publication date"
    return problems


def _promise_letters(session: orm.Session, revision: Revision, *, by: Actor, now: datetime) -> None:
    """Promise plain mail to those who have something to do now."""
    page, occasion = f"/advisories/{revision.advisory_id}", f"{revision.id}/{revision.version}"
    tell(session, "advisory-approval", {Role.COORDINATOR: page}, occasion=occasion, by=by, now=now)
    if Party.IPA not in {each.party for each in queries.consultations(session, revision.advisory_id)}:
        to_ipa = {Role.REVIEWER: f"{page}/consult"}
        tell(session, "advisory-consultation", to_ipa, occasion=occasion, by=by, now=now)
