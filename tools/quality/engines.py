"""The engines to be measured, in a folder and a cluster that are thrown away."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app import create_app
from app.config import read_settings
from app.search.engines import ENGINES
from app.search.port import SearchIndex
from tests.support.databases import PostgresDatabase
from tests.support.postgres import start_cluster, stop_cluster

PLACES = {"whoosh": "{folder}/whoosh", "fts5": "{folder}/fts5", "postgresql": ""}


@contextmanager
def opened(names: Sequence[str], folder: Path) -> Iterator[dict[str, SearchIndex]]:
    """The named engines, empty, within a site of their own. PostgreSQL is started if it is among them."""
    with ExitStack() as stack:
        environment = {
            "INSTANCE": str(folder),
            "SECRET_KEY": secrets.token_hex(32),
            "ADDRESS_KEY": secrets.token_hex(32),
        }
        if "postgresql" in names:
            cluster = start_cluster()
            stack.callback(stop_cluster, cluster)
            environment["DATABASE_URL"] = PostgresDatabase.create(cluster, "quality").url
        stack.enter_context(create_app(read_settings(environment, testing=True)).app_context())
        yield {name: ENGINES[name](PLACES[name].format(folder=folder)) for name in names}
