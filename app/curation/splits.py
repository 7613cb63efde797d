"""Comments that became a question of their own. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.curation import record, rules
from app.curation.closures import link
from app.curation.events import CommentsMoved
from app.curation.models import Done
from app.curation.record import questions_by_id
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import ChangedMeanwhile, RuleBroken
from app.people.models import Person
from app.posts import actions as posts
from app.posts import attachments
from app.posts.bodies import Body, prepare_body
from app.posts.models import Comment, Post
from app.questions import rules as question_rules
from app.questions.events import QuestionAsked
from app.questions.models import InvolvedProduct, LinkKind, Question, Visibility
from app.questions.retagging import count_in_topics
from app.topics import actions as topics
from app.topics.rules import clean_tags


@dataclass(frozen=True)
class Split:
    """The question that comments are to become: its title and tags as typed, and the comments with who wrote them."""

    title: str
    tags: list[str]
    comment_ids: list[int]
    body: Body


@dataclass(frozen=True)
class MovedComments:
    """So many comments of a post are read elsewhere now."""

    count: int
    question: Question


def chosen(post: Post, comment_ids: Collection[int]) -> Sequence[Comment]:
    """These comments of a post, oldest first, with their authors. Raises RuleBroken where they cannot be split off."""
    if not comment_ids:
        raise RuleBroken("Choose the comments that belong together.")
    if len(comment_ids) > rules.MOST_COMMENTS_SPLIT:
        raise RuleBroken(f"Choose {rules.MOST_COMMENTS_SPLIT} comments at the most.")
    rows = select(Comment).where(Comment.post_id == post.id, Comment.id.in_(comment_ids), Comment.deleted_at.is_(None))
    found = db.session.scalars(rows.options(joinedload(Comment.author)).order_by(Comment.id)).all()
    if len(found) < len(set(comment_ids)):
        raise ChangedMeanwhile("Somebody took one of these comments away meanwhile. Look at them again.")
    return found


def prepare_split(title: str, tags: list[str], comments: Sequence[Comment]) -> Split:
    """Quote the comments, each with who wrote it and when, and render that. Raises RuleBroken."""
    body = prepare_body("\n\n".join(_quoted(comment) for comment in comments))
    return Split(title, tags, [comment.id for comment in comments], body)


def split_comments(post: Post, question: Question, split: Split, *, by: Person) -> Question:
    """Make a question of comments on `post`. Its author is whoever wrote the first of them, as they were then."""
    title, names = question_rules.clean_title(split.title), clean_tags(split.tags)
    posts.lock(question)
    posts.lock(post)
    rules.check_can_split(by, question)
    comments = chosen(post, split.comment_ids)
    new = _question_like(question, comments[0], title)
    posts.write_body(new, split.body)
    new.tags = topics.tags_named(names)
    new.last_activity_at, new.last_activity_by_id = clock.now(), by.id
    new.last_activity_kind = "split this off"
    db.session.add(new)
    db.session.flush()
    db.session.add_all(_involved_like(question, new))
    attachments.carry_over(post, new)
    count_in_topics(new, new.tags, 1)
    _take_away(comments, post, new, by)
    link(new, question, LinkKind.RELATED)
    record.note(question, Done.SPLIT_OFF, by=by, other=new)
    record.note(new, Done.SPLIT_FROM, by=by, other=question)
    events.record(CommentsMoved(question_id=question.id, new_question_id=new.id, by_id=by.id))
    events.record(QuestionAsked(question_id=new.id, author_id=new.author_id))
    return new


def moved_from(post_ids: Iterable[int], viewer: Person | None) -> dict[int, list[MovedComments]]:
    """Where comments of these posts went, by post, as far as `viewer` may read there."""
    rows = select(Comment.post_id, Comment.moved_to_id, func.count(Comment.id)).where(
        Comment.post_id.in_(list(post_ids)), Comment.moved_to_id.is_not(None)
    )
    grouped = rows.group_by(Comment.post_id, Comment.moved_to_id).order_by(Comment.moved_to_id)
    moves = [(post_id, new_id, count) for post_id, new_id, count in db.session.execute(grouped) if new_id]
    questions = questions_by_id({new_id for _, new_id, _ in moves}, viewer)
    found: dict[int, list[MovedComments]] = {}
    for post_id, new_id, count in moves:
        if new_id in questions:
            found.setdefault(post_id, []).append(MovedComments(count, questions[new_id]))
    return found


def _quoted(comment: Comment) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in comment.body.splitlines())
    return f"@{comment.author.handle} wrote on {_day(comment.created_at)}:\n\n{lines}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}"


def _question_like(source: Question, first: Comment, title: str) -> Question:
    """A question for the readers of `source`, by the author of a comment, as they signed it and when they wrote it.

    A confidential one stays with the company whose people can read the source, whoever of them began it.
    """
    confidential = source.visibility == Visibility.COMPANY
    return Question(
        title=title,
        slug=question_rules.slug_of(title),
        product_id=source.product_id,
        product_version=source.product_version,
        visibility=source.visibility,
        company_withheld=source.company_withheld,
        created_at=first.created_at,
        asked_at=first.created_at,
        next_step_since=clock.now(),
        author_id=first.author_id,
        author_role=first.author_role,
        author_title=first.author_title,
        author_employer="" if source.company_withheld and not first.by_employee else first.author_employer,
        author_account_id=source.author_account_id if confidential else first.author_account_id,
        source=first.source,
        source_address=first.source_address,
        source_licence=first.source_licence,
    )


def _involved_like(source: Question, new: Question) -> list[InvolvedProduct]:
    rows = select(InvolvedProduct).where(InvolvedProduct.question_id == source.id).order_by(InvolvedProduct.position)
    return [
        InvolvedProduct(
            question_id=new.id, position=one.position, product_id=one.product_id, name=one.name, version=one.version
        )
        for one in db.session.scalars(rows)
    ]


def _take_away(comments: Sequence[Comment], post: Post, new: Question, by: Person) -> None:
    for comment in comments:
        comment.deleted_at, comment.deleted_by_id, comment.moved_to_id = clock.now(), by.id, new.id
    post.comment_count -= len(comments)
