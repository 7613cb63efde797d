"""Counting a search once it is answered, and telling of one that failed, so that nobody waits for that."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.db import write
from app.kernel.errors import Busy
from app.search import actions, counts, index_progress
from app.search.language import Query
from app.search.queries import Results

log = structlog.get_logger(__name__)


def count_afterwards(response: Response, found: Results) -> None:
    """Count a search once its response was sent. A count that cannot be kept is lost: it is worth no error.

    What somebody finds in confidence is not counted, for its words may be confidential.
    """
    query, number = found.query, found.answering
    if request.method != "GET" or found.is_partial or found.confidential or not counts.counted_words(query):
        return
    _once_sent(response, lambda: counts.note(query, number))


def report_afterwards(response: Response, query: Query) -> None:
    """Tell the worker of a search that met an index which cannot be read: it tries the search too."""
    if not index_progress.is_reported():
        _once_sent(response, lambda: actions.note_failed_search(str(query)))


def _once_sent(response: Response, note: Callable[[], None]) -> None:
    """The request is over by then, and its session with it."""
    site: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def keep() -> None:
        with site.app_context():
            try:
                with write():
                    note()
            except (Busy, SQLAlchemyError) as error:
                log.info("a search was not noted", error=type(error).__name__)

    response.call_on_close(keep)
