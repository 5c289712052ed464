"""One id for each request: in every line that is logged meanwhile, and on the page of an error.

It is the reverse proxy's (X-Request-ID), where there is one and it sends a well-formed id, so that its log
and ours can be read together; otherwise it is made the first time that something needs it. Requests that
log nothing, such as polls, cost nothing.
"""

import re
import secrets
from collections.abc import Mapping

from flask import current_app, g, has_request_context, request

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[0-9A-Za-z_-]{8,64}")


def request_id() -> str:
    """Return the id of this request."""
    if "request_id" not in g:
        g.request_id = _proxys() or secrets.token_hex(6)
    found: str = g.request_id
    return found


def _proxys() -> str | None:
    """Return the proxy's id; without a proxy, whoever asks would choose what stands in our log."""
    hub = current_app.extensions.get("hub")  # the receiver's relay has none
    if hub is None or not hub.config.proxy_hops:
        return None
    given = request.headers.get(HEADER, "")
    return given if WELL_FORMED.fullmatch(given) else None


def request_facts() -> Mapping[str, str]:
    """Return what a line of the log says of the request in which it is written."""
    return {"request": request_id()} if has_request_context() else {}
