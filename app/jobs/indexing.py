"""Keeping the search index up with the database: batch by batch in the worker, or all of it at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from app.kernel.db import db, write
from app.kernel.settings import settings
from app.search import actions, dictionary, documents, index_progress
from app.search.engines import opened_anew, site_index
from app.search.engines.builds import NOT_BUILT, OTHER_LAYOUT
from app.search.language import parse
from app.search.port import Change, IndexBusy, IndexUnavailable, SearchIndex, Status, Thread

BATCH = 200
MOST_CHARACTERS = 1_000_000
"""Of text in one commit, so that the outbox has its turn again after a moment, however long the threads are."""

OUTAGE_SECONDS = 10.0
"""An index that does not answer for so long is lost; before, its server may be starting again."""

SWAP_SECONDS = 1.0
"""Within this time a rebuild that has swapped its build in also notes so."""

log = structlog.get_logger(__name__)
Report = Callable[[Iterator[Thread]], Iterable[Thread]]


def apply_pending(limit: int = BATCH) -> int:
    """Index the threads that have changed, in one commit; returns how many, 0 when there is nothing to do.

    The notes are settled after the index has the threads on its disk, so a crash in between only does the work twice.
    An index that is missing or broken is begun anew and filled from the database, batch by batch.
    """
    index = site_index()
    try:
        done = _apply_next(index, limit)
    except IndexBusy:
        return 0
    except IndexUnavailable as unavailable:
        return _begin_anew(index, limit, str(unavailable)) if _outage.is_lasting(str(unavailable)) else 0
    _outage.since = None
    return done


def rebuild(report: Report = iter) -> Status:
    """Make another index of the site from all threads, beside the live one, and let it take its place.

    The worker goes on meanwhile; what it adds to the live index comes into the new one after the swap. `report` is
    given the threads as they are read. Raises IndexBusy while somebody else writes.
    """
    index, run = site_index(), _Run()
    try:
        index.rebuild(report(run.threads()))
        status = index.status()
        run.finish(status.build)
    except BaseException:
        run.give_up()
        raise
    return status


def how_to_switch() -> str:
    """What to do on this machine where the engine advises another one: a sentence with the command."""
    own = settings()
    place = "postgresql:" if db.engine.dialect.name == "postgresql" else f"fts5:{own.instance / 'search.fts5'}"
    return (
        f"Here: stop the worker, run `SEARCH_URL={place} flask search rebuild`, then start web server and worker with "
        "that SEARCH_URL."
    )


@dataclass
class _Outage:
    """Since when the index does not answer this worker, by time.monotonic()."""

    since: float | None = None

    def is_lasting(self, problem: str) -> bool:
        """True where there is no use in waiting: there is no index, or it has not answered for long."""
        self.since = self.since or time.monotonic()
        return problem in {NOT_BUILT, OTHER_LAYOUT} or time.monotonic() - self.since >= OUTAGE_SECONDS


_outage = _Outage()


@dataclass
class _Run:
    """One rebuild. It begins with the first thread that is asked for, when the engine has its turn to write."""

    began_at: datetime | None = None
    noted: frozenset[int] = field(default_factory=frozenset)

    def threads(self) -> Iterator[Thread]:
        with write():
            self.began_at = actions.begin_rebuild()
        self.noted = index_progress.every_note()
        db.session.rollback()
        yield from documents.every_thread()

    def finish(self, build: str) -> None:
        if self.began_at:
            with write():
                actions.finish_rebuild(build, self.began_at, self.noted)

    def give_up(self) -> None:
        if self.began_at:
            with write():
                actions.give_up_rebuild(self.began_at)


def _apply_next(index: SearchIndex, limit: int) -> int:
    build = _follow_build(index)
    _try_failed_search()
    batch = index_progress.pending(limit)
    if not batch.notes:
        return _note_filled(build)
    changes = _within_limit(documents.changes(batch.question_ids))
    words = dictionary.words_in(changes)
    index.apply(changes)
    with write():
        actions.settle(batch.only(change.id for change in changes), build)
        dictionary.add_words(words)
    return len(changes)


def _begin_anew(index: SearchIndex, limit: int, problem: str) -> int:
    # On a first start there is none yet, which is no reason to worry anybody.
    tell = log.warning if index_progress.progress() else log.info
    tell("search index begun anew", problem=problem)
    try:
        index.rebuild(())
        done = _apply_next(index, limit)
    except IndexBusy:
        return 0  # Somebody is rebuilding it already.
    _outage.since = None
    return done


def _follow_build(index: SearchIndex) -> str:
    """The build of the index. Marks every thread when it is not the one that this database has filled.

    Raises IndexUnavailable.
    """
    status = index.status()
    if not status.is_available:
        raise IndexUnavailable(status.problem)
    if _is_known(status.build):
        return status.build
    if index_progress.rebuild_began_at() and _is_noted_soon(status.build):
        return status.build
    with write():
        actions.note_new_build(status.build)
    return status.build


def _is_noted_soon(build: str) -> bool:
    """A rebuild that swaps its build in notes so right afterwards."""
    db.session.rollback()
    time.sleep(SWAP_SECONDS)
    return _is_known(build)


def _is_known(build: str) -> bool:
    known = index_progress.progress()
    return known is not None and known.build == build


def _try_failed_search() -> None:
    """Try what failed for somebody; damage that `status` does not see shows up there. Raises IndexUnavailable."""
    known = index_progress.progress()
    if known is None or known.failed_query is None:
        return
    query = parse(known.failed_query)
    opened_anew().query(query)
    with write():
        actions.forget_failed_search()


def _within_limit(changes: list[Change]) -> list[Change]:
    """The first of them, at least one, that have MOST_CHARACTERS together."""
    room, kept = MOST_CHARACTERS, 0
    for change in changes:
        room -= sum(map(len, change.texts)) if isinstance(change, Thread) else 0
        if room < 0 and kept:
            break
        kept += 1
    return changes[:kept]


def _note_filled(build: str) -> int:
    if index_progress.is_filling():
        with write():
            actions.note_filled(build)
    return 0
