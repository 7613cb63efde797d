"""Alerts: raised once, settled when it is over, told to those whom they concern."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from app.accounts import actions as accounts
from app.accounts.models import Account, Ownership, Status
from app.accounts.queries import below
from app.affinity import alerting
from app.affinity.alerts import FOR_SALES, WORDS, AlertKind, alerts_of, alerts_on_report, quiet_alerts, words_on_report
from app.affinity.companies import companies_of
from app.affinity.conditions import conditions
from app.affinity.figures import TieLine
from app.affinity.models import AffinityEvent, AffinitySnapshot, Alert, MeasuringDue
from app.affinity.not_counted import leave_out
from app.affinity.pledges import pledge
from app.kernel.db import db, write
from app.kernel.events import OutboxMessage, deliver_pending
from app.notifications.alerts import KINDS
from app.notifications.models import Notice
from app.notifications.queries import notices_for
from app.people.actions import grant_role, revoke_role
from app.people.models import Person, Role
from app.questions.models import Question
from app.web.sales.overview import ICONS
from tests.affinity.community import busy_people
from tests.affinity.snapshots import report_says
from tests.notifications.inboxes import deliver, deliver_again
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, QuestionFactory, SalesFactory

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


def settle(now: datetime = NOW) -> None:
    with write():
        alerting.settle(conditions(now), now)


def alerts(account: Account, *, standing: bool | None = None) -> list[str]:
    """The kinds of an account's alerts, in the order in which they rose."""
    rows = select(Alert.kind).where(Alert.account_id == account.id).order_by(Alert.id)
    if standing is not None:
        rows = rows.where(Alert.settled_at.is_(None) if standing else Alert.settled_at.is_not(None))
    return list(db.session.scalars(rows))


def on_report(account: Account) -> list[Alert]:
    """What stands on the report of an account."""
    return alerts_on_report(account.id, below([account.id])[account.id])


def told(person: Person) -> list[str]:
    """What somebody can read of accounts in their inbox."""
    deliver()
    rows = notices_for(person).where(Notice.account_id.is_not(None))
    return list(db.session.scalars(rows.with_only_columns(Notice.kind).order_by(Notice.id)))


def test_every_alert_has_words_and_a_notice_and_those_of_sales_an_icon():
    assert set(WORDS) == set(KINDS) == set(AlertKind)
    assert len(set(KINDS.values())) == len(AlertKind)
    assert set(ICONS) == set(FOR_SALES) == set(AlertKind) - {AlertKind.QUIET}


@pytest.mark.parametrize(("change", "raised"), [(-10, ["falling"]), (-9, []), (None, []), (12, [])])
def test_a_fall_of_ten_is_told(change, raised):
    account = AccountFactory()
    report_says(account, NOW, change=change)
    settle()

    assert alerts(account) == raised


def test_a_fall_is_told_once_however_often_one_looks_and_for_as_long_as_it_lasts():
    account = AccountFactory()
    for week, change in enumerate((-10, -12, -9, -10)):
        report_says(account, NOW + timedelta(weeks=week), change=change)
        settle(NOW + timedelta(weeks=week))
        settle(NOW + timedelta(weeks=week, hours=1))

    assert alerts(account) == alerts(account, standing=True) == ["falling"]


def test_a_fall_that_was_made_up_for_is_settled_and_a_later_one_is_told_anew():
    account = AccountFactory()
    for week, change in enumerate((-10, -4, -11)):
        report_says(account, NOW + timedelta(weeks=week), change=change)
        settle(NOW + timedelta(weeks=week))

    assert (alerts(account, standing=False), alerts(account, standing=True)) == (["falling"], ["falling"])
    settled = db.session.scalars(select(Alert).where(Alert.settled_at.is_not(None))).one()
    assert settled.settled_at == NOW + timedelta(weeks=1)


def test_settling_an_unchanged_site_writes_nothing():
    account = AccountFactory()
    report_says(account, NOW, change=-20, rests_on_one=True)
    settle()
    deliver()
    before = db.session.scalars(select(OutboxMessage.id)).all()
    settle(NOW + timedelta(hours=1))

    assert db.session.scalars(select(OutboxMessage.id)).all() == before


def test_half_of_an_account_on_one_person_is_told_while_it_is_so():
    account = AccountFactory()
    report_says(account, NOW, rests_on_one=True)
    settle()
    assert alerts(account, standing=True) == ["key_person"]

    report_says(account, NOW + timedelta(weeks=1))
    settle(NOW + timedelta(weeks=1))
    assert alerts(account, standing=True) == []


def test_a_first_number_that_was_withheld_before_is_told():
    account = AccountFactory()
    report_says(account, NOW - timedelta(weeks=30))
    with write():
        db.session.scalars(select(AffinitySnapshot)).one().withheld = True
    report_says(account, NOW)
    settle()

    assert alerts(account) == ["reached_three"]


