"""What others found out about somebody's answers counts once each, and only what is public and not their own."""

from __future__ import annotations

from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.marks import actions as marks
from app.marks.models import MarkKind
from app.people.models import Person
from app.questions.actions import change_visibility, delete_answer
from app.questions.models import Answer, Question, Visibility
from app.reputation.expertise import recognition_of
from app.reputation.proof import differences
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)


def worked(answer: Answer, by: Person) -> None:
    with write():
        answer = db.session.get_one(Answer, answer.id)
        question = db.session.get_one(Question, answer.question_id)
        marks.mark_answer(answer, question, marks.Finding(kind=MarkKind.WORKS), by=db.session.get_one(Person, by.id))
    deliver_pending()


def counted(person: Person) -> tuple[int, int]:
    db.session.expire_all()
    found = recognition_of(db.session.get_one(Person, person.id))
    return found.worked_for_companies, found.worked_for_people


def test_companies_and_people_count_once_and_colleagues_not():
    expert, account = ExpertFactory(), AccountFactory()
    two, alone = [PersonFactory(account=account), PersonFactory(account=account)], PersonFactory()
    first, second = AnswerFactory(author=expert), AnswerFactory(author=expert)
    for by in (*two, alone, ExpertFactory()):
        worked(first, by)
        worked(second, by)

    assert counted(expert) == (1, 3)
    assert list(differences()) == []


def test_ones_own_company_does_not_count_for_a_member():
    account = AccountFactory()
    answer = AnswerFactory(author=PersonFactory(account=account))
    author = db.session.get_one(Person, answer.author_id)
    for by in (PersonFactory(account=account), PersonFactory(account=AccountFactory()), StewardFactory()):
        worked(answer, by)

    assert counted(author) == (1, 2)


def test_what_was_found_out_in_confidence_or_of_what_is_gone_counts_nowhere():
    expert, asker, steward = ExpertFactory(), PersonFactory(account=AccountFactory()), StewardFactory()
    hidden = AnswerFactory(question=QuestionFactory(author=asker, visibility=Visibility.COMPANY), author=expert)
    gone = AnswerFactory(author=expert)
    worked(hidden, asker)
    worked(gone, asker)
    assert counted(expert) == (1, 1)

    with write():
        by = db.session.get_one(Person, steward.id)
        question = db.session.get_one(Question, hidden.question_id)
        change_visibility(question, Visibility.PUBLIC, by=by)
        answer = db.session.get_one(Answer, gone.id)
        delete_answer(answer, db.session.get_one(Question, answer.question_id), by=by)
    deliver_pending()

    assert counted(expert) == (0, 0)
    assert list(differences()) == []
