"""Questions that seem to have been asked before: looking for them, and what a steward makes of it.

A pair is proposed once. It leaves every list by itself when one of the two is closed, deleted or made confidential, or
when somebody says that they are the same or are not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import QueryableAttribute, defer, joinedload, raiseload
from sqlalchemy.sql.base import ExecutableOption

from app.curation import record, rules
from app.curation.models import Done, DuplicateProposal
from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people.models import Person
from app.posts import actions as posts
from app.questions.models import LinkKind, Question, QuestionLink
from app.questions.queries import visible_to
from app.search.documents import changes
from app.search.engines import site_index
from app.search.engines.layout import Contents
from app.search.likeness import LIKELY, likeness
from app.search.models import IndexProgress, LikelyDuplicate
from app.search.port import Thread

LOOKED_BACK = timedelta(days=14)
"""A question that was asked longer ago has its answers, or its place on the list already."""

CANDIDATES = 8
LONGEST_TEXT = 2_000
"""Characters of a body by which an engine is asked for threads like it."""

TURN = "likely duplicates"

# Since when everybody can read a question: it was asked then, or made public.
_public_since = func.coalesce(Question.opened_at, Question.asked_at)


@dataclass(frozen=True)
class Pair:
    """A question, what it seems to repeat, and how alike they are."""

    question_id: int
    original_id: int
    likeness: float


@dataclass(frozen=True)
class Look:
    """What a round has looked at: `until` this moment, these questions, and what was found."""

    until: datetime
    question_ids: Sequence[int]
    pairs: Sequence[Pair]


def due(until: datetime, limit: int) -> list[tuple[int, datetime]]:
    """Ids of open public questions that were not looked at yet, each with since when it is public, oldest first."""
    progress = db.session.get(IndexProgress, 1)
    since = clock.now() - LOOKED_BACK
    looked = progress.alike_until if progress and progress.alike_until else since
    new = _open_questions().where(Question.asked_at >= since, _public_since > looked, _public_since <= until)
    rows = new.with_only_columns(Question.id, _public_since.label("since")).order_by(_public_since, Question.id)
    return [(row.id, row.since) for row in db.session.execute(rows.limit(limit))]


def find_original(question_id: int) -> Pair | None:
    """The older question that this one is most alike, from LIKELY on. Raises IndexUnavailable."""
    asked = _threads([question_id]).get(question_id)
    if asked is None:
        return None
    text = f"{asked.title}\n{asked.body[:LONGEST_TEXT]}"
    hits = site_index().similar(text, asked.tags, exclude=question_id, limit=CANDIDATES)
    ends = _older([hit.id for hit in hits], question_id)
    contents = Contents.of(asked)
    pairs = [
        Pair(question_id, ends[other_id], likeness(contents, Contents.of(other)))
        for other_id, other in _threads(list(ends)).items()
    ]
    best = max(pairs, key=lambda pair: (pair.likeness, -pair.original_id), default=None)
    return best if best and best.likeness >= LIKELY else None


def note(look: Look) -> int:
    """Keep what a round has found; returns how many pairs are new. The caller holds the write transaction.

    Doing it twice changes nothing. A question waits with one pair at most; a dismissed one stays dismissed.
    """
    take_turn(TURN, 0)
    found = {pair.question_id: pair for pair in look.pairs}
    known = LikelyDuplicate.question_id.in_(look.question_ids)
    rows = {(row.question_id, row.original_id): row for row in db.session.scalars(select(LikelyDuplicate).where(known))}
    for key, row in rows.items():
        if row.dismissed_at is None and (row.question_id not in found or found[row.question_id].original_id != key[1]):
            db.session.delete(row)
    new = [pair for pair in look.pairs if (pair.question_id, pair.original_id) not in rows]
    db.session.add_all(LikelyDuplicate(**vars(pair)) for pair in new)
    progress = db.session.get(IndexProgress, 1)
    if progress is not None:
        progress.alike_until = max(look.until, progress.alike_until or look.until)
    return len(new)


def asked_again(limit: int) -> Sequence[LikelyDuplicate]:
    """Pairs on which somebody should look, the most alike first, each with both questions and who asked them."""
    both = [
        _for_links(end, joinedload(Question.author)) for end in (LikelyDuplicate.question, LikelyDuplicate.original)
    ]
    rows = _waiting().options(*both).order_by(LikelyDuplicate.likeness.desc(), LikelyDuplicate.question_id.desc())
    return db.session.scalars(rows.limit(limit)).unique().all()


def original_of(question: Question, person: Person | None) -> Question | None:
    """What an open question seems to repeat, for those who may say whether it does."""
    if person is None or question.is_closed or not question.is_public:
        return None
    if not rules.may_settle_duplicate(person, question):
        return None
    rows = _waiting().where(LikelyDuplicate.question_id == question.id)
    row = db.session.scalars(rows.options(_for_links(LikelyDuplicate.original))).first()
    return row.original if row else None


def dismiss(question: Question, original_id: int, *, by: Person) -> None:
    """Say that two questions are not the same, for good. Again, it changes nothing. The caller writes."""
    posts.lock(question)
    rules.check_can_settle_duplicate(by, question)
    pair = db.session.get(LikelyDuplicate, (question.id, original_id), populate_existing=True)
    if pair is None or pair.dismissed_at is not None:
        return
    pair.dismissed_at, pair.dismissed_by_id = clock.now(), by.id
    original = db.session.get(Question, original_id)
    record.note(question, Done.NOT_DUPLICATE, by=by, other=original)


def _waiting() -> Select[LikelyDuplicate]:
    """Pairs of questions that everybody may read, are open, and of which nobody has said that they are the same."""
    number = _open_questions().with_only_columns(Question.id)
    return select(LikelyDuplicate).where(
        LikelyDuplicate.dismissed_at.is_(None),
        LikelyDuplicate.question_id.in_(number),
        LikelyDuplicate.original_id.in_(number),
        ~_said(LikelyDuplicate.question_id, LikelyDuplicate.original_id),
    )


def _for_links(end: QueryableAttribute[Question], *more: Any) -> ExecutableOption:
    """Load one end of a pair with what a short link to it shows."""
    plain = raiseload(Question.tags), defer(Question.body, raiseload=True), defer(Question.body_html, raiseload=True)
    return joinedload(end).options(joinedload(Question.product), *plain, *more)


def _said(question_id: SQLColumnExpression[int], original_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Something was said already: the two are linked as the same, or that was proposed once."""
    link, proposal = QuestionLink, DuplicateProposal
    there = and_(link.question_id == question_id, link.related_id == original_id)
    back = and_(link.question_id == original_id, link.related_id == question_id)
    linked = select(link.question_id).where(link.kind == LinkKind.DUPLICATE, or_(there, back)).exists()
    same = proposal.original_id == original_id
    proposed = select(proposal.id).where(proposal.question_id == question_id, or_(same, proposal.settled_at.is_(None)))
    return or_(linked, proposed.exists())


