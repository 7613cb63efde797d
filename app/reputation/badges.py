"""Badges: what somebody is known for by their public answers, at three levels, as kept rows.

A topic's badge takes answers on it and their sum X (app.reputation.expertise). X fades with time, and a badge does not:
it is earned where the answers that stand today ever came to that much, on the day of one of them. So it follows from
the answers alone, in whatever order things happened, and goes only when answers behind it, or votes for them, go.

Straight Talker is for owning mistakes in public. It counts corrections, never what was wrong.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import joinedload

from app.kernel.db import db
from app.people.models import Person
from app.reputation.expertise import sum_on
from app.reputation.models import Badge, Recognition, TopicAnswer, TopicExpertise
from app.topics import queries as topics
from app.topics.models import Tag


class Kind(enum.StrEnum):
    """What a badge is for."""

    TOPIC = "topic"
    STRAIGHT_TALKER = "straight_talker"


class Level(enum.StrEnum):
    """How much of it."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


# X and answers that a topic's badge takes, and mistakes owned.
FOR_TOPIC: Mapping[Level, tuple[int, int]] = {Level.BRONZE: (10, 5), Level.SILVER: (40, 20), Level.GOLD: (100, 50)}
FOR_OWNING: Mapping[Level, int] = {Level.BRONZE: 1, Level.SILVER: 5, Level.GOLD: 25}
FEWEST_ANSWERS = min(answers for _x, answers in FOR_TOPIC.values())
BEST_FIRST = (Level.GOLD, Level.SILVER, Level.BRONZE)


class Earned(NamedTuple):
    """A badge without when it was earned."""

    person_id: int
    kind: str
    level: str
    tag_id: int | None


def badges_of(person: Person) -> Sequence[Badge]:
    """The highest badge of each kind and topic that somebody has, gold first, with the topics. One query."""
    rank = case({level.value: place for place, level in enumerate(BEST_FIRST)}, value=Badge.level)
    readable = topics.tags_open_to(None).with_only_columns(Tag.id)
    rows = select(Badge).where(Badge.person_id == person.id, Badge.tag_id.is_(None) | Badge.tag_id.in_(readable))
    found: dict[tuple[str, int | None], Badge] = {}
    for badge in db.session.scalars(rows.options(joinedload(Badge.tag)).order_by(rank, Badge.earned_at, Badge.id)):
        found.setdefault((badge.kind, badge.tag_id), badge)
    return list(found.values())


def levels_reached(answers: Iterable[tuple[datetime, int]]) -> list[Level]:
    """The levels of a topic's badge that answers, given as time and weight, came to when one of them was given.

    X is compared to four decimals, for weights are kept rounded.
    """
    weight, reached = 0, []
    for count, (at, added) in enumerate(sorted(answers), 1):
        weight += added
        x = round(sum_on(weight, at), 4)
        reached += [level for level, (least, many) in FOR_TOPIC.items() if x >= least and count >= many]
    return [level for level in Level if level in reached]


def levels_of_owning(mistakes: int) -> list[Level]:
    """The levels of Straight Talker for so many mistakes owned in public."""
    return [level for level, least in FOR_OWNING.items() if mistakes >= least]


def topic_badges(person_ids: Collection[int], tag_ids: Collection[int] | None = None) -> set[Earned]:
    """The badges that these people have earned on topics (None: on any)."""
    enough = select(TopicExpertise.person_id, TopicExpertise.tag_id).where(
        TopicExpertise.person_id.in_(person_ids), TopicExpertise.answers >= FEWEST_ANSWERS
    )
    if tag_ids is not None:
        enough = enough.where(TopicExpertise.tag_id.in_(tag_ids))
    found: set[Earned] = set()
    for person_id, tag_id in db.session.execute(enough).all():
        given = select(TopicAnswer.answered_at, TopicAnswer.weight)
        theirs = given.where(TopicAnswer.person_id == person_id, TopicAnswer.tag_id == tag_id)
        levels = levels_reached((at, weight) for at, weight in db.session.execute(theirs))
        found.update(Earned(person_id, Kind.TOPIC.value, level.value, tag_id) for level in levels)
    return found


def owning_badges(person_ids: Collection[int]) -> set[Earned]:
    """The badges that these people have earned by owning mistakes."""
    rows = select(Recognition.person_id, Recognition.corrections).where(Recognition.person_id.in_(person_ids))
    return {
        Earned(person_id, Kind.STRAIGHT_TALKER.value, level.value, None)
        for person_id, mistakes in db.session.execute(rows)
        for level in levels_of_owning(mistakes)
    }


def kept_badges(*which: ColumnElement[bool]) -> dict[Earned, Badge]:
    """The kept rows."""
    found = db.session.scalars(select(Badge).where(*which))
    return {Earned(one.person_id, one.kind, one.level, one.tag_id): one for one in found}


def settle_topics(person_id: int, tag_ids: Collection[int]) -> None:
    """Make what is kept of somebody's badges on these topics agree with their answers."""
    kept = kept_badges(Badge.person_id == person_id, Badge.tag_id.in_(tag_ids))
    _write(kept, topic_badges([person_id], tag_ids))


def settle_owning(person_id: int) -> None:
    """Make what is kept of somebody's Straight Talker agree with the mistakes that they owned."""
    kept = kept_badges(Badge.person_id == person_id, Badge.kind == Kind.STRAIGHT_TALKER)
    _write(kept, owning_badges([person_id]))


def settle_people(person_ids: Iterable[int]) -> None:
    """Make all badges of these people agree with what they are for."""
    for person_id in sorted(set(person_ids)):
        kept = kept_badges(Badge.person_id == person_id)
        _write(kept, topic_badges([person_id]) | owning_badges([person_id]))


def _write(kept: Mapping[Earned, Badge], earned: set[Earned]) -> None:
    for one in sorted(kept.keys() - earned, key=str):
        db.session.delete(kept[one])
    db.session.add_all(Badge(**one._asdict()) for one in sorted(earned - kept.keys(), key=str))
    db.session.flush()
