"""Reading what waits for somebody's word, of the questions that they may see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager

from app.curation.models import DuplicateProposal, OpeningConsent, OpeningRequest
from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.questions.queries import for_links, visible_to


def proposals_to_settle(viewer: Person, limit: int) -> Sequence[DuplicateProposal]:
    """The duplicates that were proposed and wait for a word, the oldest first, each with its question."""
    rows = (
        visible_to(viewer)
        .join(DuplicateProposal, DuplicateProposal.question_id == Question.id)
        .where(DuplicateProposal.settled_at.is_(None))
        .with_only_columns(DuplicateProposal)
        .options(contains_eager(DuplicateProposal.question))
    )
    return db.session.scalars(rows.order_by(DuplicateProposal.id).limit(limit)).all()


def openings_to_agree_to(viewer: Person, limit: int) -> Sequence[Question]:
    """The confidential questions that would become public if `viewer`, who wrote in them, agreed; oldest request first.

    Whoever has agreed and then written again is asked anew on the question's own page, not here.
    """
    answers = Answer.__table__
    wrote = exists(
        select(Post.id)
        .outerjoin(answers, answers.c.id == Post.id)
        .where(Post.author_id == viewer.id, Post.deleted_at.is_(None))
        .where((Post.id == OpeningRequest.question_id) | (answers.c.question_id == OpeningRequest.question_id))
    )
    agreed = exists().where(
        OpeningConsent.question_id == OpeningRequest.question_id, OpeningConsent.person_id == viewer.id
    )
    rows = visible_to(viewer).join(OpeningRequest, OpeningRequest.question_id == Question.id).where(wrote, ~agreed)
    return (
        db.session.scalars(for_links(rows).order_by(OpeningRequest.proposed_at, Question.id).limit(limit))
        .unique()
        .all()
    )
