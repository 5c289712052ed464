"""Questionnaires of the year: IPA words a new version; bodies and their members answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from feeds.formats.content import Text
from feeds.surveys import finding, service, versions
from feeds.surveys.categories import Category, Reason
from feeds.surveys.models import Kind, QuestionKind, Survey, SurveyQuestion
from feeds.surveys.replies import SCALE, Reply, Value
from feeds.surveys.states import AnswerState
from hub.core.audit import Actor
from hub.demo.year.joined import Joined
from hub.demo.year.scene import Scene

HOW_FAR: dict[tuple[Category, Reason | None], int] = {
    (Category.SYSTEMS_ONLY, None): 8,
    (Category.ALSO_OTHERS, None): 3,
    (Category.COULD_NOT, Reason.PERSONS_UNKNOWN): 1,
    (Category.COULD_NOT, Reason.NO_TIME): 1,
    (Category.DID_NOT, Reason.NOT_IN_USE): 10,
    (Category.DID_NOT, Reason.HARD_TO_JUDGE): 1,
    (Category.DID_NOT, Reason.KNOWN_ALREADY): 1,
}
ANSWERING = 0.85  # of bodies, and of the members of each
BY_LINK = 2  # members of a body that answer by themselves
ITSELF = 0.6  # of them do
WORDING = versions.Wording(
    kind=QuestionKind.TEXT,
    text=Text(
        ja="本件について、他の機関から先に受け取った情報があれば記入してください。",
        en="If another agency told you of this matter first, write what you received.",
    ),
)
NEXT = versions.Wording(
    kind=QuestionKind.SCALE,
    text=Text(ja="受領から対応の判断までの負担", en="How much work was it from receipt to a decision?"),
    options=(Text(ja="小さい", en="Little"), Text(ja="大きい", en="Much")),
)
REMARK = "件名の識別タグで気付くことができた。"
NOBODY = Actor(account_id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveying:
    """The bodies, by their ids."""

    scene: Scene
    bodies: dict[UUID, Joined]

    def plan(self) -> None:
        """Let IPA put a second version into use, and begin to word the third."""
        self.scene.in_turn((110, self._word), (7, self._use))
        self.scene.after(340, lambda: self._begin(NEXT))

    def answer(self, since: datetime) -> None:
        """Let most bodies answer what they were asked after an instant."""
        with self.scene.hub.db.reading() as session:
            asked = session.scalars(sa.select(Survey).where(Survey.asked_at > since)).all()
        rng = self.scene.rng
        for survey in sorted(asked, key=lambda each: (each.about_at, self._number(each.body_id))):
            if rng.random() < ANSWERING:
                after = timedelta(days=rng.uniform(1, 12))
                self.scene.calendar.at(
                    self.scene.now + after, partial(self._answer, survey.id, survey.body_id)
                )

    def _number(self, body_id: UUID) -> int:
        return self.bodies[body_id].part.body.number

    def _word(self) -> None:
        self._begin(WORDING)

    def _begin(self, wording: versions.Wording) -> None:
        scene, by = self.scene, self.scene.reviewer.actor
        with scene.hub.db.transaction() as session:
            draft = versions.begin(session, Kind.NOTICE, by=by, now=scene.now)
            versions.add(session, draft.id, wording, by=by, now=scene.now)

    def _use(self) -> None:
        scene, by = self.scene, self.scene.reviewer.actor
        with scene.hub.db.transaction() as session:
            newest = versions.listed(session)
            draft = next(each for each in newest if each.kind is Kind.NOTICE)
            versions.use(session, draft.id, by=by, now=scene.now)

    def _answer(self, survey_id: UUID, body_id: UUID) -> None:
        """Answer for most members, with one answer for those that say the same; some get a link."""
        scene, by = self.scene, self.bodies[body_id].actor
        with scene.hub.db.transaction() as session:
            asked = finding.organisations(session, [survey_id])
            open_ = [each.respondent for each in asked if each.respondent.state is AnswerState.OPEN]
            members = [each.id for each in open_ if each.operator_id is not None]
            linked, rest = members[:BY_LINK], [each.id for each in open_ if each.id not in members[:BY_LINK]]
            questions = finding.survey(session, survey_id).questionnaire.questions
            for drawn, those in self._drawn(rest).items():
                reply = self._reply(drawn, questions)
                service.answer(session, survey_id, those, reply, vault=scene.vault, by=by, now=scene.now)
            if linked and self._number(body_id) <= BY_LINK:
                key = scene.hub.token_key
                links = service.hand_out(session, survey_id, linked, key=key, by=by, now=scene.now)
                self._let_members(list(links.values()))

    def _drawn(self, ids: Sequence[UUID]) -> dict[tuple[Category, Reason | None], list[UUID]]:
        said: dict[tuple[Category, Reason | None], list[UUID]] = {}
        for each in ids:
            if self.scene.rng.random() < ANSWERING:
                said.setdefault(self._draw(), []).append(each)
        return said

    def _draw(self) -> tuple[Category, Reason | None]:
        [drawn] = self.scene.rng.choices(list(HOW_FAR), weights=list(HOW_FAR.values()))
        return drawn

    def _let_members(self, tokens: Sequence[str]) -> None:
        for token in tokens:
            if self.scene.rng.random() < ITSELF:
                after = timedelta(days=self.scene.rng.uniform(0.1, 4))
                self.scene.calendar.at(self.scene.now + after, partial(self._by_link, token))

    def _by_link(self, token: str) -> None:
        scene, key = self.scene, self.scene.hub.token_key
        with scene.hub.db.transaction() as session:
            _, survey = service.by_link(session, token, key=key, now=scene.now)
            if survey.closes_at <= scene.now:
                return
            reply = self._reply(self._draw(), survey.questionnaire.questions)
            service.answer_by_link(
                session, token, reply, key=key, vault=scene.vault, by=NOBODY, now=scene.now
            )

    def _reply(self, drawn: tuple[Category, Reason | None], questions: Sequence[SurveyQuestion]) -> Reply:
        category, reason = drawn
        values = {str(each.id): said for each in questions if (said := self._value(each)) is not None}
        return Reply(category=category, reason=reason, values=values)

    def _value(self, question: SurveyQuestion) -> Value | None:
        """Return what somebody answers; days and numbers are left to those who know."""
        rng = self.scene.rng
        match question.kind:
            case QuestionKind.CHOICE:
                return min(rng.randrange(len(question.options)), rng.randrange(len(question.options)))
            case QuestionKind.SEVERAL:
                return sorted(rng.sample(range(len(question.options)), k=min(2, len(question.options))))
            case QuestionKind.SCALE:
                return max(1, min(SCALE, round(rng.gauss(3.4, 1))))
            case QuestionKind.TEXT:
                return REMARK if rng.random() < 0.1 else None  # noqa: PLR2004 - few write anything
            case _:
                return None
