"""What people are told of what was done to threads, and of who helps with them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select, update

from app.curation import openings
from app.curation.models import Done, DuplicateProposal, RecordEntry
from app.desk.models import Calling, Greeting, Invitation
from app.kernel.db import db
from app.notifications import ledger
from app.notifications.follows import followers_at, settle_follows
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, about, key, take_turn_to_tell
from app.notifications.models import Notice
from app.notifications.said import COMMENT
from app.posts.models import Comment
from app.questions.models import Answer, NextStep, Question

STATES = {
    Done.CLOSED: Kind.CLOSED,
    Done.REOPENED: Kind.REOPENED,
    Done.DUPLICATE: Kind.DUPLICATE,
    Done.MERGED: Kind.MERGED,
}
CALLS = (Kind.CALLED, Kind.ASSIGNED, Kind.TAKEN, Kind.DECLINED)

_answers = Answer.__table__


def settle_state(question_id: int) -> None:
    """Followers are told whether a question is closed, open again, or leads to another one."""
    question = _question(question_id)
    if question is None:
        return
    settle_follows(question_id)
    rows = select(RecordEntry).where(RecordEntry.question_id == question_id, RecordEntry.done.in_(list(STATES)))
    last = db.session.scalars(rows.order_by(RecordEntry.id.desc()).limit(1)).first()
    causes = [_state(last, question)] if last else []
    ledger.settle(question, causes, among=about(question, STATES.values()))


def _state(entry: RecordEntry, question: Question) -> Cause:
    told = dict.fromkeys(followers_at(question.id, entry.at), STATES[Done(entry.done)])
    name = key("record", entry.id)
    return Cause(key=name, at=entry.at, by_id=entry.by_id, post=question, told=told, words=entry.words)


def settle_original(original_id: int) -> None:
    """Who followed a question that leads to this one follows this one; what moved here is told of here."""
    take_turn_to_tell(original_id)
    settle_follows(original_id)
    here = select(_answers.c.id).where(_answers.c.question_id == original_id)
    moved = Notice.post_id.in_(here), Notice.question_id != original_id
    db.session.execute(update(Notice).where(*moved).values(question_id=original_id))


def settle_welcome(person_id: int) -> None:
    """A newcomer is told who welcomes them, in their words."""
    greeting = db.session.get(Greeting, person_id)
    question = _question(greeting.question_id) if greeting else None
    if greeting is None or question is None or greeting.greeted_at is None:
        return
    told = {person_id: Kind.WELCOMED}
    name, at, by_id = key("welcome", person_id, greeting.greeted_at), greeting.greeted_at, greeting.greeted_by_id
    cause = Cause(key=name, at=at, by_id=by_id, post=question, told=told, words=greeting.words)
    ledger.tell(question, cause)


def settle_proposal(question_id: int) -> None:
    """Whoever asked is told that somebody has seen the same question, until that is decided."""
    question = _question(question_id)
    if question is None:
        return
    waiting = DuplicateProposal.question_id == question_id, DuplicateProposal.settled_at.is_(None)
    causes = [_proposal(one, question) for one in db.session.scalars(select(DuplicateProposal).where(*waiting))]
    ledger.settle(question, causes, among=about(question, [Kind.DUPLICATE_PROPOSED]))


def _proposal(one: DuplicateProposal, question: Question) -> Cause:
    told = {question.author_id: Kind.DUPLICATE_PROPOSED}
    name = key("proposal", one.id, one.proposed_at)
    return Cause(key=name, at=one.proposed_at, by_id=one.proposed_by_id, post=question, told=told, words=one.note)


def settle_opening(question_id: int) -> None:
    """Whoever wrote in a confidential thread is asked whether it may be public, as long as somebody proposes that."""
    question = _question(question_id)
    if question is None:
        return
    request = openings.request_for(question)
    causes = []
    if request is not None and not question.is_public:
        told = {writer.person.id: Kind.OPENING_PROPOSED for writer in openings.writers_in(question)}
        at, by_id = request.proposed_at, request.proposed_by_id
        causes.append(Cause(key=key("opening", question_id, at), at=at, by_id=by_id, post=question, told=told))
    ledger.settle(question, causes, among=about(question, [Kind.OPENING_PROPOSED]))


def settle_calls(question_id: int) -> None:
    """Experts are told that they were called, and whoever waits for them what they say to it."""
    question = _question(question_id)
    if question is None:
        return
    rows = select(Invitation).where(Invitation.question_id == question_id).order_by(Invitation.id)
    causes = [cause for one in db.session.scalars(rows) for cause in _calls(one, question)]
    ledger.settle(question, causes, among=about(question, CALLS))


def _calls(one: Invitation, question: Question) -> Iterator[Cause]:
    if one.calling != Calling.VOLUNTEERED:
        kind = Kind.ASSIGNED if one.calling == Calling.ASSIGNED else Kind.CALLED
        name, told = key("call", one.id, one.made_at), {one.expert_id: kind}
        yield Cause(key=name, at=one.made_at, by_id=one.called_by_id, post=question, told=told, words=one.note)
    if one.taken_at is not None:
        name, told = key("taken", one.id, one.taken_at), {question.author_id: Kind.TAKEN}
        yield Cause(key=name, at=one.taken_at, by_id=one.expert_id, post=question, told=told)
    if one.declined_at is not None:
        name, told = key("declined", one.id, one.declined_at), _waiting_for(one, question)
        because = one.declined_because
        yield Cause(key=name, at=one.declined_at, by_id=one.expert_id, post=question, told=told, words=because)


def _waiting_for(one: Invitation, question: Question) -> dict[int, Kind]:
    return dict.fromkeys((question.author_id, one.called_by_id), Kind.DECLINED)


def settle_request_for_more(question_id: int, expert_id: int) -> None:
    """Whoever asked is told that an expert waits for them, in one notice with the comment that says for what."""
    question = _question(question_id)
    if question is None or question.next_step_since is None:
        return
    if (question.next_step, question.next_step_by_id) != (NextStep.ASKER, expert_id):
        return
    remark = _last_comment_by(expert_id, question_id)
    name = key(COMMENT, remark.id) if remark else key("more", question_id, question.next_step_since)
    at = remark.created_at if remark else question.next_step_since
    told = {question.author_id: Kind.ASKED_FOR_MORE}
    ledger.tell(question, Cause(key=name, at=at, by_id=expert_id, post=question, told=told))


def _last_comment_by(person_id: int, question_id: int) -> Comment | None:
    below = select(_answers.c.id).where(_answers.c.question_id == question_id)
    here = (Comment.post_id == question_id) | Comment.post_id.in_(below)
    theirs = select(Comment).where(here, Comment.author_id == person_id, Comment.deleted_at.is_(None))
    return db.session.scalars(theirs.order_by(Comment.id.desc()).limit(1)).first()


def _question(question_id: int) -> Question | None:
    """A question, after its turn has come."""
    take_turn_to_tell(question_id)
    return db.session.get(Question, question_id)
