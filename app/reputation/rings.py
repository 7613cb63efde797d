"""Rings: two people who find each other's answers helpful more often than chance allows, for a steward to look at.

ring = 2 · min(a to b, b to a) / (all votes of a + all votes of b) says how much of their voting they keep between them.
How likely that is by chance says the binomial tail P(X ≥ votes of a for b), where each vote of a meets an answer of b
with the probability p: the part that b has of the answers which a could have voted for, on the topics a votes on. Where
a team writes most of a topic's answers, p is large, and nobody is suspected for it.

Votes are those that find a public answer helpful. Votes that earn nothing anyway, of colleagues and of people of one
company, make no pair. Nothing follows from a pair that is found but that somebody looks.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people.models import Person
from app.posts.models import Vote
from app.posts.rules import HELPFUL
from app.reputation import votes
from app.reputation.causes import in_threads, is_gone, is_open, judged
from app.reputation.models import TopicAnswer, VoteRing
from app.reputation.points import Reason, newest

FEWEST_VOTES = 10
LARGEST_RING = 0.4
SMALLEST_TAIL = 1e-6
# Pairs looked at in one night, those with most votes between them first.
MOST_PAIRS = 1_000
COUNTS_ANYWAY = (None, Reason.BURST)


@dataclass(frozen=True)
class Mutual:
    """Two people by id, the smaller first, with their votes for each other and all votes of each."""

    first_id: int
    second_id: int
    first_to_second: int
    second_to_first: int
    votes_of_first: int
    votes_of_second: int

    @property
    def ring(self) -> float:
        """How much of their voting the two keep between them, from 0 to 1."""
        return ring_of(self.first_to_second, self.second_to_first, self.votes_of_first + self.votes_of_second)


def ring_of(there: int, back: int, all_votes: int) -> float:
    """2 · min(there, back) / all votes of both."""
    return 2 * min(there, back) / all_votes if all_votes else 0.0


def tail(least: int, trials: int, chance: float) -> float:
    """The binomial tail P(X ≥ least) in so many trials, each with this chance; summed up as logarithms."""
    if least <= 0 or chance >= 1:
        return 1.0
    if chance <= 0 or least > trials:
        return 0.0
    for_hit, for_miss = math.log(chance), math.log1p(-chance)
    logs = [
        math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
        + hits * for_hit + (trials - hits) * for_miss
        for hits in range(least, trials + 1)
    ]  # fmt: skip
    largest = max(logs)
    return min(1.0, math.exp(largest) * math.fsum(math.exp(one - largest) for one in logs))


def find() -> Mapping[Mutual, float]:
    """The pairs that somebody should look at, with the larger of their two tails."""
    found = {}
    for pair in _closed_pairs():
        larger = max(
            tail(pair.first_to_second, pair.votes_of_first, _chance(pair.first_id, pair.second_id)),
            tail(pair.second_to_first, pair.votes_of_second, _chance(pair.second_id, pair.first_id)),
        )
        if larger < SMALLEST_TAIL:
            found[pair] = larger
    return found


def keep(found: Mapping[Mutual, float]) -> None:
    """Make the kept pairs agree with what was found; those that somebody has looked at stay."""
    take_turn("vote rings", 0)
    kept = {(one.first_id, one.second_id): one for one in db.session.scalars(select(VoteRing))}
    for pair, larger in found.items():
        row = kept.pop((pair.first_id, pair.second_id), None)
        if row is None:
            row = VoteRing(first_id=pair.first_id, second_id=pair.second_id)
            db.session.add(row)
        row.first_to_second, row.second_to_first = pair.first_to_second, pair.second_to_first
        row.votes_of_first, row.votes_of_second = pair.votes_of_first, pair.votes_of_second
        row.tail = larger
    for row in kept.values():
        if row.looked_at is None:
            db.session.delete(row)
    db.session.flush()


def _closed_pairs() -> Iterator[Mutual]:
    """The pairs with enough votes of which they keep enough between them, and whose votes earn something."""
    pairs = [pair for pair in _mutual_pairs() if pair.ring > LARGEST_RING]
    earning = _earning({(pair.first_id, pair.second_id) for pair in pairs}) if pairs else set()
    return (pair for pair in pairs if (pair.first_id, pair.second_id) in earning)


def _mutual_pairs() -> Iterator[Mutual]:
    given = _given()
    there, back = aliased(given), aliased(given)
    between = there.c.votes + back.c.votes
    mutual = and_(there.c.voter_id == back.c.author_id, there.c.author_id == back.c.voter_id)
    rows = (
        select(there.c.voter_id, back.c.voter_id, there.c.votes, back.c.votes)
        .join(back, mutual)
        .where(there.c.voter_id < back.c.voter_id, between >= FEWEST_VOTES)
        .order_by(between.desc(), there.c.voter_id, back.c.voter_id)
        .limit(MOST_PAIRS)
    )
    found = db.session.execute(rows).all()
    people = {person_id for row in found for person_id in row[:2]}
    totals = select(given.c.voter_id, func.sum(given.c.votes)).where(given.c.voter_id.in_(people))
    all_votes = {voter: int(votes) for voter, votes in db.session.execute(totals.group_by(given.c.voter_id))}
    for first, second, forth, answered in found:
        yield Mutual(first, second, forth, answered, all_votes[first], all_votes[second])


def _given() -> CTE:
    """How many public answers of whom somebody finds helpful."""
    rows = (
        select(Vote.voter_id, judged.c.author_id, func.count().label("votes"))
        .select_from(in_threads.join(Vote.__table__, Vote.post_id == judged.c.id))
        .join(Person, Person.id == Vote.voter_id)
        .where(*_helpful(), is_open, ~is_gone, judged.c.kind == "answer", Person.active)
    )
    return rows.group_by(Vote.voter_id, judged.c.author_id).cte("given")


def _helpful() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Vote.value == HELPFUL, Vote.set_aside_at.is_(None)


def _earning(pairs: Collection[votes.Pair]) -> set[votes.Pair]:
    """Those of these pairs who are neither colleagues nor of one company."""
    claims = votes.vote_claims(votes.of_pairs(pairs)).under(newest().version)
    helpful = ((cause, claim) for cause, claim in claims.items() if cause.kind == "answer_up_voted")
    return {(cause.actor_id, cause.person_id) for cause, claim in helpful if claim.reason in COUNTS_ANYWAY}


def _chance(voter_id: int, author_id: int) -> float:
    """The part that the author has of the answers which the voter could vote for, on the topics that they vote on."""
    on_topics = select(TopicAnswer.tag_id).join(Vote, Vote.post_id == TopicAnswer.answer_id)
    topics = on_topics.where(Vote.voter_id == voter_id, *_helpful()).distinct()
    theirs: Any = case((TopicAnswer.person_id == author_id, TopicAnswer.answer_id))
    rows = select(func.count(TopicAnswer.answer_id.distinct()), func.count(theirs.distinct()))
    of_others = TopicAnswer.tag_id.in_(topics), TopicAnswer.person_id != voter_id
    answers, by_author = db.session.execute(rows.where(*of_others)).one()
    return by_author / answers if answers else 0.0
