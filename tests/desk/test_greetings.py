"""Newcomers: one open task for each, done by one named person, and gone with the question."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.desk import greetings, queries
from app.desk.models import Greeting
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, Refusal, RuleBroken
from app.kernel.events import deliver_pending
from app.notifications.models import Notice
from app.people import actions as people
from app.people.models import Role
from app.questions.actions import delete_question, restore_question
from app.questions.models import Question, Visibility
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

WORDS = "Welcome! I look after replication here, and will look at this tonight."


def waiting():
    deliver_pending()
    return [(one.person_id, one.question_id) for one in db.session.scalars(select(Greeting).order_by("person_id"))]


def greet(person, *, by, words=WORDS):
    with write():
        greetings.greet(db.session.get_one(Greeting, person.id), words, by=by)


def seen_by(viewer, tag_ids=()):
    return [one.person_id for one in db.session.scalars(greetings.greetings_for(viewer, tag_ids))]


def test_the_first_question_sets_a_task_and_no_other_does():
    ana = PersonFactory()
    first = QuestionFactory(author=ana)
    QuestionFactory(author=ana)
    QuestionFactory(author=ExpertFactory())
    QuestionFactory(at=clock.now() - timedelta(days=8))

    assert waiting() == [(ana.id, first.id)]
    greetings_before = db.session.get_one(Greeting, ana.id).asked_at
    with write():
        greetings.settle_greeting(ana.id)
    assert db.session.get_one(Greeting, ana.id).asked_at == greetings_before == first.asked_at


def test_it_goes_with_the_question_and_comes_back_with_it():
    ana = PersonFactory()
    first = QuestionFactory(author=ana)
    assert waiting() == [(ana.id, first.id)]
    with write():
        delete_question(first, by=ana)
    assert waiting() == []
    second = QuestionFactory(author=ana)
    assert waiting() == [(ana.id, second.id)]
    with write():
        restore_question(db.session.get_one(Question, first.id), by=StewardFactory())
    assert waiting() == [(ana.id, first.id)]
    with write():
        people.grant_role(ana, Role.SALES)
    assert waiting() == []


def test_nobody_is_asked_to_welcome_whoever_was_shown_out():
    ana = PersonFactory()
    QuestionFactory(author=ana)
    assert len(waiting()) == 1
    with write():
        people.deactivate(ana)
    assert waiting() == []


def test_one_welcome_is_said_and_told():
    ana, vera = PersonFactory(), ExpertFactory()
    question = QuestionFactory(author=ana)
    waiting()
    for by in (PersonFactory(), SalesFactory(), ana):
        with pytest.raises(NotAllowed):
            greet(ana, by=by)
    for words in ("", "  ", "x" * 501):
        with pytest.raises(RuleBroken):
            greet(ana, by=vera, words=words)

    greet(ana, by=vera)
    with pytest.raises(RuleBroken, match="faster than you"):
        greet(ana, by=StewardFactory())
    deliver_pending()

    notice = db.session.scalars(select(Notice).where(Notice.person_id == ana.id)).one()
    assert (notice.kind, notice.by_id, notice.words, notice.question_id) == ("welcomed", vera.id, WORDS, question.id)
    assert queries.greeting_on(question).greeted_by == queries.greeting_of(ana).greeted_by == vera
    with write():
        delete_question(question, by=ana)
    assert waiting() == [(ana.id, question.id)]
    assert queries.greeting_of(ana) is None


def test_of_two_at_once_one_has_said_it(app):
    ana, experts = PersonFactory(), [ExpertFactory().id, ExpertFactory().id]
    QuestionFactory(author=ana)
    waiting()
    ana_id, together, refused = ana.id, Barrier(2), []

    def say(expert_id):
        with app.app_context():
            together.wait()
            try:
                with write():
                    by = db.session.get_one(people.Person, expert_id)
                    greetings.greet(db.session.get_one(Greeting, ana_id), WORDS, by=by)
            except Refusal as refusal:
                refused.append(refusal)

    threads = [Thread(target=say, args=[one]) for one in experts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    db.session.rollback()
    assert db.session.get_one(Greeting, ana_id).greeted_by_id in experts


def test_on_whose_desk_it_stands():
    ana = PersonFactory()
    question = QuestionFactory(author=ana, tags=["replication"], at=clock.now() - timedelta(hours=2))
    other = QuestionFactory(tags=["power"], at=clock.now() - timedelta(hours=25))
    hidden = QuestionFactory(
        author=PersonFactory(account=AccountFactory()), visibility=Visibility.COMPANY, tags=["power"]
    )
    waiting()
    expert, steward = ExpertFactory(), StewardFactory()
    here = [question.tags[0].id]

    assert sorted(seen_by(expert, here)) == [ana.id, other.author_id]
    assert seen_by(expert, [here[0] + 1000]) == [other.author_id]
    assert set(seen_by(steward, here)) == {ana.id, other.author_id, hidden.author_id}
    assert greetings.count_late(expert) == 1
    AnswerFactory(question=other, author=expert)
    assert other.author_id in seen_by(expert)


def test_what_was_said_in_confidence_stays_there():
    ana = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=ana, visibility=Visibility.COMPANY)
    waiting()
    greet(ana, by=ExpertFactory())
    assert queries.greeting_on(question).words == WORDS
    assert queries.greeting_of(ana) is None

    with write():
        question.visibility, question.opened_at = Visibility.PUBLIC, clock.now() + timedelta(minutes=1)
    assert queries.greeting_on(question) is None
    assert queries.greeting_of(ana) is None


def test_a_task_that_comes_with_the_newcomer_as_on_the_page_is_done_too():
    ana, vera = PersonFactory(), ExpertFactory()
    QuestionFactory(author=ana)
    deliver_pending()

    with write():
        greeting = db.session.scalars(select(Greeting).options(joinedload(Greeting.person))).one()
        greetings.greet(greeting, WORDS, by=vera)

    assert db.session.get_one(Greeting, ana.id).greeted_by_id == vera.id
