"""A notice as PDF for one member: what it is told in both languages, the footer on each page."""

from datetime import datetime

from feeds.delivery.composing import subject_outside
from feeds.delivery.telling import Told
from feeds.dissemination.footer import Footer
from feeds.formats import letter
from hub.core import paper

LANGUAGES = ("ja", "en")


def printed(told: Told, footer: Footer, *, at: datetime) -> bytes:
    """Return the PDF.

    Raises:
        IncompleteError: this machine has no Japanese font.

    """
    notice = told.notice
    values = {
        "title": notice.content.title.best(),
        "mark": f"{notice.tlp.label} {notice.tracking_id} r{notice.revision}",
        "tag": subject_outside(notice),
        "foot": footer.line,
        "parts": [
            {"lang": each, "chapters": letter.chapters(notice, sectors=told.sectors, language=each)}
            for each in LANGUAGES
        ],
    }
    return paper.printed("feeds.dissemination", "notice.typ", values, at=at)
