"""While a session lasts, the company is asked whether the person is still there; its word ends what came by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db, write
from app.people import identities, office
from app.people.models import AuditEntry, Identity, Person, Role, StoredSession
from app.people.queries import find_by_address
from tests.support.client import signed_in
from tests.support.factories import AdminFactory, PersonFactory
from tests.support.issuer import FakeIssuer

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
ADDRESS = "maria@northwind.example"
MARIA = {"name": "Maria Soto", "email": ADDRESS, "email_verified": True, "groups": ["engineers"]}
MINUTE = timedelta(minutes=1)


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
def later(travel_to):
    """`later(MINUTE)` lets that much time go by."""
    travel_to(clock.now())
    return lambda pause: travel_to(clock.now() + pause)


@pytest.fixture
def browser(site, issuer, later):
    """The browser of Maria, who has just joined by her company."""
    made = site.test_client()
    go_there(issuer, made)
    made.post("/sign-in/company/corp/welcome", data={"name": "Maria Soto", "handle": "san-penguin"})
    assert is_signed_in(made)
    return made


def go_there(issuer, browser):
    return browser.get(issuer.sign_in(browser.post("/sign-in/company/corp").location, "u1"))


def is_signed_in(browser):
    return browser.get("/settings/profile").status_code == 200


def maria():
    return find_by_address(ADDRESS)


def deeds():
    return db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)).all()


def test_the_company_is_asked_once_a_minute_whatever_is_read(issuer, browser, later):
    asked = issuer.requests.count("/userinfo")
    later(59 * MINUTE / 60)
    assert is_signed_in(browser)
    assert issuer.requests.count("/userinfo") == asked

    for _ in range(2):
        later(MINUTE)
        assert [is_signed_in(browser) for _ in range(3)] == [True] * 3

    assert issuer.requests.count("/userinfo") == asked + 2


def test_whoever_is_removed_there_is_out_with_the_next_request(issuer, site, browser, later):
    elsewhere = signed_in(site, maria())
    del issuer.people["u1"]
    later(MINUTE)

    assert not is_signed_in(browser)

    assert not is_signed_in(elsewhere)
    assert db.session.scalar(select(func.count()).where(StoredSession.person_id == maria().id)) == 0
    assert not maria().is_employee
    assert deeds()[-2:] == ["roles.revoked", "company_sign_in.gone"]
    assert db.session.scalars(select(Identity.tokens)).one() is None


def test_an_employee_who_was_let_go_has_no_other_door(issuer, site, browser, later):
    with write():
        office.grant(maria(), Role.STEWARD, by=AdminFactory())
        maria().password = PersonFactory(password=PASSWORD).password
    kept = issuer.people.pop("u1")
    later(MINUTE)
    assert not is_signed_in(browser)
    # What an admin gave is an admin's to take.
    assert maria().role_names == {"steward"}

    answer = browser.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD})

    assert answer.status_code == 403
    assert "it said that you had left" in answer.text
    issuer.people["u1"] = kept
    assert go_there(issuer, browser).status_code == 303
    assert maria().role_names == {"expert", "steward"}
    assert site.test_client().post("/sign-in", data={"email": ADDRESS, "password": PASSWORD}).status_code == 303


def test_roles_go_and_come_with_the_claims_while_the_session_lasts(issuer, browser, later):
    issuer.people["u1"]["groups"] = []
    later(MINUTE)
    assert is_signed_in(browser)
    assert maria().role_names == frozenset()

    issuer.people["u1"]["groups"] = ["engineers"]
    later(MINUTE)
    assert is_signed_in(browser)
    assert maria().role_names == {"expert"}


def test_a_role_that_an_admin_gave_outlasts_the_claims(issuer, site, later):
    with write():
        person = PersonFactory(address=ADDRESS, roles=(Role.EXPERT,))
        identity = identities.link(person, issuer.settings(), "u1")
        identities.settle_roles(identity, person, {Role.EXPERT, Role.SALES})
    assert maria().role_names == {"expert", "sales"}

    with write():
        identities.settle_roles(identity, person, set())

    assert maria().role_names == {"expert"}


def test_a_role_of_two_companies_goes_with_the_last(issuer, trust):
    other = replace(issuer.settings(), name="other", url="https://other.example")
    trust(issuer.settings(), other)
    with write():
        person = PersonFactory(address=ADDRESS)
        one = identities.link(person, issuer.settings(), "u1")
        two = identities.link(person, other, "u1")
        for identity in (one, two):
            identities.settle_roles(identity, person, {Role.EXPERT})
        identities.settle_roles(one, person, set())
    assert maria().role_names == {"expert"}

    with write():
        identities.settle_roles(two, person, set())
    assert maria().role_names == frozenset()


def test_a_password_is_no_way_around_the_company(issuer, site, browser, later):
    with write():
        maria().password = PersonFactory(password=PASSWORD).password
    other = site.test_client()
    other.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD})
    assert is_signed_in(other)
    del issuer.people["u1"]
    later(MINUTE)

    assert not is_signed_in(other)


def test_a_company_that_does_not_answer_is_waited_for_a_quarter_of_an_hour(issuer, browser, later):
    issuer.is_down = True
    for _ in range(15):
        later(MINUTE)
        assert is_signed_in(browser)

    later(2 * MINUTE)

    assert not is_signed_in(browser)
    # Nobody has said that she is gone.
    assert maria().role_names == {"expert"}


def test_nobody_waits_for_a_company_that_is_known_to_be_down(issuer, browser, later):
    issuer.is_down = True
    before = len(issuer.requests)

    for _ in range(10):
        later(MINUTE)
        is_signed_in(browser)

    assert len(issuer.requests) == before + 3


def test_a_company_that_answers_again_is_believed_again(issuer, browser, later):
    issuer.is_down = True
    later(MINUTE)
    assert is_signed_in(browser)
    issuer.is_down = False
    later(MINUTE)
    assert is_signed_in(browser)

    assert db.session.scalars(select(Identity.unanswered_since)).one() is None


def test_without_tokens_to_renew_the_session_lasts_as_long_as_the_token(site, issuer, later):
    issuer.gives_refresh_tokens = False
    browser = site.test_client()
    go_there(issuer, browser)
    browser.post("/sign-in/company/corp/welcome", data={"name": "Maria Soto", "handle": "san-penguin"})
    later(50 * MINUTE)
    assert is_signed_in(browser)

    later(11 * MINUTE)

    assert not is_signed_in(browser)
    assert maria().is_employee
    assert go_there(issuer, browser).status_code == 303


def test_a_company_that_nothing_can_be_asked_of_is_believed_as_long_as_its_token(site, issuer, later, monkeypatch):
    issuer.gives_refresh_tokens = False
    published = issuer._metadata
    monkeypatch.setattr(issuer, "_metadata", lambda: {**published(), "userinfo_endpoint": None})
    issuer.people["u1"] = {}
    person = PersonFactory(address=ADDRESS)
    with write():
        identities.link(person, issuer.settings(), "u1")
    browser = site.test_client()
    go_there(issuer, browser)
    later(50 * MINUTE)
    assert is_signed_in(browser)

    later(11 * MINUTE)

    assert not is_signed_in(browser)


def test_a_refused_access_token_is_a_no_as_well(site, issuer, later):
    issuer.gives_refresh_tokens = False
    browser = site.test_client()
    go_there(issuer, browser)
    browser.post("/sign-in/company/corp/welcome", data={"name": "Maria Soto", "handle": "san-penguin"})
    del issuer.people["u1"]
    later(MINUTE)

    assert not is_signed_in(browser)
    assert not maria().is_employee


def test_tokens_that_no_key_opens_any_more_end_the_session_and_nothing_else(browser, later):
    identity = db.session.scalars(select(Identity)).one()
    with write():
        identity.tokens = identities.seal_tokens(identity.issuer, "somebody else", {"access_token": "a"})
    later(MINUTE)

    assert not is_signed_in(browser)
    assert maria().is_employee


def test_an_issuer_that_the_operator_takes_out_ends_what_came_by_it(trust, browser):
    trust()

    assert not is_signed_in(browser)


def test_one_request_asks_for_all(browser, later):
    """Also where the provider takes long: a renewed token works once, so two who ask would shut the person out."""
    identity = db.session.scalars(select(Identity)).one()
    seen = identity.checked_at
    later(MINUTE)
    with write():
        assert identities.begin_check(identity.id, seen)
        assert not identities.begin_check(identity.id, seen)
    assert not identities.is_due(identity)
    later(2 * MINUTE)
    assert identities.is_due(identity)
    with write():
        identities.note_here(identity, {})
        assert not identities.begin_check(identity.id, seen)


def tell(site, token):
    """A request of the provider itself: without a cookie, from anywhere."""
    headers = {"Origin": "https://login.example", "Sec-Fetch-Site": "cross-site"}
    path = "/sign-in/company/corp/back-channel-logout"
    return site.test_client().post(path, data={"logout_token": token}, headers=headers, csrf=False)


def test_whoever_signs_out_there_is_signed_out_here_at_once(issuer, site, browser):
    by_password = signed_in(site, maria())

    assert tell(site, issuer.logout_token("u1")).status_code == 200

    assert not is_signed_in(browser)
    assert is_signed_in(by_password)
    assert deeds()[-1] == "company_sign_in.signed_out"


def test_a_logout_token_works_once(issuer, site, browser):
    token = issuer.logout_token("u1")
    tell(site, token)
    go_there(issuer, browser)

    assert tell(site, token).status_code == 400
    assert is_signed_in(browser)


def test_a_logout_of_somebody_unknown_changes_nothing(issuer, site, browser):
    assert tell(site, issuer.logout_token("u9")).status_code == 200
    assert is_signed_in(browser)


WRONG = {
    "aud": {"aud": "another"},
    "iss": {"iss": "https://evil.example"},
    "expired": {"exp": 1},
    "nonce": {"nonce": "any"},
    "no event": {"events": {}},
    "no events": {"events": None},
    "jti": {"jti": None},
    "sub": {"sub": None, "sid": "s1"},
    "iat": {"iat": None},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_a_logout_token_that_is_not_right_in_everything_is_refused(issuer, site, browser, claims):
    assert tell(site, issuer.logout_token("u1", **claims)).status_code == 400
    assert is_signed_in(browser)


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "x" * 200_000])
def test_rubbish_is_refused(site, browser, token):
    assert tell(site, token).status_code in {400, 413}


def test_the_command_line_lets_somebody_go_and_come_back(app, issuer, site, browser, later):
    del issuer.people["u1"]
    later(MINUTE)
    is_signed_in(browser)
    runner = app.test_cli_runner()

    assert "can sign in no more" in runner.invoke(args=["person", "deactivate", ADDRESS]).output
    assert not db.session.scalars(select(Person.active).where(Person.id == maria().id)).one()
    assert "can sign in again" in runner.invoke(args=["person", "activate", ADDRESS]).output

    assert db.session.scalars(select(Person.active).where(Person.id == maria().id)).one()
    assert db.session.scalar(select(func.count()).select_from(Identity)) == 0
    assert runner.invoke(args=["person", "deactivate", "nobody@nowhere.example"]).exit_code == 1


def test_the_command_line_lets_in_again_whom_the_company_let_go_and_nobody_deactivated(
    app, issuer, site, browser, later
):
    with write():
        office.grant(maria(), Role.STEWARD, by=AdminFactory())
        maria().password = PersonFactory(password=PASSWORD).password
    del issuer.people["u1"]
    later(MINUTE)
    assert not is_signed_in(browser)
    assert browser.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD}).status_code == 403

    assert "can sign in again" in app.test_cli_runner().invoke(args=["person", "activate", ADDRESS]).output

    assert browser.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD}).status_code == 303
    assert deeds()[-1] == "people.activated"


def test_whoever_is_signed_out_there_is_not_half_way_in_here(app, issuer, site, browser, monkeypatch):
    own = app.extensions["firsthand.settings"]
    monkeypatch.setitem(app.extensions, "firsthand.settings", replace(own, second_factor="required"))
    half_way = site.test_client()
    assert go_there(issuer, half_way).location == "/sign-in/second/set-up"
    assert half_way.get("/sign-in/second/set-up").status_code == 200

    assert tell(site, issuer.logout_token("u1")).status_code == 200

    assert half_way.get("/sign-in/second/set-up").location == "/sign-in"


def test_a_role_that_comes_by_the_companys_word_ends_with_it_in_every_session(issuer, site, browser, later):
    issuer.people["u1"]["groups"] = []
    later(MINUTE)
    assert is_signed_in(browser)
    with write():
        maria().password = PersonFactory(password=PASSWORD).password
    other = site.test_client()
    other.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD})
    issuer.people["u1"]["groups"] = ["engineers"]
    go_there(issuer, site.test_client())
    assert maria().role_names == {"expert"}
    assert is_signed_in(other)

    del issuer.people["u1"]
    later(MINUTE)

    assert not is_signed_in(other)


def test_whoever_one_company_let_go_does_not_come_in_by_another(trust, issuer, site, browser):
    with FakeIssuer(people={"u1": {"sub": "u1"}}) as other:
        trust(issuer.settings(), other.settings(name="other"))
        with write():
            office.grant(maria(), Role.STEWARD, by=AdminFactory())
            identities.link(maria(), other.settings(name="other"), "u1")
            gone = identities.of_person(maria())[0]
            identities.note_gone(gone, maria())
        fresh = site.test_client()

        answer = fresh.get(other.sign_in(fresh.post("/sign-in/company/other").location, "u1"))

        assert answer.status_code == 403
        assert not is_signed_in(fresh)


def test_whose_company_was_taken_out_of_the_settings_signs_in_by_password(trust, site, browser):
    with write():
        maria().password = PersonFactory(password=PASSWORD).password
    trust()
    assert not is_signed_in(browser)

    other = site.test_client()
    other.post("/sign-in", data={"email": ADDRESS, "password": PASSWORD})

    assert is_signed_in(other)
    assert maria().role_names == {"expert"}
    with write():
        office.revoke(maria(), Role.EXPERT, by=None)
    assert maria().role_names == frozenset()


def test_a_company_at_a_new_address_gives_and_takes_what_the_old_one_gave(trust, issuer, browser):
    moved = replace(issuer.settings(), url="https://moved.example")
    trust(moved)
    with write():
        identity = identities.link(maria(), moved, "u1")
        identities.settle_roles(identity, maria(), {Role.EXPERT})
    with write():
        identities.settle_roles(identity, maria(), set())

    assert maria().role_names == frozenset()