def test_the_third_person_is_told_once_of_accounts_that_had_fewer_before():
    begun, grown = AccountFactory(), AccountFactory()
    report_says(begun, NOW)
    report_says(grown, NOW - timedelta(weeks=1), active=2)
    report_says(grown, NOW)
    settle()
    assert (alerts(begun), alerts(grown)) == ([], ["reached_three"])

    report_says(grown, NOW + timedelta(weeks=1), active=2)
    settle(NOW + timedelta(weeks=1))
    report_says(grown, NOW + timedelta(weeks=2))
    settle(NOW + timedelta(weeks=2))
    assert (alerts(grown), alerts(grown, standing=True)) == (["reached_three"], [])


def test_what_they_did_for_others_is_told_by_the_week_for_a_month():
    account = AccountFactory()
    for week, day in enumerate((date(2026, 3, 16), date(2026, 3, 16), date(2026, 3, 30))):
        report_says(account, NOW + timedelta(weeks=week), gave_in_week=day.isoformat())
        settle(NOW + timedelta(weeks=week))

    assert alerts(account) == ["advocacy", "advocacy"]
    settle(NOW + timedelta(weeks=9))
    assert alerts(account, standing=True) == []


def test_a_named_public_question_is_told_after_three_days_until_an_expert_answers():
    account = AccountFactory(at=NOW - timedelta(days=9))
    (asker,) = busy_people(account, 1, NOW - timedelta(days=9))
    question = QuestionFactory(author=asker, at=NOW - timedelta(days=4))
    settle(NOW - timedelta(days=1, hours=1))
    assert alerts(account) == []

    settle()
    assert db.session.scalar(select(Alert.question_id)) == question.id
    AnswerFactory(question=question)
    settle(NOW + timedelta(minutes=1))
    assert (alerts(account), alerts(account, standing=True)) == (["overdue"], [])


@pytest.fixture
def tree() -> list[Account]:
    """A company, one below it and one below that, in which a public question waits for too long."""
    long_ago = NOW - timedelta(days=9)
    tree = [AccountFactory(name=name, at=long_ago) for name in ("Acme Holding", "Acme East", "Acme Far East")]
    with write():
        for parent, child in itertools.pairwise(tree):
            accounts.set_parent(child, parent)
    (asker,) = busy_people(tree[-1], 1, long_ago)
    QuestionFactory(author=asker, at=NOW - timedelta(days=4))
    settle()
    return tree


def test_a_question_that_waits_belongs_to_its_company_and_shows_on_the_reports_above(tree):
    assert [alerts(account) for account in tree] == [[], [], ["overdue"]]
    for account in tree:
        (shown,) = on_report(account)
        at = "" if account == tree[-1] else " at Acme Far East"
        assert words_on_report(shown, account.id) == f"A public question has waited for longer than three days{at}"


@pytest.mark.parametrize(
    ("looks_after", "stands_at"),
    [((0, 1, 2), 2), ((0, 1), 1), ((0,), 0), ((0, 2), 2)],
    ids=["all", "two", "top", "ends"],
)
def test_whoever_looks_after_several_reads_it_once_at_the_nearest(tree, looks_after, stands_at):
    owner = SalesFactory(looks_after=tuple(tree[one] for one in looks_after))

    found = alerts_of([account.id for account in tree], owner)

    assert {account_id: len(them) for account_id, them in found.items()} == {tree[stands_at].id: 1}


def test_owners_of_all_companies_above_are_told_once_until_the_question_is_answered(tree, sign_in):
    owners = [SalesFactory(looks_after=(account,)) for account in tree]
    of_all, other = SalesFactory(looks_after=tuple(tree)), SalesFactory(looks_after=(AccountFactory(),))
    assert [told(one) for one in (*owners, of_all)] == [["account_waits"]] * 4
    assert told(other) == []

    for owner, account in zip(owners, tree, strict=True):
        notice_id = db.session.scalars(select(Notice.id).where(Notice.person_id == owner.id)).one()
        address = f"/sales/accounts/{account.id}"
        assert sign_in(owner).get(f"/inbox/{notice_id}").headers["Location"].endswith(address)

    AnswerFactory(question=db.session.get_one(Question, db.session.scalar(select(Alert.question_id))))
    settle(NOW + timedelta(minutes=1))
    assert [told(one) for one in (*owners, of_all)] == [[]] * 4
    assert [on_report(account) for account in tree] == [[], [], []]


