"""Reading reputation: totals, and every point of a person with where it came from."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, func, select

from app.kernel.db import db
from app.kernel.paging import Page, page_of
from app.people.models import Person
from app.questions.models import Question
from app.questions.queries import visible_to
from app.reputation import threads
from app.reputation.days import DaySum, Entry, day_sum
from app.reputation.models import ReputationEntry, ReputationTotal
from app.reputation.points import PRIVATE_KINDS, RULES, Reason, day_of, shown
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
    is_duplicate: bool


@dataclass(frozen=True)
class PointsLine:
    """One line of somebody's ledger.

    `kind` is what happened, without saying who did it, and `points` what it gave or took, of which `share` counts.
    `reversed_because` and `reversed_at` say why and when it was taken back; None for a line that stands.
    """

    id: int
    at: datetime
    kind: str
    points: int
    share: Fraction
    nth: int
    rule_version: int
    reversed_because: Reason | None
    reversed_at: datetime | None
    where: WhereEarned | None

    @property
    def counts(self) -> bool:
        """True where the points are part of the person's total."""
        return self.reversed_because is None


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


def own_total(person: Person) -> int:
    """The reputation as the person alone reads it: with what their own votes cost."""
    kept = select(ReputationTotal.points).where(ReputationTotal.person_id == person.id)
    return shown((db.session.scalar(kept) or 0) + cost_of_votes(person))


def cost_of_votes(person: Person) -> int:
    """What somebody's own votes took from them: 0, or less."""
    theirs = ReputationEntry.person_id == person.id, ReputationEntry.kind.in_(PRIVATE_KINDS)
    return db.session.scalar(standing_entries(*theirs).with_only_columns(func.sum(ReputationEntry.points))) or 0


def points_of(
    person: Person, viewer: Person | None, *, before: str | None = None, limit: int = POINTS_A_PAGE
) -> Page[PointsLine]:
    """Every point of a person with its cause, the newest first, in three queries; `before` is the key of a page.

    What was taken back stands where it was earned, as it leaves the sum of that day. The thread of a line is there
    where `viewer` may read it. Only the person sees what came of votes that they cast themselves.
    """
    page = page_of(_lines_for(person, viewer), by=NEWEST, after=before, limit=limit)
    reversals = _reversals_of([entry.id for entry in page.items])
    where = where_earned({entry.post_id for entry in page.items}, viewer)
    lines = []
    for entry in page.items:
        because, reversed_at = reversals.get(entry.id, (None, None))
        lines.append(
            PointsLine(
                id=entry.id,
                at=entry.at,
                kind=entry.kind,
                points=entry.points,
                share=RULES[entry.rule_version].share_of(entry.nth),
                nth=entry.nth,
                rule_version=entry.rule_version,
                reversed_because=because,
                reversed_at=reversed_at,
                where=where.get(entry.post_id),
            )
        )
    return Page(lines, page.next_key)


def days_of(person: Person, days: Collection[date], *, of_own_votes: bool) -> Mapping[date, DaySum]:
    """What each of these days came to; without what the person's own votes cost, unless `of_own_votes`.

    One query, for days that are neighbours in time, as those of a page are.
    """
    if not days:
        return {}
    begin = datetime.combine(min(days), time(), UTC)
    end = datetime.combine(max(days), time(), UTC) + timedelta(days=1)
    theirs = ReputationEntry.person_id == person.id, ReputationEntry.at >= begin, ReputationEntry.at < end
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in db.session.scalars(standing_entries(*theirs)):
        if of_own_votes or entry.kind not in PRIVATE_KINDS:
            by_day[day_of(entry.at)].append(as_line(entry))
    return {day: day_sum(by_day[day]) for day in days}


def balance_of(person: Person) -> Balance:
    """How much somebody answers and asks in public, from one query over their own posts."""
    others = and_(threads.is_public, threads.asked.c.author_id != person.id)
    given = select(func.count()).select_from(threads.given).where(threads.posts.c.author_id == person.id, others)
    theirs = threads.posts.c.author_id == person.id, threads.posts.c.deleted_at.is_(None), threads.is_open
    put = select(func.count()).select_from(threads.put).where(*theirs)
    answers, questions = db.session.execute(select(given.scalar_subquery(), put.scalar_subquery())).one()
    return Balance(answers, questions)


def _lines_for(person: Person, viewer: Person | None) -> Select[ReputationEntry]:
    """What `viewer` may read of somebody's ledger, reversals left out: they are told with what they reverse."""
    earned = ReputationEntry.person_id == person.id, ReputationEntry.reverses_id.is_(None)
    theirs = select(ReputationEntry).where(*earned)
    is_own = viewer is not None and viewer.id == person.id
    return theirs if is_own else theirs.where(ReputationEntry.kind.not_in(PRIVATE_KINDS))


def _reversals_of(entry_ids: Collection[int]) -> dict[int, tuple[Reason, datetime]]:
    """Why and when each of these entries was reversed; those that stand are left out."""
    rows = select(ReputationEntry.reverses_id, ReputationEntry.reason, ReputationEntry.at)
    found = db.session.execute(rows.where(ReputationEntry.reverses_id.in_(entry_ids)))
    # What was reversed before reasons were kept was taken back.
    return {reverses_id or 0: (Reason(reason or Reason.TAKEN_BACK), at) for reverses_id, reason, at in found}


def where_earned(post_ids: Collection[int], viewer: Person | None) -> Mapping[int, WhereEarned]:
    """The threads of these posts, as far as `viewer` may read them, by the ids of the posts."""
    post, answer = threads.posts, threads.answers
    question_id = func.coalesce(answer.c.question_id, post.c.id).label("question_id")
    columns = post.c.id.label("post_id"), question_id, answer.c.id.label("answer_id"), post.c.deleted_at
    of_page = select(*columns).outerjoin(answer, answer.c.id == post.c.id).where(post.c.id.in_(post_ids)).subquery()
    seen = visible_to(viewer).join(of_page, of_page.c.question_id == Question.id)
    rows = seen.with_only_columns(*of_page.c, Question.title, Question.slug, Question.duplicate_of_id)
    return {row.post_id: _where(row) for row in db.session.execute(rows)}


def _where(row: Any) -> WhereEarned:
    answer_id = None if row.deleted_at else row.answer_id
    return WhereEarned(row.question_id, row.title, row.slug, answer_id, row.duplicate_of_id is not None)
