"""Promises: made once, leased, paused, dead but visible."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from hub.core import outbox
from hub.core.db import Database
from hub.core.outbox import FIRST_PAUSE, LEASE, LONGEST_PAUSE, MOST_ATTEMPTS, Job

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def promise(db: Database, kind: str = "tell", *, key: str | None = None, due_at: datetime = NOW) -> None:
    with db.transaction() as session:
        outbox.promise(session, kind, now=NOW, key=key, due_at=due_at, body=uuid.UUID(int=1))


def claim(db: Database, *, now: datetime = NOW, worker: str = "one") -> Job | None:
    with db.transaction() as session:
        return outbox.claim(session, worker=worker, now=now)


def claimed(db: Database, *, now: datetime = NOW, worker: str = "one") -> Job:
    job = claim(db, now=now, worker=worker)
    assert job is not None
    return job


def only_job(db: Database) -> Job:
    with db.reading() as session:
        return session.scalars(sa.select(Job)).one()


def fail(db: Database, job: Job, *, now: datetime) -> None:
    with db.transaction() as session:
        outbox.failed(session, job.id, problem="TimeoutError", now=now)


def fail_for_good(db: Database, kind: str, *, now: datetime = NOW) -> Job:
    promise(db, kind)
    job = claimed(db)
    with db.transaction() as session:
        outbox.failed(session, job.id, problem="MailRefusedError", now=now, final=True)
    return job


def test_what_fails_for_good_is_a_dead_letter_at_once_and_waits_for_a_person(db: Database) -> None:
    job = fail_for_good(db, "tell")
    assert claim(db, now=NOW + LONGEST_PAUSE * 100) is None
    with db.transaction() as session:
        [dead] = outbox.dead_letters(session)
        assert (dead.id, dead.attempts, dead.problem) == (job.id, 1, "MailRefusedError")
        assert outbox.count_dead(session) == 1
        assert outbox.open_jobs(session) == 0


def test_a_dead_letter_is_tried_again_with_all_its_attempts(db: Database) -> None:
    one, other = fail_for_good(db, "tell"), fail_for_good(db, "tell")
    with db.transaction() as session:
        assert outbox.revive(session, job_id=one.id, now=NOW) == 1
        assert outbox.revive(session, job_id=one.id, now=NOW) == 0  # it is none any more
        assert [each.id for each in outbox.dead_letters(session)] == [other.id]
    again = claimed(db)
    assert (again.id, again.attempts) == (one.id, 1)


def test_all_dead_letters_of_a_kind_are_tried_again_and_no_others(db: Database) -> None:
    for kind in ("tell", "tell", "seal"):
        fail_for_good(db, kind)
    with db.transaction() as session:
        assert outbox.revive(session, kind="tell", now=NOW) == 2
        assert [each.kind for each in outbox.dead_letters(session)] == ["seal"]


def test_a_slow_worker_that_did_it_after_all_buries_the_dead_letter(db: Database) -> None:
    job = fail_for_good(db, "tell")
    with db.transaction() as session:
        outbox.done(session, job.id, now=NOW)
        assert outbox.count_dead(session) == 0


def test_a_promise_with_a_key_is_made_once(db: Database) -> None:
    for _ in range(3):
        promise(db, key="release/1")
    assert only_job(db).values == {"body": str(uuid.UUID(int=1))}


def test_a_promise_with_the_key_of_a_kept_one_changes_nothing(db: Database) -> None:
    promise(db, key="release/1")
    job = claimed(db)
    with db.transaction() as session:
        outbox.done(session, job.id, now=NOW)
    promise(db, key="release/1")
    assert only_job(db).done_at == NOW
    assert claim(db) is None


def test_promises_without_a_key_are_all_kept(db: Database) -> None:
    for _ in range(3):
        promise(db)
    with db.reading() as session:
        assert outbox.open_jobs(session) == 3


def test_two_who_promise_the_same_at_once_both_succeed_and_one_job_stands(lasting: Database) -> None:
    together = Barrier(4)

    def promised(_: int) -> None:
        together.wait()
        promise(lasting, key="release/1")

    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(promised, range(4)):
            pass
    assert only_job(lasting).key == "release/1"


def test_the_promise_of_an_act_that_failed_leaves_the_key_free(lasting: Database) -> None:
    def fail_after_promising() -> None:
        with lasting.transaction() as session:
            outbox.promise(session, "tell", now=NOW, key="release/1")
            raise TimeoutError

    with pytest.raises(TimeoutError):
        fail_after_promising()
    promise(lasting, key="release/1")
    assert only_job(lasting).done_at is None


def test_nothing_is_claimed_before_it_is_due(db: Database) -> None:
    promise(db, due_at=NOW + A_SECOND)
    assert claim(db, now=NOW) is None
    assert claim(db, now=NOW + A_SECOND) is not None


def test_the_oldest_due_job_comes_first(db: Database) -> None:
    for seconds in (3, 1, 2):
        promise(db, f"kind {seconds}", due_at=NOW + seconds * A_SECOND)
    later = NOW + timedelta(minutes=1)
    assert [claimed(db, now=later).kind for _ in range(3)] == ["kind 1", "kind 2", "kind 3"]


def test_a_leased_job_is_nobody_elses_until_the_lease_ends(db: Database) -> None:
    promise(db)
    first = claimed(db)
    assert claim(db, worker="two", now=NOW + LEASE - A_SECOND) is None
    again = claimed(db, worker="two", now=NOW + LEASE)  # the first worker died
    assert (again.id, again.worker, again.attempts) == (first.id, "two", 2)


def test_a_job_that_is_done_never_comes_back(db: Database) -> None:
    promise(db)
    job = claimed(db)
    with db.transaction() as session:
        outbox.done(session, job.id, now=NOW)
    assert claim(db, now=NOW + timedelta(days=365)) is None


def test_a_job_that_fails_comes_back_after_a_growing_pause(db: Database) -> None:
    promise(db)
    now, pauses = NOW, []
    for _ in range(MOST_ATTEMPTS - 1):
        fail(db, claimed(db, now=now), now=now)
        due = only_job(db).due_at
        assert claim(db, now=due - A_SECOND) is None
        pauses.append(due - now)
        now = due
    assert FIRST_PAUSE * 0.7 < pauses[0] < FIRST_PAUSE * 1.3
    assert all(later > earlier for earlier, later in zip(pauses[0:9:2], pauses[2:9:2], strict=False))
    assert all(pause <= LONGEST_PAUSE * 1.25 for pause in pauses)
    assert now - NOW > timedelta(days=2)  # a mail server may be away over a weekend


def test_a_job_that_keeps_failing_becomes_a_dead_letter_that_stays_visible(db: Database) -> None:
    promise(db)
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        fail(db, claimed(db, now=now), now=now)
        now = only_job(db).due_at
    dead = only_job(db)
    assert (dead.attempts, dead.problem, dead.done_at) == (MOST_ATTEMPTS, "TimeoutError", None)
    assert dead.dead_at is not None
    assert claim(db, now=now + timedelta(days=365)) is None


def test_one_dead_letter_stops_nothing_that_others_are_due(db: Database) -> None:
    promise(db, "hostile")
    job = claimed(db)
    with db.transaction() as session:
        session.get_one(Job, job.id).attempts = MOST_ATTEMPTS
    fail(db, job, now=NOW)
    promise(db, "harmless")
    assert claimed(db, now=NOW).kind == "harmless"


def test_a_worker_that_wakes_up_late_does_not_undo_what_another_did(db: Database) -> None:
    promise(db)
    slow = claimed(db)
    quick = claimed(db, worker="two", now=NOW + LEASE)
    with db.transaction() as session:
        outbox.done(session, quick.id, now=NOW + LEASE)
        session.get_one(Job, slow.id).attempts = MOST_ATTEMPTS
    fail(db, slow, now=NOW + 2 * LEASE)
    kept = only_job(db)
    assert kept.done_at == NOW + LEASE
    assert (kept.dead_at, kept.problem) == (None, None)


def test_a_very_long_problem_is_cut_and_not_lost(db: Database) -> None:
    promise(db)
    job = claimed(db)
    with db.transaction() as session:
        outbox.failed(session, job.id, problem="x" * 5000, now=NOW)
    assert only_job(db).problem == "x" * 500
