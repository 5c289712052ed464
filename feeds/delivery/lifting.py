"""What was published: its parts as plain STIX objects, TLP:CLEAR, in the collection that all bodies read."""

import uuid
from collections.abc import Mapping
from datetime import datetime

import orjson

from feeds.advisories import notice as notices
from feeds.advisories import queries as advisories
from feeds.delivery.promising import vouched_or_told
from feeds.delivery.series import lifted_collection
from feeds.formats.content import Kind
from feeds.taxii import store
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.instance import Instance


def publish_lifted(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Store the published parts of a lifting; the job `release.lifted`. A second time adds nothing."""
    with hub.db.transaction() as session:
        release = advisories.release(session, uuid.UUID(values["release_id"]))
        believed = vouched_or_told(session, release, "release.lifted", hub=hub, now=now)
        if believed is None or believed.notice.kind is not Kind.LIFTED:
            return  # a row cannot turn another notice into a public one
        bundle = notices.public_bundle(believed.notice)
        objects = [orjson.dumps(each) for each in orjson.loads(bundle)["objects"]]
        store.add(session, lifted_collection(session), objects, now=now)
        audit.record(session, "release.lifted", by=THE_HUB, subject=release.id, now=now)
