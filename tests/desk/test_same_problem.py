"""Who else has the problem: counted by people and by companies, right whoever comes at once."""

import pytest

from app.cli.recount import find_differences
from app.desk import actions
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person
from app.questions.models import Question
from tests.support.at_once import at_once
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, QuestionFactory

AT_ONCE = 32


@pytest.fixture
def question():
    return QuestionFactory()


def share(question, person):
    with write():
        actions.share_problem(question, by=person)


def counts(question):
    db.session.refresh(question)
    return question.same_problem_people, question.same_problem_companies


def test_people_and_companies_are_counted(question):
    account = AccountFactory()
    colleagues = [PersonFactory(account=account) for _ in range(2)]
    for person in (*colleagues, PersonFactory(account=AccountFactory()), PersonFactory()):
        share(question, person)
    assert counts(question) == (4, 2)

    share(question, colleagues[0])
    assert counts(question) == (4, 2)

    with write():
        actions.withdraw_problem(question, by=colleagues[0])
        actions.withdraw_problem(question, by=colleagues[0])
    assert counts(question) == (3, 2)
    assert list(find_differences()) == []


def test_the_asker_and_employees_are_not_counted(question):
    asker = db.session.get_one(Person, question.author_id)
    with pytest.raises(NotAllowed, match="You asked this"):
        share(question, asker)
    with pytest.raises(NotAllowed, match="counts the customers"):
        share(question, ExpertFactory())


@pytest.mark.parametrize("state", ["deleted_at", "closed_at", "locked_at"])
def test_nobody_is_added_to_what_is_over(question, state):
    with write():
        setattr(question, state, clock.now())

    with pytest.raises(RuleBroken):
        share(question, PersonFactory())


def test_many_at_once_end_with_the_right_numbers(app, question):
    accounts = [AccountFactory() for _ in range(4)]
    people = [PersonFactory(account=accounts[number % 4]).id for number in range(AT_ONCE // 2)]
    question_id = question.id

    def toggle(person_id, deeds):
        def act():
            for deed in deeds:
                by = db.session.get_one(Person, person_id)
                deed(db.session.get_one(Question, question_id), by=by)

        return act

    stay = [toggle(person, [actions.share_problem] * 2) for person in people]
    leave = [toggle(person, [actions.share_problem, actions.withdraw_problem] * 2) for person in people[8:]]
    same_person = [toggle(people[0], [actions.withdraw_problem, actions.share_problem])] * 8

    assert at_once(app, stay[:8] + leave + leave + same_person) == []

    assert counts(question) == (8, 4)
    assert list(find_differences()) == []
