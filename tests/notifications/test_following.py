"""Who follows a question, from when on, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.curation import duplicates, mergers
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.kernel.events import record
from app.notifications import actions
from app.notifications.follows import is_following
from app.notifications.models import Follow, Notice
from app.people.models import Person
from app.posts.models import Post
from app.questions import actions as questions
from app.questions.events import ThreadsImported
from app.questions.models import Question
from tests.notifications.inboxes import deliver, deliver_again, kinds_told
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)


def follow_of(person: Person, question: Question) -> Follow | None:
    return db.session.get(Follow, (person.id, question.id), populate_existing=True)


def test_whoever_asks_answers_or_comments_follows_from_then_on():
    asker, expert, reader = PersonFactory(), ExpertFactory(), PersonFactory()
    question = QuestionFactory(author=asker)
    answer = AnswerFactory(question=question, author=expert)
    comment = CommentFactory(post=answer, author=reader)
    assert is_following(reader, question)
    deliver()

    since = {person_id: moment for person_id, moment in db.session.execute(select(Follow.person_id, Follow.since))}
    assert since == {asker.id: question.created_at, expert.id: answer.created_at, reader.id: comment.created_at}
    assert is_following(asker, question)
    assert not is_following(PersonFactory(), question)
    assert not is_following(None, question)


def test_whoever_ended_it_does_not_follow_by_writing_again():
    reader, question = PersonFactory(), QuestionFactory()
    CommentFactory(post=question, author=reader)
    with write():
        actions.end_follow(question, by=reader)
    deliver()
    CommentFactory(post=question, author=reader)
    deliver()
    AnswerFactory(question=question)
    deliver()

    assert not is_following(reader, question)
    assert kinds_told(reader) == []


def test_following_again_begins_anew():
    reader, question = PersonFactory(), QuestionFactory()
    with write():
        actions.follow(question, by=reader)
    with write():
        actions.end_follow(question, by=reader)
    AnswerFactory(question=question)
    with write():
        actions.follow(question, by=reader)
        actions.follow(question, by=reader)
    deliver()
    assert kinds_told(reader) == []

    AnswerFactory(question=question)
    deliver()
    assert kinds_told(reader) == ["new_answer"]


def test_what_was_deleted_cannot_be_followed():
    question = QuestionFactory()
    with write():
        questions.delete_question(question, by=StewardFactory())

    with pytest.raises(RuleBroken), write():
        actions.follow(question, by=StewardFactory())


@pytest.mark.parametrize("how", ["duplicate", "merge"])
def test_followers_go_with_the_question_to_the_one_it_leads_to(how):
    steward, reader, both, ended = StewardFactory(), PersonFactory(), PersonFactory(), PersonFactory()
    question, original = QuestionFactory(), QuestionFactory()
    with write():
        for person in (reader, both, ended):
            actions.follow(question, by=person)
        actions.follow(original, by=both)
        actions.end_follow(original, by=ended)
    deliver()
    began = follow_of(both, original).since
    with write():
        if how == "merge":
            mergers.merge_threads(question, original, by=steward)
        else:
            duplicates.propose_duplicate(question, original, by=steward)
    deliver()
    deliver_again()

    assert is_following(reader, original)
    assert follow_of(reader, original).since == question.closed_at
    assert follow_of(both, original).since == began
    assert not is_following(ended, original)
    AnswerFactory(question=original)
    deliver()
    assert kinds_told(reader)[-1:] == kinds_told(both)[-1:] == ["new_answer"]
    assert "new_answer" not in kinds_told(ended)


def test_an_import_tells_nobody_and_nobody_follows_by_it():
    asker = PersonFactory(handle="marta-k")
    question = QuestionFactory(author=asker)
    AnswerFactory(question=question, body="Ask @marta-k.")
    with write():
        db.session.execute(update(Post).values(source="elsewhere"))
        db.session.execute(db.delete(db.metadata.tables["outbox_messages"]))
        record(ThreadsImported(question_ids=[question.id]))
    deliver()

    assert db.session.scalar(select(func.count(Follow.person_id))) == 0
    assert db.session.scalar(select(func.count(Notice.id))) == 0


def test_old_notices_go_and_no_late_delivery_brings_them_back(travel_to):
    now = clock.now()
    asker = PersonFactory()
    question = QuestionFactory(author=asker)
    answers = [AnswerFactory(question=question), AnswerFactory(question=question)]
    deliver()
    with write():
        actions.mark_read(db.session.scalars(select(Notice).where(Notice.post_id == answers[0].id)).first())

    for days, left in ((179, 2), (181, 1), (364, 1), (366, 0)):
        travel_to(now + timedelta(days=days))
        with write():
            actions.forget_old()
        deliver_again()
        assert len(kinds_told(asker)) == left
