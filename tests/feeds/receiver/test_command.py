"""`priority-hub pull` as it is run: a configuration, exit codes, lines for machines, programs of others."""

import json
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from taxii2client.v21 import Server

from feeds.formats.envelope import Opened
from feeds.receiver import watching
from feeds.receiver.files import held
from feeds.receiver.outlets import Command, HandOverError
from feeds.receiver.parcels import Parcel, name_of
from feeds.receiver.pulling import Pass
from feeds.receiver.settings import EXAMPLE
from hub.cli import main
from hub.core.errors import ConfigurationError
from hub.demo.mailserver import free_port
from tests.feeds.receiver.conftest import Pull, program
from tests.feeds.receiver.sender import CANARY, MATTERS, Sender, bundle, flipped
from tests.feeds.receiver.shelf import Shelf
from tests.support.delivery import Seat


def lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_pass_without_fault_ends_with_zero_and_tells_machines_what_it_did(
    pull: Pull, shelf: Shelf, sender: Sender, tmp_path: Path
) -> None:
    shelf.lay(sender.copy(), sender.beat())
    done = pull("--json")
    assert (done.exit_code, done.stderr) == (0, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["event"] for each in told] == ["heartbeat", "handed-on", "acknowledged"]
    assert told[1]["id"] == f"{MATTERS[0]}-r1-s1"
    assert CANARY not in done.stdout
    assert (tmp_path / "out" / told[1]["id"] / "bundle.stix.json").exists()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_an_alarm_ends_with_one_and_reaches_the_alarm_program(
    pull: Pull, shelf: Shelf, sender: Sender, tmp_path: Path
) -> None:
    shelf.lay(flipped(sender.copy()), flipped(sender.copy()), sender.beat())
    alarm = tmp_path / "alarm.py"
    alarm.write_text("import pathlib, sys; pathlib.Path(sys.argv[1]).open('a').write(sys.stdin.read())")
    told = tmp_path / "alarms"
    done = pull(alarm=f"command = {json.dumps([sys.executable, str(alarm), str(told)])}")
    assert done.exit_code == 1
    assert done.stderr.startswith(
        "ALARM put-aside: The payload is not what its hash says. reason=payload-hash"
    )
    assert done.stderr.count("ALARM put-aside") == 2
    assert [each["alarm"] for each in lines(told)] == ["put-aside", "withheld"]  # of each kind once an hour


def test_a_program_gets_one_bundle_and_learns_when_it_may_be_a_repeat(
    pull: Pull, shelf: Shelf, sender: Sender, tmp_path: Path
) -> None:
    shelf.lay(sender.copy(), sender.beat())
    code = tmp_path / "code"
    code.write_text("3")
    out = f"command = {program(tmp_path, str(tmp_path / 'took'), str(code))}"
    first = pull(out=out)
    assert (first.exit_code, "ended with 3" in first.stderr) == (1, True)
    code.write_text("0")
    assert pull(out=out).exit_code == 0
    took = lines(tmp_path / "took")
    assert {each["PRIORITY_ID"] for each in took} == {f"{MATTERS[0]}-r1-s1"}
    assert [each["PRIORITY_REPEAT"] for each in took] == ["0"] + ["1"] * (len(took) - 1)
    assert took[0]["objects"] == 2  # type: ignore[comparison-overlap]
    assert (took[0]["PRIORITY_KIND"], took[0]["PRIORITY_FOLLOWS_GAP"]) == ("new", "0")


def test_a_secret_key_from_a_file_is_enough_and_leaves_nothing(
    pull: Pull, shelf: Shelf, sender: Sender, seat: Seat, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.asc"
    secret.write_bytes(seat.power.shop.gpg("--armor", "--export-secret-keys"))
    secret.chmod(0o600)
    shelf.lay(sender.copy(), sender.beat())
    assert pull(key='secret_key = "secret.asc"').exit_code == 0
    secret.chmod(0o644)
    assert "make it mode 0600" in pull(key='secret_key = "secret.asc"').stderr


@pytest.mark.parametrize(
    ("options", "out", "said"),
    [
        ((), "", "nobody gets what is opened"),
        (("--relay", "0.0.0.0:9000"), 'folder = "out"', "this machine only"),
        (("--once", "--watch", "60"), 'folder = "out"', "not both"),
        (("--watch", "1"), 'folder = "out"', "Invalid value"),
    ],
)
def test_wrong_use_and_configuration_end_with_two(
    pull: Pull, options: tuple[str, ...], out: str, said: str
) -> None:
    done = pull(*options, out=out)
    assert (done.exit_code, said in done.stderr) == (2, True)


def test_the_example_is_printed_without_a_configuration() -> None:
    done = CliRunner().invoke(main, ["pull", "--example"])
    assert (done.exit_code, done.stdout) == (0, EXAMPLE)
    assert CliRunner().invoke(main, ["pull"]).exit_code == 2


def test_a_second_receiver_in_the_same_folder_is_refused(pull: Pull, tmp_path: Path) -> None:
    with held(tmp_path / "state"):
        done = pull()
    assert (done.exit_code, "another receiver works" in done.stderr) == (2, True)
    (tmp_path / "state").chmod(0o755)
    with pytest.raises(ConfigurationError, match="0700"), held(tmp_path / "state"):
        pass


def test_a_lasting_receiver_serves_its_relay_and_ends_when_told(
    pull: Pull, shelf: Shelf, sender: Sender, tmp_path: Path
) -> None:
    pull("--relay", "0.0.0.0:1")  # writes the configuration
    shelf.lay(sender.copy(), sender.beat())
    port = free_port()
    options = ["--config", str(tmp_path / "pull.toml"), "--watch", "600", "--relay", f"127.0.0.1:{port}"]
    command = [sys.executable, "-c", "from hub.cli_receiver import pull; pull()", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert any(line.startswith("acknowledged") for line in process.stdout)
        with closing(Server(f"http://127.0.0.1:{port}/taxii2/", user="local", password="t" * 43)) as server:
            [collection] = server.default.collections
            assert {each["type"] for each in collection.get_objects()["objects"]} == {"report", "note"}
            server.default.close()
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


def test_pauses_grow_with_failures_have_jitter_and_respect_the_hub() -> None:
    failed = Pass(failed=True)
    steady = {watching.pause(60, 0, Pass()) for _ in range(50)}
    assert len(steady) > 40
    assert all(48 <= each <= 72 for each in steady)
    assert 192 <= watching.pause(60, 2, failed) <= 288
    assert watching.pause(60, 400, failed) <= 3600 * 1.2
    assert watching.pause(60, 1, Pass(failed=True, retry_after=1800)) == 1800


def test_a_program_that_does_not_end_or_start_is_a_failed_handing_on(sender: Sender) -> None:
    manifest = sender.manifest()
    opened = Opened(manifest=manifest, bundle=bundle(MATTERS[0], 1))
    parcel = Parcel(name=name_of(manifest), manifest=manifest, opened=opened)
    with pytest.raises(HandOverError, match="longer than"):
        Command(["/bin/sleep", "5"], seconds=0.1).give(parcel)
    with pytest.raises(HandOverError, match="does not start"):
        Command(["/no/such/program"], seconds=1).give(parcel)
