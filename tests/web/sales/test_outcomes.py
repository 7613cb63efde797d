"""The pages of opportunities: who reads them, what they take, and what they never tell."""

import inspect
import pkgutil
from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import select

import app.outcomes
from app.accounts.actions import set_lead
from app.affinity.models import ReportView
from app.introductions.actions import Asked, ask
from app.kernel.db import db, write
from app.outcomes.models import Opportunity, OtherTouch, StageChange
from app.people.models import AuditEntry
from tests.outcomes.deals import NOW, deal, meet, talk, told
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory

pytestmark = pytest.mark.one_database

FORM = {"name": "Replace the old array", "amount": "250 000.00", "currency": "EUR", "opened": "2026-03-02"}
DEEDS = {
    "": FORM,
    "/stage": {"stage": "offer"},
    "/close": {"result": "won", "closed": "2026-03-19", "reason": "They liked how quickly we answered."},
    "/touches": {"channel": "event", "words": "A fair", "day": "2026-03-10"},
    "/checks": {"item": "1"},
}


def stored():
    return db.session.scalars(select(Opportunity)).all()


def conversations(account, people=("ana", "ben", "cho")):
    for number, person in enumerate(people):
        talk(account, person, NOW - timedelta(days=70 - 7 * number))
    told()


def test_an_opportunity_is_recorded_as_people_type_it(browser, account):
    response = browser.post("/sales/outcomes/new", data={**FORM, "account": account.id, "stage": "first talk"})

    (made,) = stored()
    assert (response.status_code, response.location) == (303, f"/sales/outcomes/{made.id}")
    assert (made.amount, made.name, made.stage) == (25_000_000, "Replace the old array", "first talk")
    page = browser.get(response.location).text
    assert "EUR 250,000" in page
    assert "Calder &amp; Finch" in page


def test_sent_twice_it_is_recorded_once(browser, account):
    form = {**FORM, "account": account.id, "idempotency_key": "k1"}
    assert (
        browser.post("/sales/outcomes/new", data=form).location
        == browser.post("/sales/outcomes/new", data=form).location
    )
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("amount", "a lot", "Enter the amount in figures"),
        ("currency", "Euros", "as its three letters"),
        ("opened", "31/12/2025", "Enter a day such as"),
        ("opened", "2026-12-31", "Enter a day that has been"),
        ("name", " ", "Say in a few words"),
    ],
)
def test_what_cannot_be_read_keeps_what_was_typed(browser, account, field, value, sentence):
    response = browser.post(
        "/sales/outcomes/new", data={**FORM, "account": account.id, "stage": "kept words", field: value}
    )

    assert response.status_code == 422
    assert sentence in response.text
    assert "kept words" in response.text
    assert f'value="{value}"' in response.text or field == "name"
    assert stored() == []


def test_only_accounts_that_one_looks_after_can_be_chosen(browser, account):
    other = AccountFactory(name="Somebody Elses")

    response = browser.post("/sales/outcomes/new", data={**FORM, "account": other.id})

    assert response.status_code == 422
    assert "Somebody Elses" not in response.text
    assert stored() == []


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed or "change")
@pytest.mark.parametrize("factory", [SalesFactory, PersonFactory, ExpertFactory, AdminFactory])
def test_nobody_else_reads_or_changes_it(sign_in, account, factory, deed):
    made = deal(account, won=None, closed=None)
    other = sign_in(factory())
    refused = 404 if factory is SalesFactory else 403

    assert other.get(f"/sales/outcomes/{made.id}").status_code == refused
    assert other.post(f"/sales/outcomes/{made.id}{deed}", data=DEEDS[deed]).status_code == refused
    assert (stored()[0].name, stored()[0].result, stored()[0].stage) == ("New racks", "open", "")
    assert db.session.scalars(select(OtherTouch)).all() == []


def test_whoever_leads_them_reads_it(sign_in, account, seller):
    made, lead = deal(account), SalesFactory()
    with write():
        set_lead(lead, seller)

    assert sign_in(lead).get(f"/sales/outcomes/{made.id}").status_code == 200
    assert "New racks" in sign_in(lead).get("/sales/outcomes?of=closed").text


def test_a_touch_is_taken_back_by_whoever_looks_after_it_alone(sign_in, browser, account):
    made = deal(account)
    browser.post(f"/sales/outcomes/{made.id}/touches", data=DEEDS["/touches"])
    touch = db.session.scalars(select(OtherTouch)).one()
    address = f"/sales/outcomes/{made.id}/touches/{touch.id}/removal"

    assert sign_in(SalesFactory()).post(address).status_code == 404
    assert browser.post(f"/sales/outcomes/{made.id}/touches/{touch.id + 1}/removal").status_code == 404
    assert browser.post(address).status_code == 303
    assert db.session.scalars(select(OtherTouch)).all() == []


