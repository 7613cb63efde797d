"""Votes that count on a post and earn nothing, for whom they concern: nobody is to wonder where a point has gone.

The ledger holds what was earned. Votes between people of one company, or between employees, were never entered there,
and those of a burst have gone from it; so they are found among the votes themselves, of the last 90 days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Post, Vote
from app.posts.rules import HELPFUL
from app.reputation import votes
from app.reputation.ledger import cause_of, votes_entered
from app.reputation.models import BurstVote, ReputationEntry
from app.reputation.points import Reason
from app.reputation.queries import WhereEarned, where_earned

# When, on which post, what, why not, and whether the person cast it.
Found = tuple[datetime, int, str, Reason, bool]

WITHIN = timedelta(days=90)
SHOWN = 20
# Of votes for somebody; what a burst earned stands in the ledger, taken back.
TOLD = (Reason.SAME_COMPANY, Reason.COLLEAGUES)


@dataclass(frozen=True)
class Unearned:
    """A vote for what somebody wrote, or one that they cast themselves (`is_own`), and why it earns nothing."""

    at: datetime
    kind: str
    reason: Reason
    is_own: bool
    where: WhereEarned | None


def unearned_by(person: Person) -> Sequence[Unearned]:
    """The newest 20 of them. Only the person is to read it: in a small company it would say who voted."""
    found = sorted([*_for_them(person), *_in_own_bursts(person)], reverse=True)[:SHOWN]
    where = where_earned({post_id for _at, post_id, *_rest in found}, person) if found else {}
    return [Unearned(at, kind, reason, is_own, where.get(post_id)) for at, post_id, kind, reason, is_own in found]


def _for_them(person: Person) -> Iterator[Found]:
    since = clock.now() - WITHIN
    claims = votes.unplaced_claims(person.id, since)
    told = {cause: claim for cause, claim in claims.items() if claim.reason in TOLD and cause.person_id == person.id}
    if not told:
        return
    # Under older rules some of them have earned something, and they go on doing so.
    rows = votes_entered(votes.for_authors([person.id])).where(ReputationEntry.at >= since)
    entered = {cause_of(entry) for entry in db.session.scalars(rows)}
    for cause, claim in told.items():
        if claim.reason is not None and cause not in entered:
            yield claim.at, cause.post_id, cause.kind, claim.reason, False


def _in_own_bursts(person: Person) -> Iterator[Found]:
    since = clock.now() - WITHIN
    rows = select(Vote.cast_at, Vote.post_id, Post.kind, Vote.value).join(BurstVote, BurstVote.vote_id == Vote.id)
    cast = rows.join(Post, Post.id == Vote.post_id).where(Vote.voter_id == person.id, Vote.cast_at >= since)
    for at, post_id, kind, value in db.session.execute(cast):
        yield at, post_id, f"{kind}_{'up' if value == HELPFUL else 'down'}_voted", Reason.BURST, True
