"""What has changed since a reader last looked: from what was stored, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import actions as accounts
from app.accounts.models import Account
from app.affinity.actions import record_view
from app.affinity.alerts import AlertKind
from app.affinity.changes import since_last_look
from app.affinity.models import Alert
from app.kernel.db import db, write
from app.people.models import Person
from app.web.sales.sentences import since_words
from tests.affinity.snapshots import report_says
from tests.support.factories import AccountFactory, SalesFactory

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture
def account() -> Account:
    return AccountFactory()


@pytest.fixture
def owner(account) -> Person:
    return SalesFactory(looks_after=(account,))


@pytest.fixture
def look(account, travel_to):
    def make(by: Person, at: datetime, of: Account | None = account, what: str = "account") -> None:
        travel_to(at)
        with write():
            record_view(db.session.get_one(Person, by.id), what, of)
        travel_to(NOW)

    return make


def alert(account: Account, kind: AlertKind, raised: datetime, settled: datetime | None = None) -> None:
    with write():
        row = Alert(account_id=account.id, kind=kind.value, cause=f"{raised}", raised_at=raised, settled_at=settled)
        db.session.add(row)


def test_a_first_look_has_nothing_to_be_compared_with(account, owner, look):
    report_says(account, NOW - WEEK)
    assert since_last_look(owner, account) is None

    look(owner, NOW - timedelta(minutes=50))
    assert since_last_look(owner, account) is None


def test_others_looks_and_looks_at_lists_are_not_ones_own_look_at_the_account(account, owner, look):
    look(SalesFactory(looks_after=(account,)), NOW - WEEK)
    look(owner, NOW - WEEK, of=None)
    look(owner, NOW - WEEK, of=AccountFactory())
    look(owner, NOW - WEEK, what="opportunity")

    assert since_last_look(owner, account) is None


def test_the_snapshot_that_was_shown_is_compared_with_the_one_that_is(account, owner, look):
    report_says(account, NOW - 3 * WEEK, affinity=20)
    report_says(account, NOW - 2 * WEEK, affinity=14)
    look(owner, NOW - WEEK)
    report_says(account, NOW - timedelta(days=1), affinity=36)

    since = since_last_look(owner, account)

    assert since is not None
    assert (since.affinity_then, since.affinity_now, since.change) == (14, 36, 22)
    assert (since.band_then, since.band_now) == ("new", "engaged")
    assert (since.looked_at, since.from_snapshot, since.to_snapshot) == (
        NOW - WEEK,
        NOW - 2 * WEEK,
        NOW - timedelta(days=1),
    )


def test_a_number_that_was_not_shown_then_is_not_told_now(account, owner, look):
    report_says(account, NOW - 2 * WEEK, active=2)
    look(owner, NOW - WEEK)
    report_says(account, NOW - timedelta(days=1))

    since = since_last_look(owner, account)

    assert since is not None
    assert (since.band_then, since.affinity_then, since.change) == ("early", None, None)


def test_alerts_that_rose_or_ended_since_are_told_and_quiet_ones_are_not(account, owner, look):
    look(owner, NOW - WEEK)
    alert(account, AlertKind.FALLING, NOW - 2 * WEEK, settled=NOW - timedelta(days=2))
    alert(account, AlertKind.KEY_PERSON, NOW - 2 * WEEK)
    alert(account, AlertKind.OVERDUE, NOW - timedelta(days=1))
    alert(account, AlertKind.ADVOCACY, NOW - timedelta(days=3), settled=NOW - timedelta(days=1))
    alert(account, AlertKind.QUIET, NOW - timedelta(days=1))
    alert(account, AlertKind.QUIET, NOW - 2 * WEEK, settled=NOW - timedelta(days=1))

    since = since_last_look(owner, account)

    assert since is not None
    assert [one.kind for one in since.raised] == ["overdue"]
    assert [one.kind for one in since.settled] == ["falling"]


def test_where_all_stands_as_it_did_it_says_so(account, owner, look):
    report_says(account, NOW - 2 * WEEK)
    look(owner, NOW - WEEK)

    since = since_last_look(owner, account)

    assert since is not None
    assert (since.change, since.band_then, since.raised, since.settled) == (0, since.band_now, [], [])


@pytest.mark.parametrize("seen_first", ["account", "subsidiary"])
def test_what_was_seen_on_one_report_of_a_tree_is_not_new_on_another(account, look, seen_first):
    child = AccountFactory(name="Acme East")
    with write():
        accounts.set_parent(child, account)
    owner = SalesFactory(looks_after=(account, child))
    first, then = (account, child) if seen_first == "account" else (child, account)
    look(owner, NOW - WEEK, of=account)
    look(owner, NOW - WEEK, of=child)
    alert(child, AlertKind.OVERDUE, NOW - timedelta(days=3))
    alert(child, AlertKind.FALLING, NOW - timedelta(days=3))
    alert(child, AlertKind.OVERDUE, NOW - timedelta(days=10), settled=NOW - timedelta(days=4))
    assert seen(owner, first) == (["overdue"] if first is account else ["overdue", "falling"], ["overdue"])

    look(owner, NOW - timedelta(days=2), of=first)

    assert seen(owner, then) == (["falling"] if then is child else [], [])


def test_what_changed_below_is_said_with_its_company(account, owner, look):
    child = AccountFactory(name="Acme East")
    with write():
        accounts.set_parent(child, account)
    look(owner, NOW - WEEK)
    alert(child, AlertKind.OVERDUE, NOW - timedelta(days=3))

    since = since_last_look(owner, account)

    assert since is not None
    assert list(since_words(since)) == ["New: a public question has waited for longer than three days at Acme East."]


def seen(viewer: Person, account: Account) -> tuple[list[str], list[str]]:
    """What is new and what is over for somebody on the report of an account."""
    since = since_last_look(viewer, account)
    assert since is not None
    return sorted((one.kind for one in since.raised), reverse=True), [one.kind for one in since.settled]
