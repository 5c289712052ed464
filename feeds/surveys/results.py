"""What was answered to each question, over all the organisations of some surveys; their shares are of N."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from feeds.surveys import at_rest, finding
from feeds.surveys.categories import Category, Reason
from feeds.surveys.finding import Found, Organisation
from feeds.surveys.models import QuestionKind, SurveyQuestion
from feeds.surveys.replies import SCALE, Value
from hub.core.vault import Vault

COUNTED = frozenset({QuestionKind.CHOICE, QuestionKind.SEVERAL, QuestionKind.SCALE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The answers to one question: counted by choice or step, or each as it was written."""

    question: SurveyQuestion
    answered: int
    counts: Mapping[int, int]
    written: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Who was asked and what they answered; `tallies` has the questions of each version that was asked."""

    organisations: Sequence[Organisation]
    categories: Counter[Category]
    reasons: Counter[Reason]
    tallies: Sequence[Tally]

    @property
    def n(self) -> int:
        """Return how many organisations answered."""
        return self.categories.total()


def results(session: orm.Session, surveys: Sequence[Found], *, vault: Vault) -> Results:
    """Return the results of these surveys; every answer is opened for it."""
    asked = finding.organisations(session, [each.survey.id for each in surveys])
    respondents = [each.respondent for each in asked]
    given = [at_rest.answers_of(each, vault=vault) for each in respondents]
    versions = {each.survey.questionnaire_id: each.survey.questionnaire for each in surveys}
    questions = [question for version in versions.values() for question in version.questions]
    return Results(
        organisations=asked,
        categories=Counter(each.category for each in respondents if each.category is not None),
        reasons=Counter(each.reason for each in respondents if each.reason is not None),
        tallies=[
            tally(question, [each[str(question.id)] for each in given if str(question.id) in each])
            for question in questions
        ],
    )


def tally(question: SurveyQuestion, values: Sequence[Value]) -> Tally:
    """Count the answers to one question."""
    chosen = Counter(
        step
        for each in values
        for step in (each if isinstance(each, list) else [each])
        if isinstance(step, int)
    )
    places = range(1, SCALE + 1) if question.kind is QuestionKind.SCALE else range(len(question.options))
    counted = question.kind in COUNTED
    return Tally(
        question=question,
        answered=len(values),
        counts={place: chosen[place] for place in places} if counted else {},
        written=[] if counted else sorted(map(str, values)),
    )
