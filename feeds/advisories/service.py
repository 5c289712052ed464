"""What happens to an advisory while it is written: drafted, saved, sent back, revised, dropped."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import at_rest, queries, same_matter
from feeds.advisories.draft import Draft, written
from feeds.advisories.models import AddressedBody, AddressedSector, Advisory, Revision, RevisionEditor
from feeds.advisories.states import (
    MOVES,
    OPEN,
    REVISION_MOVES,
    Move,
    RevisionMove,
    RevisionState,
)
from feeds.formats.content import Kind
from feeds.formats.tlp import Tlp
from feeds.matters import service as matters
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import ConflictError, IllegalMoveError, InputError
from hub.core.machine import step
from hub.core.vault import Vault
from sectors.bodies import queries as bodies
from sectors.catalogue import queries as catalogue

REVISION_IS_OPEN = "A revision is open already; release it or drop it first"
PROPOSED = frozenset({Kind.LIFTED, Kind.WITHDRAWN})
WRITTEN_BY_HAND = frozenset({Kind.UPDATE, Kind.CORRECTION, Kind.DATE})


def create_draft(session: orm.Session, draft: Draft, *, vault: Vault, by: Actor, now: datetime) -> Advisory:
    """Begin an advisory about a new matter.

    Raises:
        InputError: a sector or a body cannot be addressed, or the label is not one of this scheme.

    """
    refuse(_problems(session, draft))
    matter = matters.open_matter(session, publication_at=draft.publication_at, vault=vault, by=by, now=now)
    advisory = Advisory(matter=matter, created_at=now, created_by=by.account_id)
    session.add(advisory)
    session.flush()  # the revision refers to it
    revision = new_revision(session, advisory, draft, Kind.NEW, vault=vault, now=now)
    matters.set_aliases(session, matter.id, draft.aliases, vault=vault, by=by, now=now)
    note_editor(revision, by)
    audit.record(session, "advisory.drafted", by=by, now=now, subject=advisory.id)
    session.flush()
    return advisory


def save_draft(
    session: orm.Session,
    advisory_id: uuid.UUID,
    draft: Draft,
    *,
    version: int,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Revision:
    """Write the open draft anew; `version` is the one that the writer saw.

    Raises:
        ConflictError: somebody else saved it meanwhile.
        IllegalMoveError: it is in approval or released; it cannot be written any more.
        InputError: as for `create_draft`.

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    revision = queries.latest_revision(session, advisory_id)
    refuse_to_write(revision)
    if revision.version != version:
        raise ConflictError("Somebody else saved this draft meanwhile. Open it again before you go on")
    refuse(_problems(session, draft))
    if revision.number == 1:
        matters.plan_publication(session, advisory.matter_id, draft.publication_at, by=by, now=now)
    _write(revision, draft, vault=vault)
    matters.set_aliases(session, advisory.matter_id, draft.aliases, vault=vault, by=by, now=now)
    revision.version += 1
    note_editor(revision, by)
    record(session, "advisory.saved", revision, by=by, now=now)
    session.flush()
    return revision


def refuse_to_write(revision: Revision) -> None:
    """Refuse to open a revision for writing that is not a person's to write.

    Raises:
        ConflictError: it is a proposal to lift or to withdraw.
        IllegalMoveError: it is in approval or released.

    """
    if revision.state is not RevisionState.DRAFT:
        raise IllegalMoveError(f"cannot save when {revision.state}")
    if revision.kind in PROPOSED:
        raise ConflictError("A lifting and a withdrawal are proposed, not written; drop it instead")


