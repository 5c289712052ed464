"""Handing a revision to a second person: what is missing refuses, and who hands it over signs for it."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import notice, queries, vouching
from feeds.advisories.draft import Draft, written
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.service import PROPOSED, note_editor, record, refuse
from feeds.advisories.statement import Act
from feeds.advisories.states import MOVES, REVISION_MOVES, Move, Party, RevisionMove
from feeds.formats.content import Kind
from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.accounts.passkeys.signature import Signature
from hub.core import outbox
from hub.core.audit import Actor
from hub.core.machine import step
from hub.core.vault import Vault


def submit(
    session: orm.Session,
    advisory_id: uuid.UUID,
    *,
    signature: Signature,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Hand the draft to a second person; who submits it signs for it and may not release it.

    Raises:
        AssertionRefusedError: the signature is not the person's.
        ConflictError: the draft is another one than was signed.
        IllegalMoveError: there is no draft to submit.
        InputError: title, addressee, label or date is missing, or a new date has no reason.

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    revision = queries.latest_revision(session, advisory_id)
    after = step(REVISION_MOVES, revision.state, RevisionMove.SUBMIT)
    refuse_gaps(session, advisory, revision, vault=vault)
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
        InputError: title, addressee, label or date is missing, or a new date has no reason.

    """
    if revision.kind not in PROPOSED:
        refuse(_gaps(advisory, revision, written(session, revision, vault=vault)))


def _gaps(advisory: Advisory, revision: Revision, draft: Draft) -> Mapping[str, str]:
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
    consulted = {each.party for each in queries.consultations(session, revision.advisory_id)}
    waiting = {"advisory-approval": (Role.COORDINATOR, "")}
    if Party.IPA not in consulted:
        waiting["advisory-consultation"] = (Role.REVIEWER, "/consult")
    for letter, (role, page) in waiting.items():
        for account in accounts.active(session, role):
            if account.id != by.account_id:
                outbox.promise(
                    session,
                    "letter",
                    now=now,
                    key=f"{letter}/{revision.id}/{revision.version}/{account.id}",
                    letter=letter,
                    to=account.email,
                    path=f"/advisories/{revision.advisory_id}{page}",
                )
