"""Sealed copies: one for each body, counted without gaps, chained by hash, stored for its tools to fetch.

A copy is sealed outside any transaction against the head of the body's series as it was read, and stored
by compare-and-set: if another copy was faster, it is sealed anew. So bodies run side by side, and a
worker that is killed leaves nothing behind but a promise.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.delivery import holding, receipts, series
from feeds.delivery.holding import Leave
from feeds.delivery.models import Copy
from feeds.delivery.sealed_copy import VALID, SealedCopy, sealed_copy
from feeds.delivery.states import MOVES, Move
from feeds.formats.envelope import Manifest, envelope
from feeds.taxii import form, store
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from hub.core.machine import step
from keys.sealing import CertificateUnusableError
from sectors.bodies import queries as bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a copy is sealed from, as it stood when it was read."""

    leave: Leave
    seq: int
    prev_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A copy ready to be stored."""

    draft: Draft
    copy: SealedCopy


def seal_copy(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Seal and store one copy; the job `copy.seal`.

    Raises:
        ConflictError: others were faster every time; the job is tried again later.

    """
    copy_id = uuid.UUID(values["delivery_id"])
    series.until_stored(lambda: _tried(hub, copy_id, now=now))


def _tried(hub: Instance, copy_id: uuid.UUID, *, now: datetime) -> bool:
    """Seal and store once; False if another copy was faster."""
    draft = _read(hub, copy_id, now=now)
    if draft is None:
        return True
    try:
        sealed = _seal(hub, copy_id, draft, now=now)
    except CertificateUnusableError:
        holding.hold_unsealable(hub, Copy, copy_id, now=now)
        return True
    return _stored(hub, copy_id, sealed, now=now)


def _read(hub: Instance, copy_id: uuid.UUID, *, now: datetime) -> Draft | None:
    """Return what to seal, or None after holding the copy with its reason."""
    with hub.db.transaction() as session:
        copy = holding.waiting(session, Copy, copy_id, now=now)
        if copy is None:
            return None
        leave = holding.leave_for_copy(session, copy, hub=hub, now=now)
        if isinstance(leave, str):
            holding.hold(session, copy, leave, now=now)
            return None
        head = series.series_of(session, copy.body_id)
        return Draft(
            leave=leave,
            seq=head.seq + 1,
            prev_sha256=head.sha256,
        )


def _seal(hub: Instance, copy_id: uuid.UUID, draft: Draft, *, now: datetime) -> Sealed:
    leave = draft.leave
    made, notice, certificate = leave.release.made, leave.release.notice, leave.certificate
    manifest = Manifest(
        to=certificate.fingerprint,
        tracking_id=notice.tracking_id,
        revision=notice.revision,
        kind=notice.kind,
        seq=draft.seq,
        prev_sha256=draft.prev_sha256,
        issued=now,
        valid_until=now + VALID,
        receipt_code=receipts.code_for(copy_id, key=hub.token_key),
    )
    plaintext = envelope(manifest, made.bundle, leave.notes, csaf=made.csaf)
    sealed = sealed_copy(
        manifest, plaintext, tlp=notice.tlp, certificate=certificate, config=hub.config, now=now
    )
    return Sealed(draft=draft, copy=sealed)


def _stored(hub: Instance, copy_id: uuid.UUID, sealed: Sealed, *, now: datetime) -> bool:
    """Store the copy if the head is still the one it was sealed against; else False: seal anew."""
    draft = sealed.draft
    with hub.db.transaction() as session:
        head = series.series_of(session, draft.leave.body.id, lock=True)
        if (head.seq + 1, head.sha256) != (draft.seq, draft.prev_sha256):
            return False
        copy = holding.waiting(session, Copy, copy_id, now=now)
        if copy is None:
            return True  # another worker stored it, as a job may run twice, or a newer revision has arrived
        again = holding.leave_for_copy(session, copy, hub=hub, now=now)
        if isinstance(again, str):
            holding.hold(session, copy, again, now=now)
            return True
        if again.certificate.id != draft.leave.certificate.id:
            return False  # replaced while this was being sealed
        store.add(session, head.sealed_id, [sealed.copy.artifact], now=now)
        copy.artifact_id = form.facts_of(sealed.copy.artifact).stix_id
        head.seq, head.sha256 = draft.seq, sealed.copy.sha256
        _delivered(session, copy, draft, now=now)
        return True


def _delivered(session: orm.Session, copy: Copy, draft: Draft, *, now: datetime) -> None:
    copy.state = step(MOVES, copy.state, Move.DELIVER)
    copy.reason = None
    copy.seq = draft.seq
    copy.fingerprint = draft.leave.certificate.fingerprint
    copy.delivered_at = now
    audit.record(
        session,
        "copy.stored",
        by=THE_HUB,
        subject=copy.id,
        concerns=bodies.body(session, copy.body_id).organisation_id,
        now=now,
        seq=str(draft.seq),
    )
