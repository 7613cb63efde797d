"""The benchmark of searching asks the same things of the same threads every time, and its sites can be used."""

from __future__ import annotations

import itertools

import pytest

from app.kernel.db import db
from app.people.models import Person
from app.people.passwords import is_right_password
from app.people.queries import find_by_address
from app.questions.models import Question
from tools.bench_search import fill
from tools.bench_search.queries import EACH, asked
from tools.bench_search.threads import ThreadWriter

THREADS = 60


@pytest.mark.pure
def test_threads_are_the_same_every_time_and_of_about_250_words():
    first, second = (list(ThreadWriter().threads(THREADS)) for _ in range(2))

    assert first == second
    assert [thread.id for thread in first] == list(range(1, THREADS + 1))
    words = [len(" ".join((thread.title, *thread.texts)).split()) for thread in first]
    assert 225 <= sum(words) / THREADS <= 275


@pytest.mark.pure
def test_searches_are_the_same_every_time_and_say_what_they_are():
    threads = list(ThreadWriter().threads(THREADS))
    first, second = asked(threads), asked(threads)

    assert first == second
    assert {len(some) for some in first.values()} == {EACH}
    for each in itertools.chain(*first.values()):
        assert each.query.wanted
        assert not each.query.remarks
    assert all(len(each.query.words) == 2 for each in first["two words"])
    assert all(each.query.phrases for each in first["phrase"])


def test_a_filled_site_has_people_who_can_sign_in_and_goes_on_counting(monkeypatch, app):
    monkeypatch.setattr("sys.argv", ["fill", "8"])
    monkeypatch.setattr(fill, "PEOPLE", 60)
    monkeypatch.setattr(fill, "create_app", lambda: app)

    fill.main()

    assert db.session.query(Question).count() == 8
    writers = [find_by_address(fill.address(number)) for number in range(fill.WRITERS)]
    assert all(is_right_password(fill.PASSWORD, writer.password) for writer in writers)
    assert db.session.query(Person).count() == 60 + fill.WRITERS
