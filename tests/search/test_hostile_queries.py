"""What can be typed to make an engine work hard or trip: all of it ends, soon, with an answer that holds together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.search.engines import site_index
from app.search.language import MAX_CHARACTERS, MAX_TERMS, parse
from app.search.port import MOST_HITS, Hits, SearchIndex
from tests.search.engines import ENGINES
from tests.support.effort import ATTEMPTS
from tests.support.hostile import hostile_queries
from tools.bench_search.threads import ThreadWriter

COUNT = 500
THREADS = 300
COMMON = slice(0, 40)
LONGEST_SECONDS = 2.0
"""Of the clock, on a machine that does many other things too; an engine stops by itself after a quarter of a second."""

QUERIES = hostile_queries(ThreadWriter().writer.words[COMMON], COUNT)


@pytest.fixture(params=ENGINES)
def hostile_site(
    request: pytest.FixtureRequest, database_kind: str, app_with: Callable[..., Flask], tmp_path: Path
) -> Iterator[Flask]:
    """A site with an index of texts in which the words of the queries stand everywhere."""
    engine = ENGINES[request.param]
    if database_kind != (engine.needs or "sqlite"):
        pytest.skip(f"{engine.name} is asked on the other database")
    site = app_with(search_url=engine.url(tmp_path))
    with site.app_context():
        site_index().rebuild(ThreadWriter().threads(THREADS))
        yield site


@pytest.mark.pure
def test_they_are_five_hundred_different_ones():
    assert len(set(QUERIES)) == len(QUERIES) == COUNT


@pytest.mark.pure
def test_every_one_is_cut_to_what_a_search_may_have():
    for typed in QUERIES:
        query = parse(typed)
        assert len(query.wanted) + len(query.unwanted) <= MAX_TERMS
        assert len(" ".join(term.text for term in (*query.words, *query.phrases))) <= MAX_CHARACTERS


def test_every_one_ends_soon(hostile_site):
    index = site_index()

    slow = [typed for typed in QUERIES if not ends_soon(index, typed)]

    assert slow == []


def ends_soon(index: SearchIndex, typed: str) -> bool:
    """Asked again when it took long: then the machine was busy, or it takes long each time."""
    return any(timed(index, typed) <= LONGEST_SECONDS for _ in range(ATTEMPTS))


def timed(index: SearchIndex, typed: str) -> float:
    started = time.monotonic()
    hits = index.query(parse(typed))
    seconds = time.monotonic() - started
    assert_holds_together(hits, typed)
    return seconds


def assert_holds_together(hits: Hits, typed: str) -> None:
    assert len(hits.found) <= MOST_HITS, typed
    assert len(set(hits.ids)) == len(hits.ids), typed
    assert all(1 <= number <= THREADS for number in hits.ids), typed
    complete = [hit.is_complete for hit in hits.found]
    assert hits.is_mixed or complete == sorted(complete, reverse=True), typed


def test_the_page_answers_every_tenth(hostile_site):
    client = hostile_site.test_client()

    for typed in QUERIES[::10]:
        response = client.get("/search", query_string={"q": typed.encode("utf-8", "ignore").decode()})
        assert response.status_code == 200, typed
