"""What can be done with questions and answers. Bodies come rendered; the caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update

from app.kernel import clock, events
from app.kernel.db import db
from app.people.models import Person
from app.posts import actions as posts
from app.posts import attachments
from app.posts import rules as post_rules
from app.posts.authorship import employer_as_signed, sign
from app.posts.bodies import Body
from app.posts.events import PostDeleted, PostRestored
from app.posts.models import Comment, Post
from app.questions import next_steps, rules
from app.questions.events import AcceptanceChanged, AnswerPosted, QuestionAsked, VisibilityChanged
from app.questions.models import Answer, Intent, InvolvedProduct, Question, Visibility
from app.questions.next_steps import Deed
from app.questions.retagging import count_in_topics, retag
from app.topics import actions as topics
from app.topics.models import Product
from app.topics.rules import clean_tags


@dataclass(frozen=True, kw_only=True)
class Involved:
    """Another product that plays a part: its name as typed, ours among them if the name is known, and the version."""

    name: str
    version: str = ""
    product: Product | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A question as its author wrote it: the title and tags as typed, the body rendered.

    Who may read it and what it is for are chosen when asking; an edit changes neither.
    """

    title: str
    body: Body
    tags: list[str]
    product: Product | None = None
    product_version: str = ""
    involved: Sequence[Involved] = ()
    visibility: str = Visibility.PUBLIC
    company_withheld: bool = False
    intent: str = Intent.PROBLEM


def ask_question(draft: Draft, *, by: Person) -> Question:
    """Publish a question. Raises RuleBroken for titles and tags that break a limit."""
    title, names = rules.clean_title(draft.title), clean_tags(draft.tags)
    rules.check_can_ask_for(by, draft.visibility)
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
        next_step_since=moment,
        visibility=draft.visibility,
        company_withheld=draft.company_withheld,
        intent=draft.intent,
        tags=topics.tags_named(names),
    )
    posts.write_body(question, draft.body)
    sign(question, by, withhold_company=draft.company_withheld)
    db.session.add(question)
    db.session.flush()
    db.session.add_all(_involved(draft, question))
    attachments.link(question, draft.body.source, by=by)
    count_in_topics(question, question.tags, 1)
    events.record(QuestionAsked(question_id=question.id, author_id=by.id))
    return question


def answer_question(question: Question, body: Body, *, by: Person, honest_advice: str = "") -> Answer:
    """Publish an answer below `question`. `honest_advice` names another maker's product, if it recommends one."""
    posts.lock(question)
    rules.check_can_answer(by, question)
    advice = rules.clean_advice(honest_advice)
    answer = Answer(question_id=question.id, created_at=clock.now(), honest_advice=advice)
    posts.write_body(answer, body)
    sign(answer, by, withhold_company=rules.withholds_company(question, by))
    db.session.add(answer)
    question.answer_count += 1
    _note_activity(question, "answered", by, answer.created_at)
    next_steps.note_answer(question, answer)
    db.session.flush()
    attachments.link(answer, body.source, by=by)
    events.record(AnswerPosted(question_id=question.id, answer_id=answer.id, author_id=by.id))
    return answer


def comment_on(post: Post, question: Question, body: Body, *, by: Person) -> Comment:
    """Add a remark below the question or one of its answers."""
    # The question first, as everywhere: two people who lock the same posts must do it in the same order.
    posts.lock(question)
    rules.check_can_comment(by, post, question)
    comment = posts.comment_on(post, body, by=by, withhold_company=rules.withholds_company(question, by))
    _note_activity(question, "commented", by, comment.created_at)
    next_steps.note_words(question, by)
    return comment


def delete_comment(comment: Comment, post: Post, question: Question, *, by: Person) -> None:
    """Take a comment away; deleting it again changes nothing."""
    posts.lock(question)
    rules.check_is_unlocked(by, question)
    posts.delete_comment(comment, post, by=by)


def vote_on(post: Post, question: Question, value: int, *, by: Person) -> None:
    """Record that `by` finds the question or an answer helpful (1) or not (-1), or takes the vote back (0)."""
    posts.lock(question)
    rules.check_can_vote(by, post, question)
    posts.vote(post, value, by=by)


def accept_answer(question: Question, answer: Answer, *, by: Person) -> None:
    """Mark `answer` as the one that solved `question`; replaces an earlier choice."""
    posts.lock(question)
    posts.lock(answer)
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
    rules.check_can_edit(by, question, question)
    post_rules.check_is_current(question, revision_number)
    posts.keep_original(question)
    retag(question, names)
    question.title, question.slug = title, rules.slug_of(title)
    question.product_id = draft.product.id if draft.product else None
    question.product_version = draft.product_version[: rules.LONGEST_VERSION]
    db.session.execute(delete(InvolvedProduct).where(InvolvedProduct.question_id == question.id))
    db.session.add_all(_involved(draft, question))
    posts.write_body(question, draft.body)
    posts.write_revision(question, by=by, reason=reason)
    next_steps.note_words(question, by)


