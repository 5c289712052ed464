"""A draft as a recipient would get it now, made by the same functions that delivery uses."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import orjson
from sqlalchemy import orm

from feeds.advisories import notice, queries
from feeds.advisories.statement import Statement
from feeds.advisories.states import OPEN
from feeds.delivery import composing
from feeds.delivery.telling import Told
from feeds.formats import stix
from feeds.formats.content import SectorName
from hub.core.config import Config
from hub.core.errors import IllegalMoveError, NotFoundError
from hub.core.vault import Vault

CODE = "XXXX-XXXX-XXXX"  # stands for the receipt code, which is another one in each mail


class Shape(StrEnum):
    """In what shape the notice is shown."""

    MAIL = "mail"
    PAGE = "page"
    STIX = "stix"
    CSAF = "csaf"
    CSAF_21 = "csaf-2.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would leave now, and for whom it may be looked at: bodies by id and name, sectors."""

    statement: Statement
    told: Told
    bodies: tuple[tuple[uuid.UUID, str], ...]
    sectors: tuple[SectorName, ...]

    @property
    def subjects(self) -> tuple[str, str]:
        """Return the subject outside and the one inside the encryption."""
        return composing.subject_outside(self.told.notice), composing.subject_inside(self.told.notice)

    @property
    def files(self) -> tuple[str, ...]:
        """Return the names of the files that the mail carries."""
        told = self.told
        files = composing.files_of(told.notice, bundle=self.bundle(), notes=told.notes, csaf=told.csaf())
        return tuple(each.name for each in files)

    def letter(self, config: Config) -> str:
        """Return the text of the mail."""
        return composing.letter_of(self.told, receipt_code=CODE, config=config)

    def bundle(self) -> bytes:
        """Return the exact STIX bytes that a release at this instant would keep."""
        return stix.bundle(self.told.notice)

    def documents(self, shape: Shape) -> tuple[bytes, ...]:
        """Return the exact documents of a shape for machines; none where CSAF cannot hold the notice."""
        if shape is Shape.STIX:
            return (self.bundle(), *self.told.notes)
        made = self.told.csaf("2.1" if shape is Shape.CSAF_21 else "2.0")
        return () if made is None else (made,)


def preview(
    session: orm.Session, advisory_id: uuid.UUID, reader: str, *, vault: Vault, now: datetime
) -> Preview:
    """Return the open revision as it would leave now; `reader` is the id of a body or the code of a sector.

    Raises:
        IllegalMoveError: no revision is open.
        NotFoundError: there is no such advisory, or it is not addressed to this reader.

    """
    queries.advisory(session, advisory_id)
    revision = queries.latest_revision(session, advisory_id)
    if revision.state not in OPEN:
        raise IllegalMoveError(f"cannot preview when {revision.state}")
    stated = notice.statement(session, revision, vault=vault, now=now)
    sectors = notice.sector_names(session, revision.sector_codes)
    bodies = tuple((each.body_id, each.name) for each in stated.bodies)
    chosen = reader or next((str(body_id) for body_id, _ in bodies), "")
    return Preview(
        statement=stated,
        told=_told(stated, chosen, sectors, now=now),
        bodies=bodies,
        sectors=sectors,
    )


def _told(stated: Statement, reader: str, sectors: tuple[SectorName, ...], *, now: datetime) -> Told:
    left = stated.released(now)
    if not reader:
        return Told(notice=left, sectors=())
    for body in stated.bodies:
        if str(body.body_id) == reader:
            return Told(notice=left, sectors=stated.texts_for(body.body_id))
    if reader not in {each.code for each in sectors}:
        raise NotFoundError("not addressed to this reader")
    texts = left.content.sector_texts
    return Told(
        notice=left,
        sectors=tuple((each, texts[each.code]) for each in stated.sectors if each.code == reader),
    )


def readable(document: bytes) -> str:
    """Return a JSON document with a line for each value."""
    return orjson.dumps(orjson.loads(document), option=orjson.OPT_INDENT_2).decode()
