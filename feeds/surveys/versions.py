"""The versions of a questionnaire: IPA drafts one, puts it into use, and from then on it stays as it is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.formats.content import Text
from feeds.surveys.models import Kind, QuestionKind, Questionnaire, SurveyQuestion
from feeds.surveys.ready import FIRST, READY
from feeds.surveys.states import MOVES, Move, State
from hub.core import audit
from hub.core.audit import THE_HUB, Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from hub.core.machine import step

MOST_QUESTIONS = 30
LONGEST = 500  # characters
WITH_OPTIONS = {QuestionKind.CHOICE: 2, QuestionKind.SEVERAL: 1, QuestionKind.SCALE: 2}  # the fewest
MOST_OPTIONS = 20
ENDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A question as IPA writes it."""

    kind: QuestionKind
    text: Text
    options: tuple[Text, ...] = ()


def listed(session: orm.Session) -> Sequence[Questionnaire]:
    """Return every version, by kind, the newest first."""
    order = (Questionnaire.kind, Questionnaire.number.desc())
    return session.scalars(sa.select(Questionnaire).order_by(*order)).all()


def version(session: orm.Session, version_id: uuid.UUID, *, lock: bool = False) -> Questionnaire:
    """Return one version.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Questionnaire, version_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("no such questionnaire")
    return found


def question(session: orm.Session, version_id: uuid.UUID, question_id: uuid.UUID) -> SurveyQuestion:
    """Return a question of a version.

    Raises:
        NotFoundError: there is no such version, or it has no such question.

    """
    return _of(version(session, version_id), question_id)


def in_use(session: orm.Session, kind: Kind, *, now: datetime) -> Questionnaire:
    """Return the version in use; where there is none yet, the shipped one becomes the first."""
    found = _newest(session, kind, State.IN_USE)
    if found is None:
        first = _new(session, kind, by=THE_HUB, now=now)
        for topic in FIRST[kind]:
            _append(first, topic)
        session.flush()
        found = use(session, first.id, by=THE_HUB, now=now)
    return found


def begin(session: orm.Session, kind: Kind, *, by: Actor, now: datetime) -> Questionnaire:
    """Open a draft of the next version: a copy of the one in use.

    Raises:
        ConflictError: there is a draft already.

    """
    current = in_use(session, kind, now=now)
    draft = _new(session, kind, by=by, now=now)
    for question in current.questions:
        draft.questions.append(
            SurveyQuestion(
                position=question.position,
                topic=question.topic,
                kind=question.kind,
                ja=question.ja,
                en=question.en,
                options=question.options,
            )
        )
    session.flush()  # ids for the questions
    audit.record(session, "questionnaire.begun", by=by, subject=draft.id, now=now)
    return draft


def _new(session: orm.Session, kind: Kind, *, by: Actor, now: datetime) -> Questionnaire:
    highest = session.scalar(sa.select(sa.func.max(Questionnaire.number)).where(Questionnaire.kind == kind))
    made = Questionnaire(
        kind=kind, number=(highest or 0) + 1, state=State.DRAFT, made_at=now, made_by=by.account_id
    )
    session.add(made)
    try:
        session.flush()  # so that a second draft shows here, not at commit
    except IntegrityError as error:
        if "questionnaire" in constraint_of(error):
            raise ConflictError("A draft of the next version exists already") from error
        raise
    return made


def add_ready(session: orm.Session, version_id: uuid.UUID, topic: str, *, by: Actor, now: datetime) -> None:
    """Append a ready question.

    Raises:
        InputError: there is no such topic, it is in the version already, or there are too many questions.
        NotAllowedError: the version was put into use.

    """
    draft = _draft(session, version_id)
    if topic not in READY or topic in {each.topic for each in draft.questions}:
        raise InputError({"topic": "Choose a topic that is not in the questionnaire yet"})
    _append(draft, topic)
    _changed(session, draft, by=by, now=now)


def add(session: orm.Session, version_id: uuid.UUID, wording: Wording, *, by: Actor, now: datetime) -> None:
    """Append a question of IPA's own.

    Raises:
        InputError: a text is missing or too long, or the number of options does not fit.
        NotAllowedError: the version was put into use.

    """
    draft = _draft(session, version_id)
    _refuse_wrong(wording)
    draft.questions.append(_question(draft, None, wording))
    _changed(session, draft, by=by, now=now)


def reword(
    session: orm.Session,
    version_id: uuid.UUID,
    question_id: uuid.UUID,
    wording: Wording,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Write a question of a draft anew; what was a ready question is one of IPA's own from now on.

    Raises:
        InputError: as when one is added.
        NotAllowedError: the version was put into use.
        NotFoundError: the version has no such question.

    """
    draft = _draft(session, version_id)
    question = _of(draft, question_id)
    _refuse_wrong(wording)
    question.topic, question.kind = None, wording.kind
    question.ja, question.en = wording.text.ja, wording.text.en
    question.options = _plain(wording.options)
    _changed(session, draft, by=by, now=now)


