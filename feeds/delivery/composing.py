"""What a recipient gets of a notice, in the clear: letter, subject, files; the preview shows the same."""

from collections.abc import Iterable, Iterator

from feeds.delivery.telling import Told
from feeds.formats import letter
from feeds.formats.content import Notice
from feeds.formats.pgp_mime import Attachment
from feeds.formats.subject import inner_subject, outer_subject
from hub.core.config import Config

STIX, JSON, PDF = "application/stix+json", "application/json", "application/pdf"
PACK = (
    "制度と取扱いの説明資料(PDF)を添付しています。お読みのうえ、次のページで確認を記録してください。\n"
    "The explanatory pack on the scheme and its handling rules is attached (PDF). Read it, and record that\n"
    "you have understood it: {url}\n"
)


def subject_outside(notice: Notice) -> str:
    """Return the subject that everybody on the way can read."""
    return outer_subject(notice.kind, notice.tlp, notice.tracking_id, notice.revision)


def subject_inside(notice: Notice) -> str:
    """Return the subject that only the recipient reads."""
    return inner_subject(subject_outside(notice), notice.content.title.best())


def letter_of(told: Told, *, receipt_code: str, config: Config, with_pack: bool = False) -> str:
    """Return the text of the mail."""
    answer_url = f"{config.base_url}/notices/{told.notice.tracking_id}"
    text = letter.text(told.notice, sectors=told.sectors, receipt_code=receipt_code, answer_url=answer_url)
    return f"{text}\n{PACK.format(url=f'{config.base_url}/pack')}" if with_pack else text


def files_of(
    notice: Notice, *, bundle: bytes, notes: Iterable[bytes], csaf: bytes | None
) -> Iterator[Attachment]:
    """Give the advisory as STIX and CSAF, and its sectors' notes; file names tell only the id."""
    name = f"{notice.tracking_id}-r{notice.revision}"
    yield Attachment(name=f"{name}.stix.json", media_type=STIX, content=bundle)
    for place, note in enumerate(notes, start=1):
        yield Attachment(name=f"{name}.sector-{place}.stix.json", media_type=STIX, content=note)
    if csaf is not None:
        yield Attachment(name=f"{name}.csaf.json", media_type=JSON, content=csaf)
