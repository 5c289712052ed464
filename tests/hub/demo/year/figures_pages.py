"""Pages of figures, questionnaires and their results."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory
from feeds.figures import gathering
from feeds.figures.periods import Period, year_of
from feeds.surveys import finding, service
from feeds.surveys.models import Questionnaire, Respondent, Survey, SurveyQuestion
from feeds.surveys.states import AnswerState, State
from hub.accounts.models import Role
from hub.core.audit import Actor
from tests.hub.demo.year.world import FIRST, SECOND, Visit, Year, account, body, count, every, page


def period(year: Year) -> tuple[Period, str]:
    """Return the calendar year in which most of the year lies, and how a page is asked for it."""
    found = year_of(year.hub.clock())
    return found, f"?period={found}"


@page("figures.everybody")
def figures(year: Year, session: orm.Session) -> Iterator[Visit]:
    when, asks = period(year)
    gathered = gathering.gathered(session, when, now=year.hub.clock())
    assert all((gathered.whole.notices, gathered.whole.reached, gathered.whole.head_start))
    sees: list[object] = [each.tracking_id for each, _published, _tally in gathered.by_notice]
    sees += [word for sector, tally in gathered.by_sector for word in (sector.ja, tally.reached)]
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, asks=asks, sees=[*sees, gathered.whole.reached])


@page("figures.as_csv")
def figures_file(year: Year, session: orm.Session) -> Iterator[Visit]:
    when, asks = period(year)
    gathered = gathering.gathered(session, when, now=year.hub.clock())
    sees = [provision.tracking_id for provision, _published, _tally in gathered.by_notice]
    yield Visit(who=Role.REVIEWER, values={"name": "notices"}, asks=asks, sees=sees)
    yield Visit(who=Role.COORDINATOR, values={"name": "whole"}, asks=asks, sees=[gathered.whole.reached])


@page("figures.as_pdf")
def figures_paper(year: Year, _session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=Role.REVIEWER, asks=period(year)[1], sees=["%PDF-"])


@page("figures.ours")
def own_figures(year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        yield Visit(who=who, asks=period(year)[1], sees=_own(year, session, who))


@page("figures.our_csv")
def own_figures_file(year: Year, session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=FIRST, values={"name": "notices"}, asks=period(year)[1], sees=_own(year, session, FIRST))


@page("figures.our_pdf")
def own_figures_paper(year: Year, _session: orm.Session) -> Iterator[Visit]:
    yield Visit(who=FIRST, asks=period(year)[1], sees=["%PDF-"])


def _own(year: Year, session: orm.Session, who: str) -> list[str]:
    found = gathering.of_body(session, body(session, who), period(year)[0], now=year.hub.clock())
    assert found.notices
    return [each.pair.tracking_id for each in found.notices]


@page("survey_results.listed")
def results(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = finding.every(session)
    notices = {each.tracking_id for each in found if each.tracking_id}
    trials = [each.body.name_ja for each in found if each.tracking_id is None]
    assert notices
    assert trials
    for role in (Role.COORDINATOR, Role.REVIEWER):
        yield Visit(who=role, sees=[*notices, *trials])


@page("survey_results.notice")
def notice_results(_year: Year, session: orm.Session) -> Iterator[Visit]:
    asked = every(session, Survey, Survey.advisory_id.is_not(None))
    for advisory_id in {each.advisory_id for each in asked if each.advisory_id}:
        surveys = finding.about(session, advisory_id)
        answered = sum(each.answered for each in surveys)
        tracking_id = session.get_one(Advisory, advisory_id).matter.tracking_id
        values = {"advisory_id": advisory_id}
        yield Visit(who=Role.REVIEWER, values=values, sees=[tracking_id, answered])


@page("survey_results.trial")
def trial_results(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Survey, Survey.advisory_id.is_(None)):
        found = finding.one(session, each.id)
        sees = [found.body.name_ja, found.answered]
        yield Visit(who=Role.COORDINATOR, values={"survey_id": each.id}, sees=sees)
    given = (Respondent.state != AnswerState.OPEN, Survey.advisory_id.is_(None))
    assert session.scalar(sa.select(sa.func.count()).select_from(Respondent).join(Survey).where(*given))


@page("surveys.ours")
def own_surveys(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for who in (FIRST, SECOND):
        asked = finding.of_body(session, body(session, who).id)
        yield Visit(who=who, sees=[each.tracking_id for each in asked if each.tracking_id], rows=len(asked))


@page("surveys.show")
def own_survey(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in finding.of_body(session, body(session).id):
        itself = count(session, Respondent, Respondent.survey_id == each.survey.id)
        names = [one.name for one in finding.organisations(session, [each.survey.id])]
        assert itself == len(names) == each.asked
        values = {"survey_id": each.survey.id}
        yield Visit(who=FIRST, values=values, sees=[each.answered, each.asked])


@page("surveys.answer")
def own_answer(year: Year, session: orm.Session) -> Iterator[Visit]:
    for who, survey in _open(year, session):
        [organisation, *_] = _unanswered(session, survey)
        sees = [organisation, *(each.ja for each in survey.questionnaire.questions)]
        yield Visit(who=who, values={"survey_id": survey.id}, sees=sees)


@page("surveys.about")
def about(_year: Year, session: orm.Session) -> Iterator[Visit]:
    asked = {each.tracking_id for each in finding.of_body(session, body(session).id)}
    held = session.scalars(sa.select(Advisory)).all()
    for each in held:
        tracking_id = each.matter.tracking_id
        if tracking_id not in asked and each.state.value == "released":
            yield Visit(who=FIRST, values={"tracking_id": tracking_id}, sees=[tracking_id])


@page("members.answer")
def member(year: Year, session: orm.Session) -> Iterator[Visit]:
    [(who, survey), *_] = _open(year, session)
    open_ = Respondent.state == AnswerState.OPEN
    asked = every(session, Respondent, Respondent.survey_id == survey.id, open_)
    member_id = next(each.id for each in asked if each.operator_id is not None)
    person = account(session, who)
    with year.hub.db.transaction() as writing:  # a link lies nowhere but in the mail that its body wrote
        tokens = service.hand_out(
            writing,
            survey.id,
            [member_id],
            key=year.hub.token_key,
            by=Actor(account_id=person.id, organisation_id=person.organisation_id),
            now=year.hub.clock(),
        )
    questions = [each.ja for each in survey.questionnaire.questions]
    yield Visit(who=None, values={"token": tokens[member_id]}, sees=questions)


def _open(year: Year, session: orm.Session) -> list[tuple[str, Survey]]:
    """Return the questionnaires that can be answered still, each with who may do so."""
    found = [
        (who, each.survey)
        for who in (FIRST, SECOND)
        for each in finding.of_body(session, body(session, who).id)
        if each.survey.closes_at > year.hub.clock() and _unanswered(session, each.survey)
    ]
    assert found, "no questionnaire is open at the end of the year"
    return found


def _unanswered(session: orm.Session, survey: Survey) -> list[str]:
    asked = finding.organisations(session, [survey.id])
    return [each.name for each in asked if each.respondent.state is AnswerState.OPEN]


@page("questionnaires.listed")
def versions(_year: Year, session: orm.Session) -> Iterator[Visit]:
    found = every(session, Questionnaire)
    assert {each.state for each in found} == set(State)
    yield Visit(who=Role.REVIEWER, rows=len(found))


@page("questionnaires.show")
def version(_year: Year, session: orm.Session) -> Iterator[Visit]:
    for each in every(session, Questionnaire):
        sees = [question.ja for question in each.questions]
        yield Visit(who=Role.REVIEWER, values={"version_id": each.id}, sees=sees)


@page("questionnaires.reword")
def reword(_year: Year, session: orm.Session) -> Iterator[Visit]:
    [draft] = every(session, Questionnaire, Questionnaire.state == State.DRAFT)
    for each in every(session, SurveyQuestion, SurveyQuestion.questionnaire_id == draft.id):
        values = {"version_id": draft.id, "question_id": each.id}
        yield Visit(who=Role.REVIEWER, values=values, sees=[each.ja])
