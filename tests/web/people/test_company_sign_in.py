"""Signing in through a company's own sign-in: who gets in, who is asked more, and who is believed."""

import time
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.jobs.worker import run_once
from app.kernel.db import db
from app.people.models import AuditEntry, Identity, Letter, Person, PersonRole, StoredSession
from app.people.queries import find_by_address
from tests.support.client import signed_in
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory
from tests.support.issuer import CLIENT_ID, CLIENT_SECRET, FakeIssuer

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
MARIA = {
    "name": "Maria Soto",
    "preferred_username": "penguin",
    "email": "maria@northwind.example",
    "email_verified": True,
    "groups": ["engineers", "football"],
}


@pytest.fixture
def issuer():
    with FakeIssuer(people={"u1": dict(MARIA)}) as running:
        yield running


@pytest.fixture
def trust(app, monkeypatch):
    """`trust(issuer, …)`: the site takes the word of these."""

    def settle(*issuers):
        own = app.extensions["firsthand.settings"]
        monkeypatch.setitem(app.extensions, "firsthand.settings", replace(own, issuers=issuers))
        return app

    return settle


@pytest.fixture
def site(trust, issuer):
    return trust(issuer.settings())


@pytest.fixture
def browser(site):
    return site.test_client()


def leave_for(issuer, browser, path="/sign-in/company/corp", **fields):
    """Where the site sends a browser that wants to sign in there."""
    answer = browser.post(path, data=fields)
    assert answer.status_code == 303
    assert answer.location.startswith(f"{issuer.url}/authorize?")
    return answer.location


def arrive(issuer, browser, subject="u1", *, wanted="/", **claims):
    """Sign in at the provider and come back."""
    return browser.get(issuer.sign_in(leave_for(issuer, browser, next=wanted), subject, **claims))


def join(issuer, browser, subject="u1", **fields):
    """Sign in at the provider for the first time, and say what to be called."""
    answer = arrive(issuer, browser, subject)
    assert answer.location == "/sign-in/company/corp/welcome"
    return browser.post(answer.location, data={"name": "Maria Soto", "handle": "san-penguin", **fields})


def is_signed_in(browser):
    return browser.get("/settings/profile").status_code == 200


def entries(deed):
    rows = select(AuditEntry.details).where(AuditEntry.deed == deed).order_by(AuditEntry.id)
    return db.session.scalars(rows).all()


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_somebody_new_says_what_to_be_called_and_is_in(issuer, browser):
    welcome = arrive(issuer, browser, wanted="/questions")
    form = browser.get(welcome.location).text
    assert 'value="Maria Soto"' in form
    assert 'value="penguin"' in form
    assert MARIA["email"] in form

    answer = browser.post(welcome.location, data={"name": "Maria Soto", "handle": "san-penguin"})

    assert answer.location == "/questions"
    assert is_signed_in(browser)
    maria = find_by_address(MARIA["email"])
    assert maria.password is None
    assert maria.confirmed_at is not None
    assert maria.role_names == {"expert"}
    assert db.session.scalars(select(StoredSession.identity_id)).one() == db.session.scalars(select(Identity.id)).one()


def test_the_second_time_nothing_is_asked(issuer, browser, site):
    join(issuer, browser)

    other = site.test_client()

    assert arrive(issuer, other, wanted="/questions").location == "/questions"
    assert is_signed_in(other)
    assert count(Person) == 1


def test_a_proved_address_maps_to_the_customer_and_gives_no_role(issuer, browser):
    account = AccountFactory(name="Kestrel Shipping", domains=["kestrel.example"])
    issuer.people["u2"] = {"name": "Ana Kestrel", "email": "ana@kestrel.example", "email_verified": True}

    join(issuer, browser, "u2", name="Ana Kestrel", handle="ana-k")

    ana = find_by_address("ana@kestrel.example")
    assert not ana.is_employee
    assert accounts.account_of(ana).id == account.id


def test_our_own_domain_gives_no_role(issuer, browser):
    issuer.people["u1"]["groups"] = ["football"]

    join(issuer, browser)

    assert find_by_address(MARIA["email"]).role_names == frozenset()


@pytest.mark.parametrize("fields", [{"handle": "northwind-support"}, {"name": "Northwind Support"}, {"handle": ""}])
def test_names_keep_our_rules_whatever_the_provider_says(issuer, browser, fields):
    assert join(issuer, browser, **fields).status_code == 422
    assert count(Person) == 0


def test_a_handle_that_looks_like_an_experts_is_refused(issuer, browser):
    ExpertFactory(handle="maria_lopez")

    assert join(issuer, browser, handle="maria-1opez").status_code == 422


