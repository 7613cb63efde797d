"""What a question's thread tells about accounts: the facts that the score counts, derived from what stands there now.

Only public posts count. Employees are never customers, people without an account are not written down, and everybody
counts for the account they belonged to at the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from app.marks.models import Correction, Mark
from app.posts.models import Authored, Comment, Post, Revision
from app.questions.models import Answer, Question

COMES_BACK_AFTER = timedelta(hours=24)


class Fact(NamedTuple):
    """One event of the closed list: what `person_id` of an account did, or what an expert did for them."""

    source: str
    kind: str
    at: datetime
    account_id: int
    person_id: int
    expert_id: int | None


@dataclass(frozen=True)
class Thread:
    """A question with what is public below it: no deleted answer or comment, and nothing below a deleted answer.

    `edits` are the later texts of the experts' answers, `corrections` what they took back in them, `works` the asker's
    own marks that an answer works for them; `account_at` tells whose account somebody was at a moment.
    """

    question: Question
    answers: Sequence[Answer]
    comments: Sequence[Comment]
    edits: Sequence[Revision]
    works: Sequence[Mark]
    corrections: Sequence[Correction]
    account_at: Callable[[int, datetime], int | None]

    @property
    def posts(self) -> Mapping[int, Post]:
        return {post.id: post for post in (self.question, *self.answers)}

    @property
    def expert_answers(self) -> list[Answer]:
        return sorted((a for a in self.answers if a.by_expert), key=lambda answer: (answer.created_at, answer.id))

    @property
    def accepted(self) -> Answer | None:
        return next((a for a in self.answers if a.id == self.question.accepted_answer_id), None)


def facts(thread: Thread) -> set[Fact]:
    """Everything the thread tells; nothing while the question is deleted or confidential."""
    if thread.question.is_deleted or not thread.question.is_public:
        return set()
    return {
        *_asked(thread),
        *_answered(thread),
        *_spoken_to_experts(thread),
        *_spoken_to_customers(thread),
        *_come_back(thread),
        *_accepted(thread),
        *_worked(thread),
        *_corrected(thread),
    }


def _customer_account(text: Authored) -> int | None:
    return None if text.by_employee else text.author_account_id


def _asked(thread: Thread) -> Iterator[Fact]:
    question, account = thread.question, _customer_account(thread.question)
    if account is not None:
        yield Fact(f"question:{question.id}", "ask", question.asked_at, account, question.author_id, None)


def _answered(thread: Thread) -> Iterator[Fact]:
    asker, asking = thread.question.author_id, _customer_account(thread.question)
    if asking is None:
        return
    for answer in thread.answers:
        source, answering = f"answer:{answer.id}", _customer_account(answer)
        if answer.by_expert:
            yield Fact(source, "expert_answer", answer.created_at, asking, asker, answer.author_id)
        elif answering is not None and answering != asking:
            yield Fact(source, "peer_answer", answer.created_at, answering, answer.author_id, None)


def _spoken_to_experts(thread: Thread) -> Iterator[Fact]:
    for comment in thread.comments:
        account, expert = _customer_account(comment), _expert_spoken_to(thread, comment)
        if account is not None and expert is not None:
            source = f"comment:{comment.id}"
            yield Fact(source, "comment", comment.created_at, account, comment.author_id, expert)


def _expert_spoken_to(thread: Thread, comment: Comment) -> int | None:
    """The expert who wrote the post, or else whoever of our experts answered it last before the comment."""
    post = thread.posts[comment.post_id]
    if post.by_expert:
        return post.author_id
    if post.id != thread.question.id:
        return None
    earlier = [answer for answer in thread.expert_answers if answer.created_at <= comment.created_at]
    return earlier[-1].author_id if earlier else None


def _spoken_to_customers(thread: Thread) -> Iterator[Fact]:
    for comment in thread.comments:
        post = thread.posts[comment.post_id]
        account = _customer_account(post)
        if comment.by_expert and account is not None:
            source = f"comment:{comment.id}"
            yield Fact(source, "expert_comment", comment.created_at, account, post.author_id, comment.author_id)


def _come_back(thread: Thread) -> Iterator[Fact]:
    """An expert who answered and speaks again a day later has not forgotten the asker."""
    account = _customer_account(thread.question)
    if account is None:
        return
    first_answers: dict[int, datetime] = {}
    for answer in thread.expert_answers:
        first_answers.setdefault(answer.author_id, answer.created_at)
    for source, at, expert in _later_deeds(thread):
        if expert in first_answers and at - first_answers[expert] >= COMES_BACK_AFTER:
            yield Fact(source, "expert_followup", at, account, thread.question.author_id, expert)


def _later_deeds(thread: Thread) -> Iterator[tuple[str, datetime, int]]:
    for comment in thread.comments:
        yield f"comment:{comment.id}", comment.created_at, comment.author_id
    for edit in thread.edits:
        if edit.editor_id == thread.posts[edit.post_id].author_id:
            yield f"revision:{edit.id}", edit.written_at, edit.editor_id


def _accepted(thread: Thread) -> Iterator[Fact]:
    question, answer = thread.question, thread.accepted
    if answer is None or question.by_employee:
        return
    source, at = f"acceptance:{question.id}", question.accepted_at or answer.created_at
    asking = thread.account_at(question.author_id, at)
    if asking is None:
        return
    yield Fact(source, "accept", at, asking, question.author_id, answer.author_id if answer.by_expert else None)
    answering = None if answer.by_employee else thread.account_at(answer.author_id, at)
    if answering is not None and answering != asking:
        yield Fact(source, "peer_accepted", at, answering, answer.author_id, None)


def _worked(thread: Thread) -> Iterator[Fact]:
    """The asker said "works for me": once a question, however many answers they said it of."""
    question = thread.question
    public = [mark for mark in thread.works if mark.answer_id in thread.posts]
    if not public or question.by_employee:
        return
    first = min(public, key=lambda mark: (mark.made_at, mark.id))
    answer, account = thread.posts[first.answer_id], thread.account_at(question.author_id, first.made_at)
    if account is not None:
        expert = answer.author_id if answer.by_expert else None
        yield Fact(f"works:{question.id}", "solved_note", first.made_at, account, question.author_id, expert)


def _corrected(thread: Thread) -> Iterator[Fact]:
    """An expert took an answer back and thanks the member who saw that it was wrong.

    What was corrected in confidence, before the thread was opened, is not public.
    """
    opened_at = thread.question.opened_at
    for correction in thread.corrections:
        at, member = correction.made_at, correction.thanks_id
        account = thread.account_at(member, at) if member is not None else None
        if member is not None and account is not None and (opened_at is None or at >= opened_at):
            expert = thread.posts[correction.answer_id].author_id
            yield Fact(f"correction:{correction.answer_id}", "correction", at, account, member, expert)
