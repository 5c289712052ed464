"""A drill goes the true way, says that it is one, and shows who can open and answer in time."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import orjson
import pytest
import sqlalchemy as sa
import stix2
from stix2validator import ValidationOptions, validate_string

from feeds.advisories.models import Release
from feeds.delivery import receipts
from feeds.drills import queries, service, texts
from feeds.drills.models import Drill, DrillDelivery
from feeds.drills.queries import Part
from feeds.drills.states import State
from feeds.formats import stix
from feeds.formats.envelope import Manifest, read_envelope
from feeds.receipts import service as answers
from feeds.receipts.states import Choice
from hub.accounts.models import Role
from hub.core.audit import Actor
from hub.core.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from keys import queries as keys
from keys.sealing import open_sealed
from keys.states import State as CertificateState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from tests.conftest import HandedIn
from tests.keys.workshop import GPG
from tests.support.advisories import CANARY, NOW, Readiness
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, World

Enter = Callable[[object], Browser]
HOURS = 24


def begin(world: World, *invited: Body) -> Drill:
    with world.hub.db.transaction() as session:
        asked = {each.id for each in invited or (world.power,)}
        return service.start(session, asked, hours=HOURS, by=world.cast.writer, now=world.hub.clock())


def part(world: World, drill: Drill, body: Body | None = None) -> Part:
    with world.hub.db.reading() as session:
        return queries.part(session, drill.tracking_id, (body or world.power).id)


def delivery(world: World, drill: Drill, *, mail: bool) -> DrillDelivery:
    [found] = [each for each in part(world, drill).turn.deliveries if (each.contact_id is not None) == mail]
    return found


def code(world: World, drill: Drill, *, mail: bool = True) -> str:
    return receipts.code_for(delivery(world, drill, mail=mail).id, key=TOKEN_KEY)


def by(world: World) -> Actor:
    account = world.account()
    return Actor(account_id=account.id, organisation_id=account.organisation_id)


def acknowledged(world: World, typed: str, body: Body | None = None) -> bool:
    with world.hub.db.transaction() as session:
        return receipts.acknowledge(
            session,
            typed,
            body_id=(body or world.power).id,
            key=TOKEN_KEY,
            by=by(world),
            now=world.hub.clock(),
        )


def answered(world: World, drill: Drill) -> None:
    with world.hub.db.transaction() as session:
        now = world.hub.clock()
        service.answer(session, drill.tracking_id, body_id=world.power.id, by=by(world), now=now)


def opened_mail(world: World) -> EmailMessage:
    [mail] = [each for each in world.notices() if b"[DRILL]" in each]
    _, sealed = message_from_bytes(mail, policy=policy.default).iter_parts()
    inside = open_sealed(
        sealed.get_content(), home=world.seat.power.shop.home, gpg=GPG, pinned_fingerprint=world.seat.pin
    )
    return message_from_bytes(inside, policy=policy.default)


def practised(world: World) -> bool:
    with world.hub.db.reading() as session:
        return queries.is_practised(session, world.power.id, now=world.hub.clock())


def test_a_contact_gets_a_sealed_mail_that_says_it_is_a_drill(world: World) -> None:
    drill = begin(world)
    assert world.work() == 0
    mail = opened_mail(world)
    assert str(mail["Subject"]).startswith(
        f"[DRILL][TLP:GREEN][{drill.tracking_id} r1][NEW] 【訓練】優先情報提供 第一報"
    )
    text = mail.get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert said.startswith("【訓練】")
    assert code(world, drill) in said
    assert f"/drills/ours/{drill.tracking_id}" in said
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == f"{drill.tracking_id}-r1.stix.json"


def test_the_tools_fetch_a_sealed_copy_in_the_bodys_own_series(world: World) -> None:
    before = world.release()
    world.seal()
    drill = begin(world)
    world.work()
    after = world.release()
    world.seal()
    plain = [world.seat.opened(world.seat.power, each) for each in world.stored()]
    manifests = [read_envelope(each).manifest for each in plain]
    assert all(isinstance(each, Manifest) for each in manifests)
    assert [each.drill for each in manifests if isinstance(each, Manifest)] == [False, True, False]
    assert [each.seq for each in manifests if isinstance(each, Manifest)] == [1, 2, 3]
    assert [each["tracking_id"] for each in world.manifests()] == [
        world.tracking_id(before),
        drill.tracking_id,
        world.tracking_id(after),
    ]
    chain = world.manifests()
    assert [each["prev_sha256"] for each in chain[1:]] == [each["sha256"] for each in chain[:-1]]
    assert chain[1]["kind"] == "drill"
    outside = orjson.loads(world.stored()[1])["extensions"]
    assert [each["kind"] for each in outside.values()] == ["drill"]


def test_its_bundle_is_good_stix_labelled_drill_and_the_same_for_everybody() -> None:
    drill = Drill(
        tracking_id="PI-2026-7K3QX", text_version="1", started_at=NOW, deadline=NOW + timedelta(hours=1)
    )
    bundle = stix.bundle(texts.notice_of(drill))
    assert bundle == stix.bundle(texts.notice_of(drill))
    assert validate_string(bundle.decode(), ValidationOptions(strict=True, version="2.1")).is_valid
    [report] = [each for each in stix2.parse(bundle, allow_custom=True).objects if each.type == "report"]
    assert report.labels == ["drill"]
    assert "訓練" in report.name
    assert [each.external_id for each in report.external_references] == ["PI-2026-7K3QX"]


@pytest.mark.parametrize(
    "forged",
    [
        {"tracking_id": "至急: ここに連絡"},
        {"tracking_id": "PI-2026-7K3QY"},
        {"text_version": "evil"},
        {"text_version": ""},
    ],
)
def test_a_forged_row_cannot_make_the_hub_sign_words_of_its_own(world: World, forged: dict[str, str]) -> None:
    drill = begin(world)
    with world.hub.db.transaction() as session:
        session.execute(sa.update(Drill).where(Drill.id == drill.id).values(**forged))
    assert world.work() == 0
    assert world.stored() == []
    assert world.notices() == []
    with world.hub.db.reading() as session:
        rows = session.scalars(sa.select(DrillDelivery)).all()
    assert {(row.state, row.reason) for row in rows} == {(State.HELD, "This is no drill of the hub's")}


def test_what_differs_between_two_drills_is_numbers_and_times_alone() -> None:
    """Whatever stands in the columns of a drill, no other words come out than those in the code."""
    columns = {each.name for each in sa.inspect(Drill).columns}
    assert columns == {"id", "tracking_id", "text_version", "started_at", "deadline", "started_by"}
    made = [
        texts.notice_of(
            Drill(tracking_id=number, text_version="1", started_at=NOW, deadline=NOW + timedelta(hours=1))
        )
        for number in ("PI-2026-7K3QX", "PI-2026-7K3QX")
    ]
    assert made[0].content is made[1].content is texts.TEXTS["1"]


def test_opened_and_answered_in_time_is_passed(world: World, clock: HandedIn) -> None:
    drill = begin(world)
    world.work()
    assert not practised(world)
    with pytest.raises(NotAllowedError):
        answered(world, drill)
    assert acknowledged(world, code(world, drill))
    assert not part(world, drill).passed
    clock.now += timedelta(hours=1)
    answered(world, drill)
    assert part(world, drill).passed
    assert practised(world)
    clock.now += queries.GOOD_FOR + timedelta(seconds=1)
    assert not practised(world)


def test_too_late_is_not_passed(world: World, clock: HandedIn) -> None:
    drill = begin(world)
    world.work()
    acknowledged(world, code(world, drill))
    clock.now += timedelta(hours=HOURS, seconds=1)
    answered(world, drill)
    assert not part(world, drill).passed
    assert not practised(world)


def test_the_tools_way_proves_it_too(world: World) -> None:
    drill = begin(world)
    world.work()
    artifact = orjson.loads(world.stored()[0])["id"]
    with world.hub.db.transaction() as session:
        service.fetched(session, world.power.id, [artifact], now=world.hub.clock())
    assert delivery(world, drill, mail=False).state is State.FETCHED
    tool = Actor(organisation_id=world.power.organisation_id)
    with world.hub.db.transaction() as session:
        assert answers.answer_by_code(
            session,
            code(world, drill, mail=False),
            Choice.RECEIVED,
            body_id=world.power.id,
            key=TOKEN_KEY,
            by=tool,
            now=world.hub.clock(),
        )
    assert delivery(world, drill, mail=False).state is State.OPENED
    assert part(world, drill).passed


def test_a_body_in_preparation_gets_mail_and_no_copy_that_it_could_not_fetch(world: World) -> None:
    with world.hub.db.transaction() as session:
        bodies.body(session, world.power.id).state = BodyState.PREPARATION
    drill = begin(world)
    assert world.work() == 0
    assert [each.contact_id for each in part(world, drill).turn.deliveries] == [world.contact().id]
    assert world.stored() == []
    assert opened_mail(world)["Subject"]


@pytest.mark.parametrize("state", [BodyState.SUSPENDED, BodyState.LEFT])
def test_a_body_that_takes_part_in_nothing_gets_no_drill(world: World, state: BodyState) -> None:
    with world.hub.db.transaction() as session:
        bodies.body(session, world.power.id).state = state
    with pytest.raises(InputError):
        begin(world)


def test_a_body_that_loses_its_standing_meanwhile_gets_none_and_its_time_runs_out(
    world: World, clock: HandedIn
) -> None:
    drill = begin(world)
    with world.hub.db.transaction() as session:
        bodies.body(session, world.power.id).state = BodyState.SUSPENDED
    world.work()
    assert {each.state for each in part(world, drill).turn.deliveries} == {State.HELD}
    clock.now += timedelta(hours=HOURS)
    world.work()
    assert {each.state for each in part(world, drill).turn.deliveries} == {State.EXPIRED}
    assert world.stored() == world.notices() == []


def test_without_a_certificate_it_is_held_and_goes_when_there_is_one(world: World, clock: HandedIn) -> None:
    def have(state: CertificateState) -> None:
        with world.hub.db.transaction() as session:
            [row] = keys.certificates_of(session, world.contact().id)
            row.state = state

    have(CertificateState.POSSESSED)
    drill = begin(world)
    world.work()
    assert {each.reason for each in part(world, drill).turn.deliveries} == {
        "The contact has no certificate that is usable today"
    }
    have(CertificateState.ACTIVE)
    clock.now += timedelta(minutes=11)
    world.work()
    assert {each.state for each in part(world, drill).turn.deliveries} == {State.DELIVERED}


def test_a_drill_tells_nothing_of_real_notices_and_they_nothing_of_it(world: World, client_as: Enter) -> None:
    world.release()
    world.seal()
    drill = begin(world)
    world.work()
    said = world.seat.opened(world.seat.power, world.stored()[1]).decode()
    real = [world.tracking_id(release) for release in _releases(world)]
    assert not any(word in said for word in (*real, CANARY, "認証回避"))
    browser = client_as(world.account())
    shown = browser.get(f"/drills/ours/{drill.tracking_id}").text + browser.get("/drills/ours").text
    assert not any(word in shown for word in (*real, CANARY))
    assert drill.tracking_id not in browser.get("/notices").text


def _releases(world: World) -> list[Release]:
    with world.hub.db.reading() as session:
        return list(session.scalars(sa.select(Release)))


def test_another_bodys_drill_is_no_page_and_its_code_no_code(world: World, client_as: Enter) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    drill = begin(world)
    world.work()
    assert client_as(world.account(gas)).get(f"/drills/ours/{drill.tracking_id}").status_code == 404
    assert not acknowledged(world, code(world, drill), gas)
    with pytest.raises(NotFoundError), world.hub.db.transaction() as session:
        service.answer(session, drill.tracking_id, body_id=gas.id, by=by(world), now=NOW)
    for role in set(Role) - {Role.COORDINATOR}:
        for path in ("/drills", "/drills/new", f"/drills/{drill.tracking_id}"):
            assert client_as(role).get(path).status_code == 403


def test_a_coordinator_begins_a_drill_and_sees_its_times(world: World, client_as: Enter) -> None:
    staff, contact = client_as(Role.COORDINATOR), client_as(world.account())
    wrong = staff.post_form("/drills/new", {"hours": "0"}, page="/drills/new")
    assert wrong.status_code == 422
    sent = {"bodies": [str(world.power.id)], "hours": "48"}
    begun = staff.post_form("/drills/new", sent, page="/drills/new")
    assert begun.status_code == 303
    page = begun.headers["Location"]
    world.work()
    with world.hub.db.reading() as session:
        [drill] = queries.drills(session)
    ours = f"/drills/ours/{drill.tracking_id}"
    assert contact.post_form(f"{ours}/receipt", {"code": "AAAA"}, page=ours).status_code == 422
    assert contact.post_form(f"{ours}/receipt", {"code": code(world, drill)}, page=ours).status_code == 303
    assert contact.post_form(f"{ours}/answer", {"received": "yes"}, page=ours).status_code == 303
    shown = staff.get(page).text
    assert "合格" in shown
    assert "1組織中1組織が合格" in staff.get("/drills").text


def test_a_number_is_never_that_of_a_matter_or_of_another_drill(world: World) -> None:
    taken = world.tracking_id(world.release())
    first = begin(world)
    with world.hub.db.transaction() as session:

        def begin_with(bits: int) -> Drill:
            return service.start(
                session, {world.power.id}, hours=1, by=world.cast.writer, now=NOW, bits=lambda: bits
            )

        for number in (taken, first.tracking_id):
            with pytest.raises(ConflictError):
                begin_with(_bits_of(number))


def _bits_of(tracking_id: str) -> int:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    value = 0
    for character in tracking_id.split("-")[2][:4]:
        value = value * 32 + alphabet.index(character)
    return value


def test_a_waiver_wants_a_reason(world: World) -> None:
    with world.hub.db.transaction() as session:
        with pytest.raises(InputError):
            service.waive(session, world.power.id, "  ", by=world.cast.writer, now=NOW)
        service.waive(session, world.power.id, "既存の協定による移行", by=world.cast.writer, now=NOW)
    assert practised(world)
