"""The OASIS test files of CSAF that the validator brings along: valid ones are kept whole, others refused.

A file passes or fails the one test it is named after and says nothing of the others, so that the validator's
own verdict over all counts; of CSAF 2.0 the two agree, and a last number below 11 means that the test fails
(`testcases.json` in the technical committee's repository, csaf_2.0/test/validator).
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from feeds.formats import csaf_gate, csaf_in, csaf_out
from feeds.formats.content import Content, Notice
from hub.core.errors import InputError
from tests.feeds.formats.test_csaf_fixed_point import again
from tests.feeds.formats.test_csaf_in import nodes

pytestmark = pytest.mark.soak
FIRST_VALID = 11


def suite(version: str, kind: str) -> list[Path]:
    folder = files("csaf") / "csaf" / f"v{version.replace('.', '')}" / "data" / kind
    return sorted(Path(str(folder)).glob("oasis_csaf_tc-csaf_*-[0-9][0-9].json"))


def valid(version: str) -> Iterator[tuple[Path, csaf_in.Imported]]:
    for kind in ("mandatory", "recommended", "informative"):
        for file in suite(version, kind):
            try:
                yield file, csaf_in.read(file.read_bytes())
            except InputError:
                assert csaf_gate.problems(json.loads(file.read_bytes()), version), file.name


def is_refused(file: Path) -> bool:
    try:
        csaf_in.read(file.read_bytes())
    except InputError as refused:
        return bool(refused.problems)
    return False


def lost(document: dict[str, Any], content: Content) -> list[object]:
    """Return what of a document is nowhere in the draft."""
    every = list(nodes(document))
    numbers = {each.cve for each in content.vulnerabilities}
    vectors = {score.vector for each in content.vulnerabilities for score in each.scores}
    products = {each.id for each in content.products}
    links = {each.url for each in content.references}
    texts = [*(each.text for each in content.countermeasures), content.likelihood, content.impact]
    told = "\n".join([*(text.ja + text.en for text in texts), *content.unmapped])
    listed = [n for n in every if "product_id" in n and "name" in n]
    linked = [n["url"] for each in every for n in each.get("references", []) if "url" in n]
    remedies = [n["details"] for each in every for n in each.get("remediations", [])]
    return [
        *(n["cve"] for n in every if "cve" in n and n["cve"] not in numbers),
        *(n["vectorString"] for n in every if "vectorString" in n and n["vectorString"] not in vectors),
        *(n["product_id"] for n in listed if n["product_id"] not in products),
        *(url for url in linked if url not in links),
        *(text for text in remedies if text not in told),
    ]


def test_what_fails_a_mandatory_test_is_refused_with_its_reasons_and_what_passes_is_not() -> None:
    files = suite("2.0", "mandatory")
    failing = {file.name for file in files if int(file.stem[-2:]) < FIRST_VALID}
    assert len(failing) > 50
    assert {file.name for file in files if is_refused(file)} == failing


@pytest.mark.parametrize("version", csaf_gate.VERSIONS)
def test_what_is_valid_becomes_a_draft_that_lacks_nothing(version: str) -> None:
    read = {
        file.name: lost(json.loads(file.read_bytes()), imported.content) for file, imported in valid(version)
    }
    assert len(read) > 100
    assert {name: missing for name, missing in read.items() if missing} == {}


@pytest.mark.parametrize("version", csaf_gate.VERSIONS)
def test_what_was_taken_over_leaves_as_valid_csaf_of_both_versions_and_comes_back_the_same(
    notice: Notice, version: str
) -> None:
    for file, _ in valid(version):
        told = again(notice, file.read_bytes())
        for written in csaf_gate.VERSIONS:
            document = csaf_out.export(told, written)  # type: ignore[arg-type]  # one of the two
            assert csaf_gate.problems(json.loads(document), written) == {}, file.name
            assert csaf_out.export(again(told, document), written) == document, file.name  # type: ignore[arg-type]
