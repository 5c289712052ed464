"""What tools are served: TAXII with a body's token, the hub's certificate, its health."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import orm

from feeds.collections import service
from feeds.delivery.models import Beat, Series
from feeds.taxii.models import Collection, StoredObject, Submission
from hub.core.audit import Actor
from keys import hub_certificate, packets
from keys.wkd import local_part_hash
from tests.hub.demo.year.world import SECOND, Visit, Year, account, body, every, page

TOOL: dict[int, tuple[str, str]] = {}


def token(year: Year, session: orm.Session) -> tuple[str, str]:
    """Return the token of a new client of the second body; a token is shown once and kept nowhere."""
    if id(year) not in TOOL:
        person, own = account(session, SECOND), body(session, SECOND)
        by = Actor(account_id=person.id, organisation_id=person.organisation_id)
        with year.hub.db.transaction() as writing:
            client, secret = service.add_client(
                writing, own.id, "試験", key=year.hub.token_key, by=by, now=year.hub.clock()
            )
            TOOL[id(year)] = client.username, secret
    return TOOL[id(year)]


def series(session: orm.Session) -> Series:
    return session.get_one(Series, body(session, SECOND).id)


@page("taxii.discover")
def discovery(year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=None, token=token(year, session), sees=["/priority/"])


@page("taxii.api_root")
def api_root(year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=None, token=token(year, session), sees=["max_content_length"])


@page("taxii.collections")
def collections(year: Year, session: orm.Session) -> Iterator[Visit]:
    own = series(session)
    yield Visit(who=None, token=token(year, session), sees=[own.sealed_id, own.answers_id])


@page("taxii.collection")
def collection(year: Year, session: orm.Session) -> Iterator[Visit]:
    own = series(session)
    for each in (own.sealed_id, own.answers_id):
        title = session.get_one(Collection, each).title
        yield Visit(who=None, token=token(year, session), values={"collection_id": each}, sees=[title])


@page("taxii.objects", "taxii.manifest")
def objects(year: Year, session: orm.Session) -> Iterator[Visit]:
    own = series(session)
    beat = session.get_one(Beat, own.body_id)
    assert year.hub.clock() - beat.issued_at < timedelta(days=1)
    for each in (own.sealed_id, own.answers_id):
        held = every(session, StoredObject, StoredObject.collection_id == each, ~StoredObject.hidden)
        sees = [one.stix_id for one in held]
        assert each != own.sealed_id or beat.stix_id in sees
        yield Visit(who=None, token=token(year, session), values={"collection_id": each}, sees=sees)


@page("taxii.get_object")
def one_object(year: Year, session: orm.Session) -> Iterator[Visit]:
    own = series(session)
    beat = session.get_one(Beat, own.body_id).stix_id
    values = {"collection_id": own.sealed_id, "object_id": beat}
    yield Visit(who=None, token=token(year, session), values=values, sees=[beat, '"type":"artifact"'])


@page("taxii.versions")
def versions(year: Year, session: orm.Session) -> Iterator[Visit]:
    own = series(session)
    [*_, newest] = every(
        session, StoredObject, StoredObject.collection_id == own.sealed_id, order=StoredObject.date_added
    )
    values = {"collection_id": own.sealed_id, "object_id": newest.stix_id}
    version = f"{datetime.fromtimestamp(newest.version_at / 1_000_000, UTC):%Y-%m-%dT%H:%M:%S}"
    yield Visit(who=None, token=token(year, session), values=values, sees=[version])


@page("taxii.status")
def status(year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Submission, Submission.collection_id == series(session).answers_id):
        values = {"status_id": each.id}
        yield Visit(who=None, token=token(year, session), values=values, sees=['"success_count":1'])


def _fingerprint(year: Year) -> str:
    certificate = hub_certificate.read(year.hub.config.certificate_file, gpg=year.hub.config.gpg)
    return packets.fingerprints(certificate.blob)[0]


@page("hub_certificate.page")
def certificate(year: Year, _session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=None, sees=[_fingerprint(year)])


@page("hub_certificate.armoured")
def armoured(year: Year, _session: orm.Session) -> Iterator[Visit]:
    lines = year.hub.config.certificate_file.read_text().splitlines()
    yield Visit(who=None, sees=[max(lines, key=len)])


@page("hub_certificate.directory")
def directory(year: Year, _session: orm.Session) -> Iterator[Visit]:
    sender = year.hub.config.mail.sender
    hashed = local_part_hash(sender)
    yield Visit(who=None, values={"local_part": hashed}, sees=[sender])
    yield Visit(who=None, values={"domain": sender.rpartition("@")[2], "local_part": hashed}, sees=[sender])


@page("health.ready")
def ready(_year: Year, _session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=None, sees=["ready"])
