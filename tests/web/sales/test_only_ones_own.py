"""Nobody in sales reaches an account that they do not look after, on any path; and nowhere what is not for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.accounts.owning import remove_owner
from app.affinity.alerts import AlertKind
from app.affinity.models import Alert, ReportView
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.web.sales import door
from tests.affinity.community import busy_people
from tests.affinity.snapshots import report_says
from tests.support.client import SiteClient
from tests.support.factories import AccountFactory, QuestionFactory, SalesFactory

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
QUIET = ("Nothing was heard", "quiet for months", "four months")


@pytest.fixture
def theirs() -> Account:
    return company("Fernhill Hospitals")


@pytest.fixture
def seller(theirs) -> Person:
    return SalesFactory(looks_after=(theirs,))


@pytest.fixture
def of_another() -> Account:
    """An account that somebody else looks after, with everything that could show: figures, alerts, open questions."""
    account = company("Zebra Forwarders")
    SalesFactory(looks_after=(account,))
    return account


def company(name: str) -> Account:
    at = NOW - timedelta(days=10)
    account = AccountFactory(name=name, at=at)
    members = busy_people(account, 3, at)
    QuestionFactory(author=members[0], title=f"How does {name} move its racks?", at=NOW - timedelta(days=5))
    deliver_pending()
    for weeks in (2, 0):
        report_says(account, NOW - timedelta(weeks=weeks))
    with write():
        for kind in AlertKind:
            db.session.add(Alert(account_id=account.id, kind=kind.value, cause="test", raised_at=NOW))
    return account


def pages(app: Flask, account_id: int) -> list[tuple[str, bool]]:
    """Every address below /sales that can be opened, with whether it names this account."""
    found = []
    for rule in app.url_map.iter_rules():
        names_account = rule.arguments == {"account_id"}
        if rule.rule.startswith("/sales") and "GET" in rule.methods and (names_account or not rule.arguments):
            address = rule.rule.replace("<int:account_id>", str(account_id))
            found.append((address, names_account))
    assert len(found) >= 5
    return sorted(found)


def opened(browser: SiteClient, address: str) -> TestResponse:
    """The page at an address, or the one that it leads to."""
    response = browser.get(address)
    return browser.get(response.headers["Location"]) if response.status_code == 303 else response


def test_no_page_and_no_file_of_another_account_is_here(app, sign_in, seller, of_another):
    browser = sign_in(seller)

    for address, names_account in pages(app, of_another.id):
        response = opened(browser, address)
        assert response.status_code in ({404} if names_account else {200, 403}), address
        assert "Zebra" not in response.text, address
    looked_at = select(ReportView.account_id).where(ReportView.account_id == of_another.id)
    assert db.session.scalars(looked_at).all() == []


@pytest.mark.both_databases
def test_ones_own_account_is_on_the_same_pages(app, sign_in, seller, theirs):
    browser = sign_in(seller)
    shown = [address for address, _names in pages(app, theirs.id) if "Fernhill" in opened(browser, address).text]

    assert "/sales" in shown
    assert "/sales/portfolio.csv" in shown
    assert f"/sales/accounts/{theirs.id}" in shown


@pytest.mark.parametrize("path", ["", "/print"], ids=["page", "paper"])
def test_what_is_handed_over_while_it_is_opened_is_not_found(sign_in, seller, theirs, monkeypatch, path):
    """That somebody opened it is written down in a transaction of its own, before it is read."""
    write_down = door.written_down

    def handed_over_meanwhile(*opened):
        found = write_down(*opened)
        with write():
            remove_owner(theirs, seller)
        return found

    monkeypatch.setattr(door, "written_down", handed_over_meanwhile)

    assert sign_in(seller).get(f"/sales/accounts/{theirs.id}{path}").status_code == 404


def test_that_a_company_is_quiet_stands_nowhere_in_sales(app, sign_in, seller, theirs):
    browser = sign_in(seller)

    for address, _names in pages(app, theirs.id):
        text = opened(browser, address).text
        assert not any(word.lower() in text.lower() for word in QUIET), address


def test_with_a_month_or_an_account_in_the_query_nothing_else_is_shown(sign_in, seller, of_another):
    browser = sign_in(seller)

    for query in (f"account={of_another.id}", f"account_id={of_another.id}", "all=1", "owner=all", "date=2026-03-06"):
        assert "Zebra" not in browser.get(f"/sales?{query}").text
        assert "Zebra" not in browser.get(f"/sales/portfolio.csv?{query}").text
