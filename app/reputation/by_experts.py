"""Everything that experts wrote, whoever they are by now: questions and answers, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.kernel.db import db
from app.people.models import Person, Role
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.questions.queries import for_list, posts_visible_to

NEWEST = (Post.created_at, Post.id)


def posts_by_experts(viewer: Person | None) -> Select[Post]:
    """What people wrote while they were experts, as far as `viewer` may read it: a query to page by NEWEST."""
    rows = posts_visible_to(viewer).where(Post.author_role == Role.EXPERT, Post.deleted_at.is_(None))
    return rows.options(joinedload(Post.author))


def threads_of(posts: Sequence[Post]) -> Mapping[int, Question]:
    """The questions that these posts are, or belong to, by id and with what a list shows of them."""
    ids = {post.question_id if isinstance(post, Answer) else post.id for post in posts}
    found = db.session.scalars(for_list(select(Question).where(Question.id.in_(ids)))).unique()
    return {question.id: question for question in found}
