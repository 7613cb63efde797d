"""The worker's rounds."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.jobs import worker
from app.jobs.housekeeping import tidy
from app.jobs.worker import Task, work
from app.kernel import clock, heartbeat
from app.kernel.db import db, write
from app.people import letters, rates, sessions
from app.people.models import IdempotencyKey, Person, RateCount, StoredSession
from tests.support.factories import ExpertFactory, PersonFactory


def count(table):
    return db.session.query(table).count()


def test_a_fault_of_one_task_holds_up_none_of_the_others(caplog):
    stop = threading.Event()

    def fail():
        raise ValueError("a task of this test")

    work([Task("broken", fail), Task("last", stop.set)], stop)

    assert "a task failed" in caplog.text


def test_a_task_runs_when_it_is_due(monkeypatch):
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.01)
    stop, seldom, often = threading.Event(), [], []

    def note():
        often.append(1)
        if len(often) == 5:
            stop.set()

    work([Task("seldom", lambda: seldom.append(1), every=60), Task("often", note)], stop)

    assert (len(seldom), len(often)) == (1, 5)


def test_the_worker_says_that_it_lives(client, travel_to):
    travel_to(clock.now())
    assert client.get("/readyz").json == {"database": "ok", "worker": "late"}

    next(task for task in worker.tasks() if task.name == "heartbeat").run()
    assert client.get("/readyz").json == {"database": "ok", "worker": "ok"}

    travel_to(clock.now() + heartbeat.LATE_AFTER + timedelta(seconds=1))
    assert client.get("/readyz").json["worker"] == "late"


@pytest.mark.parametrize(
    ("factory", "idle"),
    [(None, sessions.IDLE_OF_GUESTS), (PersonFactory, sessions.IDLE), (ExpertFactory, sessions.IDLE_OF_STAFF)],
)
def test_sessions_that_are_over_are_dropped(travel_to, factory, idle):
    start = clock.now()
    travel_to(start)
    person = factory() if factory else None
    with write():
        kept = sessions.Kept(data="{}", person_key=person.fs_uniquifier if person else None)
        sessions.keep(sessions.new_id(), kept, sender=sessions.Sender(), is_new=True)

    travel_to(start + idle * 0.9)
    tidy()
    assert count(StoredSession) == 1
    travel_to(start + idle * 1.1)
    tidy()
    assert count(StoredSession) == 0


def test_old_counts_and_keys_are_dropped(travel_to):
    start = clock.now()
    person = PersonFactory()
    with write():
        db.session.add(RateCount(key="x", window_start=start, count=1))
        db.session.add(IdempotencyKey(person_id=person.id, key="x", used_at=start))

    tidy()
    assert (count(RateCount), count(IdempotencyKey)) == (1, 1)
    travel_to(start + rates.LONGEST_PERIOD + timedelta(hours=1))
    tidy()
    assert (count(RateCount), count(IdempotencyKey)) == (0, 1)
    travel_to(start + timedelta(days=8))
    tidy()
    assert (count(RateCount), count(IdempotencyKey)) == (0, 0)


def test_a_sign_up_that_nobody_confirms_is_let_go_after_a_week(travel_to):
    begun = clock.now()
    squatter, member = PersonFactory(confirmed=False).id, PersonFactory().id
    with write():
        letters.write_letter(db.session.get_one(Person, squatter), letters.LetterKind.CONFIRM)
    travel_to(begun + timedelta(days=6))
    tidy()
    assert people_left() == {squatter, member}

    travel_to(begun + timedelta(days=8))
    tidy()
    assert people_left() == {member}


def people_left():
    return set(db.session.scalars(select(Person.id)))
