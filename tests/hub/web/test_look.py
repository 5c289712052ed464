"""Every macro on one page, in a real browser, at a desk's and a telephone's width."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from flask import Flask, flash, render_template, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from markupsafe import Markup
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional

from hub.web.headers import install_headers
from hub.web.look import STATIC, WEB, install_look
from hub.web.state_words import STATES
from tests.support.chromium import chromium_running

AT = datetime(2026, 4, 1, 15, 30, tzinfo=UTC)
SECTORS = {"electricity": "電力", "water": "水道", "finance": "金融", "logistics": "物流・交通"}
NAVIGATION = [
    SimpleNamespace(text=text, href=f"#{place}", current=place == 0)
    for place, text in enumerate(["申請", "優先情報", "連絡窓口・構成事業者", "証明書", "秘密保持契約"])
]

PAGE = """
{% extends "base.html" %}{% import "ui.html" as ui with context %}
{% block title %}連絡窓口と書類の提出{% endblock %}
{% block before_content %}{{ ui.back("/") }}{% endblock %}
{% block content %}
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
{{ ui.error_summary(form) }}
<h1 class="govuk-heading-l">連絡窓口と書類の提出</h1>
{{ ui.steps(["団体の概要", "連絡窓口", "書類の提出", "受信環境", "確認・送信"], 1) }}
{{ ui.inset("公表前の情報を取り扱うため、24時間連絡のとれる窓口を2名以上登録してください。") }}
{% call ui.form(multipart=True) %}
{{ ui.field(form.organisation, hint="登記簿または規約に記載された名称を入力してください。") }}
{{ ui.field(form.email) }}{{ ui.field(form.tel, optional=True, width="20") }}
{{ ui.field(form.members, hint="構成事業者の数", width="4") }}{{ ui.field(form.password) }}
{{ ui.field(form.since) }}{{ ui.field(form.at) }}{{ ui.field(form.sector) }}{{ ui.field(form.main) }}
{{ ui.field(form.others, hint="該当するものをすべて選択してください。") }}
{{ ui.field(form.note, optional=True) }}{{ ui.field(form.plain) }}
{{ ui.field(form.agreement, hint="PDFファイル。10 MBまで。") }}{{ ui.field(form.papers) }}
{% for person in form.people %}{{ ui.field(person.form.name) }}{% endfor %}
{{ ui.field(form.agree) }}
{{ ui.button("保存して次へ進む") }}
{{ ui.button("下書きとして保存する", "secondary", name="act", value="draft") }}
{{ ui.button("申請を取り下げる", "warning") }}
{% endcall %}
{{ ui.details("書類の様式について", "規約、会員名簿及び情報管理規程を提出してください。") }}
{{ ui.warning("公表日より前に、この情報を組織の外に伝えてはなりません。") }}
{{ ui.panel("申請を受け付けました", "受付番号：AP-2026-0012") }}
</div></div>
<h2 class="govuk-heading-m">優先情報</h2>
{{ ui.summary([("管理番号", "PI-2026-7K3QX"), ("公表日", ui.day(day)), ("取扱い", ui.tlp("AMBER_STRICT")),
  ("連絡窓口", "情報 太郎（情報システム部 セキュリティ対策室）", "#", "変更する"), ("共通番号", None)]) }}
{{ ui.table("受信した優先情報", ["管理番号", "件名", "取扱い", "状態", "受信日時"], rows(ui)) }}
{{ ui.table("提出済みの書類", ["ファイル名", "状態"], [["<b>規約</b>.pdf", ui.state("in_review")]]) }}
<p class="govuk-body">{% for word in states %}{{ ui.state(word) }} {% endfor %}
{{ ui.tag("訓練", "orange") }}</p>
<p class="govuk-body">{% for tlp in ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"] %}
{{ ui.tlp(tlp) }} {% endfor %}</p>
<p class="govuk-body">{{ ui.moment(at) }} {{ ui.day(none) }}</p>
{{ ui.empty("受信した優先情報はまだありません。") }}
{% endblock %}
"""


class PersonForm(Form):
    """One of several people."""

    name = StringField("担当者の氏名", [InputRequired("担当者の氏名を入力してください。")])


class SampleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One field of every type."""

    organisation = StringField("組織の名称（正式名称）", [InputRequired(), Length(max=80)])
    email = EmailField(
        "連絡窓口のメールアドレス",
        [InputRequired("連絡窓口のメールアドレスを入力してください。"), Email("形式を確認してください。")],
    )
    tel = TelField("電話番号", [Optional()])
    members = IntegerField("構成事業者", [InputRequired("構成事業者の数を入力してください。")])
    password = PasswordField("パスワード", [InputRequired("パスワードを入力してください。")])
    since = DateField("設立日", [InputRequired("設立日を入力してください。")])
    at = DateTimeLocalField("公表日時（日本時間）", [Optional()])
    sector = SelectField("分野", choices={"": "選択してください", **SECTORS})
    main = RadioField("主たる分野", [InputRequired("主たる分野を選択してください。")], choices=SECTORS)
    others = SelectMultipleField("その他の分野", [InputRequired("分野を選択してください。")], choices=SECTORS)
    note = TextAreaField("補足事項", [Length(max=400)])
    plain = TextAreaField("会則の要点", [InputRequired("会則の要点を入力してください。")])
    agreement = FileField("署名済み秘密保持契約書", [InputRequired("契約書を選択してください。")])
    papers = MultipleFileField("添付書類")
    people = FieldList(FormField(PersonForm), min_entries=2)
    agree = BooleanField("TLP 2.0の取扱区分に従うことに同意します", [InputRequired("同意が必要です。")])


def rows(ui: object) -> list[list[object]]:
    """Return table rows that are wider than a telephone."""
    title = "産業用制御装置における認証不備の脆弱性について（第一報）"
    return [
        [
            Markup('<a class="govuk-link" href="#">PI-2026-7K3QX</a>'),
            title,
            ui.tlp("AMBER"),  # type: ignore[attr-defined]  # a template's module
            ui.state("released"),  # type: ignore[attr-defined]  # likewise
            ui.moment(AT),  # type: ignore[attr-defined]  # likewise
        ]
    ]


def sample() -> ResponseReturnValue:
    """Show the page; a POST shows it with its errors."""
    form = SampleForm()
    form.validate_on_submit()
    flash("下書きを保存しました。", "success")
    flash("証明書の有効期限まで残り14日です。", "error")
    return render_template_string(
        PAGE, form=form, rows=rows, states=sorted(STATES), at=AT, day=date(2026, 4, 8), navigation=NAVIGATION
    )


def sample_app() -> Flask:
    """Return an application of one page, with the hub's own headers."""
    app = Flask("hub", static_folder=str(STATIC), template_folder=None)
    app.config.update(SECRET_KEY="s" * 32, BABEL_TRANSLATION_DIRECTORIES=str(WEB.parent / "translations"))
    Babel(app, locale_selector=lambda: request.args.get("language", "ja"))
    CSRFProtect(app)
    install_headers(app, https=False)
    install_look(app)
    app.context_processor(_frame)
    app.add_url_rule("/", "sample", sample, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", "login.sign_out", sample, methods=["POST"])
    app.add_url_rule(
        "/error/<int:status>",
        "error",
        lambda status: render_template("errors/error.html", status=status, id="4f1c09aa12de"),
    )
    return app


def _frame() -> dict[str, object]:
    language = request.args.get("language", "ja")
    return {
        "language": language,
        "other_language": SimpleNamespace(text="English", href="?language=en", lang="en"),
        "current_user": SimpleNamespace(name="情報 太郎", is_authenticated=True),
        "operator": "独立行政法人情報処理推進機構・JPCERT/CC",
        "footer_links": [
            SimpleNamespace(text="使い方", href="#"),
            SimpleNamespace(text="セキュリティ", href="#"),
        ],
    }


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    subprocess.run([sys.executable, WEB / "assets/build.py"], check=True)
    server = make_server("127.0.0.1", 0, sample_app(), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture(params=[1200, 390], ids=["desk", "telephone"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    tab = chromium.new_page(viewport={"width": request.param, "height": 900}, locale="ja-JP")
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    tab.close()
    assert complaints == []


def barriers(page: Page) -> list[str]:
    """Return what axe finds wrong."""
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in Axe().run(page).response["violations"]
        for node in found["nodes"]
    ]


def overflows(page: Page) -> bool:
    """Tell whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.parametrize("path", ["/", "/?language=en", "/error/404", "/error/500"])
def test_a_page_has_no_barriers_and_never_scrolls_sideways(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    assert barriers(page) == []
    assert not overflows(page)


@pytest.mark.browser
@pytest.mark.soak
def test_errors_are_announced_linked_and_beside_their_fields(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("組織の名称").fill("一般社団法人 日本水道ISAC")
    page.get_by_role("button", name="保存して次へ進む").click()
    assert page.locator(".govuk-error-summary").evaluate("e => e === document.activeElement")
    for link in page.locator(".govuk-error-summary a").all():
        link.click()
        target = (link.get_attribute("href") or "").removeprefix("#")
        assert page.evaluate("document.activeElement.id").startswith(target)
    assert page.get_by_label("組織の名称").input_value() == "一般社団法人 日本水道ISAC"
    assert barriers(page) == []
    assert not overflows(page)


@pytest.mark.browser
@pytest.mark.soak
def test_the_keyboard_reaches_the_skip_link_first_and_sees_where_it_is(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#main-content"
    page.get_by_label("組織の名称").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "4px"


def test_what_people_type_and_store_is_never_markup() -> None:
    answer = sample_app().test_client().get("/").get_data(as_text=True)
    assert "<b>規約</b>" not in answer
    assert "&lt;b&gt;規約&lt;/b&gt;.pdf" in answer


def test_every_problem_is_told_once_in_the_summary_and_once_beside_its_field() -> None:
    client = sample_app().test_client()
    form = BeautifulSoup(client.get("/").data, "html.parser")
    token = form.select_one("main input[name=csrf_token]")
    assert token is not None
    page = BeautifulSoup(client.post("/", data={"csrf_token": token["value"]}).data, "html.parser")
    links = page.select(".govuk-error-summary a")
    assert len(links) == len(page.select("p.govuk-error-message"))
    assert {str(link["href"]) for link in links} >= {
        "#main-0",
        "#others-0",
        "#people-0-name",
        "#people-1-name",
    }
    assert all(page.find(id=str(link["href"])[1:]) for link in links)
    assert page.title is not None
    assert page.title.text.startswith(("Error: ", "エラー"))


def test_an_instant_stands_in_japanese_time_with_utc_beneath() -> None:
    page = BeautifulSoup(sample_app().test_client().get("/").data, "html.parser")
    time = page.select_one("time.hub-moment")
    assert time is not None
    assert time["datetime"] == "2026-04-01T15:30:00Z"
    assert time.text == "2026年4月2日（木）00:30 JST2026-04-01 15:30 UTC"


def test_every_state_of_every_life_cycle_has_a_word_and_a_colour() -> None:
    root = WEB.parents[1]
    modules = [
        ".".join(path.relative_to(root).with_suffix("").parts)
        for package in ("hub", "keys", "sectors", "nda", "feeds")
        for path in sorted((root / package).rglob("states.py"))
    ]
    states = {str(state) for name in modules for state in vars(import_module(name)).get("State", [])}
    assert {state.replace("_", "-") for state in states} <= set(STATES)


def test_nothing_built_carries_fonts_or_emblems_of_others() -> None:
    subprocess.run([sys.executable, WEB / "assets/build.py"], check=True)
    built = "".join(path.read_text() for path in Path(STATIC).glob("*.css"))
    assert "url(" not in built
    assert "@font-face" not in built
    assert "GDS Transport" not in built
