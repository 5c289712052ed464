"""What else happens to bodies in a year: lists, problems, questions, reports, trials that end, leaving."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from feeds.destructions import service as destructions
from feeds.destructions.models import Destruction
from feeds.incidents import service as incidents
from feeds.incidents.states import Kind
from feeds.operation import queries as trials
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
from hub.demo.documents import pdf
from hub.demo.year import drilling
from hub.demo.year.joined import Joined
from hub.demo.year.scene import Scene
from sectors.bodies import queries as bodies
from sectors.bodies.states import RECEIVING, Move

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
REPLY = "管理画面の「版の情報」で確認できます。詳細は開発者の更新の説明を参照してください。"
CONSULTED = "試行運用の結果を三者で確認し、本格運用とすることとした。"
EXTENDED = "会員への展開の手順を見直すため、試行運用を半年延長することとした。"
MISDELIVERED = "会員の退職者の宛先に要約を送りました。削除を確認済みです。"
SUSPECTED = "会員の委託先の端末がマルウェアに感染しました。提供された情報を保存していたか調査中です。"
NOTED = "該当する宛先を会員名簿から外し、削除の確認書を受領した。"
CLOSED = "再発防止策（宛先の月次点検）を確認した。"
DISSOLVED, SUSPENDED = "団体の解散のため。", "窓口の担当者が全員不在となり、受領を確認できないため。"
INCOMPLETE = "会員における廃棄の確認日を記載してください。"
CALLED_OFF = "準備をやり直し、提供を再開したため。"
FULL_SHARE, EXTENDED_SHARE, LIST_SHARE = 0.7, 0.2, 0.6
BEFORE_THE_END = 6  # days, on which a consultation is held


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """The bodies, of which the last one leaves and the one before it is suspended for some weeks."""

    scene: Scene
    bodies: Sequence[Joined]

    def plan(self) -> None:
        """Let all of it come in its time."""
        after = self.scene.after
        after(20, self._make_lists)
        after(90, self._tell_problems)
        after(118, self._suspend)
        after(150, lambda: drilling.hold(self.scene, self.bodies))
        after(210, self._report)
        after(280, self._leave)
        for week in range(5, 50):
            after(week * 7, self._answer_questions)
        for week in range(24, 52):
            after(week * 7, self._consult)

    def leave_open(self) -> None:
        """Leave a report, a question and a drill that somebody has to see to."""
        scene, who = self.scene, self.bodies[0]
        told = incidents.Report(kind=Kind.LEAK, text=SUSPECTED)
        with scene.hub.db.transaction() as session:
            incidents.report(session, who.id, told, vault=scene.vault, by=who.actor, now=scene.now)
        drilling.hold(scene, self.bodies)

    def _make_lists(self) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            for each in (self.bodies[0], *self._some(LIST_SHARE)):
                listed = LISTED[: scene.rng.randint(1, len(LISTED))]
                products.add(session, each.id, listed, vault=scene.vault, by=each.actor, now=scene.now)

    def _tell_problems(self) -> None:
        """Let some tell a problem; one of them is taken up again, the last one is still open."""
        scene, vault = self.scene, self.scene.vault
        with scene.hub.db.transaction() as session:
            for each, text in zip(self.bodies, PROBLEMS, strict=False):
                told = problems.report(session, each.id, text, vault=vault, by=each.actor, now=scene.now)
                if text != PROBLEMS[-1]:
                    scene.after(9, partial(self._solve, told.id))

    def _solve(self, problem_id: UUID) -> None:
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            problems.solve(session, problem_id, SOLUTION, vault=scene.vault, by=by, now=scene.now)

    def _suspend(self) -> None:
        who = self.bodies[-2]
        self._move(who, Move.SUSPEND, SUSPENDED)
        self.scene.after(16, lambda: self._prepare_again(who))

    def _prepare_again(self, who: Joined) -> None:
        scene, by = self.scene, self.scene.writer.actor
        self._move(who, Move.PREPARE_AGAIN, "")
        with scene.hub.db.transaction() as session:
            for each in session.scalars(sa.select(Destruction).where(Destruction.body_id == who.id)):
                destructions.call_off(session, each.id, remarks=CALLED_OFF, by=by, now=scene.now)
            ends_on = scene.today + timedelta(days=300)
            operation.begin_trial(session, who.id, by=scene.second.actor, now=scene.now, ends_on=ends_on)

    def _consult(self) -> None:
        """Decide on the trials that end within days; of some the consultation is still to come."""
        scene = self.scene
        with scene.hub.db.transaction() as session:
            for each in self._present():
                trial = trials.running(session, each.id)
                if trial is None or (trial.ends_on - scene.today).days > BEFORE_THE_END:
                    continue
                drawn = scene.rng.random()
                if drawn < FULL_SHARE:
                    decided = self._decision(TrialMove.DECIDE_FULL, CONSULTED)
                elif drawn < FULL_SHARE + EXTENDED_SHARE:
                    decided = self._decision(TrialMove.EXTEND, EXTENDED)
                else:
                    continue
                operation.decide(session, each.id, decided, by=scene.writer.actor, now=scene.now)

    def _decision(self, made: TrialMove, consultation: str) -> Decision:
        today = self.scene.today
        ends_on = today + timedelta(days=182) if made is TrialMove.EXTEND else None
        return Decision(made=made, consulted_on=today, consultation=consultation, ends_on=ends_on)

    def _present(self) -> list[Joined]:
        with self.scene.hub.db.reading() as session:
            return [each for each in self.bodies if bodies.body(session, each.id).state in RECEIVING]

    def _report(self) -> None:
        scene, who = self.scene, self.bodies[1]
        told = incidents.Report(kind=Kind.MISDELIVERY, text=MISDELIVERED)
        with scene.hub.db.transaction() as session:
            made = incidents.report(session, who.id, told, vault=scene.vault, by=who.actor, now=scene.now)
        scene.after(1, lambda: self._note(made.id, NOTED, close=False))
        scene.after(6, lambda: self._note(made.id, CLOSED, close=True))

    def _note(self, incident_id: UUID, text: str, *, close: bool) -> None:
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            incidents.note(session, incident_id, text, close=close, vault=scene.vault, by=by, now=scene.now)

    def _leave(self) -> None:
        who = self.bodies[-1]
        self._move(who, Move.LEAVE, DISSOLVED)
        self.scene.after(9, lambda: self._certify_destruction(who, members_too=False))

    def _certify_destruction(self, who: Joined, *, members_too: bool) -> None:
        """File the certificate; the first one lacks something, the second one is accepted."""
        scene = self.scene
        self.scene.work.all()
        certificate = destructions.Certificate(
            signer=who.part.representative,
            destroyed_on=scene.today,
            members_too=members_too,
            statement="受領した情報及びその写しを全て廃棄した。",
            document=pdf("Certificate of destruction"),
        )
        with scene.hub.db.transaction() as session:
            [asked] = session.scalars(sa.select(Destruction).where(Destruction.body_id == who.id))
            destructions.file(session, asked.id, certificate, vault=scene.vault, by=who.actor, now=scene.now)
        scene.after(2, lambda: self._look_at_certificate(who, asked.id, complete=members_too))

    def _look_at_certificate(self, who: Joined, destruction_id: UUID, *, complete: bool) -> None:
        scene, by = self.scene, self.scene.second.actor
        with scene.hub.db.transaction() as session:
            if complete:
                destructions.accept(session, destruction_id, by=by, now=scene.now)
                return
            destructions.give_back(session, destruction_id, remarks=INCOMPLETE, by=by, now=scene.now)
        scene.after(5, lambda: self._certify_destruction(who, members_too=True))

    def _move(self, who: Joined, made: Move, reason: str) -> None:
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            operation.change(session, who.id, made, reason=reason, by=by, now=scene.now)
        scene.work.all()

    def _answer_questions(self) -> None:
        """Answer every question but those of the last days."""
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            asked = sa.select(Question.id).where(Question.state == QuestionState.OPEN)
            for question_id in session.scalars(asked).all():
                questions.answer(
                    session, question_id, Reply(answer=REPLY), vault=scene.vault, by=by, now=scene.now
                )

    def _some(self, share: float) -> list[Joined]:
        """Return so many of the bodies that stay, in their order."""
        return [each for each in self.bodies[1:-1] if self.scene.rng.random() < share]
