"""Entering anew, under the newest rules, what was entered under older ones.

Each old entry is reversed and what still earns something is entered again, so that everybody can read both. It goes in
pieces, each of which is whole; what was broken off goes on where it stopped, for the entries say what is left.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from app.kernel.db import db
from app.reputation import ledger
from app.reputation.models import ReputationEntry, ReputationTotal
from app.reputation.points import newest
from app.reputation.sums import standing_entries

POSTS_AT_ONCE = 100


def left() -> int:
    """How many entries stand under older rules."""
    rows = standing_entries(ReputationEntry.rule_version < newest().version)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def enter_next(after: int) -> int | None:
    """Enter the next posts anew, by id after `after`; returns the last of them, None where nothing is left."""
    old = standing_entries(ReputationEntry.rule_version < newest().version, ReputationEntry.post_id > after)
    ids = old.with_only_columns(ReputationEntry.post_id).distinct().order_by(ReputationEntry.post_id)
    post_ids = db.session.scalars(ids.limit(POSTS_AT_ONCE)).all()
    if not post_ids:
        return None
    ledger.settle_posts(post_ids, anew=True)
    return post_ids[-1]


def totals() -> Mapping[int, int]:
    """Everybody's total, to be compared with what it is afterwards."""
    rows = db.session.execute(select(ReputationTotal.person_id, ReputationTotal.points))
    return {person_id: points for person_id, points in rows}


def changes(before: Mapping[int, int], after: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Whose total is another one than before, with both."""
    people = sorted(before.keys() | after.keys())
    both = {person_id: (before.get(person_id, 0), after.get(person_id, 0)) for person_id in people}
    return {person_id: pair for person_id, pair in both.items() if pair[0] != pair[1]}
