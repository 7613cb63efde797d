"""Thanks with words: who may say them, what becomes of them, and where they show."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.marks import thanks
from app.marks.models import Thanks
from app.marks.queries import thanks_of
from app.notifications.models import Notice
from app.people.models import Person
from app.posts.actions import mark_deleted
from app.questions.models import Answer, Question, Visibility
from tests.support.factories import AccountFactory, AnswerFactory, PersonFactory, QuestionFactory, StewardFactory

WORDS = "You saved my night."


@pytest.fixture
def answer() -> Answer:
    return AnswerFactory()


def question_of(answer):
    return db.session.get_one(Question, answer.question_id)


def say(answer, words=WORDS, *, by):
    with write():
        thanks.say_thanks(answer, question_of(answer), words, by=by)


def take_back(answer, whose, *, by):
    with write():
        thanks.take_thanks_back(answer, question_of(answer), whose.id, by=by)


def told():
    run_once()
    return [(notice.kind, notice.words) for notice in db.session.scalars(select(Notice)) if notice.kind == "thanked"]


def test_thanks_are_one_for_each_person_and_the_last_words_stand(answer):
    account: Account = AccountFactory()
    ana = PersonFactory(account=account)
    say(answer, by=ana)
    assert told() == [("thanked", WORDS)]

    say(answer, "  You saved\n my week. ", by=ana)
    kept = db.session.scalars(select(Thanks)).one()

    assert (kept.words, kept.account_id) == ("You saved my week.", account.id)
    assert told() == [("thanked", "You saved my week.")]
    take_back(answer, ana, by=ana)
    assert told() == list(db.session.scalars(select(Thanks))) == []


def test_what_is_refused(answer):
    author, other = db.session.get_one(Person, answer.author_id), PersonFactory()
    with pytest.raises(NotAllowed):
        say(answer, by=author)
    for words in ("", " \u200b ", "x" * 301):
        with pytest.raises(RuleBroken):
            say(answer, words, by=other)
    say(answer, by=other)
    with pytest.raises(NotAllowed):
        take_back(answer, other, by=author)
    take_back(answer, other, by=StewardFactory())
    assert db.session.scalars(select(Thanks)).all() == []
    with write():
        mark_deleted(answer, by=author)
    with pytest.raises(RuleBroken):
        say(answer, by=other)


def test_the_newest_stand_below_the_answer_and_ones_own_wherever_it_is():
    first, second, third = (AnswerFactory() for _ in range(3))
    people = [PersonFactory() for _ in range(thanks.SHOWN + 2)]
    for person in people:
        say(first, f"Thanks, says {person.handle}", by=person)
    say(second, by=people[0])

    found = thanks.thanked_of([first.id, second.id, third.id], people[0])

    assert found.keys() == {first.id, second.id}
    assert found[first.id].people == thanks.SHOWN + 2
    assert [one.person_id for one in found[first.id].shown] == [one.id for one in reversed(people[2:])]
    assert found[first.id].own.person_id == people[0].id
    assert found[second.id].shown == [found[second.id].own]
    assert thanks.thanked_of([first.id], None)[first.id].own is None


def test_a_page_shows_only_what_everybody_may_read(answer):
    author = db.session.get_one(Person, answer.author_id)
    say(answer, by=PersonFactory())
    acme = AccountFactory()
    asker = PersonFactory(account=acme)
    hidden = AnswerFactory(author=author, question=QuestionFactory(author=asker, visibility=Visibility.COMPANY))
    say(hidden, "In confidence", by=asker)
    assert [one.words for one in thanks_of(author, 5)] == [WORDS]

    with write():
        question_of(answer).opened_at = clock.now() + timedelta(minutes=1)
    assert thanks_of(author, 5) == []
    with write():
        question_of(answer).opened_at = None
        mark_deleted(answer, by=author)
    assert thanks_of(author, 5) == []
