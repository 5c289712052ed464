"""N counts organisations, and the report's own figures come out again."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import orm

from feeds.surveys import categories, loading, queries
from feeds.surveys.categories import Category, Merged, Reason
from feeds.surveys.loading import Counts
from feeds.surveys.models import Kind
from feeds.surveys.queries import Asked
from hub.core.audit import Actor
from hub.core.db import Database
from hub.core.errors import InputError
from sectors.bodies.models import Body
from tests.support.advisories import NOW, VAULT, Readiness, make_body
from tests.support.surveys import add_operators, asked

ELECTRICITY: Counts = {
    (Category.SYSTEMS_ONLY, None): 6,
    (Category.ALSO_OTHERS, None): 2,
    (Category.COULD_NOT, None): 1,
    (Category.DID_NOT, None): 5,
}
GOVERNMENT: Counts = {
    (Category.SYSTEMS_ONLY, None): 27,
    (Category.DID_NOT, Reason.NOT_IN_USE): 46,
    (Category.DID_NOT, Reason.OTHER): 15,
}
TRIALS = Asked(kind=Kind.TRIAL)


def loaded(session: orm.Session, counts: Counts, *, operators: int, sector: str = "electricity") -> Body:
    body = make_body(session, Readiness(sectors=(sector,)), name=f"{sector}協議会")
    add_operators(session, body, operators - 2)
    survey = asked(session, body)
    loading.load_counts(session, survey.id, counts, vault=VAULT, by=Actor(), now=NOW)
    return body


def shares(counts: dict[Category, int] | dict[Merged, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {each.value: round(100 * count / total, 1) for each, count in counts.items()}


def test_the_electricity_survey_of_fy2018_gives_the_percentages_of_figure_3_2(db: Database) -> None:
    with db.transaction() as session:
        loaded(session, ELECTRICITY, operators=17)
        found = queries.dissemination_counts(session, asked=Asked(sector_code="electricity", kind=Kind.TRIAL))
        assert found.total() == 14
        assert shares(found) == {
            "systems-only": 42.9,
            "also-others": 14.3,
            "could-not": 7.1,
            "did-not": 35.7,
        }
        assert queries.asked_count(session, asked=TRIALS) == 17


def test_the_government_survey_of_fy2018_gives_the_percentages_of_figure_3_3(db: Database) -> None:
    with db.transaction() as session:
        loaded(session, GOVERNMENT, operators=130)
        found = queries.dissemination_counts(session, asked=TRIALS)
        reasons = queries.reason_counts(session, asked=TRIALS)
        groups = categories.merged(found, reasons)
        assert shares(groups) == {"disseminated": 30.7, "not-in-use": 52.3, "other-reason": 17.0}
        assert (categories.judged(found, reasons), found.total()) == (73, 88)


def test_sectors_bodies_times_and_kinds_are_counted_apart(db: Database) -> None:
    with db.transaction() as session:
        power = loaded(session, {(Category.SYSTEMS_ONLY, None): 2}, operators=2)
        loaded(session, {(Category.COULD_NOT, Reason.NO_TIME): 3}, operators=3, sector="gas")
        count = queries.dissemination_counts
        about = asked(session, power).about_at
        assert count(session, asked=TRIALS).total() == 5
        assert count(session, asked=Asked()).total() == 0
        assert count(session, asked=Asked(kind=Kind.TRIAL, sector_code="gas")) == {Category.COULD_NOT: 3}
        assert count(session, asked=Asked(kind=Kind.TRIAL, body_id=power.id)) == {Category.SYSTEMS_ONLY: 2}
        assert count(session, asked=Asked(kind=Kind.TRIAL, since=about)).total() == 5
        assert count(session, asked=Asked(kind=Kind.TRIAL, until=about)) == Counter()
        later = about + timedelta(seconds=1)
        assert count(session, asked=Asked(kind=Kind.TRIAL, since=later)) == Counter()
        assert queries.reason_counts(session, asked=TRIALS) == {Reason.NO_TIME: 3}


def test_a_body_that_is_an_operator_itself_counts_in_the_sectors_that_it_serves(db: Database) -> None:
    with db.transaction() as session:
        body = make_body(session, Readiness(sectors=("electricity", "gas")))
        body.is_operator = True
        survey = asked(session, body)
        assert queries.asked_count(session, asked=TRIALS) == 3
        loading.load_counts(
            session, survey.id, {(Category.ALSO_OTHERS, None): 1}, vault=VAULT, by=Actor(), now=NOW
        )
        for sector, wanted in (("electricity", 1), ("gas", 1), ("water", 0)):
            found = queries.dissemination_counts(session, asked=Asked(kind=Kind.TRIAL, sector_code=sector))
            assert found.total() == wanted, sector


def test_no_more_answers_are_loaded_than_organisations_are_asked(db: Database) -> None:
    with db.transaction() as session, pytest.raises(InputError, match="More answers"):
        loaded(session, ELECTRICITY, operators=13)


@pytest.mark.parametrize("category", list(Category))
def test_not_in_use_explains_nothing_but_did_not(category: Category) -> None:
    assert categories.fits(category, Reason.NOT_IN_USE) is (category is Category.DID_NOT)
    assert categories.fits(category, None)
    assert categories.fits(category, Reason.OTHER) is (category not in categories.DISSEMINATED)
