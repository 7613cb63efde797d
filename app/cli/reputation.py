"""`flask reputation …`: prove the ledger, and enter everything anew under the newest rules."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.kernel.db import db, write
from app.reputation import bursts, proof, replay
from app.reputation.points import newest

CHANGES_NAMED = 50

reputation_group = AppGroup("reputation", help="What people earned in the open.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(reputation_group)


@reputation_group.command("verify")
def verify() -> None:
    """Compare every total with the ledger, and the ledger with what earns points now; exit 1 on a difference."""
    wrong = list(proof.differences())
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        raise SystemExit(1)
    click.echo("Every total is what the ledger says, and every entry has its cause.")


@reputation_group.command("replay")
def replay_all() -> None:
    """Enter anew, under the newest rules, what was entered under older ones; what was broken off goes on."""
    before, waiting = replay.totals(), replay.left()
    if not waiting:
        click.echo(f"Every entry stands under the newest rules ({newest().version}).")
        return
    _note_bursts()
    last: int | None = 0
    while last is not None:
        with write():
            last = replay.enter_next(last)
        if last is not None:
            click.echo(f"{replay.left():,} of {waiting:,} entries left …", err=True)
    _tell(waiting - replay.left(), replay.changes(before, replay.totals()))


def _note_bursts() -> None:
    """The rules of today know bursts, so those of earlier days count too."""
    found = bursts.find(None)
    db.session.rollback()
    with write():
        bursts.note(found)


def _tell(entered: int, changed: dict[int, tuple[int, int]]) -> None:
    version = newest().version
    click.echo(f"Entered {entered:,} anew under rules {version}. {len(changed):,} people have another total now.")
    for person_id, (before, after) in list(changed.items())[:CHANGES_NAMED]:
        click.echo(f"  Person {person_id}: {before:,}, now {after:,}")
    if len(changed) > CHANGES_NAMED:
        click.echo(f"  … and {len(changed) - CHANGES_NAMED:,} more")
