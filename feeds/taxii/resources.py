"""The resources of TAXII 2.1 as bytes; objects go in as they are stored."""

from typing import Any

import orjson

from feeds.taxii.backend import Information, Rights
from feeds.taxii.negotiation import MEDIA_TYPE, STIX_MEDIA_TYPE
from feeds.taxii.store import Page, Shown
from hub.core.clock import rfc3339

DISCOVERY = "/taxii2/"
API_ROOT = "/priority/"
Pieces = tuple[bytes, ...]  # of one resource, one behind the other


def discovery(information: Information) -> bytes:
    """Write the discovery resource (4.1.1)."""
    root = information.base_url + API_ROOT
    told = {
        "title": information.title,
        "description": information.description,
        "contact": information.contact,
    }
    return orjson.dumps(told | {"default": root, "api_roots": [root]})


def api_root(information: Information) -> bytes:
    """Write the API root resource (4.2.1)."""
    return orjson.dumps(
        {
            "title": information.title,
            "description": information.description,
            "versions": [MEDIA_TYPE],
            "max_content_length": information.limits.body_bytes,
        }
    )


def collection(shown: Shown, rights: Rights) -> dict[str, Any]:
    """Return the collection resource (5.2.1)."""
    described = {"description": shown.description} if shown.description else {}
    return {
        "id": str(shown.id),
        "title": shown.title,
        **described,
        "can_read": rights.can_read,
        "can_write": rights.can_write,
        "media_types": [STIX_MEDIA_TYPE],
    }


def envelope(page: Page, next_: str | None) -> Pieces:
    """Write the envelope (3.7) around objects as they are stored."""
    return _paged("objects", page.documents, next_)


def manifest(page: Page, next_: str | None) -> Pieces:
    """Write the manifest resource (5.3.1)."""
    records = [
        {
            "id": item.stix_id,
            "date_added": rfc3339(item.date_added),
            "version": item.version,
            "media_type": STIX_MEDIA_TYPE,
        }
        for item in page.items
    ]
    return _paged("objects", (b",".join(map(orjson.dumps, records)),), next_)


def versions(page: Page, next_: str | None) -> Pieces:
    """Write the versions resource (5.8.1)."""
    return _paged("versions", (b",".join(orjson.dumps(item.version) for item in page.items),), next_)


def error(code: int, title: str, *, error_id: str | None = None) -> bytes:
    """Write the error message resource (3.6.1)."""
    told = {"title": title, "http_status": str(int(code))}
    return orjson.dumps(told | ({"error_id": error_id} if error_id else {}))


def _paged(name: str, values: Pieces, next_: str | None) -> Pieces:
    if not any(values):
        return (b"{}",)
    head: dict[str, Any] = {"more": next_ is not None} | ({"next": next_} if next_ else {})
    opening = orjson.dumps(head).removesuffix(b"}") + b',"' + name.encode() + b'":['
    return (opening, *values, b"]}")  # in pieces: to join them would copy megabytes
