"""Where the tables of `cases` are tried: a server with its collections, and the client that asks it."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client, TestResponse

from tests.feeds.taxii.bodies import MEMBERS, Posted
from tests.feeds.taxii.cases import HELD, Case
from tests.feeds.taxii.conftest import TAXII


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A server: its client in the same process, one reader's credentials, collections by right."""

    client: Client
    auth: tuple[str, str]
    ro: uuid.UUID
    rw: uuid.UUID
    theirs: uuid.UUID

    def path(self, text: str) -> str:
        """Put collections for their names; other braces stay."""
        for name in ("ro", "rw", "theirs"):
            text = text.replace(f"{{{name}}}", str(getattr(self, name)))
        return text.replace("{nowhere}", "00000000-0000-4000-8000-000000000000")

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        headers: Mapping[str, str | None] | None = None,
        body: bytes | None = None,
        authorised: bool = True,
    ) -> TestResponse:
        """Send a request, and look at what holds of every answer."""
        sent = {"Accept": TAXII} | dict(headers or {})
        kept = {name: value for name, value in sent.items() if value is not None}
        answer = self.client.open(
            self.path(path), method=method, headers=kept, auth=self.auth if authorised else None, data=body
        )
        self._look(answer, method)
        return answer

    def _look(self, answer: TestResponse, method: str) -> None:
        """3.6, 1.6.8, 1.7: no fault, the media type, an error message for each failure."""
        assert answer.status_code < 500, answer.text
        assert answer.content_type == TAXII, answer.text
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        if answer.status_code == 405:
            assert "GET" in answer.headers["Allow"]
        if method == "HEAD":
            assert answer.data == b""
        elif answer.status_code >= 400:
            told = json.loads(answer.data)
            assert isinstance(told["title"], str)
            assert told["title"]
            assert told["http_status"] == str(answer.status_code)
        else:
            assert isinstance(json.loads(answer.data), dict)

    def post(self, *objects: object, body: bytes | None = None) -> TestResponse:
        """Add objects to {rw}."""
        sent = json.dumps({"objects": objects}).encode() if body is None else body
        return self.ask(
            "/priority/collections/{rw}/objects/", "POST", body=sent, headers={"Content-Type": TAXII}
        )

    def objects(self, query: str = "") -> list[dict[str, Any]]:
        """Return what {rw} shows."""
        found = json.loads(self.ask("/priority/collections/{rw}/objects/" + query).data)
        return list(found.get("objects", []))


def held(answer: TestResponse) -> tuple[str, ...]:
    """Return the short names of what an envelope or a manifest holds, in its order."""
    found = json.loads(answer.data).get("objects", [])
    return tuple(_short(each) for each in found)


def _short(each: Mapping[str, Any]) -> str:
    same = [name for name, value in HELD.items() if value["id"] == each["id"]]
    if len(same) == 1:
        return same[0]
    version = each.get("version", each.get("modified"))
    return next(name for name in same if HELD[name]["modified"] == version)


def try_case(stand: Stand, case: Case) -> None:
    """Send the request of a case and compare."""
    answer = stand.ask(
        case.path, case.method, headers=case.headers, body=case.body, authorised=case.authorised
    )
    assert answer.status_code == case.status, answer.text
    if case.held is not None:
        assert held(answer) == case.held
        dated = {"X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"} & set(answer.headers.keys())
        assert len(dated) == (2 if case.held else 0)


def try_posted(stand: Stand, posted: Posted) -> None:
    """Post a body; look at its status resource (4.3.1), and at the same one fetched again."""
    answer = stand.post(body=posted.body)
    assert answer.status_code == posted.status, answer.text
    if posted.status != 202:
        return
    status = json.loads(answer.data)
    assert set(status) - {"successes", "failures"} == MEMBERS
    assert status["status"] == "complete"
    assert status["total_count"] == posted.taken + posted.refused
    assert (status["success_count"], status["failure_count"]) == (posted.taken, posted.refused)
    assert status["pending_count"] == 0
    assert len(status.get("successes", [])) == posted.taken
    assert len(status.get("failures", [])) == posted.refused
    assert all(set(each) == {"id", "version"} for each in status.get("successes", []))
    assert all(each["message"] for each in status.get("failures", []))
    assert json.loads(stand.ask(f"/priority/status/{status['id']}/").data) == status
