"""Who keeps and who reads a product list, and where it is a hint."""

import io
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from feeds.advisories.models import Advisory
from feeds.products.models import ProductList
from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.core.instance import Instance
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from tests.support import advisories
from tests.support.browser import Browser

Enter = Callable[[object], Browser]
LIST = "Example,Controller\nDunlin Works,Gateway 9 dunlin-3316\n"


@pytest.fixture
def power(instance: Instance) -> Body:
    with instance.db.transaction() as session:
        return advisories.make_body(session)


@pytest.fixture
def contact(instance: Instance, power: Body) -> Account:
    with instance.db.reading() as session:
        account = bodies.contacts(session, power.id)[0].account
        assert account
        return account


def text(answer: TestResponse) -> str:
    return BeautifulSoup(answer.data, "html.parser").get_text(" ", strip=True)


def area(browser: Browser) -> str:
    found = browser.soup("/products").select_one("textarea[name=products]")
    assert found
    return found.get_text().strip().replace("\r\n", "\n")


def save(browser: Browser, products: str, version: str = "0") -> TestResponse:
    return browser.post_form("/products", {"products": products, "version": version})


def upload(browser: Browser, file: bytes, how: str = "add") -> TestResponse:
    sent = {"file": (io.BytesIO(file), "products.csv"), "how": how}
    return browser.post_form("/products/upload", sent, page="/products")


def test_a_list_is_typed_kept_sealed_and_read_by_the_body_and_coordinators_only(
    instance: Instance, power: Body, contact: Account, client_as: Enter
) -> None:
    browser = client_as(contact)
    assert "登録されている製品はありません。" in text(browser.get("/products"))
    assert save(browser, LIST).status_code == 303
    assert area(browser) == LIST.strip("\n")
    with instance.db.transaction() as session:
        [row] = session.scalars(sa.select(ProductList))
        assert b"unlin" not in row.products
        details = [str(each.details) for each in session.scalars(sa.select(Entry))]
        other = advisories.make_body(session, name="別の組織")
        stranger = bodies.contacts(session, other.id)[0].account
    assert all("unlin" not in each for each in details)
    staff = client_as(Role.COORDINATOR)
    assert "dunlin-3316" in text(staff.get(f"/products/of/{power.id}"))
    assert staff.get(f"/products/of/{uuid.uuid4()}").status_code == 404
    assert "dunlin-3316" not in client_as(stranger).get("/products").text
    for who in (contact, stranger, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert client_as(who).get(f"/products/of/{power.id}").status_code == 403
    for role in (Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR):
        assert client_as(role).get("/products").status_code == 403


def test_a_wrong_line_is_named_and_nothing_is_taken_and_nothing_lost(
    contact: Account, client_as: Enter
) -> None:
    browser = client_as(contact)
    wrong = "Example,Controller\nDunlin Works,\nx,y,z\n"
    for answer in (save(browser, wrong), upload(browser, wrong.encode("cp932"))):
        assert answer.status_code == 422
        for sentence in ("2行目、製品：入力がありません", "3行目、CPE：CPE 2.3又は2.2の形式ではありません"):
            assert sentence in text(answer)
    typed = BeautifulSoup(save(browser, wrong).data, "html.parser").select_one("textarea[name=products]")
    assert typed
    assert typed.get_text().strip() == wrong.strip()
    assert area(browser) == ""
    assert upload(browser, b"\xff\xfe\x00\x01").status_code == 422


def test_a_file_adds_what_is_new_or_replaces_the_list(contact: Account, client_as: Enter) -> None:
    browser = client_as(contact)
    save(browser, LIST)
    added = upload(browser, "Vendor,Product,CPE\nexample inc.,CONTROLLER\n横河,記録計\n".encode("cp932"))
    assert added.status_code == 303
    assert "1件の製品を取り込みました。" in text(browser.get("/products"))
    assert area(browser) == f"{LIST}横河,記録計"
    upload(browser, "横河,記録計".encode(), "replace")
    assert area(browser) == "横河,記録計"
    template = browser.get("/products/template.csv")
    assert template.data.decode("utf-8") == "\ufeff開発者,製品,CPE\r\n"
    assert upload(browser, template.data).status_code == 303


def test_of_two_who_write_at_once_the_second_is_told_and_keeps_the_text(
    contact: Account, client_as: Enter
) -> None:
    browser = client_as(contact)
    save(browser, LIST)
    late = save(browser, "Late,Product")
    assert late.status_code == 422
    assert "他の担当者が先に一覧を保存しました" in text(late)
    assert "Late,Product" in late.text
    assert "Late" not in area(browser)
    for version in ("x", "", "-1", "9" * 30):
        assert save(browser, "Late,Product", version).status_code == 422


def test_a_drafts_page_hints_at_the_bodies_that_listed_its_products_and_ticks_nothing(
    instance: Instance, power: Body, contact: Account, client_as: Enter
) -> None:
    save(client_as(contact), '"EXAMPLE Co., Ltd.",controller\nDunlin Works,Gateway 9 dunlin-3316')
    with instance.db.transaction() as session:
        cast = advisories.make_cast(session)
        gas = advisories.make_body(session, advisories.Readiness(sectors=("gas",)), name="ガス協議会")
        draft: Advisory = advisories.make_draft(session, cast, gas)
    page = client_as(Role.COORDINATOR).soup(f"/advisories/{draft.id}/edit")
    [hint] = [each for each in page.select(".govuk-inset-text") if "参考：" in each.get_text()]
    assert "電力ISAC: EXAMPLE Co., Ltd. controller" in hint.get_text()
    for word in ("ガス協議会", "dunlin"):
        assert word not in hint.get_text()
    ticked = {str(each["value"]) for each in page.select("input[name=bodies][checked]")}
    assert ticked == {str(gas.id)}
    assert power.id != gas.id
