"""The files of a package for one member, as one ZIP archive: PDF, the released JSON, the explanatory pack."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from feeds.delivery.composing import PDF, files_of
from feeds.delivery.made import Made
from feeds.delivery.telling import Told
from feeds.dissemination import paper
from feeds.dissemination.footer import Footer
from feeds.formats.content import Notice
from feeds.formats.pgp_mime import Attachment
from feeds.pack import paper as pack_paper
from feeds.pack.details import Details
from feeds.pack.texts import CURRENT
from hub.core.clock import JST

ZIP, SEALED = "application/zip", "application/pgp-encrypted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a package holds: what the member is told, the exact released bytes, whose copy it is."""

    told: Told
    made: Made
    footer: Footer
    pack: Details


def file_name(notice: Notice, number: int, *, sealed: bool) -> str:
    """Return the name of the archive: tracking ID, revision, number of the copy, and nothing else."""
    return named(notice.tracking_id, notice.revision, number, sealed=sealed)


def named(tracking_id: str, revision: int, number: int, *, sealed: bool) -> str:
    """Return the same from its parts."""
    return f"{tracking_id}-r{revision}-{number:03}.zip{'.gpg' if sealed else ''}"


def archive(inside: Inside, *, at: datetime) -> bytes:
    """Return the archive.

    Raises:
        IncompleteError: this machine has no Japanese font.

    """
    held = io.BytesIO()
    moment = at.astimezone(JST).timetuple()[:6]
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for each in _files(inside, at=at):
            packed.writestr(zipfile.ZipInfo(each.name, date_time=moment), each.content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _files(inside: Inside, *, at: datetime) -> Iterator[Attachment]:
    notice, made = inside.told.notice, inside.made
    yield Attachment(
        name=f"{notice.tracking_id}-r{notice.revision}.pdf",
        media_type=PDF,
        content=paper.printed(inside.told, inside.footer, at=at),
    )
    notes = [made.notes[sector.code] for sector, _text in inside.told.sectors]
    yield from files_of(notice, bundle=made.bundle, notes=notes, csaf=made.csaf)
    content = pack_paper.printed(CURRENT, inside.pack)
    yield Attachment(name=pack_paper.file_name(CURRENT), media_type=PDF, content=content)
