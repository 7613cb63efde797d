"""The ledger: made to agree with what earns reputation now, by adding entries and reversals, never by changing one.

Settling may be repeated and does not depend on the order of events. The kept sums (a person's days and total) are
written in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.posts.models import Post, Vote
from app.questions.models import Answer
from app.reputation.causes import Cause, standing_causes
from app.reputation.models import ReputationDay, ReputationEntry, ReputationTotal
from app.reputation.points import POINTS, RULE_VERSION, Entry, day_of, day_sum

REVERSED = "_reversed"
CHUNK = 500

PersonDay = tuple[int, date]


def settle_vote(post_id: int, voter_id: int) -> None:
    """Make the ledger agree with how `voter_id` judges the post now."""
    settle_posts([post_id], actor_id=voter_id)


def settle_acceptance(question_id: int) -> None:
    """Make the ledger agree with which answer of the question is accepted now."""
    settle_posts(_post_ids([question_id]))


def settle_post(post_id: int) -> None:
    """Make the ledger agree with a post that was deleted or restored; a question takes its answers along."""
    settle_posts(_post_ids([post_id]))


def settle_threads(question_ids: Iterable[int]) -> None:
    """Make the ledger agree with everything in these threads."""
    settle_posts(_post_ids(question_ids))


def settle_votes_of(person_id: int) -> None:
    """Make the ledger agree with all votes that a person has cast, after the roles of that person changed."""
    settle_posts(db.session.scalars(select(Vote.post_id).where(Vote.voter_id == person_id)), actor_id=person_id)


def settle_posts(post_ids: Iterable[int], actor_id: int | None = None) -> None:
    """Make the ledger agree with what these posts earn now; with `actor_id`, by the deeds of that person alone."""
    ids = sorted(set(post_ids))
    for start in range(0, len(ids), CHUNK):
        _settle(ids[start : start + CHUNK], actor_id)


def standing_entries(*conditions: ColumnElement[bool]) -> Select[ReputationEntry]:
    """Entries that count: neither reversals nor reversed."""
    reversal = aliased(ReputationEntry)
    return (
        select(ReputationEntry)
        .outerjoin(reversal, reversal.reverses_id == ReputationEntry.id)
        .where(ReputationEntry.reverses_id.is_(None), reversal.id.is_(None), *conditions)
    )


def cause_of(entry: ReputationEntry) -> Cause:
    """What an entry was entered for."""
    return Cause(entry.kind, entry.post_id, entry.actor_id, entry.person_id)


def as_line(entry: ReputationEntry) -> Entry:
    """The entry as the arithmetic of points sees it."""
    return Entry(entry.id, entry.at, entry.person_id, entry.kind, entry.points, entry.reverses_id)


def rebuild_sums(person_ids: Iterable[int]) -> None:
    """Write the days and totals of these people anew, from the ledger alone."""
    for person_id in sorted(set(person_ids)):
        _lock_total(person_id)
        days = {day_of(entry.at) for entry in db.session.scalars(standing_entries(_of(person_id)))}
        kept = db.session.scalars(select(ReputationDay.day).where(ReputationDay.person_id == person_id))
        _write_sums({(person_id, day) for day in days.union(kept)})


def _settle(post_ids: Collection[int], actor_id: int | None) -> None:
    for author_id in sorted(db.session.scalars(select(Post.author_id).where(Post.id.in_(post_ids)).distinct())):
        take_turn("reputation", author_id)
    causes = standing_causes(post_ids, actor_id)
    about: list[ColumnElement[bool]] = [ReputationEntry.post_id.in_(post_ids)]
    if actor_id is not None:
        about.append(ReputationEntry.actor_id == actor_id)
    entered = list(db.session.scalars(standing_entries(*about)))
    wrong = [entry for entry in entered if causes.get(cause_of(entry)) != entry.at]
    right = {cause_of(entry) for entry in entered} - {cause_of(entry) for entry in wrong}
    missing = sorted((cause, at) for cause, at in causes.items() if cause not in right)
    rounds = _rounds(about) if missing else {}
    touched = [_reverse(entry) for entry in wrong]
    touched += [_enter(cause, at, rounds.get(cause, 0) + 1) for cause, at in missing]
    _write_sums(touched)


def _rounds(about: Iterable[ColumnElement[bool]]) -> dict[Cause, int]:
    """How often each cause has been entered so far."""
    columns = (ReputationEntry.kind, ReputationEntry.post_id, ReputationEntry.actor_id, ReputationEntry.person_id)
    rows = select(*columns, func.max(ReputationEntry.round)).where(*about).group_by(*columns)
    return {Cause(*row[:4]): row[4] for row in db.session.execute(rows)}


def _enter(cause: Cause, at: datetime, number: int) -> PersonDay:
    points = POINTS[cause.kind]
    db.session.add(ReputationEntry(**cause._asdict(), at=at, points=points, round=number, rule_version=RULE_VERSION))
    return cause.person_id, day_of(at)


def _reverse(entry: ReputationEntry) -> PersonDay:
    db.session.add(
        ReputationEntry(
            at=clock.now(),
            person_id=entry.person_id,
            kind=entry.kind + REVERSED,
            points=-entry.points,
            post_id=entry.post_id,
            actor_id=entry.actor_id,
            round=entry.round,
            reverses_id=entry.id,
            rule_version=entry.rule_version,
        )
    )
    return entry.person_id, day_of(entry.at)


def _write_sums(days: Iterable[PersonDay]) -> None:
    """Write these days, and then the totals of their people, from the ledger."""
    touched = set(days)
    for person_id in sorted({person_id for person_id, _day in touched}):
        total = _lock_total(person_id)
        for _person_id, day in sorted(one for one in touched if one[0] == person_id):
            _write_day(person_id, day)
        db.session.flush()
        points = select(func.sum(ReputationDay.points)).where(ReputationDay.person_id == person_id)
        total.points = db.session.scalar(points) or 0


def _lock_total(person_id: int) -> ReputationTotal:
    """The person's total, so that nobody else sums up the same person until this transaction ends."""
    total = db.session.get(ReputationTotal, person_id, with_for_update=True)
    if total is None:
        total = ReputationTotal(person_id=person_id, points=0)
        db.session.add(total)
        db.session.flush()
    return total


def _write_day(person_id: int, day: date) -> None:
    begins = datetime.combine(day, time(), UTC)
    on_the_day = (ReputationEntry.at >= begins, ReputationEntry.at < begins + timedelta(days=1))
    entries = db.session.scalars(standing_entries(_of(person_id), *on_the_day)).all()
    kept = db.session.get(ReputationDay, (person_id, day))
    if kept is not None and not entries:
        db.session.delete(kept)
        return
    if kept is None and entries:
        kept = ReputationDay(person_id=person_id, day=day)
        db.session.add(kept)
    if kept is not None:
        kept.points = day_sum(as_line(entry) for entry in entries)


def _of(person_id: int) -> ColumnElement[bool]:
    return ReputationEntry.person_id == person_id


def _post_ids(ids: Iterable[int]) -> set[int]:
    """These posts, and the answers of those among them that are questions."""
    posts = set(ids)
    in_order = sorted(posts)
    for start in range(0, len(in_order), CHUNK):
        chunk = in_order[start : start + CHUNK]
        posts.update(db.session.scalars(select(Answer.id).where(Answer.question_id.in_(chunk))))
    return posts
