"""Keeping the search index up with the database. Only the worker does, and `flask search rebuild`, in turns."""

from __future__ import annotations

import structlog

from app.kernel.db import write
from app.kernel.settings import settings
from app.search import actions, documents, queries
from app.search.engines import site_index
from app.search.port import IndexBusy, IndexUnavailable, SearchIndex

BATCH = 200

log = structlog.get_logger(__name__)


def apply_pending(limit: int = BATCH) -> int:
    """Index the threads that have changed, in one commit; returns how many, 0 when there is nothing to do.

    The notes are cleared after the index has the threads on its disk, so a crash in between only does the work twice.
    An index that is missing or broken is started anew and filled from the database, batch by batch.
    """
    index = site_index()
    try:
        return _apply_next(index, limit)
    except IndexBusy:
        return 0
    except IndexUnavailable as unavailable:
        # On a first start there is none yet, which is no reason to worry anybody.
        tell = log.warning if settings().search_path.exists() else log.info
        tell("search index started anew", problem=str(unavailable))
    try:
        index.rebuild(())
        return _apply_next(index, limit)
    except IndexBusy:
        return 0  # Somebody is rebuilding it already.


def _apply_next(index: SearchIndex, limit: int) -> int:
    build = _follow_build(index)
    batch = queries.pending(limit)
    if not batch.note_ids:
        return 0
    index.apply(documents.changes(batch.question_ids))
    with write():
        actions.clear(batch.note_ids)
        actions.note_progress(build)
    return len(batch.question_ids)


def _follow_build(index: SearchIndex) -> str:
    """The build of the index. Marks every thread when it is not the one that this database has filled.

    Raises IndexUnavailable.
    """
    status = index.status()
    if not status.is_available:
        raise IndexUnavailable(status.problem)
    known = queries.progress()
    if known is None or known.build != status.build:
        with write():
            actions.mark_all_threads()
            actions.note_progress(status.build)
    return status.build
