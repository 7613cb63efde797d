"""Who has the problem of a duplicate, or of a merged question, is counted at its original."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.curation.closures import reopen_question
from app.desk.actions import share_problem
from app.desk.models import SameProblem
from app.kernel.db import db, write
from app.questions.models import Visibility
from tests.curation.deeds import asker_of, done, make_duplicate, merge, wrong_numbers
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, QuestionFactory, StewardFactory


def counted(question):
    return set(db.session.scalars(select(SameProblem.person_id).where(SameProblem.question_id == question.id)))


def test_the_asker_and_those_with_the_same_problem_are_counted_at_the_original():
    account = AccountFactory()
    question = QuestionFactory(author=PersonFactory(account=account))
    original, colleague, both = QuestionFactory(), PersonFactory(account=account), PersonFactory()
    done(share_problem, question, by=colleague)
    for thread in (question, original):
        done(share_problem, thread, by=both)
    done(share_problem, question, by=asker_of(original))
    make_duplicate(question, original)

    assert wrong_numbers() == []
    assert counted(original) == {question.author_id, colleague.id, both.id}
    assert (original.same_problem_people, original.same_problem_companies) == (3, 1)
    assert counted(question) == {colleague.id, both.id, original.author_id}


def test_it_is_the_same_for_what_was_merged_and_along_a_chain():
    first, second, third = QuestionFactory(), QuestionFactory(author=ExpertFactory()), QuestionFactory()
    make_duplicate(first, second)
    merge(second, third)

    assert wrong_numbers() == []
    assert counted(third) == {first.author_id}


def test_what_was_said_in_confidence_is_not_counted_in_public():
    question, original = QuestionFactory(visibility=Visibility.COMPANY), QuestionFactory()
    make_duplicate(question, original)

    assert wrong_numbers() == []
    assert counted(original) == set()


@pytest.mark.parametrize("without", [{"company_withheld": True}, {"author_employer": ""}], ids=["asked", "split off"])
def test_a_company_that_was_left_out_is_not_counted_at_the_original(without):
    """Whoever said the same first would read “2 people at one company”, and so where the other one works."""
    account = AccountFactory()
    original = QuestionFactory()
    done(share_problem, original, by=PersonFactory(account=account))
    for of_company in (account, AccountFactory()):
        question = QuestionFactory(author=PersonFactory(account=of_company))
        with write():
            for what, value in without.items():
                setattr(db.session.merge(question), what, value)
        make_duplicate(question, original)

    assert wrong_numbers() == []
    assert (original.same_problem_people, original.same_problem_companies) == (3, 1)


def test_a_duplicate_that_was_opened_again_before_counts_nobody():
    question, original = QuestionFactory(), QuestionFactory()
    make_duplicate(question, original)
    done(reopen_question, question, by=StewardFactory())

    assert wrong_numbers() == []
    assert counted(original) == set()
