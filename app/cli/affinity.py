"""`flask affinity …`: measure how accounts and experts get on, report it, and let anybody check the formula."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.queries import below
from app.affinity import histories, portfolio, table
from app.affinity.details import details
from app.affinity.history_file import History, HistoryError, as_data, score_text
from app.affinity.models import AffinitySnapshot
from app.jobs import rebuilding
from app.jobs.alerts import settle_alerts
from app.jobs.snapshots import take_snapshots
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.settings import settings
from app.people import audit

affinity_group = AppGroup("affinity", help="How customer accounts and experts get on.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(affinity_group)


@affinity_group.command("recompute")
def recompute() -> None:
    """Take a snapshot of every account now, with its alerts; pages and reports show the last one."""
    _check_is_on()
    kept = take_snapshots(clock.now())
    settle_alerts()
    click.echo(f"Took a snapshot of {kept} account{'' if kept == 1 else 's'}.")


@affinity_group.command("rebuild")
@click.option("--after", type=int, default=0, show_default=True, help="Go on after this question.")
def rebuild(after: int) -> None:
    """Read all events anew from threads, meetings and invitations; snapshots stay as they were taken."""
    _check_is_on()
    for last in rebuilding.rebuild(after):
        click.echo(f"Read up to question {last}. Cut short, this goes on with: --after {last}")
    click.echo("Every event is what the site tells.")


@affinity_group.command("report")
@click.option("--account", "account_id", type=int, help="Only this account, with its service, ties and topics.")
@click.option("--format", "file_format", type=click.Choice(["json", "csv"]), default="json", show_default=True)
def report(account_id: int | None, file_format: str) -> None:
    """Print the report of the last snapshot; open questions are those of this moment."""
    _check_is_on()
    accounts = select(Account) if account_id is None else select(Account).where(Account.id == _account(account_id).id)
    lines = portfolio.lines(accounts, select(AffinitySnapshot), clock.now())
    if lines and all(line.snapshot is None for line in lines):
        raise click.ClickException("There is no snapshot yet. Take one with: flask affinity recompute")
    if file_format == "csv":
        text = table.as_csv(map(portfolio.record, lines), portfolio.COLUMNS)
    elif account_id is None:
        text = _json([portfolio.record(line) for line in lines])
    else:
        text = _json(portfolio.record(lines[0]) | details(lines[0]))
    with write():
        audit.note("report.exported", by=None, layout="the command line", accounts=len(lines))
    click.echo(text, nl=file_format == "json")


@affinity_group.command("score")
@click.argument("file", type=click.File("rb"))
def score(file: BinaryIO) -> None:
    """Print the score of the history in FILE, or of each history in a list of them ("-" reads standard input)."""
    try:
        _print(score_text(file.read().decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise click.ClickException("This file is not text in UTF-8, so it cannot be a history.")
    except HistoryError as error:
        raise click.ClickException(str(error))


@affinity_group.command("events")
@click.option("--account", "account_id", type=int, required=True, help="The account's number.")
def events(account_id: int) -> None:
    """Print the history behind an account and all below it, as `flask affinity score` reads it.

    Persons are opaque keys. It is noted in the trail.
    """
    _check_is_on()
    account, now = _account(account_id), clock.now()
    found = histories.events_of(account, now)
    employees = histories.employees_of(below([account.id])[account.id])
    text = _json(as_data(History(now=now, employees=employees, events=tuple(found))))
    with write():
        audit.note("report.history_printed", by=None, account=account.id, name=account.name)
    click.echo(text)


def _check_is_on() -> None:
    if not settings().affinity_enabled:
        raise click.ClickException("Affinity is switched off here (AFFINITY_ENABLED).")


def _account(account_id: int) -> Account:
    known = -(2**63) <= account_id < 2**63
    account = db.session.scalar(select(Account).where(Account.id == account_id)) if known else None
    if account is None:
        raise click.ClickException(f"There is no account {account_id}.")
    return account


def _print(data: Any) -> None:
    click.echo(_json(data))


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