def _open_questions() -> Select[Question]:
    return visible_to(None).where(Question.closed_at.is_(None))


def _older(ids: Collection[int], question_id: int) -> dict[int, int]:
    """Those of these questions that are older, each with the open one its readers are led to: itself, or its original.

    Without what was dismissed or said of the two before.
    """
    asked_at = select(Question.asked_at).where(Question.id == question_id).scalar_subquery()
    older = visible_to(None).where(Question.id.in_(ids), Question.asked_at < asked_at)
    rows = older.with_only_columns(Question.id, func.coalesce(Question.duplicate_of_id, Question.id).label("end"))
    ends = {row.id: row.end for row in db.session.execute(rows) if row.end != question_id}
    known = and_(LikelyDuplicate.question_id == question_id, LikelyDuplicate.original_id == Question.id)
    dismissed = select(LikelyDuplicate.question_id).where(known, LikelyDuplicate.dismissed_at.is_not(None)).exists()
    wanted = _open_questions().where(
        Question.id.in_(ends.values()), ~dismissed, ~_said(db.literal(question_id), Question.id)
    )
    left = set(db.session.scalars(wanted.with_only_columns(Question.id)))
    return {other_id: end for other_id, end in ends.items() if end in left}


def _threads(ids: Iterable[int]) -> Mapping[int, Thread]:
    """Those that everybody may read, as the index takes them."""
    return {thread.id: thread for thread in changes(ids) if isinstance(thread, Thread)}