@pytest.mark.parametrize("verified", [False, None, "yes", 1.5])
def test_an_address_that_is_not_proved_gets_a_letter_first(issuer, browser, mailbox, verified):
    issuer.people["u1"]["email_verified"] = verified

    answer = join(issuer, browser, email=MARIA["email"])

    assert answer.location == "/sign-up/sent"
    assert not is_signed_in(browser)
    assert db.session.scalars(select(Letter.kind)).all() == ["confirm"]
    # Until the address is confirmed, the company's word is worth no role, and no way in.
    assert count(PersonRole) == 0
    assert arrive(issuer, browser).status_code == 403
    assert not is_signed_in(browser)


def test_an_unproved_address_of_somebody_is_told_to_its_owner_alone(issuer, browser):
    PersonFactory(address=MARIA["email"], password=PASSWORD)
    issuer.people["u1"]["email_verified"] = False

    answer = join(issuer, browser, email=MARIA["email"])

    assert answer.location == "/sign-up/sent"
    assert db.session.scalars(select(Letter.kind)).all() == ["already registered"]
    assert count(Person) == 1
    assert count(Identity) == 0


def test_whoever_named_an_address_that_is_not_theirs_has_no_way_into_its_owners_account(issuer, browser, site, mailbox):
    issuer.people["u1"]["email_verified"] = False
    join(issuer, browser, email="owner@fernhill.example")
    owner = site.test_client()
    owner.post("/reset", data={"email": "owner@fernhill.example"})
    run_once()
    owner.post(mailbox.link("owner@fernhill.example", "/reset/"), data={"new_password": PASSWORD})
    owner.post("/sign-in", data={"email": "owner@fernhill.example", "password": PASSWORD})
    assert is_signed_in(owner)

    arrive(issuer, browser)

    assert not is_signed_in(browser)
    assert count(Identity) == 0


def test_the_handle_tells_nobody_whether_an_address_is_in_use(issuer, browser, site):
    PersonFactory(address=MARIA["email"], password=PASSWORD)
    issuer.people["u1"]["email_verified"] = False
    join(issuer, browser, email=MARIA["email"])
    other = {"name": "Somebody Else", "handle": "san-penguin", "email": "x@fernhill.example", "password": PASSWORD}

    assert "Somebody has that handle" in site.test_client().post("/sign-up", data=other).text


def test_a_known_address_never_opens_the_account_by_itself(issuer, browser):
    PersonFactory(address=MARIA["email"], password=PASSWORD)

    answer = arrive(issuer, browser)

    assert "You are here already" in answer.text
    assert not is_signed_in(browser)
    assert count(Identity) == 0


def test_whoever_signs_in_as_before_links_the_two(issuer, site, browser):
    maria = PersonFactory(address=MARIA["email"], password=PASSWORD)
    elsewhere = signed_in(site, maria)
    browser.post("/sign-in", data={"email": MARIA["email"], "password": PASSWORD})

    back = browser.get(issuer.sign_in(leave_for(issuer, browser, "/settings/company-sign-in/corp"), "u1"))

    assert back.location == "/settings/company-sign-in"
    assert "is linked" in browser.get(back.location).text
    assert db.session.get(Person, maria.id).role_names == {"expert"}
    # A role that came in the middle of a session must not live on in others that the company cannot end.
    assert not is_signed_in(elsewhere)
    other = site.test_client()
    assert arrive(issuer, other).location == "/"
    assert is_signed_in(other)


def test_a_company_account_leads_to_one_person(issuer, browser, site):
    join(issuer, browser)
    other = PersonFactory(address="other@northwind.example")
    theirs = signed_in(site, other)

    back = theirs.get(issuer.sign_in(leave_for(issuer, theirs, "/settings/company-sign-in/corp"), "u1"))

    assert "belongs to somebody else" in theirs.get(back.location).text
    assert db.session.scalars(select(Identity.person_id)).one() != other.id


def test_linking_asks_who_sits_there_when_that_was_long_ago(issuer, site):
    browser = signed_in(site, PersonFactory(address=MARIA["email"]))
    with browser.session_transaction() as session:
        session["fs_paa"] = time.time() - 3_600

    assert browser.post("/settings/company-sign-in/corp").location.startswith("/sign-in/again")


def test_taking_it_away_takes_roles_and_sessions_with_it(issuer, site, browser):
    maria = PersonFactory(address=MARIA["email"], password=PASSWORD)
    browser.post("/sign-in", data={"email": MARIA["email"], "password": PASSWORD})
    browser.get(issuer.sign_in(leave_for(issuer, browser, "/settings/company-sign-in/corp"), "u1"))

    assert browser.post("/settings/company-sign-in/corp/remove").location == "/sign-in"

    assert not is_signed_in(browser)
    assert not db.session.get(Person, maria.id).is_employee
    assert count(Identity) == 0


