"""Making packages: who may be given one, what is in it, to whom it is sealed, what may never happen."""

import hashlib
import itertools
import uuid
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from feeds.advisories import at_rest as advisories_at_rest
from feeds.advisories.models import Release
from feeds.dissemination import making, passing, service
from feeds.dissemination.models import MemberCertificate, MemberPackage
from feeds.dissemination.passing import Why
from feeds.dissemination.states import State
from feeds.formats.tlp import Tlp
from hub.core import paper
from hub.core.audit import Entry
from hub.core.errors import InputError, NotAllowedError, NotFoundError
from hub.core.outbox import Job
from keys.sealing import open_sealed
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import MemberOperator
from sectors.bodies.states import State as BodyState
from tests.feeds.dissemination.kit import Kit, files
from tests.keys.workshop import GPG
from tests.support.advisories import CANARY, NOW, TODAY, VAULT, Readiness

ONE, OTHER = "第一事業者", "第二事業者"
SECRETS = (CANARY, "制御装置", "Controller", "CVE", "Example", "変電所", "2026-12-20")


@pytest.mark.parametrize(
    ("critical", "memorandum", "left", "why"),
    [
        (True, TODAY, None, None),
        (True, TODAY + timedelta(days=1), None, Why.NO_MEMORANDUM),
        (True, None, None, Why.NO_MEMORANDUM),
        (False, TODAY, None, Why.NOT_CRITICAL),
        (False, None, None, Why.NOT_CRITICAL),
        (True, TODAY, TODAY, Why.LEFT),
    ],
)
def test_only_an_operator_with_a_memorandum_may_be_given_a_notice(
    critical: bool,  # noqa: FBT001 - a column of the table
    memorandum: date | None,
    left: date | None,
    why: Why | None,
) -> None:
    member = MemberOperator(critical=critical, memorandum_on=memorandum, left_on=left)
    assert passing.barred(member, now=NOW) is why


def test_a_member_who_may_not_be_given_it_cannot_be_ordered_for_and_nothing_is_made(kit: Kit) -> None:
    kit.add_member("覚書なし")
    with pytest.raises(InputError):
        kit.order(ONE, "覚書なし")
    other = kit.world.add("ガス協議会", kit.world.seat.gas, Readiness(sectors=("gas",)))
    foreign = [each.id for each in kit.members(other).values()]
    with kit.world.hub.db.transaction() as session:
        release = session.get_one(Release, kit.release.id)
        with pytest.raises(NotFoundError):
            service.order(session, release, kit.world.power, foreign, by=kit.by, now=kit.now)
    with kit.world.hub.db.reading() as session:
        assert session.scalars(sa.select(MemberPackage)).all() == []
        assert session.scalars(sa.select(Job).where(Job.kind == "package.make")).all() == []


@pytest.mark.parametrize(
    ("tlp", "may"), [(Tlp.AMBER, True), (Tlp.GREEN, True), (Tlp.AMBER_STRICT, False), (Tlp.RED, False)]
)
def test_the_label_decides_whether_it_may_leave_the_body(kit: Kit, tlp: Tlp, may: bool) -> None:  # noqa: FBT001 - a column
    with kit.world.hub.db.reading() as session:
        release = session.get_one(Release, kit.release.id)
        set_committed_value(release, "tlp", tlp)  # a release is never changed
        assert (passing.refused(session, release, kit.world.power, now=NOW) is None) == may


def test_a_package_holds_the_released_bytes_a_pdf_and_the_pack(kit: Kit) -> None:
    assert kit.order(ONE) == 1
    kit.world.work()
    assert kit.package(ONE).state is State.READY
    inside = files(kit.take(ONE))
    name = f"{kit.number}-r1"
    assert set(inside) == {
        f"{name}.pdf",
        f"{name}.stix.json",
        f"{name}.sector-1.stix.json",
        f"{name}.csaf.json",
        "explanatory-pack-1.pdf",
    }
    assert inside[f"{name}.stix.json"] == advisories_at_rest.bundle_of(kit.release, vault=VAULT)
    assert hashlib.sha256(inside[f"{name}.stix.json"]).hexdigest() == kit.release.sha256
    assert inside[f"{name}.pdf"].startswith(b"%PDF-")
    assert kit.package(ONE).state is State.TAKEN


