"""Pages about bodies: what is recorded, their people, certificates, tools, operation, drills, destruction."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.collections.models import TaxiiClient
from feeds.destructions.models import Destruction
from feeds.dissemination.models import MemberCertificate
from feeds.drills.models import Drill, Turn, Waiver
from feeds.operation.models import Trial
from feeds.pack.models import PackReading
from feeds.problems import queries as problem_texts
from feeds.problems.models import Problem
from feeds.products import queries as products
from feeds.products.models import ProductList
from hub.accounts.models import Role
from keys.models import ContactCertificate
from keys.states import LIVE
from keys.states import State as CertificateState
from sectors.bodies.models import Body, Contact, MemberOperator
from sectors.bodies.states import State
from sectors.telephones.models import TelephoneChange
from sectors.telephones.states import State as ChangeState
from tests.hub.demo.year.world import FIRST, LEFT, SECOND, Visit, Year, body, every, main_contact, page

PAGE = 25  # members on a page of a roster


def contact_of(session: orm.Session, of: Body) -> str:
    """Return the address of a body's main contact."""
    return every(session, Contact, Contact.body_id == of.id, Contact.email.startswith("contact@"))[0].email


@page("bodies.listed")
def bodies(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Body)
    yield Visit(who=Role.COORDINATOR, sees=[each.name_ja for each in found], rows=len(found))


@page("bodies.show")
def one_body(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Body):
        people = every(session, Contact, Contact.body_id == each.id, Contact.left_at.is_(None))
        sees = [each.name_ja, each.address, *(one.name for one in people)]
        yield Visit(who=Role.COORDINATOR, values={"body_id": each.id}, sees=sees)
    own = body(session)
    yield Visit(who=FIRST, values={"body_id": own.id}, sees=[own.name_ja])


@page("roster.listed")
def roster(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Body, Body.state != State.LEFT):
        present = (MemberOperator.body_id == each.id, MemberOperator.left_on.is_(None))
        members = every(session, MemberOperator, *present)
        for who in (Role.COORDINATOR, contact_of(session, each)):
            yield Visit(
                who=who, values={"body_id": each.id}, rows=min(PAGE, len(members)), sees=[len(members)]
            )


@page("roster.member")
def member(_year: Year, session: orm.Session) -> Iterator[Visit]:
    own = body(session)
    for each in every(
        session, MemberOperator, MemberOperator.body_id == own.id, MemberOperator.left_on.is_(None)
    )[:5]:
        yield Visit(who=FIRST, values={"body_id": own.id, "operator_id": each.id}, sees=[each.name])


@page("member_certificates.show")
def member_certificate(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, MemberCertificate):
        member = session.get_one(MemberOperator, each.member_id)
        who = contact_of(session, session.get_one(Body, member.body_id))
        yield Visit(who=who, values={"operator_id": member.id}, sees=[member.name, each.fingerprint])


