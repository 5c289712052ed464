"""Sector bodies for tests, made as the conclusion of an agreement makes them."""

from sqlalchemy import orm

from hub.accounts.models import Account
from sectors.bodies import service
from sectors.bodies.models import Body
from tests.support.applications import NOW, acting, make_submission


def make_body_of(session: orm.Session, applicant: Account, *, by: Account) -> Body:
    """Return the body that an applicant's organisation becomes; the applicant is its main contact."""
    details = make_submission(main=applicant.email).details
    return service.establish(session, applicant.organisation_id, details, by=acting(by), now=NOW)
