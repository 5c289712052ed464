"""Tables of questionnaires: their versions, who was asked, what was answered, the links to answer by.

The category and its reason say nothing of a matter and are counted as they lie; all else that was answered is
sealed.
"""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feeds.surveys.categories import Category, Reason
from feeds.surveys.states import AnswerState, State
from hub.core.db import Base
from hub.core.sealed import sealed
from hub.core.stamps import Stamped

IS_DRAFT, IS_IN_USE = sa.text("state = 'draft'"), sa.text("state = 'in-use'")
IS_THE_BODY = sa.text("operator_id IS NULL")


class Kind(StrEnum):
    """What a questionnaire is about."""

    NOTICE = "notice"
    TRIAL = "trial"


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    SEVERAL = "several"
    SCALE = "scale"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


class SurveyQuestion(Base):
    """A question of one version, beside the fixed one on dissemination."""

    __tablename__ = "survey_question"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    questionnaire_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("questionnaire.id"), index=True)
    position: Mapped[int]
    topic: Mapped[str | None] = mapped_column(
        sa.String(32), comment="of the ready questions: the same one in every version, so that years compare"
    )
    kind: Mapped[QuestionKind]
    ja: Mapped[str] = mapped_column(sa.String(500))
    en: Mapped[str] = mapped_column(sa.String(500))
    options: Mapped[list[dict[str, str]]] = mapped_column(
        sa.JSON, comment="ja and en of each choice, or of the two ends of a scale"
    )


class Questionnaire(Base):
    """One version of the questions after a notice, or at the end of a trial period."""

    __tablename__ = "questionnaire"
    __table_args__ = (
        sa.UniqueConstraint("kind", "number"),
        sa.Index(
            "uq_questionnaire_draft", "kind", unique=True, sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT
        ),
        sa.Index(
            "uq_questionnaire_in_use", "kind", unique=True, sqlite_where=IS_IN_USE, postgresql_where=IS_IN_USE
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[Kind]
    number: Mapped[int]
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    made_at: Mapped[datetime]
    made_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    used_since: Mapped[datetime | None]

    questions: Mapped[list[SurveyQuestion]] = relationship(
        order_by=SurveyQuestion.position, cascade="all, delete-orphan", lazy="selectin"
    )


class Survey(Base):
    """What one body is asked, about one notice or one trial period; who answers is fixed when it is asked."""

    __tablename__ = "survey"
    __table_args__ = (
        sa.UniqueConstraint("body_id", "occasion"),
        sa.CheckConstraint("closes_at > asked_at", name="closes_after_asking"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    questionnaire_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("questionnaire.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    advisory_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("advisory.id"), index=True)
    occasion: Mapped[str] = mapped_column(sa.String(64), comment="what it is about: asked for once")
    about_at: Mapped[datetime] = mapped_column(
        index=True, comment="the notice's first release, or the end of the trial period"
    )
    asked_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    draft: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="what the body has typed and not sent, as JSON; sealed by the vault"
    )
    drafted_at: Mapped[datetime | None]

    questionnaire: Mapped[Questionnaire] = relationship(lazy="joined", innerjoin=True)


class Respondent(Base):
    """An organisation that is asked: a member operator, or the body itself where it is one."""

    __tablename__ = "survey_respondent"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "operator_id"),
        sa.Index(
            "uq_survey_respondent_body",
            "survey_id",
            unique=True,
            sqlite_where=IS_THE_BODY,
            postgresql_where=IS_THE_BODY,
        ),
        sa.CheckConstraint("(category IS NULL) = (state = 'open')", name="answered_has_category"),
        sa.CheckConstraint(
            "reason IS NULL OR category = 'did-not' OR (category = 'could-not' AND reason <> 'not-in-use')",
            name="reason_fits",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    survey_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("survey.id"), index=True)
    operator_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("member_operator.id"), comment="none: the body itself"
    )
    sector_code: Mapped[str | None] = mapped_column(
        sa.ForeignKey("sector.code"), comment="the operator's; none: those of the body"
    )
    state: Mapped[AnswerState] = mapped_column(default=AnswerState.OPEN)
    category: Mapped[Category | None]
    reason: Mapped[Reason | None]
    answers: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="to the other questions, as JSON; sealed by the vault"
    )
    draft: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="typed by link and not sent, as JSON; sealed by the vault"
    )
    drafted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), comment="none: by its link"
    )


class MemberLink(Stamped, Base):
    """A secret address that a body passes on to a member, who signs in nowhere; it works once."""

    __tablename__ = "member_link"
    __stamped__ = ("id", "purpose", "subject_id", "digest", "expires_at")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    purpose: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True, comment="what it lets a member do something to")
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True, comment="HMAC of the secret")
    issued_at: Mapped[datetime]
    issued_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