@page("upkeep.check")
def yearly_look(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        own = body(session, who)
        yield Visit(who=who, values={"body_id": own.id}, sees=[own.address, own.representative])


@page("roster.attest", "upkeep.new_contact")
def own_forms(_year: Year, session: orm.Session) -> Iterator[Visit]:
    own = body(session)
    yield Visit(who=FIRST, values={"body_id": own.id}, sees=[own.name_ja])


@page("upkeep.contact")
def contact(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Contact, Contact.left_at.is_(None)):
        values = {"body_id": each.body_id, "contact_id": each.id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=[each.name, each.email])


@page("telephones.listed")
def numbers(_year: Year, session: orm.Session) -> Iterator[Visit]:
    waiting = every(session, TelephoneChange, TelephoneChange.state == ChangeState.PROPOSED)
    yield Visit(
        who=Role.COORDINATOR, sees=[session.get_one(Contact, each.contact_id).name for each in waiting]
    )


@page("telephones.show")
def number(_year: Year, session: orm.Session) -> Iterator[Visit]:
    waiting = every(session, TelephoneChange, TelephoneChange.state == ChangeState.PROPOSED)
    for who in (Role.COORDINATOR, FIRST):
        for each in waiting:
            yield Visit(who=who, values={"contact_id": each.contact_id}, sees=[each.number])
    second = main_contact(session, SECOND)
    assert second.telephone == "03-5555-0199"
    yield Visit(who=SECOND, values={"contact_id": second.id}, sees=[second.telephone])


@page("certificates.mine")
def own_certificates(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        held = every(
            session, ContactCertificate, ContactCertificate.owner_id == main_contact(session, who).id
        )
        assert len(held) > 1
        yield Visit(who=who, sees=[each.fingerprint for each in held if each.state in LIVE])


@page("certificates.waiting")
def waiting_certificates(_year: Year, session: orm.Session) -> Iterator[Visit]:
    waiting = every(session, ContactCertificate, ContactCertificate.state == CertificateState.POSSESSED)
    yield Visit(who=Role.COORDINATOR, sees=[session.get_one(Contact, each.owner_id).name for each in waiting])


@page("certificates.confirm")
def certificate(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, ContactCertificate, ContactCertificate.state == CertificateState.POSSESSED):
        values = {"certificate_id": each.id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=[each.fingerprint, each.email])


@page("certificates.revoke")
def revocation(_year: Year, session: orm.Session) -> Iterator[Visit]:
    [own] = every(
        session,
        ContactCertificate,
        ContactCertificate.owner_id == main_contact(session, SECOND).id,
        ContactCertificate.state == CertificateState.ACTIVE,
    )
    yield Visit(who=SECOND, values={"certificate_id": own.id}, sees=[own.fingerprint])


@page("clients.mine")
def own_clients(_year: Year, session: orm.Session) -> Iterator[Visit]:
    held = every(session, TaxiiClient, TaxiiClient.body_id == body(session, SECOND).id)
    yield Visit(who=SECOND, sees=[each.username for each in held])


@page("clients.of_body")
def clients(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, TaxiiClient):
        yield Visit(who=Role.COORDINATOR, values={"body_id": each.body_id}, sees=[each.username, each.name])


@page("clients.revoke")
def client(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, TaxiiClient, TaxiiClient.revoked_at.is_(None)):
        yield Visit(who=Role.COORDINATOR, values={"client_id": each.id}, sees=[each.name])


@page("operation.shown")
def operation(_year: Year, session: orm.Session) -> Iterator[Visit]:
    waived = {each.body_id: each.reason for each in every(session, Waiver)}
    for each in every(session, Body):
        trials = every(session, Trial, Trial.body_id == each.id)
        sees = [each.name_ja, *(one.consultation for one in trials if one.consultation)]
        sees += [waived[each.id]] if each.id in waived and each.state != State.LEFT else []
        yield Visit(who=Role.COORDINATOR, values={"body_id": each.id}, sees=sees)


@page("operation.ours")
def own_operation(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        [*_, trial] = every(session, Trial, Trial.body_id == body(session, who).id, order=Trial.begins_on)
        yield Visit(who=who, sees=[f"{trial.begins_on:%Y}"])


@page("drills.listed")
def drills(_year: Year, session: orm.Session) -> Iterator[Visit]:
    held = every(session, Drill)
    assert len(held) > 2
    yield Visit(who=Role.COORDINATOR, sees=[each.tracking_id for each in held], rows=len(held))


@page("drills.shown")
def drill(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Drill):
        names = session.scalars(
            sa.select(Body.name_ja).join(Turn, Turn.body_id == Body.id).where(Turn.drill_id == each.id)
        ).all()
        values = {"tracking_id": each.tracking_id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=names)


@page("drills.start")
def next_drill(_year: Year, session: orm.Session) -> Iterator[Visit]:
    invited = every(session, Body, Body.state.in_((State.TRIAL, State.FULL)))
    yield Visit(who=Role.COORDINATOR, sees=[each.name_ja for each in invited])


@page("drills.ours")
def own_drills(_year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=FIRST, sees=_drilled(session))


@page("drills.our")
def own_drill(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in _drilled(session):
        yield Visit(who=FIRST, values={"tracking_id": each}, sees=[each])


def _drilled(session: orm.Session) -> list[str]:
    own = sa.select(Drill.tracking_id).join(Turn, Turn.drill_id == Drill.id)
    return list(session.scalars(own.where(Turn.body_id == body(session).id)))


@page("problems.of_body")
def problems(year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Problem):
        text = problem_texts.opened(each, vault=year.hub.vault).text
        yield Visit(who=Role.COORDINATOR, values={"body_id": each.body_id}, sees=[text])


@page("problems.problem")
def problem(year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Problem):
        text = problem_texts.opened(each, vault=year.hub.vault).text
        yield Visit(who=Role.COORDINATOR, values={"problem_id": each.id}, sees=[text])


@page("products.ours")
def own_products(year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=FIRST, sees=_listed(year, session, body(session)))


@page("products.of_body")
def listed(year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, ProductList):
        of = session.get_one(Body, each.body_id)
        yield Visit(who=Role.COORDINATOR, values={"body_id": of.id}, sees=_listed(year, session, of))


def _listed(year: Year, session: orm.Session, of: Body) -> list[str]:
    found = products.kept(session, of.id, vault=year.hub.vault)
    return [each.product for each in found.products]


@page("destructions.listed")
def destructions(_year: Year, session: orm.Session) -> Iterator[Visit]:
    asked = every(session, Destruction)
    names = [session.get_one(Body, each.body_id).name_ja for each in asked]
    yield Visit(who=Role.COORDINATOR, sees=names, rows=len(asked))


@page("destructions.show")
def destruction(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Destruction):
        sees = [session.get_one(Body, each.body_id).name_ja, each.remarks, each.signer or ""]
        yield Visit(who=Role.COORDINATOR, values={"destruction_id": each.id}, sees=sees)


@page("destructions.document")
def destruction_certificate(_year: Year, session: orm.Session) -> Iterator[Visit]:
    [each] = every(session, Destruction, Destruction.document_sha256.is_not(None))
    for who in (Role.COORDINATOR, LEFT):
        yield Visit(who=who, values={"destruction_id": each.id}, sees=["%PDF-"])


@page("pack.readers")
def readers(_year: Year, session: orm.Session) -> Iterator[Visit]:
    read = every(session, PackReading, PackReading.read_at.is_not(None))
    names = [session.get_one(Contact, each.contact_id).name for each in read]
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, sees=names)


@page("pack.ours")
def own_pack(_year: Year, session: orm.Session) -> Iterator[Visit]:
    [read] = every(session, PackReading, PackReading.contact_id == main_contact(session).id)
    assert read.read_at is not None
    yield Visit(who=FIRST, sees=[f"{read.read_at:%Y}"])


@page("pack.file")
def pack_file(_year: Year, _session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=FIRST, sees=["%PDF-"])
