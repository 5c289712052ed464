"""Whose answer counts: one for an organisation, its own before its body's."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.surveys import at_rest, finding, links, queries, service
from feeds.surveys.categories import Category, Reason
from feeds.surveys.models import Kind, MemberLink, Respondent, Survey
from feeds.surveys.queries import Asked
from feeds.surveys.replies import Reply, Value
from feeds.surveys.states import AnswerState
from hub.core.audit import Actor
from hub.core.db import Database
from hub.core.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from tests.support.advisories import NOW, VAULT, make_body
from tests.support.surveys import asked, ids

KEY = b"t" * 32
FIRST, SECOND = "第一事業者", "第二事業者"
REACHED = Reply(category=Category.SYSTEMS_ONLY)
NOT_USED = Reply(category=Category.DID_NOT, reason=Reason.NOT_IN_USE)
SECRET = "whimbrel-5519 は使っていない"


def survey_of(session: orm.Session) -> Survey:
    return asked(session, make_body(session))


def answer(session: orm.Session, survey: Survey, *names: str, reply: Reply = REACHED) -> None:
    for_whom = [ids(session, survey)[each] for each in names]
    service.answer(session, survey.id, for_whom, reply, vault=VAULT, by=Actor(), now=NOW)


def link(session: orm.Session, survey: Survey, name: str) -> str:
    who = ids(session, survey)[name]
    return service.hand_out(session, survey.id, [who], key=KEY, by=Actor(), now=NOW)[who]


def by_link(session: orm.Session, token: str, reply: Reply = REACHED) -> None:
    service.answer_by_link(session, token, reply, key=KEY, vault=VAULT, by=Actor(), now=NOW)


def row(session: orm.Session, survey: Survey, name: str) -> Respondent:
    return finding.respondent(session, survey.id, ids(session, survey)[name])


def counted(session: orm.Session) -> dict[Category, int]:
    return dict(queries.dissemination_counts(session, asked=Asked(kind=Kind.TRIAL)))


def test_the_body_answers_for_several_members_at_once_and_may_change_it(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        answer(session, survey, FIRST, SECOND)
        answer(session, survey, SECOND, reply=NOT_USED)
        assert counted(session) == {Category.SYSTEMS_ONLY: 1, Category.DID_NOT: 1}
        assert row(session, survey, FIRST).state is AnswerState.ANSWERED_FOR


def test_a_members_own_answer_replaces_its_bodys_and_is_not_replaced_by_it(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        answer(session, survey, FIRST)
        by_link(session, link(session, survey, FIRST), NOT_USED)
        assert counted(session) == {Category.DID_NOT: 1}
        with pytest.raises(ConflictError):
            answer(session, survey, FIRST, SECOND)
        assert counted(session) == {Category.DID_NOT: 1}
        by_link(session, link(session, survey, FIRST), REACHED)  # it may correct itself by a new link
        assert counted(session) == {Category.SYSTEMS_ONLY: 1}


def test_a_link_works_once_and_a_newer_one_ends_it(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        older, newer = link(session, survey, FIRST), link(session, survey, FIRST)
        with pytest.raises(NotFoundError):
            by_link(session, older)
        by_link(session, newer)
        with pytest.raises(NotFoundError):
            by_link(session, newer)


def test_one_link_used_at_once_by_several_gives_one_answer(lasting: Database) -> None:
    with lasting.transaction() as session:
        token = link(session, survey_of(session), FIRST)
    together = Barrier(3)

    def use(category: Category) -> bool:
        together.wait()
        try:
            with lasting.transaction() as session:
                by_link(session, token, Reply(category=category))
        except NotFoundError:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(use, list(Category)[:3])) == [False, False, True]


def test_a_link_ends_with_the_closing_date_and_serves_its_purpose_only(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        token = link(session, survey, FIRST)
        with pytest.raises(NotFoundError):
            links.redeem(session, token, purpose="another", key=KEY, now=NOW)
        with pytest.raises(NotFoundError):
            service.by_link(session, token, key=KEY, now=survey.closes_at)
        respondent, _survey = service.by_link(
            session, token, key=KEY, now=survey.closes_at - timedelta(seconds=1)
        )
        assert respondent.id == ids(session, survey)[FIRST]


def test_the_secret_of_a_link_lies_nowhere_and_a_row_bent_to_another_member_is_refused(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        token = link(session, survey, FIRST)
        assert len(token) >= 43  # 256 bits
        stored = session.scalars(sa.select(MemberLink)).one()
        assert token.encode() not in stored.digest
        bent = sa.update(MemberLink).values(subject_id=ids(session, survey)[SECOND])
        session.execute(bent, execution_options={"synchronize_session": "fetch"})
        with pytest.raises(NotFoundError):
            by_link(session, token)


def test_what_is_answered_and_what_is_typed_lies_sealed(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        wishes = next(each for each in survey.questionnaire.questions if each.topic == "wishes")
        reply = Reply(category=Category.COULD_NOT, values={str(wishes.id): SECRET})
        answer(session, survey, FIRST, reply=reply)
        service.keep(session, survey.id, {"q": [SECRET]}, vault=VAULT, now=NOW)
        token = link(session, survey, SECOND)
        service.keep_by_link(session, token, {"q": [SECRET]}, key=KEY, vault=VAULT, now=NOW)
        first, second = row(session, survey, FIRST), row(session, survey, SECOND)
        for sealed in (first.answers, survey.draft, second.draft):
            assert sealed
            assert b"whimbrel" not in sealed
        assert at_rest.answers_of(first, vault=VAULT) == {str(wishes.id): SECRET}
        assert at_rest.draft_of(second, vault=VAULT) == {"q": [SECRET]}
        by_link(session, token)
        assert second.draft is None


def test_after_the_closing_date_nothing_is_taken(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        who, late = ids(session, survey)[FIRST], survey.closes_at
        with pytest.raises(NotAllowedError):
            service.answer(session, survey.id, [who], REACHED, vault=VAULT, by=Actor(), now=late)
        with pytest.raises(NotAllowedError):
            service.hand_out(session, survey.id, [who], key=KEY, by=Actor(), now=late)
        with pytest.raises(NotAllowedError):
            service.keep(session, survey.id, {}, vault=VAULT, now=late)


def test_an_answer_that_does_not_fit_its_questions_is_refused_whole(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        by_topic = {each.topic: each for each in survey.questionnaire.questions}
        wrong: dict[str, Value] = {
            "told-first": 99,
            "time-enough": 0,
            "useful": 6,
            "preparation": [0, 77],
            "wishes": 3,
        }
        values = {str(by_topic[topic].id): value for topic, value in wrong.items()}
        with pytest.raises(InputError) as refused:
            answer(session, survey, FIRST, reply=Reply(category=Category.SYSTEMS_ONLY, values=values))
        assert len(refused.value.problems) == len(wrong)
        with pytest.raises(InputError):
            answer(session, survey, FIRST, reply=Reply(category=Category.ALSO_OTHERS, reason=Reason.OTHER))
        foreign = {str(uuid.uuid4()): 1}
        with pytest.raises(InputError):
            answer(session, survey, FIRST, reply=Reply(category=Category.SYSTEMS_ONLY, values=foreign))
        assert counted(session) == {}


def test_the_database_refuses_a_reason_that_does_not_fit(db: Database) -> None:
    with db.transaction() as session:
        survey = survey_of(session)
        bent = row(session, survey, FIRST)
        bent.state, bent.category, bent.reason = (
            AnswerState.ANSWERED_FOR,
            Category.COULD_NOT,
            Reason.NOT_IN_USE,
        )
        with pytest.raises(IntegrityError), session.begin_nested():
            session.flush()
        session.expire_all()


ACTS = st.lists(
    st.tuples(
        st.sampled_from([FIRST, SECOND]), st.sampled_from(["body", "member"]), st.sampled_from(list(Category))
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whoever_answers_in_whatever_order_each_organisation_counts_once(
    db: Database, acts: list[tuple[str, str, Category]]
) -> None:
    expected: dict[str, tuple[str, Category]] = {}
    with db.transaction() as session:
        undone = session.begin_nested()
        survey = survey_of(session)
        for name, who, category in acts:
            reply = Reply(category=category)
            if who == "member":
                by_link(session, link(session, survey, name), reply)
            elif expected.get(name, ("", None))[0] == "member":
                with pytest.raises(ConflictError):
                    answer(session, survey, name, reply=reply)
                continue
            else:
                answer(session, survey, name, reply=reply)
            expected[name] = (who, category)
        session.flush()
        whole = queries.dissemination_counts(session, asked=Asked(kind=Kind.TRIAL, body_id=survey.body_id))
        assert sorted(whole.elements()) == sorted(category for _who, category in expected.values())
        undone.rollback()
