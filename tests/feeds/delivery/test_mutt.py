"""Mail programs of the field: mutt and neomutt open every kind of mail, driven as a person drives them."""

import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pexpect
import pytest

from feeds.advisories.models import Release
from feeds.delivery import challenges
from feeds.drills import service as drills
from feeds.formats.content import Kind
from hub.core import outbox
from keys import queries as keys
from keys.states import State as CertificateState
from sectors.bodies.models import Contact
from tests.feeds.delivery.test_mails import SECRETS, around, opened
from tests.support import delivery
from tests.support.advisories import CANARY, NOW
from tests.support.delivery import Seat, World

pytestmark = pytest.mark.soak  # terminals are driven

PROGRAMS = ("mutt", "neomutt")
PATIENCE = 9  # seconds
TITLE = "制御装置における認証回避の脆弱性"
GOOD = "Good signature from: Priority Hub"
# Of each kind: its tag, and words that only somebody reads who can open it.
TOLD = {
    "[DRILL]": ("【訓練】",),
    "r1][NEW]": (TITLE, "■ 1. いつまでに何をするか", f"手順 {CANARY}"),
    "r2][UPDATE]": (TITLE, "変電所"),
    "r3][CORRECTION]": (TITLE, "4.2 に更新"),
    "r4][DATE]": (TITLE, "2026-12-30 10:00 JST"),
    "r5][WITHDRAWN]": (TITLE, "影響を受ける版がない", "秘密として扱う"),
    "r2][LIFTED]": (TITLE, "TLP:CLEAR"),
    "r1][REMINDER]": ("貴組織からの回答がまだありません",),
    "[PRIORITY][ACTION]": ("確認コード / Challenge:",),
}
SETTINGS = """
set mbox_type=Maildir folder="{home}" spoolfile="{home}/mail" record="" postponed=""
set crypt_use_gpgme=yes crypt_verify_sig=yes wait_key=no quit=yes delete=yes move=no mail_check=0
set charset=utf-8 sort=mailbox-order confirmappend=no markers=no smart_wrap=no beep=no
set display_filter="sh -c 'cat > {home}/half; mv {home}/half {home}/shown; cat {home}/shown'"
"""


@dataclass(frozen=True)
class Sent:
    """The mails that a contact got, and the world they came from."""

    world: World
    mails: list[bytes]


