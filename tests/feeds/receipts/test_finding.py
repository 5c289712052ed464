"""A body finds its notices, and nothing that it may not read now."""

from collections.abc import Callable

from bs4 import BeautifulSoup

from feeds.advisories.models import Release
from feeds.receipts import service
from feeds.receipts.states import Choice
from hub.core.audit import Actor
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.bodies.models import Body
from tests.support.advisories import CANARY, NOW, VAULT
from tests.support.browser import Browser
from tests.support.delivery import World

Enter = Callable[[object], Browser]


def finds(browser: Browser, **wanted: str) -> str:
    answer = browser.post_form("/notices", wanted)
    assert answer.status_code == 200
    main = BeautifulSoup(answer.data, "html.parser").select_one("main")
    assert main
    return main.get_text(" ", strip=True)


def test_a_body_finds_its_notice_by_number_words_state_kind_and_day(
    world: World, arrived: Release, client_as: Enter
) -> None:
    browser, number = client_as(world.account()), world.tracking_id(arrived)
    for wanted in (
        {"number": number.lower()},
        {"number": "cve-2026-10001"},
        {"words": "認証回避 controller example"},
        {"state": "not-answered"},
        {"kind": "new", "since": "2026-11-20", "until": "2026-11-20"},
    ):
        assert f"{number} r1" in finds(browser, **wanted), wanted
    for wanted in (
        {"number": "CVE-2026-10002"},
        {"state": "responded"},
        {"kind": "update"},
        {"since": "2026-11-21"},
        {"words": CANARY},
    ):
        shown = finds(browser, **wanted)
        assert number not in shown, wanted
        assert "検索条件に該当するものはありません。" in shown
    by = Actor(account_id=world.account().id)
    with world.hub.db.transaction() as session:
        service.answer(session, arrived.id, world.power.id, Choice.RECEIVED, vault=VAULT, by=by, now=NOW)
    assert number in finds(browser, state="responded")


def test_texts_of_sectors_never_match(world: World, gas: Body, client_as: Enter) -> None:
    release = world.release(world.power, gas)
    world.seal()
    for body, own, other in ((world.power, "変電所", "導管"), (gas, "導管", "変電所")):
        browser = client_as(world.account(body))
        for words in (own, other):
            assert world.tracking_id(release) not in finds(browser, words=words)
        assert world.tracking_id(release) in finds(browser, words="認証回避")


def test_what_a_body_may_not_read_now_is_not_found(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    number = world.tracking_id(arrived)
    other = client_as(world.account(gas))
    for wanted in ({"number": number}, {"number": "CVE-2026-10001"}, {"words": "認証回避"}, {"words": ""}):
        assert number not in finds(other, **wanted)
    with world.hub.db.transaction() as session:
        [found] = agreements.agreements_of(session, world.power.organisation_id)
        found.state = AgreementState.TERMINATED
    browser = client_as(world.account())
    for wanted in ({"number": number}, {"words": "認証回避"}):
        assert number not in finds(browser, **wanted)
