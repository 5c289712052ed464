"""A hub with one of everything for each of two bodies and two applicants, made once for the whole matrix."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import orm

from feeds.advisories import queries as advisory_queries
from feeds.advisories import service as advisories
from feeds.advisories.models import Advisory, Release
from feeds.collections import service as clients
from feeds.delivery.models import Mailing
from feeds.delivery.series import series_of
from feeds.destructions import service as destructions
from feeds.destructions.models import Cause
from feeds.drills import service as drills
from feeds.formats.content import Alias, Text
from feeds.incidents import service as incidents
from feeds.incidents.service import Report
from feeds.incidents.states import Kind
from feeds.matters import leaks
from feeds.problems import service as problems
from feeds.questions import service as questions
from feeds.signers import service as signers
from feeds.signers.entry import Change
from feeds.surveys import versions
from feeds.surveys.models import Kind as SurveyKind
from hub.accounts.models import Account, Role, SignIn
from hub.accounts.passkeys import queries as passkey_queries
from hub.accounts.staff import queries as staff_queries
from hub.accounts.staff import service as staffing
from hub.app import build_app
from hub.core.instance import Instance
from hub.core.outbox import Job
from keys.models import ContactCertificate
from keys.states import State as CertificateState
from nda.agreements import service as agreements
from nda.agreements.models import Agreement
from sectors.applications.models import Application, Attachment
from sectors.applications.submission import Submission
from sectors.bodies.models import Body, Contact, MemberOperator
from sectors.bodies.states import State as BodyState
from sectors.catalogue.shipped import ship
from sectors.telephones import service as telephones
from tests.keys.workshop import Holder
from tests.support import advisories as notices
from tests.support import databases, passkeys, surveys
from tests.support.advisories import NOW, VAULT, Cast, acting, draft_for, make_cast, secret_content
from tests.support.agreements import conclude
from tests.support.applications import accepted_application, corporate_number, make_submission
from tests.support.delivery import TOKEN_KEY, Seat, World
from tests.support.people import make_account, make_organisation

SIDES = ("ours", "theirs")
NAMES = {"ours": "翡翠連絡会", "theirs": "瑠璃協議会"}
SECRETS = {"ours": "kingfisher-7431", "theirs": "nightjar-2096"}  # in the title and the method of each notice
Values = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one body, or one applicant, has: its person, its objects by name, the words that name it."""

    person: Account
    objects: dict[str, Values]
    words: frozenset[str]
    token: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The hub, its pages, its staff, and both sides of bodies and of applicants."""

    hub: Instance
    app: Flask
    connection: sa.Connection
    staff: dict[Role, Account]
    bodies: dict[str, Side]
    applicants: dict[str, Side]
    of_account: dict[uuid.UUID, dict[str, Values]]

    def person(self, role: Role) -> Account:
        """Return who tries, as one of this role."""
        if role in self.staff:
            return self.staff[role]
        return self._sides(role)["ours"].person

    def side(self, role: Role, name: str) -> Side:
        """Return what a role's own or another organisation has; staff looks at bodies."""
        return self._sides(role)[name]

    def _sides(self, role: Role) -> dict[str, Side]:
        return self.applicants if role is Role.APPLICANT else self.bodies


@contextmanager
def stage(url: str, seat: Seat, cache: FileSystemBytecodeCache) -> Iterator[Stage]:
    """Give the stage in an empty database, to which nothing is ever committed."""
    engine = databases.engine_for(url)
    with engine.execution_options(hub_write=True).connect() as connection:
        begun = connection.begin()
        yield _built(seat, connection, cache)
        begun.rollback()
    engine.dispose()


@contextmanager
def undone(made: Stage) -> Iterator[None]:
    """Take back whatever is done in the block."""
    point = made.connection.begin_nested()
    yield
    point.rollback()


def _built(seat: Seat, connection: sa.Connection, cache: FileSystemBytecodeCache) -> Stage:
    db = databases.database(connection)
    config = replace(seat.config, taxii_rate="100000 per second")
    hub = Instance(config=config, db=db, vault=VAULT, token_key=TOKEN_KEY, clock=lambda: NOW)
    with db.transaction() as session:
        ship(session, now=NOW)
        cast = make_cast(session)
        staff = {role: make_account(session, role) for role in (Role.AUDITOR, Role.ADMINISTRATOR)}
        staff[Role.COORDINATOR] = session.get_one(Account, cast.writer.account_id)
        staff[Role.REVIEWER] = session.get_one(Account, cast.ipa.account_id)
        passkeys.pin(session, hub.config.pinned_passkeys, cast.writer, cast.releaser)
        holders = dict(zip(SIDES, (seat.power, seat.gas), strict=True))
        made = {name: _body(session, name, holder) for name, holder in holders.items()}
        releases = {name: _released(session, cast, SECRETS[name], body) for name, body in made.items()}
    world = World(hub=hub, seat=seat, cast=cast, power=made["ours"])
    for release in releases.values():
        world.promise(release)
    world.seal()
    with db.transaction() as session:
        sides = {name: _side(session, cast, name, body, releases[name]) for name, body in made.items()}
        applicants = {name: _applicant(session, name) for name in SIDES}
        _staffs(session, staff, cast, sides)
        everybody = [*staff.values(), *(each.person for each in (*sides.values(), *applicants.values()))]
        own = {person.id: _of_account(session, person) for person in everybody}
    app = build_app(hub, secret_key=b"s" * 32)
    app.jinja_env.bytecode_cache = cache
    return Stage(
        hub=hub,
        app=app,
        connection=connection,
        staff=staff,
        bodies=sides,
        applicants=applicants,
        of_account=own,
    )


