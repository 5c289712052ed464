"""A body's tool: asks the hub's TAXII endpoints with its token, and looks at the form of every answer."""

import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Flask
from werkzeug.test import Client, TestResponse

from feeds.collections import service
from feeds.delivery.series import series_of
from hub.core.audit import THE_HUB
from sectors.bodies.models import Body
from tests.support.delivery import TOKEN_KEY, World

NO_REPORT = f"report--{uuid.UUID(int=0, version=4)}"
TAXII = "application/taxii+json;version=2.1"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One TAXII client of one body."""

    http: Client
    client_id: uuid.UUID
    username: str
    token: str
    sealed: uuid.UUID
    answers: uuid.UUID

    @classmethod
    def of(cls, world: World, body: Body, app: Flask, **chosen: Any) -> "Tool":  # noqa: ANN401 - as the service has them
        """Add a client to the body."""
        with world.hub.db.transaction() as session:
            client, token = service.add_client(
                session, body.id, "SIEM", key=TOKEN_KEY, by=THE_HUB, now=world.hub.clock(), **chosen
            )
            series = series_of(session, body.id)
        return cls(
            http=app.test_client(),
            client_id=client.id,
            username=client.username,
            token=token,
            sealed=series.sealed_id,
            answers=series.answers_id,
        )

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        auth: tuple[str, str] | None = None,
        data: bytes | None = None,
        **headers: str,
    ) -> TestResponse:
        """Send a request; with `Authorization` in the headers, under that one."""
        sent = {"Accept": TAXII} | headers
        who = None if "Authorization" in headers else auth or (self.username, self.token)
        answer = self.http.open(path, method=method, headers=sent, auth=who, data=data, content_type=TAXII)
        assert answer.status_code < 500
        assert answer.content_type == TAXII
        assert answer.headers["Cache-Control"] == "no-store"
        if answer.status_code >= 400:
            assert answer.json
            assert answer.json["title"]
        return answer

    def objects(self, collection: uuid.UUID | None = None) -> list[dict[str, object]]:
        answer = self.ask(f"/priority/collections/{collection or self.sealed}/objects/")
        assert answer.status_code == 200
        found: list[dict[str, object]] = orjson.loads(answer.data).get("objects", [])
        return found

    def ids(self) -> list[str]:
        """Return the ids in the manifest of the sealed copies, which downloads nothing."""
        found = orjson.loads(self.ask(f"/priority/collections/{self.sealed}/manifest/").data)
        return [each["id"] for each in found.get("objects", [])]

    def give(self, *objects: dict[str, object], to: uuid.UUID | None = None) -> TestResponse:
        """Post objects, to the answers unless another collection is named."""
        path = f"/priority/collections/{to or self.answers}/objects/"
        return self.ask(path, "POST", data=orjson.dumps({"objects": objects}))


def report_id(bundle: dict[str, Any]) -> str:
    """Return what an answer to a notice is about."""
    [report] = [each["id"] for each in bundle["objects"] if each["type"] == "report"]
    return str(report)


def receipt_note(code: str, kind: str = "note", *, about: str = NO_REPORT) -> dict[str, object]:
    """Return what a tool answers with when it has opened a notice."""
    at = "2026-11-20T01:00:00.000Z"
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid.uuid4()}",
        "created": at,
        "modified": at,
        "content": "received",
        **({"sighting_of_ref": about} if kind == "sighting" else {"object_refs": [about]}),
        "external_references": [{"source_name": "priority-information-receipt", "external_id": code}],
    }
