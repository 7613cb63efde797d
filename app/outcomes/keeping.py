"""What opportunities may be told of their accounts, kept as the last snapshots saw it.

Pages never read the events themselves: what somebody did goes from these the moment they do not want to be counted,
and a page that followed at once would tell who that was. So it is read anew with each snapshot, and in the night in
which a tree of companies is measured again, and stands in between. It moves on only once three people have taken part
since: no two pages differ by what one person did newly (docs/decisions/0027-what-opportunities-are-told.md).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select

from app.accounts import queries as accounts
from app.affinity.cohort import FEWEST_FOR_A_NUMBER, is_news
from app.affinity.histories import every_parent
from app.affinity.models import AffinityEvent, AffinitySnapshot, MeasuringDue
from app.affinity.remainders import children, withheld
from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.outcomes.models import KeptHistory

TREES_AT_ONCE = 100
MET = "met"


class Happened(NamedTuple):
    """One event: when, by whom, and in which thread or meeting; an empty `place` for what is neither."""

    at: datetime
    person: str
    place: str
    is_meeting: bool


class Deed(NamedTuple):
    """Somebody took part in a thread or a meeting in the week that begins on `week`, the ordinal of a Monday.

    `is_meeting` is 1 for a meeting. Places and people have numbers that mean something within one history alone.
    """

    week: int
    is_meeting: int
    place: int
    person: int


@dataclass(frozen=True, kw_only=True)
class Read:
    """What is to be kept of one account; see KeptHistory for what each of these is."""

    account_id: int
    snapshot_at: datetime
    read_at: datetime
    told_until: datetime | None
    is_told: bool
    deeds: str


def due_trees() -> Iterator[Sequence[int]]:
    """The roots of the trees of companies of which newer snapshots stand than what is kept, some at a time.

    A tree that waits to be measured again is left until that is done: both change in the same night.
    """
    stale = accounts.roots_of(db.session.scalars(_stale()).all())
    waiting = accounts.roots_of(db.session.scalars(select(MeasuringDue.account_id)).all())
    roots = sorted(set(stale.values()).difference(waiting.values()))
    yield from (roots[start : start + TREES_AT_ONCE] for start in range(0, len(roots), TREES_AT_ONCE))


def read_trees(roots: Collection[int]) -> list[Read]:
    """What is to be kept of every account in these trees that has a snapshot. Only reads."""
    read_at = clock.now()
    families = accounts.below(set[int]().union(*accounts.below(roots).values()))
    moments, told = _last_snapshots(families), _told_until(families)
    happened = _happened(families, max(moments.values(), default=read_at))
    untils, seen = {}, {}
    for account_id, moment in moments.items():
        everything = [one for member in families[account_id] for one in happened[member]]
        untils[account_id] = _looks_until(everything, moment, told.get(account_id))
        seen[account_id] = [one for one in everything if one.at <= untils[account_id]]
    may_tell = _may_tell(seen)
    return [
        Read(
            account_id=account_id,
            snapshot_at=moments[account_id],
            read_at=read_at,
            told_until=untils[account_id] if account_id in may_tell else told.get(account_id),
            is_told=account_id in may_tell,
            deeds=to_text(events),
        )
        for account_id, events in seen.items()
    ]


def keep(read: Sequence[Read]) -> int:
    """Put these in place of what stood there, and return how many were.

    Left as they are: what was read anew meanwhile, and what waits by now to be measured again, for then somebody may
    be missing in these who stands in the reports until night.
    """
    take_turn("kept histories", 0)
    ids = [one.account_id for one in read]
    waiting = set(db.session.scalars(select(MeasuringDue.account_id).where(MeasuringDue.account_id.in_(ids))))
    rows = select(KeptHistory).where(KeptHistory.account_id.in_(ids)).execution_options(populate_existing=True)
    stored = {row.account_id: row for row in db.session.scalars(rows)}
    new = [one for one in read if one.account_id not in waiting and _is_newer(one, stored.get(one.account_id))]
    for one in new:
        db.session.add(_filled(stored.get(one.account_id) or KeptHistory(), one))
    db.session.flush()
    return len(new)


def to_text(events: Iterable[Happened]) -> str:
    """The deeds among these as they are stored: each once, without anybody's name, thread or day."""
    places: dict[str, int] = defaultdict(count().__next__)
    people: dict[str, int] = defaultdict(count().__next__)
    deeds = {
        Deed(_week_of(one.at), int(one.is_meeting), places[one.place], people[one.person])
        for one in sorted(events)
        if one.place
    }
    return json.dumps(sorted(deeds), separators=(",", ":"))


