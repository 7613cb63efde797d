"""Bursts: five or more votes of one person for one author within ten minutes. They earn nothing, and both are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.posts.models import Post, Vote
from app.reputation import ledger
from app.reputation.models import BurstVote
from app.reputation.votes import Pair

FEWEST = 5
WITHIN = timedelta(minutes=10)

# When a vote was cast, and its id.
Cast = tuple[datetime, int]


def in_bursts(votes: Sequence[Cast]) -> set[int]:
    """The ids of those votes of one person for one author that have four others of them within ten minutes."""
    in_order = sorted(votes)
    found: set[int] = set()
    for first in range(len(in_order) - FEWEST + 1):
        some = in_order[first : first + FEWEST]
        if some[-1][0] - some[0][0] <= WITHIN:
            found.update(vote_id for _at, vote_id in some)
    return found


def find(since: datetime | None) -> Mapping[Pair, set[int]]:
    """The votes of bursts that are not known yet, by voter and author, of those cast since then (None: of all)."""
    found: dict[Pair, set[int]] = {}
    for pair, votes in _many_votes(since).items():
        if new := in_bursts(votes) - _known([vote_id for _at, vote_id in votes]):
            found[pair] = new
    return found


def note(found: Mapping[Pair, set[int]]) -> None:
    """Keep which votes belong to bursts; the ledger takes back what they earned."""
    take_turn("vote bursts", 0)
    vote_ids = set().union(*found.values())
    # Some may have been taken back since they were found.
    still = set(db.session.scalars(select(Vote.id).where(Vote.id.in_(vote_ids))))
    db.session.add_all(BurstVote(vote_id=vote_id) for vote_id in sorted(still - _known(still)))
    db.session.flush()
    ledger.settle_pairs(found)


def _many_votes(since: datetime | None) -> Mapping[Pair, list[Cast]]:
    """The votes of everybody who cast so many for one author that they can be a burst."""
    post = aliased(Post.__table__)
    votes = select(Vote.voter_id, post.c.author_id).join(post, post.c.id == Vote.post_id)
    lately = votes if since is None else votes.where(Vote.cast_at >= since)
    many = lately.group_by(Vote.voter_id, post.c.author_id).having(func.count() >= FEWEST).subquery()
    is_one = (many.c.voter_id == Vote.voter_id) & (many.c.author_id == post.c.author_id)
    rows = votes.add_columns(Vote.cast_at, Vote.id).join(many, is_one)
    found: dict[Pair, list[Cast]] = defaultdict(list)
    rows = rows if since is None else rows.where(Vote.cast_at >= since)
    for voter_id, author_id, cast_at, vote_id in db.session.execute(rows):
        found[voter_id, author_id].append((cast_at, vote_id))
    return found


def _known(vote_ids: Collection[int]) -> set[int]:
    return set(db.session.scalars(select(BurstVote.vote_id).where(BurstVote.vote_id.in_(vote_ids))))
