"""The hub's public certificate: the page, the file, the Web Key Directory; the letters about its end."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.accounts.models import Account, Role
from hub.accounts.states import State as AccountState
from hub.core.audit import Entry
from hub.core.errors import ConfigurationError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.worker import HANDLERS
from keys import hub_certificate, packets
from keys.fingerprints import grouped
from keys.hubkey import create_hub_key
from keys.wkd import local_part_hash
from sectors.bodies import queries as bodies
from sectors.certificates import hub_key
from tests.conftest import HandedIn
from tests.keys.workshop import GPG, workshop
from tests.support.applications import make_person
from tests.support.bodies import make_body_of
from tests.support.browser import Browser

SENDER = "hub@hub.example.jp"
ELSEWHERE = Path("/usr/lib/gnupg/gpg-wks-client")  # Debian's place; not on the path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The certificate of a hub's key."""
    folder = tmp_path_factory.mktemp("hub")
    create_hub_key(
        name="Hub",
        email=SENDER,
        signing_home=folder / "gnupg",
        escrow=folder / "escrow.asc",
        certificate_file=folder / "hub.asc",
        gpg=GPG,
        now=datetime.now(UTC),
    )
    return (folder / "hub.asc").read_bytes()


@pytest.fixture
def certificate(instance: Instance, made: bytes) -> hub_certificate.HubCertificate:
    instance.config.certificate_file.write_bytes(made)
    return hub_certificate.read(instance.config.certificate_file, gpg=GPG)


@pytest.fixture
def path() -> str:
    return f"/.well-known/openpgpkey/hu/{local_part_hash(SENDER)}"


def letters(hub: Instance) -> list[tuple[str, str]]:
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        return sorted((job.values["letter"], job.values["to"]) for job in jobs)


def test_a_visitor_sees_the_fingerprint_in_groups_and_how_to_check_it(
    certificate: hub_certificate.HubCertificate, browser: Browser
) -> None:
    shown = browser.get("/hub-certificate").text
    assert grouped(certificate.fingerprint) in shown
    assert f"gpg --quick-lsign-key {certificate.fingerprint}" in shown
    assert grouped(certificate.signing[0].fingerprint) in shown
    assert SENDER in shown


def test_the_file_is_what_gpg_imports_and_any_cache_may_keep_it(
    certificate: hub_certificate.HubCertificate, browser: Browser
) -> None:
    answer = browser.get("/hub-certificate.asc")
    assert answer.headers["Content-Type"] == "application/pgp-keys"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    with workshop() as shop:
        shop.gpg("--import", given=answer.data)
        assert packets.fingerprints(shop.export(certificate.fingerprint))[0] == certificate.fingerprint


def test_the_page_with_a_language_is_kept_by_no_cache(
    certificate: hub_certificate.HubCertificate, browser: Browser
) -> None:
    assert certificate
    assert browser.get("/hub-certificate").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("place", ["", "/hub.example.jp", "/HUB.example.jp"])
def test_the_directory_hands_out_the_binary_certificate_in_both_forms(
    place: str, certificate: hub_certificate.HubCertificate, browser: Browser
) -> None:
    answer = browser.get(
        f"/.well-known/openpgpkey{place}/hu/{local_part_hash(SENDER)}?l={SENDER.partition('@')[0]}"
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.data == certificate.blob
    policy = browser.get(f"/.well-known/openpgpkey{place}/policy")
    assert (policy.status_code, policy.data) == (200, b"")


def test_the_directory_has_nobody_else(
    certificate: hub_certificate.HubCertificate, browser: Browser, path: str
) -> None:
    assert certificate
    for other in (
        f"/.well-known/openpgpkey/hu/{local_part_hash('somebody@hub.example.jp')}",
        path.replace("/hu/", "/elsewhere.example.jp/hu/"),
        "/.well-known/openpgpkey/elsewhere.example.jp/policy",
    ):
        assert browser.get(other).status_code == 404


def test_a_certificate_of_another_address_is_not_in_the_directory(
    instance: Instance, browser: Browser, path: str
) -> None:
    with workshop() as shop:
        other = shop.gpg("--armor", "--export", shop.make("old-name@hub.example.jp"))
    instance.config.certificate_file.write_bytes(other)
    assert browser.get(path).status_code == 404


def test_the_hash_is_the_one_that_gpg_asks_for(certificate: hub_certificate.HubCertificate) -> None:
    with workshop() as shop:
        shop.gpg("--import", given=certificate.blob)
        listed = shop.gpg("--with-wkd-hash", "--list-keys").decode()
    assert f"{local_part_hash(SENDER)}@hub.example.jp" in listed


@pytest.mark.parametrize("address", ["Joe.Doe@example.org", "hub@hub.example.jp", "a@b.example.jp"])
@pytest.mark.skipif(not ELSEWHERE.exists(), reason="gpg-wks-client is not installed")
def test_the_hash_is_the_one_of_gpg_wks_client(address: str) -> None:
    asked = [str(ELSEWHERE), "--print-wkd-hash", address]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert told.split()[0] == local_part_hash(address)


def test_a_hub_without_a_certificate_says_nothing_of_where_it_should_lie(
    instance: Instance, browser: Browser
) -> None:
    answer = browser.get("/hub-certificate.asc")
    assert answer.status_code == 503
    assert str(instance.config.instance) not in answer.text


def test_administrators_and_coordinators_are_warned_five_times_before_the_end(
    instance: Instance, certificate: hub_certificate.HubCertificate, clock: HandedIn
) -> None:
    told = {make_person(instance, role).email for role in (Role.ADMINISTRATOR, Role.COORDINATOR)}
    make_person(instance, Role.REVIEWER)
    end = certificate.signing[0].expires_at
    assert end is not None
    counts = []
    for days in (91, 90, 89, 60, 31, 30, 14, 7, 6, 1):
        clock.now = end - timedelta(days=days)
        HANDLERS["hub-key.watch"](instance, {}, clock.now)
        counts.append(len(letters(instance)) // len(told))
    assert counts == [0, 1, 1, 2, 2, 3, 4, 5, 5, 5]
    assert set(letters(instance)) == {("hub-key-expiring", each) for each in told}


def test_an_ended_subkey_is_told_every_day(
    instance: Instance, certificate: hub_certificate.HubCertificate, clock: HandedIn, coordinator: Account
) -> None:
    end = certificate.signing[0].expires_at
    assert end is not None
    for day in range(2):
        clock.now = end + timedelta(days=day)
        HANDLERS["hub-key.watch"](instance, {}, clock.now)
    assert letters(instance) == [("hub-key-ended", coordinator.email)] * 2


def test_a_missing_certificate_keeps_failing_where_staff_can_see_it(instance: Instance) -> None:
    with pytest.raises(ConfigurationError):
        HANDLERS["hub-key.watch"](instance, {}, instance.clock())


def test_contacts_are_asked_to_fetch_the_certificate_after_a_rotation(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    with instance.db.transaction() as session:
        body = make_body_of(session, applicant, by=coordinator)
        main, deputy = bodies.contacts(session, body.id)
        assert deputy.account
        assert deputy.account.state is AccountState.INVITED  # no proved address: no letter
        for _ in range(2):
            hub_key.tell_rotated(session, subkey="A" * 40, now=instance.clock())
        assert "hub-key.rotated" in session.scalars(sa.select(Entry.action)).all()
    assert letters(instance) == [("hub-key-rotated", main.email)]


def test_every_page_leads_to_the_certificate(app: Flask, browser: Browser) -> None:
    assert app
    assert 'href="/hub-certificate"' in browser.get("/sign-in").text
