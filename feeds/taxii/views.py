"""The endpoints of TAXII 2.1: discovery at /taxii2/, one API root at /priority/.

Each authenticates its own request through the backend that is handed in. Every path is served with and
without its last slash; whatever goes wrong below these paths is answered with the standard's error message.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from feeds.taxii import form, negotiation, replies, resources, store, submissions
from feeds.taxii.backend import Backend, Rights
from feeds.taxii.filters import OF_A_COLLECTION, OF_AN_OBJECT, OF_VERSIONS, parse_match
from feeds.taxii.paging import Walk, parse_query
from feeds.taxii.problems import TaxiiError, unknown
from feeds.taxii.replies import reply
from hub.core.clock import rfc3339
from hub.core.db import Rows
from hub.core.metrics import TAXII_SECONDS

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the backend, who asks, and what reads for it."""

    backend: Backend[Any]
    reader: Any
    rows: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an endpoint pages through: its filters, the version it means by itself, rows and resource."""

    name: str
    fields: frozenset[str]
    default: str
    documents: bool
    write: Callable[[store.Page, str | None], resources.Pieces]


OBJECTS = Listing(
    name="objects", fields=OF_A_COLLECTION, default="last", documents=True, write=resources.envelope
)
OBJECT = Listing(name="object", fields=OF_AN_OBJECT, default="last", documents=True, write=resources.envelope)
MANIFEST = Listing(
    name="manifest", fields=OF_A_COLLECTION, default="last", documents=False, write=resources.manifest
)
VERSIONS = Listing(
    name="versions", fields=OF_VERSIONS, default="all", documents=False, write=resources.versions
)


def taxii_blueprint(backend: Backend[R]) -> Blueprint:
    """Return the endpoints, served for the readers that `backend` knows."""
    blueprint = Blueprint("taxii", __name__)
    for method, path, view in ROUTES:
        blueprint.add_url_rule(
            path,
            view.__name__,
            _authenticated(view, backend),
            methods=[method],
            strict_slashes=False,
            provide_automatic_options=False,
        )
    replies.install(blueprint)
    return blueprint


def discover(call: Call) -> Response:
    """Serve the discovery resource (TAXII 2.1, 4.1)."""
    return reply(resources.discovery(call.backend.information))


def api_root(call: Call) -> Response:
    """Serve the API root (4.2)."""
    return reply(resources.api_root(call.backend.information))


def status(call: Call, status_id: uuid.UUID) -> Response:
    """Serve the status of a submission to whoever may write where it went (4.3)."""
    collection_id, told = submissions.status(call.rows, status_id)
    _require(_rights(call, collection_id).can_write)
    return reply(told)


def collections(call: Call) -> Response:
    """Serve the collections that the reader may know of (5.1)."""
    rights = dict(call.backend.collections(call.reader))
    known = [resources.collection(each, rights[each.id]) for each in store.collections(call.rows, rights)]
    return reply(orjson.dumps({"collections": known} if known else {}))


def collection(call: Call, collection_id: uuid.UUID) -> Response:
    """Serve one collection (5.2)."""
    rights = _rights(call, collection_id)
    return reply(orjson.dumps(resources.collection(store.collection(call.rows, collection_id), rights)))


def objects(call: Call, collection_id: uuid.UUID) -> Response:
    """Serve a page of objects (5.4)."""
    return _page(call, OBJECTS, collection_id)


def add_objects(call: Call, collection_id: uuid.UUID) -> Response:
    """Take the objects of an envelope and answer with their status (5.5)."""
    rights = _rights(call, collection_id)
    _require(rights.can_write)
    call.rows.let_go()  # a body may come slowly; no connection waits for it
    limits, now = call.backend.information.limits, call.backend.now()
    sent = submissions.open_envelope(_body(limits.body_bytes), limits=limits)
    with call.backend.transaction() as session:
        taken = submissions.take(session, collection_id, sent, now=now, vault=rights.vault)
        call.backend.received(session, call.reader, collection_id, taken.documents)
    return reply(taken.status, code=202)


def get_object(call: Call, collection_id: uuid.UUID, object_id: str) -> Response:
    """Serve the versions of one object that are asked for (5.6)."""
    return _page(call, OBJECT, collection_id, object_id)


def manifest(call: Call, collection_id: uuid.UUID) -> Response:
    """Serve a page of the manifest (5.3)."""
    return _page(call, MANIFEST, collection_id)


def delete_object(call: Call, collection_id: uuid.UUID, object_id: str) -> Response:
    """Hide versions of an object, the latest if none is named (5.7)."""
    rights = _rights(call, collection_id)
    _require(rights.can_read and rights.can_write)
    match = parse_match(_parameters(), fields=OF_AN_OBJECT)
    call.rows.let_go()
    with call.backend.transaction() as session:
        store.delete(session, collection_id, _stix_id(object_id), match)
        call.backend.deleted(session, call.reader, collection_id, object_id)
    return reply(b"{}")


def versions(call: Call, collection_id: uuid.UUID, object_id: str) -> Response:
    """Serve a page of the versions of one object (5.8)."""
    return _page(call, VERSIONS, collection_id, object_id)


COLLECTION = resources.API_ROOT + "collections/<uuid:collection_id>/"
ONE_OBJECT = COLLECTION + "objects/<object_id>/"
ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", resources.DISCOVERY, discover),
    ("GET", resources.API_ROOT, api_root),
    ("GET", resources.API_ROOT + "status/<uuid:status_id>/", status),
    ("GET", resources.API_ROOT + "collections/", collections),
    ("GET", COLLECTION, collection),
    ("GET", COLLECTION + "manifest/", manifest),
    ("GET", COLLECTION + "objects/", objects),
    ("POST", COLLECTION + "objects/", add_objects),
    ("GET", ONE_OBJECT, get_object),
    ("DELETE", ONE_OBJECT, delete_object),
    ("GET", ONE_OBJECT + "versions/", versions),
)


def _authenticated(view: Callable[..., Response], backend: Backend[R]) -> Callable[..., Response]:
    seconds = TAXII_SECONDS.labels(view.__name__)

    def answer(**where: object) -> Response:
        begun = perf_counter()
        try:
            with backend.rows() as rows:
                reader = backend.authenticate(rows, request)
                if reader is None:
                    raise TaxiiError(401, "Authentication is required")
                if not negotiation.acceptable(request.headers.get("Accept")):
                    raise TaxiiError(406, f"Only {negotiation.MEDIA_TYPE} is served")
                return view(Call(backend, reader, rows), **where)
        finally:
            seconds.observe(perf_counter() - begun)

    return answer


def _page(call: Call, listing: Listing, collection_id: uuid.UUID, object_id: str | None = None) -> Response:
    limits, parameters = call.backend.information.limits, _parameters()
    rights = _rights(call, collection_id)
    _require(rights.can_read)
    match = parse_match(parameters, fields=listing.fields, default=listing.default)
    match = match.of(_stix_id(object_id)) if object_id else match
    walk = Walk(name=f"{listing.name} {collection_id}", match=match)
    query = parse_query(parameters, walk=walk, default=limits.page_default, most=limits.page_most)
    page = store.page(call.rows, collection_id, query, documents=listing.documents, vault=rights.vault)
    if object_id and not page.items and not store.holds(call.rows, collection_id, object_id):
        raise unknown()
    next_ = walk.next_after(page.last) if page.more else None
    if listing.documents and page.items and request.method == "GET":  # a HEAD takes nothing with it
        call.backend.served(call.rows, call.reader, collection_id, page.items)
    return _paged(page, listing.write(page, next_))


def _paged(page: store.Page, body: resources.Pieces) -> Response:
    response = reply(body)
    if page.items:
        response.headers["X-TAXII-Date-Added-First"] = rfc3339(page.items[0].date_added)
        response.headers["X-TAXII-Date-Added-Last"] = rfc3339(page.items[-1].date_added)
    return response


def _parameters() -> dict[str, list[str]]:
    return request.args.to_dict(flat=False)


def _rights(call: Call, collection_id: uuid.UUID) -> Rights:
    rights: Rights | None = call.backend.right(call.reader, collection_id)
    if rights is None:
        raise unknown()
    return rights


def _require(right: bool) -> None:  # noqa: FBT001 - the right is the whole of the question
    if not right:
        raise TaxiiError(403, "Not allowed in this collection")


def _stix_id(text: str) -> str:
    if not form.ID.fullmatch(text):
        raise unknown()
    return text


def _body(most: int) -> bytes:
    encoding = request.headers.get("Content-Encoding", "identity")
    if not negotiation.is_taxii(request.headers.get("Content-Type")) or encoding.lower() != "identity":
        raise TaxiiError(415, f"Only {negotiation.MEDIA_TYPE} is taken")
    request.max_content_length = most + 1  # a body without a length is cut there, not refused
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        body = None
    if body is None or len(body) > most:
        raise TaxiiError(413, f"The body is larger than {most} bytes")
    return body
