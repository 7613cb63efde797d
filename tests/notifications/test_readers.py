"""Only those are told who may read the thread, and the inbox asks again whenever it is read."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from app.accounts.models import Membership
from app.kernel import clock
from app.kernel.db import db, write
from app.notifications import queries
from app.notifications.models import Follow, Notice
from app.people import actions as people
from app.people.models import Person, Role
from app.posts.models import Comment
from app.questions import actions as questions
from app.questions.models import Question, Visibility
from app.questions.queries import visible_to
from tests.notifications.inboxes import deliver, kinds_told
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)


@pytest.fixture
def company():
    return AccountFactory(name="Heron Rail", domains=["heron.example"])


@pytest.fixture
def asker(company) -> Person:
    return PersonFactory(account=company)


@pytest.fixture
def everybody(company, asker) -> list[Person]:
    """Somebody of each sort: all roles, colleagues, former colleagues, and employees who belong to the company."""
    former, employed = PersonFactory(account=company), PersonFactory(account=company)
    gone, imported = PersonFactory(), PersonFactory()
    with write():
        membership = db.session.scalars(select(Membership).where(Membership.person_id == former.id)).one()
        membership.until = clock.now()
        people.grant_role(employed, Role.SALES)
        gone.active, imported.email = False, None
    elsewhere = PersonFactory(account=AccountFactory())
    makers = (ExpertFactory, StewardFactory, SalesFactory, AdminFactory, PersonFactory)
    colleague = PersonFactory(account=company)
    return [asker, former, employed, gone, imported, elsewhere, colleague, *(make() for make in makers)]


@pytest.mark.parametrize("by_employee", [False, True], ids=["by a member", "by an employee"])
@pytest.mark.parametrize("deleted", [False, True], ids=["there", "deleted"])
@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.usefixtures("company")
def test_those_are_told_of_a_thread_to_whom_it_is_visible(everybody, asker, visibility, deleted, by_employee):
    author = AdminFactory() if by_employee else asker
    question = QuestionFactory(author=author)
    with write():
        question.visibility = visibility
        question.deleted_at = clock.now() if deleted else None
    everybody = [*everybody, author]

    told = queries.people_to_tell(question, {person.id for person in everybody})

    with_an_inbox = [person for person in everybody if person.active and person.email]
    assert told == {person.id for person in with_an_inbox if is_visible(question, person)}
    assert author.id in told


def is_visible(question: Question, person: Person) -> bool:
    seen = visible_to(person).where(Question.id == question.id).with_only_columns(Question.id)
    return db.session.scalar(seen) is not None


def test_who_may_not_read_the_thread_at_the_moment_is_not_told(asker):
    stranger, colleague = PersonFactory(handle="amira"), PersonFactory(handle="boris")
    question = QuestionFactory(author=asker, body="@amira and @boris, look.", visibility=Visibility.COMPANY)
    with write():
        account_id, now = question.author_account_id, clock.now()
        db.session.add(Membership(person_id=colleague.id, account_id=account_id, since=now, source="admin"))
    deliver()

    assert kinds_told(stranger) == []
    assert kinds_told(colleague) == ["mentioned"]


def test_imported_authors_and_those_who_have_left_are_not_told():
    imported, gone = PersonFactory(), PersonFactory()
    question = QuestionFactory(author=imported)
    CommentFactory(post=question, author=gone)
    with write():
        imported.email, gone.active = None, False
    AnswerFactory(question=question)
    deliver()

    assert kinds_told(imported) == kinds_told(gone) == []


def test_a_thread_that_becomes_confidential_leaves_the_inboxes_of_strangers(asker):
    stranger = PersonFactory()
    question = QuestionFactory(author=asker)
    CommentFactory(post=question, author=stranger)
    AnswerFactory(question=question)
    deliver()
    assert seen_by(stranger) == (1, 1)

    with write():
        questions.change_visibility(question, Visibility.COMPANY, by=asker)
    assert seen_by(stranger) == (0, 0)
    assert seen_by(asker) == (2, 2)

    with write():
        questions.change_visibility(question, Visibility.PUBLIC, by=asker)
    assert seen_by(stranger) == (1, 1)


def test_what_was_deleted_is_neither_shown_nor_counted_until_it_is_restored():
    question = QuestionFactory()
    asker = db.session.get_one(Person, question.author_id)
    expert = ExpertFactory()
    answer = AnswerFactory(question=question, author=expert)
    deliver()
    assert seen_by(asker) == (1, 1)

    with write():
        questions.delete_answer(answer, question, by=expert)
    deliver()
    assert seen_by(asker) == (0, 0)

    with write():
        questions.restore_answer(answer, question, by=expert)
    deliver()
    assert seen_by(asker) == (1, 1)


def test_a_deleted_question_is_no_longer_in_the_inbox_of_its_author_or_a_steward():
    steward = StewardFactory()
    question = QuestionFactory(author=steward)
    AnswerFactory(question=question)
    deliver()
    assert seen_by(steward) == (1, 1)

    with write():
        questions.delete_question(question, by=steward)
    assert seen_by(steward) == (0, 0)


def seen_by(person: Person) -> tuple[int, int]:
    """How many notices the inbox shows, and how many it counts as new."""
    return len(queries.inbox_page(person).items), queries.count_unread(person)


def test_many_followers_are_told_in_few_queries(queries):
    question = QuestionFactory()
    first = PersonFactory()
    columns = {column.name: getattr(first, column.name) for column in Person.__table__.columns if column.name != "id"}
    rows = [
        {**columns, "handle": f"p{number}", "handle_skeleton": f"p{number}", "fs_uniquifier": f"p{number}"}
        | {"email": f"p{number}@somewhere.example"}
        for number in range(2_500)
    ]
    with write():
        db.session.execute(insert(Person.__table__), rows)
        ids = db.session.scalars(select(Person.id).where(Person.id > first.id)).all()
        moment = question.created_at
        follows = [{"person_id": one, "question_id": question.id, "since": moment} for one in ids]
        db.session.execute(insert(Follow), follows)
    deliver()
    AnswerFactory(question=question)

    with queries() as seen:
        deliver()

    assert db.session.scalar(select(db.func.count(Notice.id))) == 2_501
    assert len(seen) < 120


def test_a_comment_that_is_gone_for_good_is_told_to_nobody():
    comment = CommentFactory()
    with write():
        db.session.execute(db.delete(Comment).where(Comment.id == comment.id))
    deliver()

    assert db.session.scalar(select(db.func.count(Notice.id))) == 0
