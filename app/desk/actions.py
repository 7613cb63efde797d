"""What can be done about who helps with a question. The caller holds the write transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.accounts import queries as accounts
from app.desk import queries, rules
from app.desk.counters import COUNTERS
from app.desk.events import AskedForMore, ExpertCalled, InvitationAnswered, SameProblemChanged
from app.desk.models import Calling, Invitation, SameProblem
from app.kernel import clock, counters, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people.models import Person
from app.posts import actions as posts
from app.questions import next_steps
from app.questions import queries as questions
from app.questions.models import Question
from app.questions.next_steps import Deed


def share_problem(question: Question, *, by: Person) -> None:
    """Count `by`, and their company of today, among those who have the same problem. Again changes nothing."""
    posts.lock(question)
    rules.check_can_share_problem(by, question)
    if db.session.get(SameProblem, (question.id, by.id)) is None:
        account = accounts.account_of(by)
        same = SameProblem(question_id=question.id, person_id=by.id, account_id=account.id if account else None)
        db.session.add(same)
        _count_same_problem(question, by.id)


def withdraw_problem(question: Question, *, by: Person) -> None:
    """Do not count `by` any more."""
    posts.lock(question)
    same = db.session.get(SameProblem, (question.id, by.id))
    if same is not None:
        db.session.delete(same)
        _count_same_problem(question, by.id)


def carry_problem_over(question_id: int) -> None:
    """Count whoever has the problem of a duplicate, its asker first, among those who have that of its original.

    What was said in confidence is not counted in public. Whoever asked the original or works here is never counted.
    """
    question = db.session.get(Question, question_id)
    if question is None or question.duplicate_of_id is None:
        return
    original = db.session.get_one(Question, question.duplicate_of_id)
    posts.lock(original)
    if question.visibility != original.visibility:
        return
    known = {same.person_id for same in queries.same_problems_of(original)} | {original.author_id}
    for person_id, account_id, said_at in _with_problem(question):
        if person_id not in known:
            same = {"account_id": account_id, "said_at": said_at}
            db.session.add(SameProblem(question_id=original.id, person_id=person_id, **same))
            _count_same_problem(original, person_id)


def invite_expert(question: Question, expert: Person, *, by: Person, note: str = "") -> Invitation:
    """Let the asker ask an expert to look, with a sentence if there is something to say."""
    posts.lock(question)
    rules.check_can_invite(by, question)
    _check_can_be_called(expert, question)
    rules.check_is_not_called_yet(queries.invitation_of(expert, question), expert)
    # Whoever asks for several questions at once waits here, so that the limit of a day holds.
    db.session.execute(select(Person.id).where(Person.id == by.id).with_for_update())
    rules.check_is_within_limits(queries.count_open_invitations(question), queries.count_made_lately(by))
    invitation = _call(question, expert, Calling.INVITED, by)
    invitation.note = rules.clean_note(note)
    events.record(ExpertCalled(question_id=question.id, expert_id=expert.id, by_id=by.id))
    return invitation


def assign_expert(question: Question, expert: Person, *, by: Person, note: str = "") -> Invitation:
    """Let a steward give the question to an expert, who has the next step at once. Another one is relieved of it."""
    posts.lock(question)
    rules.check_can_assign(by, question)
    _check_can_be_called(expert, question)
    holder = queries.holder_of(question)
    if holder is not None and holder.expert_id != expert.id:
        _close(holder, f"{by.first_name} gave it to {expert.first_name}.")
    invitation = _call(question, expert, Calling.ASSIGNED, by)
    invitation.note = rules.clean_note(note)
    invitation.taken_at = clock.now()
    next_steps.hand_on(question, Deed.TOOK_IT, expert.id)
    events.record(ExpertCalled(question_id=question.id, expert_id=expert.id, by_id=by.id))
    return invitation


def take_question(question: Question, *, by: Person) -> None:
    """Let an expert take the question, called or not. Raises RuleBroken when another one has it."""
    posts.lock(question)
    rules.check_can_take(by, question)
    holder = queries.holder_of(question)
    rules.check_is_free(holder, by)
    if holder is None:
        invitation = queries.invitation_of(by, question)
        if invitation is None or not invitation.is_open:
            invitation = _call(question, by, Calling.VOLUNTEERED, by)
        invitation.taken_at = clock.now()
    # Also where it was theirs already: the asker may have had the next step since.
    next_steps.hand_on(question, Deed.TOOK_IT, by.id)
    events.record(InvitationAnswered(question_id=question.id, expert_id=by.id))


def decline_question(question: Question, *, by: Person, reason: str) -> None:
    """Say no to a call, or give back what was taken, with a reason for the asker."""
    posts.lock(question)
    reason = rules.clean_reason(reason)
    invitation = queries.invitation_of(by, question)
    rules.check_can_decline(invitation)
    assert invitation is not None
    _close(invitation, reason)
    next_steps.hand_on(question, Deed.GAVE_IT_BACK, by.id)
    events.record(InvitationAnswered(question_id=question.id, expert_id=by.id))


def ask_for_more(question: Question, *, by: Person) -> None:
    """Hand the next step to the asker: the expert cannot go on without an answer of theirs."""
    posts.lock(question)
    rules.check_can_ask_for_more(by, question)
    next_steps.hand_on(question, Deed.ASKED_FOR_MORE, by.id)
    events.record(AskedForMore(question_id=question.id, by_id=by.id))


def settle_invitations(question_id: int) -> None:
    """Let the invitations of a question say which of them are done, from what stands in it now."""
    question = db.session.get(Question, question_id)
    if question is None:
        return
    posts.lock(question)
    invitations = db.session.scalars(select(Invitation).where(Invitation.question_id == question.id)).all()
    answered = queries.last_answers_in(question) if invitations else {}
    for invitation in invitations:
        answered_at = answered.get(invitation.expert_id)
        has_answered = answered_at is not None and answered_at >= invitation.made_at
        done = has_answered or question.is_solved
        invitation.done_at = (invitation.done_at or clock.now()) if done else None


def _check_can_be_called(expert: Person, question: Question) -> None:
    rules.check_can_be_called(expert, question)
    seen = questions.visible_to(expert).where(Question.id == question.id).with_only_columns(Question.id)
    if db.session.scalar(seen) is None:
        raise RuleBroken(f"{expert.first_name} may not read this question. Ask somebody else.")


def _call(question: Question, expert: Person, calling: Calling, by: Person) -> Invitation:
    """A fresh invitation, in the row of an earlier one if there is one."""
    invitation = queries.invitation_of(expert, question)
    if invitation is None:
        invitation = Invitation(question_id=question.id, expert_id=expert.id)
        db.session.add(invitation)
    invitation.calling, invitation.called_by_id, invitation.made_at = calling.value, by.id, clock.now()
    invitation.note = invitation.declined_because = ""
    invitation.taken_at = invitation.declined_at = invitation.done_at = None
    return invitation


def _close(invitation: Invitation, reason: str) -> None:
    invitation.declined_at = clock.now()
    invitation.declined_because = reason


def _with_problem(question: Question) -> list[tuple[int, int | None, datetime]]:
    """Everybody who has the problem, with their company and since when they say so; the asker if not an employee.

    An asker who left out the company has none here: beside one other person, the number of companies would tell it.
    """
    people = [(same.person_id, same.account_id, same.said_at) for same in queries.same_problems_of(question)]
    is_named = not question.company_withheld and question.author_employer != ""
    asker = (question.author_id, question.author_account_id if is_named else None, question.asked_at)
    return people if question.by_employee else [asker, *people]


def _count_same_problem(question: Question, person_id: int) -> None:
    """Counted and not added up: the question is locked, so the number is right whoever came before."""
    db.session.flush()
    counters.recount(COUNTERS, question.id)
    db.session.refresh(question, [counter.column.key for counter in COUNTERS])
    events.record(SameProblemChanged(question_id=question.id, person_id=person_id))
