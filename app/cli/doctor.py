"""`flask doctor`: is everything as it should be?"""

from __future__ import annotations

import click
from flask import Flask

from app.jobs import doctor as checks
from app.jobs.doctor import Grade
from app.kernel.db import db

SIGNS = {Grade.GOOD: "  ", Grade.WARNING: "! ", Grade.FAULT: "X "}


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(doctor)


@click.command("doctor")
@click.option("--mail/--no-mail", default=True, help="Also reach the mail server; nothing is sent.")
def doctor(mail: bool) -> None:
    """Check versions, settings, database, worker, index, mail and disk; exit 1 with a sentence for each fault."""
    found = checks.examine(with_mail=mail)
    db.session.rollback()
    for one in found:
        click.echo(f"{SIGNS[one.grade]}{one.part}: {one.says}")
    if any(one.grade is Grade.FAULT for one in found):
        raise SystemExit(1)
