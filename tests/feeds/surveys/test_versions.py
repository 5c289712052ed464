"""A version that was put into use is never changed; the next one begins as its copy."""

from collections.abc import Callable

import pytest
from sqlalchemy import orm

from feeds.formats.content import Text
from feeds.surveys import versions
from feeds.surveys.models import Kind, QuestionKind, Questionnaire
from feeds.surveys.ready import FIRST, READY
from feeds.surveys.states import State
from feeds.surveys.versions import Wording
from hub.core.audit import Actor
from hub.core.db import Database
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotAllowedError
from tests.support.advisories import NOW, make_body
from tests.support.surveys import asked

BY = Actor()
OWN = Wording(
    kind=QuestionKind.CHOICE,
    text=Text(ja="休日の体制はありますか。", en="Is somebody there on holidays?"),
    options=(Text(ja="はい", en="Yes"), Text(ja="いいえ", en="No")),
)


def texts(version: Questionnaire) -> list[str]:
    return [each.ja for each in version.questions]


def begun(session: orm.Session, kind: Kind = Kind.NOTICE) -> Questionnaire:
    return versions.begin(session, kind, by=BY, now=NOW)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_shipped_questions_are_the_first_version(db: Database, kind: Kind) -> None:
    with db.transaction() as session:
        first = versions.in_use(session, kind, now=NOW)
        assert (first.number, first.state) == (1, State.IN_USE)
        assert tuple(each.topic for each in first.questions) == FIRST[kind]
        assert versions.in_use(session, kind, now=NOW) is first


def test_a_draft_begins_as_a_copy_and_replaces_the_version_before_it(db: Database) -> None:
    with db.transaction() as session:
        first = versions.in_use(session, Kind.NOTICE, now=NOW)
        draft = begun(session)
        assert texts(draft) == texts(first)
        versions.add(session, draft.id, OWN, by=BY, now=NOW)
        versions.remove(session, draft.id, draft.questions[0].id, by=BY, now=NOW)
        versions.raise_(session, draft.id, draft.questions[-1].id, by=BY, now=NOW)
        session.expire(draft)
        assert texts(draft) == [*texts(first)[1:-1], OWN.text.ja, texts(first)[-1]]
        versions.use(session, draft.id, by=BY, now=NOW)
        assert (first.state, draft.state) == (State.REPLACED, State.IN_USE)
        assert versions.in_use(session, Kind.NOTICE, now=NOW) is draft


def change(act: str, version: Questionnaire) -> Callable[[orm.Session], object]:
    question = version.questions[0].id
    acts: dict[str, Callable[[orm.Session], object]] = {
        "add": lambda s: versions.add(s, version.id, OWN, by=BY, now=NOW),
        "ready": lambda s: versions.add_ready(s, version.id, "wishes", by=BY, now=NOW),
        "reword": lambda s: versions.reword(s, version.id, question, OWN, by=BY, now=NOW),
        "remove": lambda s: versions.remove(s, version.id, question, by=BY, now=NOW),
        "raise": lambda s: versions.raise_(s, version.id, question, by=BY, now=NOW),
    }
    return acts[act]


@pytest.mark.parametrize("act", ["add", "ready", "reword", "remove", "raise"])
def test_nothing_changes_a_version_that_was_put_into_use(db: Database, act: str) -> None:
    with db.transaction() as session:
        first = versions.in_use(session, Kind.NOTICE, now=NOW)
        before = texts(first)
        with pytest.raises(NotAllowedError):
            change(act, first)(session)
        assert texts(first) == before
        with pytest.raises(IllegalMoveError):
            versions.use(session, first.id, by=BY, now=NOW)


def test_who_was_asked_keeps_the_version_although_a_newer_one_is_in_use(db: Database) -> None:
    with db.transaction() as session:
        survey = asked(session, make_body(session))
        versions.use(session, begun(session, Kind.TRIAL).id, by=BY, now=NOW)
        later = asked(session, make_body(session, name="別の協議会"))
        assert (survey.questionnaire.number, later.questionnaire.number) == (1, 2)


def test_there_is_one_draft_at_a_time(db: Database) -> None:
    with db.transaction() as session:
        begun(session)
        nested = session.begin_nested()
        with pytest.raises(ConflictError):
            begun(session)
        nested.rollback()


@pytest.mark.parametrize(
    "wrong",
    [
        Wording(kind=QuestionKind.TEXT, text=Text(ja="日本語だけ")),
        Wording(kind=QuestionKind.CHOICE, text=OWN.text, options=OWN.options[:1]),
        Wording(kind=QuestionKind.SCALE, text=OWN.text),
        Wording(kind=QuestionKind.NUMBER, text=OWN.text, options=OWN.options),
        Wording(
            kind=QuestionKind.CHOICE, text=OWN.text, options=(Text(ja="はい"), Text(ja="いいえ", en="No"))
        ),
        Wording(kind=QuestionKind.TEXT, text=Text(ja="あ" * 501, en="a")),
    ],
)
def test_a_question_is_whole_and_in_both_languages(db: Database, wrong: Wording) -> None:
    with db.transaction() as session:
        draft = begun(session)
        with pytest.raises(InputError):
            versions.add(session, draft.id, wrong, by=BY, now=NOW)


def test_a_ready_question_stands_there_once_and_a_reworded_one_loses_its_topic(db: Database) -> None:
    with db.transaction() as session:
        draft = begun(session)
        versions.add_ready(session, draft.id, "wishes", by=BY, now=NOW)
        for topic in ("wishes", "nothing of the kind"):
            with pytest.raises(InputError):
                versions.add_ready(session, draft.id, topic, by=BY, now=NOW)
        versions.reword(session, draft.id, draft.questions[-1].id, OWN, by=BY, now=NOW)
        assert draft.questions[-1].topic is None
        while len(draft.questions) < versions.MOST_QUESTIONS:
            versions.add(session, draft.id, OWN, by=BY, now=NOW)
        with pytest.raises(InputError):
            versions.add(session, draft.id, OWN, by=BY, now=NOW)
        session.expunge_all()


@pytest.mark.parametrize("topic", READY)
def test_each_shipped_question_could_have_been_written_by_ipa(db: Database, topic: str) -> None:
    ready = READY[topic]
    with db.transaction() as session:
        draft = begun(session)
        wording = Wording(kind=ready.kind, text=ready.text, options=ready.options)
        versions.add(session, draft.id, wording, by=BY, now=NOW)
        assert versions.question(session, draft.id, draft.questions[-1].id).ja == ready.text.ja
