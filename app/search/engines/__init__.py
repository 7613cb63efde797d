"""Which engine serves this site: what stands before the colon of SEARCH_URL."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from app.kernel.db import db
from app.kernel.settings import settings
from app.search.engines.fts5.index import Fts5Index
from app.search.engines.postgres.index import PostgresIndex
from app.search.engines.whoosh.index import WhooshIndex
from app.search.port import SearchIndex

ENGINES: dict[str, Callable[[str], SearchIndex]] = {
    "whoosh": lambda folder: WhooshIndex(Path(folder)),
    "fts5": lambda folder: Fts5Index(Path(folder)),
    "postgresql": lambda place: PostgresIndex(lambda: db.engine),
}


def site_index() -> SearchIndex:
    """The index of the running site, one object a process."""
    return _index_at(settings().search_url)


def opened_anew() -> SearchIndex:
    """The same index, by an object that has read nothing of it yet."""
    return _opened(settings().search_url)


@cache
def _index_at(url: str) -> SearchIndex:
    return _opened(url)


def _opened(url: str) -> SearchIndex:
    engine, _, place = url.partition(":")
    return ENGINES[engine](place)
