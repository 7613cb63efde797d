"""`flask import …`: bring in what was written elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.importing.refusal import DumpRefused, ImportStopped
from app.kernel.settings import settings

if TYPE_CHECKING:
    from app.cli.importing.report import Report
    from app.cli.importing.rows import Progress

LONGEST_LABEL = 120

import_group = AppGroup("import", help="Bring in what was written elsewhere.")


def register(app: Flask) -> None:
    """Add the command to `flask`."""
    app.cli.add_command(import_group)


def _in_a_folder(context: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """Told before an import of many minutes, and not after it."""
    if file is not None and not os.access(file.parent, os.W_OK):
        raise click.BadParameter(f"There is no folder {file.parent} that can be written to.")
    return file


@import_group.command("stackexchange")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read, check and count everything, and write nothing.")
@click.option("--source", help="What readers see as the source; by default the name of the folder or archive.")
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    callback=_in_a_folder,
    help="Also write the report here, as JSON.",
)
def stackexchange(path: Path, dry_run: bool, source: str | None, report_file: Path | None) -> None:
    """Import the Stack Exchange data dump at PATH: a folder of XML files, or a .7z archive.

    Run it again at any time: what is here already stays as it is, and an import that was stopped goes on.
    """
    # Imported here: the web server loads every command, and has no use for readers of archives and HTML.
    from app.cli.importing.stackexchange import Request, import_dump

    label = source.strip()[:LONGEST_LABEL] if source else None
    request = Request(path=path, instance=settings().instance, label=label, dry_run=dry_run)
    try:
        report = import_dump(request, _bar)
    except (DumpRefused, ImportStopped) as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)
    click.echo("\n".join(report.lines()))
    if report_file is not None:
        _write_report(report, report_file)
    if report.taken and not dry_run:
        click.echo("The worker now adds the questions to the search; they appear there within minutes.")


@contextmanager
def _bar(label: str, length: int) -> Iterator[Progress]:
    with click.progressbar(length=max(length, 1), label=f"{label:<22}", file=sys.stderr) as bar:
        yield bar.update
        bar.finish()


def _write_report(report: Report, path: Path) -> None:
    path.write_text(json.dumps(report.as_plain_values(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
