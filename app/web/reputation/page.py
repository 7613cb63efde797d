"""What somebody's page of points shows, in a number of queries that no amount of points changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import url_for

from app.kernel.paging import Page
from app.people.models import Person
from app.reputation import queries
from app.reputation.badges import badges_of
from app.reputation.days import DaySum
from app.reputation.models import Badge
from app.reputation.points import Rules, day_of, newest
from app.reputation.privileges import DEEDS, Rights, rights_of, thresholds
from app.reputation.queries import PointsLine, WhereEarned
from app.reputation.unearned import WITHIN, Unearned, unearned_by
from app.web.reputation.words import CAUSES, points_words


@dataclass(frozen=True)
class Day:
    """The lines of one UTC day on this page; `is_rest` where newer ones of it may stand on the page before."""

    day: date
    sum: DaySum
    lines: Sequence[PointsLine]
    is_rest: bool


@dataclass(frozen=True)
class Counted:
    """How points are counted now: what, how many, and whether the daily cap cuts them; and the rules beside."""

    rows: Sequence[tuple[str, str, bool]]
    rules: Rules


@dataclass(frozen=True)
class PointsPage:
    """One page of somebody's points. `rights` and `unearned` are for the person alone, and empty for others.

    `unearned` goes back `unearned_days`.
    """

    is_own: bool
    total: int
    days: Sequence[Day]
    page: Page[PointsLine]
    badges: Sequence[Badge]
    unearned: Sequence[Unearned]
    unearned_days: int
    rights: Rights | None
    counted: Counted


def compose(person: Person, viewer: Person | None, after: str | None) -> PointsPage:
    """What `viewer` may read of the points of `person`, from the key `after` on."""
    is_own = viewer is not None and viewer.id == person.id
    page = queries.points_of(person, viewer, before=after)
    return PointsPage(
        is_own=is_own,
        total=queries.own_total(person) if is_own else queries.shown_total(person),
        days=_days(person, page.items, after, is_own=is_own),
        page=page,
        badges=badges_of(person),
        unearned=unearned_by(person) if is_own and not after else [],
        unearned_days=WITHIN.days,
        rights=rights_of(person) if is_own and thresholds() else None,
        counted=how_counted(),
    )


def how_counted() -> Counted:
    """The rules that hold now, from where they are kept; what earns most comes first."""
    rules = newest()
    in_order = sorted(rules.points.items(), key=lambda one: -one[1])
    rows = [(CAUSES[kind].others, points_words(points), rules.is_capped(kind, points)) for kind, points in in_order]
    return Counted(rows, rules)


def address_where(where: WhereEarned) -> str:
    """Where the post of a line is read, also on the second page of a long thread, and in a duplicate."""
    return url_for(
        "questions.show",
        question_id=where.question_id,
        slug=where.slug,
        answer=where.answer_id,
        stay=1 if where.is_duplicate else None,
        _anchor=f"answer-{where.answer_id}" if where.answer_id else None,
    )


def privileges_of(rights: Rights) -> list[tuple[str, int, int]]:
    """What somebody may do by their points: the deed, the points it needs, and how many are lacking."""
    return [(DEEDS[one], needed, max(0, needed - rights.points)) for one, needed in rights.needed.items()]


def _days(person: Person, lines: Sequence[PointsLine], after: str | None, *, is_own: bool) -> list[Day]:
    by_day = [(day, list(of_day)) for day, of_day in groupby(lines, key=lambda line: day_of(line.at))]
    sums = queries.days_of(person, [day for day, _lines in by_day], of_own_votes=is_own)
    return [Day(day, sums[day], of_day, bool(after) and not number) for number, (day, of_day) in enumerate(by_day)]
