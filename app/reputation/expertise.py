"""What people know by topic, as one number E from 0 to 100, and what others found out about their answers.

Each public answer to a question with the topic adds to X, the less the older it is: X = Σ 2^(-age / 730 days) ·
(log2(1 + max(0, score)) + 1.5 if the asker accepted it + 0.5 if it was the first by an expert), and
E = 100 · (1 - 2^(-X / 20)). The score is that of the answer, the votes for it less those against it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.kernel import clock
from app.kernel.db import db
from app.people import queries as people
from app.people.models import Person
from app.reputation.models import Answering, Recognition, TopicExpertise
from app.topics import queries as topics
from app.topics.models import Tag

HALF_LIFE = timedelta(days=730)
# So much X makes an E of 50.
HALF = 20
FOR_ACCEPTED, FOR_FIRST = 1.5, 0.5
# Weights are kept as they would be on this day, in millionths.
REFERENCE = datetime(2020, 1, 1, tzinfo=UTC)
MILLION = 1_000_000


@dataclass(frozen=True)
class KnownTopic:
    """A topic that somebody answers on: `expertise` is E today; `colleagues` and `customers` say that they know it.

    Several people of one company count as one customer.
    """

    tag: Tag
    expertise: float
    answers: int
    accepted: int
    colleagues: int
    customers: int


@dataclass(frozen=True)
class KnownExpert:
    """An expert on a topic."""

    person: Person
    expertise: float
    answers: int


def worth(score: int, *, accepted: bool, first: bool) -> float:
    """What an answer adds to X on the day it is given."""
    return math.log2(1 + max(0, score)) + FOR_ACCEPTED * accepted + FOR_FIRST * first


def weight_of(worth: float, given_at: datetime) -> int:
    """What an answer worth that much would add to X at the time of reference, in millionths."""
    return round(MILLION * worth * 2 ** ((given_at - REFERENCE) / HALF_LIFE))


def sum_on(weight: int, day: datetime) -> float:
    """X on that day, from the sum of weights."""
    return weight / MILLION * 2 ** ((REFERENCE - day) / HALF_LIFE)


def expertise_from(x: float) -> float:
    """E, from 0 to 100, from X."""
    return 100 * (1 - 2 ** (-x / HALF))


def expertise_today(weight: int) -> float:
    """E as it is now, from the sum of weights."""
    return expertise_from(sum_on(weight, clock.now()))


def known_topics(person: Person, limit: int) -> Sequence[KnownTopic]:
    """The topics that somebody knows best, from their public answers and from who endorses them.

    An endorsement outlives the answers: a topic whose name nobody may learn any more is left out.
    """
    rows = select(TopicExpertise).join(TopicExpertise.tag).options(contains_eager(TopicExpertise.tag))
    open_to_all = Tag.id.in_(topics.tags_open_to(None).with_only_columns(Tag.id))
    theirs = rows.where(TopicExpertise.person_id == person.id, open_to_all)
    best = theirs.order_by(TopicExpertise.weight.desc(), Tag.name)
    return [_known(one) for one in db.session.scalars(best.limit(limit))]


def experts_on(tag: Tag, limit: int) -> Sequence[KnownExpert]:
    """The experts of today who know a topic best, from their public answers."""
    rows = _of_experts().where(TopicExpertise.tag_id == tag.id)
    best = rows.order_by(TopicExpertise.weight.desc(), TopicExpertise.person_id).limit(limit)
    return [KnownExpert(one.person, expertise_today(one.weight), one.answers) for one in db.session.scalars(best)]


def best_on_any(tag_ids: Collection[int], limit: int, *, besides: int) -> Sequence[KnownExpert]:
    """The experts who know one of these topics best, each as on the topic that they know best of them.

    Not the person with the id `besides`, who asked.
    """
    if not tag_ids:
        return []
    most = func.max(TopicExpertise.weight)
    rows = (
        select(TopicExpertise.person_id, most, func.max(TopicExpertise.answers))
        .where(TopicExpertise.tag_id.in_(tag_ids), TopicExpertise.answers > 0)
        .where(TopicExpertise.person_id != besides)
        .where(TopicExpertise.person_id.in_(people.experts().where(Person.active).with_only_columns(Person.id)))
        .group_by(TopicExpertise.person_id)
        .order_by(most.desc(), TopicExpertise.person_id)
        .limit(limit)
    )
    found = db.session.execute(rows).all()
    by_id = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_([row[0] for row in found])))}
    return [KnownExpert(by_id[person_id], expertise_today(weight), answers) for person_id, weight, answers in found]


def best_topics(person_ids: Collection[int], limit: int) -> dict[int, list[str]]:
    """The names of the topics that each of these people knows best, in one query; who knows none is left out."""
    order = TopicExpertise.weight.desc(), Tag.name
    place = func.row_number().over(partition_by=TopicExpertise.person_id, order_by=order).label("place")
    known = select(TopicExpertise.person_id, Tag.name, place).join(Tag, Tag.id == TopicExpertise.tag_id)
    placed = known.where(TopicExpertise.person_id.in_(person_ids), TopicExpertise.answers > 0).subquery()
    rows = select(placed.c.person_id, placed.c.name).where(placed.c.place <= limit)
    found: dict[int, list[str]] = {}
    for person_id, name in db.session.execute(rows.order_by(placed.c.person_id, placed.c.place)):
        found.setdefault(person_id, []).append(name)
    return found


def paces_of(person_ids: Collection[int]) -> dict[int, timedelta]:
    """How soon each of these people answers: half of their last answers took so long or less."""
    rows = select(Answering.person_id, Answering.pace_seconds).where(Answering.person_id.in_(person_ids))
    return {person_id: timedelta(seconds=seconds) for person_id, seconds in db.session.execute(rows)}


def recognition_of(person: Person) -> Recognition:
    """What others found out about somebody's public answers; all zero where nobody did yet."""
    kept = db.session.get(Recognition, person.id)
    if kept is not None:
        return kept
    return Recognition(person_id=person.id, worked_for_companies=0, worked_for_people=0, corrections=0, thanks=0)


def _of_experts() -> Select[TopicExpertise]:
    experts = people.experts().where(Person.active).with_only_columns(Person.id)
    rows = select(TopicExpertise).options(joinedload(TopicExpertise.person))
    return rows.where(TopicExpertise.answers > 0, TopicExpertise.person_id.in_(experts))


def _known(one: TopicExpertise) -> KnownTopic:
    return KnownTopic(
        tag=one.tag,
        expertise=expertise_today(one.weight),
        answers=one.answers,
        accepted=one.accepted,
        colleagues=one.endorsed_by_colleagues,
        customers=one.endorsed_by_customers,
    )
