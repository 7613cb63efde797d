"""`flask person create` and `flask account add`."""

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.queries import account_of
from app.kernel.db import db, write
from app.people import authenticator, queries, second_factor
from app.people.models import Person, Role
from app.people.passwords import is_right_password
from tests.support.factories import AccountFactory, PersonFactory
from tests.support.totp import code_now

pytestmark = pytest.mark.one_database

PASSWORD = "four words that nobody guesses"
VERA = ["person", "create", "vera@northwind.example", "--handle", "vera", "--name", "Vera Lind"]


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *arguments, given="": runner.invoke(args=list(arguments), input=given)


@pytest.mark.both_databases
def test_a_person_with_roles_can_sign_in_at_once(run, client):
    result = run(*VERA, "--role", "expert", "--role", "steward", given=f"{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    vera = db.session.scalars(queries.with_handle("vera")).one()
    assert vera.role_names == {Role.EXPERT, Role.STEWARD}
    assert vera.confirmed_at is not None
    assert is_right_password(PASSWORD, vera.password)
    signed_in = client.post("/sign-in", data={"email": "vera@northwind.example", "password": PASSWORD})
    assert signed_in.status_code == 303


@pytest.mark.parametrize(
    ("change", "given", "sentence"),
    [
        ({2: "no address"}, PASSWORD, "Enter an e-mail address"),
        ({2: "taken@northwind.example"}, PASSWORD, "in use already"),
        ({4: "admin"}, PASSWORD, "kept for the site"),
        ({4: "NorthwindTechCenter"}, PASSWORD, "names a person, not a company"),
        ({4: "n0rthwind_care"}, PASSWORD, "names a person, not a company"),
        ({4: "support-team"}, PASSWORD, "names a person, not a company"),
        ({6: "Northwind Support"}, PASSWORD, "not a company's or a team's"),
        ({6: "Northwind Systems"}, PASSWORD, "not a company's or a team's"),
        ({6: "Support Official"}, PASSWORD, "cannot hold a link or an office"),
        ({}, "short", "characters or more"),
        ({}, "password12", "burglars try first"),
    ],
)
def test_what_the_forms_refuse_is_refused_here_in_one_sentence(run, change, given, sentence):
    PersonFactory(address="taken@northwind.example")
    arguments = [change.get(index, word) for index, word in enumerate(VERA)]
    result = run(*arguments, given=f"{given}\n")

    assert result.exit_code == 1
    assert sentence in result.output
    assert len(result.output.splitlines()) == 1
    assert len(db.session.scalars(select(Person)).all()) == 1


def test_an_account_takes_in_who_is_there_already(run):
    marta = PersonFactory(address="marta@fernhill.example")
    other = PersonFactory(address="x@notfernhill.example")
    result = run("account", "add", "Fernhill Hospitals", "--domain", "Fernhill.example", "--size-band", "m")

    assert result.exit_code == 0, result.output
    account = db.session.scalars(select(Account)).one()
    assert (account.name, account.size_band) == ("Fernhill Hospitals", "m")
    assert account_of(marta).id == account.id
    assert account_of(other) is None


@pytest.mark.parametrize("domain", ["gmail.com", "not a domain", "mail.gmail.com"])
def test_no_account_stands_for_free_mail(run, domain):
    result = run("account", "add", "Everybody", "--domain", domain)

    assert result.exit_code == 1
    assert db.session.scalars(select(Account)).all() == []


def test_an_account_is_added_once(run):
    assert run("account", "add", "Fernhill Hospitals", "--domain", "fernhill.example").exit_code == 0

    assert run("account", "add", "Fernhill Hospitals", "--domain", "other.example").exit_code == 1
    assert run("account", "add", "Another", "--domain", "fernhill.example").exit_code == 1
    assert len(db.session.scalars(select(Account)).all()) == 1


def test_a_role_is_given_and_taken_away(app):
    person = PersonFactory(account=AccountFactory(), handle="mira")
    runner = app.test_cli_runner()

    assert runner.invoke(args=["person", "grant", "@mira", "expert"]).exit_code == 0
    db.session.expire_all()
    assert person.is_expert
    assert account_of(person) is None

    assert runner.invoke(args=["person", "revoke", "mira", "expert"]).exit_code == 0
    db.session.expire_all()
    assert not person.is_employee
    assert account_of(person) is not None


def test_a_role_for_nobody_is_refused_in_one_sentence(app):
    result = app.test_cli_runner().invoke(args=["person", "grant", "nobody-here", "expert"])

    assert result.exit_code == 1
    assert result.output.strip() == "Error: Nobody is called nobody-here."


def test_no_foreign_command_changes_people(app):
    assert {"users", "roles"}.isdisjoint(app.cli.commands)


def test_a_team_gets_no_account_with_a_role_either(run):
    refused = run(*[*VERA[:4], "NorthwindCare", *VERA[5:]], "--role", "expert", given=f"{PASSWORD}\n")

    assert refused.exit_code == 1
    assert "names a person" in refused.output


def test_an_employee_may_have_the_brand_in_a_handle_of_their_own(run):
    made = run(*[*VERA[:4], "NorthwindStorageGeek", *VERA[5:]], "--role", "expert", given=f"{PASSWORD}\n")

    assert made.output == "@NorthwindStorageGeek can sign in now.\n"


def test_a_lost_second_factor_is_forgotten(run):
    marta = PersonFactory(handle="marta")
    secret = authenticator.new_secret()
    code = code_now(authenticator.key_in_letters(secret))
    with write():
        second_factor.set_app(marta, secret, code)

    result = run("person", "forget-second-factor", "@marta")

    assert result.exit_code == 0, result.output
    assert not second_factor.is_set_up(db.session.scalars(queries.with_handle("marta")).one())
