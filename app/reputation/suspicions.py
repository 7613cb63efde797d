"""Votes that look arranged, for stewards to look at: pairs who vote for each other, and bursts.

Nothing follows by itself. Who votes for what is nobody's business: one page of the site says it, of such pairs alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.orm import joinedload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people import audit
from app.people.models import Person
from app.posts.models import Post, Vote
from app.posts.rules import HELPFUL
from app.questions.models import Answer, question_tags
from app.reputation import rules
from app.reputation.models import BurstVote, VoteRing
from app.topics.models import Tag

PAIRS_SHOWN = 50
TOPICS_SHOWN = 3
BURSTS_WITHIN = timedelta(days=30)
LONGEST_VERDICT = 200

Pair = tuple[int, int]

_posts = Post.__table__
_answers = Answer.__table__


@dataclass(frozen=True)
class Burst:
    """Votes of one person for one author within minutes; they earn nothing."""

    voter: Person
    author: Person
    votes: int
    first_at: datetime
    last_at: datetime


def pairs(*, looked_at: bool) -> Sequence[VoteRing]:
    """Pairs who wait for somebody to look, or those who were looked at, the newest first."""
    people = joinedload(VoteRing.first), joinedload(VoteRing.second), joinedload(VoteRing.looked_by)
    rows = select(VoteRing).options(*people)
    rows = rows.where(VoteRing.looked_at.is_not(None) if looked_at else VoteRing.looked_at.is_(None))
    newest = VoteRing.looked_at.desc() if looked_at else VoteRing.found_at.desc()
    return db.session.scalars(rows.order_by(newest, VoteRing.first_id, VoteRing.second_id).limit(PAIRS_SHOWN)).all()


def count_waiting() -> int:
    """How many pairs nobody has looked at."""
    return db.session.scalar(select(func.count()).select_from(VoteRing).where(VoteRing.looked_at.is_(None))) or 0


def topics_of(rings: Collection[VoteRing]) -> Mapping[Pair, Sequence[str]]:
    """The topics on which each pair votes for each other most, in one query."""
    found: dict[Pair, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for voter_id, author_id, name, votes in _votes_by_topic(rings) if rings else ():
        found[min(voter_id, author_id), max(voter_id, author_id)][name] += votes
    most = {pair: sorted(names, key=lambda name: (-names[name], name)) for pair, names in found.items()}
    return {pair: names[:TOPICS_SHOWN] for pair, names in most.items()}


def bursts() -> Sequence[Burst]:
    """Who voted for whom too quickly within 30 days, the latest first."""
    last = func.max(Vote.cast_at)
    rows = (
        select(Vote.voter_id, _posts.c.author_id, func.count(), func.min(Vote.cast_at), last)
        .join(BurstVote, BurstVote.vote_id == Vote.id)
        .join(_posts, _posts.c.id == Vote.post_id)
        .where(Vote.cast_at >= clock.now() - BURSTS_WITHIN)
        .group_by(Vote.voter_id, _posts.c.author_id)
        .order_by(last.desc(), Vote.voter_id)
        .limit(PAIRS_SHOWN)
    )
    found = db.session.execute(rows).all()
    ids = {person_id for row in found for person_id in row[:2]}
    people = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))} if ids else {}
    return [Burst(people[voter], people[author], votes, began, ended) for voter, author, votes, began, ended in found]


def look_at(ring: VoteRing, verdict: str, *, by: Person) -> None:
    """Keep what a steward thinks of a pair, in a sentence for other stewards. It changes no vote and no point."""
    rules.check_can_judge(by, ring.first_id, ring.second_id)
    sentence = " ".join(verdict.split())
    if not sentence:
        raise RuleBroken("Say in a sentence what you found, so that the next one need not look again.")
    if len(sentence) > LONGEST_VERDICT:
        raise RuleBroken(f"Keep it to {LONGEST_VERDICT} letters.")
    ring.verdict, ring.looked_at, ring.looked_by_id = sentence, clock.now(), by.id
    second = db.session.get_one(Person, ring.second_id)
    audit.note("votes.looked_at", by=by, about=db.session.get_one(Person, ring.first_id), other=second.handle)


def _votes_by_topic(rings: Collection[VoteRing]) -> Sequence[Row[int, int, str, int]]:
    """Voter, author, topic and votes, of each pair in both directions."""
    thread = func.coalesce(_answers.c.question_id, _posts.c.id)
    ways = [way for ring in rings for way in ((ring.first_id, ring.second_id), (ring.second_id, ring.first_id))]
    rows = (
        select(Vote.voter_id, _posts.c.author_id, Tag.name, func.count())
        .join(_posts, _posts.c.id == Vote.post_id)
        .outerjoin(_answers, _answers.c.id == _posts.c.id)
        .join(question_tags, question_tags.c.question_id == thread)
        .join(Tag, Tag.id == question_tags.c.tag_id)
        .where(tuple_(Vote.voter_id, _posts.c.author_id).in_(ways), Vote.value == HELPFUL)
        .group_by(Vote.voter_id, _posts.c.author_id, Tag.name)
    )
    return db.session.execute(rows).all()
