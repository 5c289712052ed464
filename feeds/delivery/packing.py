"""The explanatory pack of a body: with its own details, and along with the first notice to each contact."""

import logging

from sqlalchemy import orm

from feeds.delivery.composing import PDF
from feeds.delivery.series import series_of
from feeds.formats.pgp_mime import Attachment
from feeds.pack import paper, queries
from feeds.pack.details import Details, window
from feeds.pack.texts import CURRENT
from feeds.taxii.resources import API_ROOT
from hub.core.config import Config
from hub.core.errors import ConfigurationError
from keys import hub_certificate
from keys.fingerprints import grouped
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact

log = logging.getLogger(__name__)


def due(session: orm.Session, contact: Contact, body: Body, *, config: Config) -> Details | None:
    """Return the details of a pack that goes along with this mail; None where the contact had it before.

    Nor does one go along where the hub's certificate cannot be read: the notice counts for more.
    """
    if queries.was_sent(session, contact.id):
        return None
    try:
        return details_of(session, body, config=config)
    except ConfigurationError:
        log.warning("no explanatory pack goes along: the hub's certificate cannot be read")
        return None


def details_of(session: orm.Session, body: Body, *, config: Config) -> Details:
    """Return what stands in the pack of a body.

    Raises:
        IncompleteError: the hub has no certificate that can be read.

    """
    own, root = series_of(session, body.id), f"{config.base_url}{API_ROOT}collections"
    ids = (own.sealed_id, own.answers_id)
    return details_for_members(
        session, body, config=config, collections=tuple(f"{root}/{id_}/" for id_ in ids)
    )


def details_for_members(
    session: orm.Session, body: Body, *, config: Config, collections: tuple[str, ...] = ()
) -> Details:
    """Return what stands in the pack that a body gives to its members: not its collections."""
    certificate = hub_certificate.read(config.certificate_file, gpg=config.gpg)
    return Details(
        body=body.name_ja,
        contacts=tuple(window(each) for each in bodies.contacts(session, body.id)),
        sender=config.mail.sender,
        base_url=config.base_url,
        fingerprint=grouped(certificate.fingerprint),
        collections=collections,
    )


def attached(details: Details) -> Attachment | None:
    """Return the pack as a file; None, and logged, where it cannot be printed: the notice leaves without."""
    try:
        content = paper.printed(CURRENT, details)
    except ConfigurationError:
        log.warning("no explanatory pack goes along: this machine has no Japanese font")
        return None
    return Attachment(name=paper.file_name(CURRENT), media_type=PDF, content=content)
