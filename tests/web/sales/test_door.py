"""The door to everything under /sales: who comes in, what they promise first, and what is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.actions import remove_owner
from app.affinity.models import Pledge, ReportView
from app.kernel.db import db, write
from app.people import audit
from app.people.models import AuditEntry
from app.web.sales.door import AREA, OWN_DOOR
from tests.support.client import signed_in
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory
from tests.support.rights import UNSAFE, address, make_world
from tests.support.served import NOW, own

pytestmark = pytest.mark.one_database


@pytest.fixture
def account():
    return AccountFactory(name="Fernhill Hospitals")


def deeds() -> list[tuple[str, dict]]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.deed.startswith("report.")).order_by(AuditEntry.id))
    return [(entry.deed, audit.details_of(entry)) for entry in rows]


def rules_under_sales(app):
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(AREA) and rule.endpoint not in OWN_DOOR]


def test_every_page_sends_a_reader_who_has_not_promised_to_the_promise(app, sign_in):
    world = make_world("member")
    browser = sign_in(SalesFactory(pledged=False))

    for rule in rules_under_sales(app):
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            path = address(rule, world)
            response = browser.open(path, method=method, data=world.form if method in UNSAFE else None)
            wanted = "/sales" if method in UNSAFE else path
            assert (response.status_code, response.location) == (303, f"/sales/pledge?next={wanted}"), (rule, method)

    assert db.session.scalars(select(ReportView.id)).all() == []


@pytest.mark.parametrize("factory", [PersonFactory, ExpertFactory, AdminFactory])
def test_nobody_else_promises_anything(sign_in, factory):
    browser = sign_in(factory())

    assert browser.get("/sales/pledge").status_code == 403
    assert browser.post("/sales/pledge").status_code == 403
    assert db.session.scalars(select(Pledge.person_id)).all() == []


def test_a_promise_leads_to_where_one_wanted_to_go(sign_in, account):
    seller = SalesFactory(pledged=False, looks_after=(account,))
    browser = sign_in(seller)
    page = f"/sales/accounts/{account.id}"

    asked = browser.get(browser.get(page).location)
    assert "I will not contact people because of this report" in asked.text
    assert f'name="next" value="{page}"' in asked.text

    taken = browser.post("/sales/pledge", data={"next": page})
    assert (taken.status_code, taken.location) == (303, page)
    assert browser.get(page).status_code == 200
    assert deeds()[0] == ("report.pledged", {})
    assert "You promised this on 20 March" in browser.get("/sales/pledge").text


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "/nowhere", ""])
def test_a_promise_leads_to_no_other_site(sign_in, wanted):
    browser = sign_in(SalesFactory(pledged=False))

    assert browser.post("/sales/pledge", data={"next": wanted}).location == "/sales"


def test_a_promise_of_more_than_a_year_ago_is_given_anew(sign_in, travel_to):
    seller = SalesFactory()

    travel_to(NOW + timedelta(days=364))
    assert sign_in(seller).get("/sales").status_code == 200
    travel_to(NOW + timedelta(days=365))
    browser = sign_in(seller)
    assert browser.get("/sales").location == "/sales/pledge?next=/sales"
    assert "You promised this last on 20 March 2026, more than a year ago." in browser.get("/sales/pledge").text
    browser.post("/sales/pledge")
    assert browser.get("/sales").status_code == 200


def test_an_account_of_somebody_else_is_not_here_and_nothing_is_written_down(sign_in, account):
    SalesFactory(looks_after=(account,))
    browser = sign_in(SalesFactory())

    for page in (f"/sales/accounts/{account.id}", f"/sales/accounts/{account.id}/print"):
        assert browser.get(page).status_code == 404
    assert browser.post(f"/sales/accounts/{account.id}/look/1").status_code == 404
    assert db.session.scalars(select(ReportView.id)).all() == []
    assert deeds() == []


def test_a_look_stands_in_the_views_and_in_the_trail(sign_in, account):
    seller = SalesFactory(looks_after=(account,))
    browser = sign_in(seller)
    browser.post("/sales/purpose", data={"purpose": "visit"})

    browser.get(f"/sales/accounts/{account.id}")
    browser.get(f"/sales/accounts/{account.id}/print")
    browser.get("/sales/portfolio.csv")

    views = db.session.execute(
        select(ReportView.what, ReportView.purpose, ReportView.account_id).order_by(ReportView.id)
    )
    assert [tuple(view) for view in views] == [
        ("account", "visit", account.id),
        ("account on paper", "visit", account.id),
        ("portfolio.csv", "visit", None),
    ]
    named = {"account": account.id, "name": "Fernhill Hospitals", "purpose": "visit"}
    assert deeds() == [
        ("report.read", {**named, "page": "account"}),
        ("report.read", {**named, "page": "account on paper"}),
        ("report.read", {"page": "portfolio.csv", "purpose": "visit"}),
    ]
    trail = " ".join(sign_in(AdminFactory()).get("/admin/audit").text.split())
    assert "read the page about Fernhill Hospitals, for preparing a visit or a call that was agreed" in trail
    assert "read the list of their accounts, as a file, for preparing a visit" in trail


def test_what_one_reads_for_is_one_of_a_list(sign_in, account):
    browser = sign_in(SalesFactory(looks_after=(account,)))

    assert "For: looking after the account." in browser.get("/sales").text
    assert browser.post("/sales/purpose", data={"purpose": "leadership"}).status_code == 303
    assert "For: telling leadership how accounts are served." in browser.get("/sales").text
    for unknown in ({"purpose": "selling"}, {"purpose": ""}, {}):
        refused = browser.post("/sales/purpose", data=unknown)
        assert refused.status_code == 422
        assert "Choose from the list what you are reading this for." in refused.text
        assert "For: telling leadership how accounts are served." in browser.get("/sales").text


def test_whoever_looks_after_nothing_reads_what_to_do(sign_in):
    page = sign_in(SalesFactory()).get("/sales").text

    assert "You look after no company yet" in page
    assert "An administrator gives you one under Admin, Accounts." in page


def test_whoever_stops_looking_after_an_account_reads_it_no_more(sign_in, account):
    first, second = SalesFactory(looks_after=(account,)), SalesFactory()
    own(account, second)
    with write():
        remove_owner(db.session.merge(account), db.session.merge(first))

    assert sign_in(first).get(f"/sales/accounts/{account.id}").status_code == 404
    assert sign_in(second).get(f"/sales/accounts/{account.id}").status_code == 200


def test_a_site_without_affinity_says_so(app_with, account):
    seller = SalesFactory(looks_after=(account,))
    browser = signed_in(app_with(affinity_enabled=False), seller)

    for page in ("/sales", "/sales/portfolio.csv", f"/sales/accounts/{account.id}", "/sales/summary/2026/2"):
        response = browser.get(page)
        assert response.status_code == 404
        assert "The reports are switched off" in response.text
    assert browser.get("/sales/introductions").status_code == 200
    assert "measures nothing at the moment" in browser.get("/promise/score").text
    assert db.session.scalars(select(ReportView.id)).all() == []
