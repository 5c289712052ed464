"""The explanatory pack: its texts, what it says of a body, with which notice it goes, who has read it."""

import hashlib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from feeds.delivery import packing
from feeds.delivery.series import series_of
from feeds.pack import paper, queries, service, texts
from feeds.pack.texts import CURRENT, LANGUAGES, VERSIONS, blocks
from hub.accounts.models import Role
from hub.core.errors import ConfigurationError, ConflictError
from keys.fingerprints import grouped
from keys.sealing import open_sealed
from nda import texts as agreement_texts
from tests.feeds.delivery.test_mails import armour
from tests.keys.workshop import GPG, Holder
from tests.support.advisories import acting
from tests.support.browser import Browser
from tests.support.delivery import World, add_contact

Enter = Callable[[object], Browser]
PDF_NAME = f"explanatory-{CURRENT}.pdf"
HANDED_OUT = {  # SHA-256 of every text that some organisation may have in its hands
    "pack-1.en.md": "4a0eb17f97f7337faa9295f3659711a0d0e07bbdf465b65a4e318a6d96514600",
    "pack-1.ja.md": "067864b6f2dde43f4014373a478db48f11badad64959ba9bac0e6c24e87669d6",
    "sample-1.en.md": "b2d2f76aeeef32df30e4189b8d4ffbef4b0bee1fd125aff80336f77da83fa5aa",
    "sample-1.ja.md": "4ee0000f33ca7a1844509dc6dbbde95a81b2f7d27fc5d31e6130a9712d2f0592",
    "sample-2.en.md": "9a9100e0c10e04f8c7fe372b4861ffa7c92940f6d2e4be7cb14828b7527a5123",
    "sample-2.ja.md": "177b902f9f51c6df351d8366165b623b91181e8543cf60e5c8b129dcb682805e",
}


def files(world: World, raw: bytes, holder: Holder | None = None) -> dict[str, bytes]:
    """Return the files inside of a mail that its recipient opens."""
    home = (holder or world.seat.power).shop.home
    plain = open_sealed(armour(raw), home=home, gpg=GPG, pinned_fingerprint=world.seat.pin)
    parts = message_from_bytes(plain, policy=policy.default).iter_attachments()
    return {str(each.get_filename()): bytes(each.get_payload(decode=True)) for each in parts}


def test_a_text_that_was_handed_out_is_never_edited() -> None:
    folders = (Path(texts.__file__).parent, Path(agreement_texts.__file__).parent)
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for each in folders
        for file in each.glob("*.md")
    }
    assert found == HANDED_OUT


@pytest.mark.parametrize("version", VERSIONS)
def test_both_languages_tell_the_same_in_the_same_order(version: str) -> None:
    japanese, english = (blocks(version, each) for each in LANGUAGES)
    shape = [(each.level, each.point) for each in japanese]
    assert shape == [(each.level, each.point) for each in english]
    assert shape.count((2, False)) == 8


def test_the_pack_tells_of_the_body_what_is_needed_and_no_other_body_changes_it(world: World) -> None:
    gas = world.add("ガス協議会", world.seat.gas)
    with world.hub.db.transaction() as session:
        own = packing.details_of(session, world.power, config=world.hub.config)
        other = packing.details_of(session, gas, config=world.hub.config)
        sealed = series_of(session, world.power.id).sealed_id
        members = packing.details_for_members(session, world.power, config=world.hub.config)
    told = "\n".join(value for _label, value in own.rows("ja"))
    for word in (
        world.power.name_ja,
        world.contact().email,
        str(sealed),
        grouped(world.seat.pin),
        "[PRIORITY]",
    ):
        assert word in told
    assert str(sealed) not in "\n".join(value for _label, value in (*other.rows("ja"), *members.rows("ja")))
    assert paper.printed(CURRENT, own) == paper.printed(CURRENT, own)
    assert paper.printed(CURRENT, own) != paper.printed(CURRENT, other)


def test_the_first_notice_to_a_contact_brings_the_pack_and_the_next_does_not(world: World) -> None:
    first = world.release()
    world.work()
    world.revise(first)
    world.work()
    opened = [files(world, raw) for raw in world.notices()]
    with_pack = [each for each in opened if PDF_NAME in each]
    assert [PDF_NAME in each for each in opened].count(True) == 1
    assert with_pack[0][PDF_NAME].startswith(b"%PDF-")
    with world.hub.db.transaction() as session:
        deputy = add_contact(session, world.power, world.seat.power)
    world.release()
    world.work()
    [raw] = [each for each in world.seat.mails_to(deputy.email) if b"multipart/encrypted" in each]
    assert PDF_NAME in files(world, raw)
    assert sum(PDF_NAME in files(world, raw) for raw in world.notices()) == 1