def test_the_mark_of_the_member_is_in_pdf_and_mail_and_in_no_json(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[dict[str, object]] = []
    real = paper.printed

    def heard(package: str, template: str, values: dict[str, object], *, at: datetime) -> bytes:
        printed.append({"package": package, **values})
        return real(package, template, values, at=at)

    monkeypatch.setattr(paper, "printed", heard)
    kit.order(ONE, OTHER)
    kit.world.work()
    feet = [each["foot"] for each in printed if each["package"] == "feeds.dissemination"]
    numbers = {name: kit.package(name).copy_number for name in (ONE, OTHER)}
    assert set(numbers.values()) == {1, 2}
    for name, number in numbers.items():
        mark = f"写し第{number}号　{name} 宛て（{kit.world.power.name_ja} 経由）"
        assert any(mark in str(foot) for foot in feet)
        assert mark in kit.mail(name)
        other = ONE if name == OTHER else OTHER
        assert other not in kit.mail(name)
        for file, content in files(kit.take(name)).items():
            if file.endswith(".json"):
                assert name not in content.decode()
                assert "写し" not in content.decode()
    one, two = (files(kit.take(name)) for name in (ONE, OTHER))
    assert {each for each in one if one[each] != two[each]} == {f"{kit.number}-r1.pdf"}


def test_the_mail_tells_nothing_of_the_matter_and_all_that_is_to_be_done(kit: Kit) -> None:
    kit.order(ONE)
    kit.world.work()
    mail = kit.mail(ONE)
    for word in SECRETS:
        assert word not in mail
    for word in (
        kit.number,
        "TLP:AMBER",
        ONE,
        kit.world.power.name_ja,
        "/received/",
        f"{kit.number}-r1-001.zip",
    ):
        assert word in mail


def test_where_a_member_has_a_certificate_only_its_holder_opens_the_package(kit: Kit) -> None:
    gas, pin = kit.world.seat.gas, kit.world.seat.pin
    kit.bring(ONE, gas)
    kit.order(ONE)
    kit.world.work()
    sealed = kit.take(ONE)
    assert kit.package(ONE).fingerprint == gas.certificate.fingerprint
    assert CANARY.encode() not in sealed
    opened = open_sealed(sealed, home=gas.shop.home, gpg=GPG, pinned_fingerprint=pin)
    assert f"{kit.number}-r1.stix.json" in files(opened)
    assert ".zip.gpg" in kit.mail(ONE)


def test_a_certificate_that_cannot_be_used_never_means_an_unsealed_package(kit: Kit) -> None:
    kit.bring(ONE, kit.world.seat.gas)
    kit.bring(OTHER, kit.world.seat.gas)
    with kit.world.hub.db.transaction() as session:
        ended = session.get_one(MemberCertificate, kit.members()[ONE].id)
        ended.not_after = kit.now
        session.flush()
        forged = sa.update(MemberCertificate).where(MemberCertificate.member_id == kit.members()[OTHER].id)
        session.execute(forged.values(fingerprint="A" * 40), execution_options={"synchronize_session": False})
    kit.order(ONE, OTHER)
    kit.world.work()
    for name in (ONE, OTHER):
        made = kit.package(name)
        assert (made.state, made.reason, made.document) == (State.NOT_MADE, Why.CERTIFICATE, None)


def test_a_package_lies_sealed_at_rest(kit: Kit) -> None:
    kit.order(ONE)
    kit.world.work()
    package = kit.package(ONE)
    for sealed in (package.document, package.mail):
        assert sealed
        assert not sealed.startswith(b"PK")
        assert kit.token(ONE).encode() not in sealed
    with kit.world.hub.db.reading() as session:
        said = str([(each.action, each.details) for each in session.scalars(sa.select(Entry))])
        jobs = str([each.values for each in session.scalars(sa.select(Job))])
    for word in (*SECRETS, ONE, kit.token(ONE)):
        assert word not in said
        assert word not in jobs


def test_ordering_twice_makes_one_package_and_making_twice_changes_nothing(kit: Kit) -> None:
    assert kit.order(ONE) == 1
    assert kit.order(ONE, OTHER) == 1
    kit.world.work()
    before = kit.package(ONE)
    making.make(kit.world.hub, {"package_id": str(before.id)}, kit.now)
    after = kit.package(ONE)
    assert (before.mail, before.document) == (after.mail, after.document)


@pytest.mark.parametrize("name", ["agreement", "suspended", "left", "memorandum"])
def test_what_ends_between_order_and_making_makes_no_package(kit: Kit, name: str) -> None:
    kit.order(ONE)
    _ends(kit, name)
    kit.world.work()
    made = kit.package(ONE)
    assert (made.state, made.document, made.mail) == (State.NOT_MADE, None, None)


@pytest.mark.parametrize("name", ["agreement", "suspended", "left", "memorandum"])
def test_what_ends_after_the_making_keeps_the_package_in_the_house(kit: Kit, name: str) -> None:
    kit.order(ONE)
    kit.world.work()
    _ends(kit, name)
    with pytest.raises(NotAllowedError):
        kit.take(ONE)


def _ends(kit: Kit, name: str) -> None:
    with kit.world.hub.db.transaction() as session:
        if name == "agreement":
            [found] = agreements.agreements_of(session, kit.world.power.organisation_id)
            found.state = AgreementState.TERMINATED
        elif name == "memorandum":
            session.get_one(MemberOperator, kit.members()[ONE].id).memorandum_on = None
        else:
            bodies.body(session, kit.world.power.id).state = BodyState(name)


def test_once_a_newer_revision_was_released_the_older_one_is_not_passed_on(kit: Kit) -> None:
    kit.order(ONE)
    kit.world.work()
    kit.world.withdraw(kit.release, reason="誤りのため", duties="公表まで秘密")
    with pytest.raises(NotAllowedError):
        kit.take(ONE)
    with pytest.raises(NotAllowedError):
        kit.order(OTHER)


def test_a_release_that_nobody_signed_makes_no_package_and_staff_are_told(kit: Kit) -> None:
    kit.order(ONE)
    kit.world.seat.config.pinned_passkeys.unlink(missing_ok=True)
    with kit.world.hub.db.transaction() as session:
        session.execute(sa.update(Release).where(Release.id == kit.release.id).values(sha256="0" * 64))
    kit.world.work()
    assert kit.package(ONE).state is State.ORDERED
    with kit.world.hub.db.reading() as session:
        assert session.scalar(sa.select(Entry).where(Entry.action == "release.not-vouched"))


def test_a_package_whose_row_was_forged_is_neither_made_nor_shown(kit: Kit) -> None:
    kit.order(ONE)
    with kit.world.hub.db.transaction() as session:
        forged = sa.update(MemberPackage).values(member_id=kit.members()[OTHER].id)
        session.execute(forged, execution_options={"synchronize_session": False})
    kit.world.work()
    with kit.world.hub.db.reading() as session:
        [row] = session.scalars(sa.select(MemberPackage))
        assert (row.state, row.document) == (State.ORDERED, None)


def test_a_member_confirms_once_by_its_link_and_it_counts(kit: Kit) -> None:
    kit.order(ONE, OTHER)
    kit.world.work()
    tokens = {name: kit.token(name) for name in (ONE, OTHER)}
    assert kit.reached() == 0
    kit.confirm(tokens[ONE])
    assert kit.reached() == 1
    for wrong in (tokens[ONE], "x", uuid.uuid4().hex):
        with pytest.raises(NotFoundError):
            kit.confirm(wrong)
    assert kit.reached() == 1
    assert kit.package(OTHER).reached_at is None


def test_a_package_made_anew_has_a_new_link_and_the_old_one_is_void(kit: Kit) -> None:
    kit.order(ONE)
    kit.world.work()
    old, number = kit.token(ONE), kit.package(ONE).copy_number
    with kit.world.hub.db.transaction() as session:
        row = session.get_one(MemberPackage, kit.package(ONE).id)
        service.order_again(session, row, kit.world.power, by=kit.by, now=kit.now)
    kit.world.work()
    with pytest.raises(NotFoundError):
        kit.confirm(old)
    kit.confirm(kit.token(ONE))
    assert (kit.reached(), kit.package(ONE).copy_number) == (1, number)


def test_numbers_of_copies_count_without_gaps_at_each_body(kit: Kit) -> None:
    for number in range(3):
        kit.add_member(f"会員{number}", memorandum_on=TODAY)
    kit.order("会員0")
    kit.order("会員1", "会員2", ONE)
    found = [kit.package(name).copy_number for name in ("会員0", "会員1", "会員2", ONE)]
    assert sorted(found) == [1, 2, 3, 4]
    assert all(one != other for one, other in itertools.pairwise(sorted(found)))
