"""What the community relies on in every search engine. A new engine joins by a line in INDEXES."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.engines.clauses import LONG
from app.search.language import Day, Fact, Phrase, Query, Term, Word, parse
from app.search.port import FEW, IndexUnavailable, Order, Removal, SearchIndex, Thread
from tests.search.engines import INDEXES

pytestmark = pytest.mark.pure

Index = Callable[[Path], SearchIndex]
Maker = Callable[[pytest.FixtureRequest], Index]
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


@pytest.fixture(scope="module", params=INDEXES)
def maker(request: pytest.FixtureRequest) -> Maker:
    """What makes indexes of each engine, for a test or for a module."""
    return INDEXES[request.param]


@pytest.fixture
def index_at(maker: Maker, request: pytest.FixtureRequest) -> Index:
    """`index_at(folder)` is an index of each engine; there is nothing yet in a new folder."""
    return maker(request)


@pytest.fixture(scope="module")
def index(
    maker: Maker,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> SearchIndex:
    """An index of THREADS that no test changes."""
    made = maker(request)(tmp_path_factory.mktemp("index"))
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
    return found_by(index, parse(typed))


def found_by(index: SearchIndex, query: Query) -> set[int]:
    """Threads that have all that is wanted."""
    hits = index.query(query)
    return set(hits.ids[: hits.complete])


def _is_fact(term: Term) -> bool:
    return isinstance(term, Fact)


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
    assert index.query(parse('"commit barrier" firmware')).ids == (3,)
    assert index.query(parse('"barrier takes" firmware array')).ids == (3,)
    assert index.query(parse('"takes barrier" firmware')).ids == ()
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


ASKED = date(2026, 3, 1)

DESK = [
    Thread(
        id=11,
        title="Oracle says ORA-01555 during the backup",
        body="Also 0x80070005 once. See /etc/fstab and run it with --no-cache.",
        answers=("Raise undo_retention; firmware 7.2.4p1 behaves.",),
        facts=("tag:backup", "author:5", "is:solved", "type:question", "type:answer", "product:halyard-400"),
        asked_on=ASKED.toordinal(),
    ),
    Thread(
        id=12,
        title="iDRAC9 forgets its address",
        body="A PowerEdge R740 in the rack loses the network of its controller.",
        facts=("tag:management", "author:5", "author:7", "type:question", "is:unanswered"),
        asked_on=(ASKED + timedelta(days=1)).toordinal(),
    ),
    Thread(
        id=13,
        title="The backup of the array is slow",
        body="It was fast with the old firmware, in the rack next door.",
        facts=("tag:backup", "author:7", "type:question", "type:answer", "is:expert"),
        asked_on=(ASKED + timedelta(days=2)).toordinal(),
    ),
    # Asked before the others, and moved here later: ids do not say what is newer.
    Thread(
        id=14,
        title="Restore of a LUN",
        body="The backup is there, the volume is not.",
        facts=("tag:restore", "type:question"),
        asked_on=(ASKED - timedelta(days=9)).toordinal(),
    ),
]


@pytest.fixture(scope="module")
def desk(
    maker: Maker,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> SearchIndex:
    """An index of DESK that no test changes."""
    made = maker(request)(tmp_path_factory.mktemp("desk"))
    made.rebuild(DESK)
    return made


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("ORA-01555", {11}),
        ("ora-01555", {11}),
        ("ORA-0155", set()),
        ("0x80070005", {11}),
        ("iDRAC9", {12}),
        ("idrac", {12}),
        ("/etc/fstab", {11}),
        ("fstab", {11}),
        ("--no-cache", {11}),
        ("7.2.4p1", {11}),
        ("7.2.4", {11}),
        ("7.2", set()),
        ("undo_retention", {11}),
        ("power edge", {12}),
        ("poweredge", {12}),
        ("R740", {12}),
    ],
)
def test_code_like_words_are_found_as_they_are_written(desk, typed, ids):
    assert found(desk, typed) == ids


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("is:solved", {11}),
        ("author:@5", {11, 12}),
        ("author:@5 author:@7", {12}),
        ("type:question -is:solved", {12, 13, 14}),
        ("backup -tag:backup", {14}),
        ("rack -is:expert -is:solved", {12}),
        ("backup is:expert", {13}),
        ("is:unanswered -type:question", set()),
        ("product:halyard-400", {11}),
        ("tag:nosuchtopic", set()),
        ("type:idea", set()),
        ("after:2026-03-01", {11, 12, 13}),
        ("after:2026-03-02", {12, 13}),
        ("before:2026-03-01", {11, 14}),
        ("before:2026-02", {14}),
        ("after:2026-03-01 before:2026-03-02", {11, 12}),
        ("after:2026-03-04", set()),
        ("-after:2026-03-02", {11, 14}),
        ("backup after:2026-03-01 before:2026-03-02", {11}),
        ("backup after:2026 -is:solved", {13, 14}),
        ("before:1900", set()),
        ("after:1900 restore", {14}),
    ],
)
def test_filters_hold(desk, typed, ids):
    assert found_by(desk, as_looked_up(parse(typed))) == ids


def as_looked_up(query: Query) -> Query:
    """Facts with the key that the database gives them: here a handle is the number of its person."""
    keyed = {
        fact: replace(fact, key=fact.value.lstrip("@")) for fact in (*query.wanted, *query.unwanted) if _is_fact(fact)
    }
    return replace(
        query,
        wanted=tuple(keyed.get(term, term) for term in query.wanted),
        unwanted=tuple(keyed.get(term, term) for term in query.unwanted),
    )


def test_what_is_not_looked_up_matches_nothing(desk):
    assert found(desk, "author:@sanfox") == set()


def test_filters_alone_give_the_newest_by_day_first(desk):
    assert desk.query(parse("type:question")).ids == (13, 12, 11, 14)
    assert desk.query(parse("before:2026-03-02")).ids == (12, 11, 14)
    assert desk.query(parse("type:question"), limit=2).ids == (13, 12)
    assert desk.query(parse("type:question"), limit=2).is_capped


def test_the_newest_come_first_when_they_are_asked_for(desk):
    assert desk.query(parse("backup"), order=Order.NEWEST).ids == (13, 11, 14)
    assert desk.query(parse("backup"), order=Order.NEWEST, limit=1).ids == (13,)


def test_of_one_day_the_newer_is_the_one_with_the_greater_id(empty):
    empty.apply([Thread(id=number, title="Tape", asked_on=ASKED.toordinal()) for number in (3, 1, 2)])

    assert empty.query(parse("before:2027")).ids == (3, 2, 1)
    assert empty.query(parse("tape"), order=Order.NEWEST).ids == (3, 2, 1)


def test_other_words_for_the_same_are_found_and_count_less(empty):
    empty.apply(
        [
            Thread(id=1, title="The LUN is gone", body="since noon"),
            Thread(id=2, title="The volume is gone", body="since noon"),
            Thread(id=3, title="The logical unit is gone", body="since noon"),
            Thread(id=4, title="The unit is not logical", body="since noon"),
        ]
    )
    query = Query(wanted=(Word("lun", also=("volume", "logical-unit")), Word("gone")))

    hits = empty.query(query)

    assert hits.ids[0] == 1
    assert set(hits.ids[: hits.complete]) == {1, 2, 3}
    assert found_by(empty, Query(wanted=(Word("noon"),), unwanted=(Word("lun", also=("volume",)),))) == {3, 4}


def test_a_description_gives_what_fits_best_complete_or_not(empty):
    """A thread that has every word once is not better than one that is about nearly all of them."""
    others = [
        Thread(id=number, title=f"Something else {number}", body="nothing of the kind") for number in range(1, 30)
    ]
    about = Thread(id=50, title="Snapshot schedule fails with timeout", body="snapshot schedule timeout " * 4)
    aside = Thread(
        id=51,
        title="A long list",
        body=" ".join(f"word{n}" for n in range(400)) + " snapshot schedule fails with timeout nightly",
    )
    empty.apply([*others, about, aside])

    hits = empty.query(parse("snapshot schedule fails timeout nightly"))

    assert hits.is_mixed
    assert hits.ids[:2] == (50, 51)
    assert [hit.is_complete for hit in hits.found[:2]] == [False, True]
    assert not empty.query(parse("snapshot schedule")).is_mixed


def test_threads_with_some_of_the_words_keep_to_filters_and_to_what_is_unwanted(empty):
    empty.apply(
        [
            Thread(id=1, title="tape", facts=("is:solved",), asked_on=10),
            Thread(id=2, title="tape robot", facts=("is:solved",), asked_on=10),
            Thread(id=3, title="tape jam", asked_on=10),
            Thread(id=4, title="tape dust", facts=("is:solved",), asked_on=99),
        ]
    )
    query = parse("tape library is:solved -robot")

    assert set(empty.query(query).ids) == {1, 4}
    assert empty.query(replace(query, wanted=(*query.wanted, Day("before", date.fromordinal(50))))).ids == (1,)


def test_those_with_some_of_the_words_follow_only_where_few_have_all(empty):
    empty.apply([Thread(id=number, title="tape robot") for number in range(1, FEW)] + [Thread(id=90, title="tape")])
    assert set(empty.query(parse("tape robot")).ids) == {*range(1, FEW), 90}

    empty.apply([Thread(id=FEW, title="tape robot")])
    assert set(empty.query(parse("tape robot")).ids) == set(range(1, FEW + 1))


def test_a_word_far_behind_in_a_long_thread_is_found_and_a_phrase_as_well(empty):
    long = " ".join(f"w{number}" for number in range(3_000))
    empty.apply(
        [Thread(id=1, title="Log", body=f"{long} hollow barrel"), Thread(id=2, title="Log", body="barrel hollow")]
    )

    assert found(empty, "hollow") == {1, 2}
    assert found(empty, '"hollow barrel"') == {1}
    assert found(empty, 'hollow -"hollow barrel"') == {2}


def test_no_phrase_runs_from_one_text_into_the_next(empty):
    empty.apply([Thread(id=1, title="hollow", body="barrel", answers=("tape", "robot"), comments=("left", "right"))])

    for phrase in ("hollow barrel", "barrel tape", "tape robot", "robot left", "left right"):
        assert found(empty, f'"{phrase}"') == set()


def test_what_was_removed_or_changed_stays_gone_from_filters_and_days(empty):
    thread = Thread(id=1, title="tape", facts=("is:unanswered",), asked_on=ASKED.toordinal())
    empty.apply([thread, replace(thread, id=2)])
    empty.apply([replace(thread, facts=("is:solved",)), Removal(2)])

    assert found(empty, "is:unanswered") == set()
    assert found(empty, "is:solved") == {1}
    assert found(empty, "after:2026") == {1}
    assert found(empty, "tape") == {1}
    assert [hit.id for hit in empty.similar("tape")] == [1]


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
DAYS = st.integers(1, 6)
DAY_TERMS = st.tuples(st.sampled_from(["after", "before"]), DAYS).map(lambda day: f"{day[0]}:2026-01-0{day[1]}")
FACTS = LETTERS.map("tag:{}".format) | st.sampled_from(["is:solved", "is:expert"])
TERMS = st.tuples(st.sampled_from(["", "", "-"]), LETTERS | PHRASES | FACTS | DAY_TERMS).map("".join)
STATES = st.lists(st.sampled_from(["is:solved", "is:expert"]), unique=True)
WRITTEN = st.tuples(TEXTS, TAGS, STATES, DAYS)
QUERIES = st.lists(TERMS, min_size=1, max_size=4).map(" ".join)


def holds(thread: Thread, term: Term) -> bool:
    """What a term means, said as plainly as can be."""
    if isinstance(term, Fact):
        return term.token in thread.facts
    if isinstance(term, Day):
        asked, day = thread.asked_on, term.day.toordinal()
        return asked >= day if term.kind == "after" else asked <= day
    return any(f" {term.text} " in f" {part} " for part in (thread.title, *thread.tags, *thread.texts))


def demanded(query: Query) -> list[Term]:
    """What a complete thread has: in the description of a problem, words in quotation marks may stand apart."""
    if len(query.words) < LONG:
        return list(query.wanted)
    apart = [Word(word) for phrase in query.phrases for word in phrase.text.split()]
    return [*apart, *(term for term in query.wanted if not isinstance(term, Phrase))]


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(WRITTEN, min_size=1, max_size=8), typed=QUERIES)
def test_every_term_means_what_it_says(empty, written, typed):
    threads = [
        Thread(
            id=number,
            title="",
            body=text,
            tags=tags,
            facts=(*map("tag:{}".format, tags), *states),
            asked_on=date(2026, 1, day).toordinal(),
        )
        for number, (text, tags, states, day) in enumerate(written, 1)
    ]
    empty.rebuild(threads)
    query = parse(typed)

    expected = {
        thread.id
        for thread in threads
        if query.wanted
        and all(holds(thread, term) for term in demanded(query))
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
