"""`flask outcomes import`: what became of opportunities, from a file of the customer system."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.accounts.sheet import text_of
from app.kernel.db import write
from app.kernel.errors import Refusal
from app.outcomes.importing import COLUMNS, Comes, Line, bring_in, try_file

outcomes = AppGroup("outcomes", help="What became of opportunities.")


def register(app: Flask) -> None:
    """Add the command to `flask`."""
    app.cli.add_command(outcomes)


@outcomes.command("import", help=f"Read opportunities from a CSV file with the columns {', '.join(COLUMNS)}.")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what each line would do, and write nothing.")
@click.option(
    "--leave-refused",
    "--skip-refused",
    "leave_refused",
    is_flag=True,
    help="Bring in the others where some are refused.",
)
def import_outcomes(path: Path, dry_run: bool, leave_refused: bool) -> None:
    """Explain each line, and do what it says; nothing, with exit code 1, where a line is refused and not left out."""
    try:
        text = text_of(path.read_bytes())
        lines = try_file(text)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    _tell(lines)
    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
    else:
        _bring_in(text, leave_refused=leave_refused)
    if not leave_refused and any(line.comes is Comes.REFUSED for line in lines):
        raise click.exceptions.Exit(1)


def _bring_in(text: str, *, leave_refused: bool) -> None:
    try:
        with write():
            counted = Counter(line.comes for line in bring_in(text, by=None, leave_refused=leave_refused))
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.sentence} Mend it, or say --leave-refused.") from refusal
    click.echo(", ".join(f"{counted[comes]} {comes}" for comes in Comes))


def _tell(lines: list[Line]) -> None:
    for line in lines:
        click.echo(f"line {line.number:>5}  {line.comes:<8}  {line.crm_id or '-'}: {line.explanation}")
