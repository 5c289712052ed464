"""A body that is served already comes into the hub with its agreement in force and its operation."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.errors import NotFoundError
from hub.core.stamps import genuine
from hub.core.vault import Vault
from nda.agreements import queries
from nda.agreements.contract import Conclusion, write
from nda.agreements.models import Agreement
from nda.agreements.states import State
from nda.agreements.telling import contacts_of, tell
from sectors.bodies import service as body_service
from sectors.bodies.models import Body
from sectors.bodies.states import Move
from sectors.openings import queries as openings
from sectors.openings.models import Kind, Opening
from sectors.openings.proposal import Existing
from sectors.openings.states import State as OpeningState

NO_SAMPLE = "before the hub"  # such an agreement followed none of the hub's texts


def take_over(session: orm.Session, opening_id: uuid.UUID, *, vault: Vault, now: datetime) -> Body | None:
    """Make the body with its agreement in force; its contacts are invited. A repeat does nothing.

    What operation needs (collections, the trial period) is promised.

    Raises:
        NotFoundError: no opening of this id counts, or the hub did not write it.

    """
    if queries.of_opening(session, opening_id) is not None:
        return None
    opening = openings.opening(session, opening_id)
    proposal = openings.proposal_of(opening, vault=vault)
    counts = opening.state is OpeningState.COUNTING and opening.kind is Kind.TAKEOVER
    if not counts or opening.organisation_id is None or proposal.existing is None:
        raise NotFoundError("no such takeover that counts")
    if not genuine(session, opening):
        raise NotFoundError("no such takeover that counts")
    body = body_service.establish(session, opening.organisation_id, proposal.details, by=THE_HUB, now=now)
    agreement = _agreement(opening, proposal.existing, opening.organisation_id, vault=vault, now=now)
    session.add(agreement)
    session.flush()  # its id goes into the log
    audit.record(session, "agreement.taken-over", by=THE_HUB, subject=agreement.id, now=now)
    in_trial = proposal.existing.trial_ends_on
    made = Move.TAKE_OVER_IN_FULL if in_trial is None else Move.TAKE_OVER_IN_TRIAL
    body_service.move(session, body.id, made, reason=opening.consultation[:500], by=THE_HUB, now=now)
    last = in_trial.isoformat() if in_trial else ""
    key = f"operation.begun/{body.id}"
    outbox.promise(session, "operation.begun", now=now, key=key, body_id=body.id, trial_ends_on=last)
    tell(session, agreement, "agreement-taken-over", contacts_of(session, body), now=now)
    return body


def _agreement(
    opening: Opening, existing: Existing, organisation_id: uuid.UUID, *, vault: Vault, now: datetime
) -> Agreement:
    agreement = Agreement(
        id=uuid.uuid4(),
        opening_id=opening.id,
        organisation_id=organisation_id,
        state=State.CONCLUDED,
        text_version=NO_SAMPLE,
        sample_sent_at=now,
        since=now,
    )
    signed = Conclusion(
        body_signer=existing.body_signer,
        jpcert_signer=existing.jpcert_signer,
        ipa_signer=existing.ipa_signer,
        decided_on=existing.decided_on,
        starts_on=existing.starts_on,
        ends_on=existing.ends_on,
        document=openings.contract_of(opening, vault=vault),
    )
    write(agreement, signed, vault=vault, now=now)
    return agreement
