"""The embedded engine: its folder, its turns, and damage to its files."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest

from app.search.engines.whoosh.index import LAYOUT, WhooshIndex
from app.search.language import parse
from app.search.port import IndexBusy, IndexUnavailable, Thread

# Whoosh leaves it to Python to close the files that it could not read.
pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

TAPE = Thread(id=1, title="Tape", body="tape")
DISK = Thread(id=2, title="Disk", body="disk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    WhooshIndex(tmp_path).rebuild([TAPE])
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "builds").glob("*/*") if path.is_file()]


def test_another_process_sees_a_change_within_a_second(folder, monkeypatch):
    reader = WhooshIndex(folder)
    assert reader.query(parse("disk")).ids == ()

    WhooshIndex(folder).apply([DISK])
    monkeypatch.setattr("app.search.engines.whoosh.index.REFRESH_SECONDS", 0)

    assert reader.query(parse("disk")).ids == (2,)


def test_another_process_sees_a_rebuild(folder, monkeypatch):
    reader = WhooshIndex(folder)
    assert reader.query(parse("tape")).ids == (1,)

    WhooshIndex(folder).rebuild([DISK])
    monkeypatch.setattr("app.search.engines.whoosh.index.REFRESH_SECONDS", 0)

    assert reader.query(parse("tape")).ids == ()
    assert reader.query(parse("disk")).ids == (2,)


def test_only_the_newest_build_stays(folder):
    WhooshIndex(folder).rebuild([DISK])

    assert len(list((folder / "builds").iterdir())) == 1


def test_one_writes_at_a_time(folder):
    with WhooshIndex(folder)._builds.writing(), pytest.raises(IndexBusy):
        WhooshIndex(folder).apply([DISK])
    with WhooshIndex(folder)._builds._turn("making"), pytest.raises(IndexBusy):
        WhooshIndex(folder).rebuild([])

    WhooshIndex(folder).apply([DISK])


@pytest.mark.parametrize("damage", [b"", b"garbage" * 500])
def test_damaged_files_are_reported_and_a_rebuild_mends_them(folder, damage):
    running = WhooshIndex(folder)
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
    running = WhooshIndex(folder)
    running.query(parse("tape"))
    for path in files(folder):
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    running._look_again()

    for reader in (running, WhooshIndex(folder)):
        try:
            reader.query(parse("tape"))
        except IndexUnavailable:
            continue


def test_deleted_files_are_reported_once_they_are_looked_for(folder):
    running = WhooshIndex(folder)
    running.query(parse("tape"))
    for path in [*files(folder), folder / "current"]:
        path.unlink()
    running._look_again()

    with pytest.raises(IndexUnavailable):
        running.query(parse("tape"))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_writing_to_files_cut_short_says_that_the_index_is_broken(folder, share):
    for path in files(folder):
        if path.suffix == ".seg":
            path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    with pytest.raises(IndexUnavailable, match="flask search rebuild"):
        WhooshIndex(folder).apply([TAPE, DISK])


def test_a_full_disk_is_not_taken_for_damage(folder, monkeypatch):
    def full(self: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("whoosh.writing.SegmentWriter.commit", full)

    with pytest.raises(OSError, match="No space left"):
        WhooshIndex(folder).apply([DISK])


def test_a_site_that_has_outgrown_whoosh_is_told_where_to_go(folder, monkeypatch):
    assert WhooshIndex(folder).status().advice == ""
    monkeypatch.setattr("app.search.engines.whoosh.index.LARGEST_SITE", 0)

    advice = WhooshIndex(folder).status().advice

    assert "SEARCH_URL=fts5:" in advice
    assert "flask search rebuild" in advice
    assert "PostgreSQL" in advice


def test_what_is_deleted_again_and_again_does_not_pile_up(folder):
    index = WhooshIndex(folder)
    for number in range(60):
        index.apply([Thread(id=1 + number % 3, title="Tape", body=f"tape {number}")])

    assert index.status().documents == 3
    assert set(index.query(parse("tape")).ids) == {1, 2, 3}
    assert len(index._fresh_segments()) < 8


def test_a_build_of_another_release_is_not_read(folder):
    build = next((folder / "builds").iterdir())
    older = build.rename(build.with_name(build.name.replace(LAYOUT, "v0")))
    (folder / "current").write_text(older.name)

    with pytest.raises(IndexUnavailable, match="another release"):
        WhooshIndex(folder).query(parse("tape"))


def test_many_threads_can_search_while_one_writes(folder):
    index = WhooshIndex(folder)
    wrong: list[object] = []

    def search() -> None:
        for _ in range(40):
            index._look_again()
            if 1 not in index.query(parse("tape")).ids:
                wrong.append("tape")

    readers = [threading.Thread(target=search) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(10, 16):
        WhooshIndex(folder).apply([Thread(id=number, title="More", body="more tape")])
    for reader in readers:
        reader.join()

    assert wrong == []
