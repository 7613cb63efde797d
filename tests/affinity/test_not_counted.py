"""Whoever does not want to be counted is in no report: neither what they did nor what they will do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from app.accounts.actions import set_parent
from app.accounts.models import Account, Membership
from app.affinity import ledger, remeasuring
from app.affinity.ledger import person_key
from app.affinity.models import AffinityEvent, AffinitySnapshot, MeasuringDue
from app.affinity.not_counted import count_again, is_left_out, leave_out
from app.affinity.pledges import pledge
from app.affinity.proof import differences
from app.affinity.remeasuring import due_accounts, keep_measured_again, measure_again
from app.affinity.report import make
from app.jobs.measuring import measure_due_again
from app.jobs.rebuilding import rebuild
from app.jobs.snapshots import take_snapshots
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.meetings import actions as meetings
from app.people.models import Person
from app.questions.models import Question
from tests.affinity.community import busy_people, events_of_kind, invite, kinds_of, take_back
from tests.support.at_once import at_once
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
)
from tests.support.meetings import ask, do, offer, request_of

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    return AccountFactory(at=START - DAY)


def choose(person: Person, *, counted: bool) -> None:
    with write():
        (count_again if counted else leave_out)(db.session.get_one(Person, person.id))


def snapshots(account: Account) -> list[tuple[datetime, float, int, bool]]:
    columns = (AffinitySnapshot.taken_at, AffinitySnapshot.score, AffinitySnapshot.active_people)
    rows = select(*columns, AffinitySnapshot.measured_again_at.is_not(None)).order_by(AffinitySnapshot.taken_at)
    return [tuple(row) for row in db.session.execute(rows.where(AffinitySnapshot.account_id == account.id))]


def test_what_they_did_goes_at_once_and_nothing_is_written_again(account):
    ana, ben = busy_people(account, 2, START)
    assert kinds_of(ana) == ["accept", "ask", "expert_answer"]

    choose(ana, counted=False)
    stored = select(AffinityEvent.id).where(AffinityEvent.person_key == person_key(ana.id))
    assert db.session.scalars(stored).all() == []

    question = QuestionFactory(author=ana)
    AnswerFactory(question=question, accepted=True)
    with write():
        ledger.settle_threads(db.session.scalars(select(Question.id)).all())
    list(rebuild())

    assert is_left_out(ana)
    assert kinds_of(ana) == []
    assert kinds_of(ben) == ["accept", "ask", "expert_answer"]
    assert list(differences()) == []


def test_counted_again_everything_comes_back_with_what_was_done_meanwhile(account):
    (ana,) = busy_people(account, 1, START)
    deliver_pending()
    choose(ana, counted=False)
    QuestionFactory(author=ana)
    deliver_pending()

    choose(ana, counted=True)

    assert kinds_of(ana) == ["accept", "ask", "ask", "expert_answer"]
    assert not is_left_out(ana)


def test_it_holds_for_meetings_corrections_invitations_and_comments_too(account, travel_to):
    travel_to(START)
    (ana,) = busy_people(account, 1, START)
    answer = AnswerFactory()
    CommentFactory(post=answer, author=ana)
    take_back(answer, ana, START + DAY)
    joined = PersonFactory(account=account)
    invite(ana, joined)
    QuestionFactory(author=joined)
    request = do(ask(offer(), ana), meetings.accept)
    travel_to(request.ends_at + DAY)
    with write():
        found = request_of(request.id)
        meetings.let_count(found, by=found.person, counts=True)
    everything = ["accept", "ask", "comment", "correction", "expert_answer", "invite_joined", "met"]
    assert kinds_of(ana) == everything

    choose(ana, counted=False)
    assert kinds_of(ana) == []
    list(rebuild())
    assert kinds_of(ana) == []
    choose(ana, counted=True)
    assert kinds_of(ana) == everything


def test_choosing_twice_is_choosing_once(account):
    (ana,) = busy_people(account, 1, START)
    deliver_pending()
    for counted in (False, False, True, True):
        choose(ana, counted=counted)

    assert kinds_of(ana) == ["accept", "ask", "expert_answer"]


def test_late_news_of_a_choice_that_was_changed_since_does_no_harm(account):
    (ana,) = busy_people(account, 1, START)
    deliver_pending()
    choose(ana, counted=False)
    choose(ana, counted=True)
    choose(ana, counted=False)

    assert kinds_of(ana) == []


# Asked for at noon: in the night; in the night itself: when it is twenty hours old; or as soon as the worker is back.
@pytest.mark.parametrize(("hour", "hours_later"), [(11, 15.1), (11, 17.9), (3, 20), (11, 20), (11, 60)])
def test_past_and_future_are_measured_anew_within_a_day_and_not_at_once(account, travel_to, hour, hours_later):
    ana, *_ = busy_people(account, 5, START)
    deliver_pending()
    for moment in (MONDAY - 7 * DAY, MONDAY):
        take_snapshots(moment)
    before = snapshots(account)
    travel_to(MONDAY + timedelta(hours=hour))
    choose(ana, counted=False)
    deliver_pending()
    assert measure_due_again() == 0
    travel_to(MONDAY + timedelta(hours=hour + 1))
    assert measure_due_again() == 0
    assert snapshots(account) == before

    travel_to(MONDAY + timedelta(hours=hour + hours_later))

    assert measure_due_again() == 1
    after = snapshots(account)
    assert [(at, people, again) for at, _, people, again in after] == [
        (MONDAY - 7 * DAY, 4, True),
        (MONDAY, 4, True),
    ]
    assert all(new < old for (_, new, *_), (_, old, *_) in zip(after, before, strict=True))
    assert measure_due_again() == 0
    assert db.session.scalars(select(MeasuringDue)).all() == []


def test_a_report_is_then_as_if_they_had_never_been_there(account, travel_to):
    other = AccountFactory(at=START - DAY)
    expert = ExpertFactory(at=START)
    (ana, *_), _ = busy_people(account, 5, START, expert), busy_people(other, 4, START, expert)
    deliver_pending()
    take_snapshots(MONDAY)
    travel_to(MONDAY + timedelta(hours=11))
    choose(ana, counted=False)
    travel_to(MONDAY + timedelta(hours=35))
    measure_due_again()

    (mine,), (theirs,) = snapshots(account), snapshots(other)

    assert mine[1] == pytest.approx(theirs[1], abs=1e-9)
    texts = db.session.scalars(select(AffinitySnapshot.report).order_by(AffinitySnapshot.account_id)).all()
    assert texts[0].replace(str(expert_in(texts[0])), "0") == texts[1].replace(str(expert_in(texts[1])), "0")


def expert_in(text: str) -> str:
    return text.split('"expert_id": ')[1].split(",", maxsplit=1)[0].join(['"expert_id": ', ""])


def test_the_accounts_above_are_measured_again_too(account, travel_to):
    parent = AccountFactory(at=START - DAY)
    with write():
        set_parent(db.session.get_one(Account, account.id), db.session.get_one(Account, parent.id))
    ana, *_ = busy_people(account, 3, START)
    deliver_pending()
    take_snapshots(MONDAY)
    travel_to(MONDAY)
    choose(ana, counted=False)
    travel_to(MONDAY + timedelta(hours=21))

    assert measure_due_again() == 2
    assert [row[2] for row in snapshots(parent)] == [2]


def put_below(child: Account, parent: Account | None) -> None:
    with write():
        set_parent(db.session.get_one(Account, child.id), parent and db.session.get_one(Account, parent.id))
    deliver_pending()


def next_night(travel_to) -> None:
    tonight = clock.now().replace(hour=3, minute=0)
    travel_to(tonight if tonight > clock.now() else tonight + DAY)
    measure_due_again()


@pytest.fixture
def top(account, travel_to) -> Account:
    """The company two levels above, with three people of its own; both were measured twice."""
    top, middle = AccountFactory(at=START - DAY), AccountFactory(at=START - DAY)
    put_below(middle, top)
    put_below(account, middle)
    busy_people(top, 3, START)
    busy_people(account, 2, START)
    deliver_pending()
    for moment in (MONDAY - 7 * DAY, MONDAY):
        take_snapshots(moment)
    assert [row[2] for row in snapshots(top)] == [5, 5]
    travel_to(MONDAY + timedelta(hours=11))
    return top


def somebody_of(account: Account) -> Person:
    rows = select(Person).join(Membership).where(Membership.account_id == account.id)
    return db.session.scalars(rows.order_by(Person.id).limit(1)).one()


def test_reports_of_a_former_tree_keep_nobody_who_leaves_the_count_after_the_company_moved(top, account, travel_to):
    put_below(account, AccountFactory(at=START - DAY))
    next_night(travel_to)
    # From then on it is as if the company had never stood there: nothing there changes when somebody leaves.
    assert [row[2] for row in snapshots(top)] == [3, 3]
    assert [row[2] for row in snapshots(account)] == [2, 2]

    choose(somebody_of(account), counted=False)
    next_night(travel_to)

    assert [row[2] for row in snapshots(top)] == [3, 3]
    assert [row[2] for row in snapshots(account)] == [1, 1]


def test_the_worker_hears_of_a_move_after_somebody_has_left_the_count(top, account, travel_to):
    leaving = somebody_of(account)
    with write():
        set_parent(db.session.get_one(Account, account.id), None)
        leave_out(db.session.get_one(Person, leaving.id))
    deliver_pending()
    next_night(travel_to)

    assert [row[2] for row in snapshots(top)] == [3, 3]
    assert [row[2] for row in snapshots(account)] == [1, 1]


def test_only_what_was_measured_is_to_be_measured_again_after_a_move(top, account):
    put_below(AccountFactory(), top)
    assert db.session.scalars(select(MeasuringDue.account_id)).all() == []

    put_below(account, None)
    assert {top.id, account.id} <= set(db.session.scalars(select(MeasuringDue.account_id)))


def test_late_news_of_a_company_that_is_gone_does_no_harm(top):
    gone = AccountFactory()
    with write():
        db.session.execute(delete(Account).where(Account.id == gone.id))
        remeasuring.note_moved(top.id, [gone.id])

    due = db.session.scalars(select(MeasuringDue.account_id)).all()
    assert top.id in due
    assert gone.id not in due


def test_companies_that_belong_together_are_measured_once_and_not_once_for_each(account, travel_to, monkeypatch):
    """Of a hundred subsidiaries, one member's choice would otherwise cost ten thousand reports a week."""
    below = [AccountFactory(at=START - DAY) for _ in range(3)]
    with write():
        for child in below:
            set_parent(db.session.get_one(Account, child.id), db.session.get_one(Account, account.id))
    ana, *_ = busy_people(below[0], 3, START)
    deliver_pending()
    for moment in (MONDAY - 7 * DAY, MONDAY):
        take_snapshots(moment)
    travel_to(MONDAY)
    choose(ana, counted=False)
    travel_to(MONDAY + timedelta(hours=21))
    made = []
    monkeypatch.setattr(remeasuring, "make", lambda *told: made.append(told) or make(*told))

    assert measure_due_again() == 4
    assert len(made) == 4 * 2
    assert all(again for one in (account, *below) for *_, again in snapshots(one))


