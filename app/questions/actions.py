"""What can be done with questions and answers. Bodies come rendered; the caller holds the write transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.kernel import clock, events
from app.kernel.db import db
from app.people.models import Person
from app.posts import actions as posts
from app.posts import rules as post_rules
from app.posts.authorship import sign
from app.posts.bodies import Body
from app.posts.events import PostDeleted, PostEdited, PostRestored
from app.posts.models import Comment, Post
from app.questions import rules
from app.questions.events import AcceptanceChanged, AnswerPosted, QuestionAsked
from app.questions.models import Answer, Question
from app.topics import actions as topics
from app.topics.models import Product
from app.topics.rules import clean_tags


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A question as its author wrote it: the title and tags as typed, the body rendered."""

    title: str
    body: Body
    tags: list[str]
    product: Product | None = None
    product_version: str = ""


def ask_question(draft: Draft, *, by: Person) -> Question:
    """Publish a question. Raises RuleBroken for titles and tags that break a limit."""
    title, names = rules.clean_title(draft.title), clean_tags(draft.tags)
    moment = clock.now()
    question = Question(
        title=title,
        slug=rules.slug_of(title),
        product_id=draft.product.id if draft.product else None,
        product_version=draft.product_version[: rules.LONGEST_VERSION],
        created_at=moment,
        asked_at=moment,
        last_activity_at=moment,
        last_activity_by_id=by.id,
        tags=topics.tags_named(names),
    )
    posts.write_body(question, draft.body)
    sign(question, by)
    db.session.add(question)
    db.session.flush()
    topics.count_questions((tag.id for tag in question.tags), 1)
    events.record(QuestionAsked(question_id=question.id, author_id=by.id))
    return question


def answer_question(question: Question, body: Body, *, by: Person) -> Answer:
    """Publish an answer below `question`."""
    posts.lock(question)
    rules.check_can_answer(by, question)
    answer = Answer(question_id=question.id, created_at=clock.now())
    posts.write_body(answer, body)
    sign(answer, by)
    db.session.add(answer)
    question.answer_count += 1
    _note_activity(question, "answered", by, answer.created_at)
    db.session.flush()
    events.record(AnswerPosted(question_id=question.id, answer_id=answer.id, author_id=by.id))
    return answer


def comment_on(post: Post, question: Question, body: Body, *, by: Person) -> Comment:
    """Add a remark below the question or one of its answers."""
    # The question first, as everywhere: two people who lock the same posts must do it in the same order.
    posts.lock(question)
    rules.check_can_comment(by, post, question)
    comment = posts.comment_on(post, body, by=by)
    _note_activity(question, "commented", by, comment.created_at)
    return comment


def vote_on(post: Post, question: Question, value: int, *, by: Person) -> None:
    """Record that `by` finds the question or an answer helpful (1) or not (-1), or takes the vote back (0)."""
    posts.lock(question)
    rules.check_can_vote(by, post, question)
    posts.vote(post, value, by=by)


def accept_answer(question: Question, answer: Answer, *, by: Person) -> None:
    """Mark `answer` as the one that solved `question`; replaces an earlier choice."""
    posts.lock(question)
    rules.check_can_accept(by, question)
    rules.check_is_acceptable(answer, question)
    if question.accepted_answer_id != answer.id:
        _set_acceptance(question, answer.id)


def withdraw_acceptance(question: Question, *, by: Person) -> None:
    """Take the choice back; the question is unsolved again."""
    posts.lock(question)
    rules.check_can_accept(by, question)
    if question.accepted_answer_id is not None:
        _set_acceptance(question, None)


def edit_question(question: Question, draft: Draft, *, by: Person, revision_number: int, reason: str = "") -> None:
    """Give a question another text. Raises ChangedMeanwhile when it is no longer at `revision_number`."""
    title, names = rules.clean_title(draft.title), clean_tags(draft.tags)
    posts.lock(question)
    post_rules.check_can_edit(by, question)
    post_rules.check_is_current(question, revision_number)
    _keep_original(question)
    _retag(question, names)
    question.title, question.slug = title, rules.slug_of(title)
    question.product_id = draft.product.id if draft.product else None
    question.product_version = draft.product_version[: rules.LONGEST_VERSION]
    _write_revision(question, draft.body, by, reason)


