"""Counting tries."""

import threading
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import write
from app.people.rates import Rate, forget, take

RATE = Rate("tries of this test", 3, timedelta(minutes=10))


@pytest.fixture(autouse=True)
def limited(app_with):
    site = app_with(rate_limits=True)
    with site.app_context():
        yield site


def try_once(who="marta", rate=RATE):
    with write():
        return take(rate, who)


def test_so_many_and_no_more():
    assert [try_once() for _ in range(3)] == [0, 0, 0]
    assert 0 < try_once() <= 600
    assert try_once("somebody else") == 0


def test_any_ten_minutes_count_not_those_of_the_clock(travel_to):
    start = clock.now().replace(minute=9, second=50, microsecond=0)
    travel_to(start)
    for _ in range(3):
        try_once()

    travel_to(start + timedelta(seconds=30))
    assert try_once() > 0


def test_refused_tries_do_not_prolong_the_wait(travel_to):
    start = clock.now()
    travel_to(start)
    for _ in range(3):
        try_once()
    for minute in range(1, 9):
        travel_to(start + timedelta(minutes=minute))
        assert try_once() > 0

    travel_to(start + timedelta(minutes=10, seconds=1))
    assert try_once() == 0


def test_tries_at_the_same_moment_are_all_counted(limited):
    faults, waits, start = [], [], threading.Barrier(8)

    def hurry():
        with limited.app_context():
            start.wait()
            try:
                waits.append(try_once())
            except Exception as fault:  # noqa: BLE001 - whatever goes wrong is what the test looks for
                faults.append(fault)

    threads = [threading.Thread(target=hurry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert sorted(wait > 0 for wait in waits) == [False] * 3 + [True] * 5


def test_what_is_forgotten_is_not_counted():
    for _ in range(3):
        try_once()
    with write():
        forget(RATE, "marta")

    assert try_once() == 0
