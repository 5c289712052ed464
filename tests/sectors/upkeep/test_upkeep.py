"""A body looks after itself: contacts, attestations, memoranda, the yearly look; silence is reminded of."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub.accounts.models import Account, Role
from hub.accounts.states import State as AccountState
from hub.core.errors import InputError, NotAllowedError, NotFoundError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.core.two_people import DELAY
from keys.models import ContactCertificate
from keys.states import State as CertificateState
from sectors.bodies import queries as bodies
from sectors.bodies.details import ContactDetails
from sectors.bodies.models import Body, Contact, ContactKind
from sectors.certificates import service as certificates
from sectors.requirements.queries import all_attested
from sectors.telephones import queries as telephones
from sectors.telephones import service as telephone_service
from sectors.upkeep import people, service, watching
from tests.support.applications import NOW, TAX_AGENCY, acting, make_person
from tests.support.bodies import make_body_of
from tests.support.browser import Browser
from tests.support.passkeys import signed

Clients = Callable[..., Browser]
NEW = ContactDetails(
    kind=ContactKind.DEPUTY,
    name="新任 次郎",
    department="企画課",
    email="new@isac.example.jp",
    telephone="03-9999-0000",
)


@pytest.fixture
def body(instance: Instance, applicant: Account, coordinator: Account) -> Body:
    with instance.db.transaction() as session:
        made = make_body_of(session, applicant, by=coordinator)
        for each in bodies.contacts(session, made.id):
            assert each.account
            each.account.state = AccountState.ACTIVE
        return made


def present(hub: Instance, body: Body) -> dict[str, Contact]:
    with hub.db.reading() as session:
        return {each.email: each for each in bodies.contacts(session, body.id)}


def letters(hub: Instance, name: str) -> list[str]:
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        return sorted(job.values["to"] for job in jobs if job.values["letter"] == name)


def invitations(hub: Instance) -> int:
    with hub.db.reading() as session:
        return len(session.scalars(sa.select(Job).where(Job.kind == "account.invitation")).all())


def test_a_contact_adds_a_deputy_who_is_invited_and_all_are_told(
    instance: Instance, body: Body, applicant: Account, coordinator: Account, client_as: Clients
) -> None:
    before, page = invitations(instance), f"/bodies/{body.id}/contacts/new"
    sent = {"kind": "deputy", "name": "新任 次郎", "department": "企画課", "email": "New@isac.example.jp"}
    browser = client_as(applicant)
    assert browser.post_form(page, sent).status_code == 422
    assert browser.post_form(page, sent | {"telephone": "03-9999-0000"}).status_code == 303
    added = present(instance, body)["new@isac.example.jp"]
    assert invitations(instance) == before + 1
    assert letters(instance, "contact-added") == sorted(
        [applicant.email, "deputy@isac.example.jp", coordinator.email]
    )
    with instance.db.reading() as session:
        assert not bodies.is_confirmed(session, bodies.contact(session, added.id))
        change = telephones.open_change(session, added.id)
    assert change is not None
    assert (added.telephone, change.number) == ("", "03-9999-0000")


def test_no_certificate_of_a_new_contact_is_confirmed_before_its_number_counts(
    instance: Instance, body: Body, applicant: Account, coordinator: Account
) -> None:
    third = make_person(instance, Role.COORDINATOR)
    with instance.db.transaction() as session:
        contact = people.add(session, body.id, NEW, by=acting(applicant), now=instance.clock())
        row = ContactCertificate(
            owner_id=contact.id,
            email=contact.email,
            fingerprint="A" * 40,
            blob=b"",
            algorithm="ed25519",
            state=CertificateState.POSSESSED,
            uploaded_at=instance.clock(),
            uploaded_by=applicant.id,
        )
        session.add(row)
        session.flush()
        by = acting(third)
        signature = signed(session, certificates.asked(row, contact, body), by)
        with pytest.raises(NotAllowedError):
            certificates.confirm(session, row.id, signature=signature, by=by, now=instance.clock())
        change = telephones.open_change(session, contact.id)
        assert change is not None
        telephone_service.approve(session, change.id, by=acting(coordinator), now=instance.clock())
        later = instance.clock() + DELAY
        telephone_service.count(session, change.id, now=later)
        assert contact.telephone == NEW.telephone


@pytest.mark.parametrize(
    ("email", "kind", "field"),
    [
        ("deputy@isac.example.jp", ContactKind.DEPUTY, "email"),
        ("foreign", ContactKind.DEPUTY, "email"),
        ("new@isac.example.jp", ContactKind.MAIN, "kind"),
    ],
)
def test_an_address_or_a_window_that_cannot_be_is_refused_at_its_field(
    instance: Instance, body: Body, applicant: Account, *, email: str, kind: ContactKind, field: str
) -> None:
    foreign = make_person(instance, Role.CONTACT)
    named = ContactDetails(
        kind=kind,
        name="某",
        department="課",
        email=foreign.email if email == "foreign" else email,
        telephone="03-0000-0000",
    )
    with pytest.raises(InputError) as refused, instance.db.transaction() as session:
        people.add(session, body.id, named, by=acting(applicant), now=NOW)
    assert set(refused.value.problems) == {field}


def test_who_has_left_is_out_at_once_everywhere(
    instance: Instance, body: Body, applicant: Account, client_as: Clients
) -> None:
    deputy = present(instance, body)["deputy@isac.example.jp"]
    with instance.db.transaction() as session:
        row = ContactCertificate(
            owner_id=deputy.id,
            email=deputy.email,
            fingerprint="B" * 40,
            blob=b"",
            algorithm="ed25519",
            state=CertificateState.ACTIVE,
            uploaded_at=NOW,
        )
        session.add(row)
        telephone_service.propose(session, deputy.id, "03-1111-2222", by=acting(applicant), now=NOW)
        session.flush()
    theirs, mine = client_as(deputy.account), client_as(applicant)
    assert theirs.get("/notices").status_code == 200
    page = f"/bodies/{body.id}/contacts/{deputy.id}"
    assert mine.post_form(f"{page}/left", {}, page=page).status_code == 422
    assert mine.post_form(f"{page}/left", {"sure": "y"}, page=page).status_code == 303
    assert theirs.get("/notices").status_code == 303  # to the sign-in: the session has ended
    assert "deputy@isac.example.jp" not in present(instance, body)
    with instance.db.reading() as session:
        assert session.get_one(Account, deputy.account_id).state is AccountState.DISABLED
        assert session.get_one(ContactCertificate, row.id).state is CertificateState.REVOKED
        assert telephones.open_change(session, deputy.id) is None
    assert mine.get(page).status_code == 404
    assert "deputy@isac.example.jp" not in letters(instance, "contact-left")


def test_who_has_left_opens_nothing_even_with_an_account_that_works(
    instance: Instance, body: Body, client_as: Clients
) -> None:
    deputy = present(instance, body)["deputy@isac.example.jp"]
    browser = client_as(deputy.account)
    with instance.db.transaction() as session:
        bodies.contact(session, deputy.id).left_at = NOW
    for path in (
        "/",
        "/notices",
        "/notices/receipts",
        "/certificates",
        "/clients",
        f"/bodies/{body.id}",
        "/agreements",
    ):
        assert browser.get(path).status_code == 403, path


def test_a_leaving_undone_in_the_database_opens_nothing(
    instance: Instance, body: Body, client_as: Clients
) -> None:
    deputy = present(instance, body)["deputy@isac.example.jp"]
    with instance.db.transaction() as session:
        bodies.contact(session, deputy.id).left_at = NOW
    with instance.db.transaction() as session:
        session.execute(sa.update(Contact).where(Contact.id == deputy.id).values(left_at=None))
    assert client_as(deputy.account).get("/notices").status_code == 403


def test_the_main_contact_leaves_only_with_a_successor(
    instance: Instance, body: Body, applicant: Account, coordinator: Account, client_as: Clients
) -> None:
    main, deputy = (present(instance, body)[each] for each in (applicant.email, "deputy@isac.example.jp"))
    page, staff = f"/bodies/{body.id}/contacts/{main.id}", client_as(coordinator)
    assert staff.post_form(f"{page}/left", {"sure": "y"}, page=page).status_code == 422
    sent = {"sure": "y", "successor": str(deputy.id)}
    assert staff.post_form(f"{page}/left", sent, page=page).status_code == 303
    [left] = present(instance, body).values()
    assert (left.id, left.kind) == (deputy.id, ContactKind.MAIN)


def test_a_window_is_given_over_and_who_left_can_come_back(
    instance: Instance, body: Body, applicant: Account, coordinator: Account
) -> None:
    deputy = present(instance, body)["deputy@isac.example.jp"]
    with instance.db.transaction() as session:
        by = acting(applicant)
        people.give_window(session, body.id, deputy.id, ContactKind.MAIN, by=by, now=NOW)
    assert {each.email: each.kind for each in present(instance, body).values()} == {
        applicant.email: ContactKind.DEPUTY,
        deputy.email: ContactKind.MAIN,
    }
    with instance.db.transaction() as session:
        main = next(each for each in bodies.contacts(session, body.id) if each.email == applicant.email)
        people.leave(session, body.id, main.id, successor_id=None, by=acting(coordinator), now=NOW)
        again = ContactDetails(
            kind=ContactKind.OUT_OF_HOURS,
            name="戻り 太郎",
            department="課",
            email=applicant.email,
            telephone="03-5555-5555",
        )
        back = people.add(session, body.id, again, by=acting(coordinator), now=NOW)
        assert back.id == main.id
        assert back.account is not None
        assert back.account.state is AccountState.INVITED
        assert back.account.password_hash is None


def test_another_body_is_looked_after_by_nobody_else(
    instance: Instance, body: Body, client_as: Clients
) -> None:
    stranger = client_as(make_person(instance, Role.CONTACT))
    contact = next(iter(present(instance, body).values()))
    with instance.db.reading() as session:
        operator = bodies.operators(session, body.id)[0]
    for path in (
        *("contacts/new", f"contacts/{contact.id}", "check", "requirements", "operators", "operators/new"),
        f"operators/{operator.id}",
    ):
        assert stranger.get(f"/bodies/{body.id}/{path}").status_code == 404, path
    with pytest.raises(NotFoundError), instance.db.transaction() as session:
        people.add(session, body.id, NEW, by=acting(make_person(instance, Role.CONTACT)), now=NOW)


def test_a_lapsed_attestation_is_shown_and_renewed_by_the_body(
    instance: Instance, body: Body, applicant: Account, coordinator: Account, client_as: Clients
) -> None:
    page = f"/bodies/{body.id}/requirements"
    browser = client_as(applicant)
    shown = browser.soup(page)
    sent = {
        str(each["name"]): str(each.get("value") or each.get_text().strip())
        for each in shown.select("main input[type=text], main textarea")
    }
    assert sent["operator-how"] == "規程による"
    assert browser.post_form(page, sent | {"operator-how": ""}).status_code == 422
    assert (
        browser.post_form(page, sent | {"sure": "y", "operator-how": "新しい規程による"}).status_code == 303
    )
    with instance.db.reading() as session:
        assert all_attested(session, body.id, on=date(2027, 11, 19))
    assert "新しい規程による" in client_as(coordinator).get(page).text
    client_as(coordinator).post_form(
        page, sent | {"sure": "y", "operator-how": "他人が書いた"}, page="/bodies"
    )
    assert "他人が書いた" not in browser.get(page).text


def test_memoranda_are_tracked_for_each_member(
    instance: Instance, body: Body, applicant: Account, coordinator: Account, client_as: Clients
) -> None:
    base, browser = f"/bodies/{body.id}/operators", client_as(applicant)
    sent = {"name": "第三電力", "corporate_number": TAX_AGENCY, "sector": "electricity", "critical": "yes"}
    assert browser.post_form(f"{base}/new", sent | {"corporate_number": "1"}).status_code == 422
    assert browser.post_form(f"{base}/new", sent).status_code == 303
    assert browser.post_form(f"{base}/new", sent).status_code == 422
    with instance.db.reading() as session:
        added = bodies.operator_by_number(session, body.id, TAX_AGENCY)
        counts = bodies.roster_counts(session, [body.id])[body.id]
    assert added is not None
    assert (counts.total, counts.memoranda, counts.eligible) == (3, 2, 2)
    member = f"{base}/{added.id}"
    later = {"critical": "yes", "memorandum_on": "2027-01-01"}
    assert browser.post_form(member, later).status_code == 422
    assert browser.post_form(member, {"critical": "yes", "memorandum_on": "2026-11-01"}).status_code == 303
    assert "第三電力" in client_as(coordinator).get(base).text
    assert browser.post_form(f"{member}/left", page=member).status_code == 303
    with instance.db.reading() as session:
        assert bodies.roster_counts(session, [body.id])[body.id].total == 2
    assert browser.get(member).status_code == 404


def test_once_a_year_the_body_is_asked_whether_everything_is_right_until_it_says_so(
    instance: Instance, body: Body, applicant: Account, client_as: Clients
) -> None:
    due = NOW + service.CHECK_EVERY
    for at in (due - timedelta(days=1), due, due + timedelta(days=1), due + watching.CHECK_AGAIN):
        watching.watch(instance, {}, at)
    assert len(letters(instance, "check-due")) == 2 * 2  # two contacts, asked twice
    browser, page = client_as(applicant), f"/bodies/{body.id}/check"
    moved = {"address": "大阪府大阪市北区1-1", "representative": ""}
    assert browser.post_form(f"/bodies/{body.id}/details", moved, page=page).status_code == 422
    moved |= {"representative": "理事長 新田"}
    assert browser.post_form(f"/bodies/{body.id}/details", moved, page=page).status_code == 303
    assert "大阪市北区" in browser.get(page).text
    assert browser.post_form(page).status_code == 303
    with instance.db.transaction() as session:
        checked = bodies.body(session, body.id)
        assert checked.checked_at is not None
        assert service.check_due(checked) > due - timedelta(days=1)


@pytest.mark.usefixtures("body")
def test_what_lapses_is_told_at_its_stages_and_then_each_week(
    instance: Instance, applicant: Account, coordinator: Account
) -> None:
    lapses = datetime(2027, 11, 20, 1, tzinfo=NOW.tzinfo)
    for days in (61, 60, 59, 30, 7, 1):
        watching.watch(instance, {}, lapses - timedelta(days=days))
    assert letters(instance, "requirements-ending").count(applicant.email) == 3
    assert letters(instance, "requirements-lapsed") == []
    for days in (0, 1, 7):
        watching.watch(instance, {}, lapses + timedelta(days=days))
    assert letters(instance, "requirements-lapsed").count(applicant.email) == 2
    assert letters(instance, "requirements-lapsed").count(coordinator.email) == 2


def test_who_does_not_set_up_the_account_is_invited_again_and_the_others_are_told(
    instance: Instance, body: Body, applicant: Account
) -> None:
    with instance.db.transaction() as session:
        people.add(session, body.id, NEW, by=acting(applicant), now=NOW)
    before = invitations(instance)
    for days in (6, 7, 8, 14):
        watching.watch(instance, {}, NOW + timedelta(days=days))
    assert invitations(instance) == before + 2
    assert letters(instance, "contact-unconfirmed").count(applicant.email) == 2


def test_what_waits_for_a_second_person_is_asked_for_again(
    instance: Instance, body: Body, applicant: Account, coordinator: Account
) -> None:
    contact = present(instance, body)[applicant.email]
    with instance.db.transaction() as session:
        telephone_service.propose(session, contact.id, "03-1111-2222", by=acting(applicant), now=NOW)
    asked = letters(instance, "telephone-to-approve").count(coordinator.email)
    for days in (2, 3, 4, 6):
        watching.watch(instance, {}, NOW + timedelta(days=days))
    assert letters(instance, "telephone-to-approve").count(coordinator.email) == asked + 2
