"""The preview of a draft: what it shows is what is then released, sealed and mailed, byte for byte."""

import uuid
from collections.abc import Callable

import orjson
import pytest

from feeds.advisories import at_rest
from feeds.delivery import receipts
from feeds.delivery.previewing import CODE, Shape, preview
from feeds.formats.envelope import read_envelope
from feeds.pack import service as packs
from feeds.pack.texts import CURRENT
from hub.accounts.models import Role
from tests.feeds.delivery.test_mails import opened
from tests.support import advisories
from tests.support.advisories import CANARY, VAULT, Readiness
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, World

SignIn = Callable[[object], Browser]


def drafted(world: World) -> uuid.UUID:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    with world.hub.db.transaction() as session:
        advisory = advisories.make_submitted(session, world.cast, world.power, gas)
    return advisory.id


def test_the_documents_of_the_preview_are_those_that_are_released_and_delivered(
    world: World, client_as: SignIn
) -> None:
    with world.hub.db.transaction() as session:  # it is not the first notice, which brings the pack, too
        packs.sent(session, world.contact().id, CURRENT, now=world.hub.clock())
    advisory_id = drafted(world)
    browser = client_as(Role.COORDINATOR)
    path = f"/advisories/{advisory_id}/preview/document?reader={world.power.id}"
    shown = [browser.get(f"{path}&shape={shape}").data for shape in ("stix", "stix&number=1", "csaf")]
    with world.hub.db.transaction() as session:
        seen = preview(session, advisory_id, str(world.power.id), vault=VAULT, now=world.hub.clock())
        letter = seen.letter(world.hub.config)
        release = advisories.release(session, advisory_id, by=world.cast.releaser, now=world.hub.clock())
    world.promise(release)
    world.work()
    assert shown[0] == at_rest.bundle_of(release, vault=VAULT)
    copy = read_envelope(world.seat.opened(world.seat.power, world.stored()[0]))
    assert shown[:2] == [copy.bundle, *copy.notes]
    assert copy.csaf is not None
    assert orjson.loads(shown[2]) == orjson.loads(copy.csaf)  # the envelope writes it without spaces
    mail = opened(world, world.notices()[0])
    assert [each.get_filename() for each in mail.iter_attachments()] == list(seen.files)
    assert [each.get_content() for each in mail.iter_attachments()] == shown
    assert mail["Subject"] == seen.subjects[1]
    text = mail.get_body(("plain",))
    assert text
    code = receipts.code_for(world.mailing(release).id, key=TOKEN_KEY)
    assert text.get_content().replace("\r\n", "\n") == letter.replace(CODE, code)


def test_each_reader_sees_the_texts_of_its_own_sectors(world: World, client_as: SignIn) -> None:
    path = f"/advisories/{drafted(world)}/preview"
    browser = client_as(Role.COORDINATOR)
    for reader, own, other in ((world.power.id, "変電所", "導管"), ("gas", "導管", "変電所")):
        for shape in ("mail", "page", "stix"):
            shown = browser.get(f"{path}?reader={reader}&shape={shape}").text
            assert own in shown
            assert other not in shown
            assert CANARY in shown
    assert "[PRIORITY][TLP:AMBER]" in browser.get(path).text
    for shape, version in (("csaf", "2.0"), ("csaf-2.1", "2.1")):
        assert f"&#34;csaf_version&#34;: &#34;{version}&#34;" in browser.get(f"{path}?shape={shape}").text
    for reader in ("water", uuid.uuid4()):
        assert browser.get(f"{path}?reader={reader}").status_code == 404
    assert browser.get(f"{path}/document?shape=stix&number=7").status_code == 404
    assert browser.get(f"{path}/document?shape=mail").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_else_previews(world: World, client_as: SignIn, role: Role) -> None:
    path = f"/advisories/{drafted(world)}/preview"
    assert client_as(role).get(path).status_code == 403
    assert client_as(role).get(f"{path}/document?shape=stix").status_code == 403


def test_what_is_released_is_not_previewed_and_an_empty_draft_can_be(world: World, client_as: SignIn) -> None:
    browser = client_as(Role.COORDINATOR)
    release = world.release()
    assert browser.get(f"/advisories/{release.advisory_id}/preview").status_code == 409
    page = browser.post_form("/advisories/new", {"title_ja": "題名だけ"}).location
    for shape in Shape:
        assert "題名だけ" in browser.get(f"{page}/preview?shape={shape}").text
