"""What can be done with reputation beside earning it."""

from __future__ import annotations

from sqlalchemy import select

from app.kernel.db import db
from app.posts.models import Post
from app.questions.models import Question
from app.reputation import badges, recognition, weighing
from app.reputation.ledger import settle_all
from app.reputation.models import Answering, Badge, Recognition, ReputationEntry, ReputationTotal, TopicExpertise
from app.reputation.sums import rebuild_sums


def repair() -> None:
    """Make what is kept agree with all posts as they are now: the ledger with its sums, expertise and recognition."""
    settle_all()
    known = select(ReputationEntry.person_id).union(select(ReputationTotal.person_id))
    rebuild_sums(db.session.scalars(known))
    repair_figures()


def repair_figures() -> None:
    """Make expertise, how soon people answer, and recognition agree with all posts as they are now."""
    weighing.settle_threads(db.session.scalars(select(Question.id)))
    _rewrite_topics()
    for person_id in db.session.scalars(select(Answering.person_id)).all():
        weighing.write_answering(person_id)
    authors = select(Post.author_id).union(select(Recognition.person_id))
    recognition.settle_people(db.session.scalars(authors).all())
    badges.settle_people(db.session.scalars(select(TopicExpertise.person_id).union(select(Badge.person_id))).all())


def _rewrite_topics() -> None:
    """Threads settle the sums that they change; these are all of them, those that nothing is part of too."""
    kept = db.session.execute(select(TopicExpertise.person_id, TopicExpertise.tag_id)).all()
    topics: dict[int, set[int]] = {}
    for person_id, tag_id in [*weighing.topics_counted(), *kept]:
        topics.setdefault(person_id, set()).add(tag_id)
    for person_id in sorted(topics):
        weighing.write_topics(person_id, topics[person_id])
