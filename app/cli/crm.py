"""`flask crm …`: files about accounts for a customer system."""

from __future__ import annotations

from typing import TextIO, cast

import click
from flask import Flask
from flask.cli import AppGroup

from app.exchange import crm
from app.kernel import clock
from app.kernel.db import write
from app.kernel.settings import settings
from app.people import audit

crm_group = AppGroup("crm", help="Files about accounts for a customer system.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(crm_group)


@crm_group.command("export")
@click.option(
    "--for", "layout", type=click.Choice(sorted(crm.LAYOUTS)), required=True, help="Which system takes it in."
)
@click.option(
    "--to", "place", type=click.Path(dir_okay=False, allow_dash=True), default="-", help="The file; else it is printed."
)
def export(layout: str, place: str) -> None:
    """Write what the last snapshot says of every customer. It is noted in the trail."""
    if not settings().affinity_enabled:
        raise click.ClickException("Affinity is switched off here (AFFINITY_ENABLED).")
    text, accounts = crm.export(layout, clock.now())
    with _opened(place) as file:
        # Noted before the first letter is written: no file leaves without its entry, and none that cannot be has one.
        with write():
            audit.note("report.exported", by=None, layout=layout, accounts=accounts)
        file.write(text)


def _opened(place: str) -> TextIO:
    """The file at `place` for writing, or standard output for "-"."""
    try:
        return cast("TextIO", click.open_file(place, "w", encoding="utf-8"))
    except OSError as error:
        raise click.ClickException(f"{place} cannot be written to: {error.strerror}.") from error
