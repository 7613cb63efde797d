"""Which of its earlier texts a post shows to whom."""

from __future__ import annotations

from sqlalchemy import Select

from app.people.models import Person
from app.posts.models import Post, Revision
from app.posts.queries import revisions_of
from app.questions.models import Question
from app.questions.rules import may_read_confidential


def revisions_visible_to(viewer: Person | None, post: Post, question: Question) -> Select[Revision]:
    """The revisions of a post that `viewer` may see. The post itself is one that they may see, in `question`.

    When a confidential thread is made public, what it said until then is not: those who wrote it, the person who asked
    and the experts go on seeing it.
    """
    authors = {post.author_id, question.author_id}
    saw_it_then = may_read_confidential(viewer) or (viewer is not None and viewer.id in authors)
    return revisions_of(post, since=None if saw_it_then else question.opened_at)
