"""Outcomes from a customer system, as a file: what each line would do, and doing it. Twice brings nothing new."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.sheet import Row, Shape, rows_of
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.tables import begins_formula
from app.kernel.turns import take_turn
from app.outcomes import actions, money, rules
from app.outcomes.models import Opportunity, Result
from app.people.models import Person

COLUMNS = (
    "crm_opp_id",
    "crm_account_id",
    "account",
    "name",
    "amount",
    "currency",
    "stage",
    "opened",
    "closed",
    "result",
)
SHAPE = Shape(COLUMNS, ("crm_opp_id",), "opportunity")
LONGEST_SHOWN = 60


class Comes(enum.StrEnum):
    """What becomes of a line."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass
class Line:
    """One line of the file: which opportunity, what becomes of it, and why; `sets` holds what would be written.

    `stored` is the opportunity that the line means, None where it brings a new one.
    """

    number: int
    crm_id: str
    stored: Opportunity | None = None
    comes: Comes = Comes.SAME
    says: list[str] = field(default_factory=list)
    sets: dict[str, object] = field(default_factory=dict)

    @property
    def explanation(self) -> str:
        """What is to be known about the line."""
        return "; ".join(self.says) or "nothing to change"


@dataclass(frozen=True)
class Known:
    """The accounts by CRM id and by name, in small letters, and the opportunities by CRM id."""

    by_crm_id: Mapping[str, Account]
    by_name: Mapping[str, Account]
    opportunities: Mapping[str, Sequence[Opportunity]]


def try_file(text: str) -> list[Line]:
    """What each line would do. Only reads. Raises RuleBroken for what is no table of opportunities."""
    rows = rows_of(text, SHAPE)
    known = _known({rules.one_line(row.words("crm_opp_id")) for row in rows})
    first: dict[tuple[str, int], int] = {}
    return [_line(row, known, first) for row in rows]


def bring_in(text: str, *, by: Person | None, leave_refused: bool = False) -> list[Line]:
    """Do what the lines say, in the open write transaction. Raises RuleBroken where one is refused, unless it may be
    left out.
    """
    take_turn("opportunities by CRM id", 0)
    lines = try_file(text)
    if not leave_refused and any(line.comes is Comes.REFUSED for line in lines):
        raise RuleBroken("Nothing was brought in: a line is refused.")
    for line in lines:
        if line.comes in {Comes.ADDED, Comes.CHANGED}:
            _write(line, by)
    return lines


def _line(row: Row, known: Known, first: dict[tuple[str, int], int]) -> Line:
    line = Line(row.number, _shown(row.words("crm_opp_id")))
    try:
        if row.fault:
            raise RuleBroken(row.fault)
        line.crm_id = rules.clean_crm_id(_plain(row, "crm_opp_id")) or ""
        if not line.crm_id:
            raise RuleBroken("It has no crm_opp_id, by which it would be known again.")
        account = _account(row, known)
        line.stored = _meant(known.opportunities.get(line.crm_id, ()), account)
        key = line.crm_id, line.stored.id if line.stored else 0
        if first.setdefault(key, row.number) != row.number:
            raise RuleBroken(f"It stands in line {first[key]} already.")
        _compare(line, row, account)
    except RuleBroken as refusal:
        line.comes, line.says = Comes.REFUSED, [refusal.sentence]
    return line


def _meant(same: Sequence[Opportunity], account: Account | None) -> Opportunity | None:
    """Which of the opportunities with one CRM id a line means; None where there is none. Raises RuleBroken.

    Somebody may have typed an id that one of another account has; then the line has to say of which account it is.
    """
    if account is None:
        if len(same) > 1:
            raise RuleBroken("Opportunities of several accounts have this id here. Say of which account it is.")
        return same[0] if same else None
    found = next((one for one in same if one.account_id == account.id), None)
    if same and found is None:
        raise RuleBroken("It belongs to another account here, and that stays.")
    return found


def _compare(line: Line, row: Row, account: Account | None) -> None:
    """Find out what the row would change."""
    stored = line.stored
    if stored is None:
        _begin(line, row, account)
    else:
        _check_opening(row, stored)
    _name(line, row, stored)
    _amount(line, row, stored)
    _stage(line, row, stored)
    _end(line, row, stored)
    if line.sets and line.comes is Comes.SAME:
        line.comes = Comes.CHANGED


def _begin(line: Line, row: Row, account: Account | None) -> None:
    if account is None:
        raise RuleBroken("It needs an account: its crm_account_id, or its name as it stands here.")
    opened = _day(row, "opened")
    if opened is None:
        raise RuleBroken("It needs the day on which it was opened, such as 2026-03-20.")
    line.comes = Comes.ADDED
    line.says.append(f"a new opportunity of {account.name}")
    line.sets.update(account_id=account.id, opened_at=rules.opening(opened))


def _check_opening(row: Row, stored: Opportunity) -> None:
    opened = _day(row, "opened")
    if opened is not None and opened != stored.opened_at.date():
        raise RuleBroken(f"It was opened on {stored.opened_at:%Y-%m-%d} here, and that stays.")


def _name(line: Line, row: Row, stored: Opportunity | None) -> None:
    typed = _plain(row, "name")
    if not typed and stored is not None:
        return
    name = rules.clean_name(typed)
    if stored is None or name != stored.name:
        _set(line, stored, "name", name, f"called “{_shown(name)}”")


