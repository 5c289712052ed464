"""Other applicants of the year: withdrawn, refused, corrected, declined, and some that wait for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts import service as accounts
from hub.core.audit import Actor
from hub.demo.documents import pdf
from hub.demo.year.joined import Joined
from hub.demo.year.joining import IN_ORDER, accept, apply, documents, register, take
from hub.demo.year.parts import Part, submission
from hub.demo.year.scene import Scene
from nda.agreements import queries as agreements
from nda.agreements import service as agreeing
from sectors.applications import review, service
from sectors.applications.attachments import checked
from sectors.applications.items import Item
from sectors.applications.models import AttachmentKind, RefusalCondition
from sectors.applications.review import Verdict
from sectors.filling import service as filling
from sectors.filling.steps import Content, Step

APPLICANTS = 8
MISTYPED = "contcat"
REMARK = "会員一覧に、重要インフラ事業者か否かの記載がない会員があります。"
REMARKS = "会員一覧を補正してください。ほかの書類に不足はありません。"
DIFFERENT = "第7条（監査）について、年1回の書面による報告とすることは可能か。"
REPLIED = "書面による報告で差し支えありません。条文の案を添付の見本に反映しました。"
NOT_COMPATIBLE = "会員の規程と両立しないため。"
INCOMPLETE = IN_ORDER | {Item.MEMORANDA: Verdict(in_order=False, remark=REMARK)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """Those who apply in the year and become no body within it."""

    scene: Scene
    parts: Sequence[Part]

    def plan(self) -> None:
        """Let the first four apply in their time."""
        after = self.scene.after
        after(40, lambda: self._withdraw(self.parts[0]))
        after(62, lambda: self._refuse(self.parts[1]))
        after(285, lambda: self._correct(self.parts[2]))
        after(160, lambda: self._decline(self.parts[3]))

    def leave_open(self) -> None:
        """Leave one returned, one under review, one filed, one half filled in, and a letter to nobody."""
        self._mistype(self.parts[6])
        self._return(*self._applied(self.parts[4]))
        take(self.scene, self._applied(self.parts[5])[1])
        self._applied(self.parts[6])
        self._fill_in(register(self.scene, self.parts[7]))

    def _mistype(self, part: Part) -> None:
        """Let somebody ask for an account with a mistyped address, to which no mail can be sent."""
        scene, name = self.scene, part.body.name
        with scene.hub.db.transaction() as session:
            accounts.register_applicant(
                session,
                organisation_name=name,
                name=part.contact,
                email=part.email.replace("contact", MISTYPED),
                by=Actor(account_id=None),
                now=scene.now,
            )
        scene.work.give_up_one()

    def _applied(self, part: Part) -> tuple[Joined, UUID]:
        who = register(self.scene, part)
        self.scene.in_a_while()
        made = apply(self.scene, who)
        self.scene.in_a_while()
        return who, made

    def _withdraw(self, part: Part) -> None:
        scene, (who, application_id) = self.scene, self._filed(part)

        def withdraw() -> None:
            with scene.hub.db.transaction() as session:
                service.withdraw(session, application_id, by=who.actor, now=scene.now)

        scene.after(4, withdraw)

    def _filed(self, part: Part) -> tuple[Joined, UUID]:
        who = register(self.scene, part)
        return who, apply(self.scene, who)

    def _refuse(self, part: Part) -> None:
        scene, (_who, application_id) = self.scene, self._filed(part)

        def refuse() -> None:
            version, by = take(scene, application_id), scene.reviewer.actor
            condition = RefusalCondition.CONTRACTOR_CONTROL
            with scene.hub.db.transaction() as session:
                review.refuse(
                    session, application_id, condition=condition, version=version, by=by, now=scene.now
                )

        scene.after(8, refuse)

    def _correct(self, part: Part) -> None:
        """Let one be returned, corrected, accepted; it answers the sample with a remark first."""
        scene, (who, application_id) = self.scene, self._filed(part)
        scene.in_turn(
            (5, lambda: self._return(who, application_id)),
            (15, lambda: self._resubmit(who, application_id)),
            (7, lambda: accept(scene, application_id, part)),
            (2, scene.work.all),
            (6, lambda: self._answer(who, can=True, remarks=DIFFERENT)),
            (9, lambda: self._reply(who)),
            (8, lambda: self._answer(who, can=True, remarks="")),
        )

    def _decline(self, part: Part) -> None:
        scene, (who, application_id) = self.scene, self._filed(part)
        scene.in_turn(
            (6, lambda: accept(scene, application_id, part)),
            (2, scene.work.all),
            (12, lambda: self._answer(who, can=False, remarks=NOT_COMPATIBLE)),
        )

    def _return(self, _who: Joined, application_id: UUID) -> None:
        scene, by, version = self.scene, self.scene.reviewer.actor, take(self.scene, application_id)
        with scene.hub.db.transaction() as session:
            review.send_back(
                session,
                application_id,
                INCOMPLETE,
                remarks=REMARKS,
                version=version,
                by=by,
                now=scene.now,
            )

    def _resubmit(self, who: Joined, application_id: UUID) -> None:
        scene = self.scene
        again = submission(who.part, scene.rng, on=scene.today)
        [members] = [each for each in documents(who.part) if each.kind is AttachmentKind.MEMBER_LIST]
        with scene.hub.db.transaction() as session:
            service.resubmit(
                session,
                application_id,
                again,
                uploads=[members],
                vault=scene.vault,
                by=who.actor,
                now=scene.now,
            )

    def _answer(self, who: Joined, *, can: bool, remarks: str) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            [agreement] = agreements.agreements_of(session, who.organisation_id)
            agreeing.answer(session, agreement.id, can=can, remarks=remarks, by=who.actor, now=scene.now)

    def _reply(self, who: Joined) -> None:
        scene, by = self.scene, self.scene.reviewer.actor
        with scene.hub.db.transaction() as session:
            [agreement] = agreements.agreements_of(session, who.organisation_id)
            agreeing.reply(session, agreement.id, text=REPLIED, by=by, now=scene.now)

    def _fill_in(self, who: Joined) -> None:
        """Let one begin the form: its own section typed, one document chosen."""
        scene, body = self.scene, who.part.body
        fields = (
            ("name_ja", body.name),
            ("name_en", body.name_en),
            ("corporate_number", body.corporate_number),
        )
        outline = checked(AttachmentKind.OUTLINE, "outline.pdf", pdf("Outline"))
        with scene.hub.db.transaction() as session:
            draft = filling.keep(
                session,
                Step.ORGANISATION,
                fields,
                seen=0,
                start=Content(),
                vault=scene.vault,
                by=who.actor,
                now=scene.now,
            )
            filling.choose(session, draft, [outline], vault=scene.vault, now=scene.now)
