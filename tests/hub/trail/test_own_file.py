"""A body's own log as a file: checked without the hub, every touch found, nothing of other bodies in it."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.cli import main
from hub.trail import exporting, offline, tree
from hub.trail.findings import Finding
from hub.trail.offline import FileRefusedError, Read
from tests.support.trail import Trail

Lines = list[dict[str, Any]]
EXAMPLES = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def downloaded(trail: Trail, organisation: uuid.UUID) -> Lines:
    with trail.hub.db.reading() as session:
        found = list(exporting.lines(session, organisation, now=trail.hub.clock()))
    return [json.loads(each) for each in found]


def checked(trail: Trail, lines: Lines) -> tuple[list[Finding], Read]:
    read = Read()
    raw = [json.dumps(each).encode() + b"\n" for each in lines]
    return list(offline.verify(raw, read, check=trail.check)), read


def command(trail: Trail, tmp_path: Path, lines: Lines, *more: str) -> Result:
    file = tmp_path / "log.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in lines))
    certificate = str(trail.hub.config.certificate_file)
    return CliRunner().invoke(main, ["audit", "verify-file", str(file), "--certificate", certificate, *more])


def test_an_untouched_file_is_whole_and_tells_what_the_signature_covers(trail: Trail, tmp_path: Path) -> None:
    lines = downloaded(trail, trail.power)
    found, read = checked(trail, lines)
    assert found == []
    assert (read.rows, read.covered) == (len(lines) - 2, len(lines) - 3)
    answer = command(trail, tmp_path, lines)
    assert answer.exit_code == 0, answer.output
    assert "Nothing was touched." in answer.output
    assert "later ones: 1" in answer.output


def _change(data: st.DataObject, lines: Lines) -> None:
    row = data.draw(st.sampled_from(lines[1:-1]))
    name = data.draw(st.sampled_from(["action", "at", "subject", "details", "who_hash", "hash", "concerns"]))
    new: dict[str, object] = {
        "action": "x",
        "at": "2001-01-01T00:00:00.000000+00:00",
        "details": {"a": "b"},
        "who_hash": "00" * 32,
        "hash": "00" * 32,
    }
    row[name] = new.get(name, str(uuid.uuid4()))


def _remove(data: st.DataObject, lines: Lines) -> None:
    del lines[data.draw(st.integers(1, len(lines) - 2))]


def _swap(data: st.DataObject, lines: Lines) -> None:
    one = data.draw(st.integers(1, len(lines) - 3))
    lines[one], lines[one + 1] = lines[one + 1], lines[one]


def _insert(data: st.DataObject, lines: Lines) -> None:
    at = data.draw(st.integers(1, len(lines) - 2))
    lines.insert(at, dict(lines[at]))


def _somebody_else(data: st.DataObject, lines: Lines) -> None:
    row = data.draw(st.sampled_from([each for each in lines[1:-1] if "who" in each]))
    row["who"]["address"] = "203.0.113.99"


def _cut(data: st.DataObject, lines: Lines) -> None:
    del lines[data.draw(st.integers(1, len(lines) - 3)) : -1]
    lines[-1] = {"end": len(lines) - 2}


@EXAMPLES
@given(data=st.data(), touch=st.sampled_from([_change, _remove, _swap, _insert, _somebody_else, _cut]))
def test_whatever_is_touched_in_a_file_is_found(
    trail: Trail, data: st.DataObject, touch: Callable[[st.DataObject, Lines], None]
) -> None:
    lines = downloaded(trail, trail.power)
    if touch is _cut:
        lines = lines[:-2] + lines[-1:]  # the row after the signed head is nobody's word yet
    touch(data, lines)
    assert checked(trail, lines)[0]


def test_a_file_that_was_cut_short_or_is_another_is_refused(trail: Trail, tmp_path: Path) -> None:
    lines = downloaded(trail, trail.power)
    for broken in (lines[:-1], [], [{"hello": "world"}], [*lines[:2], {"place": "x"}, lines[-1]]):
        with pytest.raises(FileRefusedError):
            checked(trail, broken)
    answer = command(trail, tmp_path, lines[:-1])
    assert (answer.exit_code, len(answer.stderr.splitlines())) == (1, 1)


def test_a_head_of_another_body_does_not_cover_a_file(trail: Trail) -> None:
    lines, other = downloaded(trail, trail.power), downloaded(trail, trail.gas)
    lines[0]["head"] = other[0]["head"]
    assert checked(trail, lines)[0]


def test_a_file_tells_nothing_of_other_bodies_and_not_who_of_the_staff_acted(trail: Trail) -> None:
    for own, other in ((trail.power, trail.gas), (trail.gas, trail.power)):
        lines = downloaded(trail, own)
        text = json.dumps(lines)
        assert str(other) not in text
        assert str(trail.staff.organisation_id) not in text
        assert str(trail.staff.id) not in text
        assert len(lines[0]["head"]["path"]) == tree.DEPTH
        assert [each["place"] for each in lines[1:-1]] == list(range(1, len(lines) - 1))
    told = downloaded(trail, trail.power)[1:-1]
    assert any("who" not in each and each["concerns"] == str(trail.power) for each in told)


def test_the_path_of_a_body_looks_the_same_however_many_others_there_are() -> None:
    leaf = tree.Leaf(chain_id=uuid.uuid4(), length=3, head=b"h" * 32)
    alone = tree.levels({7: leaf}, b"s" * 32)
    among = tree.levels({7: leaf} | dict.fromkeys(range(8, 300), leaf), b"s" * 32)
    for levels in (alone, among):
        path = tree.path(levels, 7)
        assert [len(each) for each in path] == [32] * tree.DEPTH
        assert len(set(path)) == tree.DEPTH
        climbed = tree.climb(tree.leaf_hash(leaf, tree.salt(b"s" * 32, 7)), 7, path)
        assert climbed == levels[-1][0]


def test_what_a_witness_has_is_compared(trail: Trail, tmp_path: Path) -> None:
    kept = tmp_path / "kept.asc"
    kept.write_text(trail.sign().signed)
    answer = command(trail, tmp_path, downloaded(trail, trail.power), "--witness", str(kept), "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["root"] in kept.read_text()