def _amount(line: Line, row: Row, stored: Opportunity | None) -> None:
    named = row.words("currency")
    currency = money.clean_currency(named) if named else stored.currency if stored else ""
    typed = row.words("amount")
    if not typed and (not named or stored is None or currency == stored.currency):
        if stored is None:
            line.sets["currency"] = currency or "EUR"
        return
    if not currency:
        raise RuleBroken("An amount needs its currency, such as EUR.")
    amount = money.parse_amount(typed, currency)
    if amount is None:
        raise RuleBroken("Another currency needs its amount.")
    if stored is None or (amount, currency) != (stored.amount, stored.currency):
        line.sets["currency"] = currency
        _set(line, stored, "amount", amount, money.money(amount, currency))


def _stage(line: Line, row: Row, stored: Opportunity | None) -> None:
    stage = rules.clean_stage(_plain(row, "stage"))
    if stage and (stored is None or stage != stored.stage):
        _set(line, stored, "stage", stage, f"in the stage “{_shown(stage)}”")


def _end(line: Line, row: Row, stored: Opportunity | None) -> None:
    """Whether it is open, won or lost, and since when."""
    word, closed = row.words("result").lower(), _day(row, "closed")
    if word not in {"", *Result}:
        raise RuleBroken("Its result is open, won or lost.")
    now = Result(stored.result) if stored else Result.OPEN
    result = Result(word) if word else now
    if result is Result.OPEN:
        if closed is not None:
            raise RuleBroken("It has a day of closing and no result: won or lost.")
        if now is not Result.OPEN:
            line.sets.update(closed_at=None, reason="")
            _set(line, stored, "result", result.value, "open again")
        return
    before = stored.closed_at.date() if stored and stored.closed_at else None
    day = closed or before
    if day is None:
        raise RuleBroken(f"It was {result.value}, on a day that is missing.")
    if (result, day) != (now, before):
        opened_at = line.sets.get("opened_at", stored.opened_at if stored else None)
        assert isinstance(opened_at, datetime)
        line.sets["closed_at"] = rules.closing(day, opened_at)
        _set(line, stored, "result", result.value, f"{result.value} on {day}")


def _set(line: Line, stored: Opportunity | None, what: str, value: object, words: str) -> None:
    line.sets[what] = value
    line.says.append(f"now {words}" if stored else words)


def _write(line: Line, by: Person | None) -> None:
    """Write one line. A stage that it has not come to yet is kept with the time of the import."""
    stored = line.stored
    opportunity = stored or Opportunity(crm_id=line.crm_id, recorded_by_id=by.id if by else None)
    stage = line.sets.pop("stage", None)
    for what, value in line.sets.items():
        setattr(opportunity, what, value)
    if stored is None:
        opportunity.stage = str(stage or "")
    db.session.add(opportunity)
    db.session.flush()
    if stored is not None and stage:
        actions.move(opportunity, str(stage))
    actions.note("opportunity.imported", opportunity, by=by)


def _account(row: Row, known: Known) -> Account | None:
    """The account that the row names, by its CRM id or else by its name; None where it names none."""
    crm_id, name = row.words("crm_account_id"), row.words("account")
    numbered, named = known.by_crm_id.get(crm_id.lower()), known.by_name.get(name.lower())
    if crm_id and numbered is None:
        raise RuleBroken(f"No account has the CRM id “{_shown(crm_id)}”.")
    if name and numbered is None and named is None:
        raise RuleBroken(f"No account is called “{_shown(name)}”.")
    if crm_id and name and named is not None and named is not numbered:
        raise RuleBroken("Its crm_account_id and its account are two different companies.")
    return numbered or named


def _known(crm_ids: set[str]) -> Known:
    accounts = db.session.scalars(select(Account)).all()
    opportunities: dict[str, list[Opportunity]] = defaultdict(list)
    rows = select(Opportunity).where(Opportunity.crm_id.in_(crm_ids)).order_by(Opportunity.id)
    for one in db.session.scalars(rows):
        opportunities[one.crm_id or ""].append(one)
    return Known(
        by_crm_id={one.crm_id.lower(): one for one in accounts if one.crm_id},
        by_name={one.name.lower(): one for one in accounts},
        opportunities=opportunities,
    )


def _day(row: Row, column: str) -> date | None:
    """A day as 2026-03-20, with or without a time behind it; None for an empty cell."""
    words = row.words(column)
    if not words:
        return None
    try:
        return datetime.fromisoformat(words).date()
    except ValueError:
        raise RuleBroken(f"“{_shown(words)}” in {column} is no day such as 2026-03-20.") from None


def _plain(row: Row, column: str) -> str:
    """What stands in a column, refused where a spreadsheet would take it for a formula."""
    words = rules.one_line(row.words(column))
    if begins_formula(words):
        raise RuleBroken(f"“{_shown(words)}” in {column} begins like a formula. Enter it by hand if it is really so.")
    return words


def _shown(words: str) -> str:
    """Words from a file, safe for a terminal and short."""
    visible = "".join(letter if letter.isprintable() else " " for letter in words)
    return visible if len(visible) <= LONGEST_SHOWN else f"{visible[:LONGEST_SHOWN]}…"
