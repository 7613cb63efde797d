"""What admins see of people and do about them; and what nobody else can."""

import ast

import pytest
from sqlalchemy import select

from app.accounts.queries import account_of
from app.kernel.db import db
from app.people.models import AuditEntry, Letter, Person, Role
from app.questions.models import Question
from app.web.admin.sentences import DEEDS, PARTS
from app.web.security.sessions import PROVED
from tests.support.client import signed_in
from tests.support.factories import AccountFactory, AdminFactory, ExpertFactory, PersonFactory, SalesFactory
from tests.support.source import here, parsed, python_files

pytestmark = pytest.mark.one_database


@pytest.fixture
def admin():
    return AdminFactory.create()


@pytest.fixture
def browser(sign_in, admin):
    return sign_in(admin)


@pytest.fixture
def ana():
    return PersonFactory.create(name="Ana Orford", handle="anao", address="ana.orford@somewhere.example")


def deeds():
    return list(db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)))


def test_the_employees_are_listed_and_members_are_not(browser, ana):
    ExpertFactory.create(name="Edo Expert")

    page = browser.get("/admin/people").text

    assert "Edo Expert" in page
    assert "Orford" not in page


@pytest.mark.parametrize("words", ["ana.orford@somewhere.example", "ANA.Orford@Somewhere.example", "@anao", "AnaO"])
def test_one_person_is_found_by_what_is_whole(browser, ana, words):
    found = browser.post("/admin/people/find", data={"words": words})

    assert found.location == "/admin/people/anao"
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.deed, entry.about_id) == ("people.looked_up", ana.id)
    assert "somewhere" not in entry.details.lower()


def test_a_name_is_found_by_its_beginning_and_ten_are_the_most(browser, ana):
    for letter in "abdefghjkmnp":
        PersonFactory.create(name=f"Anastasia {letter.upper()}berg")

    page = browser.post("/admin/people/find", data={"words": "ana"}).text

    assert page.split("Employees")[0].count('href="/admin/people/ana') == 10
    assert "@somewhere.example" not in page
    for words in ("an", "", "orford", "na.orford@somewhere.example"):
        answer = browser.post("/admin/people/find", data={"words": words})
        assert "Orford" not in answer.text
    assert deeds().count("people.looked_up") == 3


def test_look_ups_are_few(app_with, admin):
    browser = signed_in(app_with(rate_limits=True), admin)
    statuses = [browser.post("/admin/people/find", data={"words": "nobody"}).status_code for _ in range(21)]

    assert statuses == [200] * 20 + [429]


def test_the_address_is_shown_once_when_asked_for(browser, admin, ana):
    assert "ana.orford@" not in browser.get("/admin/people/anao").text

    shown = browser.post("/admin/people/anao/address")

    assert "ana.orford@somewhere.example" in shown.text
    assert "no-store" in shown.headers["Cache-Control"]
    assert "ana.orford@" not in browser.get("/admin/people/anao").text
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.deed, entry.actor_id, entry.about_id) == ("people.address_shown", admin.id, ana.id)


def test_a_role_and_the_account_go_together(browser):
    account = AccountFactory.create(name="Acme", domains=["acme.example"])
    person = PersonFactory.create(handle="boris", account=account)

    assert browser.post("/admin/people/boris/roles", data={"role": "expert"}).status_code == 303
    assert person.is_expert
    assert account_of(person) is None
    assert browser.post("/admin/people/boris/roles/revocation", data={"role": "expert"}).status_code == 303
    assert not person.is_employee
    assert account_of(person).name == "Acme"
    assert browser.post("/admin/people/boris/roles", data={"role": "king"}).status_code == 422
    assert deeds() == ["roles.granted", "roles.revoked"]


def test_the_last_admin_is_told_why_not(browser, admin):
    answer = browser.post(f"/admin/people/{admin.handle}/roles/revocation", data={"role": "admin"})

    assert answer.status_code == 422
    assert "Nobody else is an admin" in answer.text
    assert admin.holds(Role.ADMIN)


def test_somebody_is_put_out_and_let_in_again(browser, sign_in, ana):
    theirs = sign_in(ana)
    assert browser.post("/admin/people/anao/deactivation").status_code == 303
    assert theirs.get("/settings/profile").status_code in {302, 303, 401}
    assert "Deactivated" in browser.get("/admin/people/anao").text
    assert browser.post("/admin/people/anao/activation").status_code == 303
    assert ana.active
    assert browser.post("/admin/people/anao/sessions/end").status_code == 303
    assert deeds() == ["people.deactivated", "people.activated", "people.sessions_ended"]


def test_a_company_is_set_by_hand_and_the_person_is_told(browser, ana):
    AccountFactory.create(name="Acme", domains=[])
    assert browser.post("/admin/people/anao/account", data={"account": "Nope", "reason": "x"}).status_code == 422
    assert browser.post("/admin/people/anao/account", data={"account": "acme", "reason": " "}).status_code == 422

    said = {"account": "acme", "reason": "Works there as a contractor."}
    assert browser.post("/admin/people/anao/account", data=said).status_code == 303

    assert "Works there as a contractor." in browser.get("/admin/people/anao").text
    assert db.session.scalars(select(Letter.kind).where(Letter.person_id == ana.id)).all() == ["company set"]
    assert browser.post("/admin/people/anao/account/undoing").status_code == 303
    assert account_of(ana) is None
    assert browser.post("/admin/people/anao/account/undoing").status_code == 422
    assert deeds() == ["people.account_set", "people.account_unset"]


