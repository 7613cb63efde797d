"""The dated events behind the score, made to agree with the threads as they are now."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import defer

from app.accounts.models import Membership
from app.affinity.models import AffinityEvent, NotCounted
from app.affinity.thread import Fact, Thread, facts
from app.kernel.db import db
from app.kernel.settings import settings
from app.kernel.turns import take_turn
from app.marks import owned
from app.marks import queries as marks
from app.marks.models import Correction
from app.posts.models import Comment, Revision
from app.questions.models import Answer, Question

CHUNK = 200

Thing = TypeVar("Thing")


class Row(NamedTuple):
    """A stored event without its id; what belongs to no thread names no question."""

    question_id: int | None
    source: str
    kind: str
    at: datetime
    account_id: int
    person_key: str
    expert_id: int | None


def person_key(person_id: int) -> str:
    """The opaque name under which a person's events are kept: an HMAC, whose key is not in the database."""
    key = settings().address_key.encode()
    return hmac.digest(key, f"affinity of person {person_id}".encode(), "sha256").hex()


def settle_thread(question_id: int) -> None:
    """Make the stored events of one thread agree with the thread as it is now."""
    settle_threads([question_id])


def settle_threads(question_ids: Iterable[int]) -> None:
    """Make the stored events of these threads agree with the threads as they are now.

    While affinity is switched off nothing is written down; `flask affinity rebuild` does it later.
    """
    if not settings().affinity_enabled:
        return
    ids = sorted(set(question_ids))
    for start in range(0, len(ids), CHUNK):
        _settle(ids[start : start + CHUNK])


def desired_rows(question_ids: Collection[int]) -> set[Row]:
    """What should be stored of these threads: what they tell, but for people who do not want to be counted."""
    told = [(thread.question.id, fact) for thread in _threads(question_ids) for fact in facts(thread)]
    left_out = left_out_of({fact.person_id for _, fact in told})
    return {_row(question_id, fact) for question_id, fact in told if fact.person_id not in left_out}


def left_out_of(person_ids: Collection[int]) -> set[int]:
    """Those of these people who do not want to be counted."""
    if not person_ids:
        return set()
    return set(db.session.scalars(select(NotCounted.person_id).where(NotCounted.person_id.in_(person_ids))))


def write_down(source: str, row: Row | None) -> None:
    """Make what is stored of something outside threads, a meeting say, agree with `row`: that, or nothing."""
    about = AffinityEvent.source == source
    if list(_stored(about)) == ([] if row is None else [row]):
        return
    db.session.execute(delete(AffinityEvent).where(about))
    if row is not None:
        db.session.add(AffinityEvent(**row._asdict()))
    db.session.flush()


def stored_loose() -> dict[str, Row]:
    """What is stored of things outside threads, by source."""
    return {row.source: row for row in _stored(AffinityEvent.question_id.is_(None))}


def stored_rows(question_ids: Collection[int]) -> dict[Row, int]:
    """What is stored of these threads, with the ids."""
    return _stored(AffinityEvent.question_id.in_(question_ids))


def _stored(which: ColumnElement[bool]) -> dict[Row, int]:
    columns = (getattr(AffinityEvent, name) for name in Row._fields)
    found = db.session.execute(select(AffinityEvent.id, *columns).where(which))
    return {Row(*row[1:]): row[0] for row in found}


def _settle(question_ids: Collection[int]) -> None:
    for question_id in question_ids:
        take_turn("affinity", question_id)
    desired, stored = desired_rows(question_ids), stored_rows(question_ids)
    wrong = [stored[row] for row in stored.keys() - desired]
    missing = desired - stored.keys()
    if wrong:
        db.session.execute(delete(AffinityEvent).where(AffinityEvent.id.in_(wrong)))
    if missing:
        # A post that has moved here is still written down for its former thread, until that is settled too.
        moved = AffinityEvent.source.in_({row.source for row in missing})
        db.session.execute(delete(AffinityEvent).where(moved, AffinityEvent.question_id.not_in(question_ids)))
    db.session.add_all(AffinityEvent(**row._asdict()) for row in sorted(missing, key=_in_time))
    db.session.flush()


def _in_time(row: Row) -> tuple[datetime, str, str]:
    return row.at, row.source, row.kind


def _row(question_id: int, fact: Fact) -> Row:
    key = person_key(fact.person_id)
    return Row(question_id, fact.source, fact.kind, fact.at, fact.account_id, key, fact.expert_id)


def _threads(question_ids: Collection[int]) -> list[Thread]:
    """Read threads in seven queries at most, however many they are."""
    questions = _read(select(Question).where(Question.id.in_(question_ids)), Question.body, Question.body_html)
    public_answers = select(Answer).where(Answer.question_id.in_(question_ids), Answer.deleted_at.is_(None))
    answers = _read(public_answers, Answer.body, Answer.body_html)
    thread_of = {answer.id: answer.question_id for answer in answers} | {one.id: one.id for one in questions}
    public_comments = select(Comment).where(Comment.post_id.in_(thread_of), Comment.deleted_at.is_(None))
    comments = _read(public_comments, Comment.body, Comment.body_html)
    by_experts = [answer.id for answer in answers if answer.by_expert]
    edited = select(Revision).where(Revision.post_id.in_(by_experts), Revision.number > 1)
    edits = _read(edited, Revision.body) if by_experts else []
    works = _read(marks.askers_marks(question_ids)) if answers else []
    corrections = _read(owned.corrections_on(by_experts), Correction.old_html) if by_experts else []
    thanked = {correction.thanks_id for correction in corrections if correction.thanks_id is not None}
    account_at = accounts_at({post.author_id for post in (*questions, *answers)} | thanked)
    answers_of = _grouped(answers, lambda answer: answer.question_id)
    comments_of = _grouped(comments, lambda comment: thread_of[comment.post_id])
    edits_of = _grouped(edits, lambda edit: thread_of[edit.post_id])
    works_of = _grouped(works, lambda mark: thread_of.get(mark.answer_id, 0))
    corrections_of = _grouped(corrections, lambda correction: thread_of[correction.answer_id])
    return [
        Thread(
            question=one,
            answers=answers_of[one.id],
            comments=comments_of[one.id],
            edits=edits_of[one.id],
            works=works_of[one.id],
            corrections=corrections_of[one.id],
            account_at=account_at,
        )
        for one in questions
    ]


def _read(rows: Select[Thing], *left_out: Any) -> Sequence[Thing]:
    """Load rows as they are now, even if this transaction has seen an earlier state, without their long columns."""
    rows = rows.options(*(defer(column) for column in left_out)).execution_options(populate_existing=True)
    return db.session.scalars(rows).all()


def _grouped(things: Iterable[Thing], thread_id: Callable[[Thing], int]) -> dict[int, list[Thing]]:
    groups: dict[int, list[Thing]] = defaultdict(list)
    for thing in things:
        groups[thread_id(thing)].append(thing)
    return groups


def accounts_at(person_ids: Collection[int]) -> Callable[[int, datetime], int | None]:
    """Whose account these people belonged to at a moment, from one query."""
    rows = select(Membership).where(Membership.person_id.in_(person_ids)).order_by(Membership.since, Membership.id)
    memberships = _grouped(_read(rows), lambda membership: membership.person_id)

    def account_at(person_id: int, moment: datetime) -> int | None:
        for membership in reversed(memberships[person_id]):
            if membership.since <= moment and (membership.until is None or moment < membership.until):
                return membership.account_id
        return None

    return account_at
