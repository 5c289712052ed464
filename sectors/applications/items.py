"""The items of the formal review, and the section of the form that each is about."""

from enum import StrEnum


class Section(StrEnum):
    """A piece of the form that is opened for correction as a whole."""

    ORGANISATION = "organisation"
    SECTORS = "sectors"
    CONTACTS = "contacts"
    MEMBERS = "members"
    OPERATOR = "operator"
    CONTRACTOR = "contractor"
    PURPOSE = "purpose"
    ATTACHMENTS = "attachments"


class Item(StrEnum):
    """What is looked at; (ア) (イ) (ウ) each by its own item."""

    ORGANISATION = "organisation"
    SECTORS = "sectors"
    MAIN_CONTACT = "main contact"
    SUBSTITUTE = "substitute"
    OPERATORS = "operators"
    OPERATOR_SECTORS = "operator sectors"
    MEMORANDA = "memoranda"
    OPERATOR_CONTROL = "operator control"
    CONTRACTOR_CONTROL = "contractor control"
    PURPOSE_CONTROL = "purpose control"
    ATTACHMENTS = "attachments"
    ISAC = "isac"


SECTION: dict[Item, Section] = {
    Item.ORGANISATION: Section.ORGANISATION,
    Item.SECTORS: Section.SECTORS,
    Item.MAIN_CONTACT: Section.CONTACTS,
    Item.SUBSTITUTE: Section.CONTACTS,
    Item.OPERATORS: Section.MEMBERS,
    Item.OPERATOR_SECTORS: Section.MEMBERS,
    Item.MEMORANDA: Section.MEMBERS,
    Item.OPERATOR_CONTROL: Section.OPERATOR,
    Item.CONTRACTOR_CONTROL: Section.CONTRACTOR,
    Item.PURPOSE_CONTROL: Section.PURPOSE,
    Item.ATTACHMENTS: Section.ATTACHMENTS,
    Item.ISAC: Section.ORGANISATION,
}