def test_the_letter_goes_again_to_whoever_did_not_confirm(browser, ana):
    PersonFactory.create(handle="late", confirmed=False)

    assert browser.post("/admin/people/late/confirmation").status_code == 303
    assert browser.post("/admin/people/anao/confirmation").status_code == 422
    assert deeds() == ["people.confirmation_sent"]


def test_a_second_factor_is_taken_away(browser):
    expert = ExpertFactory.create(handle="edo")

    assert browser.post("/admin/people/edo/second-factor/removal").status_code == 303
    assert db.session.scalars(select(AuditEntry.about_id)).all() == [expert.id]


@pytest.mark.parametrize("factory", [PersonFactory, ExpertFactory, SalesFactory])
def test_nobody_else_does_any_of_it(sign_in, factory, ana):
    browser = sign_in(factory.create())
    sent = [
        browser.post(f"/admin/people/anao/{deed}", data={"role": "admin"}).status_code
        for deed in ("address", "roles", "deactivation", "sessions/end", "second-factor/removal", "account")
    ]

    assert sent == [403] * 6
    assert browser.get("/admin/people/anao").status_code == browser.get("/admin/people").status_code == 403
    assert deeds() == []


def test_deeds_of_weight_want_proof(browser, ana):
    with browser.session_transaction() as session:
        session[PROVED] = 0.0
    account = AccountFactory.create(name="Acme", domains=[])
    on_people = [f"people/anao/{deed}" for deed in ("roles", "deactivation", "address", "second-factor/removal")]
    on_accounts = ["accounts/new", *(f"accounts/{account.id}/{deed}" for deed in ("domains", "owners"))]
    for path in (*on_people, *on_accounts, "choices", "invitations"):
        answer = browser.post(f"/admin/{path}", data={"role": "expert", "domain": "evil.example", "name": "Evil"})
        # What was typed would be lost on the way there, so a page shows it first.
        assert "/sign-in/again?next=" in (answer.location or answer.text), path
        assert answer.status_code in {303, 401}, path
    assert deeds() == []


def test_fields_that_no_form_names_change_nothing(sign_in):
    """What an account is to others is decided by rules and by admins, whatever else a form brings along."""
    AccountFactory.create(name="Acme", domains=[])
    eve = PersonFactory.create(handle="eve")
    before = (eve.active, eve.confirmed_at, eve.email_domain, eve.joined_at)
    extra = {
        "role": "admin", "roles": "admin", "is_employee": "1", "reputation": "9999", "email_verified": "1",
        "account_id": "1", "confirmed_at": "2001-01-01", "active": "0", "id": "1", "email": "admin@northwind.example",
    }  # fmt: skip
    browser = sign_in(eve)
    profile = {"name": "Eve Orr", "job_title": "Engineer", "about": "Here I am.", **extra}
    assert browser.post("/settings/profile", data=profile).status_code in {303, 422}
    asked = {
        "title": "Why does replication stop at night again?", "body": "Every night at two it stops. Why is that so?",
        "tags": "replication", "author_id": "1", "official": "1", "pinned": "1", "created_at": "2001-01-01", **extra,
    }  # fmt: skip
    browser.post("/questions/ask", data=asked)

    db.session.expire_all()
    assert not eve.is_employee
    assert account_of(eve) is None
    assert (eve.active, eve.confirmed_at, eve.email_domain, eve.joined_at) == before
    for question in db.session.scalars(select(Question)):
        assert question.author_id == eve.id
        assert question.asked_at.year > 2001


def test_whoever_joins_joins_as_a_member(client):
    joining = {
        "name": "Mal Lory", "handle": "mallory", "email": "mal@somewhere.example", "password": "a long pass phrase 7",
        "role": "admin", "roles": "admin", "is_employee": "1", "confirmed_at": "2001-01-01", "account_id": "1",
    }  # fmt: skip
    client.post("/sign-up", data=joining)

    made = db.session.scalars(select(Person).where(Person.handle == "mallory")).first()
    assert made is not None
    assert not made.is_employee
    assert made.confirmed_at is None


def test_the_trail_says_it_in_sentences(browser, admin, ana):
    browser.post("/admin/people/anao/roles", data={"role": "steward"})
    browser.post("/admin/people/anao/address")

    trail = browser.get("/admin/audit").text
    assert "gave" in trail
    assert "the role steward" in trail
    assert trail.index("looked at the address") < trail.index("the role steward")
    only = browser.get("/admin/audit?part=roles&by=" + admin.handle + "&about=@anao").text
    assert "the role steward" in only
    assert "looked at the address of" not in only
    assert "No entry" in browser.get("/admin/audit?about=nobody-here").text


def test_every_deed_has_its_words():
    """The trail is read by people: no deed without a sentence."""
    noted = set()
    for path in python_files("app"):
        for node in ast.walk(parsed(path)):
            named = isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.note", "note", "_note"}
            words = [one.value for one in node.args if isinstance(one, ast.Constant)] if named else []
            noted |= {word for word in words if isinstance(word, str) and "." in word and " " not in word}

    assert noted - set(DEEDS) == set()
    assert {deed.partition(".")[0] for deed in noted} - set(PARTS) == set()


def test_the_trail_is_only_added_to():
    """No function changes or takes away an entry, and no form does."""
    touched = {
        here(path)
        for path in python_files("app")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in {"delete", "update"}
        and "AuditEntry" in ast.unparse(node)
    }

    assert touched == set()
