"""The hub as it is met on the network: pages of objects in, answers out, and nothing believed on the way.

taxii2-client has neither a limit of size nor of time, and follows redirects with our token; the adapter
below gives its session all of them. A hard time limit needs the main thread: it comes as a signal.
"""

import hashlib
import io
import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from types import FrameType
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from taxii2client.common import _HTTPConnection
from taxii2client.exceptions import TAXIIServiceException
from taxii2client.v21 import Collection

from feeds.receiver.settings import HubSettings
from feeds.taxii import instants
from hub.core.errors import HubError

LONGEST_RETRY = 3600  # seconds
AHEAD = timedelta(hours=1)  # that the hub's clock may be before ours
WHOLE = re.compile(r"[0-9]{1,9}")
PROGRAM = "priority-hub-pull"
CERTIFICATE = "/hub-certificate.asc"


class ServerError(HubError):
    """The hub cannot be reached, or its answer is none; `retry_after` is in seconds."""

    def __init__(self, said: str, *, retry_after: int = 0) -> None:
        super().__init__(said)
        self.retry_after = min(retry_after, LONGEST_RETRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an answer may cost; times in seconds."""

    body_bytes: int = 32 * 1024 * 1024
    marks: int = 200_000  # brackets, braces and commas: each becomes an object in memory
    seconds: float = 120.0
    silence: float = 30.0
    objects: int = 20  # asked for at once
    pages: int = 500  # in one pass


@dataclass(frozen=True, slots=True)
class Served:
    """One object as it was served; equal objects have equal digests."""

    digest: str
    document: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Objects in their order; `last` is the date_added of the newest, None on an empty page."""

    objects: tuple[Served, ...]
    last: str | None
    more: bool


class Hub:
    """Our two collections at the hub, through taxii2-client."""

    def __init__(self, settings: HubSettings, token: str, *, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._headers: dict[str, str] = {}
        verify = str(settings.ca_file) if settings.ca_file else True
        self._connection = _HTTPConnection(
            settings.username, token, verify, user_agent=PROGRAM, version="2.1"
        )
        self._public = requests.Session()  # without our token
        self._public.verify = verify
        self._certificate_url = urljoin(settings.api_root, CERTIFICATE)
        for session in (self._connection.session, self._public):
            for scheme in ("https://", "http://"):
                session.mount(scheme, Bounded(self.limits))
        self._connection.session.hooks["response"].append(self._heard)
        self._copies = self._collection(settings, str(settings.collection), "copies")
        self._answers = self._collection(settings, str(settings.answers), "answers")

    def page(self, after: str | None) -> Page:
        """Return the objects added after an instant, which is the `last` of an earlier page.

        Raises:
            ServerError: there is no answer, or it is not a page of the standard's form.

        """
        with _refused():
            envelope = self._copies.get_objects(limit=self.limits.objects, added_after=after)
            return _page(envelope, self._headers.get("X-TAXII-Date-Added-Last"))

    def give(self, answer: dict[str, Any]) -> bool:
        """Send an object back and tell whether the hub has taken it.

        Raises:
            ServerError: there is no answer, or none of the standard's form.

        """
        with _refused():
            status = self._answers.add_objects({"objects": [answer]}, wait_for_completion=False)
            return bool(status.status == "complete" and status.failure_count == 0)

    def certificate(self) -> bytes:
        """Return the certificate that the hub publishes; it is worth what its pinned primary key says.

        Raises:
            ServerError: there is no answer.

        """
        with _refused():
            response = self._public.get(self._certificate_url)
            response.raise_for_status()
            return response.content

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()
        self._public.close()

    def _collection(self, settings: HubSettings, collection_id: str, title: str) -> Collection:
        known = {"id": collection_id, "title": title, "can_read": True, "can_write": True}
        url = f"{settings.api_root.rstrip('/')}/collections/{collection_id}/"
        return Collection(url, conn=self._connection, collection_info=known)

    def _heard(self, response: requests.Response, **_: object) -> None:
        self._headers = dict(response.headers)


class Bounded(HTTPAdapter):
    """Sends one request under the limits: no redirect, no compression, so many bytes, so long."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits

    def send(self, request: requests.PreparedRequest, *_: object, **how: Any) -> requests.Response:  # noqa: ANN401 - as requests
        """Return the whole answer.

        Raises:
            ServerError: it breaks a limit.

        """
        request.headers["Accept-Encoding"] = "identity"
        with deadline(self.limits.seconds):
            response = super().send(request, **how | {"stream": True, "timeout": self.limits.silence})
            body = self._read(response)
        response.raw = io.BytesIO(body)
        return response

    def _read(self, response: requests.Response) -> bytes:
        if HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST:
            response.close()
            raise ServerError("the hub sends us elsewhere; redirects are not followed")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            response.close()
            raise ServerError("the answer is compressed, which was not asked for")
        body = bytearray()
        while chunk := response.raw.read1(65536):
            body += chunk
            if len(body) > self.limits.body_bytes:
                response.close()
                raise ServerError(f"the answer is larger than {self.limits.body_bytes} bytes")
        if sum(body.count(mark) for mark in (b"{", b"[", b",")) > self.limits.marks:
            raise ServerError("the answer has too many parts")
        return bytes(body)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """End what takes longer, wherever it waits; in the main thread only.

    Raises:
        ServerError: the time is over.

    """

    def late(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what `signal` hands in
        raise ServerError(f"the answer took longer than {seconds:.0f} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def check_clock(last: str, *, now: datetime) -> None:
    """Check that the end of a page does not lie ahead: it would hide what comes before.

    Raises:
        ServerError: it does.

    """
    if instants.parse(last) > instants.to_micros(now + AHEAD):
        raise ServerError("the hub's date_added lies in the future; compare the clocks")


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except requests.HTTPError as error:
        code = error.response.status_code
        retry = error.response.headers.get("Retry-After", "")
        raise ServerError(f"the hub answered {code}", retry_after=_seconds(retry)) from None
    except requests.RequestException as error:
        raise ServerError(f"the hub does not answer ({type(error).__name__})") from None
    except (TAXIIServiceException, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise ServerError("the answer is not of TAXII 2.1") from None


def _seconds(retry_after: str) -> int:
    return int(retry_after) if WHOLE.fullmatch(retry_after) else 0


def _page(envelope: dict[str, Any], last: str | None) -> Page:
    objects = envelope.get("objects", [])
    if not isinstance(objects, list) or not all(isinstance(each, dict) for each in objects):
        raise TypeError
    if objects and last is None:
        raise KeyError
    if last is not None:
        instants.parse(last)
    served = tuple(Served(_digest(each), each) for each in objects)
    return Page(objects=served, last=last if served else None, more=envelope.get("more", False) is True)


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
