"""Threads as the index takes them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.curation.closures import close_question
from app.kernel.db import db, write
from app.people.actions import deactivate
from app.people.models import Person
from app.questions import actions
from app.questions.models import CloseReason, Question, Visibility
from app.search import documents
from app.search.port import Removal, Thread
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)


def document(question: Question) -> Thread | Removal:
    (change,) = documents.changes([question.id])
    return change


def test_the_parts_of_a_thread_are_told_apart():
    asked_at = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    question = QuestionFactory(
        title="The array hums at night", body="It **is** `loud`.", tags=("noise", "fans"), at=asked_at
    )
    AnswerFactory(question=question, body="Turn it *off*.")
    solution = AnswerFactory(question=question, body="The [fan](https://fans.example/) is worn.", accepted=True)
    CommentFactory(post=solution, body="Ours had a loose grommet.")
    CommentFactory(post=question, body="Which **model**?")

    thread = document(question)

    assert isinstance(thread, Thread)
    assert thread.title == "The array hums at night"
    assert thread.body == "It is loud."
    assert thread.accepted == "The fan is worn."
    assert thread.answers == ("Turn it off.",)
    assert thread.comments == ("Ours had a loose grommet.", "Which model?")
    assert thread.tags == ("fans", "noise")
    assert thread.asked_on == asked_at.toordinal()


def test_facts_come_from_what_guests_may_see():
    main, other, elsewhere = ProductFactory(), ProductFactory(), "Somebody's switch"
    involved = [actions.Involved(name=other.name, product=other), actions.Involved(name=elsewhere)]
    question = QuestionFactory(tags=("noise",), product=main, involved=involved)
    expert, member, gone = ExpertFactory(), PersonFactory(), PersonFactory()
    AnswerFactory(question=question, author=expert)
    AnswerFactory(question=question, author=member, accepted=True)
    hidden = AnswerFactory(question=question, author=gone, body="Never mind.")
    CommentFactory(post=question)
    with write():
        actions.delete_answer(hidden, question, by=gone)

    assert set(document(question).facts) == {
        "type:question",
        "type:answer",
        "is:solved",
        "is:expert",
        "tag:noise",
        f"product:{main.slug}",
        f"product:{other.slug}",
        f"author:{question.author_id}",
        f"author:{expert.id}",
        f"author:{member.id}",
    }


def test_an_expert_is_who_answered_as_one():
    answer = AnswerFactory(author=ExpertFactory())
    question = db.session.get_one(Question, answer.question_id)
    with write():
        deactivate(db.session.get_one(Person, answer.author_id))

    assert "is:expert" in document(question).facts
    assert "is:expert" not in document(QuestionFactory(author=ExpertFactory())).facts


def test_a_question_waits_until_it_is_answered_or_closed():
    waiting, closed, answered = QuestionFactory(), QuestionFactory(), QuestionFactory()
    AnswerFactory(question=answered)
    with write():
        close_question(closed, CloseReason.UNCLEAR, by=StewardFactory())

    waits = [question for question in (waiting, closed, answered) if "is:unanswered" in document(question).facts]
    assert waits == [waiting]


def test_what_guests_may_not_read_is_not_there():
    answer = AnswerFactory(body="A gizmo.")
    question = db.session.get_one(Question, answer.question_id)
    CommentFactory(post=answer, body="A remark on the gizmo.")
    with write():
        actions.delete_answer(answer, question, by=db.session.get_one(Person, answer.author_id))
    secret = QuestionFactory(visibility=Visibility.COMPANY)

    assert document(question).texts == (document(question).body, "")
    assert document(secret) == Removal(secret.id)
    assert document(Question(id=404)) == Removal(404)
    assert [thread.id for thread in documents.every_thread()] == [question.id]
    assert documents.count() == 1


def test_an_endless_thread_is_cut(monkeypatch):
    monkeypatch.setattr(documents, "MOST_TEXT", 30)
    question = QuestionFactory(body="Twenty letters here!")
    AnswerFactory(question=question, body="Another text beyond it.")
    AnswerFactory(question=question, body="Never reached.")
    CommentFactory(post=question, body="Not this either.")

    thread = document(question)

    assert thread.texts == ("Twenty letters here!", "", "Another te")


def test_the_number_of_queries_does_not_depend_on_the_threads(queries):
    def many(count: int) -> list[int]:
        asked = [QuestionFactory(product=ProductFactory()) for _ in range(count)]
        for question in asked:
            CommentFactory(post=AnswerFactory(question=question))
        return [question.id for question in asked]

    one, several = many(1), many(4)
    with queries() as few:
        documents.changes(one)
    with queries() as more:
        documents.changes(several)

    assert len(few) == len(more) == 5
