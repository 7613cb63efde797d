"""Welcoming those who ask here for the first time: one open task for each of them, done by a named person.

The caller holds the write transaction of `greet` and `settle_greeting`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.desk import rules
from app.desk.events import NewcomerWelcomed
from app.desk.models import Greeting
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people.models import Person
from app.posts import actions as posts
from app.questions import queries as questions
from app.questions.models import Question, question_tags

# A newcomer should not wait longer than this for a word; then every expert sees it.
TARGET = timedelta(hours=24)
# A welcome to what was asked longer ago would come out of nowhere.
WELCOMED_WITHIN = timedelta(days=7)

OLDEST = (Greeting.asked_at, Greeting.person_id)


def greet(greeting: Greeting, words: str, *, by: Person) -> None:
    """Welcome somebody in one's own words. Raises RuleBroken where somebody else has done so."""
    words = rules.clean_welcome(words)
    question = db.session.get_one(Question, greeting.question_id)
    posts.lock(question)
    # The newcomer may come with the greeting, and PostgreSQL locks no row of an outer join.
    db.session.refresh(greeting, with_for_update={"of": Greeting})
    rules.check_can_greet(by, greeting, question)
    greeting.greeted_at, greeting.greeted_by_id, greeting.words = clock.now(), by.id, words
    events.record(NewcomerWelcomed(person_id=greeting.person_id, question_id=question.id))


def settle_greeting(person_id: int) -> None:
    """Let there be an open task where a member's first question stands, and none where it does not.

    Whoever was welcomed stays so. Nobody is set a task for what was imported, or asked long ago.
    """
    take_turn("greetings", person_id)
    greeting = db.session.get(Greeting, person_id, populate_existing=True)
    if greeting is not None and greeting.greeted_at is not None:
        return
    first = _first_question_of(person_id)
    if first is None or (greeting is not None and greeting.question_id != first.id):
        if greeting is not None:
            db.session.delete(greeting)
            db.session.flush()
        greeting = None
    if first is not None and greeting is None and first.asked_at >= clock.now() - WELCOMED_WITHIN:
        db.session.add(Greeting(person_id=person_id, question_id=first.id, asked_at=first.asked_at))
    db.session.flush()


def greetings_open_to(viewer: Person) -> Select[Greeting]:
    """Every newcomer whose question `viewer` may read, and whom nobody has welcomed."""
    seen = questions.visible_to(viewer).where(Question.deleted_at.is_(None)).with_only_columns(Question.id)
    return select(Greeting).where(
        Greeting.greeted_at.is_(None), Greeting.person_id != viewer.id, Greeting.question_id.in_(seen)
    )


def greetings_for(viewer: Person, tag_ids: Collection[int]) -> Select[Greeting]:
    """Those that stand on somebody's desk: on these topics or on all without any, for stewards all, and what is late.

    A query to page by OLDEST, with the newcomer and the question.
    """
    rows = greetings_open_to(viewer)
    if tag_ids and not rules.sees_every_greeting(viewer):
        tagged = select(question_tags.c.question_id).where(question_tags.c.tag_id.in_(tag_ids))
        rows = rows.where(or_(Greeting.question_id.in_(tagged), Greeting.asked_at < late_before()))
    return rows.options(joinedload(Greeting.person), joinedload(Greeting.question))


def count_late(viewer: Person) -> int:
    """How many newcomers have waited longer than TARGET, of those whose question `viewer` may read."""
    rows = greetings_open_to(viewer).where(Greeting.asked_at < late_before()).with_only_columns(Greeting.person_id)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def late_before() -> datetime:
    """Whoever asked before then waits too long for a welcome."""
    return clock.now() - TARGET


def _first_question_of(person_id: int) -> Question | None:
    """A member's oldest question that still stands; None for those who work here or cannot sign in."""
    person = db.session.get(Person, person_id)
    if person is None or person.is_employee or not person.can_sign_in:
        return None
    theirs = select(Question).where(Question.author_id == person_id, Question.deleted_at.is_(None))
    return db.session.scalars(theirs.where(Question.source.is_(None)).order_by(Question.id).limit(1)).first()
