"""What earns reputation at this moment: the votes that stand and the answers that are accepted.

What was imported earned its points where it was written: tallies have no voter, and an answer that came accepted earns
nothing here. What was deleted, or stands in a deleted thread, earns nothing. A vote against a text that its author has
taken back costs nothing: neither the author nor whoever cast it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, not_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.kernel.db import db
from app.people.models import MEMBER, PersonRole
from app.posts.models import Post, Vote
from app.posts.rules import HELPFUL
from app.questions.models import Answer, Question, Visibility


class Cause(NamedTuple):
    """Why somebody earned or lost points: what happened to which post, by whom, and for whom it counts."""

    kind: str
    post_id: int
    actor_id: int
    person_id: int


Standing = tuple[Cause, datetime]

_answers = Answer.__table__
_questions = Question.__table__
_posts = aliased(Post.__table__, name="judged")
_threads = aliased(Post.__table__, name="threads")


def standing_causes(post_ids: Collection[int] | None, actor_id: int | None = None) -> dict[Cause, datetime]:
    """Every cause that stands now on these posts (None: on all), and when it came about.

    With `actor_id`, only what that person did.
    """
    return dict([*_votes(post_ids, actor_id), *_acceptances(post_ids, actor_id)])


def _votes(post_ids: Collection[int] | None, actor_id: int | None) -> Iterator[Standing]:
    rows = (
        select(Vote.post_id, Vote.voter_id, Vote.value, Vote.cast_at, _posts.c.kind, _posts.c.author_id)
        .join(_posts, _posts.c.id == Vote.post_id)
        .outerjoin(_answers, _answers.c.id == Vote.post_id)
        .outerjoin(_threads, _threads.c.id == _answers.c.question_id)
        .join(_questions, _questions.c.id == func.coalesce(_answers.c.question_id, Vote.post_id))
        .where(_in_the_open(), Vote.set_aside_at.is_(None))
        .where(_posts.c.deleted_at.is_(None), _threads.c.deleted_at.is_(None), not_(_between_employees()))
        .where(_among(Vote.post_id, post_ids), _by(Vote.voter_id, actor_id))
    )
    for post_id, voter_id, value, cast_at, kind, author_id in db.session.execute(rows):
        direction = "up" if value == HELPFUL else "down"
        yield Cause(f"{kind}_{direction}_voted", post_id, voter_id, author_id), cast_at
        if value != HELPFUL and kind == "answer":
            yield Cause("down_voted_an_answer", post_id, voter_id, voter_id), cast_at


def _acceptances(post_ids: Collection[int] | None, actor_id: int | None) -> Iterator[Standing]:
    accepted_at = func.coalesce(_questions.c.accepted_at, _posts.c.created_at)
    rows = (
        select(_posts.c.id, _posts.c.author_id, _threads.c.author_id, accepted_at)
        .join(_questions, _questions.c.accepted_answer_id == _posts.c.id)
        .join(_threads, _threads.c.id == _questions.c.id)
        .where(_in_the_open())
        .where(_posts.c.deleted_at.is_(None), _threads.c.deleted_at.is_(None))
        .where(_posts.c.author_id != _threads.c.author_id, _posts.c.source.is_(None))
        .where(_among(_posts.c.id, post_ids), _by(_threads.c.author_id, actor_id))
    )
    for answer_id, author_id, asker_id, at in db.session.execute(rows):
        yield Cause("answer_accepted", answer_id, asker_id, author_id), at
        yield Cause("accepted_an_answer", answer_id, asker_id, asker_id), at


def _in_the_open() -> ColumnElement[bool]:
    """Everybody can see where a point comes from, so what is said in confidence earns none until it is made public."""
    return _questions.c.visibility == Visibility.PUBLIC


def _between_employees() -> ColumnElement[bool]:
    """Colleagues' votes are shown on a post and earn nothing: they would turn head-count into rank."""
    employees = select(PersonRole.person_id)
    return and_(_posts.c.author_role != MEMBER, Vote.voter_id.in_(employees))


def _among(column: ColumnElement[int] | InstrumentedAttribute[int], ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if ids is None else column.in_(ids)


def _by(column: ColumnElement[int] | InstrumentedAttribute[int], actor_id: int | None) -> ColumnElement[bool]:
    return true() if actor_id is None else column == actor_id
