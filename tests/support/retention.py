"""Records with a period, for tests: a draft, a document, a sealed copy, each with a word that must vanish."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories.models import Advisory
from feeds.advisories.queries import latest_revision
from feeds.advisories.states import State as AdvisoryState
from feeds.delivery.models import Copy
from feeds.delivery.series import series_of
from feeds.delivery.states import State
from feeds.formats import stix
from feeds.formats.tlp import Tlp
from feeds.taxii import store
from feeds.taxii.form import facts_of
from hub.accounts.models import Role
from hub.core.instance import Instance
from sectors.applications import service as applications
from sectors.applications.queries import attachments
from tests.support import advisories
from tests.support.applications import acting, make_application
from tests.support.people import make_account

CIPHERTEXT = b"what only the recipient could open"


def stale_draft(session: orm.Session) -> uuid.UUID:
    """Return the revision of a draft that nobody wrote on since."""
    advisory = advisories.make_draft(session, advisories.make_cast(session), advisories.make_body(session))
    return latest_revision(session, advisory.id).id


def withdrawn_document(session: orm.Session, hub: Instance) -> uuid.UUID:
    """Return a document of an application that was withdrawn."""
    applicant = make_account(session, Role.APPLICANT)
    application = make_application(session, applicant, vault=hub.vault)
    applications.withdraw(session, application.id, by=acting(applicant), now=advisories.NOW)
    return attachments(session, application.id)[0].id


def lifted_copy(session: orm.Session, *, now: datetime) -> Copy:
    """Return a sealed copy of a notice that is over."""
    body = advisories.make_body(session)
    release = advisories.make_release(session, advisories.make_cast(session), body, now=now)
    advisory = session.get_one(Advisory, release.advisory_id)
    advisory.state = AdvisoryState.LIFTED
    series = series_of(session, body.id)
    sealed = stix.artifact(CIPHERTEXT, recipient="A" * 40, kind="notice", tlp=Tlp.AMBER)
    store.add(session, series.sealed_id, [sealed], now=now)
    copy = Copy(
        release_id=release.id,
        body_id=body.id,
        state=State.DELIVERED,
        seq=1,
        promised_at=now,
        delivered_at=now,
        artifact_id=facts_of(sealed).stix_id,
    )
    session.add(copy)
    session.flush()  # its id is used right away
    return copy