def send_back(session: orm.Session, advisory_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Return a submitted revision to its writers; a proposed lifting or withdrawal is dropped instead.

    Raises:
        IllegalMoveError: nothing is in approval.

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    revision = queries.latest_revision(session, advisory_id)
    if revision.kind in PROPOSED:
        drop(session, advisory_id, by=by, now=now)
        return
    revision.state = step(REVISION_MOVES, revision.state, RevisionMove.SEND_BACK)
    if revision.number == 1:
        advisory.state = step(MOVES, advisory.state, Move.SEND_BACK)
    record(session, "advisory.sent-back", revision, by=by, now=now)


def drop(session: orm.Session, advisory_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Give up the open revision; the first one of an advisory stays.

    Raises:
        IllegalMoveError: no later revision is open.

    """
    queries.advisory(session, advisory_id, lock=True)
    revision = queries.latest_revision(session, advisory_id)
    if revision.number == 1:
        raise IllegalMoveError("cannot drop the first revision")
    revision.state = step(REVISION_MOVES, revision.state, RevisionMove.DROP)
    audit.record(
        session,
        "advisory.revision-dropped",
        by=by,
        now=now,
        subject=advisory_id,
        revision=str(revision.number),
    )


def revise(
    session: orm.Session, advisory_id: uuid.UUID, *, kind: Kind, vault: Vault, by: Actor, now: datetime
) -> Revision:
    """Open the next revision as a draft that says what the last one said.

    Raises:
        ConflictError: a revision is open already, or the matter was merged into another one.
        IllegalMoveError: the advisory is not released, or is lifted or withdrawn.
        InputError: the kind is not one that a person writes.

    """
    if kind not in WRITTEN_BY_HAND:
        raise InputError({"kind": "Choose what the next revision is"})
    advisory, last = next_after(session, advisory_id, Move.REVISE)
    same_matter.refuse_merged(session, advisory)
    draft = same_matter.widened(session, advisory, written(session, last, vault=vault))
    revision = new_revision(session, advisory, draft, kind, vault=vault, now=now)
    record(session, "advisory.revised", revision, by=by, now=now)
    return revision


def next_after(session: orm.Session, advisory_id: uuid.UUID, move: Move) -> tuple[Advisory, Revision]:
    """Return the locked advisory and its last released revision, from which `move` is to lead on.

    Raises:
        ConflictError: a revision is open already.
        IllegalMoveError: the advisory's state has no such move.

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    step(MOVES, advisory.state, move)
    last = queries.latest_revision(session, advisory_id)
    if last.state in OPEN:
        raise ConflictError(REVISION_IS_OPEN)
    return advisory, last


def new_revision(
    session: orm.Session, advisory: Advisory, draft: Draft, kind: Kind, *, vault: Vault, now: datetime
) -> Revision:
    """Add the next revision of an advisory."""
    number = 1 + max((each.number for each in queries.revisions(session, advisory.id)), default=0)
    revision = Revision(
        id=uuid.uuid4(), advisory_id=advisory.id, number=number, kind=kind, version=1, created_at=now
    )
    _write(revision, draft, vault=vault)
    session.add(revision)
    session.flush()
    return revision


def note_editor(revision: Revision, by: Actor) -> None:
    """Note that the person wrote a part of the revision."""
    if by.account_id is not None and by.account_id not in revision.editor_ids:
        revision.editors.append(RevisionEditor(account_id=by.account_id))


def record(session: orm.Session, action: str, revision: Revision, *, by: Actor, now: datetime) -> None:
    """Log an act on a revision."""
    audit.record(session, action, by=by, now=now, subject=revision.advisory_id, revision=str(revision.number))


def _write(revision: Revision, draft: Draft, *, vault: Vault) -> None:
    def sealed(column: str, text: str) -> bytes:
        return at_rest.sealed_text("revision", revision.id, column, text, vault=vault)

    revision.tlp = draft.tlp
    revision.content = at_rest.sealed_content(revision.id, revision.number, draft.content, vault=vault)
    revision.serious_effect = sealed("serious_effect", draft.serious_effect)
    revision.moved_reason = sealed("moved_reason", draft.moved_reason) if draft.moved_reason else None
    revision.countermeasure_on, revision.reported = draft.countermeasure_on, draft.reported
    revision.publication_at = draft.publication_at
    revision.sectors = [each for each in revision.sectors if each.sector_code in draft.sectors] + [
        AddressedSector(sector_code=code) for code in sorted(draft.sectors - revision.sector_codes)
    ]
    revision.bodies = [each for each in revision.bodies if each.body_id in draft.bodies] + [
        AddressedBody(body_id=body_id) for body_id in sorted(draft.bodies - revision.body_ids)
    ]


def _problems(session: orm.Session, draft: Draft) -> Mapping[str, str]:
    problems = {}
    if draft.tlp is Tlp.CLEAR:
        problems["tlp"] = "TLP:CLEAR is for what is public"
    if len(catalogue.sectors(session, draft.sectors)) != len(draft.sectors):
        problems["sectors"] = "Choose sectors of the list"
    serving = {body.id for body in bodies.bodies_of_sectors(session, draft.sectors)}
    if draft.bodies - serving:
        problems["bodies"] = "Choose bodies that serve one of the chosen sectors"
    return problems


def refuse(problems: Mapping[str, str]) -> None:
    """Refuse what was handed in, if there is a problem with it."""
    if problems:
        raise InputError(problems)
