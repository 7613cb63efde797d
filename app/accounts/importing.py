"""Bringing in a file of accounts: all of it or, where somebody says so, all but the lines that are refused."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts import owning, tree
from app.accounts.events import DomainChanged
from app.accounts.known import Company, Known
from app.accounts.models import Account, AccountDomain, Ownership
from app.accounts.sheet import rows_of
from app.accounts.trying import Line, Outcome, digest, try_lines
from app.kernel import events
from app.kernel.db import db
from app.kernel.errors import ChangedMeanwhile, RuleBroken
from app.people import audit
from app.people.models import Person

LONGEST_NOTE = 400


def try_file(text: str) -> list[Line]:
    """What each line of the file would do. Only reads. Raises RuleBroken for what is no table of accounts."""
    return try_lines(rows_of(text), Known())


def bring_in(text: str, *, by: Person | None, leave_refused: bool = False, seen: str | None = None) -> list[Line]:
    """Do what each line says, in the open write transaction, and note each in the trail.

    Raises RuleBroken where a line is refused, unless `leave_refused`; ChangedMeanwhile where `seen`, the digest of what
    somebody was shown, is not what would happen now. The worker settles who belongs where after the commit.
    """
    tree.take_tree()
    lines = try_file(text)
    if seen is not None and digest(lines) != seen:
        raise ChangedMeanwhile("Something has changed since you looked. This is what would happen now.")
    if counts(lines)[Outcome.REFUSED] and not leave_refused:
        raise RuleBroken("Nothing was brought in: a line is refused.")
    work = [line for line in lines if line.outcome in {Outcome.ADDED, Outcome.CHANGED}]
    _write(work, by)
    if work:
        told = counts(lines)
        audit.note("accounts.imported", by=by, added=told[Outcome.ADDED], changed=told[Outcome.CHANGED])
    return lines


def counts(lines: Sequence[Line]) -> dict[Outcome, int]:
    """How many lines come to what."""
    return {outcome: sum(line.outcome is outcome for line in lines) for outcome in Outcome}


def _write(lines: Sequence[Line], by: Person | None) -> None:
    accounts = _accounts(lines)
    # Those that are here already go first and one by one, so that a name that one gives up can be taken by the next.
    for line in sorted(lines, key=lambda line: line.outcome is Outcome.ADDED):
        account = accounts[line.company]
        for what, value in line.sets.items():
            setattr(account, what, value)
        db.session.add(account)
        if line.outcome is not Outcome.ADDED:
            db.session.flush()
    db.session.flush()
    for line in lines:
        line.company.id = accounts[line.company].id
    for line in lines:
        _link(line, accounts[line.company])
    _hand_over(lines, accounts)
    for line in lines:
        account, deed = accounts[line.company], f"accounts.{line.outcome}_by_file"
        audit.note(deed, by=by, account=account.id, name=account.name, what=line.explanation[:LONGEST_NOTE])


def _accounts(lines: Sequence[Line]) -> dict[Company, Account]:
    """The account of each line, read in one query, or a new one."""
    ids = [line.company.id for line in lines if line.company.id is not None]
    stored = {account.id: account for account in db.session.scalars(select(Account).where(Account.id.in_(ids)))}
    return {
        line.company: Account(name="", domains=[]) if line.company.id is None else stored[line.company.id]
        for line in lines
    }


def _link(line: Line, account: Account) -> None:
    """The domains and the parent of one account."""
    if line.parent is not None:
        tree.move(account, line.parent.id)
    for domain in line.domains:
        db.session.add(AccountDomain(domain=domain, account_id=account.id, subdomains=True))
        events.record(DomainChanged(domain=domain))


def _hand_over(lines: Sequence[Line], accounts: dict[Company, Account]) -> None:
    handles = {handle for line in lines for handle in line.looked_after or ()}
    people = {one.handle: one for one in db.session.scalars(select(Person).where(Person.handle.in_(handles)))}
    for line in lines:
        if line.looked_after is None:
            continue
        account = accounts[line.company]
        planned = {people[handle].id: Ownership(role) for handle, role in line.looked_after.items()}
        owning.hand_over(account, planned)
