"""A confidential thread as everybody would read it once it is public, with what in it may be nobody else's business."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.freemail import is_free_mail
from app.kernel.db import db
from app.kernel.text.files import file_tokens
from app.posts.models import Attachment, Authored, Comment, Post, PostAttachment
from app.posts.sensitive import Finding, find_sensitive
from app.questions import queries as questions
from app.questions.models import Answer, Question


@dataclass(frozen=True)
class ShownComment:
    """A comment, and what in it looks as if it should not be public."""

    comment: Comment
    findings: Sequence[Finding]


@dataclass(frozen=True)
class ShownPost:
    """A post with its comments, and what in its text looks as if it should not be public."""

    post: Post
    findings: Sequence[Finding]
    comments: Sequence[ShownComment]


@dataclass(frozen=True)
class Exposure:
    """Everything that would become public. `account_id` is that of the company whose name may be withheld."""

    posts: Sequence[ShownPost]
    files: Sequence[Attachment]
    account_id: int | None

    @property
    def findings_count(self) -> int:
        texts = [post.findings for post in self.posts]
        texts += [comment.findings for post in self.posts for comment in post.comments]
        return sum(len(findings) for findings in texts)

    def names_company(self, text: Authored) -> bool:
        """True for what somebody of the asker's company wrote: their name tag would say whose it is."""
        return not text.by_employee and text.author_account_id == self.account_id and self.account_id is not None


def exposure_of(question: Question) -> Exposure:
    """What a guest would read, in five queries."""
    rows = questions.answers_to(question).where(Answer.deleted_at.is_(None)).order_by(Answer.id)
    posts = [question, *db.session.scalars(rows).unique()]
    comments = _comments_below([post.id for post in posts])
    domains = _domains_of([*posts, *comments])
    below: dict[int, list[ShownComment]] = {post.id: [] for post in posts}
    for comment in comments:
        below[comment.post_id].append(ShownComment(comment, find_sensitive(comment.body, domains)))
    return Exposure(
        posts=[ShownPost(post, find_sensitive(post.body, domains), below[post.id]) for post in posts],
        files=_files_named_in([*posts, *comments], list(below)),
        account_id=question.author_account_id,
    )


def _comments_below(post_ids: Collection[int]) -> Sequence[Comment]:
    rows = select(Comment).where(Comment.post_id.in_(post_ids), Comment.deleted_at.is_(None))
    return db.session.scalars(rows.options(joinedload(Comment.author)).order_by(Comment.id)).unique().all()


def _domains_of(texts: Sequence[Authored]) -> set[str]:
    """The mail domains of the companies whose people wrote here: the names of their hosts end with them."""
    domains = {text.author.email_domain for text in texts if not text.by_employee}
    return {domain for domain in domains if domain and not is_free_mail(domain)}


def _files_named_in(texts: Sequence[Post | Comment], post_ids: Collection[int]) -> Sequence[Attachment]:
    tokens = {token for text in texts for token in file_tokens(text.body)}
    if not tokens:
        return []
    linked = select(PostAttachment.attachment_id).where(PostAttachment.post_id.in_(post_ids))
    rows = select(Attachment).where(Attachment.id.in_(linked), Attachment.token.in_(tokens))
    return db.session.scalars(rows.order_by(Attachment.id)).all()
