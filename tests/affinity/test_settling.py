"""What the site writes down about accounts, thread by thread."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Account, Membership
from app.affinity import ledger
from app.affinity.ledger import person_key
from app.affinity.models import AffinityEvent
from app.affinity.queries import open_questions
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.marks.actions import Finding, mark_answer, withdraw_mark
from app.people.models import Person
from app.posts.actions import delete_comment
from app.posts.bodies import prepare_body
from app.questions.actions import (
    accept_answer,
    delete_answer,
    delete_question,
    edit_answer,
    restore_question,
    withdraw_acceptance,
)
from app.questions.models import Answer, Question
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

START = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def written() -> list[tuple[str, datetime, int, str, int | None]]:
    """Everything that is stored, once all has been delivered, in the order of time."""
    deliver_pending()
    columns = (AffinityEvent.kind, AffinityEvent.at, AffinityEvent.account_id)
    rows = select(*columns, AffinityEvent.person_key, AffinityEvent.expert_id)
    return [tuple(row) for row in db.session.execute(rows.order_by(AffinityEvent.at, AffinityEvent.kind))]


def kinds() -> list[str]:
    return [event[0] for event in written()]


@pytest.fixture
def account() -> Account:
    return AccountFactory(at=START - DAY)


@pytest.fixture
def asker(account: Account) -> Person:
    return PersonFactory(account=account, at=START - DAY)


@pytest.fixture
def expert() -> Person:
    return ExpertFactory(at=START - DAY)


@pytest.fixture
def question(asker: Person) -> Question:
    return QuestionFactory(author=asker, at=START)


@pytest.fixture
def answer(question: Question, expert: Person) -> Answer:
    return AnswerFactory(question=question, author=expert, at=START + timedelta(hours=1))


def test_asking_answering_and_accepting_are_written_for_the_askers_account(account, asker, expert, question, answer):
    accept(question, answer, asker, at=START + DAY)

    key = person_key(asker.id)
    assert written() == [
        ("ask", START, account.id, key, None),
        ("expert_answer", START + timedelta(hours=1), account.id, key, expert.id),
        ("accept", START + DAY, account.id, key, expert.id),
    ]


def accept(question: Question, answer: Answer, asker: Person, at: datetime) -> None:
    with time_machine.travel(at, tick=False), write():
        accept_answer(question, answer, by=asker)


def test_a_customers_answer_that_is_accepted_names_no_expert(asker, question):
    helper = PersonFactory(account=AccountFactory(at=START - DAY), at=START - DAY)
    answer = AnswerFactory(question=question, author=helper, at=START)
    accept(question, answer, asker, at=START + DAY)

    other = helper_account(helper)
    assert written()[1:] == [
        ("peer_answer", START, other, person_key(helper.id), None),
        ("accept", START + DAY, asker_account(question), person_key(asker.id), None),
        ("peer_accepted", START + DAY, other, person_key(helper.id), None),
    ]


def helper_account(person: Person) -> int:
    return db.session.scalars(select(Membership.account_id).where(Membership.person_id == person.id)).one()


def asker_account(question: Question) -> int:
    assert question.author_account_id is not None
    return question.author_account_id


def test_helping_a_colleague_is_not_helping_another_company(account, asker, question):
    answer = AnswerFactory(question=question, author=PersonFactory(account=account, at=START - DAY), at=START)
    accept(question, answer, asker, at=START + DAY)

    assert kinds() == ["ask", "accept"]


def test_a_comment_to_an_expert_and_one_by_an_expert(account, asker, expert, question, answer):
    CommentFactory(post=answer, author=asker, at=START + timedelta(hours=2))
    CommentFactory(post=question, author=expert, at=START + timedelta(hours=3))

    key = person_key(asker.id)
    assert written()[2:] == [
        ("comment", START + timedelta(hours=2), account.id, key, expert.id),
        ("expert_comment", START + timedelta(hours=3), account.id, key, expert.id),
    ]


def test_a_comment_on_the_question_counts_once_an_expert_has_answered(asker, expert, question):
    CommentFactory(post=question, author=asker, at=START + timedelta(minutes=5))
    AnswerFactory(question=question, author=expert, at=START + timedelta(hours=1))
    CommentFactory(post=question, author=asker, at=START + timedelta(hours=2))

    assert kinds() == ["ask", "expert_answer", "comment"]
    assert written()[2][4] == expert.id


def test_a_comment_between_customers_is_nothing_between_us_and_them(question):
    helped = AnswerFactory(question=question, author=PersonFactory(at=START), at=START)
    CommentFactory(post=helped, author=PersonFactory(account=AccountFactory(), at=START), at=START)

    assert kinds() == ["ask"]


def test_an_expert_who_comes_back_after_a_day_follows_up(asker, expert, question, answer):
    CommentFactory(post=answer, author=expert, at=START + timedelta(hours=24, minutes=59))
    CommentFactory(post=answer, author=expert, at=START + timedelta(hours=25))

    assert kinds() == ["ask", "expert_answer", "expert_followup"]


def test_an_edit_of_ones_answer_after_a_day_is_a_follow_up_and_a_stewards_edit_is_not(expert, answer, travel_to):
    steward = StewardFactory()
    for number, (editor, after) in enumerate([(steward, 2 * DAY), (expert, 3 * DAY)], 1):
        body = prepare_body(f"Look at the schedule of the snapshots, version {number}.")
        travel_to(START + after)
        with write():
            edit_answer(answer, body, by=editor, revision_number=number)

    assert written()[2:] == [
        ("expert_followup", START + 3 * DAY, answer_account(answer), person_key_of_asker(answer), expert.id)
    ]


def answer_account(answer: Answer) -> int:
    return asker_account(db.session.get_one(Question, answer.question_id))


def person_key_of_asker(answer: Answer) -> str:
    return person_key(db.session.get_one(Question, answer.question_id).author_id)


def test_employees_and_people_without_an_account_are_never_customers(expert):
    for author in (StewardFactory(), expert, PersonFactory()):
        question = QuestionFactory(author=author)
        answer = AnswerFactory(question=question, author=PersonFactory(), accepted=True)
        CommentFactory(post=answer, author=expert)
        CommentFactory(post=question, author=PersonFactory())

    assert written() == []


def test_taking_things_back_takes_their_events_along(asker, question, answer, travel_to):
    travel_to(START + DAY)
    comment = CommentFactory(post=answer, author=asker)
    with write():
        accept_answer(question, answer, by=asker)
    assert kinds() == ["ask", "expert_answer", "accept", "comment"]

    with write():
        withdraw_acceptance(question, by=asker)
    assert kinds() == ["ask", "expert_answer", "comment"]

    with write():
        delete_comment(comment, answer, by=asker)
    assert kinds() == ["ask", "expert_answer"]

    steward = StewardFactory()
    with write():
        delete_answer(answer, question, by=steward)
    assert kinds() == ["ask"]

    with write():
        delete_question(question, by=steward)
    assert kinds() == []

    with write():
        restore_question(question, by=steward)
    assert kinds() == ["ask"]


def test_changing_job_moves_later_events_only(account, asker, question, answer):
    other = AccountFactory()
    with write():
        membership = db.session.scalars(select(Membership).where(Membership.person_id == asker.id)).one()
        membership.until = START + DAY
        db.session.flush()
        db.session.add(Membership(person_id=asker.id, account_id=other.id, since=START + DAY))
    accept(question, answer, asker, at=START + 2 * DAY)

    assert [(event[0], event[2]) for event in written()] == [
        ("ask", account.id),
        ("expert_answer", account.id),
        ("accept", other.id),
    ]


def test_settling_twice_changes_nothing(asker, question, answer):
    accept(question, answer, asker, at=START + DAY)
    before = written()
    ids = db.session.scalars(select(AffinityEvent.id)).all()

    with write():
        ledger.settle_threads([question.id, question.id])

    assert written() == before
    assert db.session.scalars(select(AffinityEvent.id)).all() == ids


def test_the_number_of_queries_does_not_depend_on_the_number_of_threads(queries):
    def statements(threads: list[int]) -> int:
        with write(), queries() as seen:
            ledger.desired_rows(threads)
        return len(seen)

    one, *others = [AnswerFactory().question_id for _ in range(6)]

    assert statements([one, *others]) == statements([one])


def test_the_askers_works_for_me_counts_once_a_question_and_goes_when_it_is_taken_back(asker, account, expert):
    question = QuestionFactory(author=asker, at=START)
    first, second = (AnswerFactory(question=question, author=expert, at=START + DAY) for _ in range(2))
    for answer, at in ((second, START + 2 * DAY), (first, START + 3 * DAY)):
        with time_machine.travel(at, tick=False), write():
            mark_answer(answer, question, Finding(kind="works"), by=asker)

    solved = [event for event in written() if event[0] == "solved_note"]
    assert solved == [("solved_note", START + 2 * DAY, account.id, person_key(asker.id), expert.id)]

    for answer in (first, second):
        with write():
            withdraw_mark(answer, question, "works", by=asker)
    assert "solved_note" not in kinds()


def test_only_the_asker_says_that_it_is_solved_and_only_of_what_is_there(asker, account, expert):
    question = QuestionFactory(author=asker, at=START)
    answer = AnswerFactory(question=question, author=PersonFactory(account=account), at=START)
    with write():
        mark_answer(answer, question, Finding(kind="works"), by=PersonFactory(account=account))
        mark_answer(answer, question, Finding(kind="fails"), by=asker)
    assert "solved_note" not in kinds()
    with write():
        mark_answer(answer, question, Finding(kind="works"), by=asker)
    assert [event[4] for event in written() if event[0] == "solved_note"] == [None]
    assert open_questions(account) == []

    with write():
        delete_answer(answer, question, by=StewardFactory())
    assert "solved_note" not in kinds()


def test_settling_a_thread_looks_things_up_and_never_reads_through_the_site(answer, queries, database_kind):
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole, as it is right to.")
    with write(), queries() as seen:
        ledger.settle_thread(answer.question_id)
    plans = [plan for statement in seen for plan in plan_of(statement)]

    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN") and "CONSTANT" not in plan] == []


def plan_of(statement: str) -> list[str]:
    """How SQLite goes about a statement, step by step."""
    given = (1,) * statement.count("?")
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        return [row[3] for row in rows]


def test_an_experts_comment_on_a_members_answer_counts_for_that_member(expert, question):
    helper = PersonFactory(account=AccountFactory(at=START - DAY), at=START - DAY)
    helped = AnswerFactory(question=question, author=helper, at=START)
    CommentFactory(post=helped, author=expert, at=START + DAY)

    assert ("expert_comment", START + DAY, helper_account(helper), person_key(helper.id), expert.id) in written()


def test_a_comment_below_a_customers_answer_is_not_to_an_expert_who_answered_the_question(asker, question, answer):
    helped = AnswerFactory(question=question, author=PersonFactory(at=START), at=START)
    CommentFactory(post=helped, author=asker, at=START + DAY)

    assert kinds() == ["ask", "expert_answer"]


def test_accepting_another_answer_moves_the_event(asker, expert, question, answer):
    helper = PersonFactory(account=AccountFactory(at=START - DAY), at=START - DAY)
    other = AnswerFactory(question=question, author=helper, at=START)
    accept(question, answer, asker, at=START + DAY)
    assert [event[4] for event in written() if event[0] == "accept"] == [expert.id]

    accept(question, other, asker, at=START + 2 * DAY)

    assert [event[4] for event in written() if event[0] == "accept"] == [None]
    assert kinds().count("peer_accepted") == 1
