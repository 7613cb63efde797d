"""Newer rules hold for what is entered from then on; entering everything anew is a deed of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import Membership
from app.kernel.db import db, write
from app.kernel.events import deliver_pending, pending_count, record
from app.people.models import Person
from app.posts.actions import vote
from app.posts.models import Post
from app.questions.models import Answer
from app.reputation import replay, sums
from app.reputation.events import ReckoningDue
from app.reputation.models import Badge, ReputationDay, ReputationEntry, ReputationTotal
from app.reputation.points import RULES, Reason
from app.reputation.proof import differences
from app.reputation.sums import standing_entries
from tests.reputation.test_badges import accepted_answers, shown
from tests.reputation.test_rewards import own_mistake
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory

MORNING = datetime(2026, 3, 20, 8, tzinfo=UTC)


def judge(post: Post, value: int, by: Person) -> None:
    with write():
        vote(db.session.get_one(Post, post.id), value, by=db.session.get_one(Person, by.id))
    deliver_pending()


def points_of(person: Person) -> int:
    return db.session.scalar(select(ReputationTotal.points).where(ReputationTotal.person_id == person.id)) or 0


def entered_before() -> None:
    """Let everything stand as it was entered before there were newer rules."""
    with write():
        db.session.execute(update(ReputationEntry).values(rule_version=1, nth=1))
        sums.rebuild_sums(db.session.scalars(select(ReputationTotal.person_id)).all())


@pytest.fixture
def history(travel_to) -> tuple[Person, Person, list[Answer]]:
    """An author, a voter of no company with seven votes for them, and what they voted on; entered under rules 1."""
    travel_to(MORNING)
    author, voter = ExpertFactory(), PersonFactory()
    answers = [AnswerFactory(author=author, at=MORNING) for _ in range(7)]
    for day, answer in enumerate(answers):
        travel_to(MORNING + timedelta(days=day))
        judge(answer, 1, by=voter)
    entered_before()
    return author, voter, answers


def test_what_stood_before_stands_until_it_is_entered_anew(history):
    author, voter, answers = history
    assert points_of(author) == 70
    assert list(differences()) == []

    judge(answers[0], 1, by=PersonFactory())
    assert points_of(author) == 80
    # The eighth vote of the same voter is the first that is entered under the newer rules.
    judge(AnswerFactory(author=author), 1, by=voter)
    assert points_of(author) == 81
    assert list(differences()) == []


def test_an_old_entry_goes_with_its_cause(history):
    author, voter, answers = history
    judge(answers[0], 0, by=voter)

    assert points_of(author) == 60
    assert list(differences()) == []


def test_entering_anew_leaves_the_old_entries_readable_and_says_whose_total_changed(app, history):
    author, _voter, _answers = history
    ran = app.test_cli_runner().invoke(args=["reputation", "replay"])

    assert ran.exit_code == 0, ran.output
    assert "Entered 7 anew under rules 2. 1 people have another total now." in ran.output
    assert f"Person {author.id}: 70, now 42" in ran.output
    assert points_of(author) == 42
    db.session.expire_all()
    by_version = select(ReputationEntry.rule_version, func.count()).group_by(ReputationEntry.rule_version)
    assert dict(map(tuple, db.session.execute(by_version))) == {1: 14, 2: 7}
    reasons = select(ReputationEntry.reason).where(ReputationEntry.reverses_id.is_not(None)).distinct()
    assert list(db.session.scalars(reasons)) == [Reason.NEW_RULES]
    assert list(differences()) == []

    again = app.test_cli_runner().invoke(args=["reputation", "replay"])
    assert "Every entry stands under the newest rules (2)." in again.output


def test_what_was_broken_off_goes_on_where_it_stopped(history, monkeypatch):
    author, voter, _answers = history
    other = AnswerFactory()
    judge(other, 1, by=voter)
    with write():
        db.session.execute(update(ReputationEntry).where(ReputationEntry.post_id == other.id).values(rule_version=1))
    monkeypatch.setattr(replay, "POSTS_AT_ONCE", 1)
    with write():
        last = replay.enter_next(0)
    # A pair of voter and author is entered anew as a whole, so that no vote is counted in two ways at once.
    assert (points_of(author), replay.left()) == (42, 1)
    assert list(differences()) == []

    while last is not None:
        with write():
            last = replay.enter_next(last)

    assert replay.left() == 0
    assert list(differences()) == []


def test_votes_within_a_company_that_counted_before_count_until_then():
    account = AccountFactory()
    author, colleague = PersonFactory(account=account), PersonFactory()
    answer = AnswerFactory(author=author)
    judge(answer, 1, by=colleague)
    entered_before()
    with write():
        theirs = db.session.get_one(Person, colleague.id)
        db.session.add(Membership(person_id=theirs.id, account_id=account.id, since=MORNING, source="domain"))
    assert list(differences()) == []

    with write():
        replay.enter_next(0)

    assert points_of(author) == 0
    assert list(differences()) == []


@pytest.mark.one_database
def test_the_days_of_a_year_are_written_in_as_many_statements_as_one_day(travel_to, queries):
    author = ExpertFactory()
    answer = AnswerFactory(author=author, at=MORNING)
    days = 12
    for day in range(days):
        travel_to(MORNING + timedelta(days=day))
        judge(answer, 1, by=PersonFactory())
    with write():
        db.session.execute(update(ReputationDay).values(points=0))
    entered = [(author.id, (MORNING + timedelta(days=day)).date()) for day in range(days)]

    with queries() as one, write():
        sums.write_sums(entered[:1])
    with queries() as rest, write():
        sums.write_sums(entered)
    with queries() as person, write():
        sums.rebuild_sums([author.id])

    assert points_of(author) == 10 * days
    assert len(rest) == len(one)
    assert len(person) <= len(one) + 2
    assert list(differences()) == []


def test_a_third_version_holds_from_now_on_and_for_all_once_everything_is_entered_anew(app, travel_to, monkeypatch):
    travel_to(MORNING)
    author, voter = ExpertFactory(), PersonFactory()
    answers = [AnswerFactory(author=author, at=MORNING) for _ in range(4)]
    for number, answer in enumerate(answers):
        # The fourth is the fourth within 90 days, and the second within 60.
        travel_to(MORNING + timedelta(days=(0, 1, 62, 63)[number]))
        judge(answer, 1, by=voter)
    for _ in range(3):
        judge(answers[3], 1, by=PersonFactory())
    assert points_of(author) == 10 + 10 + 10 + 35
    points = {**RULES[2].points, "answer_up_voted": 14}
    third = replace(
        RULES[2], version=3, points=points, most_a_day=40, whole_votes=1, repeated_within=timedelta(days=60)
    )
    monkeypatch.setitem(RULES, 3, third)
    # What waits in the outbox would keep the proof from comparing the entries with their causes.
    assert pending_count() == 0
    recount = app.test_cli_runner().invoke(args=["recount"])
    assert recount.exit_code == 0, recount.output
    assert (points_of(author), replay.left()) == (65, 7)

    judge(answers[2], 1, by=PersonFactory())
    # The newer vote is worth 14, of which 5 have room under the newer cap.
    assert points_of(author) == 65 + 5
    assert list(differences()) == []

    ran = app.test_cli_runner().invoke(args=["reputation", "replay"])
    assert ran.exit_code == 0, ran.output
    # By days: the first vote, half of the second, the first again, and of the half and four others as much as counts.
    assert f"Person {author.id}: 70, now 75" in ran.output
    assert (points_of(author), replay.left()) == (14 + 7 + 14 + 40, 0)
    recount = app.test_cli_runner().invoke(args=["recount"])
    assert recount.exit_code == 0, recount.output


def test_a_number_that_changes_without_a_new_version_is_found(app, history, monkeypatch):
    with write():
        replay.enter_next(0)
    assert (pending_count(), list(differences())) == (0, [])

    second = RULES[2]
    monkeypatch.setitem(RULES, 2, replace(second, points={**second.points, "answer_up_voted": 11}))
    assert len(list(differences())) == 7
    monkeypatch.setitem(RULES, 2, replace(second, repeated_within=timedelta(days=2)))
    assert app.test_cli_runner().invoke(args=["recount"]).exit_code == 1


def test_what_no_table_held_before_is_found_out_after_an_upgrade():
    expert, member = ExpertFactory(), PersonFactory()
    made = accepted_answers(expert, 5)
    own_mistake(made[0], thanks=member)
    with write():
        db.session.execute(ReputationEntry.__table__.delete().where(ReputationEntry.kind == "helped_correct_an_expert"))
        sums.rebuild_sums([member.id])
        db.session.execute(Badge.__table__.delete())
    assert points_of(member) == 0

    with write():
        record(ReckoningDue(post_ids=[made[0].id], person_ids=[expert.id, member.id]))
    deliver_pending()

    assert points_of(member) == 10
    assert set(shown(expert)) == {("topic", "bronze", "replication"), ("straight_talker", "bronze", None)}
    assert list(differences()) == []
    assert all(one.rule_version == 2 for one in db.session.scalars(standing_entries()))
