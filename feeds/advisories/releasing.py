"""What leaves: releasing a revision by a second person, and drafting a lifting or a withdrawal."""

import hashlib
import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import at_rest, hour, notice, queries, same_matter, vouching
from feeds.advisories.conditions import conditions
from feeds.advisories.draft import written
from feeds.advisories.models import Advisory, Release, ReleaseBody, Revision
from feeds.advisories.service import new_revision, next_after, note_editor
from feeds.advisories.statement import Act, Statement
from feeds.advisories.states import MOVES, REVISION_MOVES, Move, RevisionMove
from feeds.formats import stix
from feeds.formats.clock import ClockStatus
from feeds.formats.content import Content, Kind, Text
from feeds.formats.stix import Part
from feeds.formats.tlp import Tlp
from feeds.matters import merging
from feeds.matters import service as matters
from hub.accounts.passkeys.signature import Signature
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.errors import ConflictError, InputError, NotAllowedError
from hub.core.machine import step
from hub.core.vault import Vault

UNTOLD = Text(ja="優先情報の取下げ", en="Withdrawal of priority information")
LEADS = {Kind.LIFTED: Move.LIFT, Kind.WITHDRAWN: Move.WITHDRAW}


def release(
    session: orm.Session,
    advisory_id: uuid.UUID,
    *,
    version: int,
    signature: Signature,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Release:
    """Release the submitted revision, as the person saw and signed it; its copies are promised.

    Raises:
        AssertionRefusedError: the signature is not the person's.
        ConflictError: it, or anything else that would leave, has changed since it was submitted; or its
            matter was merged into another one.
        IllegalMoveError: it is not in approval, or was released already.
        InputError: a condition of the provision does not stand; `problems` names each.
        NotAllowedError: the person wrote a part of it.

    """
    advisory = queries.advisory(session, advisory_id, lock=True)
    revision = queries.latest_revision(session, advisory_id)
    after = step(REVISION_MOVES, revision.state, RevisionMove.RELEASE)
    advisory_after = step(MOVES, advisory.state, LEADS.get(revision.kind, Move.RELEASE))
    same_matter.refuse_closed(session, advisory, revision)
    _second_person(revision, by)
    _unchanged(revision, version)
    _provided_for(session, revision, vault=vault, now=now)
    stated = notice.statement(session, revision, vault=vault, now=now)
    vouching.refuse_changed(session, revision, stated.canonical())
    vouching.sign(session, revision, stated.canonical(), Act.RELEASE, signature, by=by, now=now)
    _settle_clock(session, advisory, revision, vault=vault, by=by, now=now)
    row = _released(session, revision, stated, vault=vault, by=by, now=now)
    revision.state, advisory.state = after, advisory_after
    audit.record(
        session,
        "advisory.released",
        by=by,
        now=now,
        subject=advisory_id,
        revision=str(row.revision),
        kind=row.kind,
        sha256=row.sha256,
    )
    _promise(session, row, now=now)
    return row


def _second_person(revision: Revision, by: Actor) -> None:
    if by.account_id is None or revision.submitted_by is None:
        raise NotAllowedError("A release needs two people")
    if by.account_id in revision.editor_ids:
        raise NotAllowedError("You wrote a part of this revision; another person must release it")


def _unchanged(revision: Revision, version: int) -> None:
    if revision.version != version:
        raise ConflictError("This revision was written anew since you opened it. Read it again")


def _provided_for(session: orm.Session, revision: Revision, *, vault: Vault, now: datetime) -> None:
    asked = conditions(session, revision, vault=vault, now=now)
    missing = {each.gate.value: each.reason for each in asked if not each.ok}
    if missing:
        raise InputError(missing)


def _settle_clock(
    session: orm.Session, advisory: Advisory, revision: Revision, *, vault: Vault, by: Actor, now: datetime
) -> None:
    _set_clock(session, advisory, revision, vault=vault, by=by, now=now)
    merging.follow(session, advisory.matter, vault=vault, by=by, now=now)
    hour.promise_look(session, advisory, now=now)


def _set_clock(
    session: orm.Session, advisory: Advisory, revision: Revision, *, vault: Vault, by: Actor, now: datetime
) -> None:
    clock = advisory.matter.clock
    if revision.kind is Kind.LIFTED:
        public_since = revision.publication_at or now
        matters.end(session, advisory.matter_id, public_since=public_since, by=by, now=now)
    elif clock.status is ClockStatus.PLANNED:
        matters.fix_publication(session, advisory.matter_id, by=by, now=now)
    elif revision.publication_at is not None and revision.publication_at != clock.publication_at:
        matters.move_publication(
            session,
            advisory.matter_id,
            revision.publication_at,
            reason=at_rest.moved_reason_of(revision, vault=vault),
            vault=vault,
            by=by,
            now=now,
        )


def _released(
    session: orm.Session, revision: Revision, stated: Statement, *, vault: Vault, by: Actor, now: datetime
) -> Release:
    told, release_id = stated.released(now), uuid.uuid4()
    bundle = stix.bundle(told)
    row = Release(
        id=release_id,
        advisory_id=revision.advisory_id,
        revision_id=revision.id,
        revision=revision.number,
        kind=revision.kind,
        tlp=told.tlp,
        publication_at=told.publication_at,
        clock_status=told.clock_status,
        bundle=at_rest.sealed_bundle(release_id, revision.number, bundle, vault=vault),
        sha256=hashlib.sha256(bundle).hexdigest(),
        statement=at_rest.sealed_statement(release_id, revision.number, stated.canonical(), vault=vault),
        released_at=now,
        released_by=by.account_id,
        drafted_by=revision.submitted_by,
        bodies=[ReleaseBody(body_id=body_id) for body_id in sorted(stated.body_ids)],
    )
    session.add(row)
    session.flush()  # the database has the last word on two people and on one release a revision
    return row


def _promise(session: orm.Session, row: Release, *, now: datetime) -> None:
    kinds = ["release.copies"] + (["release.lifted"] if row.kind is Kind.LIFTED else [])
    for kind in kinds:
        outbox.promise(session, kind, now=now, key=f"{kind}/{row.id}", release_id=row.id)


def propose_withdrawal(
    session: orm.Session,
    advisory_id: uuid.UUID,
    *,
    reason: Text,
    duties: Text,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Revision:
    """Draft the withdrawal of what was released; it is submitted and released as any revision.

    Raises:
        ConflictError: a revision is open already.
        IllegalMoveError: the advisory is not released.
        InputError: the reason or the remaining duties are not told.

    """
    texts = {"reason_ja": reason, "duties_ja": duties}
    if missing := {name: "Enter this text" for name, text in texts.items() if not text}:
        raise InputError(missing)
    advisory, last = next_after(session, advisory_id, Move.WITHDRAW)
    said = _known_to_all(session, advisory.id, vault=vault)
    content = replace(said, summary=withdrawal_text(reason, duties), sector_texts={})
    return _proposed(
        session,
        advisory,
        last,
        kind=Kind.WITHDRAWN,
        content=content,
        tlp=last.tlp,
        vault=vault,
        by=by,
        now=now,
    )


def _known_to_all(session: orm.Session, advisory_id: uuid.UUID, *, vault: Vault) -> Content:
    """Return what was last said to all who were ever told; a title that says nothing where nothing was."""
    told = queries.bodies_told(session, advisory_id)
    for release in reversed(queries.releases(session, advisory_id)):
        if told <= release.body_ids:
            return at_rest.content_of(queries.revision(session, advisory_id, release.revision), vault=vault)
    return Content(title=UNTOLD)


def withdrawal_text(reason: Text, duties: Text) -> Text:
    """Return what recipients read of a withdrawal: why, and which duties remain."""
    return Text(
        ja=f"取下げの理由: {reason.best()}\n\n引き続き守っていただく事項: {duties.best()}",
        en=f"Reason for the withdrawal: {reason.best('en')}\n\nDuties that remain: {duties.best('en')}",
    )


def propose_lifting(
    session: orm.Session,
    advisory_id: uuid.UUID,
    *,
    parts: frozenset[Part],
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Revision:
    """Draft the lifting of the restriction on the parts that are published, since now at the latest.

    Raises:
        ConflictError: a revision is open already.
        IllegalMoveError: the advisory is not released.
        InputError: no part is named.

    """
    if not parts:
        raise InputError({"parts": "Choose the parts that are published"})
    advisory, last = next_after(session, advisory_id, Move.LIFT)
    content = stix.published(at_rest.content_of(last, vault=vault), parts)
    proposed = _proposed(
        session, advisory, last, kind=Kind.LIFTED, content=content, tlp=Tlp.CLEAR, vault=vault, by=by, now=now
    )
    proposed.publication_at = min(now, merging.counting_date(session, advisory.matter) or now)
    return proposed


def _proposed(
    session: orm.Session,
    advisory: Advisory,
    last: Revision,
    *,
    kind: Kind,
    content: Content,
    tlp: Tlp | None,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Revision:
    told = queries.bodies_told(session, advisory.id)
    draft = replace(written(session, last, vault=vault), content=content, tlp=tlp, bodies=told)
    revision = new_revision(session, advisory, draft, kind, vault=vault, now=now)
    note_editor(revision, by)
    audit.record(
        session,
        "advisory.proposed",
        by=by,
        now=now,
        subject=advisory.id,
        revision=str(revision.number),
        kind=kind,
    )
    session.flush()
    return revision
