"""Every row of the gate's table again, as a contact meets it: on the command line and on the upload page."""

import io
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pysequoia
import pytest
import sqlalchemy as sa
from babel.support import Translations
from click.testing import CliRunner

from hub.accounts.models import Account, Role
from hub.cli import main
from hub.core.instance import Instance
from keys.models import ContactCertificate
from keys.refusals import SENTENCES
from keys.states import State
from sectors.bodies import queries as bodies
from sectors.certificates.views import MOST_UPLOADS
from tests.conftest import HandedIn
from tests.keys.conftest import Maker, Specimen
from tests.keys.test_gate import BAD, EMAIL
from tests.keys.workshop import Workshop
from tests.support.bodies import make_body_of
from tests.support.browser import Browser
from tests.support.people import make_account

JAPANESE = Translations.load(Path("hub/translations").absolute(), ["ja"], "sentences")
LONG = 200_000  # bytes: too many, but not so many that the test's client makes a temporary file of them
ONE_DATABASE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # it is the gate that is tested

named = pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)


def rsa_2048(shop: Workshop) -> bytes:
    return shop.made(EMAIL, primary=("rsa2048", "sign", "2y"), subkey=("rsa2048", "encr", "1y"))


def rsa_3072(shop: Workshop) -> bytes:
    return shop.made(EMAIL, primary=("rsa3072", "sign", "2y"), subkey=("rsa3072", "encr", "1y"))


def curve_25519(shop: Workshop) -> bytes:
    return shop.made(EMAIL)


def sequoia(_: Workshop) -> bytes:
    return bytes(pysequoia.Tsk.generate(f"Desk <{EMAIL}>").extract_certificate())


well_made = pytest.mark.parametrize(
    "make", [curve_25519, rsa_2048, rsa_3072, sequoia], ids=lambda make: make.__name__
)


@pytest.fixture
def contact(
    instance: Instance, coordinator: Account, clock: HandedIn, client_as: Callable[..., Browser]
) -> Browser:
    """The browser of a contact with the address of the specimens."""
    clock.now = datetime.now(UTC)  # gpg looks at the system's clock too
    with instance.db.transaction() as session:
        applicant = make_account(session, Role.APPLICANT)
        applicant.email = EMAIL
        body = make_body_of(session, applicant, by=coordinator)
        assert bodies.contacts(session, body.id)[0].email == EMAIL
    return client_as(applicant)


def uploaded(browser: Browser, blob: bytes) -> tuple[int, str]:
    answer = browser.post_form("/certificates", {"file": (io.BytesIO(blob), "key.asc")})
    return answer.status_code, unescape(answer.text)


def rows(hub: Instance) -> list[ContactCertificate]:
    with hub.db.reading() as session:
        return list(session.scalars(sa.select(ContactCertificate)))


@named
def test_the_command_refuses_it_with_the_reason_and_what_to_do(
    make: Maker, specimen: Specimen, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_bytes(specimen(make))
    reason = BAD[make]
    plain = CliRunner().invoke(main, ["keys", "inspect", str(file), "--email", EMAIL])
    assert (plain.exit_code, plain.stdout) == (1, "")
    assert plain.stderr == f"priority-hub: {SENTENCES[reason]}\n"
    told = CliRunner().invoke(main, ["keys", "inspect", str(file), "--email", EMAIL, "--json"])
    assert told.exit_code == 1
    japanese = JAPANESE.gettext(SENTENCES[reason])
    assert json.loads(told.stdout) == {"refused": reason, "en": SENTENCES[reason], "ja": japanese}
    assert japanese != SENTENCES[reason]


@ONE_DATABASE
@named
def test_the_page_refuses_it_beside_the_file_and_keeps_nothing(
    make: Maker, specimen: Specimen, contact: Browser, instance: Instance
) -> None:
    status, shown = uploaded(contact, specimen(make)[:LONG])
    assert status == 422
    assert JAPANESE.gettext(SENTENCES[BAD[make]]) in shown
    assert rows(instance) == []


@well_made
def test_the_command_accepts_a_good_one(make: Maker, specimen: Specimen, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(specimen(make))
    told = CliRunner().invoke(main, ["keys", "inspect", str(file), "--email", EMAIL, "--json"])
    assert told.exit_code == 0
    verdict = json.loads(told.stdout)
    assert len(verdict["fingerprint"]) == 40
    assert bool(verdict["warnings"]) is (make is rsa_2048)


@ONE_DATABASE
@well_made
def test_the_page_accepts_a_good_one(
    make: Maker, specimen: Specimen, contact: Browser, instance: Instance
) -> None:
    assert uploaded(contact, specimen(make))[0] == 303
    [row] = rows(instance)
    assert row.state is State.UPLOADED


@ONE_DATABASE
def test_who_uploads_without_end_is_told_to_wait(contact: Browser) -> None:
    most = int(MOST_UPLOADS.split(maxsplit=1)[0])
    answers = [uploaded(contact, b"junk")[0] for _ in range(most + 1)]
    assert answers == [422] * most + [429]
    assert uploaded(contact, uuid.uuid4().bytes)[0] == 429
