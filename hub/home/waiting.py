"""What waits for a person: the tasks on the first page after signing in, counted by role."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import orm

from feeds.advisories import finders, hour
from feeds.advisories import queries as advisories
from feeds.advisories.states import State as AdvisoryState
from feeds.delivery import queries as deliveries
from feeds.destructions import queries as destructions
from feeds.drills import queries as drills
from feeds.incidents import queries as incidents
from feeds.matters import leaks
from feeds.operation import queries as operation
from feeds.pack import queries as packs
from feeds.problems import queries as problems
from feeds.questions import queries as questions
from feeds.receipts import queries as receipts
from feeds.reminders import queries as reminders
from feeds.signers import queries as signers
from feeds.surveys import finding as surveys
from hub.accounts.models import Role
from hub.accounts.passkeys import queries as passkeys
from hub.accounts.staff import queries as staff
from hub.core import outbox
from hub.core.clock import JST
from hub.retention import queries as retention
from hub.web.wiring import Person
from keys import queries as keys
from keys.states import State as CertificateState
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.applications import queries as applications
from sectors.applications.states import State as ApplicationState
from sectors.bodies import queries as bodies
from sectors.bodies.states import State as BodyState
from sectors.openings import queries as openings
from sectors.requirements import queries as requirements
from sectors.requirements.models import Requirement
from sectors.telephones import queries as telephones
from sectors.upkeep.service import check_due

Count = Callable[[orm.Session, Person, datetime], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that a person should do next, the page to do it on, and how often it waits."""

    text: LazyString
    endpoint: str
    count: int


def tasks(session: orm.Session, person: Person, *, now: datetime) -> list[Task]:
    """Return what waits for this person, the most pressing first."""
    found = [
        Task(text=text, endpoint=endpoint, count=count(session, person, now))
        for text, endpoint, count in WAITING.get(person.role, [])
    ]
    return [task for task in found if task.count]


def _to_apply(session: orm.Session, person: Person, _now: datetime) -> int:
    mine = applications.applications_of(session, person.organisation_id)
    return int(not mine or mine[0].state in {ApplicationState.DRAFT, ApplicationState.RETURNED})


def _to_answer(session: orm.Session, person: Person, _now: datetime) -> int:
    mine = agreements.agreements_of(session, person.organisation_id)
    return sum(each.state is AgreementState.SAMPLE_SENT for each in mine)


def _unopened(session: orm.Session, person: Person, now: datetime) -> int:
    body = bodies.body_of(session, person.organisation_id)
    return deliveries.waiting_at_body(session, body, now=now) if body else 0


def _certificate(session: orm.Session, person: Person, now: datetime) -> int:
    contact = bodies.contact_of(session, person.account_id)
    if contact is None or keys.usable_certificate(session, contact.id, now=now) is not None:
        return 0
    mine = keys.certificates_of(session, contact.id)
    return int(not any(each.state is CertificateState.POSSESSED for each in mine))


def _pack(session: orm.Session, person: Person, _now: datetime) -> int:
    contact = bodies.contact_of(session, person.account_id)
    return int(contact is not None and not packs.has_read(session, contact.id))


def _passkey(session: orm.Session, person: Person, _now: datetime) -> int:
    return int(not passkeys.passkeys_of(session, person.account_id))


def _to_review(session: orm.Session, _person: Person, _now: datetime) -> int:
    return len(applications.waiting_for_review(session))


def _to_pass_on(session: orm.Session, _person: Person, _now: datetime) -> int:
    return len(agreements.waiting(session, AgreementState.ANSWERED))


def _remarked(session: orm.Session, _person: Person, _now: datetime) -> int:
    return len(agreements.waiting(session, AgreementState.REMARKED))


def _agreements_ending(session: orm.Session, _person: Person, now: datetime) -> int:
    return len(agreements.ending_before(session, now + timedelta(days=90)))


def _to_open(session: orm.Session, person: Person, _now: datetime) -> int:
    return openings.to_approve(session, person.account_id)


def _trials_ending(session: orm.Session, _person: Person, now: datetime) -> int:
    return len(operation.ending(session, by=now.astimezone(JST).date() + timedelta(days=60)))


