"""Consultations: whose record it is, and what needs a reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import at_rest, consulting, queries, service
from feeds.advisories.conditions import Gate, conditions
from feeds.advisories.consulting import Consulted
from feeds.advisories.models import Advisory
from feeds.advisories.states import Answer, Party
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotAllowedError
from hub.core.outbox import Job
from sectors.bodies.models import Body
from tests.support import advisories
from tests.support.advisories import NOW, TODAY, VAULT, Cast

AGREED = Consulted(name="Example Inc.", asked_on=TODAY, answered_on=TODAY, answer=Answer.AGREED)


@pytest.fixture
def advisory(session: orm.Session, cast: Cast, power: Body) -> Advisory:
    advisory = advisories.make_draft(session, cast, power)
    advisories.submit(session, advisory.id, by=cast.writer)
    return advisory


def test_only_a_person_of_ipa_records_ipas(session: orm.Session, cast: Cast, advisory: Advisory) -> None:
    for person in (cast.writer, replace(cast.writer, account_id=None)):
        with pytest.raises(NotAllowedError):
            consulting.confirm_ipa(
                session, advisory.id, answer=Answer.AGREED, vault=VAULT, by=person, now=NOW
            )
    assert queries.waiting_for_ipa(session) == [advisory]
    consulting.confirm_ipa(session, advisory.id, answer=Answer.AGREED, vault=VAULT, by=cast.ipa, now=NOW)
    assert queries.waiting_for_ipa(session) == []
    (row,) = queries.consultations(session, advisory.id)
    assert (row.party, row.recorded_by) == (Party.IPA, cast.ipa.account_id)


def test_only_the_coordinating_body_records_a_developers(
    session: orm.Session, cast: Cast, advisory: Advisory
) -> None:
    with pytest.raises(NotAllowedError):
        consulting.record_consultation(session, advisory.id, AGREED, vault=VAULT, by=cast.ipa, now=NOW)


def test_ipas_record_is_made_once(session: orm.Session, cast: Cast, advisory: Advisory) -> None:
    consulting.confirm_ipa(session, advisory.id, answer=Answer.AGREED, vault=VAULT, by=cast.ipa, now=NOW)
    with pytest.raises(ConflictError):
        consulting.confirm_ipa(session, advisory.id, answer=Answer.AGREED, vault=VAULT, by=cast.ipa, now=NOW)
    assert len(queries.consultations(session, advisory.id)) == 1


def test_ipa_is_consulted_about_what_was_submitted(
    session: orm.Session, cast: Cast, advisory: Advisory
) -> None:
    service.send_back(session, advisory.id, by=cast.releaser, now=NOW)
    with pytest.raises(IllegalMoveError):
        consulting.confirm_ipa(session, advisory.id, answer=Answer.AGREED, vault=VAULT, by=cast.ipa, now=NOW)
    assert queries.waiting_for_ipa(session) == []


@pytest.mark.parametrize("answer", [Answer.OBJECTED, Answer.SILENT])
def test_ipa_answers_and_gives_the_reason_of_an_objection(
    session: orm.Session, cast: Cast, advisory: Advisory, answer: Answer
) -> None:
    with pytest.raises(InputError):
        consulting.confirm_ipa(session, advisory.id, answer=answer, vault=VAULT, by=cast.ipa, now=NOW)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (replace(AGREED, name=" "), "name"),
        (replace(AGREED, asked_on=TODAY + timedelta(days=1)), "asked_on"),
        (replace(AGREED, answered_on=None), "answered_on"),
        (replace(AGREED, answered_on=TODAY - timedelta(days=1)), "answered_on"),
        (replace(AGREED, answer=Answer.OBJECTED), "reason"),
        (replace(AGREED, answer=Answer.SILENT, answered_on=None), "reason"),
        (replace(AGREED, answer=Answer.SILENT, reason="why"), "answered_on"),
    ],
)
def test_a_record_that_cannot_be_is_refused_by_field(
    session: orm.Session, cast: Cast, advisory: Advisory, said: Consulted, problem: str
) -> None:
    with pytest.raises(InputError) as refused:
        consulting.record_consultation(session, advisory.id, said, vault=VAULT, by=cast.writer, now=NOW)
    assert problem in refused.value.problems


def test_an_objection_and_silence_are_kept_with_their_reason_sealed(
    session: orm.Session, cast: Cast, advisory: Advisory
) -> None:
    for said in (
        replace(AGREED, answer=Answer.OBJECTED, reason="悪用が確認されたため"),
        replace(AGREED, answer=Answer.SILENT, answered_on=None, reason="悪用が確認されたため"),
    ):
        consulting.record_consultation(session, advisory.id, said, vault=VAULT, by=cast.writer, now=NOW)
    for row in queries.consultations(session, advisory.id):
        assert at_rest.name_of(row, vault=VAULT) == "Example Inc."
        assert at_rest.reason_of(row, vault=VAULT) == "悪用が確認されたため"
        assert b"Example" not in row.name


def test_each_developer_of_the_products_is_consulted_by_any_spelling_of_its_name(
    session: orm.Session, cast: Cast, advisory: Advisory
) -> None:
    def developers_are_consulted() -> bool:
        revision = queries.latest_revision(session, advisory.id)
        asked = conditions(session, revision, vault=VAULT, now=NOW)
        return next(each.ok for each in asked if each.gate is Gate.DEVELOPER)

    def record(name: str) -> None:
        said = replace(AGREED, name=name)
        consulting.record_consultation(session, advisory.id, said, vault=VAULT, by=cast.writer, now=NOW)

    def missing() -> tuple[str, ...]:
        revision = queries.latest_revision(session, advisory.id)
        return consulting.not_consulted(session, revision, vault=VAULT)

    assert missing() == ("Example",)
    record("Somebody else")
    assert not developers_are_consulted()
    record("ＥＸＡＭＰＬＥ 株式会社")
    assert missing() == ()
    assert developers_are_consulted()


def test_submitting_tells_ipa_and_the_other_coordinator_once_and_says_nothing(
    session: orm.Session, advisory: Advisory
) -> None:
    mails = [job.values for job in session.scalars(sa.select(Job).where(Job.kind == "letter"))]
    assert sorted(mail["letter"] for mail in mails) == ["advisory-approval", "advisory-consultation"]
    assert all(set(mail) == {"letter", "to", "path", "occasion"} for mail in mails)
    assert {mail["path"] for mail in mails} == {
        f"/advisories/{advisory.id}",
        f"/advisories/{advisory.id}/consult",
    }
