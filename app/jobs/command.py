"""`flask worker`: what runs beside the web server."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.jobs.worker import run_once, run_until_stopped


@click.command("worker")
@click.option("--once", is_flag=True, help="Stop when nothing is left to do.")
@with_appcontext
def worker(once: bool) -> None:
    """Deliver the outbox, keep the search index, send letters, tidy up."""
    if once:
        run_once()
    else:
        run_until_stopped()
