"""Votes that say little earn little or nothing, and stay where readers see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import actions as accounts
from app.accounts import mapping, tree
from app.accounts.models import Account, Apart
from app.jobs.reputation import review_votes
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.actions import activate, deactivate
from app.people.models import Person
from app.posts.actions import vote
from app.posts.models import Post
from app.questions.actions import delete_answer, restore_answer
from app.questions.models import Answer, Question
from app.reputation.models import BurstVote, ReputationEntry, ReputationTotal
from app.reputation.points import Reason
from app.reputation.proof import differences
from app.reputation.queries import cost_of_votes
from app.reputation.sums import standing_entries
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

MORNING = datetime(2026, 3, 20, 8, tzinfo=UTC)


def now(post: Post) -> Post:
    return db.session.get_one(Post, post.id)


def judge(post: Post, value: int, by: Person) -> None:
    with write():
        vote(now(post), value, by=db.session.get_one(Person, by.id))
    deliver_pending()


def points_of(person: Person) -> int:
    return db.session.scalar(select(ReputationTotal.points).where(ReputationTotal.person_id == person.id)) or 0


def reasons() -> list[str]:
    taken_back = ReputationEntry.reverses_id.is_not(None)
    return sorted(db.session.scalars(select(ReputationEntry.reason).where(taken_back)))


def standing_places(person: Person) -> list[int]:
    return sorted(one.nth for one in db.session.scalars(standing_entries(ReputationEntry.person_id == person.id)))


@pytest.fixture
def expert() -> Person:
    return ExpertFactory()


def judged_daily(expert: Person, voter: Person, travel_to, days: int = 7) -> list[Answer]:
    answers = [AnswerFactory(author=expert, at=MORNING) for _ in range(days)]
    for day, answer in enumerate(answers):
        travel_to(MORNING + timedelta(days=day))
        judge(answer, 1, by=voter)
    return answers


def test_the_seventh_vote_for_the_same_author_counts_a_fifth(expert, travel_to):
    judged_daily(expert, PersonFactory(), travel_to)

    assert standing_places(expert) == [1, 2, 3, 4, 5, 6, 7]
    # Each on a day of its own: 10 + 10 + 10 + 5 + 3 + 2 + 2.
    assert points_of(expert) == 42
    assert list(differences()) == []


def test_a_vote_that_goes_lets_the_later_ones_count_more_and_comes_back_in_its_old_place(expert, travel_to):
    voter, steward = PersonFactory(), StewardFactory()
    answers = judged_daily(expert, voter, travel_to)
    first = answers[0]
    with write():
        delete_answer(now(first), db.session.get_one(Question, first.question_id), by=steward)
    deliver_pending()
    assert (standing_places(expert), points_of(expert)) == ([1, 2, 3, 4, 5, 6], 40)
    assert reasons().count(Reason.COUNTED_ANEW) == 6
    assert reasons().count(Reason.POST_DELETED) == 1

    with write():
        restore_answer(now(first), db.session.get_one(Question, first.question_id), by=steward)
    deliver_pending()
    assert (standing_places(expert), points_of(expert)) == ([1, 2, 3, 4, 5, 6, 7], 42)
    assert list(differences()) == []


def test_votes_of_others_and_votes_against_count_whole(expert, travel_to):
    voter = PersonFactory()
    answers = judged_daily(expert, voter, travel_to, days=4)
    for number in range(4):
        judge(answers[number], 1, by=PersonFactory())
    hated = [AnswerFactory(author=expert) for _ in range(5)]
    for answer in hated:
        judge(answer, -1, by=voter)

    assert standing_places(expert) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4]
    assert points_of(expert) == 35 + 40 - 10
    assert (points_of(voter), cost_of_votes(voter)) == (0, -5)


def test_a_pause_of_ninety_days_begins_anew(expert, travel_to):
    voter = PersonFactory()
    judged_daily(expert, voter, travel_to, days=4)
    travel_to(MORNING + timedelta(days=200))
    judge(AnswerFactory(author=expert), 1, by=voter)

    assert standing_places(expert) == [1, 1, 2, 3, 4]


def test_people_of_one_company_earn_nothing_from_each_other_and_their_votes_stay_on_the_post():
    account = AccountFactory()
    author, colleague, stranger = (
        PersonFactory(account=account),
        PersonFactory(account=account),
        PersonFactory(account=AccountFactory()),
    )
    answer = AnswerFactory(author=author)
    for by in (colleague, stranger, PersonFactory()):
        judge(answer, 1, by=by)
    judge(AnswerFactory(author=author), -1, by=colleague)

    assert points_of(author) == 20
    assert points_of(colleague) == 0
    assert now(answer).helpful_count == 3
    assert list(differences()) == []


def test_the_company_is_that_of_the_day_of_the_vote_and_of_the_day_of_the_text():
    account = AccountFactory()
    author, mover = PersonFactory(account=account), PersonFactory(account=account)
    answer = AnswerFactory(author=author)
    judge(answer, 1, by=mover)
    with write():
        other = accounts.add_account("Elsewhere", domains=["elsewhere.example"], size_band=None)
        moving = db.session.get_one(Person, mover.id)
        mapping.set_by_hand(moving, other, "They work there now.")
    judge(AnswerFactory(author=author), 1, by=mover)

    assert points_of(author) == 10
    assert list(differences()) == []


@pytest.mark.parametrize("who", ["voter", "author"])
def test_nobody_becomes_a_stranger_to_their_company_by_leaving_it_for_an_hour(who, travel_to):
    """Everybody can say in their settings that a company is not theirs, and take it back."""
    travel_to(MORNING)
    above, account = AccountFactory(), AccountFactory()
    author, voter = PersonFactory(account=account), PersonFactory(account=account)
    with write():
        leaving = db.session.get_one(Person, (voter if who == "voter" else author).id)
        accounts.keep_apart(leaving, Apart.LEFT)
    travel_to(MORNING + timedelta(hours=1))
    thread = QuestionFactory(author=db.session.get_one(Person, voter.id))
    answer = AnswerFactory(question=thread, author=db.session.get_one(Person, author.id), accepted=True)
    judge(answer, 1, by=voter)

    assert (points_of(author), points_of(voter)) == (0, 0)
    with write():
        tree.set_parent(db.session.get_one(Account, account.id), db.session.get_one(Account, above.id))
    deliver_pending()
    assert list(differences()) == []


def test_subsidiaries_are_one_company_for_as_long_as_they_are():
    above, below = AccountFactory(), AccountFactory()
    author, voter = PersonFactory(account=above), PersonFactory(account=below)
    judge(AnswerFactory(author=author), 1, by=voter)
    assert points_of(author) == 10

    for parent, points in ((above, 0), (None, 10)):
        with write():
            tree.set_parent(db.session.get_one(Account, below.id), parent and db.session.get_one(Account, parent.id))
        deliver_pending()
        assert points_of(author) == points
        assert list(differences()) == []
    assert reasons() == [Reason.SAME_COMPANY]


def test_employees_find_answers_of_customers_helpful_with_full_weight(expert):
    author = PersonFactory(account=AccountFactory())
    judge(AnswerFactory(author=author), 1, by=expert)

    assert points_of(author) == 10


def test_votes_of_whoever_is_let_in_no_more_earn_nothing_until_they_are_back(expert):
    voter = PersonFactory()
    judge(AnswerFactory(author=expert), 1, by=voter)
    judge(AnswerFactory(author=expert), -1, by=voter)
    for change, points in ((deactivate, (0, 0)), (activate, (8, -1))):
        with write():
            change(db.session.get_one(Person, voter.id))
        deliver_pending()
        assert (points_of(expert), cost_of_votes(voter)) == points
        assert list(differences()) == []
    assert reasons() == [Reason.VOTER_GONE] * 3


def test_five_votes_within_ten_minutes_are_taken_back_the_same_night_and_say_why(expert, travel_to):
    voter, slow = PersonFactory(), PersonFactory()
    answers = [AnswerFactory(author=expert, at=MORNING) for _ in range(6)]
    for number, answer in enumerate(answers[:5]):
        travel_to(MORNING + timedelta(minutes=2.5 * number))
        judge(answer, 1, by=voter)
        travel_to(MORNING + timedelta(minutes=2.6 * number))
        judge(answer, 1, by=slow)
    travel_to(MORNING + timedelta(minutes=11))
    judge(answers[5], 1, by=voter)
    before = points_of(expert)
    travel_to(MORNING + timedelta(hours=18))

    assert review_votes() == 0

    # 2.5 minutes apart the first five take ten minutes, and the sixth comes 8.5 minutes after the second.
    assert before == int(2 * (30 + 5 + 10 / 3) + 2.5)
    assert points_of(expert) == int(30 + 5 + 10 / 3)
    assert len(db.session.scalars(select(BurstVote)).all()) == 6
    assert reasons() == [Reason.BURST] * 6
    assert now(answers[0]).helpful_count == 2
    assert list(differences()) == []


def test_reviewing_again_changes_nothing_and_a_new_vote_in_its_place_counts(expert, travel_to):
    voter = PersonFactory()
    answers = [AnswerFactory(author=expert, at=MORNING) for _ in range(5)]
    travel_to(MORNING)
    for answer in answers:
        judge(answer, 1, by=voter)
    travel_to(MORNING + timedelta(hours=18))
    review_votes()
    travel_to(MORNING + timedelta(hours=42))
    review_votes()
    assert points_of(expert) == 0
    assert len(reasons()) == 5

    judge(answers[0], 0, by=voter)
    judge(answers[0], 1, by=voter)
    review_votes()

    assert points_of(expert) == 10
    assert list(differences()) == []


def test_votes_for_several_authors_are_no_burst(travel_to):
    voter = PersonFactory()
    travel_to(MORNING)
    for _ in range(2):
        author = ExpertFactory()
        for _ in range(4):
            judge(AnswerFactory(author=author), 1, by=voter)
    review_votes()

    assert reasons() == []
