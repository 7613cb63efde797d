"""`flask account add|owner|import`: customer companies, and who looks after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.accounts import actions, importing, queries, sheet
from app.accounts.models import Account, Ownership, SizeBand
from app.accounts.trying import Line, Outcome, digest
from app.jobs.bringing_in import bring_in_accounts
from app.kernel.db import db, write
from app.kernel.errors import Refusal, RuleBroken
from app.people import audit
from app.people import queries as people
from app.people.models import Person

account = AppGroup("account", help="Customer companies.")


@account.command("add")
@click.argument("name")
@click.option("--domain", "domains", multiple=True, required=True, help="A mail domain; may be given several times.")
@click.option(
    "--size",
    "--size-band",
    "size_band",
    type=click.Choice([band.value for band in SizeBand]),
    help="How many people it employs.",
)
@click.option("--crm-id", default="", help="The number under which your own system knows it.")
@click.option("--parent", default="", help="The whole name of the account above it.")
@click.option("--owner", default="", help="The handle of whoever in sales looks after it.")
def add_account(name: str, *, domains: tuple[str, ...], size_band: str | None, **more: str) -> None:
    """Add a customer company with its mail domains."""
    with _writing():
        made = actions.add_account(name, domains=domains, size_band=size_band, crm_id=more["crm_id"])
        audit.note("accounts.added", by=None, account=made.id, name=made.name)
        if more["parent"]:
            above = _account_called(more["parent"])
            actions.set_parent(made, above)
            audit.note("accounts.parent_set", by=None, account=made.id, name=made.name, parent=above.name)
        if more["owner"]:
            _give(made, more["owner"], Ownership.OWNER)
        number, here_already = made.id, queries.member_counts([made.id]).get(made.id, 0)
    people_here = "1 person who is" if here_already == 1 else f"{here_already:,} people who are"
    click.echo(f"{name} is account {number}, with {people_here} here already.")
    click.echo(f"Whoever confirms an address at {', '.join(domains)}, or below, belongs to it.")


@account.command("owner")
@click.argument("name")
@click.argument("handle")
@click.option("--backup", is_flag=True, help="They stand in for whoever looks after it.")
@click.option("--remove", is_flag=True, help="They look after it no more.")
def change_owner(name: str, handle: str, backup: bool, remove: bool) -> None:
    """Let somebody in sales look after an account, stand in, or do so no more."""
    with _writing():
        found = _account_called(name)
        if remove:
            person = _person_called(handle)
            actions.remove_owner(found, person)
            audit.note("accounts.owner_removed", by=None, about=person, account=found.id, name=found.name)
        else:
            _give(found, handle, Ownership.BACKUP if backup else Ownership.OWNER)
    done = "looks after it no more" if remove else ("stands in" if backup else "looks after it")
    click.echo(f"{name}: @{handle.removeprefix('@')} {done}.")


@account.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen to each line.")
@click.option(
    "--skip-refused",
    "--leave-refused",
    "skip_refused",
    is_flag=True,
    help="Bring in the others where some are refused.",
)
def import_accounts(file: Path, dry_run: bool, skip_refused: bool) -> None:
    """Bring in a CSV of accounts and owners: all of it, or nothing, with exit code 1, where a line is refused.

    Stopped in the middle, it goes on where it was when it is started again.
    """
    try:
        with file.open("rb") as opened:
            text = sheet.text_of(opened.read(sheet.LARGEST + 1))
        lines = importing.try_file(text)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    for line in lines:
        click.echo(f"line {line.number}: {line.outcome}: {line.name or 'without a name'}: {line.explanation}")
    is_refused = importing.counts(lines)[Outcome.REFUSED] > 0 and not skip_refused
    if dry_run:
        click.echo(f"{_in_words(lines)} Nothing was written.")
        raise click.exceptions.Exit(int(is_refused))
    if is_refused:
        raise click.ClickException(
            f"{_in_words(lines)} Nothing was written: mend the refused lines, or --skip-refused."
        )
    try:
        done = bring_in_accounts(text, by=None, leave_refused=skip_refused, seen=digest(lines), told=_show_progress)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(_in_words(done))


def register(app: Flask) -> None:
    """Add the group."""
    app.cli.add_command(account)


@contextmanager
def _writing() -> Iterator[None]:
    """A write transaction; what is refused becomes the command's sentence."""
    try:
        with write():
            yield
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal


def _show_progress(done: int, of: int) -> None:
    click.echo(f"{done:,} of {of:,} steps are done.")


def _in_words(lines: Sequence[Line]) -> str:
    told = importing.counts(lines)
    return ", ".join(f"{told[outcome]:,} {outcome}" for outcome in Outcome) + "."


def _account_called(name: str) -> Account:
    found = queries.with_name(name)
    if found is None:
        raise RuleBroken(f"There is no account called {name}.")
    return found


def _person_called(handle: str) -> Person:
    found = db.session.scalar(people.with_handle(handle.removeprefix("@")))
    if found is None:
        raise RuleBroken(f"Nobody is called {handle}.")
    return found


def _give(found: Account, handle: str, role: Ownership) -> None:
    person = _person_called(handle)
    actions.add_owner(found, person, role)
    deed = "accounts.backup_added" if role is Ownership.BACKUP else "accounts.owner_added"
    audit.note(deed, by=None, about=person, account=found.id, name=found.name)
