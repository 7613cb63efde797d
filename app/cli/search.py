"""`flask search …`: the search index, which can be made anew from the database at any time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import click
from flask import Flask
from flask.cli import AppGroup

from app.kernel.db import db, write
from app.search import actions, documents, queries
from app.search.engines import site_index
from app.search.port import IndexBusy, Status, Thread

LARGE = 30_000
"""Threads from which a search in the embedded index may take longer than 50 ms of processor time."""

search_group = AppGroup("search", help="The search index.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(search_group)


@search_group.command("rebuild")
def rebuild() -> None:
    """Make the index anew, then let it take the place of the old one. The site keeps searching meanwhile."""
    started = time.monotonic()
    index, noted = site_index(), queries.pending().note_ids
    try:
        index.rebuild(_with_progress())
    except IndexBusy:
        raise click.ClickException("The worker is writing to the index. Try again in a moment.") from None
    status = index.status()
    with write():
        actions.clear(noted)
        actions.note_progress(status.build)
    click.echo(f"Indexed {status.documents:,} threads in {time.monotonic() - started:.1f} seconds.")


@search_group.command("status")
def status() -> None:
    """Say how the index is; exit 1 when nobody can search."""
    found = site_index().status()
    if not found.is_available:
        raise click.ClickException(found.problem)
    for line in _lines(found):
        click.echo(line)


def _with_progress() -> Iterator[Thread]:
    with click.progressbar(documents.every_thread(), length=documents.count(), label="Indexing") as threads:
        yield from threads


def _lines(found: Status) -> Iterator[str]:
    built = f"{found.built_at:%Y-%m-%d %H:%M} UTC" if found.built_at else "never"
    yield f"Threads:  {found.documents:,} of {documents.count():,}"
    yield f"Waiting:  {queries.pending_count():,}"
    yield f"Build:    {found.build}, made {built}, {found.size / 2**20:.1f} MB"
    known = queries.progress()
    if known is None or known.build != found.build:
        yield "This index was not filled from this database; the worker, or `flask search rebuild`, will see to it."
    if found.documents > LARGE:
        yield f"The embedded index is meant for up to {LARGE:,} threads; searches may be slow."
    db.session.rollback()
