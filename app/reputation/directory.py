"""The experts of today as lists to page: by what they know, who answers now, how soon, or by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, or_, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.paging import Key
from app.people import queries as people
from app.people.models import Person, PersonLanguage
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.questions.queries import about, for_everybody
from app.reputation.models import Answering, TopicExpertise
from app.topics.models import Product, Tag, TagSteward

# So many of the newest questions about a product tell who answers on it, however many there are.
NEWEST_ON_A_PRODUCT = 200
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Experts = Select[Person]


@dataclass(frozen=True)
class Wish:
    """Whom somebody looks for: on a topic or a product, who speaks a language (its code), who is not away."""

    tag: Tag | None = None
    product: Product | None = None
    language: str = ""
    here: bool = False


@dataclass(frozen=True)
class Order:
    """Rows in an order, with what they are ordered by: all descending, or all ascending."""

    rows: Experts
    by: Sequence[Key]
    ascending: bool = False


def experts() -> Experts:
    """Everybody who stands in the directory."""
    confirmed = or_(Person.confirmed_at.is_not(None), Person.email.is_(None))
    return people.experts().where(Person.active, confirmed)


def matching(wish: Wish) -> Experts:
    """The experts who are as somebody wishes."""
    rows = experts()
    if wish.tag is not None:
        rows = rows.where(_knows(wish.tag))
    if wish.product is not None:
        rows = rows.where(Person.id.in_(select(_on_product(wish.product).c.person_id)))
    if wish.language:
        speak = select(PersonLanguage.person_id).where(PersonLanguage.code == wish.language)
        rows = rows.where(Person.id.in_(speak))
    return rows.where(_is_here()) if wish.here else rows


def by_knowledge(wish: Wish) -> Order:
    """Who knows the topic best comes first, or who answered most of the newest questions about the product."""
    rows, known = matching(wish), TopicExpertise
    if wish.tag is not None:
        on_topic = and_(known.person_id == Person.id, known.tag_id == wish.tag.id)
        return Order(rows.outerjoin(known, on_topic), (func.coalesce(known.weight, 0), Person.id))
    if wish.product is not None:
        found = _on_product(wish.product)
        return Order(rows.join(found, found.c.person_id == Person.id), (found.c.answers, Person.id))
    return by_activity(wish)


def by_activity(wish: Wish) -> Order:
    """Who answered last comes first, and who is away after all others."""
    rows = matching(wish).outerjoin(Answering, Answering.person_id == Person.id)
    here = case((_is_here(), 1), else_=0)
    return Order(rows, (here, func.coalesce(Answering.last_answer_at, LONG_AGO), Person.id))


def by_pace(wish: Wish) -> Order:
    """Who answers soonest comes first, of those who show it."""
    rows = matching(wish).join(Answering, Answering.person_id == Person.id)
    return Order(rows.where(Person.pace_shown), (Answering.pace_seconds, Person.id), ascending=True)


def by_name(wish: Wish) -> Order:
    return Order(matching(wish), (func.lower(Person.name, type_=String()), Person.id), ascending=True)


ORDERS: Mapping[str, Callable[[Wish], Order]] = {
    "knowledge": by_knowledge,
    "now": by_activity,
    "quickest": by_pace,
    "name": by_name,
}


def first_of(order: Order, limit: int) -> Sequence[Person]:
    """The first people of an order."""
    by = [one.asc() if order.ascending else one.desc() for one in order.by]
    return db.session.scalars(order.rows.order_by(*by).limit(limit)).all()


def count(rows: Experts) -> int:
    """How many there are."""
    return db.session.scalar(rows.with_only_columns(func.count(Person.id))) or 0


def expertise_on(tag: Tag, person_ids: Sequence[int]) -> dict[int, int]:
    """The kept weights (app.reputation.expertise) of these people on a topic, by person."""
    rows = select(TopicExpertise.person_id, TopicExpertise.weight)
    weights = rows.where(TopicExpertise.tag_id == tag.id, TopicExpertise.person_id.in_(person_ids))
    return {person_id: weight for person_id, weight in db.session.execute(weights)}


def paces_of_experts(tag: Tag | None = None) -> list[timedelta]:
    """How soon each of the experts answers (with a topic: of those who know it), without saying who."""
    rows = matching(Wish(tag=tag)).join(Answering, Answering.person_id == Person.id)
    seconds = db.session.scalars(rows.with_only_columns(Answering.pace_seconds))
    return [timedelta(seconds=one) for one in seconds]


def languages_spoken() -> Sequence[str]:
    """The codes of the languages that experts speak."""
    ids = experts().with_only_columns(Person.id)
    return db.session.scalars(select(PersonLanguage.code).where(PersonLanguage.person_id.in_(ids)).distinct()).all()


def on_product(product: Product, limit: int) -> Sequence[Person]:
    """The experts who answered most of the newest questions about a product."""
    return first_of(by_knowledge(Wish(product=product)), limit)


def _knows(tag: Tag) -> ColumnElement[bool]:
    answered = select(TopicExpertise.person_id).where(TopicExpertise.tag_id == tag.id, TopicExpertise.answers > 0)
    stewards = select(TagSteward.person_id).where(TagSteward.tag_id == tag.id)
    return or_(Person.id.in_(answered), Person.id.in_(stewards))


def _on_product(product: Product) -> Any:
    """The authors of answers to the newest questions about a product, with how many there are."""
    newest = select(Question.id).where(about(product), for_everybody(), Question.deleted_at.is_(None))
    newest = newest.order_by(Question.asked_at.desc(), Question.id.desc()).limit(NEWEST_ON_A_PRODUCT)
    posts, answers = Post.__table__, Answer.__table__
    below = answers.c.question_id.in_(select(newest.subquery().c.id))
    given = select(posts.c.author_id.label("person_id"), func.count().label("answers"))
    given = given.select_from(posts.join(answers, answers.c.id == posts.c.id))
    return given.where(below, posts.c.deleted_at.is_(None)).group_by(posts.c.author_id).subquery()


def _is_here() -> ColumnElement[bool]:
    return or_(Person.away_until.is_(None), Person.away_until <= clock.now())
