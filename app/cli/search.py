"""`flask search …`: the search index, which can be made anew from the database at any time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator

import click
from flask import Flask
from flask.cli import AppGroup

from app.jobs import indexing
from app.kernel import heartbeat
from app.kernel.db import db
from app.kernel.settings import settings
from app.search import documents, index_progress
from app.search.engines import site_index
from app.search.port import IndexBusy, IndexUnavailable, Status, Thread

PATIENCE_SECONDS = 15.0
"""The worker writes for a moment only; a rebuild waits for it so long."""

LINE_EVERY = 5.0
"""Seconds between two lines where the output is no terminal."""

ANOTHER = "Another rebuild runs since {since:%Y-%m-%d %H:%M} UTC. Nothing was changed: let it finish."
TAKEN = "Somebody else is writing to the index. Nothing was changed. Try again in a moment."
WORKER = "worker"

search_group = AppGroup("search", help="The search index.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(search_group)


@search_group.command("rebuild")
def rebuild() -> None:
    """Make the index of SEARCH_URL anew, then let it take the place of the old one.

    The site keeps searching meanwhile, and what changes meanwhile is in the new index too.
    """
    started = time.monotonic()
    made = _rebuilt()
    seconds = max(time.monotonic() - started, 0.001)
    each = made.documents / seconds
    click.echo(f"Indexed {made.documents:,} threads in {seconds:.1f} seconds, {each:,.0f} a second ({made.engine}).")
    for line in _next_steps():
        click.echo(line)


@search_group.command("status")
def status() -> None:
    """Say how the index is; exit 1 when nobody can search."""
    found = site_index().status()
    if not found.is_available:
        raise click.ClickException(found.problem)
    for line in _lines(found):
        click.echo(line)
    db.session.rollback()


def _rebuilt() -> Status:
    """Raises ClickException where somebody else has the turn to write."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return indexing.rebuild(_with_progress)
        except IndexBusy:
            _refuse(deadline)
        except IndexUnavailable as unavailable:
            raise click.ClickException(str(unavailable)) from None


def _refuse(deadline: float) -> None:
    """Say who has the turn to write: another rebuild, or the worker where it does not give it back in time."""
    db.session.rollback()
    if since := index_progress.rebuild_began_at():
        raise click.ClickException(ANOTHER.format(since=since)) from None
    if time.monotonic() >= deadline:
        raise click.ClickException(TAKEN) from None
    time.sleep(0.2)


def _with_progress(threads: Iterator[Thread]) -> Iterator[Thread]:
    """A bar on a terminal, a line now and then elsewhere."""
    count = documents.count()
    if not is_terminal():
        yield from _with_lines(threads, count)
        return
    with click.progressbar(threads, length=count, label="Indexing", show_pos=True) as bar:
        yield from bar


def is_terminal() -> bool:
    """True where a bar can be drawn."""
    return sys.stdout.isatty()


def _with_lines(threads: Iterable[Thread], count: int) -> Iterator[Thread]:
    click.echo(f"Indexing {count:,} threads.")
    started = said = time.monotonic()
    for number, thread in enumerate(threads, 1):
        yield thread
        if (now := time.monotonic()) - said >= LINE_EVERY:
            said = now
            click.echo(f"{number:,} of {count:,} threads, {number / (now - started):,.0f} a second.")
    click.echo("All threads are read; putting the index in its place.")


def _next_steps() -> Iterator[str]:
    if waiting := index_progress.pending_count():
        yield f"{waiting:,} threads changed meanwhile; the worker adds them."
    if heartbeat.is_alive(WORKER):
        yield "Next: nothing, for the worker keeps the index up."
    else:
        yield "Next: start the worker (`flask worker`), which keeps the index up."
    yield f"If you have just changed SEARCH_URL to {settings().search_url}, restart web server and worker with it."
    db.session.rollback()


def _lines(found: Status) -> Iterator[str]:
    built = f"{found.built_at:%Y-%m-%d %H:%M} UTC" if found.built_at else "never"
    yield f"Engine:   {found.engine} ({settings().search_url})"
    yield f"Threads:  {found.documents:,} of {documents.count():,}"
    yield f"Waiting:  {index_progress.pending_count():,}"
    yield f"Build:    {found.build}, made {built}, {found.size / 2**20:.1f} MB"
    yield from _remarks(found)


def _remarks(found: Status) -> Iterator[str]:
    known = index_progress.progress()
    if since := index_progress.rebuild_began_at():
        yield f"Another index is being made beside this one since {since:%Y-%m-%d %H:%M} UTC."
    if known is None or known.build != found.build:
        yield "This index was not filled from this database; the worker, or `flask search rebuild`, will see to it."
    elif known.filled_at is None:
        yield "The worker is filling this index; until then searches do not find everything."
    elif found.documents > documents.count():
        yield "It has threads that are gone from this database, and nobody finds; `flask search rebuild` drops them."
    if found.advice:
        yield f"{found.advice} {indexing.how_to_switch()}"
