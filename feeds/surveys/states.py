"""The lives of a questionnaire and of what one organisation answers."""

from enum import StrEnum


class State(StrEnum):
    """Where a version of a questionnaire stands; once in use it is never changed."""

    DRAFT = "draft"
    IN_USE = "in-use"
    REPLACED = "replaced"


class Move(StrEnum):
    """What can happen to a version."""

    USE = "use"
    REPLACE = "replace"


MOVES = {
    (State.DRAFT, Move.USE): State.IN_USE,
    (State.IN_USE, Move.REPLACE): State.REPLACED,
}


class AnswerState(StrEnum):
    """Whose answer counts for an organisation; its own goes before the body's."""

    OPEN = "open"
    ANSWERED_FOR = "answered-for"
    ANSWERED_ITSELF = "answered-itself"


class AnswerMove(StrEnum):
    """Who answers."""

    ANSWER_FOR = "answer for"
    ANSWER = "answer"


ANSWER_MOVES = {
    (AnswerState.OPEN, AnswerMove.ANSWER_FOR): AnswerState.ANSWERED_FOR,
    (AnswerState.OPEN, AnswerMove.ANSWER): AnswerState.ANSWERED_ITSELF,
    (AnswerState.ANSWERED_FOR, AnswerMove.ANSWER_FOR): AnswerState.ANSWERED_FOR,
    (AnswerState.ANSWERED_FOR, AnswerMove.ANSWER): AnswerState.ANSWERED_ITSELF,
    (AnswerState.ANSWERED_ITSELF, AnswerMove.ANSWER): AnswerState.ANSWERED_ITSELF,
}
