"""What an organisation answers, checked against the questions of its version."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import orjson

from feeds.surveys.categories import Category, Reason, fits
from feeds.surveys.models import QuestionKind, SurveyQuestion
from hub.core.errors import InputError

Value = int | str | list[int]  # a choice by its place from 0, a scale from 1, a day as ISO 8601
SCALE = 5  # steps
LONGEST_TEXT = 2000  # characters
LARGEST_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The category, its reason, and the other questions by id; a question left out was not answered."""

    category: Category
    reason: Reason | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


def field_of(question_id: uuid.UUID) -> str:
    """Return the name of the form field of a question."""
    return f"q-{question_id.hex}"


def check(reply: Reply, questions: Sequence[SurveyQuestion]) -> None:
    """Refuse what does not answer these questions.

    Raises:
        InputError: a reason does not fit the category or a value its question, or a question is of another
            version.

    """
    known = {str(each.id): each for each in questions}
    problems = {
        field_of(known[name].id): "Choose or enter a value that the question allows"
        for name, value in reply.values.items()
        if name in known and not _allowed(known[name], value)
    }
    if not fits(reply.category, reply.reason):
        problems["reason"] = "This reason does not fit what you chose above"
    if not reply.values.keys() <= known.keys():
        problems["questions"] = "The questions have changed; open the page again"
    if problems:
        raise InputError(problems)


def _allowed(question: SurveyQuestion, value: Value) -> bool:
    match question.kind:
        case QuestionKind.CHOICE:
            return isinstance(value, int) and 0 <= value < len(question.options)
        case QuestionKind.SEVERAL:
            return isinstance(value, list) and set(value) <= set(range(len(question.options)))
        case QuestionKind.SCALE:
            return isinstance(value, int) and 1 <= value <= SCALE
        case QuestionKind.NUMBER:
            return isinstance(value, int) and 0 <= value <= LARGEST_NUMBER
        case QuestionKind.DATE:
            return isinstance(value, str) and _is_day(value)
        case QuestionKind.TEXT:
            return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def packed(values: Mapping[str, object]) -> bytes:
    """Return values as they are sealed."""
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)


def unpacked(opened: bytes) -> dict[str, Value]:
    """Return values as they were sealed."""
    values: dict[str, Value] = orjson.loads(opened)
    return values