def test_the_only_way_in_cannot_be_taken_away(issuer, browser):
    join(issuer, browser)

    answer = browser.post("/settings/company-sign-in/corp/remove")

    assert "your only way in" in browser.get(answer.location).text
    assert count(Identity) == 1


def test_showing_again_who_one_is_takes_ones_own_company_account(issuer, browser):
    join(issuer, browser)
    issuer.people["u2"] = {"name": "Somebody Else"}
    with browser.session_transaction() as session:
        session["fs_paa"] = time.time() - 3_600

    def show(subject):
        address = leave_for(issuer, browser, "/sign-in/company/corp/again", next="/settings/password")
        assert "prompt=login" in address
        return browser.get(issuer.sign_in(address, subject))

    assert show("u2").status_code == 403
    assert show("u1").location == "/settings/password"
    with browser.session_transaction() as session:
        assert time.time() - session["fs_paa"] < 60


def test_only_a_provider_that_says_whom_it_asked_gives_proof_by_letting_in(issuer, browser):
    join(issuer, browser)
    for claims, leads_to in (
        ({}, 303),
        ({"auth_time": int(time.time()) - 600}, 303),
        ({"auth_time": int(time.time())}, 200),
    ):
        browser.post("/sign-out")
        arrive(issuer, browser, **claims)

        assert is_signed_in(browser)
        assert browser.get("/settings/handle").status_code == leads_to, claims


def test_a_provider_that_asked_nobody_shows_nothing(issuer, browser):
    join(issuer, browser)
    with browser.session_transaction() as session:
        session["fs_paa"] = time.time() - 3_600
    address = leave_for(issuer, browser, "/sign-in/company/corp/again", next="/settings/password")

    answer = browser.get(issuer.sign_in(address, "u1", auth_time=int(time.time()) - 600))

    assert answer.status_code == 403
    with browser.session_transaction() as session:
        assert time.time() - session["fs_paa"] > 600


