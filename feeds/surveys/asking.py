"""Who is asked, when: after the publication of a notice, and before a trial period ends.

Members whom the body may pass a notice on to are asked, each once, and the body where it is an operator
itself. Who they are is fixed when they are asked, so that N does not change under the answers.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories import queries as advisories
from feeds.advisories.models import Advisory, Release, ReleaseBody, Revision
from feeds.advisories.states import State as AdvisoryState
from feeds.delivery.models import Copy, Mailing
from feeds.matters import merging
from feeds.receipts.service import INSIDE_ONLY
from feeds.surveys import versions
from feeds.surveys.models import Kind, Respondent, Survey
from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.clock import JST
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, MemberOperator

OPEN_FOR = {Kind.NOTICE: timedelta(days=21), Kind.TRIAL: timedelta(days=30)}
BEFORE_THE_END = timedelta(days=30)  # of a trial period: the consultation needs the answers
LATEST = timedelta(days=60)  # after its hour nobody asks about a notice any more
OVER = frozenset({AdvisoryState.LIFTED, AdvisoryState.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a survey is about; `at` as in `Survey.about_at`."""

    kind: Kind
    occasion: str
    at: datetime
    advisory_id: uuid.UUID | None = None


def ask_after_notices(session: orm.Session, *, now: datetime) -> None:
    """Ask each body about each notice that has reached it and is over or published, once."""
    for advisory in _due(session, now=now):
        releases = advisories.releases(session, advisory.id)
        about = About(
            kind=Kind.NOTICE,
            occasion=str(advisory.id),
            at=min(each.released_at for each in releases),
            advisory_id=advisory.id,
        )
        for body in _reached(session, advisory.id, now=now):
            _ask(session, body, about, _told(session, body, releases[-1]), now=now)


def ask_about_trial(session: orm.Session, body_id: uuid.UUID, *, ends_on: date, now: datetime) -> None:
    """Ask a body about the trial period that ends with this day; a repeat is no harm."""
    body = bodies.body(session, body_id)
    end = datetime.combine(ends_on + timedelta(days=1), time(), JST)
    about = About(kind=Kind.TRIAL, occasion=f"trial/{ends_on}", at=end)
    _ask(session, body, about, _eligible(session, body.id), now=now)


def _due(session: orm.Session, *, now: datetime) -> Iterator[Advisory]:
    released = sa.exists().where(Release.advisory_id == Advisory.id)
    found = session.scalars(sa.select(Advisory).where(released).order_by(Advisory.created_at)).all()
    dates = merging.counting_dates(session, [each.matter_id for each in found])
    for advisory in found:
        at = dates[advisory.matter_id]
        come = at is not None and at <= now
        if (advisory.state in OVER or come) and (at is None or now < at + LATEST):
            yield advisory


def _reached(session: orm.Session, advisory_id: uuid.UUID, *, now: datetime) -> list[Body]:
    """Return the bodies in operation that anything of a notice was handed over to, and were not asked yet."""
    handed = [
        sa.exists().where(
            kind.release_id == Release.id,
            kind.body_id == ReleaseBody.body_id,
            kind.delivered_at.is_not(None),
        )
        for kind in (Copy, Mailing)
    ]
    asked = sa.select(Survey.body_id).where(Survey.advisory_id == advisory_id)
    found = (
        sa.select(ReleaseBody.body_id)
        .join(Release, Release.id == ReleaseBody.release_id)
        .where(Release.advisory_id == advisory_id, sa.or_(*handed), ReleaseBody.body_id.not_in(asked))
    )
    reached = bodies.bodies(session, set(session.scalars(found)))
    stands = audience.standings(session, reached, now=now)
    return [each for each in reached if stands[each.id].ok]


def _told(session: orm.Session, body: Body, release: Release) -> list[MemberOperator]:
    """Return the members whom the body could pass a notice on to: of a sector that it was addressed to."""
    if release.tlp in INSIDE_ONLY:
        return []
    addressed = session.get_one(Revision, release.revision_id).sector_codes
    return [each for each in _eligible(session, body.id) if each.sector_code in addressed]


def _eligible(session: orm.Session, body_id: uuid.UUID) -> list[MemberOperator]:
    return [
        each
        for each in bodies.operators(session, body_id)
        if each.critical and each.memorandum_on is not None
    ]


def _end_of_day(instant: datetime) -> datetime:
    """Return the last minute of this day in Japan: whoever reads a closing date has the whole day."""
    return datetime.combine(instant.astimezone(JST).date(), time(23, 59), JST).astimezone(UTC)


def _ask(
    session: orm.Session, body: Body, about: About, members: Iterable[MemberOperator], *, now: datetime
) -> None:
    before = sa.select(Survey.id).where(Survey.body_id == body.id, Survey.occasion == about.occasion)
    if session.scalar(before) is not None:
        return
    survey = Survey(
        questionnaire_id=versions.in_use(session, about.kind, now=now).id,
        body_id=body.id,
        advisory_id=about.advisory_id,
        occasion=about.occasion,
        about_at=about.at,
        asked_at=now,
        closes_at=_end_of_day(now + OPEN_FOR[about.kind]),
    )
    session.add(survey)
    session.flush()  # its id goes to those who are asked
    asked = [
        Respondent(survey_id=survey.id, operator_id=each.id, sector_code=each.sector_code) for each in members
    ]
    if body.is_operator or not asked:
        asked.append(Respondent(survey_id=survey.id))
    session.add_all(asked)
    audit.record(
        session,
        "survey.asked",
        by=THE_HUB,
        concerns=body.organisation_id,
        subject=survey.id,
        now=now,
        organisations=str(len(asked)),
    )
    tell(session, survey, "survey-asked", occasion="asked", now=now)


def tell(session: orm.Session, survey: Survey, letter: str, *, occasion: str, now: datetime) -> None:
    """Promise a letter about a survey to each contact of its body, once for each occasion."""
    for each in bodies.contacts(session, survey.body_id):
        if bodies.is_confirmed(session, each):
            outbox.promise(
                session,
                "letter",
                now=now,
                key=f"{letter}/{survey.id}/{occasion}/{each.id}",
                letter=letter,
                to=each.email,
                path=f"/surveys/{survey.id}",
                occasion=f"{survey.id} {occasion}",
            )