def _problems(session: orm.Session, _person: Person, _now: datetime) -> int:
    return problems.count_open(session)


def _certified(session: orm.Session, _person: Person, _now: datetime) -> int:
    return destructions.received(session)


def _uncertified(session: orm.Session, _person: Person, now: datetime) -> int:
    return destructions.overdue(session, today=now.astimezone(JST).date())


def _to_destroy(session: orm.Session, person: Person, _now: datetime) -> int:
    body = bodies.body_of(session, person.organisation_id)
    return destructions.waiting_at(session, body.id) if body else 0


def _to_attest(session: orm.Session, person: Person, now: datetime) -> int:
    body = bodies.body_of(session, person.organisation_id)
    soon = now.astimezone(JST).date() + timedelta(days=60)
    if body is None or body.state is BodyState.LEFT:
        return 0
    return len(set(Requirement) - requirements.attested(session, body.id, on=soon))


def _to_check(session: orm.Session, person: Person, now: datetime) -> int:
    body = bodies.body_of(session, person.organisation_id)
    return int(body is not None and body.state is not BodyState.LEFT and check_due(body) <= now)


def _to_consult(session: orm.Session, _person: Person, _now: datetime) -> int:
    return len(advisories.waiting_for_ipa(session))


def _to_conclude(session: orm.Session, _person: Person, _now: datetime) -> int:
    return len(agreements.waiting(session, AgreementState.PASSED_ON))


def _to_confirm(session: orm.Session, _person: Person, _now: datetime) -> int:
    return len(keys.waiting_for_confirmation(session))


def _to_approve(session: orm.Session, person: Person, _now: datetime) -> int:
    return telephones.to_approve(session, person.account_id)


def _to_prepare(session: orm.Session, _person: Person, _now: datetime) -> int:
    return sum(each.state is BodyState.PREPARATION for each in bodies.bodies(session))


def _to_release(session: orm.Session, _person: Person, _now: datetime) -> int:
    return sum(each.state is AdvisoryState.IN_APPROVAL for each in advisories.advisories(session))


def _to_lift(session: orm.Session, _person: Person, now: datetime) -> int:
    return hour.count_published(session, now=now)


def _finders(session: orm.Session, _person: Person, _now: datetime) -> int:
    return len(finders.waiting(session))


def _leaks(session: orm.Session, _person: Person, _now: datetime) -> int:
    return leaks.undecided(session)


def _unanswered(session: orm.Session, person: Person, now: datetime) -> int:
    body = bodies.body_of(session, person.organisation_id)
    if body is None:
        return 0
    newest = {
        each.tracking_id: each.release.id for each in reversed(deliveries.received(session, body, now=now))
    }
    return receipts.unanswered(session, body.id, newest.values())


def _drills(session: orm.Session, person: Person, now: datetime) -> int:
    body = bodies.body_of(session, person.organisation_id)
    return drills.unanswered(session, body.id, now=now) if body else 0


def _surveys(session: orm.Session, person: Person, now: datetime) -> int:
    body = bodies.body_of(session, person.organisation_id)
    return surveys.waiting(session, body.id, now=now) if body else 0


def _to_call(session: orm.Session, _person: Person, _now: datetime) -> int:
    return reminders.waiting_for_a_call(session)


def _reported(session: orm.Session, _person: Person, _now: datetime) -> int:
    return incidents.count_open(session)


def _asked(session: orm.Session, _person: Person, _now: datetime) -> int:
    return questions.count_open(session)


def _held(session: orm.Session, _person: Person, _now: datetime) -> int:
    return deliveries.held(session)


def _given_up(session: orm.Session, _person: Person, _now: datetime) -> int:
    return outbox.count_dead(session)


def _unreachable(session: orm.Session, _person: Person, _now: datetime) -> int:
    return bodies.unreachable(session)


def _to_vouch(session: orm.Session, person: Person, _now: datetime) -> int:
    return signers.unsigned_by(session, person.account_id)


def _staff(session: orm.Session, person: Person, _now: datetime) -> int:
    return staff.to_approve(session, person.account_id)


