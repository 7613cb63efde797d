"""The engine inside PostgreSQL: its tables, its turns, its rights, and what must be quoted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from app.search.engines.layout import Contents
from app.search.engines.postgres import index as engine_index
from app.search.engines.postgres import tables
from app.search.engines.postgres.index import NO_POSTGRES, PostgresIndex
from app.search.engines.postgres.vector import LAST_POSITION, LONGEST_LEXEME, MOST_BYTES, lexeme, quoted, row
from app.search.language import Query, Word, parse
from app.search.port import IndexBusy, IndexUnavailable, Order, Removal, Thread
from app.search.words import exact_form
from tests.search.engines import empty_database
from tests.support.databases import plain_url

pytestmark = pytest.mark.pure

TAPE = Thread(id=1, title="Tape", body="tape")
DISK = Thread(id=2, title="Disk", body="disk")
HOSTILE = (
    "it's+",
    "back\\slash+",
    "\\'+",
    "'';drop+",
    "a:1A,2B+",
    "x&!(y|z)<->w+",
    "%s%(name)s+",
    "nul\x00byte+",
    "half\ud800character+",
    "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 60 + "+",
    "$$+",
    "¶is:solved",
    "日本+",
    "\u202eright-to-left+",
    "\x1b[31m+",
)


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """An empty database that belongs to one test."""
    return empty_database(request)


@pytest.fixture
def opened(url: str) -> Callable[..., PostgresIndex]:
    """`opened()` is the index as another process sees it; `opened(user="guest")` as somebody with fewer rights."""

    def open_index(user: str = "postgres") -> PostgresIndex:
        engine = engine_for(url.replace("postgres@", f"{user}@"))
        return PostgresIndex(lambda: engine)

    return open_index


@pytest.fixture
def index(opened: Callable[..., PostgresIndex]) -> PostgresIndex:
    """An index of one thread."""
    made = opened()
    made.rebuild([TAPE])
    return made


@pytest.fixture
def server(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection beside those of the index."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        yield connection


def engine_for(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def found(index: PostgresIndex, typed: str) -> tuple[int, ...]:
    hits = index.query(parse(typed))
    return hits.ids[: hits.complete]


def words_of(server: psycopg.Connection[Any]) -> dict[str, int]:
    """In how many threads each word stands, as the index says."""
    rows = server.execute(build_of(server).statement("SELECT word, threads FROM {lexemes} WHERE threads > 0"))
    return dict(rows.fetchall())


def build_of(server: psycopg.Connection[Any]) -> tables.Build:
    build = tables.current(server)
    assert build is not None
    return build


def table_names(server: psycopg.Connection[Any]) -> set[str]:
    rows = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'search'")
    return {name for (name,) in rows}


class TestBuilds:
    def test_reading_makes_nothing(self, opened, server):
        with pytest.raises(IndexUnavailable, match="no search index yet"):
            opened().query(parse("tape"))

        assert "flask search rebuild" in opened().status().problem
        assert server.execute("SELECT to_regnamespace('search')").fetchone() == (None,)

    def test_only_the_newest_build_stays(self, index, server):
        index.rebuild([DISK])

        build = build_of(server)
        assert table_names(server) == {"current", f"threads_{build.name}", f"lexemes_{build.name}"}

    def test_a_rebuild_clears_up_after_one_that_died(self, index, server):
        server.execute('CREATE TABLE search."threads_v1-20200101T000000-dead00" (id bigint)')

        index.rebuild([DISK])

        assert not any("dead00" in name for name in table_names(server))

    def test_a_rebuild_that_fails_leaves_no_tables(self, index, server):
        before = table_names(server)

        def broken() -> Iterator[Thread]:
            yield DISK
            raise KeyError("the database went away")

        with pytest.raises(KeyError):
            index.rebuild(broken())

        assert table_names(server) == before
        assert found(index, "tape") == (1,)

    def test_who_reads_while_builds_are_swapped_sees_one_or_the_other(self, index, opened):
        seen: list[tuple[int, ...]] = []
        stop = threading.Event()

        def read() -> None:
            reader = opened()
            while not stop.is_set():
                seen.append(reader.query(parse("tape OR disk")).ids)

        thread = threading.Thread(target=read)
        thread.start()
        try:
            for number in range(10):
                index.rebuild([DISK] if number % 2 else [TAPE])
        finally:
            stop.set()
            thread.join()

        assert set(seen) <= {(1,), (2,)}
        assert len(seen) > 10

    def test_a_reader_of_tables_that_are_taken_away_reads_the_new_ones(self, index, opened, monkeypatch):
        rebuilt = []

        class Late(engine_index.PostgresReader):
            """Somebody rebuilds just after it was said which tables to read."""

            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments)
                if not rebuilt:
                    rebuilt.append(True)
                    opened().rebuild([DISK])

        monkeypatch.setattr(engine_index, "PostgresReader", Late)

        assert found(index, "disk") == (2,)

    def test_an_index_of_another_release_is_not_read(self, index, server):
        server.execute("UPDATE search.current SET build = 'v0-20200101T000000-abcdef'")

        assert "another release" in index.status().problem
        index.rebuild([DISK])
        assert found(index, "disk") == (2,)


class TestTurns:
    def test_one_writes_at_a_time(self, index, server):
        server.execute("SELECT pg_advisory_lock(%s, %s)", [engine_index.LOCKS, engine_index.TO_CHANGE])

        with pytest.raises(IndexBusy):
            index.apply([DISK])

        assert found(index, "tape") == (1,)

    def test_who_rebuilds_refuses_another(self, index, opened):
        def threads() -> Iterator[Thread]:
            with pytest.raises(IndexBusy):
                opened().rebuild([])
            yield DISK

        index.rebuild(threads())

        assert found(index, "disk") == (2,)

    def test_the_live_index_is_written_to_during_a_rebuild(self, index, opened):
        seen = []

        def threads() -> Iterator[Thread]:
            opened().apply([DISK])
            seen.append(found(opened(), "disk"))
            yield TAPE

        index.rebuild(threads())

        assert seen == [(2,)]
        assert found(index, "disk") == ()

    def test_sixteen_write_and_nothing_is_lost(self, index, opened, server):
        threads = [Thread(id=number, title="One of many", body=f"number{number}") for number in range(10, 26)]

        def write(thread: Thread) -> None:
            writer = opened()
            while True:
                try:
                    return writer.apply([thread])
                except IndexBusy:
                    continue

        writers = [threading.Thread(target=write, args=[thread]) for thread in threads]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert index.status().documents == 17
        assert words_of(server)["mani"] == 16

    def test_the_turn_is_given_back_by_one_that_fails(self, index):
        with pytest.raises(AttributeError):
            index.apply([None])

        index.apply([DISK])
        assert found(index, "disk") == (2,)


class TestCounts:
    def test_changes_keep_them_as_a_rebuild_would(self, index, server):
        first = Thread(id=5, title="Tape jams", body="tape disk C++ PowerEdge", tags=("drives",), facts=("is:solved",))
        index.apply([DISK, first, Thread(id=6, title="Gone", body="soon")])
        index.apply([Thread(id=5, title="Tape hums", body="disk disk"), Removal(6), Removal(99)])
        kept, totals = words_of(server), build_of(server)

        index.rebuild([TAPE, DISK, Thread(id=5, title="Tape hums", body="disk disk")])

        assert words_of(server) == kept == {"tape": 2, "disk": 2, "hum": 1}
        assert (build_of(server).threads, build_of(server).length) == (totals.threads, totals.length) == (3, 12.0)

    def test_a_change_that_fails_changes_nothing(self, index, server, monkeypatch):
        monkeypatch.setattr("app.search.engines.postgres.changes.TOTALS", "SELECT no_such_function(%s, %s)")

        with pytest.raises(IndexUnavailable):
            index.apply([DISK])

        assert found(index, "disk") == ()
        assert words_of(server) == {"tape": 1}


class TestRights:
    @pytest.fixture
    def guest(self, server: psycopg.Connection[Any]) -> Iterator[str]:
        """A user of the database who may do nothing."""
        server.execute("DROP ROLE IF EXISTS guest")
        server.execute("CREATE ROLE guest LOGIN")
        yield "guest"
        server.execute("DROP OWNED BY guest CASCADE")
        server.execute("DROP ROLE guest")

    def test_who_may_not_make_the_schema_is_told_what_to_do(self, opened, guest):
        with pytest.raises(IndexUnavailable, match="CREATE SCHEMA search AUTHORIZATION"):
            opened(user=guest).rebuild([TAPE])

        assert "flask search rebuild" in opened(user=guest).status().problem

    def test_a_schema_that_an_administrator_made_is_used(self, opened, guest, server):
        server.execute("CREATE SCHEMA search AUTHORIZATION guest")

        opened(user=guest).rebuild([TAPE])

        assert found(opened(user=guest), "tape") == (1,)

    def test_who_may_not_read_is_told_what_to_do(self, index, opened, guest):
        assert "ALTER SCHEMA search OWNER" in opened(user=guest).status().problem
        with pytest.raises(IndexUnavailable, match="may not use the schema"):
            opened(user=guest).query(parse("tape"))


class TestDamage:
    @pytest.mark.parametrize(
        "statement",
        [
            "DROP SCHEMA search CASCADE",
            "DROP TABLE {threads}",
            "DROP TABLE {lexemes}",
            "ALTER TABLE {threads} DROP kept",
            "DELETE FROM search.current",
            "ALTER TABLE search.current DROP build",
            "UPDATE {threads} SET kept = 'garbage'",
        ],
    )
    def test_it_is_said_in_a_sentence_and_a_rebuild_heals_it(self, index, server, statement):
        server.execute(build_of(server).statement(statement))

        with pytest.raises(IndexUnavailable, match=r"^[A-Z].*\.$"):
            index.query(parse("tape"))

        index.rebuild([TAPE])
        assert found(index, "tape") == (1,)
        assert index.status().is_available

    def test_a_server_that_is_not_there(self):
        index = PostgresIndex(lambda: engine_for("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))

        assert "does not answer" in index.status().problem
        with pytest.raises(IndexUnavailable):
            index.query(parse("tape"))

    def test_another_database(self, tmp_path: Path):
        index = PostgresIndex(lambda: create_engine(f"sqlite:///{tmp_path / 'site.sqlite'}"))

        assert index.status().problem == NO_POSTGRES


class TestWords:
    def test_hostile_tokens_are_found(self, index):
        index.rebuild(Thread(id=number, title="", body=f"a {token} b") for number, token in enumerate(HOSTILE, 1))

        for number, token in enumerate(HOSTILE, 1):
            assert exact_form(token), token
            assert number in index.query(Query((Word(token),))).ids, token

    @pytest.mark.parametrize("token", HOSTILE, ids=range(len(HOSTILE)))
    def test_a_quoted_lexeme_is_one_lexeme(self, token, server):
        query = "SELECT tsvector_to_array(%s::tsvector), %s::tsquery::text"

        lexemes, asked = server.execute(query, [quoted(lexeme(token))] * 2).fetchone()

        assert lexemes == [lexeme(token)]
        assert asked == quoted(lexeme(token))
        assert len(lexeme(token).encode()) <= LONGEST_LEXEME

    def test_a_word_that_looks_like_a_fact_is_none(self, index):
        index.rebuild([Thread(id=1, title="fact is:solved", body="fact title"), Thread(id=2, title="Disk")])

        assert found(index, "is:solved") == ()

    def test_phrases_end_where_positions_end(self, index):
        filler = " ".join(f"w{number}" for number in range(LAST_POSITION + 10))
        index.rebuild([Thread(id=1, title="", body=f"near the beginning {filler} far behind")])

        assert found(index, '"near beginning"') == (1,)
        assert found(index, "far behind") == (1,)
        assert found(index, '"behind far"') == ()

    def test_a_thread_of_too_many_words_is_found_by_those_that_there_is_room_for(self, index):
        filler = " ".join(f"{number:060}x" for number in range(20_000))
        thread = Thread(id=1, title="Endless", body=filler, facts=("is:solved",))

        index.rebuild([thread])
        index.apply([thread])

        assert len(row(thread).vector) > MOST_BYTES
        assert found(index, "endless is:solved") == (1,)

    def test_a_common_phrase_is_looked_for_in_the_newest_first(self, index, monkeypatch):
        monkeypatch.setattr("app.search.engines.postgres.reader.MANY", 10)
        monkeypatch.setattr("app.search.engines.postgres.reader.LOOKED_AT_ONCE", 10)
        index.rebuild(
            Thread(id=number, title="", body="tape disk" if number % 10 == 0 else "disk tape", asked_on=number)
            for number in range(1, 201)
        )

        hits = index.query(parse('"tape disk"'), limit=5, order=Order.NEWEST)
        best = index.query(parse('"tape disk"'), limit=50, seconds=5)

        assert hits.ids == (200, 190, 180, 170, 160)
        assert hits.is_capped
        assert len(best.ids) == best.complete == 20
        assert not best.is_partial

    def test_of_too_many_the_likely_ones_are_ranked(self, index, monkeypatch):
        monkeypatch.setattr("app.search.engines.postgres.reader.MANY", 10)
        titles = {3: "tape disk", 5: "disk", 7: "tape"}
        index.rebuild(
            Thread(id=number, title=titles.get(number, "other"), body="tape disk", asked_on=number)
            for number in range(1, 101)
        )

        hits = index.query(parse("tape disk"), limit=10)

        assert hits.ids[:3] == (3, 7, 5)
        assert hits.ids[3:] == (100, 99, 98, 97, 96, 95, 94)
        assert hits.is_capped

    def test_what_is_kept_is_what_ranking_reads(self, index, server):
        kept = server.execute(build_of(server).statement("SELECT kept FROM {threads}")).fetchone()[0]

        assert Contents.unpacked(kept) == Contents.of(TAPE)