def test_a_change_while_it_is_measured_keeps_the_account_on_the_list(account, travel_to):
    ana, ben, *_ = busy_people(account, 5, START)
    deliver_pending()
    take_snapshots(MONDAY)
    travel_to(MONDAY)
    choose(ana, counted=False)
    travel_to(MONDAY + timedelta(hours=21))
    (due,) = due_accounts(MONDAY + timedelta(hours=21))
    measured = measure_again([due.account_id])
    choose(ben, counted=False)
    with write():
        keep_measured_again(due, measured)

    travel_to(MONDAY + timedelta(hours=42))
    assert measure_due_again() == 1
    assert [row[2] for row in snapshots(account)] == [3]


def test_others_events_about_them_stay(account):
    helper = PersonFactory(account=AccountFactory(at=START - DAY), at=START - DAY)
    (ana,) = busy_people(account, 1, START)
    question = QuestionFactory(author=ana, at=START)
    AnswerFactory(question=question, author=helper, at=START, accepted=True)
    deliver_pending()
    choose(ana, counted=False)

    assert kinds_of(helper) == ["peer_accepted", "peer_answer"]
    assert events_of_kind("accept") == []


@pytest.mark.parametrize("deed", [leave_out, pledge])
def test_pressed_twice_at_once_it_is_done_once_and_nothing_fails(app, deed):
    number = (SalesFactory() if deed is pledge else PersonFactory()).id

    faults = at_once(app, [lambda: deed(db.session.get_one(Person, number))] * 2)

    assert faults == []
