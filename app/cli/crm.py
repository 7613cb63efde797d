"""`flask crm …`: files about accounts for a customer system."""

from __future__ import annotations

from typing import TextIO

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
@click.option("--to", "file", type=click.File("w", encoding="utf-8"), default="-", help="The file; else it is printed.")
def export(layout: str, file: TextIO) -> None:
    """Write what the last snapshot says of every customer. It is noted in the trail."""
    if not settings().affinity_enabled:
        raise click.ClickException("Affinity is switched off here (AFFINITY_ENABLED).")
    text, accounts = crm.export(layout, clock.now())
    if not accounts:
        raise click.ClickException("There is no snapshot yet. Take one with: flask affinity recompute")
    with write():
        audit.note("report.exported", by=None, layout=layout, accounts=accounts)
    file.write(text)
