"""The human text of a notice's mail: Japanese, and the same in English below.

Made to be read at three in the morning: first what to do by when, then one numbered heading a question,
short lines, and no heading left out - where nothing is told, it says so and why.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from feeds.formats.content import (
    Content,
    CountermeasureKind,
    Notice,
    Product,
    SectorName,
    Text,
    Vulnerability,
    affected_products,
)
from feeds.formats.handling import requirements, statement
from feeds.formats.letter_words import (
    CLOCK,
    COUNTERMEASURES,
    DRILL,
    DRILL_TASK,
    HEADINGS,
    KINDS,
    NOT_PROVIDED,
    NOTHING,
    TASKS,
    WORDS,
    likely,
    moved,
)
from feeds.formats.scoring import severity
from hub.core.clock import both_zones

_RULE = "=" * 60

Sectors = Sequence[tuple[SectorName, Text]]


def text(notice: Notice, *, sectors: Sectors, receipt_code: str, answer_url: str) -> str:
    """Return the letter for a recipient of these sectors."""
    halves = [
        _Half(
            notice=notice,
            sectors=sectors,
            receipt_code=receipt_code,
            answer_url=answer_url,
            language=language,
        ).text()
        for language in ("ja", "en")
    ]
    return f"\n\n{_RULE}\n\n".join(halves) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Half:
    notice: Notice
    sectors: Sectors
    receipt_code: str
    answer_url: str
    language: str

    def text(self) -> str:
        sections: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
            ("task", self._task),
            ("matter", self._matter),
            ("products", self._products),
            ("severity", self._severity),
            ("likelihood", self._likelihood),
            ("impact", self._impact),
            ("countermeasures", self._countermeasures),
            ("attack_method", self._attack_method),
            ("signatures", self._signatures),
            ("references", self._references),
            ("handling", self._handling),
            ("receipt", self._receipt),
            ("answer", self._answer),
        )
        parts = [self._say(DRILL)] if self.notice.drill else []
        for number, (name, lines) in enumerate(sections, 1):
            body = "\n".join(lines()) or self._silence(name)
            parts.append(f"■ {number}. {self._say(HEADINGS[name])}\n\n{body}")
        return "\n\n".join(parts)

    @property
    def _content(self) -> Content:
        return self.notice.content

    def _say(self, told: Text) -> str:
        return told.best(self.language)

    def _word(self, name: str) -> str:
        return self._say(WORDS[name])

    def _silence(self, *names: str) -> str:
        missing = any(name in self._content.not_provided for name in names)
        return self._say(NOT_PROVIDED if missing else NOTHING)

    def _task(self) -> Iterator[str]:
        deadline = both_zones(self.notice.publication_at)
        task = DRILL_TASK if self.notice.drill else TASKS[self.notice.kind]
        yield self._say(task).format(deadline=deadline)
        yield self._word("acknowledge")

    def _matter(self) -> Iterator[str]:
        notice = self.notice
        yield self._say(self._content.title)
        yield f"{self._word('tracking_id')}: {notice.tracking_id}"
        yield f"{self._word('revision')}: r{notice.revision} ({self._say(KINDS[notice.kind])})"
        yield notice.tlp.label
        yield f"{self._word('publication')}: {both_zones(notice.publication_at)}"
        yield f"  ({self._say(CLOCK[notice.clock_status])})"
        for move in notice.moves:
            yield f"{self._word('moved')}: {moved(move)}"
        for alias in notice.aliases:
            yield f"{self._word('alias')}: {alias.issuer} {alias.number}"
        yield from self._news()
        if self._content.summary:
            yield f"\n{self._say(self._content.summary)}"

    def _news(self) -> Iterator[str]:
        if self.notice.same_matters:
            yield self._word("same_matter").format(numbers=", ".join(self.notice.same_matters))
        if self._content.news:
            yield f"{self._word('news')}: {self._say(self._content.news)}"

    def _products(self) -> Iterator[str]:
        listed = affected_products(self._content)
        yield from (f"- {_name(product)}" for product in listed)
        fixed = {identifier for each in self._content.vulnerabilities for identifier in each.fixed}
        for product in self._content.products:
            if product.id in fixed and product not in listed:
                yield f"- {_name(product)} [{self._word('fixed')}]"

    def _severity(self) -> Iterator[str]:
        for vulnerability in self._content.vulnerabilities:
            yield f"- {_label(vulnerability)}"
            for score in vulnerability.scores:
                yield f"  CVSS {score.version}: {score.score} {severity(score)}"
                yield f"  {score.vector}"
            if vulnerability.cwes:
                yield f"  {', '.join(vulnerability.cwes)}"
            if vulnerability.description:
                yield f"  {self._say(vulnerability.description)}"

    def _likelihood(self) -> Iterator[str]:
        yield from likely(self._content, self.language)
        if self._content.likelihood:
            yield self._say(self._content.likelihood)

    def _impact(self) -> Iterator[str]:
        for sector, told in self.sectors:
            yield f"[{sector.ja if self.language == 'ja' else sector.en}]"
            yield self._say(told) or self._silence("impact")
        if self._content.impact:
            yield f"[{self._word('in_general')}]"
            yield self._say(self._content.impact)

    def _countermeasures(self) -> Iterator[str]:
        for kind in CountermeasureKind:
            yield f"[{self._say(COUNTERMEASURES[kind])}]"
            listed = [each for each in self._content.countermeasures if each.kind is kind]
            for each in listed:
                yield "- " + self._say(each.text).replace(
                    "\n", "\n  "
                )  # steps stand under their countermeasure
                yield from (f"  ({name})" for name in each.vulnerabilities)
                yield from ([f"  {each.url}"] if each.url else [])
            if not listed:
                yield self._silence(kind.value, "countermeasures")

    def _attack_method(self) -> Iterator[str]:
        if self._content.attack_method:
            yield self._say(self._content.attack_method)

    def _signatures(self) -> Iterator[str]:
        for signature in self._content.signatures:
            yield f"- {signature.type.value} {signature.description}".rstrip()
            yield signature.pattern

    def _references(self) -> Iterator[str]:
        for reference in self._content.references:
            yield f"- {reference.summary}\n  {reference.url}"

    def _handling(self) -> Iterator[str]:
        yield self.notice.tlp.label
        yield self._say(statement(self.notice.tlp))
        yield from (self._say(requirement) for requirement in requirements(self.notice.tlp))

    def _receipt(self) -> Iterator[str]:
        yield self.receipt_code

    def _answer(self) -> Iterator[str]:
        yield self._word("answer")
        yield self.answer_url
        if not self.notice.drill:
            yield self._word("survey")
            yield f"{self.answer_url}/survey"


def _name(product: Product) -> str:
    return " ".join(word for word in (product.vendor, product.name, product.versions) if word)


def _label(vulnerability: Vulnerability) -> str:
    if vulnerability.cve and vulnerability.cve not in vulnerability.title:
        return f"{vulnerability.cve} {vulnerability.title}".strip()
    return vulnerability.title
