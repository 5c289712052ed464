"""The steps' forms put together: filled with what was typed so far, and at the end one submission."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FileField, FormField

from sectors.applications.submission import FORM_VERSION, BodyKind, Submission
from sectors.bodies.corporate_number import normalised
from sectors.bodies.details import BodyDetails
from sectors.filling.forms import (
    AttachmentsForm,
    ContactsForm,
    MembersForm,
    Offered,
    OrganisationForm,
    RequirementsForm,
    SectorsForm,
    StepForm,
)
from sectors.filling.steps import Content, Fields, Step
from sectors.requirements.models import Requirement

FORMS: dict[Step, type[StepForm]] = {
    each.step: each
    for each in (
        OrganisationForm,
        SectorsForm,
        ContactsForm,
        MembersForm,
        RequirementsForm,
        AttachmentsForm,
    )
}


def blank(step: Step, today: Offered) -> StepForm:
    """Return the form of a step as the browser sends it."""
    return FORMS[step]().prepare(today)


def kept(step: Step, content: Content, today: Offered, *, begun: bool = True) -> StepForm:
    """Return the form of a step with what was typed so far; `begun`: it can be checked."""
    typed: MultiDict[str, Any] | None = MultiDict(content.fields(step)) if begun else None
    return FORMS[step](formdata=typed, meta={"csrf": False}).prepare(today)


def whole(content: Content, today: Offered) -> Submission:
    """Return what was filled in; call only when every step was found right."""
    forms = {step: kept(step, content, today) for step in Step if step is not Step.ATTACHMENTS}
    for form in forms.values():
        form.check()
    who, roster = forms[Step.ORGANISATION], forms[Step.MEMBERS]
    contacts, measures = forms[Step.CONTACTS], forms[Step.REQUIREMENTS]
    if not isinstance(contacts, ContactsForm) or not isinstance(roster, MembersForm):
        raise TypeError("the steps have other forms")
    return Submission(
        form_version=FORM_VERSION,
        body_kind=BodyKind(who["body_kind"].data),
        details=BodyDetails(
            name_ja=who["name_ja"].data,
            name_en=who["name_en"].data,
            corporate_number=normalised(who["corporate_number"].data),
            address=who["address"].data,
            representative=who["representative"].data,
            is_operator=who["is_operator"].data == "yes",
            sectors=tuple(forms[Step.SECTORS]["sectors"].data),
            contacts=contacts.value(),
            operators=roster.roster,
            measures=tuple(measures[each.value].form.value(each) for each in Requirement),
            roster_edition=roster["roster_edition"].data,
        ),
    )


def typed(form: Mapping[str, Any], step: Step) -> Fields:
    """Return what a browser sent in one step, without what is not of the step."""
    names = {field.name for field in leaves(FORMS[step](formdata=None, meta={"csrf": False}))} - {"seen"}
    lists = form.lists() if isinstance(form, MultiDict) else ((name, [value]) for name, value in form.items())
    return tuple((name, value) for name, values in lists if name in names for value in values)


def leaves(form: Any) -> Iterable[Any]:  # noqa: ANN401 - WTForms' own forms and fields
    """Give every field that holds typed text, those of nested parts too."""
    for field in form:
        if isinstance(field, FormField):
            yield from leaves(field.form)
        elif not isinstance(field, FileField):
            yield field
