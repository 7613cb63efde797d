"""What people of an account have given to others, under the name that each of them chose to publish."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from app.kernel.db import db
from app.people.models import MEMBER, Person
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.questions.queries import posts_visible_to

SHOWN = 20


def public_answers(account_ids: Collection[int], limit: int = SHOWN) -> Sequence[Answer]:
    """The newest answers that everybody may read and that name one of these companies, with author and question.

    Nothing of people who left the site. Whoever is counted in no report stands here as before: this is no count, what
    they wrote is public and names the company, and a handle that went from here would tell at once who left the count.
    """
    public = posts_visible_to(None).with_only_columns(Post.id)
    names_company = Answer.author_account_id.in_(account_ids), Answer.author_employer != ""
    rows = (
        select(Answer)
        .join(Person, Person.id == Answer.author_id)
        .where(Answer.id.in_(public), Answer.author_role == MEMBER, *names_company)
        .where(Person.active)
        .options(joinedload(Answer.author), joinedload(Answer.question).load_only(Question.title, Question.slug))
        .options(defer(Answer.body, raiseload=True), defer(Answer.body_html, raiseload=True))
        .order_by(Answer.created_at.desc(), Answer.id.desc())
        .limit(limit)
    )
    return db.session.scalars(rows).all()
