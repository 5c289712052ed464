"""The lives of an advisory and of its revisions: everything about them is in these tables.

An advisory that is being revised stays released for its recipients; what is being written is the next
revision, which has a life of its own. A lifting and a withdrawal are revisions too: one person
proposes, another releases.
"""

from enum import StrEnum


class State(StrEnum):
    """Where an advisory stands."""

    DRAFT = "draft"
    IN_APPROVAL = "in-approval"
    RELEASED = "released"
    LIFTED = "lifted"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can happen to an advisory."""

    SUBMIT = "submit"
    SEND_BACK = "send back"
    RELEASE = "release"
    REVISE = "revise"
    LIFT = "lift"
    WITHDRAW = "withdraw"


MOVES = {
    (State.DRAFT, Move.SUBMIT): State.IN_APPROVAL,
    (State.IN_APPROVAL, Move.SEND_BACK): State.DRAFT,
    (State.IN_APPROVAL, Move.RELEASE): State.RELEASED,
    (State.RELEASED, Move.REVISE): State.RELEASED,
    (State.RELEASED, Move.RELEASE): State.RELEASED,
    (State.RELEASED, Move.LIFT): State.LIFTED,
    (State.RELEASED, Move.WITHDRAW): State.WITHDRAWN,
}


class RevisionState(StrEnum):
    """Where one revision stands; a dropped one was never released, and its number is used again."""

    DRAFT = "draft"
    IN_APPROVAL = "in-approval"
    RELEASED = "released"
    DROPPED = "dropped"


class RevisionMove(StrEnum):
    """What can happen to a revision."""

    SUBMIT = "submit"
    SEND_BACK = "send back"
    RELEASE = "release"
    DROP = "drop"


REVISION_MOVES = {
    (RevisionState.DRAFT, RevisionMove.SUBMIT): RevisionState.IN_APPROVAL,
    (RevisionState.IN_APPROVAL, RevisionMove.SEND_BACK): RevisionState.DRAFT,
    (RevisionState.IN_APPROVAL, RevisionMove.RELEASE): RevisionState.RELEASED,
    (RevisionState.DRAFT, RevisionMove.DROP): RevisionState.DROPPED,
    (RevisionState.IN_APPROVAL, RevisionMove.DROP): RevisionState.DROPPED,
}

OPEN = frozenset({RevisionState.DRAFT, RevisionState.IN_APPROVAL})


class Party(StrEnum):
    """Who is consulted before anything is provided."""

    IPA = "ipa"
    DEVELOPER = "developer"


class Answer(StrEnum):
    """What the consulted party said; consultation is not consent."""

    AGREED = "agreed"
    OBJECTED = "objected"
    SILENT = "silent"
