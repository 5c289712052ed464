"""What was published: its parts as plain STIX objects, TLP:CLEAR, in the collection that all bodies read."""

import uuid
from collections.abc import Mapping
from datetime import datetime

import orjson

from feeds.advisories import notice as notices
from feeds.advisories import queries as advisories
from feeds.delivery.series import lifted_collection
from feeds.taxii import store
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.instance import Instance


def publish_lifted(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Store the published parts of a lifting; the job `release.lifted`. A second time adds nothing."""
    with hub.db.transaction() as session:
        release = advisories.release(session, uuid.UUID(values["release_id"]))
        bundle = notices.public_bundle(notices.notice_of(release, vault=hub.vault))
        objects = [orjson.dumps(each) for each in orjson.loads(bundle)["objects"]]
        store.add(session, lifted_collection(session), objects, now=now)
        audit.record(session, "release.lifted", by=THE_HUB, subject=release.id, now=now)
