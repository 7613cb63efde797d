"""`flask audit …`: prove that the trail is as it was written."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import func, select

from app.kernel.db import db
from app.people import audit, trail_proof
from app.people.models import AuditEntry

audit_group = AppGroup("audit", help="The trail of what was done in office.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(audit_group)


@audit_group.command("verify")
@click.option("--from", "since", type=click.IntRange(1), help="Begin at this entry; default: at the first.")
@click.option("--head", "seal", default="", help="A seal that was noted earlier, from /promise or `flask audit head`.")
def verify(since: int | None, seal: str) -> None:
    """Prove every entry; exit 1 with the number of the first that was changed, taken away or put in."""
    broken = trail_proof.first_broken(since=since, seal=seal.strip().lower())
    if broken is not None:
        click.echo(str(broken))
        raise SystemExit(1)
    count = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.id >= (since or 0))) or 0
    click.echo(f"{count:,} {'entry is' if count == 1 else 'entries are'} as written, and none is missing.")


@audit_group.command("head")
def head() -> None:
    """Print where the trail ends: the number and the seal of the newest entry. Note it where nobody here can reach."""
    last = audit.head()
    if last is None:
        click.echo("The trail is empty.")
    else:
        click.echo(f"{last.entry_id} {last.seal}")