def test_the_pack_stands_in_no_stix_and_no_csaf(world: World) -> None:
    release = world.release()
    world.work()
    [raw] = world.notices()
    inside = files(world, raw)
    with world.hub.db.reading() as session:
        session.add(release)
    assert hashlib.sha256(inside[f"{world.tracking_id(release)}-r1.stix.json"]).hexdigest() == release.sha256
    [manifest] = world.manifests()
    assert "pack" not in str(manifest)


def test_a_mail_that_was_refused_does_not_count_as_having_brought_it(world: World) -> None:
    email = world.contact().email
    world.seat.post.refused.add(email)
    world.release()
    world.work()
    world.seat.post.refused.clear()
    with world.hub.db.reading() as session:
        assert not queries.was_sent(session, world.contact().id)


def test_where_it_cannot_be_printed_the_notice_leaves_without_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_told: object) -> bytes:
        raise ConfigurationError("no font")

    monkeypatch.setattr(paper, "printed", refuses)
    world.release()
    assert world.work() == 0
    [raw] = world.notices()
    assert PDF_NAME not in files(world, raw)
    with world.hub.db.reading() as session:
        assert not queries.was_sent(session, world.contact().id)


def test_a_contact_reads_confirms_once_and_is_asked_no_more(world: World, client_as: Enter) -> None:
    browser = client_as(world.account())
    assert "/pack" in {str(each["href"]) for each in browser.soup("/").select("main a[href]")}
    page = browser.get("/pack")
    assert world.power.name_ja in page.text
    refused = browser.post_form("/pack", {"version": CURRENT})
    assert refused.status_code == 422
    answer = browser.post_form("/pack", {"version": CURRENT, "understood": "y"})
    assert answer.status_code == 303
    assert "/pack" not in {str(each["href"]) for each in browser.soup("/").select("main a[href]")}
    with world.hub.db.reading() as session:
        assert queries.has_read(session, world.contact().id)
    assert browser.get("/pack/explanatory-pack.pdf").data.startswith(b"%PDF-")


@pytest.fixture
def certificate_lost(world: World) -> Iterator[Path]:
    """The hub's certificate is not where it belongs, until the end of the test."""
    file = world.hub.config.certificate_file
    away = file.rename(file.with_suffix(".away"))
    yield file
    away.rename(file)


def test_without_the_hubs_certificate_the_page_says_what_is_missing_and_the_log_says_where(
    world: World, client_as: Enter, certificate_lost: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for address in ("/pack", "/pack/explanatory-pack.pdf", "/hub-certificate"):
        caplog.clear()
        answer = client_as(world.account()).client.get(address, headers={"Accept-Language": "ja"})
        assert answer.status_code == 503
        assert "ハブの証明書のファイルが見つからないか、読み取ることができません。" in answer.text
        assert str(certificate_lost) not in answer.text
        [line] = [vars(each) for each in caplog.records if each.levelname == "ERROR"]
        assert line["missing"] == str(certificate_lost)
        assert line["fault"] in answer.text


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the version after the present one, which is in use from now on."""
    newer = f"pack-{len(VERSIONS) + 1}"
    for module in (queries, service):
        monkeypatch.setattr(module, "CURRENT", newer)
    return newer


def test_a_new_version_is_asked_for_again_and_the_old_one_is_not_taken_for_it(
    world: World, next_version: str
) -> None:
    contact = world.contact()
    with world.hub.db.transaction() as session:
        service.sent(session, contact.id, CURRENT, now=world.hub.clock())
        assert not queries.was_sent(session, contact.id)
        with pytest.raises(ConflictError):
            service.understood(
                session, contact.id, CURRENT, by=acting(world.account()), now=world.hub.clock()
            )
        service.understood(
            session, contact.id, next_version, by=acting(world.account()), now=world.hub.clock()
        )
        assert queries.has_read(session, contact.id)


def test_staff_see_who_has_read_it_and_a_contact_does_not(world: World, client_as: Enter) -> None:
    with world.hub.db.transaction() as session:
        service.understood(
            session, world.contact().id, CURRENT, by=acting(world.account()), now=world.hub.clock()
        )
    for role in (Role.COORDINATOR, Role.REVIEWER):
        page = client_as(role).get("/pack/readers")
        assert page.status_code == 200
        assert world.contact().name in page.text
    assert client_as(world.account()).get("/pack/readers").status_code == 403
