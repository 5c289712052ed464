"""What rosters, uploads, checks, conditions and kinds are called, as people read them."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from sectors.applications import members
from sectors.applications.attachments import UploadRefusedError
from sectors.applications.differences import Change, Difference
from sectors.applications.items import Item
from sectors.applications.looking import Fault
from sectors.applications.members import Column, Problem
from sectors.applications.models import AttachmentKind, RefusalCondition
from sectors.applications.states import Move, State
from sectors.applications.submission import BodyKind
from sectors.bodies.models import ContactKind
from sectors.requirements.models import Requirement

COLUMNS: dict[Column, LazyString] = {
    Column.NAME: _l("name"),
    Column.CORPORATE_NUMBER: _l("corporate number"),
    Column.SECTOR: _l("sector"),
    Column.CRITICAL: _l("critical-infrastructure operator"),
    Column.MEMORANDUM: _l("day of the memorandum"),
}

ROSTER_FAULTS: dict[members.Fault, LazyString] = {
    members.Fault.MISSING: _l("nothing is written"),
    members.Fault.TOO_LONG: _l("use at most 200 characters"),
    members.Fault.CHECK_DIGIT: _l("this is no corporate number of 13 digits"),
    members.Fault.TWICE: _l("this corporate number stands in an earlier line"),
    members.Fault.UNKNOWN_SECTOR: _l("there is no such sector; write its code or its Japanese name"),
    members.Fault.NOT_YES_OR_NO: _l("write はい or いいえ (yes or no)"),
    members.Fault.NOT_A_DAY: _l("write a day such as 2026-04-01, or nothing"),
    members.Fault.COLUMNS: _l("write name, corporate number, sector, はい or いいえ, and the day"),
    members.Fault.TOO_MANY_LINES: _l("the list is too long; write at most 2,000 lines"),
    members.Fault.BROKEN: _l("a quotation mark is not closed"),
}

UPLOAD_FAULTS: dict[Fault, LazyString] = {
    Fault.EMPTY: _l("The file is empty"),
    Fault.TOO_LARGE: _l("The file is larger than 10 MB"),
    Fault.KIND: _l("Files of this kind are not taken; use PDF, PNG, JPEG, CSV, docx, xlsx or pptx"),
    Fault.CONTENT: _l("The content of the file is not what its name says"),
    Fault.ACTIVE: _l(
        "The file holds macros, scripts, embedded files or links to outside; save it without them"
    ),
    Fault.BOMB: _l("The file unpacks to far more than a document; save it anew"),
    Fault.LOCKED: _l("The file has a password; save it without one"),
}

KINDS_OF_BODY: dict[BodyKind, LazyString] = {
    BodyKind.ISAC: _l("ISAC"),
    BodyKind.OTHER: _l("Another body of operators"),
}

YES_OR_NO: dict[str, LazyString] = {"yes": _l("Yes"), "no": _l("No")}

ATTACHMENTS: dict[AttachmentKind, LazyString] = {
    AttachmentKind.ARTICLES: _l("Articles or rules"),
    AttachmentKind.OUTLINE: _l("Outline of the organisation"),
    AttachmentKind.CHART: _l("Organisation chart"),
    AttachmentKind.MEMBER_LIST: _l("List of all member operators"),
    AttachmentKind.EVIDENCE: _l("Documents that show the three requirements"),
}

CONTACTS: dict[ContactKind, LazyString] = {
    ContactKind.MAIN: _l("Main point of contact"),
    ContactKind.DEPUTY: _l("Deputy point of contact"),
    ContactKind.OUT_OF_HOURS: _l("Point of contact out of hours"),
}

REQUIREMENTS: dict[Requirement, LazyString] = {
    Requirement.OPERATOR: _l("(ア) Strict control of secret information inside each operator"),
    Requirement.CONTRACTOR: _l("(イ) Strict control of secret information at each contractor"),
    Requirement.PURPOSE: _l("(ウ) Use only to protect the infrastructure concerned"),
}

SHORT_REQUIREMENTS: dict[Requirement, LazyString] = {
    Requirement.OPERATOR: _l("Requirement (ア)"),
    Requirement.CONTRACTOR: _l("Requirement (イ)"),
    Requirement.PURPOSE: _l("Requirement (ウ)"),
}

CONDITIONS: dict[RefusalCondition, LazyString] = {
    RefusalCondition.TOO_FEW_OPERATORS: _l("The applicant is not a body of two or more operators"),
    RefusalCondition.NOT_CRITICAL: _l("The members are not critical-infrastructure operators"),
    RefusalCondition.SECTOR_NOT_COVERED: _l("The sector is not one that the guideline covers"),
    RefusalCondition.OPERATOR_CONTROL: _l("Requirement (ア) is not met: control inside each operator"),
    RefusalCondition.CONTRACTOR_CONTROL: _l("Requirement (イ) is not met: control at each contractor"),
    RefusalCondition.PURPOSE_CONTROL: _l("Requirement (ウ) is not met: use for protection only"),
    RefusalCondition.NOT_COMPLETED: _l("The application was not completed after its return"),
    RefusalCondition.OTHER_BODY: _l("The further review of a body that is no ISAC was negative"),
}

CHANGES: dict[Change, LazyString] = {
    Change.ADDED: _l("added"),
    Change.REMOVED: _l("removed"),
    Change.CHANGED: _l("changed"),
}

FIELDS: dict[str, LazyString] = {
    "name_ja": _l("Name of the organisation (Japanese)"),
    "name_en": _l("Name of the organisation (English)"),
    "corporate_number": _l("Corporate number"),
    "address": _l("Address"),
    "representative": _l("Representative"),
    "body_kind": _l("Kind of organisation"),
    "is_operator": _l("Is itself a critical-infrastructure operator"),
    "sectors": _l("Sectors"),
    "roster_edition": _l("Edition of the action plan that the list rests on"),
    "name": _l("Name of the person"),
    "department": _l("Department"),
    "email": _l("Mail address"),
    "telephone": _l("Telephone number"),
    "how": _l("How it is met"),
    "by_whom": _l("Who is responsible"),
    "evidence": _l("Document that shows it"),
}

CHECKS: dict[Item, LazyString] = {
    Item.ORGANISATION: _l("Organisation, corporate number and representative"),
    Item.SECTORS: _l("Sectors that hold today"),
    Item.MAIN_CONTACT: _l("Main point of contact"),
    Item.SUBSTITUTE: _l("A deputy or an out-of-hours contact"),
    Item.OPERATORS: _l("Two or more critical-infrastructure operators"),
    Item.OPERATOR_SECTORS: _l("No critical operator of a sector that was not applied for"),
    Item.MEMORANDA: _l("A memorandum with each critical operator"),
    Item.OPERATOR_CONTROL: SHORT_REQUIREMENTS[Requirement.OPERATOR],
    Item.CONTRACTOR_CONTROL: SHORT_REQUIREMENTS[Requirement.CONTRACTOR],
    Item.PURPOSE_CONTROL: SHORT_REQUIREMENTS[Requirement.PURPOSE],
    Item.ATTACHMENTS: _l("All five kinds of attachment"),
    Item.ISAC: _l("The applicant is an ISAC"),
}

MOVES: dict[Move, LazyString] = {
    Move.SUBMIT: _l("Submitted"),
    Move.TAKE: _l("Taken for review"),
    Move.RETURN: _l("Returned for correction"),
    Move.RESUBMIT: _l("Corrected and submitted again"),
    Move.ACCEPT: _l("Accepted"),
    Move.REFUSE: _l("Refused"),
    Move.WITHDRAW: _l("Withdrawn"),
}

NEXT_STEPS: dict[State, LazyString] = {
    State.SUBMITTED: _l("Take it for review"),
    State.IN_REVIEW: _l("Accept, return or refuse"),
    State.RETURNED: _l("Wait for the applicant's correction"),
}


def roster_rows(problems: Iterable[Problem]) -> list[tuple[int, str, str]]:
    """Return each fault of a roster: the line's number, the column, what is wrong."""
    return [
        (each.line, str(COLUMNS[each.column]) if each.column else "", str(ROSTER_FAULTS[each.fault]))
        for each in problems
    ]


def changed_field(changed: Difference) -> str:
    """Return the name of what a correction changed, with the contact or requirement that it belongs to."""
    field = str(FIELDS[changed.field])
    if changed.of is None:
        return field
    part = CONTACTS[changed.of] if isinstance(changed.of, ContactKind) else SHORT_REQUIREMENTS[changed.of]
    return str(_("%(part)s: %(problem)s", part=str(part), problem=field))


def upload_sentence(refused: UploadRefusedError) -> str:
    """Return why a file was not taken, by its name."""
    return str(_("%(name)s: %(fault)s", name=refused.file_name, fault=str(UPLOAD_FAULTS[refused.fault])))
