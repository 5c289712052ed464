"""No administrator makes staff alone, gives a role alone, or lets anybody back in alone."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.accounts.passkeys.queries import passkeys_of
from hub.accounts.staff import queries, service
from hub.accounts.staff.letters import LETTERS, count
from hub.accounts.staff.models import StaffChange
from hub.accounts.staff.states import State
from hub.accounts.states import State as AccountState
from hub.core.audit import Actor, Entry
from hub.core.errors import HubError, NotAllowedError
from hub.core.instance import Instance
from hub.core.outbox import Job
from tests.conftest import HandedIn
from tests.support import passkeys
from tests.support.authenticator import Holder, is_signed_in, set_up, sign_in
from tests.support.browser import Browser
from tests.support.people import make_account

Enter = Callable[[object], Browser]
NEW = {"email": "new@jpcert.example.jp", "name": "新人", "role": "coordinator"}


@pytest.fixture
def administrator(instance: Instance) -> Account:
    with instance.db.transaction() as session:
        return make_account(session, Role.ADMINISTRATOR)


def letters(hub: Instance) -> dict[str, set[str]]:
    """Return who was told what."""
    told: dict[str, set[str]] = {}
    with hub.db.reading() as session:
        for job in session.scalars(sa.select(Job).where(Job.kind == "letter")):
            told.setdefault(job.values["letter"], set()).add(job.values["to"])
    return told


def waiting(hub: Instance) -> list[StaffChange]:
    with hub.db.reading() as session:
        return list(queries.waiting(session))


def later(hub: Instance, clock: HandedIn, change: StaffChange, hours: float = 24) -> None:
    """Let the worker look when its time has come."""
    clock.now += timedelta(hours=hours)
    count(hub, {"change_id": str(change.id)}, clock.now)


def named(hub: Instance, email: str) -> Account | None:
    with hub.db.reading() as session:
        return accounts.account_by_email(session, email)


def by(account: Account) -> Actor:
    return Actor(account_id=account.id, organisation_id=account.organisation_id)


def test_the_first_people_are_invited_at_once_as_nobody_could_approve(
    instance: Instance, administrator: Account, client_as: Enter
) -> None:
    browser = client_as(administrator)
    for number in (1, 2):
        browser.post_form("/accounts", NEW | {"email": f"{number}@jpcert.example.jp"})
    assert named(instance, "2@jpcert.example.jp") is not None
    assert waiting(instance) == []


def test_staff_is_made_by_two_people_told_to_all_and_counts_a_day_later(  # noqa: PLR0917 - fixtures
    instance: Instance,
    administrator: Account,
    coordinator: Account,
    reviewer: Account,
    client_as: Enter,
    clock: HandedIn,
) -> None:
    alone = client_as(administrator)
    answer = alone.post_form("/accounts", NEW)
    assert answer.status_code == 303
    [change] = waiting(instance)
    assert named(instance, NEW["email"]) is None
    assert letters(instance)["staff-proposed"] == {administrator.email, coordinator.email, reviewer.email}
    refused = alone.post_form(f"/staff/{change.id}/approve", page="/staff")
    assert refused.status_code == 403
    second = client_as(coordinator)
    assert "新人" in second.get("/staff").text
    assert "アカウントの変更を承認する" in second.get("/").text
    assert second.post_form(f"/staff/{change.id}/approve", page="/staff").status_code == 303
    later(instance, clock, change, hours=23)
    assert named(instance, NEW["email"]) is None
    later(instance, clock, change, hours=1)
    made = named(instance, NEW["email"])
    assert made is not None
    assert (made.role, made.state) == (Role.COORDINATOR, AccountState.INVITED)
    with instance.db.reading() as session:
        acts = session.scalars(
            sa.select(Entry.action).where(Entry.action.startswith("staff.")).order_by(Entry.number)
        )
        assert list(acts) == ["staff.proposed", "staff.approved", "staff.counting"]


def test_whoever_is_told_in_time_has_it_refused(
    instance: Instance, administrator: Account, coordinator: Account, client_as: Enter, clock: HandedIn
) -> None:
    client_as(administrator).post_form("/accounts", NEW)
    [change] = waiting(instance)
    with instance.db.transaction() as session:
        service.approve(session, change.id, by=by(coordinator), now=clock.now)
    client_as(administrator).post_form(f"/staff/{change.id}/refuse", page="/staff")
    later(instance, clock, change)
    assert named(instance, NEW["email"]) is None
    assert coordinator.email in letters(instance)["staff-refused"]


def test_another_role_needs_two_people_and_ends_the_sessions(
    instance: Instance, administrator: Account, coordinator: Account, client_as: Enter, clock: HandedIn
) -> None:
    with instance.db.transaction() as session:
        auditor = make_account(session, Role.AUDITOR)
    there = client_as(auditor)
    client_as(administrator).post_form(f"/accounts/{auditor.id}/change", {"what": "coordinator"})
    [change] = waiting(instance)
    with instance.db.transaction() as session:
        service.approve(session, change.id, by=by(coordinator), now=clock.now)
    assert there.get("/log").status_code == 200
    later(instance, clock, change)
    changed = named(instance, auditor.email)
    assert changed is not None
    assert changed.role is Role.COORDINATOR
    assert there.get("/log").status_code == 303
    assert letters(instance)["role-changed"] == {auditor.email}


def test_no_account_gets_a_role_of_another_house_or_of_a_body(
    instance: Instance, administrator: Account, coordinator: Account, reviewer: Account, client_as: Enter
) -> None:
    with instance.db.transaction() as session:
        contact = make_account(session, Role.CONTACT)
    browser = client_as(administrator)
    for account, role in ((reviewer, "coordinator"), (coordinator, "reviewer"), (contact, "coordinator")):
        page = f"/accounts/{account.id}/change"
        assert browser.post_form(page, {"what": role}).status_code == 422
        with pytest.raises(NotAllowedError), instance.db.transaction() as session:
            service.propose_role(session, account.id, Role(role), by=by(administrator), now=instance.clock())
    assert browser.post_form(f"/accounts/{coordinator.id}/change", {"what": "contact"}).status_code == 422


def test_nobody_changes_or_approves_the_own_account(
    instance: Instance, administrator: Account, coordinator: Account, client_as: Enter
) -> None:
    browser = client_as(administrator)
    assert browser.post_form(f"/accounts/{administrator.id}/change", {"what": "return"}).status_code == 403
    browser.post_form(f"/accounts/{coordinator.id}/change", {"what": "return"})
    [] = waiting(instance)  # the only one who could approve it is the person herself
    with instance.db.transaction() as session:
        make_account(session, Role.COORDINATOR)
    browser.post_form(f"/accounts/{coordinator.id}/change", {"what": "return"})
    [change] = waiting(instance)
    refused = client_as(coordinator).post_form(f"/staff/{change.id}/approve", page="/account/sessions")
    assert refused.status_code == 403


@pytest.fixture
def lost(instance: Instance, app: Flask) -> Holder:
    return set_up(app, instance, Role.CONTACT)


def test_who_lost_the_second_factor_comes_back_by_two_people_and_nothing_old_works(  # noqa: PLR0917 - fixtures
    instance: Instance,
    administrator: Account,
    coordinator: Account,
    lost: Holder,
    client_as: Enter,
    clock: HandedIn,
) -> None:
    with instance.db.transaction() as session:
        colleague = make_account(
            session, Role.CONTACT, session.get_one(Account, lost.account.id).organisation
        )
        passkeys.passkey_of(session, lost.account.id)
    there = client_as(lost.account)
    client_as(administrator).post_form(f"/accounts/{lost.account.id}/change", {"what": "return"})
    told = {lost.account.email, colleague.email, administrator.email, coordinator.email}
    assert letters(instance)["staff-proposed"] == told
    [change] = waiting(instance)
    client_as(coordinator).post_form(f"/staff/{change.id}/approve", page="/staff")
    assert letters(instance)["staff-approved"] == told
    assert is_signed_in(there)
    later(instance, clock, change)
    assert not is_signed_in(there)
    clock.now += timedelta(minutes=2)
    sign_in(there, lost, lost.code(instance))
    assert not is_signed_in(there)
    with instance.db.reading() as session:
        account = accounts.account(session, lost.account.id)
        assert (account.state, account.password_hash, account.totp_secret) == (
            AccountState.INVITED,
            None,
            None,
        )
        assert passkeys_of(session, account.id) == []
        kinds = session.scalars(sa.select(Job.kind).where(Job.kind == "account.invitation")).all()
    assert len(kinds) == 2


def test_an_invitation_that_ended_is_sent_again_at_once(
    instance: Instance, administrator: Account, client_as: Enter
) -> None:
    with instance.db.transaction() as session:
        make_account(session, Role.COORDINATOR)
        late = make_account(session, Role.AUDITOR)
        late.state = AccountState.INVITED
    client_as(administrator).post_form(f"/accounts/{late.id}/change", {"what": "return"})
    assert waiting(instance) == []
    with instance.db.reading() as session:
        [job] = session.scalars(sa.select(Job).where(Job.kind == "account.invitation"))
        assert job.values == {"account_id": str(late.id)}


def test_of_one_account_one_change_is_under_way(
    instance: Instance, administrator: Account, coordinator: Account, client_as: Enter
) -> None:
    browser = client_as(administrator)
    browser.post_form("/accounts", NEW)
    second = browser.post_form("/accounts", NEW)
    assert second.status_code == 422
    assert "手続中です" in second.text
    taken = browser.post_form("/accounts", NEW | {"email": coordinator.email})
    assert taken.status_code == 422
    assert len(waiting(instance)) == 1


def test_an_approval_forged_in_the_database_never_counts(
    instance: Instance, administrator: Account, coordinator: Account, client_as: Enter, clock: HandedIn
) -> None:
    client_as(administrator).post_form("/accounts", NEW)
    [change] = waiting(instance)
    with instance.db.transaction() as session:
        forged = {"state": State.APPROVED, "approved_by": coordinator.id, "counts_at": clock.now}
        session.execute(sa.update(StaffChange).values(**forged, approved_at=clock.now))
    later(instance, clock, change)
    assert named(instance, NEW["email"]) is None


def test_the_database_refuses_one_person_in_both_parts(
    instance: Instance, administrator: Account, client_as: Enter
) -> None:
    with instance.db.transaction() as session:
        make_account(session, Role.COORDINATOR)
    client_as(administrator).post_form("/accounts", NEW)
    [change] = waiting(instance)
    with pytest.raises(sa.exc.IntegrityError), instance.db.transaction() as session:
        session.execute(sa.update(StaffChange).values(approved_by=change.proposed_by))


def test_a_change_that_is_not_there_is_not_found(instance: Instance, coordinator: Account) -> None:
    for act in (service.approve, service.refuse):
        with pytest.raises(HubError), instance.db.transaction() as session:
            act(session, uuid.uuid4(), by=by(coordinator), now=instance.clock())


def test_the_letters_name_nobody() -> None:
    assert set(LETTERS) == {"staff-proposed", "staff-approved", "staff-refused"}
