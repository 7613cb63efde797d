"""The engine in SQLite files: its builds, its turns, damage to its files, and what leaves them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.search.engines.fts5 import store
from app.search.engines.fts5.index import LAYOUT, Fts5Index
from app.search.language import parse
from app.search.port import IndexBusy, IndexUnavailable, Removal, Thread

pytestmark = pytest.mark.pure

TAPE = Thread(id=1, title="Tape", body="tape")
DISK = Thread(id=2, title="Disk", body="disk")
MOST_SEGMENTS = 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Fts5Index(tmp_path).rebuild([TAPE])
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "builds").glob("*/*") if path.is_file()]


def opened(folder: Path) -> sqlite3.Connection:
    return store.connected(next((folder / "builds").iterdir()))


def found(folder: Path, typed: str) -> tuple[int, ...]:
    return Fts5Index(folder).query(parse(typed)).ids


def test_another_process_sees_a_change_at_once(folder):
    reader = Fts5Index(folder)
    assert reader.query(parse("disk")).ids == ()

    Fts5Index(folder).apply([DISK])

    assert reader.query(parse("disk")).ids == (2,)


def test_another_process_sees_a_rebuild_at_once(folder):
    reader = Fts5Index(folder)
    assert reader.query(parse("tape")).ids == (1,)

    Fts5Index(folder).rebuild([DISK])

    assert reader.query(parse("tape")).ids == ()
    assert reader.query(parse("disk")).ids == (2,)
    assert len(list((folder / "builds").iterdir())) == 1


def test_the_live_build_is_written_to_while_another_is_made(folder):
    index = Fts5Index(folder)

    def threads() -> Iterator[Thread]:
        yield TAPE
        index.apply([DISK])
        assert index.query(parse("disk")).ids == (2,)
        with pytest.raises(IndexBusy):
            Fts5Index(folder).rebuild([])

    index.rebuild(threads())

    assert index.query(parse("tape")).ids == (1,)


def test_one_writes_at_a_time(folder):
    index = Fts5Index(folder)
    with index._builds.writing(), pytest.raises(IndexBusy):
        Fts5Index(folder).apply([DISK])

    Fts5Index(folder).apply([DISK])


def test_a_database_that_somebody_else_has_locked_is_busy(folder, monkeypatch):
    monkeypatch.setattr(store, "LOCK_WAIT_SECONDS", 0.0)
    other = opened(folder)
    other.execute("begin immediate")

    with pytest.raises(IndexBusy):
        Fts5Index(folder).apply([DISK])
    other.close()


@pytest.mark.parametrize("damage", [b"", b"garbage" * 500])
def test_damaged_files_are_reported_and_a_rebuild_mends_them(folder, damage):
    running = Fts5Index(folder)
    for path in files(folder):
        path.write_bytes(damage)

    with pytest.raises(IndexUnavailable):
        running.query(parse("tape"))
    with pytest.raises(IndexUnavailable):
        running.apply([DISK])
    assert "flask search rebuild" in running.status().problem

    running.rebuild([TAPE])
    assert running.query(parse("tape")).ids == (1,)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_files_cut_short_under_a_running_site_never_end_the_process(folder, share):
    running = Fts5Index(folder)
    running.query(parse("tape"))
    for path in files(folder):
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    for reader in (running, Fts5Index(folder)):
        try:
            reader.query(parse("tape"))
        except IndexUnavailable:
            continue


@pytest.mark.parametrize("held", [b"", b"garbage" * 500])
def test_no_process_depends_on_shared_memory_between_searches(folder, held):
    running = Fts5Index(folder)
    assert running.query(parse("tape")).ids == (1,)
    shared = next((folder / "builds").iterdir()) / f"{store.FILE}-shm"
    assert not shared.exists()

    shared.write_bytes(held)

    assert running.query(parse("tape")).ids == (1,)


def test_deleted_files_are_reported_at_once(folder):
    running = Fts5Index(folder)
    running.query(parse("tape"))
    for path in files(folder):
        path.unlink()

    with pytest.raises(IndexUnavailable):
        running.query(parse("tape"))


def test_a_build_of_another_release_is_not_read(folder):
    build = next((folder / "builds").iterdir())
    older = build.rename(build.with_name(build.name.replace(LAYOUT, "f0")))
    (folder / "current").write_text(older.name)

    with pytest.raises(IndexUnavailable, match="another release"):
        Fts5Index(folder).query(parse("tape"))


def test_a_sqlite_without_fts5_is_said_at_once(folder, monkeypatch):
    class Without:
        OperationalError = sqlite3.OperationalError
        sqlite_version = "3.60"

        @staticmethod
        def connect(_place: str) -> sqlite3.Connection:
            raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(store, "sqlite_module", lambda: Without)

    with pytest.raises(RuntimeError, match="needs a SQLite with FTS5"):
        Fts5Index(folder)


@pytest.mark.parametrize("change", [Removal(2), DISK])
def test_words_that_were_taken_out_leave_the_files(folder, change):
    secret = replace(DISK, title="Disk zyxwvut", body="mnbvcxz /etc/zyxwvut.conf", facts=("tag:lkjhgf",))
    index = Fts5Index(folder)
    index.apply([secret, *(replace(TAPE, id=number, title=f"Tape {number}") for number in range(3, 30))])
    assert index.query(parse("mnbvcxz")).ids == (2,)

    index.apply([change])

    held = b"".join(path.read_bytes() for path in files(folder))
    assert not [word for word in (b"zyxwvut", b"mnbvcxz", b"lkjhgf") if word in held]
    assert index.query(parse("mnbvcxz")).ids == ()


def test_what_is_counted_agrees_with_what_is_there_after_many_changes(folder):
    index = Fts5Index(folder)
    for number in range(120):
        long = replace(
            TAPE, id=number % 7, body=f"tape word{number % 5} " * (1 + number % 3 * 900), asked_on=number % 11
        )
        index.apply([Removal(number % 7) if number % 10 == 9 else long])

    connection = opened(folder)
    connection.execute("insert into words(words) values('integrity-check')")
    connection.execute("create virtual table temp.vocabulary using fts5vocab(main, words, row)")
    there = dict(connection.execute("select term, doc from vocabulary where term < ?", ("\ue000",)))
    there.pop("¶", None)
    assert dict(connection.execute("select token, threads from token")) == there
    totals = connection.execute("select threads, length from total").fetchone()
    assert totals == pytest.approx(connection.execute("select count(*), total(length) from thread").fetchone())


def test_many_commits_leave_few_segments_to_read(folder):
    index = Fts5Index(folder)
    for number in range(100):
        index.apply([Thread(id=number, title="Tape", body=f"word{number}")])

    segments = opened(folder).execute("select count(distinct segid) from words_idx").fetchone()[0]
    assert segments < MOST_SEGMENTS


def test_a_text_that_looks_like_a_fact_is_none(folder):
    Fts5Index(folder).apply([replace(DISK, body="\ue000tag:tape \ue001tape tag:tape facts:x", facts=("tag:disk",))])

    assert found(folder, "tag:tape") == ()
    assert found(folder, "tag:disk") == (2,)


def test_other_tokens_stand_beside_nothing(folder):
    Fts5Index(folder).apply([replace(DISK, body="PowerEdge and iDRAC9")])

    assert found(folder, '"edge idrac"') == ()
    assert found(folder, "edge idrac") == (2,)


def test_where_many_match_those_with_the_words_in_the_title_come_first(folder, monkeypatch):
    monkeypatch.setattr("app.search.engines.fts5.reader.FEW_ENOUGH", 40)
    many = [Thread(id=number, title="Other", body="tape drive", asked_on=number) for number in range(10, 90)]
    many[5] = replace(many[5], title="Tape drive")
    many[7] = replace(many[7], title="Tape")
    index = Fts5Index(folder)
    index.rebuild(many)

    hits = index.query(parse("tape drive"), limit=50)

    assert hits.ids[0] == many[5].id
    assert many[7].id in hits.ids
    assert hits.is_capped
    assert len(set(hits.ids)) == 50


def test_many_threads_can_search_while_one_writes(folder):
    index = Fts5Index(folder)
    wrong: list[object] = []

    def search() -> None:
        answers = (index.query(parse("tape"), seconds=5).ids for _ in range(40))
        wrong.extend(ids for ids in answers if 1 not in ids)

    readers = [threading.Thread(target=search) for _ in range(6)]
    for reader in readers:
        reader.start()
    for number in range(10, 16):
        Fts5Index(folder).apply([Thread(id=number, title="More", body="more tape")])
    for reader in readers:
        reader.join()

    assert wrong == []
