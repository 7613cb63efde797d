"""How a question stands, as its page says it to one reader: in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.curation import openings, rules
from app.curation.models import DuplicateProposal, OpeningRequest
from app.curation.record import Line, questions_by_id, record_of
from app.curation.rules import REASONS, Reason
from app.curation.splits import MovedComments, moved_from
from app.kernel.db import db
from app.kernel.errors import Refusal
from app.people.models import Person
from app.questions import queries as questions
from app.questions.models import CloseReason, Question


@dataclass(frozen=True)
class Proposed:
    """Somebody says that the question asks the same as `original`, which the reader may see."""

    proposal: DuplicateProposal
    original: Question
    may_settle: bool
    may_turn_down: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What was decided about a question and what waits for a word.

    `original` is where it leads, and `came_from` the question that led the reader here, where the reader may see them.
    `moved` says by post where comments went. The rest says what this reader may do.
    """

    original: Question | None
    came_from: Question | None
    proposed: Proposed | None
    opening: OpeningRequest | None
    closed_by: Person | None
    locked_by: Person | None
    reason: Reason | None
    record: Sequence[Line]
    moved: dict[int, list[MovedComments]]
    may_reopen: bool
    may_unlock: bool
    may_split: bool


def standing_of(
    question: Question, viewer: Person | None, *, post_ids: Sequence[int] = (), came_from_id: int | None = None
) -> Standing:
    """How the question stands. `came_from_id` is what an address says, so it may be anything."""
    people = _people({question.closed_by_id, question.locked_by_id} - {None})
    return Standing(
        original=original_of(question, viewer),
        came_from=_came_from(came_from_id, question, viewer),
        proposed=_proposed(question, viewer),
        opening=None if question.is_public or viewer is None else openings.request_for(question),
        closed_by=people.get(question.closed_by_id),
        locked_by=people.get(question.locked_by_id),
        reason=REASONS.get(CloseReason(question.close_reason)) if question.close_reason else None,
        record=record_of(question, viewer),
        moved=moved_from(post_ids, viewer),
        may_reopen=allowed(rules.check_can_reopen, viewer, question),
        may_unlock=question.is_locked and allowed(rules.check_can_lock, viewer, question),
        may_split=allowed(rules.check_can_split, viewer, question),
    )


def allowed(check: Callable[[Person, Question], None], person: Person | None, question: Question) -> bool:
    """True where the rule lets this person do it; never for guests."""
    if person is None:
        return False
    try:
        check(person, question)
    except Refusal:
        return False
    return True


def original_of(question: Question, viewer: Person | None) -> Question | None:
    """The question that this one leads to, if `viewer` may see it."""
    if question.duplicate_of_id is None:
        return None
    return questions_by_id({question.duplicate_of_id}, viewer).get(question.duplicate_of_id)


def _came_from(number: int | None, question: Question, viewer: Person | None) -> Question | None:
    # Both databases hold 64-bit integers; a longer number in an address names nothing.
    if number is None or not 0 < number < 2**63:
        return None
    rows = questions.visible_to(viewer).where(Question.id == number, Question.duplicate_of_id == question.id)
    return db.session.scalars(questions.for_links(rows)).unique().one_or_none()


def _proposed(question: Question, viewer: Person | None) -> Proposed | None:
    """A guest need not hear of what is not decided."""
    if viewer is None or question.is_closed:
        return None
    waiting = DuplicateProposal.question_id == question.id, DuplicateProposal.settled_at.is_(None)
    rows = select(DuplicateProposal).where(*waiting).options(joinedload(DuplicateProposal.proposed_by))
    proposal = db.session.scalars(rows).one_or_none()
    original = questions_by_id({proposal.original_id}, viewer).get(proposal.original_id) if proposal else None
    if proposal is None or original is None:
        return None
    may_settle = rules.may_settle_duplicate(viewer, question)
    return Proposed(proposal, original, may_settle, may_settle or viewer.id == proposal.proposed_by_id)


def _people(ids: set[int | None]) -> dict[int | None, Person]:
    if not ids:
        return {}
    return {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
