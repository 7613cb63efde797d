"""What the community relies on in every search engine. A new engine joins by a line in ENGINES."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.engines.fts5.index import Fts5Index
from app.search.engines.whoosh.index import WhooshIndex
from app.search.language import Fact, Term, parse
from app.search.port import IndexUnavailable, Removal, SearchIndex, Thread
from tests.search.engines import postgres_index

pytestmark = pytest.mark.pure

Index = Callable[[Path], SearchIndex]
ENGINES: dict[str, Callable[[pytest.FixtureRequest], Index]] = {
    "whoosh": lambda request: WhooshIndex,
    "fts5": lambda request: Fts5Index,
    "postgresql": postgres_index,
}
"""What makes an index that belongs to a folder; those of a server may ask for its fixture."""

NAUGHTY_STRINGS = Path(__file__).parents[3] / "shared/data/hostile/blns.json"

QUERY_SYNTAX = st.sampled_from(["w*", "[a TO b]", "?", "~2", "^9", "AND", "OR", "*", "title:x", "firmware"])

THREADS = [
    Thread(
        id=1,
        title="Replication stalls at 97 percent",
        body="The link is busy at night.",
        tags=("replication",),
        facts=("tag:replication",),
    ),
    Thread(
        id=2,
        title="The link is slow",
        body="A replication that stalls, stalls again.",
        tags=("networking", "c++"),
        facts=(
            "tag:networking",
            "tag:c++",
        ),
    ),
    Thread(
        id=3,
        title="Snapshots of a volume",
        body="The commit barrier takes long.",
        tags=("snapshots",),
        facts=("tag:snapshots",),
    ),
    Thread(
        id=4,
        title="Barrier commit or the other way round",
        body="C++ with node.js on /dev/sda1.",
        tags=("c#",),
        facts=("tag:c#",),
    ),
    Thread(
        id=5,
        title="Firmware 7.2.4 on the array",
        body="It says ORA-00942 after wi-fi was set up.",
        tags=("c++",),
        facts=("tag:c++",),
    ),
    Thread(id=6, title="Firmware 7.2.5 on the array", body="Seen in dev, gone on sda, C and a plus. 日本語"),
]


@pytest.fixture(scope="module", params=ENGINES)
def index_at(request: pytest.FixtureRequest) -> Index:
    """`index_at(folder)` is an index of each engine; there is nothing yet in a new folder."""
    return ENGINES[request.param](request)


@pytest.fixture(scope="module")
def index(index_at: Index, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """An index of THREADS that no test changes."""
    made = index_at(tmp_path_factory.mktemp("index"))
    made.rebuild(THREADS)
    return made


@pytest.fixture
def empty(index_at: Index, tmp_path: Path) -> SearchIndex:
    """An index with nothing in it, to write to."""
    made = index_at(tmp_path)
    made.rebuild([])
    return made


def found(index: SearchIndex, typed: str) -> set[int]:
    """Threads that match all that was typed."""
    hits = index.query(parse(typed))
    return set(hits.ids[: hits.complete])


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("replication stalls", {1, 2}),
        ("REPLICATE stalling", {1, 2}),
        ('"commit barrier"', {3}),
        ('"barrier commit"', {4}),
        ("stalls -networking", {1}),
        ("stalls -slow", {1}),
        ('barrier -"commit barrier"', {4}),
        ("tag:c++", {2, 5}),
        ("tag:c++ firmware", {5}),
        ("firmware -tag:c++", {6}),
        ("c++", {2, 4, 5}),
        ("c#", {4}),
        ("node.js", {4}),
        ("7.2.4", {5}),
        ("v7.2.4", {5}),
        ("/dev/sda1", {4}),
        ("/dev/sda", set()),
        ("ora-00942", {5}),
        ("wi-fi", {5}),
        ("日本", {6}),
        ("本日", set()),
        ("nothinglikethis", set()),
    ],
)
def test_what_is_found(index, typed, ids):
    assert found(index, typed) == ids


def test_a_word_in_the_title_counts_more(index):
    assert index.query(parse("replication")).ids == (1, 2)


def test_threads_with_some_of_the_words_follow_when_few_have_all(index):
    hits = index.query(parse("replication stalls night"))

    assert hits.ids[: hits.complete] == (1,)
    assert hits.ids == (1, 2)


def test_phrases_and_tags_are_never_given_up(index):
    assert index.query(parse('"commit barrier" firmware')).ids == ()
    assert index.query(parse("tag:snapshots firmware")).ids == ()


def test_tags_alone_give_the_newest_first(index):
    assert index.query(parse("tag:c++")).ids == (5, 2)


def test_no_more_than_asked_for_are_given_and_the_rest_is_said(empty):
    empty.apply([Thread(id=number, title="One of many", body="volume") for number in range(1, 31)])

    hits = empty.query(parse("volume"), limit=20)

    assert len(hits.ids) == hits.complete == 20
    assert hits.is_capped
    assert not empty.query(parse("volume"), limit=30).is_capped


def test_an_answer_without_time_is_marked_partial(index):
    assert index.query(parse("replication stalls"), seconds=0).is_partial
    assert not index.query(parse("replication stalls"), seconds=5).is_partial


def test_a_changed_thread_is_found_by_its_new_words_only(empty):
    empty.apply([Thread(id=1, title="Old title", body="tape")])
    empty.apply([Thread(id=1, title="New title", body="disk")])

    assert found(empty, "tape") == set()
    assert found(empty, "disk") == {1}
    assert empty.status().documents == 1


def test_a_removed_thread_is_gone_and_removing_it_again_does_no_harm(empty):
    empty.apply([Thread(id=1, title="One", body="tape"), Thread(id=11, title="Eleven", body="tape")])
    for _ in range(2):
        empty.apply([Removal(1)])

    assert found(empty, "tape") == {11}


def test_a_batch_can_be_repeated(empty):
    for _ in range(3):
        empty.apply([*THREADS, Removal(6)])

    assert empty.status().documents == 5
    assert found(empty, "replication stalls") == {1, 2}


def test_a_rebuild_replaces_everything(empty):
    empty.apply([Thread(id=1, title="Old", body="tape")])
    before = empty.status().build

    empty.rebuild([Thread(id=2, title="New", body="disk")])

    assert found(empty, "tape") == set()
    assert found(empty, "disk") == {2}
    assert empty.status().build != before


def test_a_rebuild_that_fails_changes_nothing(empty):
    empty.apply([Thread(id=1, title="Old", body="tape")])

    def broken() -> Iterator[Thread]:
        yield Thread(id=2, title="New", body="disk")
        raise KeyError("the database went away")

    with pytest.raises(KeyError):
        empty.rebuild(broken())

    assert found(empty, "tape") == {1}


def test_nothing_is_found_in_an_empty_index(empty):
    assert empty.query(parse("replication -tape tag:c++")).ids == ()
    assert empty.similar("replication") == ()
    assert empty.status().documents == 0


def test_similar_threads_share_telling_words(index):
    assert index.similar("My replication stalls while the link is busy", exclude=1)[0].id == 2
    assert 1 not in {hit.id for hit in index.similar(THREADS[0].title, THREADS[0].tags, exclude=1)}
    assert index.similar("nothinglikethis") == ()
    assert index.similar("") == ()


def test_status_tells_how_much_is_there(index):
    status = index.status()

    assert status.is_available
    assert status.documents == len(THREADS)
    assert status.size > 0
    assert status.built_at is not None


def test_before_the_first_build_there_is_no_index(index_at, tmp_path):
    index = index_at(tmp_path / "nowhere")

    assert not index.status().is_available
    with pytest.raises(IndexUnavailable):
        index.query(parse("replication"))
    with pytest.raises(IndexUnavailable):
        index.apply([Removal(1)])


@settings(deadline=None, max_examples=60)
@given(typed=st.text(max_size=220) | st.lists(QUERY_SYNTAX).map(" ".join))
def test_whatever_is_typed_is_searched_for(index, typed):
    hits = index.query(parse(typed))

    assert hits.complete <= len(hits.ids)
    assert len(set(hits.ids)) == len(hits.ids)


@settings(deadline=None, max_examples=30)
@given(text=st.text(max_size=400), title=st.text(max_size=80))
def test_whatever_is_written_can_be_indexed(index, text, title):
    index.similar(title + text)


LETTERS = st.sampled_from("pqrs")
TEXTS = st.lists(LETTERS, max_size=6).map(" ".join)
TAGS = st.lists(LETTERS, max_size=2, unique=True).map(tuple)
PHRASES = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join).map('"{}"'.format)
TERMS = st.tuples(st.sampled_from(["", "", "-"]), LETTERS | PHRASES | LETTERS.map("tag:{}".format)).map("".join)
QUERIES = st.lists(TERMS, min_size=1, max_size=4).map(" ".join)


def holds(thread: Thread, term: Term) -> bool:
    """What a term means, said as plainly as can be."""
    if isinstance(term, Fact):
        return term.token in thread.facts
    return any(f" {term.text} " in f" {part} " for part in (thread.title, *thread.tags, *thread.texts))


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(st.tuples(TEXTS, TAGS), min_size=1, max_size=8), typed=QUERIES)
def test_every_term_means_what_it_says(empty, written, typed):
    threads = [
        Thread(id=number, title="", body=text, tags=tags, facts=tuple(map("tag:{}".format, tags)))
        for number, (text, tags) in enumerate(written, 1)
    ]
    empty.rebuild(threads)
    query = parse(typed)

    expected = {
        thread.id
        for thread in threads
        if query.wanted
        and all(holds(thread, term) for term in query.wanted)
        and not any(holds(thread, term) for term in query.unwanted)
    }

    assert found(empty, typed) == expected


@pytest.mark.skipif(not NAUGHTY_STRINGS.exists(), reason="the collection of hostile strings is not on this machine")
def test_hostile_strings_are_indexed_and_found_again(index_at, tmp_path):
    strings = [text.encode("utf-8", "replace").decode() for text in json.loads(NAUGHTY_STRINGS.read_text())]
    index = index_at(tmp_path)
    index.rebuild(Thread(id=number, title=text, body=text, tags=(text,)) for number, text in enumerate(strings, 1))

    for number, text in enumerate(strings, 1):
        query = parse(f'"{text}"')
        if text.isprintable() and '"' not in text and query.wanted and not query.remarks:
            assert number in index.query(query, seconds=5).ids, text
