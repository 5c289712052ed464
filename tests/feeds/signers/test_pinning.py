"""Whose passkeys the worker believes: two at the console, others by two signatures and a delay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy import orm

from feeds.signers import console, pinned, pinning, queries, service
from feeds.signers.entry import Change, Entry, challenge
from feeds.signers.models import SignerChange, SignerVouch
from feeds.signers.states import State
from hub.accounts.models import Account, Role
from hub.core.audit import Actor
from hub.core.config import Config
from hub.core.errors import ConfigurationError, ConflictError, NotAllowedError, NotFoundError
from hub.core.instance import Instance
from hub.core.outbox import Job
from tests.conftest import HandedIn
from tests.support import passkeys
from tests.support.advisories import acting
from tests.support.browser import Browser
from tests.support.delivery import Seat
from tests.support.people import make_account

DAY = timedelta(hours=24)


@pytest.fixture
def hub(instance: Instance, seat: Seat) -> Instance:
    """An instance with a mail server, and nobody pinned."""
    return replace(instance, config=replace(instance.config, mail=seat.mail))


@pytest.fixture
def people(hub: Instance) -> list[Account]:
    """Two coordinators who are pinned, a third one and a reviewer who are not."""
    with hub.db.transaction() as session:
        made = [make_account(session, Role.COORDINATOR) for _ in range(3)]
        made.append(make_account(session, Role.REVIEWER))
        for each in made[:2]:
            console.pin(session, passkeys.entry_of(session, each.id), config=hub.config, now=hub.clock())
        return made


def names(hub: Instance) -> frozenset[str]:
    return pinned.load(hub.config.pinned_passkeys).people


def proposed(hub: Instance, account: Account, change: Change = Change.ADD) -> SignerChange:
    with hub.db.transaction() as session:
        entry = passkeys.entry_of(session, account.id)
        return service.propose(session, entry, change, by=acting(account), now=hub.clock())


def vouch(hub: Instance, change: SignerChange, *people: Account) -> None:
    for person in people:
        with hub.db.transaction() as session:
            asked = challenge(change.entry, change.change, change_id=change.id)
            signature = passkeys.signed(session, asked, acting(person))
            service.vouch(session, change.id, signature=signature, by=acting(person), now=hub.clock())


def work(hub: Instance, change: SignerChange) -> State:
    pinning.pin(hub, {"change_id": str(change.id)}, hub.clock())
    with hub.db.reading() as session:
        return queries.change(session, change.id).state


def test_the_file_is_the_workers_alone(hub: Instance, people: list[Account]) -> None:
    file = hub.config.pinned_passkeys
    assert names(hub) == {each.email for each in people[:2]}
    assert file.stat().st_mode & 0o777 == 0o400
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.chmod(0o440)
    with pytest.raises(ConfigurationError, match="read by others"):
        pinned.load(file)
    file.chmod(0o600)
    file.write_text("[]")
    with pytest.raises(ConfigurationError):
        pinned.load(file)


def test_a_third_person_is_not_pinned_at_the_console(hub: Instance, people: list[Account]) -> None:
    with hub.db.transaction() as session, pytest.raises(NotAllowedError):
        console.pin(session, passkeys.entry_of(session, people[2].id), config=hub.config, now=hub.clock())
    assert len(names(hub)) == 2


def test_the_console_knows_only_active_signers_with_a_passkey(hub: Instance) -> None:
    with hub.db.transaction() as session:
        coordinator, auditor = (make_account(session, role) for role in (Role.COORDINATOR, Role.AUDITOR))
        passkeys.register(session, auditor.id)
        for email in (coordinator.email, auditor.email, "nobody@example.jp"):
            with pytest.raises(NotFoundError):
                console.candidates(session, email)
        passkeys.register(session, coordinator.id)
        [entry] = console.candidates(session, coordinator.email)
    assert console.chosen([entry], entry.spoken.lower()) == entry
    for wrong in ("", "0" * 32):
        with pytest.raises(NotFoundError):
            console.chosen([entry], wrong)


def test_two_signatures_and_a_day_pin_a_third_person_and_everybody_is_told(
    hub: Instance, people: list[Account], clock: HandedIn, seat: Seat
) -> None:
    change = proposed(hub, people[2])
    vouch(hub, change, people[0])
    assert work(hub, change) is State.PROPOSED
    vouch(hub, change, people[1])
    assert work(hub, change) is State.VOUCHED
    assert people[2].email not in names(hub)
    assert all(seat.mails_to(each.email) for each in people[:2])
    assert {each.email for each in people} <= told(hub, "signer-coming")
    clock.now += DAY - timedelta(minutes=1)
    assert work(hub, change) is State.VOUCHED
    clock.now += timedelta(minutes=1)
    assert work(hub, change) is State.DONE
    assert people[2].email in names(hub)
    assert work(hub, change) is State.DONE


def told(hub: Instance, letter: str) -> set[str]:
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
    return {each.values["to"] for each in jobs if each.values["letter"] == letter}


def test_nobody_signs_twice_or_with_anothers_passkey(hub: Instance, people: list[Account]) -> None:
    change = proposed(hub, people[2])
    vouch(hub, change, people[0])
    with pytest.raises(ConflictError):
        vouch(hub, change, people[0])
    with hub.db.transaction() as session:
        asked = challenge(change.entry, change.change, change_id=change.id)
        of_another = passkeys.signed(session, asked, acting(people[1]))
        with pytest.raises(NotAllowedError):
            service.vouch(session, change.id, signature=of_another, by=acting(people[3]), now=hub.clock())


Forge = Callable[[orm.Session, SignerChange, list[Account]], None]


def by_people_who_are_not_pinned(session: orm.Session, change: SignerChange, people: list[Account]) -> None:
    for person in people[2:]:
        forged(session, change, person, by=person)


def by_one_person_in_two_names(session: orm.Session, change: SignerChange, people: list[Account]) -> None:
    for person in people[:2]:
        forged(session, change, person, by=people[0])


def for_another_change(session: orm.Session, change: SignerChange, people: list[Account]) -> None:
    entry = passkeys.entry_of(session, people[3].id)
    other = service.propose(session, entry, Change.ADD, by=Actor(), now=change.proposed_at)
    for person in people[:2]:
        forged(session, change, person, by=person, signed=other)


def forged(
    session: orm.Session,
    change: SignerChange,
    person: Account,
    *,
    by: Account,
    signed: SignerChange | None = None,
) -> None:
    of = signed or change
    asked = challenge(of.entry, of.change, change_id=of.id)
    assertion = passkeys.signed(session, asked, acting(by)).assertion.to_json()
    session.add(
        SignerVouch(
            change_id=change.id, account_id=person.id, assertion=assertion, signed_at=change.proposed_at
        )
    )


@pytest.mark.parametrize(
    "forge", [by_people_who_are_not_pinned, by_one_person_in_two_names, for_another_change]
)
def test_forged_signatures_pin_nobody_and_staff_are_told(
    hub: Instance, people: list[Account], forge: Forge
) -> None:
    change = proposed(hub, people[2])
    with hub.db.transaction() as session:
        forge(session, change, people)
        session.execute(
            sa.update(SignerChange).where(SignerChange.id == change.id).values(state=State.VOUCHED)
        )
    assert work(hub, change) is State.DROPPED
    assert len(names(hub)) == 2
    assert {each.email for each in people} <= told(hub, "signer-refused")


def test_a_row_changed_after_it_was_signed_is_refused(hub: Instance, people: list[Account]) -> None:
    change = proposed(hub, people[2])
    vouch(hub, change, *people[:2])
    with hub.db.transaction() as session:
        evil = passkeys.entry_of(session, people[3].id)
        session.execute(
            sa.update(SignerChange)
            .where(SignerChange.id == change.id)
            .values(credential_id=evil.credential_id, public_key=evil.public_key)
        )
    assert work(hub, change) is State.DROPPED
    assert len(names(hub)) == 2


def test_no_row_shortens_the_delay_nor_brings_a_removed_passkey_back(
    hub: Instance, people: list[Account], clock: HandedIn
) -> None:
    change = proposed(hub, people[2])
    vouch(hub, change, *people[:2])
    work(hub, change)
    with hub.db.transaction() as session:
        queries.change(session, change.id).counts_from = clock.now - DAY
    assert work(hub, change) is State.VOUCHED
    clock.now += DAY
    work(hub, change)
    with hub.db.transaction() as session:
        console.remove(session, change.entry.fingerprint[:8], config=hub.config, now=hub.clock())
        queries.change(session, change.id).state = State.VOUCHED
    assert people[2].email not in names(hub)
    work(hub, change)
    clock.now += DAY
    work(hub, change)
    assert people[2].email not in names(hub)


def test_the_console_stops_what_is_coming(hub: Instance, people: list[Account], clock: HandedIn) -> None:
    change = proposed(hub, people[2])
    vouch(hub, change, *people[:2])
    work(hub, change)
    with hub.db.transaction() as session:
        console.remove(session, change.entry.fingerprint, config=hub.config, now=hub.clock())
    clock.now += DAY
    assert work(hub, change) is State.DROPPED
    with hub.db.transaction() as session:
        queries.change(session, change.id).state = State.VOUCHED  # a row put back as it was
    work(hub, change)
    clock.now += DAY
    work(hub, change)
    assert people[2].email not in names(hub)


def test_two_people_remove_a_passkey_on_the_pages(
    hub: Instance, people: list[Account], clock: HandedIn
) -> None:
    change = proposed(hub, people[1], Change.REMOVE)
    vouch(hub, change, *people[:2])
    work(hub, change)
    clock.now += DAY
    assert work(hub, change) is State.DONE
    assert names(hub) == {people[0].email}


def test_an_entry_is_another_one_when_anything_of_it_differs() -> None:
    one = Entry(email="a@example.jp", name="A", role=Role.COORDINATOR, credential_id=b"1", public_key=b"23")
    other = replace(one, credential_id=b"12", public_key=b"3")
    assert one.fingerprint != other.fingerprint
    assert len(one.spoken.replace(" ", "")) == 32


@pytest.mark.usefixtures("hub")
def test_the_pages_lead_from_the_proposal_to_two_signatures(
    instance: Instance, people: list[Account], client_as: Callable[..., Browser]
) -> None:
    with instance.db.transaction() as session:
        passkeys.register(session, people[2].id)
    third, *signers = (client_as(each) for each in (people[2], *people[:2]))
    form = third.soup("/signers").select_one('form[action*="/signers/own/"]')
    assert form
    assert third.post_form(str(form["action"]), page="/signers").status_code == 303
    with instance.db.reading() as session:
        [change] = queries.open_changes(session)
    page = f"/signers/{change.id}"
    assert client_as(people[3]).get(page).status_code == 403
    assert signers[0].post_form(page, {"compared": "y"}).status_code == 422
    for each in signers:
        assert change.entry.spoken in each.get(page).text
        assert passkeys.sign_form(instance, each, page, {"compared": "y"}).status_code == 303
    assert signers[0].soup(page).select_one("[data-passkey]") is None
    with instance.db.reading() as session:
        assert queries.change(session, change.id).state is State.VOUCHED
        assert session.scalar(sa.select(Job).where(Job.kind == "passkeys.pin"))


def test_the_commands_pin_list_and_remove(
    hub: Instance, people: list[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub import cli_passkeys  # noqa: PLC0415 - its instance is put in place of the one of the environment

    monkeypatch.setattr(cli_passkeys, "open_instance", lambda _config: hub)
    monkeypatch.setattr(Config, "from_env", lambda: hub.config)
    run = CliRunner().invoke
    [pin, *_] = pinned.load(hub.config.pinned_passkeys).pins
    gone = run(cli_passkeys.passkeys, ["remove", "--fingerprint", pin.entry.spoken[:9]])
    assert gone.exit_code == 0, gone.output
    assert len(names(hub)) == 1
    email = pin.entry.email
    no = run(cli_passkeys.passkeys, ["pin", "--email", email], input="n\n")
    assert (no.exit_code, len(names(hub))) == (1, 1)
    assert pin.entry.spoken in no.output
    yes = run(cli_passkeys.passkeys, ["pin", "--email", email], input="y\n")
    assert (yes.exit_code, email in names(hub)) == (0, True)
    listed = run(cli_passkeys.passkeys, ["list"])
    assert all(each.email in listed.output for each in people[:2])