def test_whoever_comes_to_look_after_an_account_is_told_once_of_what_stands(tree):
    top, _middle, leaf = tree
    report_says(leaf, NOW, rests_on_one=True)
    settle()
    first = SalesFactory(looks_after=(leaf,))
    both = ["account_on_one", "account_waits"]
    assert sorted(told(first)) == both

    new, backup, above = (SalesFactory() for _ in range(3))
    with write():
        accounts.add_owner(leaf, new)
        accounts.add_owner(leaf, backup, Ownership.BACKUP)
        accounts.add_owner(top, above)
    assert [sorted(told(one)) for one in (first, new, backup, above)] == [both, both, both, ["account_waits"]]

    with write():
        accounts.add_owner(leaf, backup)
    assert sorted(told(backup)) == both
    deliver_again()
    assert sorted(told(backup)) == both


def test_an_expert_who_comes_to_know_an_account_later_is_not_told_of_what_stands(tree):
    leaf, expert = tree[-1], ExpertFactory()
    told(SalesFactory(looks_after=(leaf,)))
    report_says(leaf, NOW, ties=[TieLine(expert_id=expert.id, word="strong")])
    SalesFactory(looks_after=(leaf,))

    assert told(expert) == []


def test_what_is_said_of_the_figures_of_a_subsidiary_stands_on_its_own_report_alone(tree):
    top, _middle, leaf = tree
    owner = SalesFactory(looks_after=(top,))
    report_says(leaf, NOW, change=-20, rests_on_one=True, gave_in_week="2026-03-16")
    settle()

    assert sorted(alerts(leaf)) == ["advocacy", "falling", "key_person", "overdue"]
    assert [one.kind for one in on_report(top)] == ["overdue"]
    assert told(owner) == ["account_waits"]


def test_a_company_that_is_moved_elsewhere_takes_its_alert_from_the_reports_above(tree):
    top, middle, leaf = tree
    owner = SalesFactory(looks_after=(top,))
    assert told(owner) == ["account_waits"]
    with write():
        accounts.set_parent(leaf, None)

    assert (on_report(top), on_report(middle), told(owner)) == ([], [], [])


def test_whoever_looks_after_a_partner_is_told_of_nothing_below_it(tree):
    owner = SalesFactory(looks_after=(tree[0],))
    with write():
        accounts.set_status(tree[0], Status.PARTNER)

    assert told(owner) == []
    assert db.session.scalars(select(Notice.id).where(Notice.person_id == owner.id)).all() == []


@pytest.mark.parametrize("without", [{"company_withheld": True}, {"author_employer": ""}], ids=["asked", "split off"])
def test_a_question_that_names_no_company_is_told_of_nowhere(without):
    account = AccountFactory(at=NOW - timedelta(days=9))
    (asker,) = busy_people(account, 1, NOW - timedelta(days=9))
    question = QuestionFactory(author=asker, at=NOW - timedelta(days=4))
    with write():
        for what, value in without.items():
            setattr(db.session.merge(question), what, value)
    settle()

    assert alerts(account) == []


def quiet_account(days: int = 130) -> tuple[Account, Person]:
    """An account that had enough people, and from which nothing was heard for so long; and its expert."""
    long_ago = NOW - timedelta(days=days)
    account, expert = AccountFactory(at=long_ago), ExpertFactory(at=long_ago)
    busy_people(account, 3, long_ago, expert)
    deliver_pending()
    report_says(account, long_ago + timedelta(days=1), ties=[TieLine(expert_id=expert.id, word="strong")])
    report_says(account, NOW, active=1)
    return account, expert


def test_an_account_that_fell_silent_is_told_to_its_experts_and_never_to_sales():
    account, expert = quiet_account()
    owner = SalesFactory(looks_after=(account,))
    settle()

    assert alerts(account) == ["quiet"]
    assert (told(expert), told(owner)) == (["account_quiet"], [])
    assert (alerts_of([account.id], owner), on_report(account)) == ({}, [])
    assert list(quiet_alerts()) == [account.id]


def test_an_expert_who_works_in_sales_as_well_is_not_told_that_an_account_is_quiet():
    account, expert = quiet_account()
    settle()
    deliver()
    with write():
        grant_role(db.session.get_one(Person, expert.id), Role.SALES)
    assert told(db.session.get_one(Person, expert.id)) == []

    with write():
        db.session.execute(delete(Notice))
    deliver_again()
    assert db.session.scalars(select(Notice.id).where(Notice.account_id == account.id)).all() == []


def test_one_word_from_them_ends_the_quiet():
    account, _expert = quiet_account()
    settle()
    with write():
        db.session.add(AffinityEvent(source="x", kind="ask", at=NOW, account_id=account.id, person_key="k"))
    settle(NOW + timedelta(hours=1))

    assert alerts(account, standing=True) == []


