"""Measuring the snapshots of accounts anew, each at its own moment, where they count what they should count no more.

Somebody does not want to be counted, or wants to be again, or a company belongs to another one than before. A snapshot
does not hold whom it was made of, so all of them are kept to the tree of companies as it is now: nobody can stand in
one that is not found from the companies whose people they were.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select, update

from app.accounts.models import Account
from app.accounts.queries import below, roots_of
from app.affinity.actions import Measured, as_row
from app.affinity.events import SnapshotsKept
from app.affinity.figures import Report, from_text
from app.affinity.histories import every_parent, histories
from app.affinity.models import AffinitySnapshot, MeasuringDue
from app.affinity.remainders import withhold
from app.affinity.report import make
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.turns import take_turn

NIGHT_BEGINS = 2
NIGHT_ENDS = 5
AT_THE_LATEST = timedelta(hours=20)
TURN = "measuring"


@dataclass(frozen=True)
class Due:
    """An account whose snapshots are to be measured again, and since when."""

    account_id: int
    since: datetime


def note_due(account_ids: Collection[int]) -> None:
    """Note that the snapshots of these accounts and of all in the same trees are due to be measured anew.

    What may be said of one company depends on those above and below it. Accounts that are gone are left out.
    """
    # Whoever measures one at this moment has not seen the change, and must not take it off the list.
    take_turn(TURN, 0)
    together = set[int]().union(*below(roots_of(account_ids).values()).values())
    due = update(MeasuringDue).where(MeasuringDue.account_id.in_(together)).values(since=clock.now())
    listed = set(db.session.scalars(due.returning(MeasuringDue.account_id)))
    new = select(Account.id).where(Account.id.in_(together - listed)).order_by(Account.id)
    db.session.add_all(MeasuringDue(account_id=account_id) for account_id in db.session.scalars(new).all())
    db.session.flush()


def note_moved(moved_id: int, others: Collection[int]) -> None:
    """Note the same after a company moved: of its tree, and of those of the `others` that it stood and stands below.

    Where it was never measured, no snapshot of theirs was made of it either.
    """
    was_measured = select(AffinitySnapshot.id).where(AffinitySnapshot.account_id == moved_id)
    if db.session.scalar(was_measured.limit(1)) is not None:
        note_due([moved_id, *others])


def due_accounts(now: datetime) -> Sequence[Due]:
    """The accounts to be measured again by now, those that wait longest first.

    It is done at night, between 2:00 and 5:00 UTC, for what was asked for before that night began, and at any time
    once it is twenty hours old. So it is done within a day, and never at once: a report could be compared with the one
    of a minute before.
    """
    chosen = [MeasuringDue.since <= now - AT_THE_LATEST]
    if NIGHT_BEGINS <= now.astimezone(UTC).hour < NIGHT_ENDS:
        began = now.astimezone(UTC).replace(hour=NIGHT_BEGINS, minute=0, second=0, microsecond=0)
        chosen.append(MeasuringDue.since < began)
    rows = select(MeasuringDue.account_id, MeasuringDue.since).where(or_(*chosen))
    return [Due(*row) for row in db.session.execute(rows.order_by(MeasuringDue.since, MeasuringDue.account_id))]


def by_tree(due: Sequence[Due]) -> list[list[Due]]:
    """Those that belong together, together: in the order in which the first of each waits."""
    roots = roots_of([one.account_id for one in due]) if due else {}
    found: dict[int, list[Due]] = defaultdict(list)
    for one in due:
        found[roots[one.account_id]].append(one)
    return list(found.values())


def measure_again(account_ids: Collection[int]) -> list[Measured]:
    """Every snapshot of accounts of one tree measured anew, each as seen at its own moment, from the oldest on.

    Only reads. Everything that belongs together is measured with them, and once, however many of it are wanted: what
    one report may say depends on the others.
    """
    together: set[int] = set().union(*below(roots_of(account_ids).values()).values())
    taken = _taken(together)
    if not taken:
        return []
    family = dict(histories(max(taken), together))
    family = {one: replace(history, shown_until=None) for one, history in family.items()}
    parents, found = every_parent(), []
    for moment, here in sorted(taken.items()):
        made = dict(withhold([(one, make(history, moment)) for one, history in family.items()], parents))
        found += [Measured.of(one, moment, made[one]) for one in sorted(here.intersection(account_ids))]
        family |= {one: replace(family[one], shown_until=made[one].shown_until) for one in here}
    return found


def _taken(account_ids: Collection[int]) -> dict[datetime, set[int]]:
    """Of which of these accounts there is a snapshot, by moment."""
    rows = select(AffinitySnapshot.taken_at, AffinitySnapshot.account_id)
    found: dict[datetime, set[int]] = defaultdict(set)
    for moment, account_id in db.session.execute(rows.where(AffinitySnapshot.account_id.in_(account_ids))):
        found[moment].add(account_id)
    return found


def keep_measured_again(due: Due, measured: Sequence[Measured]) -> None:
    """Put these in place of what stood there, and take the account off the list, unless it is due anew by now.

    Others hear of it only if the account stands elsewhere now. To tell them each time would tell whenever somebody of
    it has left the count.
    """
    take_turn(TURN, 0)
    moment, stands_as_before = clock.now(), _stands_as_before(measured)
    for one in measured:
        values = as_row(one) | {"measured_again_at": moment}
        same = AffinitySnapshot.account_id == one.account_id, AffinitySnapshot.taken_at == one.at
        db.session.execute(update(AffinitySnapshot).where(*same).values(values))
    if not stands_as_before:
        events.record(SnapshotsKept(account_ids=sorted({one.account_id for one in measured})))
    done = MeasuringDue.account_id == due.account_id, MeasuringDue.since == due.since
    db.session.execute(delete(MeasuringDue).where(*done))


def _stands_as_before(measured: Sequence[Measured]) -> bool:
    """True where the last of these, all of one account, says of its affinity what is stored of that moment."""
    last = max(measured, key=lambda one: one.at, default=None)
    if last is None:
        return True
    same = AffinitySnapshot.account_id == last.account_id, AffinitySnapshot.taken_at == last.at
    rows = select(AffinitySnapshot.report, AffinitySnapshot.score_version).where(*same)
    stored = {_standing(from_text(report), version) for report, version in db.session.execute(rows)}
    return stored == {_standing(last.report, last.score.score_version)}


def _standing(report: Report, score_version: str) -> tuple[object, ...]:
    """The band of an account, and its affinity with the change and the parts where there are any, by which formula."""
    figures = report.figures
    told = (figures.affinity, figures.change, *sorted(figures.parts.items())) if figures else ()
    return score_version, report.band, *told
