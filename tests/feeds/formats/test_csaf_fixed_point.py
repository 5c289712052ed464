"""Out, in and out again: the same document, whatever it says."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feeds.formats import csaf_in, csaf_out
from feeds.formats.content import Content, CountermeasureKind, Kind, Notice, Text
from feeds.formats.csaf_products import read_products
from feeds.formats.tlp import Tlp
from tests.feeds.formats.test_any_content import CONTENTS
from tests.feeds.formats.test_csaf_out import SAMPLES, VALID, both_versions


def again(notice: Notice, document: bytes) -> Notice:
    """Return the notice with what was read back from its document."""
    read = csaf_in.read(document)
    return replace(notice, content=read.content, tlp=read.tlp or notice.tlp, aliases=read.aliases)


@both_versions
@pytest.mark.parametrize("tlp", Tlp)
def test_what_we_wrote_is_read_and_written_the_same(
    notice: Notice, version: csaf_out.Version, tlp: Tlp
) -> None:
    thanks = notice.content.acknowledgements if tlp is Tlp.CLEAR else ()  # what is not public thanks nobody
    told = replace(notice, tlp=tlp, content=replace(notice.content, acknowledgements=thanks))
    first = csaf_out.export(told, version)
    assert csaf_out.export(again(notice, first), version) == first


@both_versions
@pytest.mark.parametrize("name", VALID)
def test_what_was_imported_is_a_fixed_point(notice: Notice, version: csaf_out.Version, name: str) -> None:
    told = again(notice, (SAMPLES / f"{name}.json").read_bytes())
    first = csaf_out.export(told, version)
    assert csaf_out.export(again(told, first), version) == first


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking so large a value takes minutes
    deadline=None,
)
@given(content=CONTENTS, tlp=st.sampled_from(Tlp), version=st.sampled_from(["2.0", "2.1"]))
def test_what_people_type_is_the_same_from_the_first_reading_on(
    notice: Notice, content: Content, tlp: Tlp, version: csaf_out.Version
) -> None:
    told = replace(notice, content=content, tlp=tlp)
    second = csaf_out.export(again(told, csaf_out.export(told, version)), version)
    assert csaf_out.export(again(told, second), version) == second


@both_versions
def test_what_csaf_has_no_field_for_comes_back_where_it_was(
    notice: Notice, version: csaf_out.Version
) -> None:
    read = csaf_in.read(csaf_out.export(notice, version)).content
    told = notice.content
    assert [(each.type, each.pattern, each.description) for each in read.signatures] == [
        (each.type, each.pattern, each.description) for each in told.signatures
    ]
    assert read.not_provided == told.not_provided
    assert {each.kind for each in read.countermeasures} == set(CountermeasureKind)
    assert [each.scores for each in read.vulnerabilities] == [each.scores for each in told.vulnerabilities]
    assert read.exploitation is told.exploitation


@both_versions
def test_a_notice_without_vulnerabilities_keeps_its_likelihood_impact_and_countermeasures(
    notice: Notice, version: csaf_out.Version
) -> None:
    told = replace(notice, kind=Kind.NEW, content=replace(notice.content, vulnerabilities=()))
    read = csaf_in.read(csaf_out.export(told, version)).content
    assert read.exploitation is told.content.exploitation
    assert read.impact
    assert read.likelihood
    assert {each.kind for each in read.countermeasures} == {
        each.kind for each in told.content.countermeasures
    }


@both_versions
def test_what_affects_no_product_of_the_document_does_not_come_back_as_affecting_all(
    notice: Notice, version: csaf_out.Version
) -> None:
    [first, *_] = notice.content.vulnerabilities
    content = replace(notice.content, vulnerabilities=(replace(first, affected=(), fixed=()),))
    read = csaf_in.read(csaf_out.export(replace(notice, content=content), version)).content
    assert [each.affected for each in read.vulnerabilities] == [()]


@both_versions
@pytest.mark.parametrize("mark", ["none_available", "no_fix_planned", "fix_planned", "optional_patch"])
def test_a_countermeasure_of_a_category_that_cannot_stand_beside_others_stays_what_it_is(
    notice: Notice, version: csaf_out.Version, mark: str
) -> None:
    [fix, *others] = notice.content.countermeasures
    said = replace(fix, text=Text(ja=f"[{mark}] 更新はありません。"))
    for measures in ((said, *others), (said,)):
        content = replace(notice.content, countermeasures=measures, acknowledgements=())
        document = csaf_out.export(replace(notice, content=content), version)
        read = csaf_in.read(document).content.countermeasures
        assert [(each.kind, each.text.ja) for each in read if "更新は" in each.text.ja] == [
            (CountermeasureKind.FIX, said.text.ja)
        ]
        assert csaf_out.export(again(notice, document), version) == document


@both_versions
def test_a_countermeasure_for_products_that_are_not_affected_keeps_them(
    notice: Notice, version: csaf_out.Version
) -> None:
    [fix, *others] = notice.content.countermeasures
    measures = (replace(fix, products=("P-3",)), *others)
    content = replace(notice.content, countermeasures=measures, acknowledgements=())
    document = csaf_out.export(replace(notice, content=content), version)
    [read] = [each for each in csaf_in.read(document).content.countermeasures if fix.text.ja in each.text.ja]
    assert read.products == ("P-3",)
    assert csaf_out.export(again(notice, document), version) == document


def test_the_words_of_families_and_of_vendors_in_vendors_stay_with_what_was_left() -> None:
    family = {
        "category": "product_family",
        "name": "Pump controllers",
        "product": {"name": "PC-7", "product_id": "P-1"},
    }
    read_products({"branches": [{"category": "vendor", "name": "Holding", "branches": [family]}]})
    assert family["name"] == "Pump controllers"
