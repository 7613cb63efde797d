"""What answers add to the expertise of their authors, made to agree with the threads as they are now.

Every public answer has a row for each topic of its question, and the sums of a person's rows are kept by topic. So a
change is settled from its own thread and from sums over one index, and it may come in any order or twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from statistics import median_low
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, delete, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people.models import Role
from app.questions.models import question_tags
from app.reputation import badges
from app.reputation.expertise import weight_of, worth
from app.reputation.models import Answering, Endorsement, TopicAnswer, TopicExpertise
from app.reputation.threads import among, answers, asked, given, is_public, posts, questions

CHUNK = 200
TURN = "expertise"
# So many of somebody's last answers tell how soon they answer.
RECENT = 50

Column = ColumnElement[int] | InstrumentedAttribute[int]


class Weighed(NamedTuple):
    """A row of TopicAnswer, in the order of its columns."""

    answer_id: int
    tag_id: int
    person_id: int
    weight: int
    accepted: bool
    answered_at: datetime


class OnTopic(NamedTuple):
    """What is kept of somebody on a topic: the columns of TopicExpertise."""

    answers: int = 0
    accepted: int = 0
    weight: int = 0
    last_answer_at: datetime | None = None
    endorsed_by_colleagues: int = 0
    endorsed_by_customers: int = 0


NOTHING = OnTopic()
PersonTopic = tuple[int, int]
# When somebody last answered, and within how many seconds they do.
Pace = tuple[datetime, int]

_row = tuple(getattr(TopicAnswer, name) for name in Weighed._fields)


def settle_threads(question_ids: Iterable[int]) -> None:
    """Make what the answers in these threads add agree with the threads, and when their authors answer."""
    ids = sorted(set(question_ids))
    for start in range(0, len(ids), CHUNK):
        for person_id in sorted(_settle(ids[start : start + CHUNK])):
            write_answering(person_id)


def settle_judgement(question_id: int) -> None:
    """Make what the answers in a thread add agree with the votes on them and with which one is accepted."""
    _settle([question_id])


def settle_topic(tag_id: int) -> None:
    """Make what the answers on a topic add agree with the questions that have the topic now."""
    settle_threads(db.session.scalars(select(question_tags.c.question_id).where(question_tags.c.tag_id == tag_id)))


def weighed_now(question_ids: Collection[int] | None = None) -> set[Weighed]:
    """What each public answer in these threads (None: in all) adds on each topic."""
    topics: dict[int, list[int]] = defaultdict(list)
    tagged = select(question_tags.c.question_id, question_tags.c.tag_id)
    for question_id, tag_id in db.session.execute(tagged.where(among(question_tags.c.question_id, question_ids))):
        topics[question_id].append(tag_id)
    led: set[int] = set()
    found: set[Weighed] = set()
    for row in db.session.execute(_answers_in(question_ids)):
        first = row.author_role == Role.EXPERT and row.question_id not in led
        if first:
            led.add(row.question_id)
        found.update(_weigh(row, tag_id, first=first) for tag_id in topics[row.question_id])
    return found


def weighed_before(*which: ColumnElement[bool]) -> set[Weighed]:
    """What is kept of answers."""
    return {Weighed(*row) for row in db.session.execute(select(*_row).where(*which))}


def topics_counted(person_id: int | None = None, tag_ids: Collection[int] | None = None) -> dict[PersonTopic, OnTopic]:
    """What the kept answers and the endorsements of somebody (None: of everybody) come to, by topic."""
    key, count = (TopicAnswer.person_id, TopicAnswer.tag_id), func.count()
    accepted = func.sum(case((TopicAnswer.accepted, 1), else_=0))
    sums = count, accepted, func.sum(TopicAnswer.weight), func.max(TopicAnswer.answered_at)
    rows = select(*key, *sums).where(*_of(key, person_id, tag_ids)).group_by(*key)
    found = {(row[0], row[1]): OnTopic(row[2], row[3], int(row[4]), row[5]) for row in db.session.execute(rows)}
    for pair, colleagues, customers in _endorsements(person_id, tag_ids):
        known = found.get(pair, NOTHING)
        found[pair] = known._replace(endorsed_by_colleagues=colleagues, endorsed_by_customers=customers)
    return found


def write_topics(person_id: int, tag_ids: Collection[int]) -> None:
    """Write what is kept of somebody on these topics, from the kept answers and the endorsements."""
    counted = topics_counted(person_id, tag_ids)
    theirs = TopicExpertise.person_id == person_id, TopicExpertise.tag_id.in_(tag_ids)
    kept = {one.tag_id: one for one in db.session.scalars(select(TopicExpertise).where(*theirs))}
    for tag_id in sorted(tag_ids):
        now, before = counted.get((person_id, tag_id)), kept.get(tag_id)
        if now is None:
            if before is not None:
                db.session.delete(before)
        elif before is None:
            db.session.add(TopicExpertise(person_id=person_id, tag_id=tag_id, **now._asdict()))
        else:
            for name, value in now._asdict().items():
                setattr(before, name, value)
    db.session.flush()
    badges.settle_topics(person_id, tag_ids)


def answering_now(person_id: int) -> Pace | None:
    """When somebody last answered others in public, and how many seconds half of their last answers took at most."""
    times = (posts.c.created_at, questions.c.asked_at)
    others = posts.c.author_id == person_id, asked.c.author_id != person_id
    rows = select(*times).select_from(given).where(*others, is_public).order_by(posts.c.id.desc()).limit(RECENT)
    found = db.session.execute(rows).all()
    if not found:
        return None
    # An answer that moved to another thread may be older than the question there.
    seconds = [max(0, int((answered - began).total_seconds())) for answered, began in found]
    return max(answered for answered, _began in found), median_low(seconds)


def write_answering(person_id: int) -> None:
    """Write when and how soon somebody answers."""
    now, kept = answering_now(person_id), db.session.get(Answering, person_id)
    if now is None:
        if kept is not None:
            db.session.delete(kept)
    elif kept is None:
        db.session.add(Answering(person_id=person_id, last_answer_at=now[0], pace_seconds=now[1]))
    else:
        kept.last_answer_at, kept.pace_seconds = now
    db.session.flush()


def _settle(question_ids: Collection[int]) -> set[int]:
    """Settle the answers in these threads and the sums they are part of; returns the ids of their authors."""
    below = select(answers.c.id).where(answers.c.question_id.in_(question_ids))
    authors = set(db.session.scalars(select(posts.c.author_id).where(posts.c.id.in_(below)).distinct()))
    for person_id in sorted(authors):
        take_turn(TURN, person_id)
    before, now = weighed_before(TopicAnswer.answer_id.in_(below)), weighed_now(question_ids)
    gone, new = before - now, now - before
    for one in sorted(gone):
        key = TopicAnswer.answer_id == one.answer_id, TopicAnswer.tag_id == one.tag_id
        db.session.execute(delete(TopicAnswer).where(*key))
    if new:
        db.session.execute(insert(TopicAnswer), [one._asdict() for one in sorted(new)])
    touched: dict[int, set[int]] = defaultdict(set)
    for one in gone | new:
        touched[one.person_id].add(one.tag_id)
    for person_id in sorted(touched):
        write_topics(person_id, touched[person_id])
    return authors


def _answers_in(question_ids: Collection[int] | None) -> Select[Any]:
    """The public answers in these threads, the earlier ones first, with all that their weight depends on."""
    columns = posts.c.id, posts.c.author_id, posts.c.author_role, posts.c.created_at, answers.c.question_id
    by_others = and_(questions.c.accepted_answer_id == posts.c.id, asked.c.author_id != posts.c.author_id)
    score = (posts.c.helpful_count - posts.c.unhelpful_count).label("score")
    accepted = case((by_others, 1), else_=0).label("accepted")
    rows = select(*columns, score, accepted).select_from(given).where(is_public)
    return rows.where(among(answers.c.question_id, question_ids)).order_by(posts.c.created_at, posts.c.id)


def _weigh(row: Row[Any], tag_id: int, *, first: bool) -> Weighed:
    accepted = bool(row.accepted)
    weight = weight_of(worth(row.score, accepted=accepted, first=first), row.created_at)
    return Weighed(row.id, tag_id, row.author_id, weight, accepted, row.created_at)


def _endorsements(person_id: int | None, tag_ids: Collection[int] | None) -> Iterator[tuple[PersonTopic, int, int]]:
    """By person and topic: how many colleagues endorse them, and how many customers, people of one company as one."""
    key = Endorsement.expert_id, Endorsement.tag_id
    colleagues = func.sum(case((Endorsement.by_employee, 1), else_=0))
    customer = case((Endorsement.by_employee, None), else_=func.coalesce(Endorsement.account_id, -Endorsement.by_id))
    rows = select(*key, colleagues, func.count(customer.distinct())).where(*_of(key, person_id, tag_ids))
    for expert_id, tag_id, peers, customers in db.session.execute(rows.group_by(*key)):
        yield (expert_id, tag_id), peers, customers


def _of(
    key: tuple[Column, Column], person_id: int | None, tag_ids: Collection[int] | None
) -> list[ColumnElement[bool]]:
    theirs = [] if person_id is None else [key[0] == person_id]
    return [*theirs, among(key[1], tag_ids)]
