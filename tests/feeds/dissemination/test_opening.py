"""A member opens its package with `priority-hub open` and its own key; what is no package is refused."""

import hashlib
import io
import random
import stat
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feeds.receiver.packages import MOST_FILES, NoPackageError, package_in
from hub.cli import main
from keys.sealing import armor
from tests.feeds.dissemination.kit import Kit, files
from tests.feeds.dissemination.test_making import ONE

TITLE = "制御装置における認証回避の脆弱性"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, kit: Kit) -> Run:
    """Open a file as the member does: without an instance."""

    def opened(content: bytes, *options: str, home: Path | None = None, lang: str = "C.UTF-8") -> Result:
        file = tmp_path / "package"
        file.write_bytes(content)
        env = {"LC_ALL": lang, "HUB_INSTANCE": str(tmp_path / "none")}
        own = ("--home", str(home or kit.world.seat.gas.shop.home))
        return CliRunner().invoke(main, ["open", str(file), *own, *options], env=env)

    return opened


def packed(parts: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def made(kit: Kit) -> bytes:
    kit.order(ONE)
    kit.world.work()
    return kit.take(ONE)


def test_a_member_opens_a_sealed_package_with_its_own_key_and_nobody_else_does(
    kit: Kit, run: Run, tmp_path: Path
) -> None:
    seat = kit.world.seat
    kit.bring(ONE, seat.gas)
    sealed, folder = made(kit), tmp_path / "read"
    pinned = ("--fingerprint", seat.pin, "--certificate", str(seat.config.certificate_file))
    done = run(sealed, *pinned, "--save", str(folder), lang="ja_JP.UTF-8")
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"件名：[{kit.number} r1] " in done.stdout
    assert seat.pin in done.stdout
    assert TITLE in done.stdout
    assert {each.name for each in folder.iterdir()} >= {
        "notice.txt",
        f"{kit.number}-r1.pdf",
        f"{kit.number}-r1.stix.json",
        "explanatory-pack-1.pdf",
    }
    bundle = (folder / f"{kit.number}-r1.stix.json").read_bytes()
    assert hashlib.sha256(bundle).hexdigest() == kit.release.sha256
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    again = run(sealed, *pinned, "--save", str(folder))
    assert (again.exit_code, len(again.stderr.splitlines())) == (1, 1)
    body = run(sealed, *pinned, home=seat.power.shop.home)
    assert (body.exit_code, body.stdout) == (1, "")
    assert "sealed to a key that is not here" in body.stderr
    assert run(sealed).exit_code == 2  # nothing is believed without a pin


def test_a_package_is_found_in_the_mail_that_it_came_with(kit: Kit, run: Run) -> None:
    seat = kit.world.seat
    kit.bring(ONE, seat.gas)
    sealed = made(kit)
    for content in (sealed, armor(sealed)):
        mail = EmailMessage()
        mail["Subject"] = "passed on"
        mail.set_content(kit.mail(ONE))
        name = f"{kit.number}-r1-001.zip.gpg"
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        done = run(bytes(mail), "--certificate", str(seat.config.certificate_file))
        assert (done.exit_code, done.stderr) == (0, "")
        assert TITLE in done.stdout


def test_a_plain_package_is_compared_by_the_sum_in_its_mail_and_said_to_be_unsigned(
    kit: Kit, run: Run, tmp_path: Path
) -> None:
    content = made(kit)
    done = run(content, "--save", str(tmp_path / "read"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert "neither encrypted nor signed" in done.stdout
    sum_ = hashlib.sha256(content).hexdigest()
    assert sum_ in done.stdout
    assert sum_ in kit.mail(ONE)
    asked = run(content, "--fingerprint", kit.world.seat.pin)  # whoever names the key wants its signature
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert "It is not signed." in asked.stderr
    assert "暗号化も署名もされていません" in run(content, lang="ja_JP.UTF-8").stdout


def test_what_is_no_package_is_refused_in_one_line_and_nothing_is_written(
    kit: Kit, run: Run, tmp_path: Path
) -> None:
    good = files(made(kit))
    name = f"{kit.number}-r1"
    another = good[f"{name}.stix.json"].replace(kit.number.encode(), b"PI-2026-XXXXX")
    twice = io.BytesIO(packed(good))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as archive:
        archive.writestr(f"{name}.pdf", b"%PDF-")
    bad = {
        "no notice": packed({"a.txt": b""}),
        "belongs to no package": packed(good | {"../../.bashrc": b"x"}),
        "not what its name says": packed(good | {f"{name}.pdf": b"MZ"}),
        "not what its name": packed({f"{name}.stix.json": another}),
        "what its name says": packed({f"{name}.stix.json": b'{"objects": [1]}'}),
        "too large": packed({f"{place}.pdf": b"" for place in range(MOST_FILES + 1)}),
        "two files of one name": twice.getvalue(),
        "damaged": packed(good)[:-30],
    }
    for said, content in bad.items():
        done = run(content, "--save", str(tmp_path / "none"))
        assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1), said
        assert said in done.stderr, done.stderr
    assert not (tmp_path / "none").exists()


def test_a_changed_archive_is_read_whole_or_refused(kit: Kit) -> None:
    content, dice = made(kit), random.Random(7)  # noqa: S311 - the same changes each time
    refused = 0
    for _ in range(200):
        changed = bytearray(content)
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        try:
            package_in(bytes(changed))
        except NoPackageError:
            refused += 1
    assert refused > 100
