"""Agreements for tests, in the states that precede and follow the conclusion."""

import uuid
from datetime import date

from sqlalchemy import orm

from hub.accounts.models import Account, Role
from hub.core.vault import Vault
from nda.agreements import service
from nda.agreements.contract import Conclusion
from nda.agreements.models import Agreement
from sectors.bodies.models import Body
from tests.support.applications import NOW, PDF, accepted_application, acting
from tests.support.people import make_account

CONCLUSION = Conclusion(
    body_signer="理事長 山田花子",
    jpcert_signer="代表理事",
    ipa_signer="",
    decided_on=date(2026, 11, 19),
    starts_on=date(2026, 11, 20),
    ends_on=date(2027, 11, 19),
    document=PDF,
)


def make_agreement(session: orm.Session, applicant: Account, *, vault: Vault) -> Agreement:
    """Return an agreement whose sample was sent."""
    reviewer = make_account(session, Role.REVIEWER)
    application = accepted_application(session, applicant, reviewer, vault=vault)
    return service.send_sample(session, application.id, now=NOW)


def passed_on_agreement(session: orm.Session, applicant: Account, *, vault: Vault) -> Agreement:
    """Return an agreement that JPCERT/CC may conclude."""
    agreement = make_agreement(session, applicant, vault=vault)
    service.answer(session, agreement.id, can=True, remarks="", by=acting(applicant), now=NOW)
    reviewer = make_account(session, Role.REVIEWER)
    service.pass_on(session, agreement.id, by=acting(reviewer), now=NOW)
    return agreement


def conclude(session: orm.Session, agreement_id: uuid.UUID, by: Account, *, vault: Vault) -> Body:
    """Conclude an agreement and return the body."""
    return service.conclude(session, agreement_id, CONCLUSION, vault=vault, by=acting(by), now=NOW)
