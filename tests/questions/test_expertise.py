"""What experts are said to know: from public threads alone."""

from __future__ import annotations

from datetime import timedelta

from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import Person
from app.questions import expertise
from app.questions.actions import delete_question
from app.questions.models import Question
from tests.support.factories import AnswerFactory, ExpertFactory, QuestionFactory, StewardFactory


def test_experts_are_named_for_the_topics_they_answer():
    expert = ExpertFactory()
    for tags in (("replication", "night"), ("replication",)):
        AnswerFactory(question=QuestionFactory(tags=tags), author=expert)
    another = QuestionFactory(tags=("replication",))

    (known,) = expertise.expertise_of([expert])
    assert known.topics[0] == "replication"
    assert [(topic.tag, topic.answers) for topic in expertise.topics_of(expert)] == [("replication", 2), ("night", 1)]
    assert [person.id for person in expertise.experts_on(another)] == [expert.id]


def test_a_deleted_thread_tells_nothing_about_who_answered_it():
    expert, steward = ExpertFactory(), StewardFactory()
    answer = AnswerFactory(question=QuestionFactory(tags=("hush",)), author=expert)
    with write():
        delete_question(db.session.get_one(Question, answer.question_id), by=db.session.get_one(Person, steward.id))

    assert expertise.topics_of(expert) == []
    assert expertise.busiest_experts(clock.now() - timedelta(days=7), 5) == []
    assert expertise.experts_on(QuestionFactory(tags=("hush",))) == []
    (known,) = expertise.expertise_of([expert])
    assert (list(known.topics), known.pace) == ([], None)
