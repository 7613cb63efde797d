"""Searches are counted by day and without people; what is told of them is never of today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError

from app.jobs.housekeeping import tidy
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import Busy
from app.questions.models import Visibility
from app.search import counts
from app.search.engines import site_index
from app.search.language import Query, parse
from app.search.models import SearchCount
from app.search.port import IndexUnavailable
from tests.search.conftest import catch_up
from tests.support.client import signed_in
from tests.support.factories import AccountFactory, PersonFactory, QuestionFactory

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(travel_to):
    travel_to(NOON)


def note(typed: str, found: int = 3, times: int = 1) -> None:
    with write():
        for _ in range(times):
            counts.note(parse(typed), found)


def counted() -> dict[tuple[date, str], tuple[int, int]]:
    rows = db.session.scalars(select(SearchCount))
    return {(row.day, row.words): (row.searches, row.found_nothing) for row in rows}


def count_on(days_ago: int, words: str, searches: int, found_nothing: int = 0) -> None:
    with write():
        row = SearchCount(day=TODAY - days_ago * DAY, words=words, searches=searches, found_nothing=found_nothing)
        db.session.add(row)


def test_words_and_phrases_are_counted_in_small_letters():
    note('Replication "Commit Barrier"')
    note("replication   “commit barrier”", found=0)

    assert counted() == {(TODAY, 'replication "commit barrier"'): (2, 1)}


def test_the_day_is_one_of_utc(travel_to):
    travel_to(datetime(2026, 3, 12, 23, 59, 59, tzinfo=UTC))
    note("replication")
    travel_to(datetime(2026, 3, 13, 0, 0, 0, tzinfo=UTC))
    note("replication")

    assert counted() == {(date(2026, 3, 12), "replication"): (1, 0), (date(2026, 3, 13), "replication"): (1, 0)}


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "tag:networking",
        "-snapshot",
        "replication tag:networking",
        "replication -snapshot",
        "replication after:2026-01-31",
        "mail from marta.keeper@oakridge.example",
        "who is @marta-k",
        "password=Winter2026harbour!",
        "host 81.2.69.142 does not answer",
        "mac 00:1b:44:11:3a:b7",
        "x" * 121,
        "İ" * 90,
    ],
)
def test_what_may_point_to_a_person_or_says_nothing_is_not_counted(typed):
    note(typed, found=0)

    assert counted() == {}


@pytest.mark.parametrize("typed", ["ora-01555", "0x80070005", "idrac9", "/etc/fstab", "--no-cache", "7.2.4"])
def test_codes_are_counted(typed):
    note(typed)

    assert counted() == {(TODAY, typed): (1, 0)}


def test_only_so_many_different_words_are_counted_in_a_day(monkeypatch):
    monkeypatch.setattr(counts, "MOST_WORDS_A_DAY", 2)
    count_on(1, "yesterday", 5)
    for typed in ("replication", "stalls", "barrier", "stalls"):
        note(typed)

    assert {words: number for (day, words), (number, _) in counted().items() if day == TODAY} == {
        "replication": 1,
        "stalls": 2,
    }


def test_nobody_stands_in_the_table():
    columns = inspect(SearchCount).columns

    assert {column.name for column in columns} == {"day", "words", "searches", "found_nothing"}
    assert not any(column.foreign_keys for column in columns)


def test_a_count_that_somebody_else_began_a_moment_before_is_added_to(monkeypatch):
    count_on(0, "replication", 1)
    real = counts._count
    # The first look finds no row, as it does where another transaction is about to write it.
    monkeypatch.setattr(counts, "_count", _blind_once(real))
    note("replication", found=0)

    assert counted() == {(TODAY, "replication"): (2, 1)}


def _blind_once(real):
    looks = iter([True])
    return lambda words, found: False if next(looks, False) else real(words, found)


class TestFoundNothing:
    def test_today_is_never_told_and_yesterday_is(self, travel_to):
        note("zzyzx", found=0, times=2)
        assert counts.found_nothing() == []

        travel_to(NOON.replace(hour=23, minute=59))
        assert counts.found_nothing() == []
        travel_to((NOON + DAY).replace(hour=0, minute=0))
        assert [(one.words, one.found_nothing, one.searches, one.last_day) for one in counts.found_nothing()] == [
            ("zzyzx", 2, 2, TODAY)
        ]

    def test_the_most_frequent_come_first_within_the_days_that_are_asked_for(self):
        count_on(28, "oldest that counts", 1, 1)
        count_on(29, "too old", 9, 9)
        for days_ago in (1, 2):
            count_on(days_ago, "again and again", 3, 2)
        count_on(1, "found", 5)

        assert [(one.words, one.found_nothing) for one in counts.found_nothing()] == [
            ("again and again", 4),
            ("oldest that counts", 1),
        ]
        assert [one.words for one in counts.found_nothing(days=7)] == ["again and again"]

    def test_what_is_found_since_is_missing_no_longer(self):
        count_on(5, "answered meanwhile", 4, 4)
        count_on(2, "answered meanwhile", 1, 0)
        count_on(2, "still now and then", 3, 1)

        assert [one.words for one in counts.found_nothing()] == ["still now and then"]


class TestTrending:
    def test_what_rose_most_beyond_chance_comes_first(self):
        for days_ago in range(8, 36):
            count_on(days_ago, "steady", 10)
            count_on(days_ago, "a little more", 1)
        for days_ago in range(1, 8):
            count_on(days_ago, "steady", 10)
            count_on(days_ago, "a little more", 2)
        count_on(1, "brand new", 4)
        count_on(7, "a rush", 30)
        count_on(8, "a rush", 12)

        assert [(one.words, one.lately, one.usually) for one in counts.trending()] == [
            ("a rush", 30, 3.0),
            ("brand new", 4, 0.0),
            ("a little more", 14, 7.0),
        ]

    def test_two_searches_are_chance_and_today_is_never_told(self):
        count_on(1, "twice", 2)
        count_on(0, "today", 50)

        assert counts.trending() == []

    def test_a_rise_is_measured_in_ordinary_scatters(self):
        assert counts.rise(3, 0) == 3
        assert counts.rise(35, 24) == pytest.approx(2.2)
        assert counts.rise(100, 100) == 0


def test_counts_are_kept_for_90_days():
    count_on(90, "kept", 1)
    count_on(91, "gone", 1)
    tidy()

    assert [words for _, words in counted()] == ["kept"]
    assert clock.now() == NOON


class TestThePage:
    """What is searched for on the page is counted once, after it was answered."""

    @pytest.fixture(autouse=True)
    def threads(self, index):
        QuestionFactory(title="Why does replication stall?")
        catch_up()

    def test_a_search_is_counted_and_not_its_pages_and_orders(self, client):
        for words in ("?q=Stall", "?q=stall&page=2", "?q=stall&sort=newest", "?q=stall+is:solved", "?q=", ""):
            assert client.get(f"/search{words}").status_code == 200
        client.head("/search?q=stall")

        assert counted() == {(TODAY, "stall"): (1, 0)}

    def test_what_finds_nothing_is_counted_as_such(self, client):
        client.get("/search?q=zzyzx")
        client.get("/search?q=zzyzx+stall")

        assert counted() == {(TODAY, "zzyzx"): (1, 1), (TODAY, "zzyzx stall"): (1, 1)}

    def test_the_words_of_what_somebody_finds_in_confidence_are_not_counted(self, app):
        company = AccountFactory(domains=["oakridge.example"])
        asker = PersonFactory(account=company)
        QuestionFactory(author=asker, title="Where does the quuxfjord end?", visibility=Visibility.COMPANY)
        catch_up()
        signed_in(app, asker).get("/search?q=quuxfjord")

        assert counted() == {}

    def test_without_an_index_nothing_is_counted(self, client, monkeypatch):
        monkeypatch.setattr(type(site_index()), "query", _no_index)
        client.get("/search?q=stall")

        assert counted() == {}

    @pytest.mark.parametrize(
        "error", [Busy("It is locked."), OperationalError("", {}, Exception())], ids=["busy", "gone"]
    )
    def test_the_page_is_answered_where_nothing_can_be_counted(self, client, monkeypatch, error):
        def fail(query: Query, found: int) -> None:
            raise error

        monkeypatch.setattr(counts, "note", fail)

        assert client.get("/search?q=stall").status_code == 200


def _no_index(*args, **options):
    raise IndexUnavailable("There is no index.")
