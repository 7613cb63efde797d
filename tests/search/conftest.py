"""A search index that belongs to one test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.jobs.indexing import apply_pending
from app.kernel.events import deliver_pending
from app.kernel.settings import settings
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