def test_that_somebody_left_the_count_makes_an_account_quiet_in_the_night_and_not_at_once():
    """Its experts know with whom they spoke last."""
    account, _expert = quiet_account()
    (last,) = busy_people(account, 1, NOW - timedelta(days=9))
    deliver_pending()
    with write():
        leave_out(last)
    deliver_pending()
    settle()
    assert alerts(account) == []

    with write():
        db.session.execute(delete(MeasuringDue))
    settle()
    assert alerts(account) == ["quiet"]


def test_an_account_stays_quiet_until_the_night_after_somebody_came_back():
    account, _expert = quiet_account()
    settle()
    with write():
        db.session.add(MeasuringDue(account_id=account.id))
        db.session.add(AffinityEvent(source="x", kind="ask", at=NOW, account_id=account.id, person_key="k"))
    settle(NOW + timedelta(hours=1))

    assert alerts(account, standing=True) == ["quiet"]


def test_an_account_that_never_had_three_people_is_not_called_quiet():
    account = AccountFactory(at=NOW - timedelta(days=200))
    busy_people(account, 2, NOW - timedelta(days=200))
    deliver_pending()
    report_says(account, NOW, active=2)
    settle()

    assert alerts(account) == []


def test_owners_backups_and_experts_are_told_and_nobody_else():
    account = AccountFactory()
    owner, backup, other = SalesFactory(looks_after=(account,)), SalesFactory(), SalesFactory()
    fair, weak, former = ExpertFactory(), ExpertFactory(), ExpertFactory()
    with write():
        accounts.add_owner(account, backup, Ownership.BACKUP)
        revoke_role(db.session.get_one(Person, former.id), Role.EXPERT)
    ties = [TieLine(expert_id=one.id, word=word) for one, word in ((fair, "fair"), (weak, "weak"), (former, "strong"))]
    report_says(account, NOW, change=-10, ties=ties)
    settle()

    assert [told(one) for one in (owner, backup, fair)] == [["account_falling"]] * 3
    assert [told(one) for one in (other, weak, former)] == [[]] * 3


def test_whoever_answered_there_last_is_told_too():
    account = AccountFactory(at=NOW - timedelta(days=9))
    first, last = ExpertFactory(), ExpertFactory()
    busy_people(account, 1, NOW - timedelta(days=9), first)
    busy_people(account, 1, NOW - timedelta(days=8), last)
    deliver_pending()
    report_says(account, NOW, change=-10)
    settle()

    assert (told(first), told(last)) == ([], ["account_falling"])


@pytest.mark.parametrize("without", [{"company_withheld": True}, {"author_employer": ""}], ids=["asked", "split off"])
def test_whoever_answered_where_the_company_was_left_out_is_not_told_of_it(without):
    """The name of the company in their inbox would say who asked."""
    account = AccountFactory(at=NOW - timedelta(days=9))
    last = ExpertFactory()
    busy_people(account, 1, NOW - timedelta(days=8), last)
    deliver_pending()
    with write():
        (asked,) = db.session.scalars(select(Question))
        for what, value in without.items():
            setattr(asked, what, value)
    report_says(account, NOW, change=-10)
    settle()

    assert told(last) == []
    assert companies_of(last, NOW) == []


def test_an_alert_that_is_over_leaves_the_inboxes_and_one_that_is_delivered_again_comes_once():
    account = AccountFactory()
    owner = SalesFactory(looks_after=(account,))
    report_says(account, NOW, change=-10)
    settle()
    deliver()
    deliver_again()
    assert told(owner) == ["account_falling"]

    report_says(account, NOW + timedelta(weeks=1))
    settle(NOW + timedelta(weeks=1))
    assert told(owner) == []


def test_whoever_looks_after_an_account_no_more_reads_nothing_of_it():
    account = AccountFactory()
    owner = SalesFactory(looks_after=(account,))
    report_says(account, NOW, change=-10)
    settle()
    assert told(owner) == ["account_falling"]

    with write():
        accounts.remove_owner(account, owner)
    assert told(owner) == []
    assert alerts_of([account.id], owner) == {}


def test_sales_reads_an_alert_only_with_the_promise_of_the_year(travel_to, sign_in):
    account = AccountFactory(name="Heron Rail")
    owner = SalesFactory(looks_after=(account,), pledged=False)
    report_says(account, NOW, change=-20)
    settle()
    assert told(owner) == []
    assert "Heron Rail" not in sign_in(owner).get("/inbox").text

    with write():
        pledge(owner)
    assert told(owner) == ["account_falling"]
    travel_to(NOW + timedelta(days=365))
    assert told(owner) == []


def test_nobody_is_alerted_of_partners():
    account = AccountFactory()
    report_says(account, NOW, change=-10)
    with write():
        accounts.set_status(account, Status.PARTNER)
    settle()

    assert alerts(account) == []


@pytest.mark.parametrize("kind", list(AlertKind))
def test_every_kind_has_a_sentence_without_a_full_stop(kind):
    assert kind.words
    assert not kind.words.endswith(".")