def _staffs(session: orm.Session, staff: dict[Role, Account], cast: Cast, sides: dict[str, Side]) -> None:
    """Give staff what only staff looks at: a change of the pinned passkeys, work that was given up."""
    passkey = passkeys.entry_of(session, make_account(session, Role.REVIEWER).id)
    change = signers.propose(session, passkey, Change.ADD, by=cast.writer, now=NOW)
    job = Job(kind="letter", values={}, promised_at=NOW, due_at=NOW, dead_at=NOW, problem="OSError")
    session.add(job)
    session.flush()
    body = session.get_one(Body, sides["ours"].objects["body"]["body_id"])
    by = acting(staff[Role.ADMINISTRATOR])
    staffing.invite(session, email="new@jpcert.example.jp", name="新人", role=Role.AUDITOR, by=by, now=NOW)
    [pending] = staff_queries.waiting(session)
    submitted = _submitted(session, cast, "山鳩", body)
    version = versions.begin(session, SurveyKind.NOTICE, by=cast.ipa, now=NOW)
    shared: dict[str, Values] = {
        "change": {"change_id": change.id},
        "job": {"job_id": job.id},
        "staff": {"change_id": pending.id},
        "submitted": {"advisory_id": submitted.id},
        "version": {"version_id": version.id},
        "wording": {"version_id": version.id, "question_id": version.questions[1].id},
    }
    for side in sides.values():
        side.objects.update(shared)


def _of_account(session: orm.Session, person: Account) -> dict[str, Values]:
    """Give a person a passkey and a session elsewhere."""
    passkeys.passkey_of(session, person.id)
    [passkey, *_] = passkey_queries.passkeys_of(session, person.id)
    sign_in = SignIn(
        account_id=person.id, digest=person.id.bytes * 2, began_at=NOW, seen_at=NOW, verified_at=NOW
    )
    session.add(sign_in)
    session.flush()
    return {"passkey": {"passkey_id": passkey.id}, "sign_in": {"sign_in_id": sign_in.id}}


def _submission(name: str, email: str) -> Submission:
    filled = make_submission(main=email, deputy=None)
    number = corporate_number(700000000000 + SIDES.index(name))
    named = replace(filled.details, name_ja=NAMES[name], name_en=NAMES[name], corporate_number=number)
    return replace(filled, details=named)


def _agreed(session: orm.Session, name: str) -> tuple[Account, Agreement]:
    """Return an applicant of a new organisation, and its agreement before it is concluded."""
    person = make_account(session, Role.APPLICANT, make_organisation(session, name=NAMES[name]))
    reviewer = make_account(session, Role.REVIEWER)
    submission = _submission(name, person.email)
    application = accepted_application(session, person, reviewer, vault=VAULT, submission=submission)
    return person, agreements.send_sample(session, application.id, now=NOW)


def _body(session: orm.Session, name: str, holder: Holder) -> Body:
    person, agreement = _agreed(session, name)
    agreements.answer(session, agreement.id, can=True, remarks="", by=acting(person), now=NOW)
    agreements.pass_on(session, agreement.id, by=acting(make_account(session, Role.REVIEWER)), now=NOW)
    body = conclude(session, agreement.id, make_account(session, Role.COORDINATOR), vault=VAULT)
    body.state = BodyState.FULL
    [contact] = session.scalars(sa.select(Contact).where(Contact.body_id == body.id))
    row = ContactCertificate(
        owner_id=contact.id,
        email=contact.email,
        state=CertificateState.ACTIVE,
        fingerprint=holder.certificate.fingerprint,
        blob=holder.blob,
        algorithm="ed25519",
        uploaded_at=NOW,
        activated_at=NOW,
    )
    passkeys.confirmed(row, contact, body)
    session.add(row)
    session.flush()
    return body


