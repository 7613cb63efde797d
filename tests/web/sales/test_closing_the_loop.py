"""What docs/closing-the-loop.md promises, line by line where no other file asks for it, and what no two pages tell."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.actions import set_lead
from app.affinity.not_counted import leave_out
from app.introductions.actions import Asked, ask
from app.jobs.measuring import measure_due_again
from app.jobs.snapshots import take_snapshots
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.outcomes.models import Opportunity
from app.people.models import Person
from tests.affinity.community import busy_people
from tests.outcomes.deals import NOW, deal, measured, seller_of, talk, told
from tests.support.factories import AccountFactory, PersonFactory, SalesFactory

pytestmark = pytest.mark.one_database

CLOSED = {"result": "won", "closed": "2026-03-02", "reason": "They liked how quickly we answered."}


def words_of(page):
    """What the main part of a page says, without its tags."""
    inside = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]*>", " ", inside).split())


def test_pages_of_sales_say_the_same_until_the_night_after_somebody_left_the_count(sign_in, travel_to):
    account = AccountFactory(at=datetime(2026, 2, 1, tzinfo=UTC))
    travel_to(datetime(2026, 3, 2, 9, tzinfo=UTC))
    people = busy_people(account, 4, datetime(2026, 3, 2, 9, tzinfo=UTC))
    deliver_pending()
    monday = datetime(2026, 3, 16, tzinfo=UTC)
    travel_to(monday)
    take_snapshots(monday)
    # Opened when they had written, closed since: an amount that is split.
    made = deal(account, closed=monday + timedelta(hours=9), opened_at=monday - timedelta(days=7))
    seller = seller_of(account)
    travel_to(monday + timedelta(days=2, hours=14))
    paths = f"/sales/outcomes/{made.id}", "/sales/outcomes?of=closed", "/sales/summary/2026/3"
    browser = sign_in(seller)
    before = {path: words_of(browser.get(path).text) for path in paths}
    assert before[paths[0]].count("A conversation here") == 4

    with write():
        leave_out(db.session.get_one(Person, people[0].id))
    deliver_pending()
    measure_due_again()
    assert {path: words_of(browser.get(path).text) for path in paths} == before

    travel_to(monday + timedelta(days=3, hours=3))
    assert measure_due_again() == 1
    assert sign_in(seller).get(paths[0]).text.count("A conversation here") == 3


def test_a_crm_id_of_a_colleagues_account_is_taken_as_any_other(sign_in, browser, account):
    """Refused, it would tell that there is an opportunity of that number somewhere."""
    other = AccountFactory(name="Somebody Elses")
    theirs = deal(other, won=None, closed=None, crm_id="D-77", name="A secret deal")
    form = {"name": "Racks", "currency": "EUR", "opened": "2026-03-02", "account": account.id}

    taken, free = (browser.post("/sales/outcomes/new", data={**form, "crm_id": crm_id}) for crm_id in ("D-77", "D-78"))

    assert taken.status_code == free.status_code == 303
    changed = browser.post(free.location, data={"name": "Racks", "currency": "EUR", "crm_id": "D-79"})
    assert changed.status_code == 303
    for path in (taken.location, "/sales/outcomes"):
        page = browser.get(path).text
        assert "A secret deal" not in page
        assert "Somebody Elses" not in page
    again = browser.post("/sales/outcomes/new", data={**form, "crm_id": "D-77"})
    assert again.status_code == 422
    assert "Another opportunity of this account has this CRM id already." in again.text
    colleague = sign_in(seller_of(other))
    assert "Racks" not in colleague.get("/sales/outcomes").text
    assert "D-77" in colleague.get(f"/sales/outcomes/{theirs.id}").text


def test_the_day_of_opening_cannot_be_changed(browser, account):
    made = deal(account, won=None, closed=None)
    opened_at = made.opened_at

    browser.post(
        f"/sales/outcomes/{made.id}", data={"name": "Renamed", "currency": "EUR", "opened": "2025-01-01", "amount": ""}
    )

    stored = db.session.scalars(select(Opportunity).execution_options(populate_existing=True)).one()
    assert (stored.name, stored.opened_at) == ("Renamed", opened_at)


def test_what_is_owed_is_red_for_whoever_leads_as_well(sign_in, account, seller, travel_to):
    asker, lead = PersonFactory(account=account, name="Marta Finch"), SalesFactory()
    with write():
        set_lead(lead, seller)
        ask(Asked(wish="call", words="We plan a second site next year.", contact="marta at the desk"), by=asker)
    deal(account, reason="", name="Unexplained one")
    travel_to(NOW + timedelta(days=15))

    page = sign_in(lead).get("/sales/outcomes").text
    owed = page[page.index("What you owe") : page.index("<h2>Opportunities")]

    assert "Marta Finch asks for a call" in owed
    assert "Unexplained one" in owed
    assert owed.count('class="overdue"') == 2


def test_everybody_reads_how_many_requests_wait_and_how_long_the_oldest_has(client, account, travel_to):
    for days, name in ((0, "Marta Finch"), (3, "Anders Calder")):
        travel_to(NOW + timedelta(days=days))
        asker = PersonFactory(account=account, name=name)
        with write():
            ask(Asked(wish="call", words="We plan a second site next year.", contact="the desk"), by=asker)
    travel_to(NOW + timedelta(days=10))

    page = client.get("/promise").text

    assert "2 requests of members wait for an answer on the whole site, the oldest for 10 days by now." in page
    assert "Marta Finch" not in page


def test_hundreds_without_a_reason_are_counted_and_the_oldest_shown(browser, account):
    for number in range(23):
        deal(account, closed=NOW - timedelta(days=40 - number), reason="", name=f"Unexplained {number:02}")

    page = browser.get("/sales/outcomes").text
    owed = page[page.index("What you owe") : page.index("<h2>Opportunities")]

    assert owed.count("Unexplained") == 20
    assert "Unexplained 00" in owed
    assert "And 3 later ones of which nobody has said why." in owed


def compared_on(page):
    """What the page of outcomes says of the comparison."""
    return page[page.index("To compare what is won") : page.index("Pairs are alike in size")]


def test_ten_pairs_say_that_there_is_no_clear_difference_yet(sign_in, browser):
    opened = NOW - timedelta(days=60)
    for score, won in ((40, 6), (5, 4)):
        accounts = [AccountFactory(size_band="m") for _ in range(3)]
        for one in accounts:
            measured(one, opened - timedelta(days=1), score=score)
        for number in range(10):
            deal(accounts[number % 3], won=number < won, opened_at=opened, closed=NOW - timedelta(days=number))

    page = " ".join(browser.get("/sales/outcomes").text.split())

    assert "Of 10 pairs of opportunities at companies of about the same size, 6 were won" in page
    assert "no clear difference yet (+20 points, 95 % interval" in page
    assert "would explain it" not in page


def test_of_too_few_companies_nothing_is_compared(browser):
    """Not how many pairs there are either: with a deal of one's own it would tell on which side another company is."""
    opened = NOW - timedelta(days=60)
    before = compared_on(browser.get("/sales/outcomes").text)
    for score in (40, 5):
        one = AccountFactory(size_band="m")
        measured(one, opened - timedelta(days=1), score=score)
        for number in range(10):
            deal(one, won=number < 6, opened_at=opened, closed=NOW - timedelta(days=number))

    page = browser.get("/sales/outcomes").text

    assert "three companies on either side" in page
    assert "were won where affinity was" not in page
    assert compared_on(page) == before


