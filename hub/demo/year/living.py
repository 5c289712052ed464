"""What else happens in a year: lists, problems, questions answered, a report, a drill, a body that leaves."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from feeds.collections import service as clients
from feeds.drills import service as drills
from feeds.incidents import service as incidents
from feeds.incidents.states import Kind
from feeds.operation import service as operation
from feeds.operation.service import Decision
from feeds.operation.states import Move as TrialMove
from feeds.problems import service as problems
from feeds.products import service as products
from feeds.products.listed import Listed
from feeds.questions import service as questions
from feeds.questions.models import Question
from feeds.questions.service import Reply
from feeds.questions.states import State as QuestionState
from hub.core.clock import JST
from hub.core.instance import Instance
from hub.demo.bulk import Staff
from hub.demo.errors import DemoError
from hub.demo.year.calendar import Calendar
from hub.demo.year.joining import Joined
from hub.demo.year.parts import measures
from sectors.bodies.states import Move
from sectors.upkeep import service as upkeep

LISTED = (
    Listed(vendor="架空制御機器株式会社", product="見張番GW"),
    Listed(vendor="架空計装株式会社", product="流域モニタ"),
    Listed(vendor="架空時計工業株式会社", product="刻守200"),
)
PROBLEMS = (
    "件名に気付くまで半日かかった。",
    "夜間の窓口に復号の環境がなかった。",
    "会員の担当者の一覧が古く、連絡先の確認に時間がかかった。",
)
SOLUTION = "受信規則を設定し、窓口の手順書を改めた。"
REPLY = "管理画面の「版の情報」で確認できます。"
CONSULTED = "試行運用の結果を三者で確認し、本格運用とすることとした。"
FULL_SHARE, DRILL_SHARE, LIST_SHARE, ATTEST_SHARE = 0.6, 0.9, 0.6, 0.9
DRILL_HOURS = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """The hub, its coordinator, the bodies."""

    hub: Instance
    calendar: Calendar
    rng: random.Random
    coordinator: Staff
    bodies: Sequence[Joined]

    def plan(self) -> None:
        """Let all of it come in its time."""
        begin, at = self.calendar.now, self.calendar.at
        at(begin + timedelta(days=20), self._make_lists)
        at(begin + timedelta(days=90), self._tell_problems)
        at(begin + timedelta(days=150), self._drill)
        at(begin + timedelta(days=200), self._decide_full)
        at(begin + timedelta(days=230), self._report)
        at(begin + timedelta(days=280), self._leave)
        at(begin + timedelta(days=300), self._attest)
        for week in range(5, 46):
            at(begin + timedelta(weeks=week), self._answer_questions)

    def _make_lists(self) -> None:
        now = self.calendar.now
        with self.hub.db.transaction() as session:
            for each in self._some(LIST_SHARE):
                listed = LISTED[: self.rng.randint(1, len(LISTED))]
                products.save(
                    session, id_of(each), listed, version=None, vault=self.hub.vault, by=each.actor, now=now
                )
            clients.add_client(
                session,
                id_of(self.bodies[0]),
                "監視室の受信機",
                key=self.hub.token_key,
                by=self.bodies[0].actor,
                now=now,
            )

    def _tell_problems(self) -> None:
        now, vault = self.calendar.now, self.hub.vault
        with self.hub.db.transaction() as session:
            for each, text in zip(self.bodies, PROBLEMS, strict=False):
                told = problems.report(session, id_of(each), text, vault=vault, by=each.actor, now=now)
                if text != PROBLEMS[-1]:
                    by = self.coordinator.actor
                    problems.solve(session, told.id, SOLUTION, vault=vault, by=by, now=now)

    def _drill(self) -> None:
        with self.hub.db.transaction() as session:
            drills.start(
                session,
                [id_of(each) for each in self.bodies],
                hours=DRILL_HOURS,
                by=self.coordinator.actor,
                now=self.calendar.now,
            )

    def _decide_full(self) -> None:
        now = self.calendar.now
        decided = Decision(
            made=TrialMove.DECIDE_FULL, consulted_on=now.astimezone(JST).date(), consultation=CONSULTED
        )
        with self.hub.db.transaction() as session:
            for each in self._some(FULL_SHARE):
                operation.decide(session, id_of(each), decided, by=self.coordinator.actor, now=now)

    def _report(self) -> None:
        told = incidents.Report(
            kind=Kind.MISDELIVERY, text="会員の退職者の宛先に要約を送りました。削除を確認済みです。"
        )
        who = self.bodies[1]
        with self.hub.db.transaction() as session:
            incidents.report(
                session, id_of(who), told, vault=self.hub.vault, by=who.actor, now=self.calendar.now
            )

    def _leave(self) -> None:
        by, reason = self.coordinator.actor, "団体の解散のため。"
        with self.hub.db.transaction() as session:
            operation.change(
                session, id_of(self.bodies[-1]), Move.LEAVE, reason=reason, by=by, now=self.calendar.now
            )

    def _attest(self) -> None:
        with self.hub.db.transaction() as session:
            for each in self._some(ATTEST_SHARE):
                upkeep.attest(session, id_of(each), measures(), by=each.actor, now=self.calendar.now)

    def _answer_questions(self) -> None:
        with self.hub.db.transaction() as session:
            asked = sa.select(Question.id).where(Question.state == QuestionState.OPEN)
            for question_id in session.scalars(asked).all():
                by, vault = self.coordinator.actor, self.hub.vault
                questions.answer(
                    session, question_id, Reply(answer=REPLY), vault=vault, by=by, now=self.calendar.now
                )

    def _some(self, share: float) -> list[Joined]:
        """Return so many of the bodies that stay, in their order."""
        return [each for each in self.bodies[:-1] if self.rng.random() < share]


def id_of(joined: Joined) -> UUID:
    """Return the id of a body that has joined.

    Raises:
        DemoError: it has not.

    """
    if joined.body_id is None:
        raise DemoError(f"{joined.part.body.name} is no body yet")
    return joined.body_id
