"""Deleting files that nobody needs."""

from __future__ import annotations

from itertools import islice

from app.kernel import clock
from app.kernel.db import write
from app.kernel.files import FileStore, file_store
from app.kernel.settings import settings
from app.posts.sweeping import UNNAMED_FOR, forget_unused, unknown_among

BATCH = 500


def sweep_files() -> None:
    """Forget uploads that nobody published, then delete what no row names any more."""
    store = file_store(settings().files_url)
    with write():
        gone = forget_unused(clock.now())
    for name in gone:
        store.delete(name)
    _sweep_leftovers(store)


def _sweep_leftovers(store: FileStore) -> None:
    """Files whose row was never written, or whose deletion was interrupted."""
    latest = clock.now() - UNNAMED_FOR
    old = (found.name for found in store if found.stored_at < latest)
    while batch := list(islice(old, BATCH)):
        for name in unknown_among(batch):
            store.delete(name)
