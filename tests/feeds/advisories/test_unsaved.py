"""What is typed on a draft's form and not saved: kept sealed for one person, offered again, gone in time."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feeds.advisories import queries, unsaved
from feeds.advisories.models import Advisory, UnsavedDraft
from hub.accounts.models import Role
from hub.core.instance import Instance
from hub.core.outbox import Job
from sectors.bodies.models import Body
from tests.conftest import HandedIn
from tests.feeds.advisories.test_views import SignIn, account, filled, token
from tests.support import advisories
from tests.support.advisories import Cast
from tests.support.browser import Browser

WORD = "kingfisher-typed-8842"
OFFERED = "入力されたまま保存されていない内容があります"


@pytest.fixture
def power(instance: Instance) -> Body:
    with instance.db.transaction() as session:
        return advisories.make_body(session)


@pytest.fixture
def cast(instance: Instance) -> Cast:
    with instance.db.transaction() as session:
        return advisories.make_cast(session)


@pytest.fixture
def draft(instance: Instance, cast: Cast, power: Body) -> Advisory:
    with instance.db.transaction() as session:
        return advisories.make_draft(session, cast, power)


def typed(power: Body) -> dict[str, Any]:
    return filled(power) | {"version": "1", "summary_ja": WORD, "products": "only-a-vendor", "tlp": "RED"}


def send(browser: Browser, page: str, path: str, data: dict[str, Any]) -> Any:  # noqa: ANN401 - werkzeug's own
    return browser.client.post(path, data=data | token(browser, page))


def rows(instance: Instance) -> list[UnsavedDraft]:
    with instance.db.reading() as session:
        return list(session.scalars(sa.select(UnsavedDraft)))


def test_what_was_typed_is_offered_again_restored_and_gone_once_it_is_saved(
    instance: Instance, client_as: SignIn, cast: Cast, draft: Advisory, power: Body
) -> None:
    writer = client_as(account(instance, cast.writer.account_id))
    page = f"/advisories/{draft.id}"
    edit = f"{page}/edit"
    answer = send(writer, edit, f"{page}/unsaved", typed(power))
    assert answer.status_code == 200
    assert "10:00:00（日本時間）" in answer.text
    shown = writer.get(edit).text
    assert OFFERED in shown
    assert "10:00 JST" in shown
    assert WORD not in shown
    assert "data-autosave=" not in shown  # or what is kept would be replaced before it is decided on
    assert "data-autosave=" in writer.get(f"{edit}?restore=1").text
    restored = writer.get(f"{edit}?restore=1").text
    for kept in (WORD, "only-a-vendor", 'value="RED" selected', "まだ保存されていません"):
        assert kept in restored.replace('selected value="RED"', 'value="RED" selected')
    assert len(rows(instance)) == 1
    with instance.db.reading() as session:
        assert queries.latest_revision(session, draft.id).version == 1
    assert writer.post_form(f"{edit}?restore=1", typed(power) | {"products": ""}).status_code == 303
    assert rows(instance) == []
    assert OFFERED not in writer.get(edit).text


def test_a_new_advisory_is_kept_too_and_one_row_is_replaced(
    instance: Instance, client_as: SignIn, power: Body
) -> None:
    writer = client_as(Role.COORDINATOR)
    for word in ("first", "second"):
        sent = typed(power) | {"summary_ja": word}
        assert send(writer, "/advisories/new", "/advisories/new/unsaved", sent).status_code == 200
    (row,) = rows(instance)
    assert row.about == unsaved.NEW
    assert "second" in writer.get("/advisories/new?restore=1").text
    assert writer.post_form("/advisories/new", filled(power)).status_code == 303
    assert rows(instance) == []


def test_nobody_else_ever_sees_it_and_it_lies_sealed(
    instance: Instance, client_as: SignIn, cast: Cast, draft: Advisory, power: Body
) -> None:
    page = f"/advisories/{draft.id}"
    writer = client_as(account(instance, cast.writer.account_id))
    send(writer, f"{page}/edit", f"{page}/unsaved", typed(power))
    assert WORD.encode() not in rows(instance)[0].typed
    other = client_as(account(instance, cast.releaser.account_id))
    assert OFFERED not in other.get(f"{page}/edit").text
    assert WORD not in other.get(f"{page}/edit?restore=1").text
    assert send(other, f"{page}/edit", f"{page}/unsaved/discard", {}).status_code == 303
    assert len(rows(instance)) == 1
    for role in (Role.REVIEWER, Role.CONTACT, Role.ADMINISTRATOR):
        stranger = client_as(role)
        assert send(stranger, "/account", f"{page}/unsaved", typed(power)).status_code == 403
    nobody = Browser(writer.client.application)
    assert nobody.get(f"{page}/edit?restore=1").status_code == 303
    assert nobody.client.post(f"{page}/unsaved", data=typed(power)).status_code in {303, 400}
    assert len(rows(instance)) == 1


def test_it_is_discarded_by_its_writer(
    instance: Instance, client_as: SignIn, cast: Cast, draft: Advisory, power: Body
) -> None:
    page = f"/advisories/{draft.id}"
    writer = client_as(account(instance, cast.writer.account_id))
    send(writer, f"{page}/edit", f"{page}/unsaved", typed(power))
    assert send(writer, f"{page}/edit", f"{page}/unsaved/discard", {}).location == f"{page}/edit"
    assert rows(instance) == []


def test_who_saved_meanwhile_is_not_overwritten_by_what_is_restored(
    instance: Instance, client_as: SignIn, cast: Cast, draft: Advisory, power: Body
) -> None:
    page = f"/advisories/{draft.id}"
    writer = client_as(account(instance, cast.writer.account_id))
    send(writer, f"{page}/edit", f"{page}/unsaved", typed(power))
    other = client_as(account(instance, cast.releaser.account_id))
    assert other.post_form(f"{page}/edit", filled(power) | {"version": "1"}).status_code == 303
    assert "その後、下書きが別に保存されています" in writer.get(f"{page}/edit").text
    form = writer.soup(f"{page}/edit?restore=1").select_one("input[name=version]")
    assert form is not None
    assert form["value"] == "1"


def test_it_is_gone_after_seven_days_for_people_and_after_the_night_for_good(  # noqa: PLR0917
    instance: Instance, client_as: SignIn, cast: Cast, draft: Advisory, power: Body, clock: HandedIn
) -> None:
    page = f"/advisories/{draft.id}"
    writer = client_as(account(instance, cast.writer.account_id))
    send(writer, f"{page}/edit", f"{page}/unsaved", typed(power))
    unsaved.sweep(instance, {}, clock.now + timedelta(days=6))
    assert len(rows(instance)) == 1
    clock.now += timedelta(days=7)
    again = client_as(account(instance, cast.writer.account_id))
    assert OFFERED not in again.get(f"{page}/edit").text
    unsaved.sweep(instance, {}, clock.now)
    assert rows(instance) == []
    with instance.db.reading() as session:
        assert session.scalars(sa.select(Job).where(Job.kind == unsaved.NIGHT)).all()


def test_too_much_too_often_or_of_no_draft_is_refused(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        submitted = advisories.make_submitted(session, cast, power)
    writer = client_as(account(instance, cast.writer.account_id))
    new = "/advisories/new"
    large = typed(power) | {"summary_ja": "x" * unsaved.LARGEST}
    assert send(writer, new, f"{new}/unsaved", large).status_code == 422
    assert send(writer, new, f"/advisories/{submitted.id}/unsaved", typed(power)).status_code == 409
    assert send(writer, new, f"/advisories/{uuid.uuid4()}/unsaved", typed(power)).status_code == 404
    assert rows(instance) == []
    sent = typed(power) | token(writer, new)
    codes = [writer.client.post(f"{new}/unsaved", data=sent).status_code for _ in range(12)]
    assert codes[-1] == 429
    assert len(rows(instance)) == 1
