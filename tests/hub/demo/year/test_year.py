"""The year as a whole: who is in it, its log, its mail, and that its days follow each other."""

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from feeds.advisories.models import Advisory, Release
from hub.cli import main
from hub.demo.mailserver import delivered
from hub.trail.models import SignedHead
from keys.models import ContactCertificate
from tests.hub.demo.year.world import BODIES, Year, every

pytestmark = pytest.mark.soak


def test_everybody_of_the_year_is_written_down_for_its_owner_alone(place: Path) -> None:
    file = place / "recipients" / "people.csv"
    assert file.stat().st_mode & 0o077 == 0
    roles = [row["role"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    assert roles.count("coordinator") == 2
    assert roles.count("contact") == BODIES


def test_the_log_of_the_year_is_whole_and_every_signed_head_holds(
    place: Path, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_INSTANCE", str(place / "hub"))
    answer = CliRunner().invoke(main, ["audit", "verify"])
    assert answer.exit_code == 0, answer.output
    with year.hub.db.reading() as session:
        heads = session.scalar(sa.select(sa.func.count()).select_from(SignedHead)) or 0
    assert heads > 50
    assert f"Signed heads: {heads}" in answer.output


def test_every_witness_has_the_head_of_every_day(place: Path, year: Year) -> None:
    with year.hub.db.reading() as session:
        days = {f"audit-head-{each.day:%Y%m%d}.asc" for each in every(session, SignedHead)}
    for witness in year.hub.config.audit_witnesses:
        mails = [each.message for each in delivered(place / "mail", witness)]
        files = {str(part.get_filename()) for mail in mails for part in mail.iter_attachments()}
        assert days == files


def test_what_follows_comes_later_than_what_it_follows_on(year: Year) -> None:
    with year.hub.db.reading() as session:
        for advisory in every(session, Advisory):
            asked = sa.select(Release.released_at).where(Release.advisory_id == advisory.id)
            days = list(session.scalars(asked.order_by(Release.revision)))
            assert [advisory.created_at, *days] == sorted([advisory.created_at, *days])
        for each in every(session, ContactCertificate, ContactCertificate.activated_at.is_not(None)):
            steps = [each.uploaded_at, each.possessed_at, each.confirmed_at, each.activated_at]
            assert steps == sorted(step for step in steps if step is not None)