def edit_answer(
    answer: Answer, body: Body, *, by: Person, revision_number: int, reason: str = "", honest_advice: str | None = None
) -> None:
    """Give an answer another text. Raises ChangedMeanwhile when it is no longer at `revision_number`.

    With `honest_advice` None, it recommends what it recommended before.
    """
    question = db.session.get_one(Question, answer.question_id)
    posts.lock(question)
    posts.lock(answer)
    rules.check_can_edit(by, answer, question)
    post_rules.check_is_current(answer, revision_number)
    posts.keep_original(answer)
    if honest_advice is not None:
        answer.honest_advice = rules.clean_advice(honest_advice)
    posts.write_body(answer, body)
    posts.write_revision(answer, by=by, reason=reason)


def change_visibility(question: Question, visibility: str, *, by: Person, company_withheld: bool = False) -> None:
    """Let others read the question with all that stands below it than before, from this moment and on every path."""
    posts.lock(question)
    rules.check_can_change_visibility(by, question)
    if by.id == question.author_id:
        rules.check_can_ask_for(by, visibility)
    if question.visibility != visibility:
        present_tags = [] if question.is_deleted else question.tags
        count_in_topics(question, present_tags, -1)
        opens = visibility == Visibility.PUBLIC
        question.visibility = visibility
        question.opened_at = clock.now() if opens else None
        if opens:
            attachments.forget_old_texts(_in_thread(question))
        count_in_topics(question, present_tags, 1)
        events.record(VisibilityChanged(question_id=question.id))
    withhold_company(question, withheld=company_withheld)


def withhold_company(question: Question, *, withheld: bool) -> None:
    """Take the company off, or put it back on, everything that the person who asked wrote in this thread."""
    if question.company_withheld == withheld:
        return
    question.company_withheld = withheld
    employer = "" if withheld else employer_as_signed(question)
    in_thread = _in_thread(question)
    thread = select(Post.id).where(in_thread)
    db.session.execute(
        update(Post).where(in_thread, Post.author_id == question.author_id).values(author_employer=employer)
    )
    theirs = Comment.post_id.in_(thread), Comment.author_id == question.author_id
    db.session.execute(update(Comment).where(*theirs).values(author_employer=employer))
    db.session.refresh(question, ["author_employer"])


def _in_thread(question: Question) -> ColumnElement[bool]:
    """The posts of a thread: the question and its answers."""
    answers = select(Answer.__table__.c.id).where(Answer.__table__.c.question_id == question.id)
    return or_(Post.id == question.id, Post.id.in_(answers))


def delete_question(question: Question, *, by: Person) -> None:
    """Hide a question from everybody but its author and those who moderate."""
    posts.lock(question)
    rules.check_can_delete_question(by, question)
    if question.is_deleted:
        return
    posts.mark_deleted(question, by=by)
    count_in_topics(question, question.tags, -1)
    events.record(PostDeleted(post_id=question.id, question_id=question.id, deleted_by_id=by.id))


def restore_question(question: Question, *, by: Person) -> None:
    """Show a deleted question again."""
    posts.lock(question)
    rules.check_can_restore_question(by, question)
    if not question.is_deleted:
        return
    posts.mark_restored(question)
    count_in_topics(question, question.tags, 1)
    events.record(PostRestored(post_id=question.id, question_id=question.id, restored_by_id=by.id))


def delete_answer(answer: Answer, question: Question, *, by: Person) -> None:
    """Take an answer's text away; a tombstone stays. An accepted one is no longer accepted."""
    posts.lock(question)
    posts.lock(answer)
    rules.check_stands_in(answer, question)
    rules.check_can_delete_answer(by, answer, question)
    if answer.is_deleted:
        return
    posts.mark_deleted(answer, by=by)
    question.answer_count -= 1
    if question.accepted_answer_id == answer.id:
        _set_acceptance(question, None)
    next_steps.note_lost_answer(question, answer)
    events.record(PostDeleted(post_id=answer.id, question_id=question.id, deleted_by_id=by.id))


def restore_answer(answer: Answer, question: Question, *, by: Person) -> None:
    """Show a deleted answer again; it does not become the accepted one again."""
    posts.lock(question)
    posts.lock(answer)
    rules.check_stands_in(answer, question)
    rules.check_can_restore_answer(by, answer, question)
    if not answer.is_deleted:
        return
    posts.mark_restored(answer)
    question.answer_count += 1
    next_steps.note_answer(question, answer)
    events.record(PostRestored(post_id=answer.id, question_id=question.id, restored_by_id=by.id))


def _set_acceptance(question: Question, answer_id: int | None) -> None:
    previous = question.accepted_answer_id
    question.accepted_answer_id = answer_id
    question.accepted_at = clock.now() if answer_id else None
    next_steps.hand_on(question, Deed.SETTLED if answer_id else Deed.ACCEPTANCE_WITHDRAWN)
    events.record(AcceptanceChanged(question_id=question.id, answer_id=answer_id, replaces_answer_id=previous))


def _note_activity(question: Question, kind: str, by: Person, at: datetime) -> None:
    question.last_activity_at = at
    question.last_activity_kind = kind
    question.last_activity_by_id = by.id


def _involved(draft: Draft, question: Question) -> list[InvolvedProduct]:
    return [
        InvolvedProduct(
            question_id=question.id,
            position=position,
            name=other.name[: rules.LONGEST_PRODUCT],
            version=other.version[: rules.LONGEST_VERSION],
            product_id=other.product.id if other.product else None,
        )
        for position, other in enumerate(draft.involved[: rules.MOST_INVOLVED])
    ]
