"""Dead letters: seen by those who can mend their cause, without a word of what they are about."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.accounts.models import Role
from hub.core import outbox
from hub.core.audit import Entry
from hub.core.instance import Instance
from hub.home.job_words import KINDS
from hub.worker import HANDLERS
from tests.support.browser import Browser

Enter = Callable[[object], Browser]
TO = "kingfisher@power.example.jp"


def dead(instance: Instance, kind: str = "letter", problem: str = "MailRefusedError") -> uuid.UUID:
    now = instance.clock()
    with instance.db.transaction() as session:
        outbox.promise(session, kind, now=now, to=TO, path="/notices/PI-2026-7K3QX")
        job = outbox.claim(session, worker="test", now=now)
        assert job
        outbox.failed(session, job.id, problem=problem, now=now, final=True)
        return job.id


def left(instance: Instance) -> list[str]:
    with instance.db.reading() as session:
        return [each.kind for each in outbox.dead_letters(session)]


def test_every_kind_of_promise_has_its_words() -> None:
    assert set(HANDLERS) - set(KINDS) == set()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_a_dead_letter_is_a_task_and_tells_no_recipient_and_no_content(
    instance: Instance, client_as: Enter, role: Role
) -> None:
    browser = client_as(role)
    assert "処理を断念した作業" not in browser.soup("/").select_one("main").get_text()  # type: ignore[union-attr]  # every page has one
    assert "断念した作業はありません。" in browser.get("/outbox").text
    dead(instance)
    assert "処理を断念した作業" in browser.soup("/").select_one("main").get_text()  # type: ignore[union-attr]  # likewise
    page = browser.get("/outbox").text
    for word in ("お知らせのメール", "メールサーバーが受け取りを拒否した", "再試行する"):
        assert word in page
    for word in (TO, "kingfisher", "PI-2026-7K3QX", "/notices/"):
        assert word not in page


def test_one_is_tried_again_after_a_question(instance: Instance, client_as: Enter) -> None:
    one = dead(instance)
    dead(instance)
    browser, page = client_as(Role.ADMINISTRATOR), f"/outbox/jobs/{one}/again"
    assert browser.get(page).status_code == 200
    assert left(instance) == ["letter", "letter"]  # asking changes nothing
    assert browser.post_form(page, {}, page=page).location == "/outbox"
    assert left(instance) == ["letter"]
    with instance.db.reading() as session:
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "outbox.again"))
    assert (entry.subject_id, entry.details) == (one, {"kind": "letter", "count": "1"})
    assert entry.account_id is not None
    assert browser.get(page).status_code == 404  # it is none any more


def test_all_of_a_kind_are_tried_again_and_no_others(instance: Instance, client_as: Enter) -> None:
    for kind in ("letter", "mail.seal", "letter"):
        dead(instance, kind, "WorkerDied")
    browser, page = client_as(Role.COORDINATOR), "/outbox/kinds/letter/again"
    assert browser.post_form(page, {}, page=page).status_code == 303
    assert left(instance) == ["mail.seal"]
    for path in ("/outbox/kinds/nothing/again", f"/outbox/jobs/{uuid.uuid4()}/again"):
        assert browser.get(path).status_code == 404
