"""The form of a contact's encrypted mail, chosen by the body itself."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.core.errors import InputError, NotFoundError
from hub.core.instance import Instance
from sectors.bodies import queries, service
from sectors.bodies.models import Body
from tests.support.applications import NOW, acting, make_person
from tests.support.bodies import make_body_of
from tests.support.browser import Browser


@pytest.fixture
def body(instance: Instance, applicant: Account, coordinator: Account) -> Body:
    with instance.db.transaction() as session:
        return make_body_of(session, applicant, by=coordinator)


def attached(instance: Instance, body: Body) -> list[bool]:
    with instance.db.reading() as session:
        return [each.encrypted_attachment for each in queries.contacts(session, body.id)]


def test_a_contact_chooses_who_gets_an_attached_file_and_takes_it_back(
    instance: Instance, body: Body, applicant: Account, client_as: Callable[..., Browser]
) -> None:
    with instance.db.reading() as session:
        _, deputy = queries.contacts(session, body.id)
    own, page = client_as(applicant), f"/bodies/{body.id}"
    assert "notice.eml.asc" in own.get(page).text
    for chosen, after in (
        ([str(deputy.id)], [False, True]),
        ([str(deputy.id), "nobody"], [False, True]),
        ([], [False, False]),
    ):
        assert own.post_form(f"{page}/mail-form", {"as_attachment": chosen}, page=page).status_code == 303
        assert attached(instance, body) == after
        shown = own.soup(page).select("input[name=as_attachment]")
        assert [each.has_attr("checked") for each in shown] == after
    with instance.db.reading() as session:
        entries = session.scalars(sa.select(Entry).where(Entry.action == "contact.mail-form"))
        assert [each.details["form"] for each in entries] == ["attachment", "pgp-mime"]


def test_only_the_body_itself_chooses_and_only_for_its_own(
    instance: Instance,
    body: Body,
    applicant: Account,
    coordinator: Account,
    client_as: Callable[..., Browser],
) -> None:
    stranger = make_person(instance, Role.CONTACT)
    answer = client_as(stranger).post_form(f"/bodies/{body.id}/mail-form", {}, page="/")
    assert answer.status_code == 404
    with instance.db.transaction() as session, pytest.raises(NotFoundError):
        service.choose_mail_form(session, body.id, frozenset(), by=acting(coordinator), now=NOW)
    with instance.db.transaction() as session, pytest.raises(InputError):
        service.choose_mail_form(session, body.id, frozenset({coordinator.id}), by=acting(applicant), now=NOW)
    assert attached(instance, body) == [False, False]