def test_whoever_has_not_pledged_reads_nothing(sign_in, account):
    reader = SalesFactory(pledged=False)

    for path in ("/sales/outcomes", "/sales/outcomes/new", "/sales/introductions", "/sales/definition"):
        assert sign_in(reader).get(path).location.startswith("/sales/pledge?next=")


def test_reading_one_is_written_down_for_the_account(browser, account):
    made = deal(account)

    browser.get(f"/sales/outcomes/{made.id}")

    view = db.session.scalars(select(ReportView)).one()
    assert (view.account_id, view.what) == (account.id, "opportunity")


def test_it_is_written_down_as_well_where_a_form_was_refused(browser, account):
    """What is read below a form that says nothing is read all the same."""
    made = deal(account, won=None, closed=None)

    for deed in ("", "/stage", "/close", "/touches"):
        assert browser.post(f"/sales/outcomes/{made.id}{deed}", data={}).status_code == 422

    assert [view.account_id for view in db.session.scalars(select(ReportView))] == [account.id] * 4


def test_a_touch_that_is_sent_twice_is_noted_once(browser, account):
    made = deal(account)
    form = DEEDS["/touches"] | {"idempotency_key": "the same form"}

    for _ in range(2):
        assert browser.post(f"/sales/outcomes/{made.id}/touches", data=form).status_code == 303

    assert len(db.session.scalars(select(OtherTouch)).all()) == 1
    assert 'name="idempotency_key"' in browser.get(f"/sales/outcomes/{made.id}").text


def test_it_comes_to_stages_and_is_closed_with_a_reason(browser, account):
    made = deal(account, won=None, closed=None)
    address = f"/sales/outcomes/{made.id}"

    browser.post(f"{address}/stage", data={"stage": "offer"})
    refused = browser.post(f"{address}/close", data={"result": "won", "closed": "2026-03-19", "reason": ""})
    assert refused.status_code == 422
    assert "Say in a sentence why it was won or lost." in refused.text
    browser.post(f"{address}/close", data=DEEDS["/close"])

    page = browser.get(address).text
    assert "offer" in page
    assert "They liked how quickly we answered." in page
    assert [change.stage for change in db.session.scalars(select(StageChange))] == ["offer"]
    assert stored()[0].result == "won"


def test_a_refused_close_keeps_what_was_typed(browser, account):
    made = deal(account, won=None, closed=None)
    form = {"result": "lost", "closed": "2020-01-01", "reason": "Another maker was cheaper by half."}

    response = browser.post(f"/sales/outcomes/{made.id}/close", data=form)

    assert response.status_code == 422
    assert "before it was opened" in response.text
    assert "Another maker was cheaper by half." in response.text


def test_what_is_owed_stands_in_red_the_oldest_first(browser, account):
    deal(account, closed=NOW - timedelta(days=2), reason="", name="Later one")
    deal(account, closed=NOW - timedelta(days=9), reason="", name="Earlier one")
    deal(account, closed=NOW - timedelta(days=9), name="Explained one")

    page = browser.get("/sales/outcomes").text
    owed = page[page.index("What you owe") : page.index("<h2>Opportunities")]

    assert owed.index("Earlier one") < owed.index("Later one")
    assert owed.count('class="overdue"') == 2
    assert "Explained one" not in owed


def test_a_request_is_owed_after_two_weeks(sign_in, seller, account, travel_to):
    asker = PersonFactory(account=account, name="Marta Finch")
    with write():
        ask(Asked(wish="call", words="We plan a second site next year.", contact="marta at the desk"), by=asker)
    travel_to(NOW + timedelta(days=14))
    assert "Marta Finch" not in sign_in(seller).get("/sales/outcomes").text

    travel_to(NOW + timedelta(days=14, minutes=1))
    page = sign_in(seller).get("/sales/outcomes").text
    assert "Marta Finch asks for a call" in page
    assert 'class="overdue"' in page
    assert "second site" not in page


def test_both_rules_stand_side_by_side_with_a_range(browser, account):
    meet(account, "ana", NOW - timedelta(days=14))
    conversations(account)
    made = deal(account, amount=300_000_00)
    browser.post(f"/sales/outcomes/{made.id}/touches", data=DEEDS["/touches"])

    page = browser.get(f"/sales/outcomes/{made.id}").text

    assert page.count("EUR 60,000") == 5
    assert "A meeting with one of our experts" in page
    assert "A conversation here" in page
    assert "<strong>between EUR" in page
    assert "EUR 240,000" in page
    assert "We do not know that any of it was the reason." in page


