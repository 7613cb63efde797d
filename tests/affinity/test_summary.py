"""A month on one page: what the reports of the reader's own accounts show, added up."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import actions as accounts
from app.accounts.models import Account
from app.affinity.alerts import AlertKind
from app.affinity.figures import Service
from app.affinity.models import Alert
from app.affinity.summary import Month, month
from app.kernel.db import db, write
from tests.affinity.snapshots import report_says
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, SalesFactory

FEBRUARY, MARCH = datetime(2026, 2, 23, tzinfo=UTC), datetime(2026, 3, 23, tzinfo=UTC)
LAST_OF_MARCH, APRIL = datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC)


def served(asked: int, hours: float | None) -> Service:
    return Service(asked=asked, solved=asked // 2, solve_rate=0.5, first_answer_hours=hours)


def march(*account: Account) -> Month:
    found = month(SalesFactory(looks_after=account), 2026, 3)
    assert found is not None
    return found


def alert(account: Account, kind: AlertKind, at: datetime, settled: datetime | None = None) -> None:
    with write():
        row = Alert(account_id=account.id, kind=kind.value, cause=f"{at}", raised_at=at, settled_at=settled)
        db.session.add(row)


def test_a_month_is_told_as_it_stood_at_its_end():
    account = AccountFactory()
    for at, affinity in ((FEBRUARY, 20), (MARCH, 70), (LAST_OF_MARCH, 40), (APRIL, 5)):
        report_says(account, at, affinity=affinity)

    found = march(account)

    assert (found.taken_at, found.accounts, found.counted) == (LAST_OF_MARCH, 1, 1)
    assert found.bands == {"early": 0, "new": 0, "acquainted": 0, "engaged": 1, "trusted": 0}
    assert ([one.id for one in found.moved_up], found.moved_down) == ([account.id], [])


def test_accounts_that_moved_down_are_told_and_those_that_are_new_did_not_move():
    down, begun, same = AccountFactory(), AccountFactory(), AccountFactory()
    report_says(down, FEBRUARY, affinity=20)
    report_says(down, MARCH, active=2)
    report_says(begun, MARCH)
    report_says(same, FEBRUARY)
    report_says(same, MARCH)

    found = march(down, begun, same)

    assert ([one.id for one in found.moved_down], found.moved_up) == ([down.id], [])
    assert (found.bands["early"], found.bands["acquainted"], found.counted) == (1, 2, 2)


def test_totals_hold_only_what_the_reports_show():
    """An account with two active people has a report without figures: it adds nothing to any total."""
    large, early, others = AccountFactory(), AccountFactory(), AccountFactory()
    report_says(large, MARCH, service=served(20, 3.0), helped=5, articles=5)
    report_says(early, MARCH, active=2)
    report_says(others, MARCH, service=served(500, 1.0), helped=500)

    found = march(large, early)

    assert (found.accounts, found.asked, found.solved, found.helped, found.articles) == (2, 20, 10, 5, 5)
    assert found.median_hours is None


def test_what_a_subsidiary_did_is_counted_once():
    parent, child = AccountFactory(), AccountFactory()
    with write():
        accounts.set_parent(child, parent)
    report_says(parent, MARCH, service=served(25, 3.0))
    report_says(child, MARCH, service=served(20, 3.0))

    found = march(parent, child)

    assert (found.asked, found.counted, found.accounts) == (25, 1, 2)


def test_where_customers_waited_longest_comes_first():
    left_open, slow, fast, unasked = (AccountFactory() for _ in range(4))
    for account, hours in ((left_open, 1.0), (slow, 9.5), (fast, 0.5), (unasked, None)):
        report_says(account, MARCH, service=served(5, hours))
    alert(left_open, AlertKind.OVERDUE, MARCH)
    alert(slow, AlertKind.OVERDUE, FEBRUARY)

    found = march(left_open, slow, fast, unasked)

    told = [(one.account.id, one.hours, one.overdue) for one in found.waited_longest]
    assert told == [(left_open.id, 1.0, 1), (slow.id, 9.5, 0), (fast.id, 0.5, 0)]
    assert found.median_hours == 1.0


@pytest.mark.parametrize("looks_after_both", [True, False])
def test_a_question_that_waited_at_a_subsidiary_is_counted_once(looks_after_both):
    parent, child = AccountFactory(), AccountFactory()
    with write():
        accounts.set_parent(child, parent)
    for account in (parent, child):
        report_says(account, MARCH, service=served(5, 3.0))
    alert(child, AlertKind.OVERDUE, MARCH)
    alert(child, AlertKind.FALLING, MARCH)

    found = march(parent, child) if looks_after_both else march(parent)

    told = {one.account.id: one.overdue for one in found.waited_longest}
    assert told == ({child.id: 1, parent.id: 0} if looks_after_both else {parent.id: 1})
    assert found.raised == ({"overdue": 1, "falling": 1} if looks_after_both else {"overdue": 1})


def test_alerts_of_the_month_are_counted_by_kind_and_quiet_ones_nowhere():
    account, other = AccountFactory(), AccountFactory()
    report_says(account, MARCH)
    alert(account, AlertKind.FALLING, FEBRUARY, settled=MARCH)
    alert(account, AlertKind.ADVOCACY, MARCH)
    alert(account, AlertKind.QUIET, MARCH, settled=MARCH + timedelta(days=1))
    alert(other, AlertKind.ADVOCACY, MARCH)

    found = march(account)

    assert (found.raised, found.settled) == ({"advocacy": 1}, {"falling": 1})


def test_a_month_without_a_snapshot_has_no_page():
    account = AccountFactory()
    report_says(account, APRIL)

    assert month(SalesFactory(looks_after=(account,)), 2026, 3) is None
    assert month(SalesFactory(looks_after=(account,)), 2025, 12) is None


@pytest.mark.parametrize("somebody", [SalesFactory, ExpertFactory, PersonFactory])
def test_whoever_looks_after_no_account_has_no_month(somebody):
    report_says(AccountFactory(), MARCH)

    assert month(somebody(), 2026, 3) is None
