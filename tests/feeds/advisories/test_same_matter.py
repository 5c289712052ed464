"""Two matters that are one: both IDs stay, the earlier date counts, nothing new opens under the other."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import at_rest, duplicates, notice, queries, releasing, same_matter, service
from feeds.advisories.draft import Draft, written
from feeds.advisories.models import Advisory, Release
from feeds.formats import stix
from feeds.formats.clock import ClockStatus
from feeds.formats.content import Kind, Text
from feeds.matters import merging
from feeds.matters.models import MatterMerger
from hub.core.audit import Entry
from hub.core.errors import ConflictError, InputError, NotFoundError
from sectors.bodies.models import Body
from tests.support import advisories
from tests.support.advisories import NOW, PUBLICATION, VAULT, Cast

EARLIER = PUBLICATION - timedelta(days=12)
LATER = NOW + timedelta(days=1)
REASON = "型番の異なる同じ装置についての報告だった"


def released(session: orm.Session, cast: Cast, *bodies: Body, at: datetime = PUBLICATION) -> Advisory:
    draft = replace(advisories.draft_for(*bodies), publication_at=at)
    advisory = service.create_draft(session, draft, vault=VAULT, by=cast.writer, now=NOW)
    advisories.submit(session, advisory.id, by=cast.writer)
    advisories.consult(session, advisory, cast)
    advisories.release(session, advisory.id, by=cast.releaser)
    return advisory


def merge(session: orm.Session, cast: Cast, closing: Advisory, into: Advisory) -> MatterMerger:
    same_matter.merge(session, closing.id, into.id, reason=REASON, vault=VAULT, by=cast.writer, now=LATER)
    return merging.mergers(session, closing.matter_id)[0]


def next_of(session: orm.Session, cast: Cast, advisory: Advisory) -> Draft:
    revision = service.revise(session, advisory.id, kind=Kind.UPDATE, vault=VAULT, by=cast.writer, now=LATER)
    return written(session, revision, vault=VAULT)


def go(session: orm.Session, cast: Cast, advisory: Advisory, draft: Draft | None = None) -> Release:
    if draft is not None:
        version = queries.latest_revision(session, advisory.id).version
        service.save_draft(
            session, advisory.id, draft, version=version, vault=VAULT, by=cast.writer, now=LATER
        )
    advisories.submit(session, advisory.id, by=cast.writer, now=LATER)
    return advisories.release(session, advisory.id, by=cast.releaser, now=LATER)


def test_the_next_revision_tells_the_other_id_in_every_format_to_everybody_who_holds_either(
    session: orm.Session, cast: Cast, power: Body, gas: Body
) -> None:
    kept, closed = released(session, cast, power), released(session, cast, gas)
    merger = merge(session, cast, closed, kept)
    told_before = notice.notice_of(queries.releases(session, kept.id)[0], vault=VAULT)
    assert closed.matter.tracking_id not in {each.number for each in told_before.aliases}
    release = go(session, cast, kept, next_of(session, cast, kept))
    told = notice.notice_of(release, vault=VAULT)
    assert told.same_matters == (closed.matter.tracking_id,)
    assert release.body_ids == {power.id, gas.id}
    report = orjson.loads(at_rest.bundle_of(release, vault=VAULT))["objects"][-1]
    numbers = {each.get("external_id") for each in report["external_references"]}
    assert {kept.matter.tracking_id, closed.matter.tracking_id} <= numbers
    assert merger.told_at == LATER
    last = releasing.propose_lifting(
        session, closed.id, parts=frozenset({stix.Part.SUMMARY}), vault=VAULT, by=cast.writer, now=LATER
    )
    reverse = notice.preview(session, last, vault=VAULT, now=LATER)
    assert reverse.same_matters == (kept.matter.tracking_id,)


def test_recipients_are_not_told_the_id_of_a_mere_draft(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    kept, draft = released(session, cast, power), advisories.make_draft(session, cast, power)
    merge(session, cast, draft, kept)
    told = notice.notice_of(go(session, cast, kept, next_of(session, cast, kept)), vault=VAULT)
    assert told.same_matters == ()


@pytest.mark.parametrize("earlier_is_kept", [True, False])
def test_the_earlier_date_counts_for_both(
    session: orm.Session, cast: Cast, power: Body, *, earlier_is_kept: bool
) -> None:
    dates = (EARLIER, PUBLICATION) if earlier_is_kept else (PUBLICATION, EARLIER)
    kept, closed = (released(session, cast, power, at=at) for at in dates)
    merge(session, cast, closed, kept)
    assert merging.counting_date(session, kept.matter) == EARLIER
    assert merging.counting_date(session, closed.matter) == EARLIER
    draft = next_of(session, cast, kept)
    assert draft.publication_at == EARLIER
    later = replace(draft, publication_at=EARLIER + timedelta(hours=1), moved_reason="遅れる")
    if not earlier_is_kept:
        with pytest.raises(InputError) as refused:
            go(session, cast, kept, later)
        assert set(refused.value.problems) == {"publication_at"}
    release = go(session, cast, kept, draft)
    assert release.publication_at == EARLIER
    assert closed.matter.clock.publication_at == EARLIER
    status = {ClockStatus.FIXED: True, ClockStatus.MOVED: False}
    assert status[release.clock_status] is earlier_is_kept


def test_once_told_the_date_goes_on_with_the_kept_matter_and_the_other_follows(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    kept, closed = released(session, cast, power), released(session, cast, power, at=EARLIER)
    merge(session, cast, closed, kept)
    go(session, cast, kept, next_of(session, cast, kept))
    later = PUBLICATION + timedelta(days=5)
    go(
        session,
        cast,
        kept,
        replace(next_of(session, cast, kept), publication_at=later, moved_reason="遅れる"),
    )
    assert merging.counting_date(session, kept.matter) == later
    assert merging.counting_date(session, closed.matter) == later


def test_what_is_public_under_one_id_is_public_under_the_other(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    kept, closed = released(session, cast, power), released(session, cast, power)
    merge(session, cast, closed, kept)
    go(session, cast, kept, next_of(session, cast, kept))
    parts = frozenset({stix.Part.SUMMARY})
    for advisory in (closed, kept):
        releasing.propose_lifting(session, advisory.id, parts=parts, vault=VAULT, by=cast.writer, now=LATER)
        release = go(session, cast, advisory)
        assert release.publication_at == LATER
    assert kept.matter.clock.status is closed.matter.clock.status is ClockStatus.ENDED


def test_no_new_notice_opens_under_the_closed_id_but_it_can_be_withdrawn(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    kept, closed = released(session, cast, power), released(session, cast, power)
    draft = advisories.make_draft(session, cast, power)
    for each in (closed, draft):
        merge(session, cast, each, kept)
    with pytest.raises(ConflictError, match="same as another"):
        next_of(session, cast, closed)
    with pytest.raises(ConflictError, match="same as another"):
        advisories.submit(session, draft.id, by=cast.writer)
    releasing.propose_withdrawal(
        session,
        closed.id,
        reason=Text(ja="重複"),
        duties=Text(ja="同じ扱いを続ける"),
        vault=VAULT,
        by=cast.writer,
        now=LATER,
    )
    assert go(session, cast, closed).kind is Kind.WITHDRAWN


def test_what_was_in_approval_when_a_matter_was_merged_into_it_must_be_submitted_again(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    kept, closed = released(session, cast, power), released(session, cast, power)
    next_of(session, cast, kept)
    advisories.submit(session, kept.id, by=cast.writer, now=LATER)
    with pytest.raises(ConflictError, match="send it back"):
        merge(session, cast, kept, closed)
    merge(session, cast, closed, kept)
    with pytest.raises(ConflictError, match="has changed"):
        advisories.release(session, kept.id, by=cast.releaser, now=LATER)
    service.send_back(session, kept.id, by=cast.releaser, now=LATER)
    assert go(session, cast, kept).revision == 2


def test_a_merger_is_taken_back_until_the_next_release(session: orm.Session, cast: Cast, power: Body) -> None:
    kept, closed = released(session, cast, power), released(session, cast, power, at=EARLIER)
    first = merge(session, cast, closed, kept)
    with pytest.raises(NotFoundError):
        same_matter.undo(session, kept.id, uuid.uuid4(), by=cast.writer, now=LATER)
    same_matter.undo(session, kept.id, first.id, by=cast.writer, now=LATER)
    assert merging.counting_date(session, kept.matter) == PUBLICATION
    assert kept.matter.clock.status is ClockStatus.FIXED
    assert duplicates.duplicates(session, kept, vault=VAULT)[0].advisory.id == closed.id
    second = merge(session, cast, closed, kept)
    assert duplicates.duplicates(session, kept, vault=VAULT) == ()
    go(session, cast, kept, next_of(session, cast, kept))
    with pytest.raises(ConflictError, match="taken back"):
        same_matter.undo(session, closed.id, second.id, by=cast.writer, now=LATER)


def test_a_lifting_of_the_closed_one_counts_as_the_next_release(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    kept, closed = released(session, cast, power), released(session, cast, power)
    merger = merge(session, cast, closed, kept)
    parts = frozenset({stix.Part.SUMMARY})
    releasing.propose_lifting(session, closed.id, parts=parts, vault=VAULT, by=cast.writer, now=LATER)
    go(session, cast, closed)
    with pytest.raises(ConflictError, match="taken back"), session.begin_nested():
        same_matter.undo(session, kept.id, merger.id, by=cast.writer, now=LATER)
    assert merging.partners(session, kept.matter_id) == [closed.matter]


def test_mergers_make_no_chains_and_need_a_reason(session: orm.Session, cast: Cast, power: Body) -> None:
    one, two, three = (advisories.make_draft(session, cast, power) for _ in range(3))
    merge(session, cast, one, two)
    for closing, into in ((one, three), (two, three), (three, one)):
        with pytest.raises(ConflictError, match="merged"):
            merge(session, cast, closing, into)
    for closing, into, reason in ((three, two, " "), (three, three, REASON)):
        with pytest.raises(InputError):
            same_matter.merge(
                session, closing.id, into.id, reason=reason, vault=VAULT, by=cast.writer, now=NOW
            )


def test_the_log_names_both_and_the_reason_lies_sealed(session: orm.Session, cast: Cast, power: Body) -> None:
    kept, closed = released(session, cast, power), released(session, cast, power)
    merger = merge(session, cast, closed, kept)
    [entry] = session.scalars(sa.select(Entry).where(Entry.action == "matter.merged"))
    assert (entry.subject_id, entry.details) == (closed.matter_id, {"into": str(kept.matter_id)})
    assert REASON.encode() not in merger.reason


def test_nothing_is_merged_into_what_can_have_no_further_notice(
    session: orm.Session, cast: Cast, power: Body
) -> None:
    kept, withdrawn = released(session, cast, power), released(session, cast, power)
    releasing.propose_withdrawal(
        session,
        withdrawn.id,
        reason=Text(ja="誤報"),
        duties=Text(ja="なし"),
        vault=VAULT,
        by=cast.writer,
        now=LATER,
    )
    go(session, cast, withdrawn)
    with pytest.raises(InputError, match="No further notice"):
        merge(session, cast, kept, withdrawn)
