"""A CVSS vector is put together on the page, without a script, and nothing typed is lost."""

import itertools

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from feeds.advisories import notation
from feeds.advisories.cvss_words import METRICS
from feeds.advisories.lines import LineError
from feeds.formats.scoring import score
from hub.accounts.models import Role
from hub.core.instance import Instance
from sectors.bodies.models import Body
from tests.feeds.advisories.test_views import SignIn, filled
from tests.support import advisories
from tests.support.browser import Browser


@pytest.fixture
def body(instance: Instance) -> Body:
    with instance.db.transaction() as session:
        return advisories.make_body(session)


V20 = "AV:N/AC:L/Au:N/C:N/I:N/A:C"
V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


@pytest.mark.parametrize("version", METRICS)
@given(data=st.data())
def test_every_vector_that_can_be_chosen_has_a_score(version: str, data: st.DataObject) -> None:
    chosen = [
        f"{name}:{data.draw(st.sampled_from(list(values)))}" for name, (_, values) in METRICS[version].items()
    ]
    assert score("/".join([f"CVSS:{version}", *chosen])).version == version


def test_a_vector_goes_into_its_entry_and_takes_the_place_of_one_of_its_version() -> None:
    text = f"bad\r\nCVE-2026-1000 | t | CWE-79 | {V20} ; {V31} | p |  | first\n\n  second\nlast"
    lower = V31.replace("C:H", "C:L")
    put = notation.with_vector(text, 2, lower).split("\n")
    assert (put[0], put[-1]) == ("bad", "last")
    assert put[1].startswith(f"CVE-2026-1000 | t | CWE-79 | {V20} ; {lower} | p |")
    assert put[2:4] == ["", "  second"]
    assert notation.with_vector("", 1, V31) == f"- |  |  | {V31}"
    for place in (2, 9):
        with pytest.raises(LineError):
            notation.with_vector("one", place, V31)


def chosen(vector: str) -> dict[str, str]:
    version, *metrics = vector.removeprefix("CVSS:").split("/")
    prefix = f"cvss{version.replace('.', '')}-"
    told = dict(each.split(":") for each in metrics)
    return {"build": version, f"{prefix}place": "1", **{prefix + name: value for name, value in told.items()}}


def typed_in(page: str, name: str) -> str:
    field = BeautifulSoup(page, "html.parser").select_one(f"textarea[name={name}]")
    assert field is not None
    return field.text.strip()


@pytest.mark.parametrize("vector", [V31, V40])
def test_a_vector_that_was_chosen_stands_in_the_list_with_its_score(
    client_as: SignIn,
    body: Body,
    vector: str,
) -> None:
    browser: Browser = client_as(Role.COORDINATOR)
    sent = filled(body) | {"vulnerabilities": "CVE-2026-10001 | t", "summary_ja": "typed-before-42"}
    answer = browser.post_form("/advisories/new", sent | chosen(vector))
    assert answer.status_code == 200
    assert typed_in(answer.text, "vulnerabilities") == f"CVE-2026-10001 | t |  | {vector}"
    assert typed_in(answer.text, "summary_ja") == "typed-before-42"
    rated = score(vector)
    shown = BeautifulSoup(answer.text, "html.parser").select_one("#cvss [role=status]")
    assert shown is not None
    assert f"{rated.score} CRITICAL" in shown.text
    assert browser.get("/advisories").text.count("typed-before-42") == 0


def test_what_is_not_chosen_is_named_and_nothing_is_put(client_as: SignIn, body: Body) -> None:
    sent = filled(body) | chosen(V31) | {"cvss31-S": "", "cvss31-C": "Z", "cvss31-place": "7"}
    answer = client_as(Role.COORDINATOR).post_form("/advisories/new", sent)
    assert answer.status_code == 422
    for name in ("cvss31-S", "cvss31-C"):
        assert f'id="{name}-error"' in answer.text
    again = client_as(Role.COORDINATOR).post_form(
        "/advisories/new", sent | chosen(V31) | {"cvss31-place": "7"}
    )
    assert 'id="cvss31-place-error"' in again.text
    assert typed_in(again.text, "vulnerabilities") == sent["vulnerabilities"]


def test_the_tables_of_both_versions_are_whole() -> None:
    assert [len(metrics) for metrics in METRICS.values()] == [8, 11]
    assert all(values for _, values in itertools.chain(*(each.values() for each in METRICS.values())))
