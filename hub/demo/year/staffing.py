"""What staff does beside notices: announcements, accounts, passkeys, openings, reminders, calls, holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from feeds.formats.content import Kind
from feeds.reminders import queries as reminders
from feeds.reminders import service as reminding
from feeds.reminders.states import Outcome
from feeds.reminders.timing import DEFAULTS, Quiet
from feeds.signers import service as signers
from feeds.signers.entry import Change, challenge, entries_of
from hub.accounts.models import Role
from hub.accounts.passkeys.ceremony import Site
from hub.accounts.passkeys.signature import Signature
from hub.accounts.staff import queries as changes
from hub.accounts.staff import service as staffing
from hub.demo.errors import DemoError
from hub.demo.year.parts import Part, submission
from hub.demo.year.people import account_of, add_passkey
from hub.demo.year.scene import Scene
from hub.retention import service as retention
from hub.retention.models import Destruction
from hub.retention.states import State as RetentionState
from sectors.announcements import service as announcing
from sectors.announcements.models import Means
from sectors.announcements.service import NewAnnouncement
from sectors.catalogue.shipped import SECTORS, Shipped
from sectors.openings import service as openings
from sectors.openings.proposal import Proposal

MEANS = (Means.LETTER, Means.MEETING, Means.MAIL)
TOLD = "制度の概要、申請の手順及び情報管理体制の三要件を説明した。"
CONSULTED = "分野の所管省庁及びIPAと協議し、申請を待たずに手続を始めることとした。"
ON_THE_CALL = ("担当者に受領を依頼した。", "不在。折返しを依頼した。")
HELD = "監査の対象となったため、監査の終了まで保存する。"
REACHED, LAST_REACHED = 0.7, 335  # of calls; days
OPENINGS = 3
LATER_FIRST = replace(DEFAULTS[Kind.LIFTED], first=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """The people of IPA and JPCERT/CC; `unknown` are bodies that nobody has heard of yet.

    `called` hears of which notice which body was reached about by telephone.
    """

    scene: Scene
    unknown: Sequence[Part]
    called: Callable[[UUID, UUID], None]

    def announce(self) -> None:
        """Let IPA tell the industry body of each sector of the scheme, day after day."""
        for number, sector in enumerate(SECTORS):
            self.scene.after(number / 3, partial(self._announce, number, sector))

    def plan(self) -> None:
        """Let all of it come in its time."""
        after = self.scene.after
        after(1, self._set_reminders)
        after(60, lambda: self._invite("auditor2@jpcert.example.jp", "監査 四郎", approved=True))
        after(75, lambda: self._invite("temporary@jpcert.example.jp", "派遣 五月", approved=False))
        after(100, lambda: self._open(self.unknown[0], approved=False))
        after(320, lambda: self._open(self.unknown[1], approved=True))
        for day in range(5, LAST_REACHED, 2):
            after(day, self._call)
        for day in range(LAST_REACHED, 362, 8):
            after(day, lambda: self._call(reaching=0))
        for day in range(200, 362, 20):
            after(day, self._hold)

    def leave_open(self) -> None:
        """Leave an account, a passkey and an opening that wait for a second person."""
        self._propose("reviewer2@ipa.example.jp", "受付 次郎", Role.REVIEWER)
        self._propose_opening(self.unknown[2])
        self._propose_passkey()

    def _announce(self, number: int, sector: Shipped) -> None:
        scene = self.scene
        made = NewAnnouncement(
            industry_body=f"日本{sector.ja}事業者団体連絡会",
            sector_code=sector.code,
            addressee="事務局長",
            means=MEANS[number % len(MEANS)],
            announced_on=scene.today,
            note=TOLD,
        )
        with scene.hub.db.transaction() as session:
            announcing.record(session, made, by=scene.reviewer.actor, now=scene.now)

    def _set_reminders(self) -> None:
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            reminding.set_quiet(session, Quiet(begins=21, ends=8), by=by, now=scene.now)
            reminding.set_rule(session, Kind.LIFTED, LATER_FIRST, by=by, now=scene.now)

    def _invite(self, email: str, name: str, *, approved: bool) -> None:
        self._propose(email, name, Role.AUDITOR)

        def decide() -> None:
            scene, by = self.scene, self.scene.second.actor
            decided = staffing.approve if approved else staffing.refuse
            with scene.hub.db.transaction() as session:
                for each in changes.waiting(session):
                    decided(session, each.id, by=by, now=scene.now)
            scene.after(2, scene.work.all)

        self.scene.after(1, decide)

    def _propose(self, email: str, name: str, role: Role) -> None:
        scene, by = self.scene, self.scene.administrator.actor
        with scene.hub.db.transaction() as session:
            staffing.invite(session, email=email, name=name, role=role, by=by, now=scene.now)

    def _open(self, part: Part, *, approved: bool) -> None:
        opening_id = self._propose_opening(part)

        def decide() -> None:
            scene, by = self.scene, self.scene.second.actor
            decided = openings.approve if approved else openings.refuse
            with scene.hub.db.transaction() as session:
                decided(session, opening_id, by=by, now=scene.now)
            scene.after(2, scene.work.all)

        self.scene.after(2, decide)

    def _propose_opening(self, part: Part) -> UUID:
        scene, by = self.scene, self.scene.writer.actor
        proposal = Proposal(details=submission(part, scene.rng, on=scene.today).details)
        with scene.hub.db.transaction() as session:
            return openings.propose(
                session, proposal, consultation=CONSULTED, vault=scene.vault, by=by, now=scene.now
            ).id

    def _propose_passkey(self) -> None:
        """Let a coordinator register a spare passkey and sign that it be pinned, as the first of two."""
        scene, who = self.scene, self.scene.writer
        signing = who.person.passkey
        if signing is None:
            raise DemoError(f"{who.person.name} has no passkey")
        with scene.hub.db.transaction() as session:
            add_passkey(session, scene.hub, who.person, who.actor, name="予備の鍵", now=scene.now)
            *_, spare = entries_of(session, account_of(session, who.person))
            change = signers.propose(session, spare, Change.ADD, by=who.actor, now=scene.now)
            asked = challenge(change.entry, change.change, change_id=change.id)
            config = scene.hub.config
            signature = Signature(
                assertion=signing.sign(asked, origin=config.origin),
                site=Site(rp_id=config.host, origin=config.origin),
            )
            signers.vouch(session, change.id, signature=signature, by=who.actor, now=scene.now)

    def _call(self, *, reaching: float = REACHED) -> None:
        """Call the bodies on the call list that nobody has reached; in the last weeks nobody is there."""
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            for each in reminders.to_call(session, vault=scene.vault, now=scene.now):
                if each.is_reached or not each.contacts:
                    continue
                reached = scene.rng.random() < reaching
                if reached:
                    self.called(each.case.release_id, each.body.id)
                reminding.record_call(
                    session,
                    each.case.release_id,
                    each.body.id,
                    each.contacts[0].id,
                    Outcome.REACHED if reached else Outcome.NOT_REACHED,
                    remark=ON_THE_CALL[0 if reached else 1],
                    vault=scene.vault,
                    by=by,
                    now=scene.now,
                )

    def _hold(self) -> None:
        """Keep the first record that is announced to be destroyed, for an audit."""
        scene, by = self.scene, self.scene.reviewer.actor
        announced = sa.select(Destruction).where(Destruction.state == RetentionState.COMING)
        held = sa.select(Destruction.id).where(Destruction.held_by.is_not(None))
        with scene.hub.db.transaction() as session:
            if session.scalar(held.limit(1)) is None:
                for each in session.scalars(announced.order_by(Destruction.due_at).limit(1)):
                    retention.hold(session, each.id, HELD, by=by, now=scene.now)