def remove(
    session: orm.Session, version_id: uuid.UUID, question_id: uuid.UUID, *, by: Actor, now: datetime
) -> None:
    """Take a question out of a draft.

    Raises:
        NotAllowedError: the version was put into use.
        NotFoundError: the version has no such question.

    """
    draft = _draft(session, version_id)
    draft.questions.remove(_of(draft, question_id))
    _changed(session, draft, by=by, now=now)


def raise_(
    session: orm.Session, version_id: uuid.UUID, question_id: uuid.UUID, *, by: Actor, now: datetime
) -> None:
    """Put a question of a draft one place further up.

    Raises:
        NotAllowedError: the version was put into use.
        NotFoundError: the version has no such question.

    """
    draft = _draft(session, version_id)
    order = list(draft.questions)
    place = order.index(_of(draft, question_id))
    order.insert(max(0, place - 1), order.pop(place))
    for position, question in enumerate(order):
        question.position = position
    _changed(session, draft, by=by, now=now)


def use(session: orm.Session, version_id: uuid.UUID, *, by: Actor, now: datetime) -> Questionnaire:
    """Put a draft into use: the version before it is asked no more, and neither is ever changed.

    Raises:
        IllegalMoveError: it is no draft any more.

    """
    draft = version(session, version_id, lock=True)
    now_in_use = step(MOVES, draft.state, Move.USE)
    before = _newest(session, draft.kind, State.IN_USE)
    if before is not None:
        before.state = step(MOVES, before.state, Move.REPLACE)
        session.flush()  # one is in use at any time: the old one goes first
    draft.state, draft.used_since = now_in_use, now
    session.flush()
    audit.record(session, "questionnaire.used", by=by, subject=draft.id, now=now)
    return draft


def _newest(session: orm.Session, kind: Kind, state: State) -> Questionnaire | None:
    return session.scalar(
        sa.select(Questionnaire).where(Questionnaire.kind == kind, Questionnaire.state == state)
    )


def _draft(session: orm.Session, version_id: uuid.UUID) -> Questionnaire:
    found = version(session, version_id, lock=True)
    if found.state is not State.DRAFT:
        raise NotAllowedError("A questionnaire that was put into use is never changed")
    return found


def _of(draft: Questionnaire, question_id: uuid.UUID) -> SurveyQuestion:
    found = next((each for each in draft.questions if each.id == question_id), None)
    if found is None:
        raise NotFoundError("no such question")
    return found


def _append(draft: Questionnaire, topic: str) -> None:
    ready = READY[topic]
    wording = Wording(kind=ready.kind, text=ready.text, options=ready.options)
    draft.questions.append(_question(draft, topic, wording))


def _question(draft: Questionnaire, topic: str | None, wording: Wording) -> SurveyQuestion:
    return SurveyQuestion(
        position=1 + max((each.position for each in draft.questions), default=-1),
        topic=topic,
        kind=wording.kind,
        ja=wording.text.ja,
        en=wording.text.en,
        options=_plain(wording.options),
    )


def _plain(options: tuple[Text, ...]) -> list[dict[str, str]]:
    return [{"ja": each.ja, "en": each.en} for each in options]


def _refuse_wrong(wording: Wording) -> None:
    problems = {}
    for name, text in (("ja", wording.text.ja), ("en", wording.text.en)):
        if not 0 < len(text.strip()) <= LONGEST:
            problems[name] = "Write the question in at most 500 characters"
    if not _enough(wording):
        problems["options"] = "This kind of question needs another number of choices"
    elif any(not (each.ja and each.en) for each in wording.options):
        problems["options"] = "Write each choice in Japanese and in English"
    if problems:
        raise InputError(problems)


def _enough(wording: Wording) -> bool:
    fewest = WITH_OPTIONS.get(wording.kind, 0)
    most = ENDS if wording.kind is QuestionKind.SCALE else MOST_OPTIONS if fewest else 0
    return fewest <= len(wording.options) <= most


def _changed(session: orm.Session, draft: Questionnaire, *, by: Actor, now: datetime) -> None:
    if len(draft.questions) > MOST_QUESTIONS:
        raise InputError({"questions": "A questionnaire has at most 30 questions"})
    session.flush()  # an id and a place for what is new
    audit.record(session, "questionnaire.changed", by=by, subject=draft.id, now=now)
