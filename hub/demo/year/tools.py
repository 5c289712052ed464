"""The tools of some bodies: TAXII clients that poll over the hub's own application and send receipts back."""

import json
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import orm
from werkzeug.test import Client, TestResponse

from feeds.advisories.models import Advisory, Release
from feeds.collections import queries, service
from feeds.delivery.models import Copy
from feeds.delivery.series import series_of
from feeds.formats.receipt_code import code_for
from feeds.formats.receipt_note import receipt_note
from feeds.formats.stix_ids import stix_id
from feeds.matters import at_rest
from hub.app import build_app
from hub.core.config import Config
from hub.demo.errors import DemoError
from hub.demo.year.joined import Joined
from hub.demo.year.scene import Scene

MEDIA_TYPE = "application/taxii+json;version=2.1"
COOKIES = b"nobody signs in on this one's pages"
NAMES = ("監視室の受信機", "SOCの脅威情報基盤")
EVERY_SECOND = 2  # body has a tool


class Tools:
    """Every tool with its token, by body."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._web = Client(build_app(scene.hub, secret_key=COOKIES))
        self._tokens: dict[UUID, tuple[str, str]] = {}
        self._since: dict[UUID, str] = {}

    def give(self, bodies: Iterable[Joined]) -> None:
        """Let every second body make a client."""
        for each in bodies:
            if each.part.body.number % EVERY_SECOND == 0:
                self._add(each)

    def renew(self, bodies: Iterable[Joined]) -> None:
        """Let each body that still receives make a new token before the old one's year is over."""
        scene = self.scene
        for each in bodies:
            with scene.hub.db.reading() as session:
                live = queries.live_of(session, each.id, now=scene.now)
            if live:
                scene.in_a_while()
                self._add(each)
                with scene.hub.db.transaction() as session:
                    for client in live:
                        old = queries.client(session, client.id)
                        service.revoke_client(session, old, by=each.actor, now=scene.now)

    def has(self, body: Joined) -> bool:
        """Tell whether a body has a tool."""
        return body.id in self._tokens

    def poll(self, body: Joined) -> None:
        """Let a body's tool fetch what it has not had yet."""
        with self.scene.hub.db.transaction() as session:
            collection = series_of(session, body.id).sealed_id
        since = self._since.get(body.id)
        path = f"/priority/collections/{collection}/objects/"
        answer = self._asked("GET", body, path + (f"?added_after={since}" if since else ""))
        self._since[body.id] = answer.headers.get("X-TAXII-Date-Added-Last") or since or ""

    def confirm(self, body: Joined, copy_id: UUID) -> None:
        """Let a body's tool, which has opened a copy, send the receipt code back."""
        with self.scene.hub.db.transaction() as session:
            answers = series_of(session, body.id).answers_id
            note = self._note(session, copy_id, at=self.scene.now)
        envelope = json.dumps({"objects": [note]})
        self._asked("POST", body, f"/priority/collections/{answers}/objects/", data=envelope)

    def _add(self, body: Joined) -> None:
        scene = self.scene
        name = NAMES[body.part.body.number // EVERY_SECOND % len(NAMES)]
        with scene.hub.db.transaction() as session:
            client, token = service.add_client(
                session, body.id, name, key=scene.hub.token_key, by=body.actor, now=scene.now
            )
            self._tokens[body.id] = (client.username, token)

    def _note(self, session: orm.Session, copy_id: UUID, *, at: datetime) -> dict[str, object]:
        release = session.get_one(Release, session.get_one(Copy, copy_id).release_id)
        matter = session.get_one(Advisory, release.advisory_id).matter
        report = stix_id(at_rest.secret_of(matter, vault=self.scene.vault), "report", "report")
        return receipt_note(code_for(copy_id, key=self.scene.hub.token_key), report=report, at=at)

    def _asked(self, method: str, body: Joined, path: str, *, data: str | None = None) -> TestResponse:
        config: Config = self.scene.hub.config
        answer = self._web.open(
            path,
            method=method,
            base_url=config.base_url,
            auth=self._tokens[body.id],
            headers={"Accept": MEDIA_TYPE},
            content_type=MEDIA_TYPE if data else None,
            data=data,
        )
        if answer.status_code not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
            raise DemoError(f"the tool of {body.part.body.name} was answered {answer.status_code}")
        return answer
