"""What votes earn at this moment, and why some of them earn nothing.

Tallies of an import have no voter and earn nothing. A vote against a text that its author has taken back costs
nothing: neither the author nor whoever cast it. Votes that carry no outside information earn nothing and stay shown on
the post: those of colleagues, of people of one company, of a burst, and of somebody who is let in no more.

Gains shrink with each further vote of one person for the same author (app.reputation.points); losses do not depend on
one another, so that a correction, which takes losses back, can never cost its author anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, select, tuple_

from app.accounts import tree
from app.kernel.db import db
from app.people.models import MEMBER, Person, PersonRole
from app.posts.models import Post, Vote
from app.posts.rules import HELPFUL
from app.reputation.causes import (
    Cause,
    Caused,
    Claim,
    Claims,
    Column,
    company_of_author,
    in_threads,
    is_gone,
    is_open,
    judged,
    last_company,
)
from app.reputation.models import BurstVote
from app.reputation.points import CASTING, RULES, Cast, Reason, Rules, newest
from app.reputation.threads import among

# The voter and the author of a vote.
Pair = tuple[int, int]

FOR = "_up_voted"
VOTE_KINDS = (*sorted({kind for rules in RULES.values() for kind in rules.points if kind.endswith("_voted")}), CASTING)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which votes are meant: all of each voter for each author, for what one counts depends on all others of the pair.

    None stands for everybody. `pairs` may name fewer than each with each.
    """

    authors: Collection[int] | None = None
    voters: Collection[int] | None = None
    pairs: Collection[Pair] | None = None

    def condition(self, voter: Column, author: Column) -> ColumnElement[bool]:
        """True for these votes, by the columns of their voter and author."""
        of_pairs = [] if self.pairs is None else [tuple_(voter, author).in_(self.pairs)]
        return and_(among(voter, self.voters), among(author, self.authors), *of_pairs)


class Judged(NamedTuple):
    """A vote with what decides whether it earns anything."""

    post_id: int
    voter_id: int
    value: int
    cast_at: datetime
    kind: str
    author_id: int
    author_account_id: int | None
    voter_account_id: int | None
    reason: str


def of_pairs(pairs: Collection[Pair]) -> Scope:
    """All votes of these voters for these authors."""
    return Scope(voters={voter for voter, _author in pairs}, pairs=pairs)


def of_voter(voter_id: int, author_ids: Collection[int]) -> Scope:
    """All votes of one person for these authors."""
    return Scope(voters=[voter_id], authors=author_ids)


def for_authors(author_ids: Collection[int]) -> Scope:
    """All votes for these authors."""
    return Scope(authors=author_ids)


def vote_claims(scope: Scope) -> Caused:
    """Everything that the votes of a scope cause, with why some of it earns nothing."""
    return Caused(_found(scope.condition(Vote.voter_id, judged.c.author_id)), _in_their_places)


def unplaced_claims(author_id: int, since: datetime) -> Claims:
    """What the votes for one author since then cause under the newest rules, without which of its pair a vote is."""
    lately = _found(judged.c.author_id == author_id, Vote.cast_at >= since)
    return Caused(lately).under(newest().version)


def voted_pairs(post_ids: Collection[int]) -> set[Pair]:
    """Who votes on these posts, and who wrote them."""
    pairs = select(Vote.voter_id, Post.author_id).join(Post, Post.id == Vote.post_id)
    found = db.session.execute(pairs.where(Vote.post_id.in_(post_ids)).distinct())
    return {(voter_id, author_id) for voter_id, author_id in found}


def _found(*which: ColumnElement[bool]) -> Claims:
    votes = _with_company([Judged(*row) for row in db.session.execute(_votes().where(*which))])
    return dict(claim for vote in votes for claim in _claims_of(vote))


def _in_their_places(claims: Claims, rules: Rules) -> Claims:
    """The same claims; those for votes that count say which of its voter for its author each is."""
    gains: dict[Pair, list[Cast]] = defaultdict(list)
    for cause, claim in claims.items():
        if cause.kind.endswith(FOR) and claim.reason is None:
            gains[cause.actor_id, cause.person_id].append((claim.at, cause.post_id))
    placed = {pair: rules.places(votes) for pair, votes in gains.items()}
    return {cause: _in_its_place(cause, claim, placed) for cause, claim in claims.items()}


def _in_its_place(cause: Cause, claim: Claim, placed: dict[Pair, dict[Cast, int]]) -> Claim:
    if not cause.kind.endswith(FOR):
        return claim
    nth = placed.get((cause.actor_id, cause.person_id), {}).get((claim.at, cause.post_id), 1)
    return claim._replace(nth=nth)


def _claims_of(vote: Judged) -> Iterator[tuple[Cause, Claim]]:
    claim = Claim(vote.cast_at, reason=Reason(vote.reason) if vote.reason else None)
    direction = "up" if vote.value == HELPFUL else "down"
    yield Cause(f"{vote.kind}_{direction}_voted", vote.post_id, vote.voter_id, vote.author_id), claim
    if vote.value != HELPFUL and vote.kind == "answer":
        yield Cause(CASTING, vote.post_id, vote.voter_id, vote.voter_id), claim


def _with_company(votes: list[Judged]) -> list[Judged]:
    """The same votes; those between people of one company, subsidiaries among them, have that as their reason."""
    both = [one for one in votes if not one.reason and one.voter_account_id and one.author_account_id]
    if not both:
        return votes
    ids = {one.voter_account_id or 0 for one in both} | {one.author_account_id or 0 for one in both}
    roots = tree.roots_of(ids)
    same = {
        (one.post_id, one.voter_id)
        for one in both
        if roots.get(one.voter_account_id or 0) == roots.get(one.author_account_id or 0)
    }
    return [
        one._replace(reason=Reason.SAME_COMPANY.value) if (one.post_id, one.voter_id) in same else one for one in votes
    ]


def _votes() -> Select[Any]:
    """Every vote, in the columns of Judged."""
    columns = (Vote.post_id, Vote.voter_id, Vote.value, Vote.cast_at, judged.c.kind, judged.c.author_id)
    joined = in_threads.join(Vote.__table__, Vote.post_id == judged.c.id).join(
        Person.__table__, Person.id == Vote.voter_id
    )
    joined = joined.outerjoin(BurstVote.__table__, BurstVote.vote_id == Vote.id)
    companies = company_of_author, last_company(Vote.voter_id, Vote.cast_at)
    return select(*columns, *companies, _reason()).select_from(joined)


def _reason() -> ColumnElement[str]:
    """Why a vote earns nothing, "" where it does; who belongs to which company is for _with_company to say."""
    return case(
        (Vote.set_aside_at.is_not(None), Reason.CORRECTED.value),
        (is_gone, Reason.POST_DELETED.value),
        (~is_open, Reason.CONFIDENTIAL.value),
        (~Person.active, Reason.VOTER_GONE.value),
        (_between_employees(), Reason.COLLEAGUES.value),
        (BurstVote.vote_id.is_not(None), Reason.BURST.value),
        else_="",
    )


def _between_employees() -> ColumnElement[bool]:
    """Colleagues' votes are shown on a post and earn nothing: they would turn head-count into rank."""
    employees = select(PersonRole.person_id)
    return and_(judged.c.author_role != MEMBER, Vote.voter_id.in_(employees))
