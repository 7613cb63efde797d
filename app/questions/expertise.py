"""Who among the experts answers, about what, and how soon: read from what they wrote, in a few bounded queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Select, case, func, select, union_all

from app.kernel.db import db
from app.people import queries as people
from app.people.models import Person
from app.posts.models import Post
from app.questions import queries
from app.questions.models import Answer, Question, Visibility, question_tags
from app.topics.models import Tag

# So many of an expert's last answers tell what they know and how soon they answer.
RECENT = 50
TOPICS_NAMED = 3

_posts = Post.__table__
_answers = Answer.__table__
_questions = Question.__table__
_threads = _posts.alias("threads")
_written = (
    _posts.join(_answers, _answers.c.id == _posts.c.id)
    .join(_questions, _questions.c.id == _answers.c.question_id)
    .join(_threads, _threads.c.id == _questions.c.id)
)
# What anybody may see: these figures are the same for every reader, so a deleted or confidential thread must not show.
_public = (
    _posts.c.deleted_at.is_(None) & _threads.c.deleted_at.is_(None) & (_questions.c.visibility == Visibility.PUBLIC)
)


@dataclass(frozen=True)
class Expertise:
    """An expert, the topics of the last answers, and half of the time they took or less (None without answers)."""

    person: Person
    topics: Sequence[str]
    pace: timedelta | None


@dataclass(frozen=True)
class TopicCount:
    """How many answers somebody gave on a topic, and how many of them were accepted."""

    tag: str
    answers: int
    accepted: int


def busiest_experts(since: datetime, limit: int) -> Sequence[Person]:
    """The experts with the most answers since then."""
    count = func.count()
    rows = (
        select(_posts.c.author_id)
        .select_from(_written)
        .where(_questions.c.last_activity_at >= since, _posts.c.created_at >= since, _public)
        .where(_posts.c.author_id.in_(people.experts().with_only_columns(Person.id)))
        .group_by(_posts.c.author_id)
        .order_by(count.desc(), _posts.c.author_id)
        .limit(limit)
    )
    return _in_order(list(db.session.scalars(rows)))


def experts_on(question: Question, limit: int = 2) -> Sequence[Person]:
    """The experts who have answered most of the newest questions with the same topics; not whoever asked."""
    return [person for person, _answers in answers_on(question, limit)]


def answers_on(question: Question, limit: int) -> Sequence[tuple[Person, int]]:
    """Those experts with the number of their answers to these questions, most answers first."""
    tag_ids = [tag.id for tag in question.tags]
    if not tag_ids:
        return []
    alike = select(queries.newest_on(tag_ids).subquery().c.question_id)
    count = func.count()
    rows = (
        select(_posts.c.author_id, count)
        .select_from(_written)
        .where(_answers.c.question_id.in_(alike), _public)
        .where(_posts.c.author_id.in_(people.experts().with_only_columns(Person.id)))
        .where(_posts.c.author_id != question.author_id)
        .group_by(_posts.c.author_id)
        .order_by(count.desc(), _posts.c.author_id)
        .limit(limit)
    )
    counts = {person_id: answers for person_id, answers in db.session.execute(rows)}
    return [(person, counts[person.id]) for person in _in_order(list(counts))]


def expertise_of(experts: Sequence[Person]) -> list[Expertise]:
    """What each of these people knows, from their last answers; two queries however many they are."""
    if not experts:
        return []
    answered = db.session.execute(_last_answers([person.id for person in experts])).all()
    names = _tags_of({row.question_id for row in answered})
    topics: dict[int, Counter[str]] = defaultdict(Counter)
    seconds: dict[int, list[float]] = defaultdict(list)
    for row in answered:
        topics[row.author_id].update(names[row.question_id])
        seconds[row.author_id].append((row.created_at - row.asked_at).total_seconds())
    return [
        Expertise(
            person=person,
            topics=[name for name, _ in topics[person.id].most_common(TOPICS_NAMED)],
            pace=timedelta(seconds=median(seconds[person.id])) if seconds[person.id] else None,
        )
        for person in experts
    ]


def topics_of(person: Person, limit: int = 8) -> list[TopicCount]:
    """The topics somebody has answered on, most answers first."""
    accepted = func.sum(case((_questions.c.accepted_answer_id == _answers.c.id, 1), else_=0))
    count = func.count()
    rows = (
        select(Tag.name, count, accepted)
        .select_from(_written)
        .join(question_tags, question_tags.c.question_id == _questions.c.id)
        .join(Tag, Tag.id == question_tags.c.tag_id)
        .where(_posts.c.author_id == person.id, _public)
        .group_by(Tag.name)
        .order_by(count.desc(), Tag.name)
        .limit(limit)
    )
    return [TopicCount(name, answers, solved) for name, answers, solved in db.session.execute(rows)]


def _last_answers(person_ids: Iterable[int]) -> Select[tuple[int, int, datetime, datetime]]:
    """The last answers of each person: author, question, when it was given and when the question was asked."""
    columns = (_posts.c.author_id, _answers.c.question_id, _posts.c.created_at, _questions.c.asked_at)
    each = [
        select(*columns)
        .select_from(_written)
        .where(_posts.c.author_id == person_id, _public)
        .order_by(_posts.c.id.desc())
        .limit(RECENT)
        .subquery()
        for person_id in person_ids
    ]
    return select(union_all(*(select(one) for one in each)).subquery())


def _tags_of(question_ids: Iterable[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    rows = select(question_tags.c.question_id, Tag.name).join(Tag, Tag.id == question_tags.c.tag_id)
    for question_id, name in db.session.execute(rows.where(question_tags.c.question_id.in_(question_ids))):
        names[question_id].append(name)
    return names


def _in_order(ids: Sequence[int]) -> Sequence[Person]:
    found = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [found[person_id] for person_id in ids]
