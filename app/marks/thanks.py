"""Thanks with words, for the author of an answer. They move no number: neither reputation nor the order of answers.

The caller holds the write transaction of `say_thanks` and `take_thanks_back`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts import queries as accounts
from app.kernel import clock, events
from app.kernel.db import db
from app.marks import rules
from app.marks.events import AnswerThanked
from app.marks.models import Thanks
from app.people.models import Person
from app.posts import actions as posts
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.questions.queries import visible_to

# So many stand below an answer; the others are a page of their own.
SHOWN = 10

_answers = Answer.__table__
_answer_posts = Post.__table__.alias("thanked_posts")


@dataclass
class Thanked:
    """How many people thank the author of one answer, the newest of their words, and the reader's own if any."""

    people: int = 0
    shown: list[Thanks] = field(default_factory=list)
    own: Thanks | None = None


def say_thanks(answer: Answer, question: Question, words: str, *, by: Person) -> None:
    """Thank the author of an answer; said again, the new words stand, with the company and the moment of now."""
    words = rules.clean_thanks(words)
    posts.lock(question)
    posts.lock(answer)
    rules.check_can_say_thanks(by, answer, question)
    account = accounts.account_of(by)
    thanks = db.session.get(Thanks, (answer.id, by.id))
    if thanks is None:
        thanks = Thanks(answer_id=answer.id, person_id=by.id)
        db.session.add(thanks)
    thanks.account_id = account.id if account else None
    thanks.words, thanks.said_at = words, clock.now()
    _note(answer, by.id)


def take_thanks_back(answer: Answer, question: Question, thankful_id: int, *, by: Person) -> None:
    """Take one's own thanks back, or as a steward somebody else's; what is not there is gone already."""
    posts.lock(question)
    posts.lock(answer)
    rules.check_can_take_thanks_back(by, thankful_id, answer, question)
    thanks = db.session.get(Thanks, (answer.id, thankful_id))
    if thanks is not None:
        db.session.delete(thanks)
        _note(answer, thankful_id)


def thanks_for(answer: Answer, since: datetime | None = None) -> Select[Thanks]:
    """The thanks for an answer that were said from `since` on, each with whoever said it: a query to page."""
    rows = select(Thanks).where(Thanks.answer_id == answer.id, *_said_since(since))
    return rows.options(joinedload(Thanks.person))


def thanks_by(person: Person, answer: Answer) -> Thanks | None:
    """What a person thanked the author of an answer with."""
    return db.session.get(Thanks, (answer.id, person.id))


def thanked_of(answer_ids: Sequence[int], viewer: Person | None, since: datetime | None = None) -> dict[int, Thanked]:
    """The thanks that stand below these answers, by answer and in one query; answers without any are left out."""
    if not answer_ids:
        return {}
    place = func.row_number().over(
        partition_by=Thanks.answer_id, order_by=(Thanks.said_at.desc(), Thanks.person_id.desc())
    )
    people = func.count().over(partition_by=Thanks.answer_id)
    columns = Thanks.answer_id, Thanks.person_id, place.label("place"), people.label("people")
    ranked = select(*columns).where(Thanks.answer_id.in_(answer_ids), *_said_since(since)).subquery()
    own = ranked.c.person_id == viewer.id if viewer else None
    here = ranked.c.answer_id == Thanks.answer_id, ranked.c.person_id == Thanks.person_id
    rows = select(Thanks, ranked.c.place, ranked.c.people).join(ranked, here[0] & here[1])
    wanted = ranked.c.place <= SHOWN
    rows = rows.where(wanted if own is None else or_(wanted, own)).options(joinedload(Thanks.person))
    found: dict[int, Thanked] = {}
    for thanks, at, count in db.session.execute(rows.order_by(Thanks.answer_id, ranked.c.place)):
        of_answer = found.setdefault(thanks.answer_id, Thanked(people=count))
        if at <= SHOWN:
            of_answer.shown.append(thanks)
        if viewer is not None and thanks.person_id == viewer.id:
            of_answer.own = thanks
    return found


def thanks_to(person: Person) -> Select[Thanks]:
    """What others thank somebody for on threads that everybody may read, since everybody may: a query to page."""
    rows = select(Thanks).join(_answers, _answers.c.id == Thanks.answer_id)
    rows = rows.join(_answer_posts, _answer_posts.c.id == Thanks.answer_id)
    public = visible_to(None).where(
        Question.id == _answers.c.question_id,
        Question.deleted_at.is_(None),
        or_(Question.opened_at.is_(None), Thanks.said_at >= Question.opened_at),
    )
    theirs = _answer_posts.c.author_id == person.id, _answer_posts.c.deleted_at.is_(None)
    seen = public.with_only_columns(Question.id).correlate(_answers, Thanks.__table__).exists()
    return rows.where(*theirs, seen)


def _said_since(since: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if since is None else (Thanks.said_at >= since,)


def _note(answer: Answer, person_id: int) -> None:
    db.session.flush()
    events.record(AnswerThanked(answer_id=answer.id, question_id=answer.question_id, person_id=person_id))
