"""After a release IPA tells the finder, where there was a report: a task until the day is recorded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from feeds.advisories import finders, queries, service
from feeds.advisories.draft import written
from feeds.advisories.models import Advisory, FinderNotice
from hub.accounts.models import Account, Role
from hub.core.audit import Actor, Entry
from hub.core.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from hub.core.instance import Instance
from tests.support import advisories
from tests.support.advisories import NOW, TODAY, VAULT, Cast
from tests.support.browser import Browser

SignIn = Callable[[object], Browser]


@pytest.fixture
def cast(instance: Instance) -> Cast:
    with instance.db.transaction() as session:
        return advisories.make_cast(session)


def drafted(hub: Instance, cast: Cast, *, reported: bool | None) -> Advisory:
    with hub.db.transaction() as session:
        draft = replace(advisories.draft_for(advisories.make_body(session)), reported=reported)
        made = service.create_draft(session, draft, vault=VAULT, by=cast.writer, now=NOW)
        assert written(session, queries.latest_revision(session, made.id), vault=VAULT).reported is reported
        return made


def released(hub: Instance, cast: Cast, *, reported: bool | None) -> Advisory:
    made = drafted(hub, cast, reported=reported)
    with hub.db.transaction() as session:
        advisories.submit(session, made.id, by=cast.writer)
        advisories.consult(session, made, cast)
        advisories.release(session, made.id, by=cast.releaser)
    return made


def waiting(hub: Instance) -> list[Advisory]:
    with hub.db.reading() as session:
        return list(finders.waiting(session))


def record(hub: Instance, advisory: Advisory, day: date | None, by: Actor) -> None:
    with hub.db.transaction() as session:
        finders.record(session, advisory.id, day, by=by, now=NOW)


def test_only_what_was_released_and_may_have_come_from_a_report_waits(instance: Instance, cast: Cast) -> None:
    drafted(instance, cast, reported=True)
    released(instance, cast, reported=False)
    wanted = [released(instance, cast, reported=said) for said in (True, None)]
    assert {each.id for each in waiting(instance)} == {each.id for each in wanted}


@pytest.mark.parametrize("day", [TODAY, None])
def test_the_record_of_ipa_ends_it_once(instance: Instance, cast: Cast, day: date | None) -> None:
    advisory = released(instance, cast, reported=True)
    with pytest.raises(NotAllowedError):
        record(instance, advisory, day, cast.writer)
    for wrong in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(InputError):
            record(instance, advisory, wrong, cast.ipa)
    record(instance, advisory, day, cast.ipa)
    assert waiting(instance) == []
    with pytest.raises(ConflictError):
        record(instance, advisory, day, cast.ipa)
    with instance.db.reading() as session:
        [row] = session.scalars(sa.select(FinderNotice))
        [entry] = session.scalars(sa.select(Entry).where(Entry.action.startswith("finder.")))
    assert (row.told_on, row.recorded_by) == (day, cast.ipa.account_id)
    assert entry.details == ({"day": day.isoformat()} if day else {})
    with pytest.raises(NotFoundError):
        record(instance, released(instance, cast, reported=False), day, cast.ipa)


def test_a_reviewer_finds_the_task_and_records_the_day(
    instance: Instance, cast: Cast, client_as: SignIn
) -> None:
    advisory = released(instance, cast, reported=True)
    with instance.db.reading() as session:
        account = session.get_one(Account, cast.ipa.account_id)
    reviewer, page = client_as(account), f"/advisories/{advisory.id}/finder"
    assert "/advisories/finders" in reviewer.get("/").text
    assert page in reviewer.get("/advisories/finders").text
    assert reviewer.post_form(page, {"outcome": "told"}).status_code == 422
    assert reviewer.post_form(page, {}).status_code == 422
    answer = reviewer.post_form(page, {"outcome": "told", "told_on": f"{TODAY}"})
    assert answer.location == "/advisories/finders"
    assert "/advisories/finders" not in reviewer.get("/").text
    assert reviewer.get(page).status_code == 404
    staff = client_as(Role.COORDINATOR)
    assert "2026年11月20日" in staff.get(f"/advisories/{advisory.id}").text
    for role in (Role.COORDINATOR, Role.CONTACT, Role.AUDITOR):
        assert client_as(role).get("/advisories/finders").status_code == 403


def test_the_draft_says_it_and_no_notice_does(instance: Instance, cast: Cast, client_as: SignIn) -> None:
    advisory = drafted(instance, cast, reported=None)
    coordinator, page = client_as(Role.COORDINATOR), f"/advisories/{advisory.id}/edit"
    [chosen] = coordinator.soup(page).select("select[name=reported] option[selected]")
    assert chosen["value"] == ""
    said = {f"sector_text-{code}": "" for code in ("electricity", "gas", "water")}
    sent = said | {"version": "1", "title_ja": "題名", "tlp": "", "exploitation": "none"}
    assert coordinator.post_form(page, sent | {"reported": "perhaps"}).status_code == 422
    assert coordinator.post_form(page, sent).status_code == 303
    with instance.db.reading() as session:
        assert queries.latest_revision(session, advisory.id).reported is None
    sent |= {"version": "2", "reported": "yes"}
    assert coordinator.post_form(page, sent).status_code == 303
    with instance.db.reading() as session:
        revision = queries.latest_revision(session, advisory.id)
        assert revision.reported is True
        assert b"reported" not in revision.content