def _submitted(session: orm.Session, cast: Cast, title: str, *to: Body) -> Advisory:
    """Submit an advisory of its own title, which stands in its attack method, too."""
    cve = f"CVE-2026-2{len(title):04}"
    text = replace(secret_content(), title=Text(ja=title), attack_method=Text(ja=title), vulnerabilities=())
    draft = replace(draft_for(*to, content=text), aliases=(Alias(issuer="cve", number=cve),))
    advisory = advisories.create_draft(session, draft, vault=VAULT, by=cast.writer, now=NOW)
    notices.submit(session, advisory.id, by=cast.writer)
    return advisory


def _released(session: orm.Session, cast: Cast, title: str, *to: Body) -> Release:
    advisory = _submitted(session, cast, title, *to)
    notices.consult(session, advisory, cast)
    return notices.release(session, advisory.id, by=cast.releaser)


def _side(session: orm.Session, cast: Cast, name: str, body: Body, release: Release) -> Side:
    """Make one of everything that a body has, and that staff looks at."""
    [contact] = session.scalars(sa.select(Contact).where(Contact.body_id == body.id))
    person = contact.account
    assert person
    by = acting(person)
    [certificate] = session.scalars(
        sa.select(ContactCertificate).where(ContactCertificate.owner_id == contact.id)
    )
    mailing = session.scalars(sa.select(Mailing).where(Mailing.release_id == release.id)).one()
    client, token = clients.add_client(session, body.id, NAMES[name], key=TOKEN_KEY, by=by, now=NOW)
    drill = drills.start(session, [body.id], hours=5, by=cast.writer, now=NOW)
    change = telephones.propose(session, contact.id, f"03-9999-000{len(name)}", by=by, now=NOW)
    question = questions.ask(session, release.id, body, SECRETS[name], vault=VAULT, by=by, now=NOW)
    told = Report(kind=Kind.LEAK, text=SECRETS[name], release_id=release.id)
    incident = incidents.report(session, body.id, told, vault=VAULT, by=by, now=NOW)
    advisory = advisory_queries.advisory(session, release.advisory_id)
    leak = leaks.record(
        session,
        advisory.matter_id,
        noticed_at=NOW,
        how="mail",
        what=SECRETS[name],
        vault=VAULT,
        by=cast.writer,
        now=NOW,
    )
    problem = problems.report(session, body.id, SECRETS[name], vault=VAULT, by=by, now=NOW)
    destruction = destructions.request(session, body.id, Cause.SUSPENDED, occasion="one", now=NOW)
    operator = session.scalars(sa.select(MemberOperator).where(MemberOperator.body_id == body.id)).first()
    assert operator
    survey = surveys.asked(session, body)
    series = series_of(session, body.id)
    tracking_id = advisory.matter.tracking_id
    objects: dict[str, Values] = {
        "body": {"body_id": body.id},
        "contact": {"body_id": body.id, "contact_id": contact.id},
        "number": {"contact_id": contact.id, "change_id": change.id},
        "certificate": {"certificate_id": certificate.id},
        "client": {"client_id": client.id},
        "notice": {"tracking_id": tracking_id},
        "drill": {"tracking_id": drill.tracking_id},
        "question": {"question_id": question.id},
        "problem": {"problem_id": problem.id},
        "destruction": {"destruction_id": destruction.id},
        "operator": {"body_id": body.id, "operator_id": operator.id},
        "incident": {"incident_id": incident.id},
        "advisory": {"advisory_id": release.advisory_id},
        "leak": {"advisory_id": release.advisory_id, "leak_id": leak.id},
        "survey": {"survey_id": survey.id},
        "delivery": {"release_id": release.id, "body_id": body.id},
        "mailing": {"mailing_id": mailing.id},
        "collection": {"collection_id": series.sealed_id},
        **_filed(session, person),
    }
    words = {SECRETS[name], NAMES[name], person.email, body.corporate_number, tracking_id, drill.tracking_id}
    return _kept(person, objects, words, token=(client.username, token))


def _applicant(session: orm.Session, name: str) -> Side:
    person, _ = _agreed(session, name)
    return _kept(person, _filed(session, person), {NAMES[name], person.email})


def _filed(session: orm.Session, person: Account) -> dict[str, Values]:
    own = Application.organisation_id == person.organisation_id
    application = session.scalars(sa.select(Application).where(own)).one()
    attachment = session.scalars(
        sa.select(Attachment).where(Attachment.application_id == application.id)
    ).first()
    agreement = session.scalars(sa.select(Agreement).where(Agreement.application_id == application.id)).one()
    assert attachment
    return {
        "application": {"application_id": application.id},
        "attachment": {"application_id": application.id, "attachment_id": attachment.id},
        "agreement": {"agreement_id": agreement.id},
    }


def _kept(
    person: Account,
    objects: dict[str, Values],
    words: set[str],
    token: tuple[str, str] = ("", ""),
) -> Side:
    """Return a side; whatever identifies one of its objects is among the words that name it."""
    ids = {str(each) for values in objects.values() for each in values.values()}
    return Side(person=person, objects=objects, words=frozenset(words | ids), token=token)
