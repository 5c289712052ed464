"""The form of a draft: every field of a notice on one page, lists typed one thing a line.

Field names are stable: programs fill them over HTTP.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, Length, Optional, ValidationError

from feeds.advisories import lines, notation, words
from feeds.advisories.draft import Draft
from feeds.advisories.list_field import ListField, refuse_unknown
from feeds.advisories.unsaved import Fields
from feeds.formats.content import (
    Automatable,
    Content,
    Exploitation,
    Score,
    SectorName,
    TechnicalImpact,
    Text,
)
from feeds.formats.tlp import Tlp
from hub.core.clock import JST
from hub.web.language import language

LONGEST = 20_000
EARLIEST, LATEST = 2017, 2200  # years; the scheme began in 2017
LABELS = (Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED, Tlp.GREEN)
TEXTS = ("summary", "news", "attack_method", "likelihood", "impact")
SECTOR_JA, SECTOR_EN = "sector_text-", "sector_text_en-"


def _text(label: Any) -> TextAreaField:  # noqa: ANN401 - a lazy text
    return TextAreaField(label, [Length(max=LONGEST)])


class DraftForm(FlaskForm):  # type: ignore[misc] # flask_wtf brings no types
    """A draft as it is typed; `draft_form` adds the texts of the sectors."""

    version = HiddenField()
    title_ja = StringField(_l("Title (Japanese)"), [Length(max=300)])
    title_en = StringField(_l("Title (English)"), [Length(max=300)])
    summary_ja = _text(_l("Summary (Japanese)"))
    summary_en = _text(_l("Summary (English)"))
    news_ja = _text(_l("What is new (Japanese)"))
    news_en = _text(_l("What is new (English)"))
    tlp = SelectField(
        _l("TLP label"),
        default="",
        choices=words.offered({"": _l("Not set"), **{each: each.label for each in LABELS}}),
    )
    publication_at = DateTimeLocalField(
        _l("Publication date and hour (Japan)"), [Optional()], format="%Y-%m-%dT%H:%M"
    )
    moved_reason = _text(_l("Reason for moving the publication date"))
    countermeasure_on = DateField(_l("Day from which the countermeasure exists"), [Optional()])
    serious_effect = _text(_l("Why a serious effect on infrastructure is to be feared"))
    reported = SelectField(
        _l("Came from a report to IPA"),
        [AnyOf([None, *words.REPORTED])],
        default="",
        choices=words.offered(words.REPORTED),
        validate_choice=False,  # whoever leaves it out has not said it
    )
    sectors = SelectMultipleField(_l("Sectors"))
    bodies = SelectMultipleField(_l("Bodies"))
    aliases = ListField(_l("Numbers of other issuers"), notation.alias)
    products = ListField(_l("Affected products"), notation.product)
    vulnerabilities = ListField(_l("Vulnerabilities"), notation.vulnerability)
    exploitation = SelectField(
        _l("Exploitation"), default=Exploitation.UNKNOWN.value, choices=words.offered(words.EXPLOITATIONS)
    )
    automatable = SelectField(
        _l("Whether an attack can be automated"),
        default=Automatable.UNKNOWN.value,
        choices=words.offered(words.AUTOMATABLE),
    )
    technical_impact = SelectField(
        _l("Technical impact"),
        default=TechnicalImpact.UNKNOWN.value,
        choices=words.offered(words.TECHNICAL_IMPACT),
    )
    likelihood_ja = _text(_l("Likelihood of attack (Japanese)"))
    likelihood_en = _text(_l("Likelihood of attack (English)"))
    impact_ja = _text(_l("Impact in general (Japanese)"))
    impact_en = _text(_l("Impact in general (English)"))
    countermeasures = ListField(_l("Countermeasures"), notation.countermeasure)
    attack_method_ja = _text(_l("Attack method (Japanese)"))
    attack_method_en = _text(_l("Attack method (English)"))
    signatures = ListField(_l("Detection signatures"), notation.signature, reader=lines.read_blocks)
    references = ListField(_l("References"), notation.reference)
    not_provided = SelectMultipleField(
        _l("Not provided by the product developer"), choices=words.offered(words.NOT_PROVIDED)
    )
    sector_codes: tuple[str, ...] = ()

    def validate_title_ja(self, field: StringField) -> None:
        """Ask for a title in one language at least.

        Raises:
            ValidationError: there is none.

        """
        if not (field.data or "").strip() and not (self.title_en.data or "").strip():
            raise ValidationError(_("Enter a title"))

    def validate_publication_at(self, field: DateTimeLocalField) -> None:
        """Refuse years that cannot be meant.

        Raises:
            ValidationError: the year is far away.

        """
        if field.data and not EARLIEST <= field.data.year <= LATEST:
            raise ValidationError(_("Enter a date of this century"))

    def validate_vulnerabilities(self, field: ListField) -> None:
        """Refuse names of products that the list above does not have.

        Raises:
            ValidationError: a product is not in the list.

        """
        known = {each.id for each in self.products.read().items}
        refuse_unknown(field, lambda each: {*(each.affected or ()), *each.fixed} <= known)

    def validate_countermeasures(self, field: ListField) -> None:
        """Refuse names of products and vulnerabilities that the lists do not have.

        Raises:
            ValidationError: one is not in its list.

        """
        products = {each.id for each in self.products.read().items}
        labels = {each.label for each in self.vulnerabilities.read().items}
        refuse_unknown(field, lambda each: {*each.products} <= products and {*each.vulnerabilities} <= labels)

    def validate_sectors(self, field: SelectMultipleField) -> None:
        """Refuse a text for a sector that is not addressed.

        Raises:
            ValidationError: a text is for a sector that is not chosen.

        """
        if self._sector_texts().keys() - set(field.data or ()):
            raise ValidationError(_("A text is entered for a sector that is not chosen"))

    def ratings(self) -> list[tuple[str, Score]]:
        """Return the ratings that are typed, with the vulnerability of each."""
        return list(notation.ratings(self.vulnerabilities.data or ""))

    def value(self, before: Content | None) -> Draft:
        """Return what was typed, with what the form cannot hold from `before`; call after validation."""
        content = self._content()
        at = self.publication_at.data
        return Draft(
            content=notation.with_kept(content, before) if before else content,
            tlp=Tlp(self.tlp.data) if self.tlp.data else None,
            sectors=frozenset(self.sectors.data or ()),
            bodies=frozenset(uuid.UUID(each) for each in self.bodies.data or ()),
            publication_at=at.replace(tzinfo=JST).astimezone(UTC) if at else None,
            moved_reason=self._typed("moved_reason"),
            countermeasure_on=self.countermeasure_on.data,
            serious_effect=self._typed("serious_effect"),
            reported={"yes": True, "no": False}.get(self.reported.data or ""),
            aliases=tuple(dict.fromkeys(self.aliases.read().items)),
        )

    def _content(self) -> Content:
        return Content(
            title=self._both("title"),
            products=self.products.read().items,
            vulnerabilities=self.vulnerabilities.read().items,
            exploitation=Exploitation(self.exploitation.data),
            automatable=Automatable(self.automatable.data),
            technical_impact=TechnicalImpact(self.technical_impact.data),
            sector_texts=self._sector_texts(),
            countermeasures=self.countermeasures.read().items,
            signatures=self.signatures.read().items,
            references=self.references.read().items,
            not_provided=tuple(self.not_provided.data or ()),
            summary=self._both("summary"),
            attack_method=self._both("attack_method"),
            likelihood=self._both("likelihood"),
            impact=self._both("impact"),
            news=self._both("news"),
        )

    def _typed(self, name: str) -> str:
        typed = self[name].data or ""
        return str(typed).replace("\r\n", "\n").strip()

    def _both(self, name: str) -> Text:
        return Text(ja=self._typed(f"{name}_ja"), en=self._typed(f"{name}_en"))

    def _sector_texts(self) -> dict[str, Text]:
        texts = {
            code: Text(ja=self._typed(SECTOR_JA + code), en=self._typed(SECTOR_EN + code))
            for code in self.sector_codes
        }
        return {code: text for code, text in texts.items() if text}


def draft_form(
    sectors: Sequence[SectorName],
    bodies: Collection[tuple[uuid.UUID, str]],
    *,
    draft: Draft | None = None,
    fields: Fields | None = None,
) -> DraftForm:
    """Return the form, with the sectors and bodies to choose from.

    It is filled as it was sent, or else with the typed `fields`, or else with `draft`.
    """
    names = {each.code: each.en if language() == "en" else each.ja for each in sectors}
    added: dict[str, Any] = {"sector_codes": tuple(names), "sector_names": names}
    for code, name in names.items():
        added[SECTOR_JA + code] = _text(_l("%(sector)s (Japanese)", sector=name))
        added[SECTOR_EN + code] = _text(_l("%(sector)s (English)", sector=name))
    made = type("DraftFormWithSectors", (DraftForm,), added)
    before = {"data": typed(draft) if draft else None}
    form: DraftForm = made(**before) if fields is None else made(MultiDict(fields), **before)
    form.sectors.choices = words.offered({each.code: f"{each.ja} / {each.en}" for each in sectors})
    form.bodies.choices = words.offered(dict(bodies))
    return form


def typed(draft: Draft) -> dict[str, object]:
    """Return a draft as a person would type it."""
    content = draft.content
    fields: dict[str, object] = {
        "tlp": draft.tlp.value if draft.tlp else "",
        "publication_at": _local(draft.publication_at),
        "moved_reason": draft.moved_reason,
        "countermeasure_on": draft.countermeasure_on,
        "serious_effect": draft.serious_effect,
        "reported": {None: "", True: "yes", False: "no"}[draft.reported],
        "sectors": sorted(draft.sectors),
        "bodies": sorted(str(each) for each in draft.bodies),
        "exploitation": content.exploitation.value,
        "automatable": content.automatable.value,
        "technical_impact": content.technical_impact.value,
        "not_provided": list(content.not_provided),
        "aliases": "\n".join(map(notation.alias_line, draft.aliases)),
        "products": "\n".join(map(notation.product_line, content.products)),
        "vulnerabilities": "\n".join(map(notation.vulnerability_line, content.vulnerabilities)),
        "countermeasures": "\n".join(map(notation.countermeasure_line, content.countermeasures)),
        "signatures": "\n===\n".join(map(notation.signature_block, content.signatures)),
        "references": "\n".join(map(notation.reference_line, content.references)),
    }
    for name in ("title", *TEXTS):
        text: Text = getattr(content, name)
        fields |= {f"{name}_ja": text.ja, f"{name}_en": text.en}
    for code, text in content.sector_texts.items():
        fields |= {SECTOR_JA + code: text.ja, SECTOR_EN + code: text.en}
    return fields


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(JST).replace(tzinfo=None) if instant else None
