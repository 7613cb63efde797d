"""Events that rest on more than one post: corrections, and colleagues who joined by an invitation."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.affinity.ledger import person_key
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people import invitations
from app.people.actions import confirm_address
from app.people.models import JoinInvitation, PendingJoin, Person
from app.questions.actions import change_visibility, delete_answer, delete_question, restore_answer, restore_question
from app.questions.models import Question, Visibility
from tests.affinity.community import events_of_kind, invite, take_back
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

START = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def account() -> Account:
    return AccountFactory(at=START - DAY)


@pytest.fixture
def member(account: Account) -> Person:
    return PersonFactory(account=account, at=START - DAY)


@pytest.fixture
def expert() -> Person:
    return ExpertFactory(at=START - DAY)


def test_a_correction_counts_for_the_member_whom_the_expert_thanks(account, member, expert):
    question = QuestionFactory(author=PersonFactory(), at=START)
    answer = AnswerFactory(question=question, author=expert, at=START)
    take_back(answer, member, START + DAY)

    (event,) = events_of_kind("correction")

    assert (event.account_id, event.person_key, event.expert_id) == (account.id, person_key(member.id), expert.id)
    assert (event.at, event.question_id, event.source) == (START + DAY, question.id, f"correction:{answer.id}")


def test_a_correction_that_thanks_nobody_a_colleague_or_a_customers_answer_is_no_event(account, member, expert):
    for author, thanks in ((expert, None), (expert, StewardFactory()), (expert, PersonFactory()), (member, member)):
        writer = PersonFactory(account=account) if author is thanks else author
        take_back(AnswerFactory(author=writer, at=START), thanks, START + DAY)

    assert events_of_kind("correction") == []


def test_a_correction_goes_with_the_answer_and_comes_back_with_it(member, expert):
    answer, steward = AnswerFactory(author=expert, at=START), StewardFactory()
    question = db.session.get_one(Question, answer.question_id)
    take_back(answer, member, START + DAY)
    with write():
        delete_answer(answer, question, by=steward)
    assert events_of_kind("correction") == []

    with write():
        restore_answer(answer, question, by=steward)
    assert len(events_of_kind("correction")) == 1


def test_what_was_corrected_in_confidence_is_not_told_when_the_thread_is_opened(account, member, expert, travel_to):
    asker = PersonFactory(account=account, at=START - DAY)
    question = QuestionFactory(author=asker, at=START, visibility=Visibility.COMPANY)
    first, second = (AnswerFactory(question=question, author=expert, at=START) for _ in range(2))
    take_back(first, member, START + DAY)
    travel_to(START + 2 * DAY)
    with write():
        change_visibility(question, Visibility.PUBLIC, by=asker)
    take_back(second, member, START + 3 * DAY)

    (event,) = events_of_kind("correction")

    assert event.source == f"correction:{second.id}"


def test_an_invitation_counts_on_the_day_of_the_first_public_post(account, member, expert):
    joined = PersonFactory(account=account, at=START)
    made = invite(member, joined)
    QuestionFactory(author=joined, at=START + DAY, visibility=Visibility.COMPANY)
    assert events_of_kind("invite_joined") == []

    first = QuestionFactory(author=joined, at=START + 2 * DAY)
    AnswerFactory(author=joined, at=START + 3 * DAY)

    (event,) = events_of_kind("invite_joined")
    assert (event.account_id, event.person_key) == (account.id, person_key(member.id))
    assert (event.at, event.question_id, event.source) == (START + 2 * DAY, None, f"invitation:{made.id}")

    steward = StewardFactory()
    with write():
        delete_question(first, by=steward)
    assert [event.at for event in events_of_kind("invite_joined")] == [START + 3 * DAY]

    with write():
        restore_question(first, by=steward)
    assert [event.at for event in events_of_kind("invite_joined")] == [START + 2 * DAY]


def test_an_answer_is_a_post_as_long_as_its_question_is_public(account, member):
    joined = PersonFactory(account=account, at=START)
    invite(member, joined)
    answer = AnswerFactory(author=joined, at=START + DAY)
    assert [event.at for event in events_of_kind("invite_joined")] == [START + DAY]

    question = db.session.get_one(Question, answer.question_id)
    with write():
        delete_question(question, by=StewardFactory())
    assert events_of_kind("invite_joined") == []


def test_invitations_of_employees_of_nobodys_people_and_unused_ones_are_no_events(account, member):
    for inviter in (StewardFactory(), PersonFactory(at=START)):
        joined = PersonFactory(account=account, at=START)
        invite(inviter, joined)
        QuestionFactory(author=joined, at=START + DAY)
    invite(member, None)

    assert events_of_kind("invite_joined") == []


def test_whoever_wrote_before_the_invitation_was_used_counts_once_it_is(account, member):
    joined = PersonFactory(account=account, at=START, confirmed=False)
    invite(member, None)
    made = db.session.scalars(select(JoinInvitation)).one()
    QuestionFactory(author=joined, at=START + DAY)
    deliver_pending()
    with write():
        db.session.add(PendingJoin(person_id=joined.id, invitation_id=made.id))
        made.good_until = joined.joined_at + DAY
        db.session.flush()
        invitations.use_pending(joined)
        confirm_address(joined)

    assert [event.person_key for event in events_of_kind("invite_joined")] == [person_key(member.id)]


def test_an_invitation_that_was_used_is_kept_without_its_note(account, member, travel_to):
    travel_to(START)
    used, unused = invite(member, PersonFactory(account=account)), invite(member, None)
    with write():
        used.note = unused.note = "Ben of storage"
    travel_to(START + timedelta(days=400))
    with write():
        invitations.forget_old()

    assert [(kept.id, kept.note) for kept in db.session.scalars(select(JoinInvitation))] == [(used.id, "")]
