"""Releases: every condition, two people, exact bytes, once."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.advisories import at_rest, consulting, notice, queries, releasing, service
from feeds.advisories.consulting import Consulted
from feeds.advisories.draft import Draft, written
from feeds.advisories.models import Advisory, Consultation, Release, Revision
from feeds.advisories.states import Answer, RevisionState, State
from feeds.formats import stix
from feeds.formats.clock import ClockStatus
from feeds.formats.content import Kind, Text
from feeds.formats.stix import USUALLY_PUBLISHED, Part
from feeds.formats.tlp import Tlp
from hub.core.db import connect
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotAllowedError
from hub.core.outbox import Job
from hub.migrations.tables import metadata
from nda.agreements.models import Agreement
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from tests.support import advisories, databases
from tests.support.advisories import CANARY, NOW, PUBLICATION, TODAY, VAULT, Cast

LATER = NOW + timedelta(days=1)


def release(session: orm.Session, advisory: Advisory, cast: Cast) -> Release:
    return advisories.release(session, advisory.id, by=cast.releaser)


def jobs(session: orm.Session, kind: str) -> list[dict[str, str]]:
    return [job.values for job in session.scalars(sa.select(Job).where(Job.kind == kind))]


def test_a_release_keeps_the_exact_bytes_and_promises_the_copies(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    advisory = advisories.make_submitted(session, cast, power)
    row = release(session, advisory, cast)
    bundle = at_rest.bundle_of(row, vault=VAULT)
    assert row.sha256 == hashlib.sha256(bundle).hexdigest()
    assert bundle == stix.bundle(notice.notice_of(row, vault=VAULT))
    assert CANARY.encode() in bundle
    assert CANARY.encode() not in row.bundle
    assert (row.revision, row.kind, row.tlp) == (1, Kind.NEW, Tlp.AMBER)
    assert (row.publication_at, row.clock_status) == (PUBLICATION, ClockStatus.FIXED)
    assert row.body_ids == {power.id}
    assert advisory.state is State.RELEASED
    assert jobs(session, "release.copies") == [{"release_id": str(row.id)}]
    assert jobs(session, "release.lifted") == []


Change = Callable[[Draft], Draft]
MISSING: dict[str, Change] = {
    "countermeasure_on": lambda draft: replace(draft, countermeasure_on=None),
    "serious_effect": lambda draft: replace(draft, serious_effect=" "),
}
UNDECIDED: dict[str, Change] = {
    "tlp": lambda draft: replace(draft, tlp=None),
    "publication_at": lambda draft: replace(draft, publication_at=None),
}


@pytest.mark.parametrize("gate", MISSING)
def test_a_condition_that_is_not_written_refuses_by_name(
    session: orm.Session, cast: Cast, power: Body, gate: str
) -> None:
    draft = MISSING[gate](advisories.draft_for(power))
    advisory = service.create_draft(session, draft, vault=VAULT, by=cast.writer, now=NOW)
    advisories.submit(session, advisory.id, by=cast.writer)
    advisories.consult(session, advisory, cast)
    with pytest.raises(InputError) as refused:
        release(session, advisory, cast)
    assert set(refused.value.problems) == {gate}


@pytest.mark.parametrize("gate", UNDECIDED)
def test_what_is_not_decided_cannot_be_signed_nor_released(
    session: orm.Session, cast: Cast, power: Body, gate: str
) -> None:
    draft = UNDECIDED[gate](advisories.draft_for(power))
    advisory = service.create_draft(session, draft, vault=VAULT, by=cast.writer, now=NOW)
    with pytest.raises(InputError) as refused:
        advisories.submit(session, advisory.id, by=cast.writer)
    assert set(refused.value.problems) == {gate}
    advisory = advisories.make_submitted(session, cast, power)
    setattr(queries.latest_revision(session, advisory.id), gate, None)
    with pytest.raises(InputError) as refused:
        release(session, advisory, cast)
    assert gate in refused.value.problems


@pytest.mark.parametrize(
    ("changed", "gate"),
    [
        ({"countermeasure_on": TODAY + timedelta(days=1)}, "countermeasure_on"),
        ({"publication_at": NOW}, "publication_at"),
    ],
)
def test_a_countermeasure_to_come_and_a_past_publication_refuse(
    session: orm.Session, cast: Cast, power: Body, changed: dict[str, object], gate: str
) -> None:
    draft = replace(advisories.draft_for(power), **changed)  # type: ignore[arg-type]  # one field each
    advisory = service.create_draft(session, draft, vault=VAULT, by=cast.writer, now=NOW)
    advisories.submit(session, advisory.id, by=cast.writer)
    advisories.consult(session, advisory, cast)
    with pytest.raises(InputError) as refused:
        release(session, advisory, cast)
    assert set(refused.value.problems) == {gate}


@pytest.mark.parametrize("gate", ["ipa", "developer"])
def test_nobody_consulted_is_nothing_released(
    session: orm.Session, cast: Cast, power: Body, gate: str
) -> None:
    advisory = advisories.make_submitted(session, cast, power)
    session.execute(sa.delete(Consultation).where(Consultation.party == gate))
    with pytest.raises(InputError) as refused:
        release(session, advisory, cast)
    assert set(refused.value.problems) == {gate}


def test_no_eligible_body_is_nothing_released(session: orm.Session, cast: Cast, power: Body) -> None:
    advisory = advisories.make_submitted(session, cast, power)
    power.state = BodyState.SUSPENDED
    with pytest.raises(InputError) as refused:
        release(session, advisory, cast)
    assert set(refused.value.problems) == {"audience"}
    assert queries.releases(session, advisory.id) == []
    assert advisory.state is State.IN_APPROVAL


def test_who_wrote_submitted_or_is_unknown_may_not_release(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    advisory = advisories.make_draft(session, cast, power)
    advisories.submit(session, advisory.id, by=cast.releaser)
    advisories.consult(session, advisory, cast)
    for person in (cast.writer, cast.releaser, replace(cast.writer, account_id=None)):
        with pytest.raises(NotAllowedError):
            advisories.release(session, advisory.id, version=1, by=person)


def test_the_database_refuses_a_release_by_its_own_drafter(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    row = advisories.make_release(session, cast, power)
    change = sa.update(Release).values(drafted_by=row.released_by)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(change)


def test_a_second_release_of_the_same_revision_is_a_conflict(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    advisory = advisories.make_submitted(session, cast, power)
    release(session, advisory, cast)
    with pytest.raises(IllegalMoveError):
        release(session, advisory, cast)
    assert len(queries.releases(session, advisory.id)) == 1
    assert len(jobs(session, "release.copies")) == 1


def test_what_was_written_anew_since_it_was_seen_is_not_released(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    advisory = advisories.make_submitted(session, cast, power)
    service.send_back(session, advisory.id, by=cast.releaser, now=NOW)
    service.save_draft(
        session, advisory.id, advisories.draft_for(power), version=1, vault=VAULT, by=cast.writer, now=NOW
    )
    advisories.submit(session, advisory.id, by=cast.writer)
    with pytest.raises(ConflictError):
        advisories.release(session, advisory.id, version=1, by=cast.releaser)


def test_a_release_cannot_be_changed(session: orm.Session, cast: Cast, power: Body) -> None:
    row = advisories.make_release(session, cast, power)
    row.sha256 = "0" * 64
    with pytest.raises(RuntimeError, match="never changed"):
        session.flush()


def test_a_release_cannot_be_taken_away(session: orm.Session, cast: Cast, power: Body) -> None:
    session.delete(advisories.make_release(session, cast, power))
    with pytest.raises(RuntimeError, match="never changed"):
        session.flush()


def test_an_update_keeps_the_advisory_released_while_it_is_written(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    first = advisories.make_release(session, cast, power)
    advisory = queries.advisory(session, first.advisory_id)
    revision = service.revise(session, advisory.id, kind=Kind.UPDATE, vault=VAULT, by=cast.writer, now=LATER)
    assert (advisory.state, revision.state, revision.number) == (State.RELEASED, RevisionState.DRAFT, 2)
    draft = written(session, revision, vault=VAULT)
    assert draft == advisories.draft_for(power)
    with pytest.raises(ConflictError):
        service.revise(session, advisory.id, kind=Kind.UPDATE, vault=VAULT, by=cast.writer, now=LATER)
    advisories.submit(session, advisory.id, by=cast.writer, now=LATER)
    second = advisories.release(session, advisory.id, version=1, by=cast.releaser, now=LATER)
    assert (second.revision, second.kind) == (2, Kind.UPDATE)
    assert notice.notice_of(second, vault=VAULT).earlier == (first.released_at,)
    assert notice.notice_of(first, vault=VAULT).earlier == ()
    assert queries.releases(session, advisory.id)[-1] is second


def test_a_moved_date_needs_its_reason_and_moves_the_clock_when_it_is_released(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    first = advisories.make_release(session, cast, power)
    advisory = queries.advisory(session, first.advisory_id)
    service.revise(session, advisory.id, kind=Kind.DATE, vault=VAULT, by=cast.writer, now=NOW)
    with pytest.raises(InputError) as refused:
        advisories.submit(session, advisory.id, by=cast.writer)
    assert set(refused.value.problems) == {"publication_at"}
    sooner = replace(advisories.draft_for(power), publication_at=PUBLICATION - timedelta(days=9))
    service.save_draft(session, advisory.id, sooner, version=1, vault=VAULT, by=cast.writer, now=NOW)
    with pytest.raises(InputError) as refused:
        advisories.submit(session, advisory.id, by=cast.writer)
    assert set(refused.value.problems) == {"moved_reason"}
    told = replace(sooner, moved_reason="漏えいのため前倒し")
    service.save_draft(session, advisory.id, told, version=2, vault=VAULT, by=cast.writer, now=NOW)
    advisories.submit(session, advisory.id, by=cast.writer)
    assert advisory.matter.clock.publication_at == PUBLICATION
    second = release(session, advisory, cast)
    assert (second.publication_at, second.clock_status) == (sooner.publication_at, ClockStatus.MOVED)
    assert advisory.matter.clock.publication_at == sooner.publication_at


def test_a_dropped_revision_leaves_its_number_free(session: orm.Session, cast: Cast, power: Body) -> None:
    first = advisories.make_release(session, cast, power)
    for _ in range(2):
        revision = service.revise(
            session, first.advisory_id, kind=Kind.UPDATE, vault=VAULT, by=cast.writer, now=NOW
        )
        assert revision.number == 2
        service.drop(session, first.advisory_id, by=cast.writer, now=NOW)
    assert queries.latest_revision(session, first.advisory_id).number == 1


def test_a_withdrawal_says_why_and_what_remains_and_needs_two_people(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    advisory = queries.advisory(session, advisories.make_release(session, cast, power).advisory_id)
    with pytest.raises(InputError) as refused:
        releasing.propose_withdrawal(
            session, advisory.id, reason=Text(), duties=Text(), vault=VAULT, by=cast.writer, now=NOW
        )
    assert set(refused.value.problems) == {"reason_ja", "duties_ja"}
    releasing.propose_withdrawal(
        session,
        advisory.id,
        reason=Text(ja="誤報"),
        duties=Text(ja="第三者に渡さない"),
        vault=VAULT,
        by=cast.writer,
        now=NOW,
    )
    advisories.submit(session, advisory.id, by=cast.writer)
    assert queries.advisory(session, advisory.id).state is State.RELEASED
    with pytest.raises(NotAllowedError):
        advisories.release(session, advisory.id, version=1, by=cast.writer)
    row = release(session, advisory, cast)
    assert queries.advisory(session, advisory.id).state is State.WITHDRAWN
    assert (row.kind, row.body_ids) == (Kind.WITHDRAWN, frozenset({power.id}))
    summary = notice.notice_of(row, vault=VAULT).content.summary
    assert "誤報" in summary.ja
    assert "第三者に渡さない" in summary.ja
    bundle = orjson.loads(at_rest.bundle_of(row, vault=VAULT))
    assert [each["revoked"] for each in bundle["objects"] if each["type"] == "report"] == [True]


def test_a_lifting_publishes_the_confirmed_parts_without_the_attack_method(
    session: orm.Session, cast: Cast, power: Body, gas: Body
) -> None:
    advisory = queries.advisory(session, advisories.make_release(session, cast, power, gas).advisory_id)
    releasing.propose_lifting(
        session, advisory.id, parts=USUALLY_PUBLISHED, vault=VAULT, by=cast.writer, now=NOW
    )
    advisories.submit(session, advisory.id, by=cast.writer)
    row = release(session, advisory, cast)
    assert (advisory.state, row.kind, row.tlp) == (State.LIFTED, Kind.LIFTED, Tlp.CLEAR)
    assert row.body_ids == {power.id, gas.id}
    assert (row.publication_at, row.clock_status) == (NOW, ClockStatus.ENDED)
    public = notice.public_bundle(notice.notice_of(row, vault=VAULT))
    for told in (public, at_rest.bundle_of(row, vault=VAULT)):
        assert CANARY.encode() not in told
        assert b"CVE-2026-10001" in told
        assert "変電所".encode() not in told
    assert b"AMBER" not in public
    assert jobs(session, "release.lifted") == [{"release_id": str(row.id)}]
    with pytest.raises(IllegalMoveError):
        service.revise(session, advisory.id, kind=Kind.UPDATE, vault=VAULT, by=cast.writer, now=NOW)


def test_a_lifting_names_what_is_published(session: orm.Session, cast: Cast, power: Body) -> None:
    first = advisories.make_release(session, cast, power)
    with pytest.raises(InputError):
        releasing.propose_lifting(
            session, first.advisory_id, parts=frozenset(), vault=VAULT, by=cast.writer, now=NOW
        )
    revision = releasing.propose_lifting(
        session, first.advisory_id, parts=frozenset({Part.SUMMARY}), vault=VAULT, by=cast.writer, now=NOW
    )
    content = at_rest.content_of(revision, vault=VAULT)
    assert content.title
    assert content.products == ()


def test_a_proposal_that_is_sent_back_is_dropped(session: orm.Session, cast: Cast, power: Body) -> None:
    first = advisories.make_release(session, cast, power)
    releasing.propose_lifting(
        session, first.advisory_id, parts=USUALLY_PUBLISHED, vault=VAULT, by=cast.writer, now=NOW
    )
    advisories.submit(session, first.advisory_id, by=cast.writer)
    service.send_back(session, first.advisory_id, by=cast.releaser, now=NOW)
    assert queries.latest_revision(session, first.advisory_id).number == 1
    assert queries.advisory(session, first.advisory_id).state is State.RELEASED


def test_a_withdrawal_reaches_bodies_whose_agreement_binds_now_but_not_to_the_date(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    first = advisories.make_release(session, cast, power)
    releasing.propose_withdrawal(
        session,
        first.advisory_id,
        reason=Text(ja="誤報"),
        duties=Text(ja="第三者に渡さない"),
        vault=VAULT,
        by=cast.writer,
        now=NOW,
    )
    advisories.submit(session, first.advisory_id, by=cast.writer)
    second = release(session, queries.advisory(session, first.advisory_id), cast)
    for agreement in session.scalars(sa.select(Agreement)):
        agreement.ends_at = PUBLICATION
    session.flush()
    assert advisories.recipients(session, first, now=NOW) == ()
    assert advisories.recipients(session, second, now=NOW) == (power,)


def test_the_first_revision_is_not_dropped(session: orm.Session, cast: Cast, power: Body) -> None:
    advisory = advisories.make_draft(session, cast, power)
    with pytest.raises(IllegalMoveError):
        service.drop(session, advisory.id, by=cast.writer, now=NOW)


def test_nothing_told_stands_in_the_database_file(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    metadata.create_all(engine)
    with databases.database(engine).transaction() as session:
        cast, body = advisories.make_cast(session), advisories.make_body(session)
        advisory = advisories.make_submitted(session, cast, body)
        said = Consulted(name="Zebra Works", asked_on=TODAY, answer=Answer.SILENT, reason="reason-word-88")
        consulting.record_consultation(session, advisory.id, said, vault=VAULT, by=cast.writer, now=NOW)
        release(session, advisory, cast)
        service.revise(session, advisory.id, kind=Kind.UPDATE, vault=VAULT, by=cast.writer, now=NOW)
    engine.dispose()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    told = [
        CANARY,
        "認証回避",
        "CVE-2026-10001",
        "Controller",
        "広域停電",
        "Zebra",
        "reason-word-88",
        "変電所",
    ]
    assert [word for word in told if word.encode() in stored] == []
    assert str(advisory.id).replace("-", "").encode() in stored


def test_a_content_moved_to_another_revision_does_not_open(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    ids = [advisories.make_draft(session, cast, power).id for _ in range(2)]
    one, other = (queries.latest_revision(session, each) for each in ids)
    moved = Revision(id=other.id, number=1, content=one.content)
    with pytest.raises(Exception, match="does not open"):
        at_rest.content_of(moved, vault=VAULT)
