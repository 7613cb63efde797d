"""Bringing in a file of accounts: all of it or, where somebody says so, all but the lines that are refused.

It is brought in some lines at a time. Each time the whole file is tried on what stands there by then, and the first
lines that have something left to do are done. So it does not matter whether it is gone on with or begun anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts import owning, tree
from app.accounts.events import DomainChanged
from app.accounts.known import Company, Known
from app.accounts.models import Account, AccountDomain, Ownership
from app.accounts.sheet import Row, rows_of
from app.accounts.trying import Line, Outcome, digest, try_lines
from app.kernel import events
from app.kernel.db import db
from app.kernel.errors import ChangedMeanwhile, RuleBroken
from app.people import audit
from app.people.models import Person

LONGEST_NOTE = 400
CHANGED = "Something has changed since you looked. What is done stays; look at the other lines."
# Few enough that others who write meanwhile wait for less than a second.
AT_ONCE = 100


def try_file(text: str) -> list[Line]:
    """What each line of the file would do. Only reads. Raises RuleBroken for what is no table of accounts."""
    return _try_rows(rows_of(text))


@dataclass(frozen=True)
class Plan:
    """A file of which somebody has seen what each line would do: `lines` are as they were then, `rows` what is done."""

    rows: Sequence[Row]
    lines: Sequence[Line]

    @classmethod
    def of(cls, text: str, *, leave_refused: bool = False, seen: str | None = None) -> Plan:
        """Try the whole file. Only reads.

        Raises RuleBroken where a line is refused, unless `leave_refused`; ChangedMeanwhile where `seen`, the digest of
        what somebody was shown, is not what would happen now.
        """
        rows = rows_of(text)
        lines = _try_rows(rows)
        if seen is not None and digest(lines) != seen:
            raise ChangedMeanwhile("Something has changed since you looked. This is what would happen now.")
        if counts(lines)[Outcome.REFUSED] and not leave_refused:
            raise RuleBroken("Nothing was brought in: a line is refused.")
        refused = {line.number for line in lines if line.outcome is Outcome.REFUSED}
        return cls([row for row in rows if row.number not in refused], lines)

    @property
    def work(self) -> dict[int, Line]:
        """The lines that do something, by their numbers."""
        return {line.number: line for line in self.lines if line.steps}

    @property
    def steps(self) -> int:
        """How many steps there are in all."""
        return sum(line.steps for line in self.lines)


def bring_in_some(plan: Plan, *, by: Person | None) -> int:
    """Do what the next AT_ONCE lines say, in the open write transaction, and note each in the trail.

    Returns how many steps of Line.steps are left. Raises ChangedMeanwhile where that is not what was seen of them.
    The worker settles who belongs where after the commit.
    """
    tree.take_tree()
    planned = plan.work
    left = [line for line in _try_rows(plan.rows) if line.outcome is not Outcome.SAME]
    if not all(line.number in planned and _is_as_seen(line, planned[line.number]) for line in left):
        raise ChangedMeanwhile(CHANGED)
    writing = sorted((line for line in left if line.writes), key=lambda line: line.outcome is Outcome.ADDED)
    if writing:
        some = writing[:AT_ONCE]
        _write(some, by)
        return sum(line.steps for line in left) - len(some)
    # Who stands below whom comes last, in the order of the file: each step of it was found to be possible.
    moving = left[:AT_ONCE]
    _move(moving, by)
    return sum(line.steps for line in left) - len(moving)


def counts(lines: Sequence[Line]) -> dict[Outcome, int]:
    """How many lines come to what."""
    return {outcome: sum(line.outcome is outcome for line in lines) for outcome in Outcome}


def _try_rows(rows: Sequence[Row]) -> list[Line]:
    """What each row would do. One that is refused leaves nothing behind: the others are tried again without it."""
    found: dict[int, Line] = {}
    while True:
        lines = try_lines([row for row in rows if row.number not in found], Known())
        refused = {line.number: line for line in lines if line.outcome is Outcome.REFUSED}
        found |= refused
        if not refused:
            return sorted([*found.values(), *lines], key=lambda line: line.number)


def _is_as_seen(line: Line, seen: Line) -> bool:
    """It does nothing but what it said, or a part of that when the rest is done."""
    if line.writes and line.outcome is not seen.outcome:
        return False
    return {*line.says, *line.joins} <= {*seen.says, *seen.joins}


def _write(lines: Sequence[Line], by: Person | None) -> None:
    """Everything but the parents; the accounts that are here already first.

    Those go one by one, so that a name that one gives up can be taken by the next.
    """
    accounts = _accounts(lines)
    for line in lines:
        account = accounts[line.company]
        for what, value in line.sets.items():
            setattr(account, what, value)
        db.session.add(account)
        if line.outcome is not Outcome.ADDED:
            db.session.flush()
    db.session.flush()
    for line in lines:
        for domain in line.domains:
            db.session.add(AccountDomain(domain=domain, account_id=accounts[line.company].id, subdomains=True))
            events.record(DomainChanged(domain=domain))
    _hand_over(lines, accounts)
    _note([(line, accounts[line.company], line.in_words(line.says)) for line in lines], by)


def _move(lines: Sequence[Line], by: Person | None) -> None:
    accounts = _accounts(lines)
    for line in lines:
        if line.parent is not None:
            tree.move(accounts[line.company], line.parent.id)
    _note([(line, accounts[line.company], line.in_words(line.joins)) for line in lines], by)


def _note(done: Sequence[tuple[Line, Account, str]], by: Person | None) -> None:
    for line, account, words in done:
        deed = f"accounts.{line.outcome}_by_file"
        audit.note(deed, by=by, account=account.id, name=account.name, what=words[:LONGEST_NOTE])
    if done:
        told = counts([line for line, _account, _words in done])
        audit.note("accounts.imported", by=by, added=told[Outcome.ADDED], changed=told[Outcome.CHANGED])


def _accounts(lines: Sequence[Line]) -> dict[Company, Account]:
    """The account of each line, read in one query, or a new one."""
    ids = [line.company.id for line in lines if line.company.id is not None]
    stored = {account.id: account for account in db.session.scalars(select(Account).where(Account.id.in_(ids)))}
    return {
        line.company: Account(name="", domains=[]) if line.company.id is None else stored[line.company.id]
        for line in lines
    }


def _hand_over(lines: Sequence[Line], accounts: dict[Company, Account]) -> None:
    handles = {handle for line in lines for handle in line.looked_after or ()}
    people = {one.handle: one for one in db.session.scalars(select(Person).where(Person.handle.in_(handles)))}
    for line in lines:
        if line.looked_after is None:
            continue
        account = accounts[line.company]
        planned = {people[handle].id: Ownership(role) for handle, role in line.looked_after.items()}
        owning.hand_over(account, planned)
