"""What happens to contacts' certificates: uploaded, possession proved, confirmed, in force, ended.

Nothing is sealed here: the worker does that, and asks `set_challenge` for what to seal.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.core import audit, outbox
from hub.core.audit import THE_HUB, Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, IllegalMoveError, NotAllowedError
from hub.core.machine import step
from keys import challenge, queries
from keys.challenge import Answer
from keys.gate import Certificate, is_usable
from keys.models import ContactCertificate
from keys.refusals import CertificateRefusedError, Reason
from keys.states import LIVE, MOVES, Move, State

CHALLENGE_LIFE = timedelta(hours=24)
MOST_WRONG_ANSWERS = 5
MOST_ACTIVE = 2  # one, and the one that it rolls over to


def upload(
    session: orm.Session,
    *,
    owner_id: uuid.UUID,
    email: str,
    passed: Certificate,
    by: Actor,
    now: datetime,
) -> ContactCertificate:
    """Take in a contact's certificate that has `passed` the gate; a challenge is promised by mail.

    The gate runs GnuPG, and so goes before the transaction. The key of a live row, with a new expiry
    date, is renewed in its row and keeps its proofs; the key of an ended row begins again, unless it was
    revoked.

    Raises:
        CertificateRefusedError: it was inspected for another address; nothing was kept.
        ConflictError: this key was revoked, or was uploaded twice at once.

    """
    if email.casefold() not in passed.emails:
        raise CertificateRefusedError(Reason.WRONG_ADDRESS)
    row = queries.same_key(session, owner_id, passed.fingerprint)
    if row is not None and row.state in LIVE:
        _keep(row, email, passed)
        audit.record(session, "certificate.renewed", by=by, now=now, subject=row.id, state=row.state)
        _promise_waiting(session, row, now=now)
        return row
    if row is None:
        row = ContactCertificate(owner_id=owner_id, fingerprint=passed.fingerprint, state=State.UPLOADED)
    elif row.state is State.REVOKED:
        raise ConflictError("This key was revoked. Make a new key pair and upload its public key.")
    else:
        row.state = step(MOVES, row.state, Move.BEGIN_AGAIN)
    _keep(row, email, passed)
    _begin(session, row, by=by, now=now)
    audit.record(session, "certificate.uploaded", by=by, now=now, subject=row.id, owner=str(owner_id))
    outbox.promise(session, "certificate.challenge", now=now, certificate_id=row.id)
    return row


def _keep(row: ContactCertificate, email: str, passed: Certificate) -> None:
    row.email = email
    row.blob, row.not_after, row.algorithm = passed.blob, passed.not_after, passed.algorithm


def _begin(session: orm.Session, row: ContactCertificate, *, by: Actor, now: datetime) -> None:
    row.uploaded_at, row.uploaded_by = now, by.account_id
    row.possessed_at = row.confirmed_at = row.confirmed_by = row.activated_at = None
    row.confirmation = None
    row.ended_at = row.ended_reason = None
    _void_challenge(row)
    session.add(row)
    try:
        session.flush()  # so that the same key, uploaded twice at once, shows here
    except IntegrityError as error:
        if "fingerprint" in constraint_of(error):
            raise ConflictError("This key was uploaded a moment ago.") from error
        raise


def set_challenge(session: orm.Session, certificate_id: uuid.UUID, *, now: datetime, token_key: bytes) -> str:
    """Return a new challenge for the worker to seal to this certificate; an older one is void from now.

    Raises:
        IllegalMoveError: the certificate waits for no challenge (any more).

    """
    row = queries.locked(session, certificate_id)
    step(MOVES, row.state, Move.ANSWER)
    text = challenge.make_challenge()
    row.challenge_digest = challenge.digest(text, key=token_key)
    row.challenge_expires_at = now + CHALLENGE_LIFE
    row.wrong_answers = 0
    audit.record(session, "certificate.challenged", by=THE_HUB, now=now, subject=row.id)
    return text


def renew_challenge(
    session: orm.Session, certificate_id: uuid.UUID, *, owner_id: uuid.UUID, by: Actor, now: datetime
) -> None:
    """Void the challenge, if there is one, and promise a new one by mail.

    Raises:
        NotFoundError: there is no such certificate of this contact.
        IllegalMoveError: the certificate waits for no challenge.

    """
    row = queries.locked(session, certificate_id, owner_id=owner_id)
    step(MOVES, row.state, Move.ANSWER)
    _void_challenge(row)
    audit.record(session, "certificate.challenge-asked", by=by, now=now, subject=row.id)
    outbox.promise(session, "certificate.challenge", now=now, certificate_id=row.id)


def answer_challenge(
    session: orm.Session,
    certificate_id: uuid.UUID,
    typed: str,
    *,
    owner_id: uuid.UUID,
    by: Actor,
    now: datetime,
    token_key: bytes,
) -> Answer:
    """Take what the holder typed; the right challenge proves that he has the secret key.

    The answer is to be committed whatever it is: the fifth wrong one voids the challenge.

    Raises:
        NotFoundError: there is no such certificate of this contact.
        IllegalMoveError: the certificate waits for no challenge.

    """
    row = queries.locked(session, certificate_id, owner_id=owner_id)
    proved = step(MOVES, row.state, Move.ANSWER)
    if row.challenge_digest is None or row.challenge_expires_at is None or now >= row.challenge_expires_at:
        return Answer.VOID
    if not challenge.check_challenge(typed, stored=row.challenge_digest, key=token_key):
        return _wrong(session, row, by, now)
    row.state, row.possessed_at = proved, now
    _void_challenge(row)
    audit.record(session, "certificate.possessed", by=by, now=now, subject=row.id)
    return Answer.RIGHT


def _wrong(session: orm.Session, row: ContactCertificate, by: Actor, now: datetime) -> Answer:
    row.wrong_answers += 1
    audit.record(
        session, "certificate.wrong-answer", by=by, now=now, subject=row.id, count=str(row.wrong_answers)
    )
    if row.wrong_answers < MOST_WRONG_ANSWERS:
        return Answer.WRONG
    _void_challenge(row)
    return Answer.VOID


def _void_challenge(row: ContactCertificate) -> None:
    row.challenge_digest = row.challenge_expires_at = None
    row.wrong_answers = 0


def confirm(
    session: orm.Session,
    certificate_id: uuid.UUID,
    *,
    confirmation: str,
    by: Actor,
    now: datetime,
    barred: Collection[uuid.UUID] = (),
) -> ContactCertificate:
    """Confirm the fingerprint out of band, as a second person; the certificate is in force from now.

    `confirmation` is what the person's passkey has signed (JSON); it is kept for the worker to check.

    An older active one stays until its own end, so that both work while one rolls over to the other;
    a third one is superseded. `barred` are accounts that changed the telephone number in the register.

    Raises:
        NotAllowedError: the same account has uploaded it, or is barred, or there is no account.
        CertificateRefusedError: it has expired in the meantime.
        IllegalMoveError: possession was not proved yet, or it is confirmed already.

    """
    row = queries.locked(session, certificate_id)
    _refuse_to_confirm(row, by=by, now=now, barred=barred)
    row.state = step(MOVES, row.state, Move.CONFIRM)
    row.confirmed_at, row.confirmed_by, row.confirmation = now, by.account_id, confirmation
    for older in queries.active(session, row.owner_id)[MOST_ACTIVE - 1 :]:
        end(session, older, Move.SUPERSEDE, by=by, now=now)
    row.state = step(MOVES, row.state, Move.ACTIVATE)
    row.activated_at = now
    audit.record(session, "certificate.confirmed", by=by, now=now, subject=row.id)
    _promise_waiting(session, row, now=now)
    return row


def confirm_anew(
    session: orm.Session,
    certificate_id: uuid.UUID,
    *,
    confirmation: str,
    by: Actor,
    now: datetime,
    barred: Collection[uuid.UUID] = (),
) -> None:
    """Confirm a certificate that is in force again: the worker believes whoever did it before no more.

    Raises:
        NotAllowedError, CertificateRefusedError: as for `confirm`.
        IllegalMoveError: it is not in force.

    """
    row = queries.locked(session, certificate_id)
    if row.state is not State.ACTIVE:
        raise IllegalMoveError(f"cannot confirm anew when {row.state}")
    _refuse_to_confirm(row, by=by, now=now, barred=barred)
    row.confirmed_at, row.confirmed_by, row.confirmation = now, by.account_id, confirmation
    audit.record(session, "certificate.confirmed-anew", by=by, now=now, subject=row.id)
    _promise_waiting(session, row, now=now)


def _refuse_to_confirm(
    row: ContactCertificate, *, by: Actor, now: datetime, barred: Collection[uuid.UUID]
) -> None:
    if by.account_id is None or by.account_id == row.uploaded_by or by.account_id in barred:
        raise NotAllowedError("A second person must confirm the fingerprint.")
    if not is_usable(row, now):
        raise CertificateRefusedError(Reason.EXPIRED)


def _promise_waiting(session: orm.Session, row: ContactCertificate, *, now: datetime) -> None:
    """Promise that what was held for want of a certificate goes now."""
    if row.state is State.ACTIVE and is_usable(row, now):
        outbox.promise(session, "certificate.usable", now=now, owner_id=row.owner_id)


def refuse(session: orm.Session, certificate_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Refuse a certificate whose fingerprint its owner does not recognise.

    Raises:
        IllegalMoveError: its life has ended already.

    """
    end(session, queries.locked(session, certificate_id), Move.REFUSE, by=by, now=now)


def revoke(
    session: orm.Session,
    certificate_id: uuid.UUID,
    *,
    by: Actor,
    now: datetime,
    owner_id: uuid.UUID | None = None,
) -> None:
    """Take a certificate out of use for good; with `owner_id`, only if it is that contact's.

    Raises:
        NotFoundError: there is none, or it is another's.
        IllegalMoveError: its life has ended already.

    """
    end(session, queries.locked(session, certificate_id, owner_id=owner_id), Move.REVOKE, by=by, now=now)


def end(
    session: orm.Session,
    row: ContactCertificate,
    move: Move,
    *,
    by: Actor,
    now: datetime,
    reason: Reason | None = None,
) -> None:
    """End the life of a locked certificate, for the gate's `reason` where it has one.

    Raises:
        IllegalMoveError: its life has ended already.

    """
    row.state = step(MOVES, row.state, move)
    row.ended_at, row.ended_reason = now, reason or move
    _void_challenge(row)
    audit.record(session, f"certificate.{row.state}", by=by, now=now, subject=row.id, reason=row.ended_reason)
