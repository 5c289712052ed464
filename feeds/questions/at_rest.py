"""How the texts of a question lie in the database: sealed, each bound to its row and column."""

import uuid
from typing import Literal

from feeds.questions.models import Question
from hub.core.vault import Place, Vault

Column = Literal["text", "wording", "answer"]


def sealed_text(question_id: uuid.UUID, column: Column, text: str, *, vault: Vault) -> bytes:
    """Seal one text of a question."""
    return vault.seal(text.encode(), place=_place(question_id, column))


def text_of(question: Question, column: Column, *, vault: Vault) -> str:
    """Return one text of a question; empty where there is none yet."""
    envelope: bytes | None = getattr(question, column)
    return "" if envelope is None else vault.open(envelope, place=_place(question.id, column)).decode()


def _place(question_id: uuid.UUID, column: Column) -> Place:
    return Place(table="question", row=question_id, column=column)
