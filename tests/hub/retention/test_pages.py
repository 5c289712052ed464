"""The page of what is destroyed soon: who may hold it, and what each may know of it."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory
from hub.accounts.models import Role
from hub.core.instance import Instance
from hub.core.periods import Periods
from hub.retention import service
from hub.retention.models import Destruction, Kind
from hub.retention.states import State
from tests.conftest import HandedIn
from tests.support.browser import Browser
from tests.support.retention import stale_draft, withdrawn_document

As = Callable[..., Browser]


def announced(instance: Instance, clock: HandedIn) -> str:
    """Announce a draft and a document; return the draft's tracking ID."""
    with instance.db.transaction() as session:
        stale_draft(session)
        withdrawn_document(session, instance)
        service.announce(session, keep=Periods(), now=clock.now + timedelta(days=1826 - 20))
        return session.scalars(sa.select(Advisory)).one().matter.tracking_id


def row_of(session: orm.Session, kind: Kind) -> Destruction:
    return session.scalars(sa.select(Destruction).where(Destruction.kind == kind)).first() or Destruction()


def test_a_coordinator_holds_a_draft_with_a_reason_and_lets_it_go(
    instance: Instance, client_as: As, clock: HandedIn
) -> None:
    tracking_id = announced(instance, clock)
    coordinator = client_as(Role.COORDINATOR)
    assert tracking_id in coordinator.get("/retention").get_data(as_text=True)
    with instance.db.reading() as session:
        path = f"/retention/{row_of(session, Kind.DRAFTS).id}"
    assert coordinator.post_form(f"{path}/hold", {"reason": ""}).status_code == 422
    assert coordinator.post_form(f"{path}/hold", {"reason": "<b>調査中</b>"}).status_code == 303
    page = coordinator.get("/retention").get_data(as_text=True)
    assert "&lt;b&gt;調査中" in page
    assert coordinator.post_form(f"{path}/hold", {"reason": "again"}).status_code == 409
    assert coordinator.post_form(f"{path}/let-go").status_code == 303
    with instance.db.reading() as session:
        row = row_of(session, Kind.DRAFTS)
        assert (row.state, row.held_by) == (State.COMING, None)


def test_who_may_not_read_advisories_sees_ids_alone(
    instance: Instance, client_as: As, clock: HandedIn
) -> None:
    tracking_id = announced(instance, clock)
    for role, file_seen in ((Role.ADMINISTRATOR, False), (Role.REVIEWER, True), (Role.AUDITOR, False)):
        page = client_as(role).get("/retention").get_data(as_text=True)
        assert tracking_id not in page
        assert (".pdf" in page) is file_seen


def test_an_auditor_reads_the_list_and_holds_nothing_and_a_contact_sees_none(
    instance: Instance, client_as: As, clock: HandedIn
) -> None:
    announced(instance, clock)
    with instance.db.reading() as session:
        path = f"/retention/{row_of(session, Kind.DRAFTS).id}/hold"
    assert client_as(Role.AUDITOR).get(path).status_code == 403
    assert client_as(Role.CONTACT).get("/retention").status_code == 403