def edit_answer(answer: Answer, body: Body, *, by: Person, revision_number: int, reason: str = "") -> None:
    """Give an answer another text. Raises ChangedMeanwhile when it is no longer at `revision_number`."""
    posts.lock(answer)
    post_rules.check_can_edit(by, answer)
    post_rules.check_is_current(answer, revision_number)
    _keep_original(answer)
    _write_revision(answer, body, by, reason)


def delete_question(question: Question, *, by: Person) -> None:
    """Hide a question from everybody but its author and those who moderate."""
    posts.lock(question)
    rules.check_can_delete_question(by, question)
    if question.is_deleted:
        return
    posts.mark_deleted(question, by=by)
    topics.count_questions((tag.id for tag in question.tags), -1)
    events.record(PostDeleted(post_id=question.id, question_id=question.id, deleted_by_id=by.id))


def restore_question(question: Question, *, by: Person) -> None:
    """Show a deleted question again."""
    posts.lock(question)
    post_rules.check_can_restore(by, question)
    if not question.is_deleted:
        return
    posts.mark_restored(question)
    topics.count_questions((tag.id for tag in question.tags), 1)
    events.record(PostRestored(post_id=question.id, question_id=question.id, restored_by_id=by.id))


def delete_answer(answer: Answer, question: Question, *, by: Person) -> None:
    """Take an answer's text away; a tombstone stays. An accepted one is no longer accepted."""
    posts.lock(question)
    posts.lock(answer)
    rules.check_can_delete_answer(by, answer, question)
    if answer.is_deleted:
        return
    posts.mark_deleted(answer, by=by)
    question.answer_count -= 1
    if question.accepted_answer_id == answer.id:
        _set_acceptance(question, None)
    events.record(PostDeleted(post_id=answer.id, question_id=question.id, deleted_by_id=by.id))


def restore_answer(answer: Answer, question: Question, *, by: Person) -> None:
    """Show a deleted answer again; it does not become the accepted one again."""
    posts.lock(question)
    posts.lock(answer)
    post_rules.check_can_restore(by, answer)
    if not answer.is_deleted:
        return
    posts.mark_restored(answer)
    question.answer_count += 1
    events.record(PostRestored(post_id=answer.id, question_id=question.id, restored_by_id=by.id))


def _set_acceptance(question: Question, answer_id: int | None) -> None:
    previous = question.accepted_answer_id
    question.accepted_answer_id = answer_id
    question.accepted_at = clock.now() if answer_id else None
    events.record(AcceptanceChanged(question_id=question.id, answer_id=answer_id, replaces_answer_id=previous))


def _note_activity(question: Question, kind: str, by: Person, at: datetime) -> None:
    question.last_activity_at = at
    question.last_activity_kind = kind
    question.last_activity_by_id = by.id


def _retag(question: Question, names: list[str]) -> None:
    before = {tag.id for tag in question.tags}
    question.tags = topics.tags_named(names)
    after = {tag.id for tag in question.tags}
    topics.count_questions(before - after, -1)
    topics.count_questions(after - before, 1)


def _keep_original(post: Post) -> None:
    """Before the first edit, keep the text that is about to change as revision 1."""
    if post.revision_number == 1:
        posts.keep_revision(post, editor_id=post.author_id, at=post.created_at)


def _write_revision(post: Post, body: Body, editor: Person, reason: str) -> None:
    posts.write_body(post, body)
    post.revision_number += 1
    post.edited_at = clock.now()
    posts.keep_revision(post, editor_id=editor.id, at=post.edited_at, reason=reason)
    events.record(PostEdited(post_id=post.id, question_id=post.thread_id, editor_id=editor.id))