WRONG = {
    "nonce missing": {"nonce": None},
    "nonce": {"nonce": "another"},
    "aud": {"aud": "another"},
    "no aud": {"aud": None},
    "aud of two without azp": {"aud": [CLIENT_ID, "another"]},
    "azp": {"aud": [CLIENT_ID, "another"], "azp": "another"},
    "iss": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 120},
    "no exp": {"exp": None},
    "not yet": {"iat": int(time.time()) + 3_600, "exp": int(time.time()) + 7_200},
    "no sub": {"sub": None},
    "sub of numbers": {"sub": 7},
    "alg none": {"algorithm": "none"},
    "signed with the public key": {"algorithm": "HS256"},
    "signed with the client's secret": {"algorithm": "secret"},
    "signed by a stranger": {"algorithm": "stranger"},
    "at_hash": {"at_hash": "another"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_right_in_everything_is_refused(issuer, browser, claims):
    answer = arrive(issuer, browser, **claims)

    assert answer.status_code == 403
    assert "could not be finished" in answer.text
    assert not is_signed_in(browser)
    assert browser.get("/sign-in/company/corp/welcome").location == "/sign-in"
    assert len(entries("company_sign_in.refused")) == 1
    assert count(Identity) == 0


def changed(path, **fields):
    parts = urlsplit(path)
    query = {name: value for name, value in {**dict(parse_qsl(parts.query)), **fields}.items() if value is not None}
    return f"{parts.path}?{urlencode(query)}"


@pytest.mark.parametrize(
    "fields",
    [{"state": "another"}, {"state": None}, {"code": "another"}, {"code": None}, {"iss": "https://evil.example"}],
    ids=str,
)
def test_a_way_back_that_is_not_the_one_set_out_on_is_refused(issuer, browser, fields):
    back = issuer.sign_in(leave_for(issuer, browser), "u1")

    assert browser.get(changed(back, **fields)).status_code == 403

    assert len(entries("company_sign_in.refused")) == 1
    # Whatever it was, the journey is over: the right address does not work any more either.
    assert browser.get(back).status_code == 403


def test_a_provider_that_names_itself_always_does(issuer, browser):
    issuer.names_itself = True
    back = issuer.sign_in(leave_for(issuer, browser), "u1")

    assert browser.get(changed(back, iss=None)).status_code == 403


def test_nobody_comes_back_from_a_journey_of_another_browser(issuer, browser, site):
    back = issuer.sign_in(leave_for(issuer, browser), "u1")

    assert site.test_client().get(back).status_code == 403


def test_a_journey_takes_ten_minutes_at_most(issuer, browser):
    back = issuer.sign_in(leave_for(issuer, browser), "u1")
    with browser.session_transaction() as session:
        session["company sign-in"] = {**session["company sign-in"], "begun_at": time.time() - 601}

    assert browser.get(back).status_code == 403


def test_a_way_back_works_once_even_for_whoever_copied_the_session(issuer, browser):
    back = issuer.sign_in(leave_for(issuer, browser), "u1")
    with browser.session_transaction() as session:
        kept = dict(session["company sign-in"])
    browser.get(back)
    with browser.session_transaction() as session:
        session["company sign-in"] = kept

    assert browser.get(back).status_code == 403
    assert "used" in entries("company_sign_in.refused")[0]


def test_userinfo_about_somebody_else_is_refused(issuer, browser):
    issuer.userinfo_about = "u9"

    assert arrive(issuer, browser).status_code == 503


def test_a_clock_may_be_a_minute_wrong(issuer, browser):
    assert arrive(issuer, browser, exp=int(time.time()) - 50).status_code == 303


def test_a_new_key_is_looked_for_but_not_for_everybody_who_sends_rubbish(issuer, browser, site):
    join(issuer, browser)
    issuer.change_key()

    assert arrive(issuer, site.test_client()).status_code == 303

    asked = issuer.requests.count("/keys")
    issuer.change_key("third")
    assert arrive(issuer, site.test_client()).status_code == 403
    assert issuer.requests.count("/keys") == asked


def test_whoever_cancels_there_is_told_so_without_an_entry(issuer, browser):
    back = issuer.sign_in(leave_for(issuer, browser), "u1")

    answer = browser.get(changed(back, code=None, error="access_denied", error_description="<b>no</b>"))

    assert "did not sign you in" in answer.text
    assert "<b>no" not in answer.text
    assert entries("company_sign_in.refused") == []


def test_a_provider_that_is_down_is_named_in_a_plain_sentence(issuer, browser):
    issuer.is_down = True

    answer = browser.post("/sign-in/company/corp")

    assert answer.status_code == 503
    assert "Northwind single sign-on cannot be reached right now" in answer.text


def test_a_provider_that_names_itself_otherwise_is_not_spoken_with(issuer, trust):
    site = trust(replace(issuer.settings(), url=f"{issuer.url}/"))

    assert site.test_client().post("/sign-in/company/corp").status_code == 503


def test_whoever_was_deactivated_stays_out(issuer, browser, site):
    join(issuer, browser)
    person = find_by_address(MARIA["email"])
    person.active = False
    db.session.commit()

    answer = arrive(issuer, site.test_client())

    assert answer.status_code == 403
    assert "closed" in answer.text
    assert not is_signed_in(browser)


def test_the_same_subject_at_another_issuer_is_somebody_else(issuer, trust):
    with FakeIssuer(people={"u1": {"name": "Paul Other", "email": "paul@other.example"}}) as other:
        site = trust(issuer.settings(), other.settings(name="partner"))
        join(issuer, site.test_client())
        browser = site.test_client()
        address = leave_for(other, browser, "/sign-in/company/partner")

        assert browser.get(other.sign_in(address, "u1")).location == "/sign-in/company/partner/welcome"
        # An answer for one issuer is none for the other, whose callback has another path.
        browser = site.test_client()
        back = issuer.sign_in(leave_for(issuer, browser), "u1").replace("/corp/", "/partner/")
        assert browser.get(back).status_code == 403


def test_the_page_with_the_buttons_alone_lets_its_forms_lead_there(issuer, browser):
    with_buttons = browser.get("/sign-in").headers["Content-Security-Policy"]
    without = browser.get("/sign-up").headers["Content-Security-Policy"]

    assert f"form-action 'self' {issuer.url};" in with_buttons
    assert "form-action 'self';" in without


def test_without_an_issuer_there_is_no_button_and_no_way(client):
    assert "/sign-in/company" not in client.get("/sign-in").text
    assert client.post("/sign-in/company/corp").status_code == 404


def test_no_token_and_no_secret_is_told_to_the_log(issuer, browser, caplog):
    caplog.set_level("DEBUG")
    join(issuer, browser)
    issuer.is_down = True
    browser.post("/sign-out")
    browser.post("/sign-in/company/corp")

    said = "\n".join(str(record.__dict__) for record in caplog.records)

    assert "/token" in said
    assert not [secret for secret in (CLIENT_SECRET, *issuer.secrets) if secret in said]


def test_no_token_and_no_secret_is_kept_in_the_open(issuer, browser):
    join(issuer, browser)

    kept = str(db.session.execute(select(Identity.tokens)).all()) + str(
        db.session.execute(select(StoredSession.data)).all()
    )

    assert not [secret for secret in issuer.secrets if secret in kept]