@pytest.fixture(scope="module")
def as_pgp_mime(seat: Seat, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    with mails_of(seat, tmp_path_factory.mktemp("mime"), as_attachment=False) as sent:
        yield sent


@pytest.fixture(scope="module")
def as_a_file(seat: Seat, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    with mails_of(seat, tmp_path_factory.mktemp("file"), as_attachment=True) as sent:
        yield sent


@contextmanager
def mails_of(seat: Seat, folder: Path, *, as_attachment: bool) -> Iterator[Sent]:
    with delivery.lasting("sqlite", folder, "") as db:
        world = delivery.world_on(delivery.hub_on(db, seat, lambda: NOW), seat)
        with world.hub.db.transaction() as session:
            session.get_one(Contact, world.contact().id).encrypted_attachment = as_attachment
        first = world.release()
        world.work()
        if not as_attachment:
            every_other_kind(world, first)
        yield Sent(world, [raw for raw in world.mails() if b"BEGIN PGP MESSAGE" in raw])


def every_other_kind(world: World, last: Release) -> None:
    """Let the hub send a mail of each further kind to one contact."""
    for kind in (Kind.UPDATE, Kind.CORRECTION, Kind.DATE):
        last = world.revise(last, kind)
        world.work()
    world.withdraw(last, reason="影響を受ける版がない", duties="秘密として扱う")
    other = world.release()
    world.work()
    world.lift(other)
    newest = world.release()
    world.work()
    contact, [certificate] = world.contact(), certificates(world)
    with world.hub.db.transaction() as session:
        drills.start(session, [world.power.id], hours=24, by=world.cast.writer, now=NOW)
        outbox.promise(
            session,
            "reminder.mail",
            now=NOW,
            release_id=newest.id,
            body_id=world.power.id,
            contact_id=contact.id,
            stage="first",
        )
    world.work()
    with world.hub.db.transaction() as session:
        keys.certificate(session, certificate).state = CertificateState.UPLOADED
    challenges.send_challenge(world.hub, {"certificate_id": str(certificate)}, NOW)


def certificates(world: World) -> list[uuid.UUID]:
    with world.hub.db.reading() as session:
        return [each.id for each in keys.certificates_of(session, world.contact().id)]


def subject(raw: bytes) -> str:
    return str(message_from_bytes(raw, policy=policy.default)["Subject"])


def true_subject(world: World, raw: bytes) -> str:
    """Return the subject that stands inside the encryption."""
    return str(opened(world, raw)["Subject"])


def kinds(mails: list[bytes]) -> dict[str, bytes]:
    """Return the last mail of each kind, by its tag."""
    tags = [next(tag for tag in TOLD if tag in subject(raw)) for raw in mails]
    return dict(zip(tags, mails, strict=True))


@dataclass
class Program:
    """A mail program on a terminal, in front of a maildir."""

    home: Path
    screen: pexpect.spawn

    def opens(self, place: int) -> str:
        """Open the mail at a place of the list, and return all that is shown of it."""
        shown = self.home / "shown"
        self.screen.send(f"{place}\r")
        self.screen.expect(pexpect.TIMEOUT, timeout=0.05)  # it discards what is typed while it draws
        self.screen.send("\r")
        self.screen.expect(r"-- \((all|end|\d+%)\)", timeout=PATIENCE)
        text = shown.read_text(encoding="utf-8")
        shown.unlink()
        return text

    def lists(self, name: str) -> None:
        """Open the list of attachments, and wait until one is there."""
        self.screen.send("v")
        self.screen.expect(re.escape(name), timeout=PATIENCE)

    def back(self) -> None:
        self.screen.send("q")


@contextmanager
def running(program: str, mails: Iterable[bytes], *, gnupg: Path, home: Path) -> Iterator[Program]:
    """Start a mail program over these mails, as the holder of these keys."""
    shutil.rmtree(home, ignore_errors=True)
    for part in ("new", "cur", "tmp"):
        (home / "mail" / part).mkdir(parents=True)
    for place, raw in enumerate(mails):
        (home / "mail" / "new" / f"{place:03}.notice").write_bytes(raw.replace(b"\r\n", b"\n"))
    (home / "settings").write_text(SETTINGS.format(home=home), encoding="utf-8")
    env = {
        "HOME": str(home),
        "GNUPGHOME": str(gnupg),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
    }
    options = ["-n", "-F", str(home / "settings")]
    screen = pexpect.spawn(program, options, env=env, cwd=str(home), dimensions=(50, 200), timeout=PATIENCE)
    try:
        screen.expect(r"\(all\)")
        yield Program(home, screen)
    finally:
        screen.close(force=True)


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> str:
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"{request.param} is not installed")
    return str(found)


def holder(world: World) -> Path:
    """Return the contact's keys, with the hub's key pinned as one to trust."""
    shop = world.seat.power.shop
    shop.gpg("--import-ownertrust", given=f"{world.seat.pin}:6:\n".encode())
    return shop.home


def test_it_opens_every_kind_of_mail_and_finds_the_signature_good(
    program: str, as_pgp_mime: Sent, tmp_path: Path
) -> None:
    mails = kinds(as_pgp_mime.mails)
    assert set(mails) == set(TOLD)
    with running(program, mails.values(), gnupg=holder(as_pgp_mime.world), home=tmp_path / "home") as reader:
        for place, tag in enumerate(mails, start=1):
            shown = reader.opens(place)
            assert GOOD in shown, tag
            assert "BAD" not in shown
            assert f"Subject: {true_subject(as_pgp_mime.world, mails[tag])}" in shown, shown[:3000]
            for word in TOLD[tag]:
                assert word in shown, tag
            reader.back()
        reader.opens(list(mails).index("r1][NEW]") + 1)
        reader.lists(".stix.json")


def test_one_that_cannot_open_pgp_mime_saves_a_file_that_opens(
    program: str, as_a_file: Sent, tmp_path: Path
) -> None:
    world, mails = as_a_file.world, kinds(as_a_file.mails)
    gnupg, home = holder(world), tmp_path / "home"
    raw = mails["r1][NEW]"]
    with running(program, [raw], gnupg=gnupg, home=home) as reader:
        assert "添付の notice.eml.asc を復号し" in reader.opens(1)
        reader.lists("notice.eml.asc")
        reader.screen.send("js")
        reader.screen.expect("Save to file.*: ")
        reader.screen.send("\r")
        reader.screen.expect("Attachment saved|saved")
    inside = world.seat.power.shop.gpg("--decrypt", given=(home / "notice.eml.asc").read_bytes())
    with running(program, [inside], gnupg=gnupg, home=home) as reader:
        shown = reader.opens(1)
        reader.lists(".stix.json")
    for word in TOLD["r1][NEW]"]:
        assert word in shown


def test_no_byte_outside_tells_the_matter(as_pgp_mime: Sent, as_a_file: Sent) -> None:
    for mails in (as_pgp_mime.mails, as_a_file.mails):
        assert mails
        for raw in mails:
            clear = "\n".join(map(str, message_from_bytes(raw, policy=policy.default).values())) + around(raw)
            for word in (*SECRETS, "変電所", "影響を受ける版", "確認コード"):
                assert word not in clear, subject(raw)