def test_what_was_noted_after_a_day_of_closing_that_is_corrected_shares_nothing(browser, account):
    """It would weigh most of all, as the touch of a day after the close."""
    made = deal(account, amount=300_000_00, closed=NOW)
    for number, person in enumerate(("ana", "ben", "cho")):
        talk(account, person, NOW - timedelta(days=70 - 7 * number))
    told()
    browser.post(f"/sales/outcomes/{made.id}/touches", data={"channel": "event", "words": "Late", "day": "2026-03-18"})
    assert "An event: Late" in browser.get(f"/sales/outcomes/{made.id}").text

    browser.post(f"/sales/outcomes/{made.id}/close", data=CLOSED)

    page = browser.get(f"/sales/outcomes/{made.id}").text
    assert "An event: Late" not in page
    assert page.count("EUR 100,000") >= 3
    assert f"/sales/outcomes/{made.id}/touches/" in page


def test_before_the_first_snapshot_the_page_says_when_it_will_be_counted(sign_in):
    account = AccountFactory()
    made = deal(account)

    page = sign_in(seller_of(account)).get(f"/sales/outcomes/{made.id}").text

    assert "is counted with the first weekly snapshot of this account" in page
    assert "Fewer than three people" not in page


def test_a_touch_with_a_number_that_no_database_holds_is_not_here(browser, account):
    made = deal(account)

    assert browser.post(f"/sales/outcomes/{made.id}/touches/{2**63}/removal").status_code == 404
    assert browser.get(f"/sales/outcomes/{2**63}").status_code == 404
