"""The history of each account as the score reads it, in portions: never all events of the site at once.

An account is reported with everything below it: on the union of the events of all these companies, as large as they
are together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import EMPLOYEES, Account, SizeBand
from app.accounts.queries import below
from app.affinity.models import AffinityEvent, AffinitySnapshot
from app.affinity.queries import handles
from app.affinity.report import AccountHistory
from app.affinity.score import Event
from app.kernel.db import db
from app.questions.models import question_tags
from app.topics.models import Tag

ACCOUNTS_AT_ONCE = 200
EVENTS_AT_ONCE = 20_000


@dataclass(frozen=True, kw_only=True)
class Portion:
    """Accounts to be read at once, each with itself and everything below it."""

    whole: Mapping[int, Collection[int]]

    @property
    def members(self) -> set[int]:
        """Every account whose events are needed."""
        return set().union(*self.whole.values())


def histories(until: datetime, account_ids: Collection[int] | None = None) -> Iterator[tuple[int, AccountHistory]]:
    """What happened with each account up to `until`, with the account's id; of all accounts unless some are named.

    Each portion is read by itself, so whoever takes these may write in between.
    """
    if account_ids is None:
        account_ids = db.session.scalars(select(Account.id)).all()
    for portion in _portions(sorted(account_ids), until):
        yield from _read(portion, until).items()


def every_parent() -> dict[int, int]:
    """The account right above each one that has any."""
    rows = select(Account.id, Account.parent_id).where(Account.parent_id.is_not(None))
    return {account_id: parent for account_id, parent in db.session.execute(rows) if parent is not None}


def events_of(account: Account, until: datetime) -> list[Event]:
    """What happened with an account and everything below it up to `until`, oldest first; experts by their handles."""
    (events,) = [history.events for _, history in histories(until, [account.id])]
    experts = {int(event.expert) for event in events if event.expert is not None}
    named = handles(experts)
    return [_with_handle(event, named) for event in sorted(events, key=_in_time)]


def employees_of(account_ids: Iterable[int]) -> int | None:
    """How many people these companies employ together; those of unknown size are left out. None if all of them are."""
    bands = db.session.scalars(select(Account.size_band).where(Account.id.in_(list(account_ids)))).all()
    return _together(bands)


def _portions(account_ids: Collection[int], until: datetime) -> Iterator[Portion]:
    """Divide accounts so that neither they nor their events are many at once; a single one has as many as it has."""
    counts = _event_counts(until)
    whole: dict[int, Collection[int]] = {}
    events = 0
    for account_id, members in _with_all_below(account_ids):
        more = sum(counts.get(member, 0) for member in members)
        if whole and (events + more > EVENTS_AT_ONCE or len(whole) >= ACCOUNTS_AT_ONCE):
            yield Portion(whole=whole)
            whole, events = {}, 0
        whole[account_id] = members
        events += more
    if whole:
        yield Portion(whole=whole)


def _with_all_below(account_ids: Collection[int]) -> Iterator[tuple[int, Collection[int]]]:
    ids = list(account_ids)
    for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
        yield from below(ids[start : start + ACCOUNTS_AT_ONCE]).items()


def _event_counts(until: datetime) -> dict[int, int]:
    counted = select(AffinityEvent.account_id, func.count()).where(AffinityEvent.at <= until)
    return {account_id: count for account_id, count in db.session.execute(counted.group_by(AffinityEvent.account_id))}


def _read(portion: Portion, until: datetime) -> dict[int, AccountHistory]:
    """The histories of a portion, in five queries."""
    members = portion.members
    events, tags, shown = _events(members, until), _tags(members, until), _shown_until(portion.whole, until)
    sizes = select(Account.id, Account.size_band).where(Account.id.in_(members))
    bands = {account_id: band for account_id, band in db.session.execute(sizes)}
    return {
        account_id: AccountHistory(
            events=[event for member in sorted(whole) for event in events.get(member, ())],
            employees=_together(bands.get(member) for member in whole),
            tags=tags,
            shown_until=shown.get(account_id),
        )
        for account_id, whole in portion.whole.items()
    }


def _events(account_ids: Collection[int], until: datetime) -> dict[int, list[Event]]:
    columns = (
        AffinityEvent.account_id,
        AffinityEvent.id,
        AffinityEvent.at,
        AffinityEvent.person_key,
        AffinityEvent.kind,
        AffinityEvent.expert_id,
        AffinityEvent.question_id,
    )
    rows = select(*columns).where(AffinityEvent.account_id.in_(account_ids), AffinityEvent.at <= until)
    found: dict[int, list[Event]] = defaultdict(list)
    for account_id, number, at, person, kind, expert, question in db.session.execute(rows):
        found[account_id].append(Event(str(number), at, person, kind, _text(expert), _text(question)))
    return found


def _tags(account_ids: Collection[int], until: datetime) -> dict[str, list[str]]:
    """The tags of every question that an event of these accounts names, by the question's id as events hold it."""
    named = select(AffinityEvent.question_id).where(
        AffinityEvent.account_id.in_(account_ids), AffinityEvent.at <= until
    )
    rows = select(question_tags.c.question_id, Tag.name).join(Tag).where(question_tags.c.question_id.in_(named))
    found: dict[str, list[str]] = defaultdict(list)
    for question_id, name in db.session.execute(rows):
        found[str(question_id)].append(name)
    return found


def _shown_until(account_ids: Collection[int], before: datetime) -> dict[int, datetime]:
    """How far the last report of each of these accounts before `before` looked; those without one are left out."""
    last = (
        select(AffinitySnapshot.account_id, func.max(AffinitySnapshot.taken_at).label("taken_at"))
        .where(AffinitySnapshot.account_id.in_(account_ids), AffinitySnapshot.taken_at < before)
        .group_by(AffinitySnapshot.account_id)
        .subquery()
    )
    same = (AffinitySnapshot.account_id == last.c.account_id) & (AffinitySnapshot.taken_at == last.c.taken_at)
    rows = select(AffinitySnapshot.account_id, AffinitySnapshot.shown_until).join(last, same)
    return {account_id: shown for account_id, shown in db.session.execute(rows) if shown is not None}


def _together(bands: Iterable[str | None]) -> int | None:
    known = [EMPLOYEES[SizeBand(band)] for band in bands if band]
    return sum(known) if known else None


def _with_handle(event: Event, named: Mapping[int, str]) -> Event:
    expert = named[int(event.expert)] if event.expert is not None else None
    return Event(event.id, event.at, event.person, event.kind, expert, event.question)


def _in_time(event: Event) -> tuple[datetime, int]:
    return event.at, int(event.id)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
