"""A search index that belongs to one test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.jobs.indexing import apply_pending
from app.kernel.events import deliver_pending
from app.kernel.settings import settings
from app.search import engines
from app.search.engines import site_index
from app.search.port import SearchIndex


def index_folder() -> Path:
    """Where the site of the tests keeps its index."""
    return Path(settings().search_url.partition(":")[2])


def catch_up() -> None:
    """Do what the worker does until there is nothing left to do."""
    deliver_pending()
    while apply_pending():
        pass


@pytest.fixture
def once_indexed(once: Callable[[Callable[[], Any]], Any]) -> Callable[[Callable[[], Any]], Any]:
    """`once_indexed(make)` is `once(make)` where `make` fills the site's index too: its files are brought back."""

    def bring(make: Callable[[], Any]) -> Any:
        facts, files = once(_with_files(make))
        shutil.rmtree(index_folder())
        shutil.copytree(files, index_folder())
        # What was read of an index that is gone is not to be believed.
        engines._index_at.cache_clear()
        return facts

    return bring


@cache
def _with_files(make: Callable[[], Any]) -> Callable[[], tuple[Any, Path]]:
    """`make`, and a folder with what the index holds then; it may be asked for each database."""

    def made() -> tuple[Any, Path]:
        facts = make()
        files = index_folder().with_name(f"index of {make.__module__}.{make.__qualname__}")
        shutil.rmtree(files, ignore_errors=True)
        shutil.copytree(index_folder(), files)
        return facts, files

    return made


@pytest.fixture(autouse=True)
def _without_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken index is begun anew at once: no test waits for a server to come back."""
    monkeypatch.setattr("app.jobs.indexing.OUTAGE_SECONDS", 0.0)


@pytest.fixture
def index() -> SearchIndex:
    """The site's index, with nothing in it."""
    shutil.rmtree(index_folder(), ignore_errors=True)
    made = site_index()
    made.rebuild(())
    return made
