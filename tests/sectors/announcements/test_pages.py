from collections.abc import Callable

import sqlalchemy as sa

from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.core.instance import Instance
from tests.support.browser import Browser

Clients = Callable[..., Browser]
TOLD = {
    "industry_body": "電気事業の団体",
    "sector": "electricity",
    "addressee": "技術部",
    "means": "meeting",
    "announced_on": "2026-11-20",
    "note": "資料を配布した\n質問は 2 件",
}


def test_ipa_records_to_whom_and_when_the_scheme_was_announced(
    instance: Instance, reviewer: Account, coordinator: Account, client_as: Clients
) -> None:
    page = client_as(reviewer)
    assert page.post_form("/announcements/new", TOLD).status_code == 303
    assert page.post_form("/announcements/new", TOLD | {"sector": "", "note": ""}).status_code == 303
    listed = client_as(coordinator).get("/announcements").text
    for said in ("電気事業の団体", "電力", "技術部", "2026年11月20日", "質問は 2 件", "複数の分野"):
        assert said in listed, said
    with instance.db.reading() as session:
        entries = session.scalars(sa.select(Entry).where(Entry.action == "announcement.recorded")).all()
        assert [each.account_id for each in entries] == [reviewer.id] * 2


def test_what_is_still_to_come_or_half_told_is_not_recorded(reviewer: Account, client_as: Clients) -> None:
    page = client_as(reviewer)
    tomorrow = page.post_form("/announcements/new", TOLD | {"announced_on": "2026-11-21"})
    assert tomorrow.status_code == 422
    assert 'href="#announced_on"' in tomorrow.text
    empty = page.post_form("/announcements/new", {})
    for field in ("industry_body", "means-0", "announced_on"):
        assert f'href="#{field}"' in empty.text
    assert "電気事業の団体" not in page.get("/announcements").text


def test_only_ipa_records(coordinator: Account, client_as: Clients) -> None:
    assert client_as(coordinator).get("/announcements/new").status_code == 403
    assert client_as(Role.APPLICANT).get("/announcements").status_code == 403