def test_of_fewer_than_three_people_nothing_is_told(browser, account):
    conversations(account, people=("ana", "ben"))
    made = deal(account, amount=300_000_00)

    page = browser.get(f"/sales/outcomes/{made.id}").text

    assert "Fewer than three people" in page
    assert "A conversation here" not in page
    assert "is put down to what happened here" not in page


def test_no_thread_expert_or_day_is_told(browser, account):
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    made = deal(account)
    for person, days in (("ana", 70), ("ben", 66), ("cho", 62)):
        talk(account, person, NOW - timedelta(days=days))
    told()

    page = browser.get(f"/sales/outcomes/{made.id}").text
    main = page[page.index("What touched it") : page.index("Is it a lead")]

    assert "/questions/" not in main
    assert expert.handle not in main
    assert [main.count(f"<td>{day} January</td>") for day in (5, 9, 12, 13, 17)] == [1, 0, 2, 0, 0]


def test_while_nothing_is_measured_nothing_is_told_of_what_was(app, browser, account, monkeypatch):
    conversations(account)
    made = deal(account)
    assert "week of" in browser.get(f"/sales/outcomes/{made.id}").text.lower()

    settings = replace(app.extensions["firsthand.settings"], affinity_enabled=False)
    monkeypatch.setitem(app.extensions, "firsthand.settings", settings)
    page = browser.get(f"/sales/outcomes/{made.id}").text

    assert "is not measured on this site" in page
    assert "A conversation here" not in page


def test_what_was_lost_has_no_amount_to_split(browser, account):
    conversations(account)
    made = deal(account, won=False)

    assert "no amount to split" in browser.get(f"/sales/outcomes/{made.id}").text


def test_different_currencies_stand_beside_each_other(browser, account):
    deal(account, won=None, closed=None, amount=10_000, currency="JPY")
    deal(account, won=None, closed=None, amount=None)

    page = browser.get("/sales/outcomes").text

    assert "JPY 10,000" in page
    assert "not known" in page


def test_hostile_names_stay_text(browser, account):
    browser.post("/sales/outcomes/new", data={**FORM, "account": account.id, "name": "<script>alert(1)</script>\u202e"})

    page = browser.get(f"/sales/outcomes/{stored()[0].id}").text
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page


def test_a_list_pages_by_key_and_takes_the_same_queries_however_long(browser, account, queries):
    for number in range(25):
        deal(account, won=None, closed=None, name=f"Deal number {number}")
    with queries() as few:
        first = browser.get("/sales/outcomes").text
    for number in range(25, 60):
        deal(account, won=None, closed=None, name=f"Deal number {number}")
    with queries() as many:
        browser.get("/sales/outcomes")

    assert first.count("Deal number") == 20
    assert 'rel="next"' in first
    assert len(many) == len(few)


def test_nothing_of_outcomes_gives_anything_by_expert():
    """No function takes or returns an expert, and no field of a page names one."""
    modules = [import_module(f"app.outcomes.{info.name}") for info in pkgutil.iter_modules(app.outcomes.__path__)] + [
        import_module(f"app.web.sales.{name}") for name in ("outcome_pages", "outcomes", "opportunities")
    ]

    named = {
        f"{module.__name__}.{name}"
        for module in modules
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "") == module.__name__
        and "expert" in (inspect.getsource(thing) if inspect.isfunction(thing) else " ".join(vars(thing))).lower()
        if inspect.isfunction(thing) or inspect.isclass(thing)
    }

    assert named == set()


def test_every_deed_is_in_the_trail_and_has_a_sentence(browser, sign_in, account):
    browser.post("/sales/outcomes/new", data={**FORM, "account": account.id})
    address = f"/sales/outcomes/{stored()[0].id}"
    for deed in ("", "/stage", "/touches", "/close"):
        browser.post(f"{address}{deed}", data=DEEDS[deed])

    noted = select(AuditEntry.deed).where(AuditEntry.deed.startswith("opportunity.")).order_by(AuditEntry.id)
    deeds = db.session.scalars(noted).all()
    trail = sign_in(AdminFactory()).get("/admin/audit").text

    assert [deed.removeprefix("opportunity.") for deed in deeds] == [
        "recorded",
        "changed",
        "stage_changed",
        "touch_added",
        "closed",
    ]
    for words in ("recorded the opportunity Replace the old array", "come to the stage offer", "as won"):
        assert words in trail
