"""Reading reputation: totals, and every point of a person with where it came from."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy import and_, func, or_, select

from app.kernel.db import db
from app.kernel.paging import Page, page_of
from app.people.models import Person
from app.posts.models import Post
from app.questions.models import Answer
from app.questions.queries import visible_to
from app.reputation import threads
from app.reputation.models import ReputationEntry, ReputationTotal
from app.reputation.points import MOST_A_DAY, Entry, Reason, capped_gains, day_of, is_capped, share_of, shown
from app.reputation.sums import as_line, standing_entries

POINTS_A_PAGE = 50
NEWEST = (ReputationEntry.at, ReputationEntry.id)


@dataclass(frozen=True)
class WhereEarned:
    """The thread that a point comes from, as the viewer may see it; `answer_id` where it is an answer that stands."""

    question_id: int
    title: str
    slug: str
    answer_id: int | None


@dataclass(frozen=True)
class PointsLine:
    """One line of somebody's ledger.

    `kind` is what happened, without saying who did it, and `points` what it gave or took, of which `share` counts; a
    reversal has the opposite. `reason` is why a reversal was made, and `reversed_because` why this line was reversed
    later; None for a line that stands. `of_own_vote` marks what became of a vote that the person cast for somebody
    else: its points are not theirs. `day_is_full` is true for a gain of a day on which votes earned all that counts.
    """

    id: int
    at: datetime
    kind: str
    points: int
    share: Fraction
    nth: int
    rule_version: int
    is_reversal: bool
    reason: Reason | None
    reversed_because: Reason | None
    of_own_vote: bool
    day_is_full: bool
    where: WhereEarned | None

    @property
    def counts(self) -> bool:
        """True where the points are part of the person's total."""
        return not self.is_reversal and self.reversed_because is None


@dataclass(frozen=True)
class Balance:
    """How much somebody answers others and how much they ask, in public.

    z = (answers - questions) / √(answers + questions) says how far that is from asking as often as answering, in
    standard deviations (Zhang, Ackerman, Adamic: Expertise networks in online communities, 2007).
    """

    answers: int
    questions: int

    @property
    def z(self) -> float:
        """Above 0 for who answers more than they ask; 0 for who did neither."""
        both = self.answers + self.questions
        return (self.answers - self.questions) / math.sqrt(both) if both else 0.0


def shown_total(person: Person) -> int:
    """The reputation that readers see beside a person: never below 1."""
    return shown_totals([person.id])[person.id]


def shown_totals(person_ids: Iterable[int]) -> dict[int, int]:
    """The shown reputation of several people in one query; whoever earned nothing yet has 1."""
    ids = list(person_ids)
    rows = select(ReputationTotal.person_id, ReputationTotal.points).where(ReputationTotal.person_id.in_(ids))
    points: dict[int, int] = {person_id: total for person_id, total in db.session.execute(rows)} if ids else {}
    return {person_id: shown(points.get(person_id, 0)) for person_id in ids}


def points_of(
    person: Person, viewer: Person | None, *, before: str | None = None, limit: int = POINTS_A_PAGE
) -> Page[PointsLine]:
    """Every point of a person with its cause, the newest first, in four queries; `before` is the key of a page.

    The thread of a line is there where `viewer` may read it. Votes of the person that were taken for a burst are in
    the list too: both sides are told.
    """
    own_burst = and_(ReputationEntry.actor_id == person.id, ReputationEntry.reason == Reason.BURST)
    rows = select(ReputationEntry).where(or_(ReputationEntry.person_id == person.id, own_burst))
    page = page_of(rows, by=NEWEST, after=before, limit=limit)
    reversals = _reversals_of([entry.id for entry in page.items])
    full = _full_days(person, [entry for entry in page.items if entry.id not in reversals])
    where = _where_earned({entry.post_id for entry in page.items}, viewer)
    lines = [
        PointsLine(
            id=entry.id,
            at=entry.at,
            kind=entry.kind.removesuffix("_reversed"),
            points=entry.points,
            share=share_of(entry.nth),
            nth=entry.nth,
            rule_version=entry.rule_version,
            is_reversal=entry.reverses_id is not None,
            reason=Reason(entry.reason) if entry.reason else None,
            reversed_because=reversals.get(entry.id),
            of_own_vote=entry.person_id != person.id,
            day_is_full=is_capped(entry.kind, entry.points) and day_of(entry.at) in full,
            where=where.get(entry.post_id),
        )
        for entry in page.items
    ]
    return Page(lines, page.next_key)


def balance_of(person: Person) -> Balance:
    """How much somebody answers and asks in public, from one query over their own posts."""
    others = and_(threads.is_public, threads.asked.c.author_id != person.id)
    given = select(func.count()).select_from(threads.given).where(threads.posts.c.author_id == person.id, others)
    theirs = threads.posts.c.author_id == person.id, threads.posts.c.deleted_at.is_(None), threads.is_open
    put = select(func.count()).select_from(threads.put).where(*theirs)
    answers, questions = db.session.execute(select(given.scalar_subquery(), put.scalar_subquery())).one()
    return Balance(answers, questions)


def zhang_z(person: Person) -> float:
    """Zhang's z-score of somebody's public posts."""
    return balance_of(person).z


def _reversals_of(entry_ids: Collection[int]) -> dict[int, Reason]:
    """Why each of these entries was reversed; those that stand are left out."""
    rows = select(ReputationEntry.reverses_id, ReputationEntry.reason)
    found = db.session.execute(rows.where(ReputationEntry.reverses_id.in_(entry_ids)))
    # What was reversed before reasons were kept was taken back.
    return {reverses_id or 0: Reason(reason or Reason.TAKEN_BACK) for reverses_id, reason in found}


def _full_days(person: Person, entries: Sequence[ReputationEntry]) -> set[date]:
    """The days of these entries on which the person earned more by votes than counts.

    The entries are neighbours in time, so that no more lies between the first and the last than they and two days.
    """
    gains = [entry.at for entry in entries if is_capped(entry.kind, entry.points)]
    if not gains:
        return set()
    begin = datetime.combine(day_of(min(gains)), time(), UTC)
    end = datetime.combine(day_of(max(gains)), time(), UTC) + timedelta(days=1)
    theirs = ReputationEntry.person_id == person.id, ReputationEntry.at >= begin, ReputationEntry.at < end
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in db.session.scalars(standing_entries(*theirs)):
        by_day[day_of(entry.at)].append(as_line(entry))
    return {day for day, lines in by_day.items() if capped_gains(lines) > MOST_A_DAY}


def _where_earned(post_ids: Collection[int], viewer: Person | None) -> Mapping[int, WhereEarned]:
    question_id = func.coalesce(Answer.question_id, Post.id).label("question_id")
    posts = select(Post.id.label("post_id"), question_id, Answer.id.label("answer_id"), Post.deleted_at)
    of_page = posts.outerjoin(Answer.__table__, Answer.id == Post.id).where(Post.id.in_(post_ids)).subquery()
    readable = visible_to(viewer).subquery()
    rows = select(of_page, readable.c.title, readable.c.slug).join(readable, readable.c.id == of_page.c.question_id)
    return {
        row.post_id: WhereEarned(row.question_id, row.title, row.slug, None if row.deleted_at else row.answer_id)
        for row in db.session.execute(rows)
    }
