"""Encrypted mail: nothing outside, everything inside, once for each contact."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import sqlalchemy as sa
from stix2validator import ValidationOptions, validate_parsed_json

from feeds.advisories import at_rest
from feeds.delivery import mails, receipts
from feeds.delivery.models import Mailing
from feeds.delivery.states import State
from feeds.formats import csaf_gate
from feeds.formats.letter_words import HEADINGS
from feeds.pack.paper import file_name
from feeds.pack.texts import CURRENT
from hub.core import smtp
from hub.core.clock import both_zones
from hub.core.outbox import Job
from hub.demo.mailserver import delivered, free_port
from keys.sealing import open_sealed
from sectors.bodies.models import Contact
from tests.keys.workshop import GPG, Holder
from tests.support import delivery
from tests.support.advisories import CANARY, NOW, PUBLICATION, VAULT
from tests.support.delivery import TOKEN_KEY, World, id_values

SECRETS = (
    CANARY,
    "制御装置における認証回避",
    "Authentication bypass",
    "CVE",
    "CWE",
    "CVSS",
    "Controller",
    "Example",
    "電力",
    "electricity",
    "2026-12-20",
)


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def armour(raw: bytes) -> bytes:
    found = re.search(rb"-----BEGIN PGP MESSAGE-----.*?-----END PGP MESSAGE-----", raw, re.DOTALL)
    assert found
    return found[0] + b"\r\n"


def around(raw: bytes) -> str:
    """Return what stands around the message; in its random base64 any short word may occur."""
    return raw.replace(armour(raw).strip(), b"").decode()


def opened(world: World, raw: bytes, holder: Holder | None = None) -> EmailMessage:
    """Decrypt with the gpg program, and check that it is the hub's signature."""
    holder = holder or world.seat.power
    plain = holder.shop.gpg("--decrypt", given=armour(raw))
    signed = open_sealed(armour(raw), home=holder.shop.home, gpg=GPG, pinned_fingerprint=world.seat.pin)
    assert plain == signed
    return parsed(plain)


def one_mail(world: World) -> bytes:
    world.release()
    world.work()
    [raw] = world.notices()
    return raw


def test_nothing_of_the_notice_stands_outside(world: World) -> None:
    raw = one_mail(world)
    assert max(raw) < 128
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    outside = parsed(raw)
    clear = "\n".join(f"{name}: {value}" for name, value in outside.items()) + around(raw)
    for word in SECRETS:
        assert word not in clear
    assert outside.get_content_type() == "multipart/encrypted"
    assert outside["Content-Type"].params["protocol"] == "application/pgp-encrypted"
    version, message = outside.iter_parts()
    assert (version.get_content_type(), version.get_payload()) == (
        "application/pgp-encrypted",
        "Version: 1\r\n",
    )
    assert (message.get_content_type(), message.get_filename()) == (
        "application/octet-stream",
        "encrypted.asc",
    )
    assert outside["Auto-Submitted"] == "auto-generated"


def test_the_raw_subject_begins_with_the_literal_tag(world: World) -> None:
    release = world.release()
    world.work()
    [raw] = world.notices()
    tag = f"[PRIORITY][TLP:AMBER][{world.tracking_id(release)} r1][NEW]"
    assert f"\r\nSubject: {tag}".encode() in raw
    assert parsed(raw)["Subject"] == f"{tag} 優先情報提供 第一報"


def test_the_text_inside_tells_everything_in_the_order_of_the_wire(world: World) -> None:
    release = world.release()
    world.work()
    [raw] = world.notices()
    inside = opened(world, raw)
    assert inside["Subject"].endswith("優先情報提供 第一報 制御装置における認証回避の脆弱性")
    assert inside["Content-Type"].params["hp"] == "cipher"
    part = inside.get_body(("plain",))
    assert part
    text = part.get_content()
    japanese, english = text.split("=" * 60)
    for half, language in ((japanese, "ja"), (english, "en")):
        headings = [heading.best(language) for heading in HEADINGS.values()]
        found = re.findall(r"^■ \d+\. (.*?)\r?$", half, re.MULTILINE)
        assert found == headings
        assert both_zones(PUBLICATION) in half
    assert "2026-12-20 10:00 JST (2026-12-20 01:00 UTC)" in japanese
    told = (
        "Example Controller < 4.2",
        "CVSS 3.1: 9.8",
        "変電所",
        "4.2 に更新",
        f"手順 {CANARY}",
        "TLP:AMBER",
    )
    for word in (*told, world.tracking_id(release), "content:", "https://example.com/advisory"):
        assert word in japanese
    assert "導管" not in text  # another sector's
    assert receipts.code_for(world.mailing(release).id, key=TOKEN_KEY) in japanese
    assert f"/notices/{world.tracking_id(release)}" in japanese


def test_the_advisory_goes_along_as_stix_and_csaf_that_are_valid(world: World) -> None:
    release = world.release()
    world.work()
    [raw] = world.notices()
    files = {each.get_filename(): each for each in opened(world, raw).iter_attachments()}
    name = f"{world.tracking_id(release)}-r1"
    assert set(files) == {
        f"{name}.stix.json",
        f"{name}.sector-1.stix.json",
        f"{name}.csaf.json",
        file_name(CURRENT),
    }
    content = {key: each.get_content() for key, each in files.items()}
    assert content[f"{name}.stix.json"] == at_rest.bundle_of(release, vault=VAULT)
    for stix in (f"{name}.stix.json", f"{name}.sector-1.stix.json"):
        verdict = validate_parsed_json(
            json.loads(content[stix]), ValidationOptions(strict=True, version="2.1")
        )
        assert verdict.is_valid
    csaf = json.loads(content[f"{name}.csaf.json"])
    assert csaf_gate.problems(csaf, "2.0") == {}
    told = json.dumps(json.loads(content[f"{name}.sector-1.stix.json"]), ensure_ascii=False)
    assert "変電所" in told
    assert "変電所" not in json.dumps(csaf, ensure_ascii=False)


