"""How categories, reasons and kinds read on a page."""

from flask_babel import lazy_gettext as _l

from feeds.formats.content import Text
from feeds.surveys.categories import Category, Merged, Reason
from feeds.surveys.models import Kind, QuestionKind
from hub.web.language import language

CATEGORIES = {
    Category.SYSTEMS_ONLY: _l("Disseminated to the persons in charge of the systems only"),
    Category.ALSO_OTHERS: _l("Disseminated, also to others"),
    Category.COULD_NOT: _l("Could not disseminate"),
    Category.DID_NOT: _l("Did not disseminate"),
}
REASONS = {
    Reason.NOT_IN_USE: _l("The software is not in use, so there was no need (with “did not” only)"),
    Reason.PERSONS_UNKNOWN: _l("It was not known who is in charge"),
    Reason.NOT_PERMITTED: _l("The handling rules did not let us"),
    Reason.NO_TIME: _l("The time before publication was too short"),
    Reason.HARD_TO_JUDGE: _l("It was hard to judge from what was told"),
    Reason.KNOWN_ALREADY: _l("The persons in charge knew it from elsewhere"),
    Reason.OTHER: _l("Another reason"),
}
MERGED = {
    Merged.DISSEMINATED: _l("Disseminated to the persons in charge"),
    Merged.NOT_IN_USE: _l("Not disseminated: the software is not in use"),
    Merged.OTHER_REASON: _l("Not disseminated for another reason"),
}
KINDS = {Kind.NOTICE: _l("After a notice"), Kind.TRIAL: _l("At the end of a trial period")}
QUESTION_KINDS = {
    QuestionKind.CHOICE: _l("One of several choices"),
    QuestionKind.SEVERAL: _l("Any of several choices"),
    QuestionKind.SCALE: _l("Scale from 1 to 5"),
    QuestionKind.NUMBER: _l("Number"),
    QuestionKind.DATE: _l("Day"),
    QuestionKind.TEXT: _l("Text"),
}


def text_here(ja: str, en: str) -> str:
    """Return a text of a questionnaire in the reader's language."""
    return Text(ja=ja, en=en).best(language())
