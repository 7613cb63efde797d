"""All accounts side by side: what needs attention first, what waits, and at what cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from app.accounts import actions as accounts
from app.accounts.models import Account
from app.affinity.figures import Figures, Report, Service, to_text
from app.affinity.models import AffinitySnapshot
from app.affinity.portfolio import Line, lines, record
from app.affinity.queries import latest
from app.kernel.db import db, write
from app.questions.models import Question, Visibility
from tests.affinity.snapshots import report_says
from tests.support.factories import AccountFactory, AnswerFactory, PersonFactory, QuestionFactory

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


def portfolio() -> list[Line]:
    db.session.expire_all()
    return lines(select(Account), select(AffinitySnapshot), NOW)


def ask(account: Account, days: float, **more: object) -> None:
    at = NOW - timedelta(days=days)
    QuestionFactory(author=PersonFactory(account=account, at=at), at=at, **more)


def test_open_questions_come_before_falling_accounts_and_those_before_high_ones():
    high, higher, falling, waiting, early = (AccountFactory(at=NOW - timedelta(days=30)) for _ in range(5))
    report_says(high, NOW, affinity=50)
    report_says(higher, NOW, affinity=70)
    report_says(falling, NOW, affinity=10, change=-5)
    report_says(waiting, NOW, affinity=1)
    report_says(early, NOW, active=2)
    ask(waiting, 4)

    assert [line.account.id for line in portfolio()] == [one.id for one in (waiting, falling, higher, high, early)]


def test_what_waits_is_public_names_its_company_and_has_no_expert_answer():
    account = AccountFactory(at=NOW - timedelta(days=30))
    for days in (5, 1):
        ask(account, days)
    ask(account, 6, visibility=Visibility.COMPANY)
    ask(account, 7)
    AnswerFactory(question=account_questions(account)[-1])
    ask(account, 8)
    with write():
        account_questions(account)[-1].company_withheld = True
    # Split off what somebody had written without their company, below a question that names its own.
    ask(account, 9)
    with write():
        account_questions(account)[-1].author_employer = ""

    (line,) = portfolio()

    assert [NOW - at for at in line.waiting] == [timedelta(days=5), timedelta(days=1)]
    assert (line.overdue, line.oldest_hours) == (1, 120)
    assert (record(line)["open_questions"], record(line)["oldest_open_hours"]) == (2, 120)


def account_questions(account: Account) -> list[Question]:
    """From the newest to the oldest."""
    rows = select(Question).where(Question.author_account_id == account.id)
    return list(db.session.scalars(rows.order_by(Question.asked_at.desc())))


def test_what_waits_below_a_company_waits_there_too():
    parent, child = AccountFactory(at=NOW - timedelta(days=30)), AccountFactory(at=NOW - timedelta(days=30))
    with write():
        accounts.set_parent(child, parent)
    ask(child, 5)
    ask(parent, 1)

    waiting = {line.account.id: len(line.waiting) for line in portfolio()}

    assert waiting == {parent.id: 2, child.id: 1}


def test_the_line_of_twelve_months_leaves_out_what_may_not_be_shown():
    account = AccountFactory()
    report_says(account, NOW - timedelta(days=400), affinity=11)
    report_says(account, NOW - timedelta(days=21), affinity=12, active=2)
    report_says(account, NOW - timedelta(days=14), affinity=13)
    report_says(account, NOW - timedelta(days=7), affinity=14)
    with write():
        row = db.session.scalars(select(AffinitySnapshot).where(AffinitySnapshot.score == 13)).one()
        row.withheld = True
    report_says(account, NOW, affinity=15)

    (line,) = portfolio()

    assert [score for _at, score in line.curve] == [14, 15]


def test_the_last_of_some_snapshots_is_the_last_of_these():
    account = AccountFactory()
    for weeks in (2, 1, 0):
        report_says(account, NOW - timedelta(weeks=weeks))

    found = latest(select(AffinitySnapshot).where(AffinitySnapshot.taken_at < NOW))

    assert found[account.id].taken_at == NOW - timedelta(weeks=1)


def test_five_hundred_accounts_cost_as_many_queries_as_five(queries):
    counts = []
    for size in (5, 500):
        _fill(size)
        with queries() as seen:
            found = portfolio()
        assert len(found) == size
        assert all(line.report is not None and len(line.curve) == 3 for line in found)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 5


def _fill(size: int) -> None:
    """So many accounts with three snapshots each, every other one below the one before."""
    with write():
        known = len(db.session.scalars(select(Account.id)).all())
        new = [{"name": f"Company {number}", "status": "customer", "created_at": NOW} for number in range(known, size)]
        ids = list(db.session.scalars(insert(Account).returning(Account.id), new))
        for above, below in zip(ids[::2], ids[1::2], strict=False):
            db.session.get_one(Account, below).parent_id = above
        db.session.flush()
        db.session.execute(insert(AffinitySnapshot), [_row(one, week) for one in ids for week in range(3)])


def _row(account_id: int, week: int) -> dict[str, object]:
    service = Service(asked=0, solved=0, solve_rate=None, first_answer_hours=None)
    figures = Figures(
        affinity=30,
        change=0,
        parts=dict.fromkeys(("breadth", "depth", "reciprocity", "responsiveness", "advocacy"), 6),
        service=service,
        risk=None,
        helped=0,
        last_contact=None,
        ties=[],
        topics=[],
        topics_withheld=False,
    )
    return {
        "account_id": account_id,
        "taken_at": NOW - timedelta(weeks=week),
        "score_version": "1",
        "score": 30.0,
        "active_people": 6,
        "overdue": 0,
        "withheld": False,
        "report": to_text(Report(band="acquainted", people="5-9", confidence="low", figures=figures)),
    }


def test_of_several_snapshots_of_a_day_the_last_stands_in_the_curve():
    account = AccountFactory(at=NOW - timedelta(days=30))
    for hours, affinity in ((24 * 7, 20), (11, 30), (2, 40)):
        report_says(account, NOW - timedelta(hours=hours), affinity=affinity)

    (line,) = portfolio()

    assert [score for _at, score in line.curve] == [20, 40]