def from_text(text: str) -> list[Deed]:
    """The deeds that are stored, by week."""
    return [Deed(*row) for row in json.loads(text)]


def _stale() -> Select[int]:
    last = (
        select(
            AffinitySnapshot.account_id,
            func.max(AffinitySnapshot.taken_at).label("taken_at"),
            func.max(AffinitySnapshot.measured_again_at).label("again_at"),
        )
        .group_by(AffinitySnapshot.account_id)
        .subquery()
    )
    rows = select(last.c.account_id).outerjoin(KeptHistory, KeptHistory.account_id == last.c.account_id)
    is_older = or_(KeptHistory.snapshot_at < last.c.taken_at, KeptHistory.read_at < last.c.again_at)
    return rows.where(or_(KeptHistory.account_id.is_(None), is_older))


def _last_snapshots(account_ids: Collection[int]) -> dict[int, datetime]:
    rows = select(AffinitySnapshot.account_id, func.max(AffinitySnapshot.taken_at))
    of_these = rows.where(AffinitySnapshot.account_id.in_(account_ids)).group_by(AffinitySnapshot.account_id)
    return {account_id: taken_at for account_id, taken_at in db.session.execute(of_these)}


def _told_until(account_ids: Collection[int]) -> dict[int, datetime | None]:
    rows = select(KeptHistory.account_id, KeptHistory.told_until).where(KeptHistory.account_id.in_(account_ids))
    return {account_id: told_until for account_id, told_until in db.session.execute(rows)}


def _happened(account_ids: Collection[int], until: datetime) -> Mapping[int, list[Happened]]:
    """What happened, by account."""
    columns = (
        AffinityEvent.account_id,
        AffinityEvent.at,
        AffinityEvent.person_key,
        AffinityEvent.kind,
        AffinityEvent.source,
        AffinityEvent.question_id,
    )
    rows = select(*columns).where(AffinityEvent.account_id.in_(account_ids), AffinityEvent.at <= until)
    found: dict[int, list[Happened]] = defaultdict(list)
    for account_id, at, person, kind, source, question_id in db.session.execute(rows):
        thread = "" if question_id is None else f"question:{question_id}"
        found[account_id].append(Happened(at, person, source if kind == MET else thread, kind == MET))
    return found


def _looks_until(events: Iterable[Happened], moment: datetime, told_until: datetime | None) -> datetime:
    """As far as the snapshot, or no further than what was told last, until that has three people's news."""
    if told_until is None or told_until >= moment:
        return moment
    return moment if is_news({one.person for one in events if told_until < one.at <= moment}) else told_until


def _may_tell(seen: Mapping[int, Sequence[Happened]]) -> set[int]:
    """The accounts with enough people, none of which leaves a rest of one or two of a company above."""
    people = {account_id: {one.person for one in events} for account_id, events in seen.items()}
    enough = {account_id: some for account_id, some in people.items() if len(some) >= FEWEST_FOR_A_NUMBER}
    return enough.keys() - set(withheld(enough, children(every_parent())))


def _week_of(moment: datetime) -> int:
    """The Monday of a moment in UTC, as an ordinal: what `monday_of` says, for a million events. Day 1 was a Monday."""
    day = moment.toordinal()
    return day - (day - 1) % 7


def _is_newer(one: Read, row: KeptHistory | None) -> bool:
    return row is None or row.read_at <= one.read_at


def _filled(row: KeptHistory, one: Read) -> KeptHistory:
    for name, value in asdict(one).items():
        setattr(row, name, value)
    return row
