"""One month on one sheet, from the reader's own accounts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.affinity.models import ReportView
from app.kernel.db import db
from app.people.models import Person
from tests.support.factories import SalesFactory
from tests.support.served import NOW, served_account, snapshot

pytestmark = pytest.mark.one_database


@pytest.fixture
def seller() -> Person:
    return SalesFactory(name="Robin Castel", handle="robin-sells")


def test_the_last_month_that_is_over_comes_first(sign_in, seller):
    assert sign_in(seller).get("/sales/summary").location == "/sales/summary/2026/2"


def test_a_month_counts_the_accounts_of_its_reader(sign_in, seller):
    served_account(5, "Fernhill Hospitals", owner=seller, days_ago=40)
    served_account(5, "Osprey Rail", owner=SalesFactory(), days_ago=40)
    snapshot(NOW - timedelta(days=26))

    page = sign_in(seller).get("/sales/summary/2026/2").text

    assert "Customer accounts, February 2026" in page
    assert "1 account that Robin Castel looks after, as of 22 February" in page
    assert "Osprey" not in page
    assert "Hidden" not in page
    assert "Made for Robin Castel on 20 March" in page
    assert "there is no sum to speak of" in page
    assert db.session.scalars(select(ReportView.what)).all() == ["summary of February 2026"]


def test_a_month_without_a_snapshot_says_so(sign_in, seller):
    page = sign_in(seller).get("/sales/summary/2025/11").text

    assert "No figures of this month" in page
    assert "See October 2025" in page


def test_the_month_that_runs_says_that_it_does(sign_in, seller):
    served_account(3, "Fernhill Hospitals", owner=seller)
    snapshot()

    page = sign_in(seller).get("/sales/summary/2026/3").text

    assert "The month is not over yet." in page
    assert "April 2026" not in page


@pytest.mark.parametrize("month", ["2026/4", "2026/13", "2026/0", "2019/12", "9999/1"])
def test_there_are_no_other_months(sign_in, seller, month):
    assert sign_in(seller).get(f"/sales/summary/{month}").status_code == 404