def _destroyed_soon(session: orm.Session, _person: Person, _now: datetime) -> int:
    return retention.coming(session)


WAITING: dict[Role, list[tuple[LazyString, str, Count]]] = {
    Role.APPLICANT: [
        (_l("Fill in and submit the application"), "applications.mine", _to_apply),
        (_l("Read the sample agreement and answer"), "agreements.listed", _to_answer),
    ],
    Role.CONTACT: [
        (_l("Open notices and send their receipt"), "notices.received", _unopened),
        (_l("Answer notices"), "notices.received", _unanswered),
        (_l("Open and answer a drill"), "drills.ours", _drills),
        (_l("Answer questionnaires"), "surveys.ours", _surveys),
        (_l("Bring a certificate, so that notices can be sealed to you"), "certificates.mine", _certificate),
        (_l("Read the explanatory pack and confirm it"), "pack.ours", _pack),
        (_l("Read the sample agreement and answer"), "agreements.listed", _to_answer),
        (_l("Attest the three requirements for another year"), "bodies.mine", _to_attest),
        (_l("File a certificate of destruction"), "destructions.listed", _to_destroy),
        (_l("Look whether everything recorded of your body is still right"), "bodies.mine", _to_check),
    ],
    Role.REVIEWER: [
        (_l("Reports of leaks and misdeliveries"), "incidents.listed", _reported),
        (_l("Review applications"), "review.queue", _to_review),
        (_l("Record IPA's consultation on advisories"), "advisories.index", _to_consult),
        (_l("Leaks on which nobody has decided"), "leaks.listed", _leaks),
        (_l("Tell the finder after a release"), "finders.listed", _finders),
        (_l("Reply to remarks on the sample agreement"), "agreements.listed", _remarked),
        (_l("Pass agreements on to JPCERT/CC"), "agreements.listed", _to_pass_on),
        (_l("Register a passkey"), "passkeys.listed", _passkey),
        (_l("Records that are destroyed soon"), "retention.listed", _destroyed_soon),
    ],
    Role.COORDINATOR: [
        (_l("Publication hour has come: confirm what was published"), "matters.published", _to_lift),
        (_l("Leaks on which nobody has decided"), "leaks.listed", _leaks),
        (_l("Reports of leaks and misdeliveries"), "incidents.listed", _reported),
        (_l("Bodies to call"), "reminders.call_list", _to_call),
        (_l("Questions of bodies to answer"), "questions.listed", _asked),
        (_l("Deliveries that are held"), "delivery.board", _held),
        (_l("Advisories that wait for a second person"), "advisories.index", _to_release),
        (_l("Conclude agreements"), "agreements.listed", _to_conclude),
        (_l("Approve bodies without an application"), "openings.listed", _to_open),
        (_l("Agreements that end within 90 days"), "agreements.listed", _agreements_ending),
        (_l("Confirm certificates by telephone"), "certificates.waiting", _to_confirm),
        (_l("Approve changes of telephone numbers"), "telephones.listed", _to_approve),
        (_l("Approve changes of accounts"), "staff.listed", _staff),
        (_l("Bodies in preparation"), "bodies.listed", _to_prepare),
        (_l("Trial periods that end within 60 days"), "bodies.listed", _trials_ending),
        (_l("Problems of the trial operation"), "bodies.listed", _problems),
        (_l("Certificates of destruction to look at"), "destructions.listed", _certified),
        (_l("Certificates of destruction that are overdue"), "destructions.listed", _uncertified),
        (_l("Points of contact whose mail comes back"), "bodies.listed", _unreachable),
        (_l("Work that was given up"), "outbox.listed", _given_up),
        (_l("Register a passkey"), "passkeys.listed", _passkey),
        (_l("Sign changes of the signing passkeys"), "signers.listed", _to_vouch),
        (_l("Records that are destroyed soon"), "retention.listed", _destroyed_soon),
    ],
    Role.ADMINISTRATOR: [
        (_l("Approve changes of accounts"), "staff.listed", _staff),
        (_l("Work that was given up"), "outbox.listed", _given_up),
        (_l("Records that are destroyed soon"), "retention.listed", _destroyed_soon),
    ],
}
