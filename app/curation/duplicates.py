"""Questions that ask the same: one of them is the original, and the others lead to it. No chains, no circles.

The caller holds the write transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.curation import record, rules
from app.curation.closures import link, shut
from app.curation.events import DuplicateConfirmed, DuplicateProposed
from app.curation.models import Done, DuplicateProposal
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import ChangedMeanwhile, RuleBroken
from app.kernel.turns import take_turn
from app.people.models import Person
from app.posts import actions as posts
from app.questions import queries as questions
from app.questions.models import CloseReason, LinkKind, Question


def propose_duplicate(question: Question, original: Question, *, by: Person, note: str = "") -> DuplicateProposal:
    """Say that a question asks the same as another one. Whoever may confirm that has confirmed it by saying it."""
    take_turn_to_point()
    original = end_of(original)
    lock_all([question, original])
    if db.session.scalar(questions.visible_to(by).where(Question.id == original.id)) is None:
        raise RuleBroken("That question is closed itself, and leads to one that you cannot read.")
    rules.check_can_be_duplicate(by, question, original)
    if open_proposal(question) is not None:
        raise RuleBroken("Something was proposed for this question already. Let that be decided first.")
    proposal = DuplicateProposal(question_id=question.id, original_id=original.id, proposed_by_id=by.id)
    proposal.note = note[: rules.LONGEST_NOTE]
    db.session.add(proposal)
    db.session.flush()
    if rules.may_settle_duplicate(by, question):
        confirm_duplicate(proposal, question, by=by)
    else:
        events.record(DuplicateProposed(proposal_id=proposal.id, question_id=question.id))
    return proposal


def confirm_duplicate(proposal: DuplicateProposal, question: Question, *, by: Person) -> None:
    """Close a question and lead its readers to the original. Confirming again changes nothing."""
    take_turn_to_point()
    original = end_of(db.session.get_one(Question, proposal.original_id))
    pointing = pointing_to(question)
    lock_all([question, original, *pointing])
    db.session.refresh(proposal)
    rules.check_can_settle_duplicate(by, question)
    if proposal.settled_at is not None:
        if proposal.confirmed:
            return
        raise ChangedMeanwhile("Somebody has decided this otherwise meanwhile. Look at the question again.")
    rules.check_can_be_duplicate(by, question, original)
    proposal.confirmed, proposal.settled_at, proposal.settled_by_id = True, clock.now(), by.id
    shut(question, CloseReason.DUPLICATE, by=by)
    record.note(question, Done.DUPLICATE, by=by, words=proposal.note, other=original)
    for one in (question, *pointing):
        point(one, original, by=by)


def turn_down_duplicate(proposal: DuplicateProposal, question: Question, *, by: Person, words: str = "") -> None:
    """Say why the two do not ask the same; or take back what one has proposed."""
    posts.lock(question)
    db.session.refresh(proposal)
    rules.check_can_turn_down(by, question, proposal.proposed_by_id)
    if proposal.settled_at is not None:
        if proposal.confirmed:
            raise ChangedMeanwhile("Somebody has confirmed this meanwhile. Look at the question again.")
        return
    proposal.settled_at, proposal.settled_by_id = clock.now(), by.id
    original = db.session.get_one(Question, proposal.original_id)
    record.note(question, Done.NOT_DUPLICATE, by=by, words=words[: rules.LONGEST_NOTE], other=original)


def point(question: Question, original: Question, *, by: Person) -> None:
    """Let a closed question lead to the original. Both are locked."""
    question.duplicate_of_id = original.id
    link(question, original, LinkKind.DUPLICATE)
    events.record(DuplicateConfirmed(question_id=question.id, original_id=original.id, by_id=by.id))


def open_proposal(question: Question) -> DuplicateProposal | None:
    """What waits for a word."""
    waiting = DuplicateProposal.question_id == question.id, DuplicateProposal.settled_at.is_(None)
    return db.session.scalar(select(DuplicateProposal).where(*waiting))


def end_of(question: Question) -> Question:
    """The question that a reader of `question` is led to; itself, if it leads nowhere."""
    # What was loaded before the turn came may be old.
    db.session.refresh(question, ["duplicate_of_id"])
    seen = {question.id}
    while question.duplicate_of_id is not None and question.duplicate_of_id not in seen:
        question = db.session.get_one(Question, question.duplicate_of_id, populate_existing=True)
        seen.add(question.id)
    return question


def pointing_to(question: Question) -> Sequence[Question]:
    """The questions that lead to this one."""
    rows = select(Question).where(Question.duplicate_of_id == question.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def take_turn_to_point() -> None:
    """Wait for whoever else is changing what leads where: it happens seldom, and only so are there no circles."""
    take_turn("duplicates", 0)


def lock_all(threads: Iterable[Question]) -> None:
    """Lock these questions in the order of their ids, as everybody does who needs several."""
    for question in sorted({one.id: one for one in threads}.values(), key=lambda one: one.id):
        posts.lock(question)
