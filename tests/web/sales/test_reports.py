"""What sales people see of accounts, and that nobody else sees it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account, AccountOwner
from app.affinity.figures import Report, to_text
from app.affinity.models import AffinityEvent, AffinitySnapshot, Alert, ReportView
from app.affinity.portfolio import COLUMNS
from app.kernel.db import db, write
from app.people.models import Person
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.served import NOW, own, served_account, snapshot, somebody_of

pytestmark = pytest.mark.one_database

PAGES = ("/sales", "/sales/portfolio.csv", "/sales/accounts/1", "/sales/accounts/999")


@pytest.fixture
def seller() -> Person:
    return SalesFactory(name="Robin Castel", handle="robin-sells")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("somebody", [PersonFactory, ExpertFactory, StewardFactory, AdminFactory])
def test_nobody_but_sales_opens_a_report(sign_in, page, somebody):
    AccountFactory()

    response = sign_in(somebody()).get(page)

    assert response.status_code == 403
    assert "sales colleagues" in response.text
    assert db.session.scalars(select(ReportView.id)).all() == []


@pytest.mark.parametrize("page", PAGES)
def test_a_guest_is_sent_to_sign_in(client, page):
    response = client.get(page)

    assert response.status_code == 303
    assert response.location.startswith("/sign-in?next=/sales")


def test_an_unknown_account_is_not_here(sign_in, seller):
    browser = sign_in(seller)

    assert browser.get("/sales/accounts/77").status_code == 404
    assert browser.get("/sales/accounts/99999999999999999999").status_code == 404


def test_the_portfolio_shows_a_number_from_three_people_on(sign_in, seller):
    served_account(5, "Fernhill Hospitals", owner=seller)
    served_account(2, "Marlow Foods", owner=seller)
    snapshot()

    page = sign_in(seller).get("/sales").text

    assert "Your 2 accounts" in page
    assert "<strong>15</strong> acquainted" in page
    assert page.count("Early: fewer than three people have taken part, so there is no number") == 1
    assert "week of 9 March" in page


def test_what_needs_attention_comes_first(sign_in, seller):
    served_account(6, "Calm Company", owner=seller)
    served_account(2, "Early Company", owner=seller)
    waiting = served_account(3, "Waiting Company", owner=seller)
    QuestionFactory(author=somebody_of(waiting), at=NOW - timedelta(days=6))
    snapshot()

    page = sign_in(seller).get("/sales").text

    assert "1, oldest 6 days" in page
    assert page.index("Waiting Company") < page.index("Calm Company") < page.index("Early Company")


def test_the_account_page_shows_experts_and_no_customer(sign_in, seller):
    account = served_account(5, "Fernhill Hospitals", owner=seller)
    open_one = QuestionFactory(
        author=somebody_of(account),
        title="Can the archive stay readable during a swap?",
        at=NOW - timedelta(hours=41),
    )
    snapshot()

    page = sign_in(seller).get(f"/sales/accounts/{account.id}").text

    assert '<p class="big">16<small> of 100</small></p>' in page
    assert "@fernhill-expert" in page
    assert f"/questions/{open_one.id}/{open_one.slug}" in page
    assert "1 day" in page
    assert "5 to 9 people" in page
    assert "Hidden" not in page
    assert "5 – 9" in page
    assert "Made for Robin Castel on 20 March" in page


def test_an_early_account_shows_a_word_and_its_open_questions(sign_in, seller):
    account = served_account(2, "Marlow Foods", owner=seller)
    QuestionFactory(author=somebody_of(account), title="Which cable goes where in the rack?")
    snapshot()

    page = sign_in(seller).get(f"/sales/accounts/{account.id}").text

    assert "Early: fewer than three people have taken part, so there is no number." in page
    assert "of 100" not in page
    assert "@marlow-expert" not in page
    assert "Which cable goes where in the rack?" in page


def test_topics_need_five_people(sign_in, seller):
    account = served_account(4, "Fernhill Hospitals", owner=seller)
    snapshot()

    page = sign_in(seller).get(f"/sales/accounts/{account.id}").text

    assert "Topics need more people" in page
    assert '<th scope="row">replication</th>' not in page


@pytest.mark.both_databases
def test_an_account_newer_than_the_snapshot_says_so(sign_in, seller):
    snapshot()
    account = AccountFactory(name="New Company")
    own(account, seller)
    browser = sign_in(seller)

    assert "New: the next snapshot will have figures" in browser.get("/sales").text
    assert "New: the next snapshot will have figures" in browser.get(f"/sales/accounts/{account.id}").text


@pytest.mark.both_databases
def test_without_an_account_the_page_says_what_would_be_here(sign_in, seller):
    assert "You look after no company yet" in sign_in(seller).get("/sales").text


def test_a_year_of_snapshots_is_drawn(sign_in, seller):
    account = served_account(4, "Fernhill Hospitals", owner=seller, days_ago=120)
    for weeks in (16, 8, 0):
        snapshot(NOW - timedelta(weeks=weeks))

    browser = sign_in(seller)

    assert '<svg class="spark mini"' in browser.get("/sales").text
    page = browser.get(f"/sales/accounts/{account.id}").text
    assert re.search(
        r'aria-label="Affinity over twelve months: \d+ on 28 November 2025, \d+ on 20 March, between \d+ and \d+"', page
    )
    assert "lower than 90 days ago" in page


def test_every_look_is_written_down(sign_in, seller):
    account = served_account(3, "Fernhill Hospitals", owner=seller)
    browser = sign_in(seller)
    for page in ("/sales", f"/sales/accounts/{account.id}", "/sales/portfolio.csv"):
        browser.get(page)

    views = db.session.execute(
        select(ReportView.viewer_id, ReportView.what, ReportView.account_id, ReportView.at).order_by(ReportView.id)
    )
    assert [tuple(view) for view in views] == [
        (seller.id, "portfolio", None, NOW),
        (seller.id, "account", account.id, NOW),
        (seller.id, "portfolio.csv", None, NOW),
    ]


def test_the_file_has_the_columns_of_the_list_and_no_formula(sign_in, seller):
    own(AccountFactory(name="=HYPERLINK(1)", domains=[]), seller)
    snapshot()

    response = sign_in(seller).get("/sales/portfolio.csv")

    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=portfolio.csv"
    header, row = csv.reader(io.StringIO(response.text, newline=""))
    assert tuple(header) == COLUMNS
    assert row[3] == "'=HYPERLINK(1)"


def with_snapshots(seller: Person, count: int, name: str) -> None:
    """Many accounts that `seller` looks after, each with two weekly snapshots and an alert."""
    report = to_text(Report(band="early", people="<3", confidence="low", figures=None))
    with write():
        made = [Account(name=f"{name} {number}", domains=[]) for number in range(count)]
        db.session.add_all(made)
        db.session.flush()
        for account in made:
            owned = AccountOwner(account_id=account.id, person_id=seller.id, since=NOW - timedelta(days=30))
            db.session.add_all([owned, Alert(account_id=account.id, kind="advocacy", cause="answer:1")])
            for weeks in (0, 1):
                taken = {"account_id": account.id, "taken_at": NOW - timedelta(weeks=weeks), "report": report}
                measured = {"score": 4.0, "active_people": 1, "overdue": 0, "score_version": "1"}
                db.session.add(AffinitySnapshot(**taken, **measured))


@pytest.mark.both_databases
@pytest.mark.parametrize("page", ["/sales", "/sales/portfolio.csv", "/sales/summary/2026/3"])
def test_five_hundred_accounts_take_as_many_queries_as_five(sign_in, seller, queries, page):
    with_snapshots(seller, 5, "Few")
    browser = sign_in(seller)
    browser.get(page)
    with queries() as few:
        assert browser.get(page).status_code == 200
    with_snapshots(seller, 495, "Many")
    with queries() as many:
        assert browser.get(page).status_code == 200

    assert len(many) == len(few)


def test_no_opaque_key_of_a_person_reaches_a_page(sign_in, seller):
    account = served_account(5, "Fernhill Hospitals", owner=seller)
    snapshot()
    keys = set(db.session.scalars(select(AffinityEvent.person_key)))
    browser = sign_in(seller)

    for page in ("/sales", f"/sales/accounts/{account.id}", "/sales/portfolio.csv"):
        text = browser.get(page).text
        assert not any(key in text for key in keys)
