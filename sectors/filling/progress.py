"""How far the form is: of each step whether it was begun, what is missing, what came back."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sectors.applications.items import Section
from sectors.applications.models import AttachmentKind
from sectors.filling.assembling import kept
from sectors.filling.forms import AttachmentsForm, Offered, StepForm
from sectors.filling.steps import SECTIONS, Content, Step


class Standing(StrEnum):
    """How far one step is."""

    NOT_BEGUN = "not-begun"
    MISSING = "missing"
    RETURNED = "returned"
    COMPLETE = "complete"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step: how far it is, and the checked form that says what is missing."""

    step: Step
    standing: Standing
    form: StepForm | None

    @property
    def is_right(self) -> bool:
        """Tell whether nothing stands against filing it."""
        return self.standing in {Standing.COMPLETE, Standing.CLOSED}


def progress(
    content: Content,
    today: Offered,
    *,
    attached: Collection[AttachmentKind],
    returned: Collection[Section] | None,
) -> tuple[Progress, ...]:
    """Return every step in order; `returned` are the sections open for correction, None opens all.

    A step that was not returned is closed, unless what was filed is not right any more (a sector has ended).
    """
    return tuple(_one(step, content, today, attached=attached, returned=returned) for step in Step)


def _one(
    step: Step,
    content: Content,
    today: Offered,
    *,
    attached: Collection[AttachmentKind],
    returned: Collection[Section] | None,
) -> Progress:
    if step is not Step.ATTACHMENTS and not content.fields(step):
        return Progress(step=step, standing=Standing.NOT_BEGUN, form=None)
    if step is Step.ATTACHMENTS and not attached:
        return Progress(step=step, standing=Standing.NOT_BEGUN, form=None)
    form = kept(step, content, today)
    if isinstance(form, AttachmentsForm):
        form.attach(frozenset(attached))
    if not form.check():
        return Progress(step=step, standing=Standing.MISSING, form=form)
    return Progress(step=step, standing=_of_right(step, content, returned), form=form)


def _of_right(step: Step, content: Content, returned: Collection[Section] | None) -> Standing:
    """Return the standing of a step that lacks nothing: one that came back is to be saved at least once."""
    if returned is None:
        return Standing.COMPLETE
    if not set(SECTIONS[step]) & set(returned):
        return Standing.CLOSED
    return Standing.COMPLETE if content.saves(step) else Standing.RETURNED
