"""How answers and drafts lie in the database: sealed, each bound to its row and column."""

import uuid
from collections.abc import Mapping, Sequence

import orjson

from feeds.surveys.models import Respondent, Survey
from feeds.surveys.replies import Value, packed, unpacked
from hub.core.vault import Place, Vault

Typed = Mapping[str, Sequence[str]]  # the fields of a form with what was typed, right or not


def answers_place(respondent_id: uuid.UUID) -> Place:
    """Return where the answers of an organisation live."""
    return Place(table=Respondent.__tablename__, row=respondent_id, column="answers")


def answers_of(respondent: Respondent, *, vault: Vault) -> dict[str, Value]:
    """Return what an organisation answered, by question; nothing where it has not."""
    if respondent.answers is None:
        return {}
    return unpacked(vault.open(respondent.answers, place=answers_place(respondent.id)))


def keep_draft(row: Respondent | Survey, typed: Typed, *, vault: Vault) -> None:
    """Put what was typed into the row."""
    row.draft = vault.seal(packed(dict(typed)), place=_draft_place(row))


def draft_of(row: Respondent | Survey, *, vault: Vault) -> Typed | None:
    """Return what was typed and not sent."""
    if row.draft is None:
        return None
    typed: Typed = orjson.loads(vault.open(row.draft, place=_draft_place(row)))
    return typed


def _draft_place(row: Respondent | Survey) -> Place:
    return Place(table=row.__tablename__, row=row.id, column="draft")
