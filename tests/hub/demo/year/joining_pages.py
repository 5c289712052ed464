"""Pages about applications, their review, agreements and openings."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.models import Account, Organisation, Role
from hub.accounts.states import State as AccountState
from nda.agreements.models import Agreement, Amendment
from nda.agreements.states import State as AgreementState
from sectors.announcements.models import Announcement
from sectors.applications import acts
from sectors.applications.models import Application, Attachment
from sectors.applications.states import OPEN, State
from sectors.catalogue.models import Edition, Sector
from sectors.filling.models import Draft, DraftFile
from sectors.openings.models import Opening
from tests.hub.demo.year.world import FIRST, Visit, Year, body, every, page


def applicant(session: orm.Session, organisation_id: object) -> str:
    """Return the address of somebody of an organisation who can sign in."""
    own = (Account.organisation_id == organisation_id, Account.state == AccountState.ACTIVE)
    return str(every(session, Account, *own, order=Account.created_at)[0].email)


def name_of(session: orm.Session, organisation_id: object) -> str:
    return session.get_one(Organisation, organisation_id).name


@page("review.queue")
def queue(_year: Year, session: orm.Session) -> Iterator[Visit]:
    waiting = every(session, Application, Application.state.in_(OPEN))
    yield Visit(who=Role.REVIEWER, sees=[each.receipt_number for each in waiting])


@page("review.show")
def reviewed(year: Year, session: orm.Session) -> Iterator[Visit]:
    for state in (State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.REFUSED, State.WITHDRAWN):
        for each in every(session, Application, Application.state == state):
            filed = acts.submission_of(each, vault=year.hub.vault)
            sees = [each.receipt_number, filed.details.name_ja, *(one.name for one in filed.details.contacts)]
            yield Visit(who=Role.REVIEWER, values={"application_id": each.id}, sees=sees)


@page("applications.show")
def shown(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for state in State:
        for each in every(session, Application, Application.state == state) if state != State.DRAFT else ():
            who = applicant(session, each.organisation_id)
            sees = [each.receipt_number, name_of(session, each.organisation_id)]
            yield Visit(who=who, values={"application_id": each.id}, sees=sees)
            yield Visit(who=Role.REVIEWER, values={"application_id": each.id}, sees=sees)


@page("applications.mine")
def mine(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Application, Application.state.in_(OPEN)):
        yield Visit(who=applicant(session, each.organisation_id), sees=[each.receipt_number])


@page("applications.receipt", "applications.withdraw")
def receipt(_year: Year, session: orm.Session) -> Iterator[Visit]:
    [each, *_] = every(session, Application, Application.state == State.SUBMITTED)
    who = applicant(session, each.organisation_id)
    yield Visit(who=who, values={"application_id": each.id}, sees=[each.receipt_number])


@page("applications.attachment")
def attachment(_year: Year, session: orm.Session) -> Iterator[Visit]:
    [each, *_] = every(session, Attachment)
    values = {"application_id": each.application_id, "attachment_id": each.id}
    yield Visit(who=Role.REVIEWER, values=values, sees=["%PDF-"])


def filling(session: orm.Session) -> tuple[str, str, DraftFile]:
    """Return who fills in a form, for whom, and the document that was chosen."""
    [draft] = every(session, Draft)
    [file] = every(session, DraftFile, DraftFile.draft_id == draft.id)
    return applicant(session, draft.organisation_id), name_of(session, draft.organisation_id), file


@page("filling.overview")
def form(_year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=filling(session)[0], sees=["組織", "不備あり", "未記入"])


@page("filling.submit")
def not_yet(_year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=filling(session)[0], sees=["組織: 不備あり", "分野: 未記入", "添付書類: 不備あり"])


@page("filling.step")
def step(_year: Year, session: orm.Session) -> Iterator[Visit]:
    who, name, _file = filling(session)
    yield Visit(who=who, values={"step_name": "organisation"}, sees=[name])
    yield Visit(who=who, values={"step_name": "attachments"}, sees=["outline.pdf"])


@page("filling.paper")
def paper(_year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=filling(session)[0], sees=["%PDF-"])


@page("filling.file")
def chosen(_year: Year, session: orm.Session) -> Iterator[Visit]:
    who, _name, file = filling(session)
    yield Visit(who=who, values={"file_id": file.id}, sees=["%PDF-"])


@page("agreements.listed")
def agreements(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Agreement)
    states = {each.state for each in found}
    assert {AgreementState.CONCLUDED, AgreementState.DECLINED, AgreementState.ANSWERED} <= states
    names = [name_of(session, each.organisation_id) for each in found]
    yield Visit(who=Role.COORDINATOR, sees=names, rows=len(found))
    waiting = [each for each in found if each.state in (AgreementState.ANSWERED, AgreementState.SAMPLE_SENT)]
    yield Visit(who=Role.REVIEWER, sees=[name_of(session, each.organisation_id) for each in waiting])
    yield Visit(who=FIRST, sees=[body(session).name_ja])


@page("agreements.show")
def agreement(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Agreement):
        signed = [each.body_signer, each.jpcert_signer] if each.document_sha256 else []
        changed = sa.select(Amendment.summary).where(Amendment.agreement_id == each.id)
        sees = [name_of(session, each.organisation_id), *signed, *session.scalars(changed)]
        yield Visit(who=Role.COORDINATOR, values={"agreement_id": each.id}, sees=sees)
        if each.application_id is not None:
            who = applicant(session, each.organisation_id)
            yield Visit(who=who, values={"agreement_id": each.id}, sees=sees)


@page("agreements.sample")
def sample(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Agreement, Agreement.application_id.is_not(None)):
        who = applicant(session, each.organisation_id)
        yield Visit(who=who, values={"agreement_id": each.id, "lang": "ja"}, sees=["秘密保持"])


@page("agreements.document")
def document(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Agreement, Agreement.document_sha256.is_not(None)):
        who = applicant(session, each.organisation_id)
        yield Visit(who=who, values={"agreement_id": each.id}, sees=["%PDF-"])


@page("renewals.amend", "renewals.renew")
def concluded(_year: Year, session: orm.Session) -> Iterator[Visit]:
    renewed = set(session.scalars(sa.select(Agreement.renews_id)))
    for each in every(session, Agreement, Agreement.state == AgreementState.CONCLUDED):
        if each.renews_id is None and each.id not in renewed:
            name = name_of(session, each.organisation_id)
            yield Visit(who=Role.COORDINATOR, values={"agreement_id": each.id}, sees=[name])


@page("renewals.amendment")
def amendment(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Amendment):
        values = {"agreement_id": each.agreement_id, "amendment_id": each.id}
        yield Visit(who=Role.COORDINATOR, values=values, sees=["%PDF-"])
        yield Visit(who=FIRST, values=values, sees=["%PDF-"])


@page("announcements.listed")
def announced(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Announcement)
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, sees=[each.industry_body for each in found], rows=len(found))


@page("openings.listed")
def openings(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Opening)
    assert len({each.state for each in found}) == len(found)
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, sees=[each.name for each in found])


@page("openings.show")
def opening(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Opening):
        yield Visit(who=Role.REVIEWER, values={"opening_id": each.id}, sees=[each.name, each.consultation])


@page("sectors.listed")
def sectors(_year: Year, session: orm.Session) -> Iterator[Visit]:
    held = [each.ja for each in every(session, Sector)]
    held += [each.name for each in every(session, Edition)]
    yield Visit(who=Role.REVIEWER, sees=held)


@page("sectors.end")
def sector(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Sector):
        yield Visit(who=Role.COORDINATOR, values={"code": each.code}, sees=[each.ja])