def test_each_contact_has_one_transaction_and_opens_only_the_own_mail(world: World) -> None:
    with world.hub.db.transaction() as session:
        deputy = delivery.add_contact(session, world.power, world.seat.gas)
    world.release()
    world.work()
    [first], [second] = world.notices(), world.seat.mails_to(deputy.email)
    for email in (world.contact().email, deputy.email):
        assert [each.to for each in delivered(world.seat.post.folder, email)] == [(email,)]
    assert deputy.email.encode() not in first
    assert parsed(first)["Message-ID"] != parsed(second)["Message-ID"]
    code = r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}"
    codes = {
        re.search(code, str(opened(world, raw, holder).get_body(("plain",)).get_content()))  # type: ignore[union-attr]  # there is one
        for raw, holder in ((first, world.seat.power), (second, world.seat.gas))
    }
    assert len({found[0] for found in codes if found}) == 2
    assert world.seat.gas.shop.home != world.seat.power.shop.home


def test_revisions_make_one_thread(world: World) -> None:
    first = world.release()
    second = world.revise(first)
    world.revise(second)
    world.work()
    new, update, third = map(parsed, world.notices())
    assert new["In-Reply-To"] is None
    assert update["In-Reply-To"] == new["Message-ID"]
    assert third["In-Reply-To"] == update["Message-ID"]
    assert third["References"] == f"{new['Message-ID']} {update['Message-ID']}"
    assert "[UPDATE]" in update["Subject"]


def test_a_mail_program_without_pgp_mime_gets_a_file(world: World) -> None:
    with world.hub.db.transaction() as session:
        session.execute(
            sa.update(Contact).where(Contact.id == world.contact().id).values(encrypted_attachment=True)
        )
    world.release()
    world.work()
    [raw] = [each for each in world.mails() if b"BEGIN PGP MESSAGE" in each]
    outside = parsed(raw)
    assert outside.get_content_type() == "multipart/mixed"
    [file] = outside.iter_attachments()
    assert file.get_filename() == "notice.eml.asc"
    assert "第一報 制御装置" in opened(world, raw)["Subject"]
    for word in SECRETS:
        assert word not in around(raw)


def test_a_title_on_two_lines_still_leaves(world: World) -> None:
    release = world.release()
    draft = mails._read(world.hub, world.mailing(release).id, now=NOW)
    assert draft
    believed = draft.leave.release
    title = replace(believed.notice.content.title, ja="一行目\n二行目\u2028")
    notice = replace(believed.notice, content=replace(believed.notice.content, title=title))
    titled = replace(believed, made=replace(believed.made, notice=notice))
    message = mails._made(world.hub, replace(draft, leave=replace(draft.leave, release=titled)), now=NOW)
    assert opened(world, message)["Subject"].endswith("第一報 一行目 二行目")


def test_a_mail_killed_before_its_mark_comes_again_under_the_same_id(world: World) -> None:
    release = world.release()
    draft = mails._read(world.hub, world.mailing(release).id, now=NOW)
    assert draft
    message = mails._made(world.hub, draft, now=NOW)
    smtp.send(message, to=draft.leave.contact.email, mail=world.hub.config.mail)  # and dies here
    assert world.mailing(release).state is State.PROMISED
    world.work()
    assert world.mailing(release).state is State.DELIVERED
    one, two = map(parsed, world.notices())
    assert one["Message-ID"] == two["Message-ID"]
    assert one["Date"] == two["Date"]


def test_a_job_that_runs_again_sends_nothing(world: World) -> None:
    release = world.release()
    for _ in range(3):
        mails.seal_mail(world.hub, id_values(world.mailing(release)), NOW)
    world.promise(release)
    world.work()
    assert len(world.notices()) == 1


def test_a_mailbox_that_refuses_is_shown_and_the_others_are_served(world: World) -> None:
    with world.hub.db.transaction() as session:
        deputy = delivery.add_contact(session, world.power, world.seat.gas)
    world.seat.post.refused.add(world.contact().email)
    release = world.release()
    assert world.work() == 0
    refused = mailing_to(world, world.contact())
    assert (refused.state, refused.reason, refused.bounce_code) == (State.REFUSED, mails.REFUSED, "5.1.1")
    assert mailing_to(world, deputy).state is State.DELIVERED
    assert world.copy(release).state is State.DELIVERED
    assert world.notices() == []


def mailing_to(world: World, contact: Contact) -> Mailing:
    with world.hub.db.reading() as session:
        return session.scalars(sa.select(Mailing).where(Mailing.contact_id == contact.id)).one()


def test_while_the_mail_server_is_away_nothing_is_lost(world: World, clock: Callable[[], datetime]) -> None:
    away = replace(world, hub=delivery.with_mail(world.hub, port=free_port()))
    release = world.release()
    assert away.work() == 1
    assert world.mailing(release).state is State.PROMISED
    assert world.copy(release).state is State.DELIVERED
    with world.hub.db.reading() as session:
        job = session.scalars(sa.select(Job).where(Job.kind == "mail.seal")).one()
    assert (job.problem, job.done_at, job.dead_at) == ("ConnectionRefusedError", None, None)
    assert job.due_at > NOW
    assert world.work() == 0
    assert world.notices() == []  # the pause is kept
    clock.now += timedelta(minutes=2)  # type: ignore[attr-defined] # the clock that tests move
    assert world.work() == 0
    assert len(world.notices()) == 1
    assert world.mailing(release).state is State.DELIVERED
