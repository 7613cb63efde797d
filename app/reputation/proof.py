"""Proving what is kept of reputation: the sums against the ledger, and the ledger against what earns points now.

Everything is read in pieces, some hundreds of people or posts at a time, so that it fits however long the ledger is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, select

from app.kernel import events
from app.kernel.db import db
from app.people.models import JoinInvitation, PersonRole
from app.posts.models import Post
from app.reputation import badges, causes, ledger, people_proof, votes
from app.reputation.causes import Caused
from app.reputation.days import Entry, day_sums
from app.reputation.models import Badge, Recognition, ReputationDay, ReputationEntry, ReputationTotal, TopicExpertise
from app.reputation.sums import columns_of_lines

PIECE = 500

Key = TypeVar("Key")


def differences() -> Iterator[str]:
    """One sentence for every sum that is not what the ledger says, and for every entry that lacks its cause.

    Causes are compared only when the outbox is empty: what waits there has not been entered yet, rightly.
    """
    with_entry = select(ReputationEntry.person_id).distinct()
    for person_ids in _pieces(with_entry.union(select(ReputationTotal.person_id), select(ReputationDay.person_id))):
        yield from _wrong_sums(person_ids)
    if events.pending_count() == 0:
        yield from _wrong_boards()
        yield from _wrong_entries()
        yield from people_proof.differences()
        yield from _wrong_badges()


def _wrong_sums(person_ids: Sequence[int]) -> Iterator[str]:
    rows = select(*columns_of_lines).where(ReputationEntry.person_id.in_(person_ids))
    days = day_sums(Entry(*row) for row in db.session.execute(rows))
    kept_days = select(ReputationDay).where(ReputationDay.person_id.in_(person_ids))
    by_day = {(one.person_id, one.day): one.points for one in db.session.scalars(kept_days)}
    yield from _different(days, by_day, "the reputation of person {0[0]} on {0[1]}")
    kept_totals = select(ReputationTotal).where(ReputationTotal.person_id.in_(person_ids))
    by_person = {one.person_id: one.points for one in db.session.scalars(kept_totals)}
    yield from _different(_by_person(days), by_person, "the reputation of person {0}")


def _by_person(days: Mapping[tuple[int, date], int]) -> dict[int, int]:
    totals: dict[int, int] = {}
    for (person_id, _day), points in days.items():
        totals[person_id] = totals.get(person_id, 0) + points
    return totals


def _different(counted: Mapping[Key, int], kept: Mapping[Key, int], name: str) -> Iterator[str]:
    for key in sorted(counted.keys() | kept.keys(), key=str):
        right, stored = counted.get(key, 0), kept.get(key, 0)
        if right != stored:
            yield f"{name.format(key).capitalize()} is kept as {stored}; the ledger says {right}."


def _wrong_boards() -> Iterator[str]:
    is_employee = ReputationTotal.person_id.in_(select(PersonRole.person_id))
    wrong = select(ReputationTotal.person_id).where(ReputationTotal.is_employee != is_employee)
    for person_id in db.session.scalars(wrong.order_by(ReputationTotal.person_id)):
        yield f"The reputation of person {person_id} is kept for the wrong board."


def _wrong_entries() -> Iterator[str]:
    for author_ids in _pieces(select(Post.author_id).distinct()):
        scope = votes.for_authors(author_ids)
        yield from _not_as_claimed(votes.vote_claims(scope), ledger.votes_entered(scope))
    for post_ids in _pieces(select(Post.id)):
        yield from _not_as_claimed(causes.post_claims(post_ids), ledger.entered_on(post_ids))
    rewarded = select(ReputationEntry.person_id).where(ReputationEntry.kind == causes.INVITED)
    for inviter_ids in _pieces(select(JoinInvitation.made_by_id).union(rewarded)):
        yield from _not_as_claimed(causes.invitation_claims(inviter_ids), ledger.invitations_entered(inviter_ids))


def _not_as_claimed(caused: Caused, about: Select[ReputationEntry]) -> Iterator[str]:
    entered = {ledger.cause_of(entry): entry for entry in db.session.scalars(about)}
    wrong = {cause for cause, entry in entered.items() if not ledger.is_right(entry, caused)}
    missing = caused.counted().keys() - entered.keys()
    for cause in sorted(wrong | missing):
        claim = None if cause in missing else caused.under(entered[cause].rule_version).get(cause)
        stands = cause in missing or (claim is not None and claim.reason is None)
        state = "is not entered as it happened" if stands else "is entered, but no longer stands"
        yield f"Reputation of person {cause.person_id} for post {cause.post_id}: {cause.kind} {state}."


def _wrong_badges() -> Iterator[str]:
    everybody = select(TopicExpertise.person_id).union(select(Recognition.person_id), select(Badge.person_id))
    for person_ids in _pieces(everybody):
        earned = badges.topic_badges(person_ids) | badges.owning_badges(person_ids)
        for one in sorted(earned ^ badges.kept_badges(Badge.person_id.in_(person_ids)).keys(), key=str):
            on = "" if one.tag_id is None else f" on topic {one.tag_id}"
            yield f"The badge {one.kind} ({one.level}) of person {one.person_id}{on} is not kept as it is earned."


def _pieces(ids: Any) -> Iterator[Sequence[int]]:
    """The ids that a query gives, in order, so many at a time."""
    known = sorted(db.session.scalars(ids))
    for start in range(0, len(known), PIECE):
        yield known[start : start + PIECE]
