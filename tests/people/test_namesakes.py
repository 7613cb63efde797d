"""A member is not called like an employee, nor like the company (SECURITY.md, F02)."""

import pytest

from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people import actions
from app.people.models import Person, Role
from tests.support.factories import ExpertFactory, PersonFactory

SENTENCE = "Somebody of Northwind Systems has this name"


@pytest.mark.parametrize(
    "name", ["Maria Lopez", "María López", "MARIA-LOPEZ", "Maria L0pez", "Mаrіа Lореz", "M.a.r.i.a Lopez"]
)
def test_nobody_joins_under_the_name_of_an_employee(client, name):
    ExpertFactory(name="Maria Lopez", handle="mlopez")
    fields = {"handle": "somebody", "email": "a@somewhere.example", "password": "four words that nobody guesses"}

    refused = client.post("/sign-up", data={**fields, "name": name})

    assert refused.status_code == 422
    assert SENTENCE in refused.text or "in one script" in refused.text
    assert client.post("/sign-up", data={**fields, "name": "Maria G. Lopez"}).status_code == 303


def test_nobody_takes_it_later(sign_in):
    ExpertFactory(name="Maria Lopez", handle="mlopez")
    member = PersonFactory(name="Ana Costa", handle="costa")

    refused = sign_in(member).post("/settings/profile", data={"name": "Maria Lopez", "job_title": "", "about": ""})

    assert refused.status_code == 422
    assert SENTENCE in refused.text
    assert db.session.get_one(Person, member.id).name == "Ana Costa"


def test_members_may_share_a_name():
    PersonFactory(name="Maria Lopez", handle="mlopez")

    assert PersonFactory(name="Maria Lopez", handle="mary").name == "Maria Lopez"


def test_whoever_was_called_so_before_keeps_the_name():
    member = PersonFactory(name="Maria Lopez", handle="mary")
    ExpertFactory(name="Maria Lopez", handle="mlopez")

    with write():
        actions.change_profile(member, name="María Lopez", job_title="Admin", brands=settings().brand_names)

    assert (member.name, member.job_title) == ("María Lopez", "Admin")


def test_colleagues_may_share_a_name(app):
    ExpertFactory(name="Maria Lopez", handle="mlopez")

    command = ["person", "create", "mary@northwind.example", "--handle", "mary", "--name", "Maria Lopez"]
    member = app.test_cli_runner().invoke(args=command, input="four words that nobody guesses\n")
    colleague = app.test_cli_runner().invoke(
        args=[*command, "--role", "sales"], input="four words that nobody guesses\n"
    )

    assert member.exit_code == 1
    assert SENTENCE in member.output
    assert colleague.exit_code == 0


def test_the_name_is_free_again_when_the_employee_is_none_any_more():
    expert = ExpertFactory(name="Maria Lopez", handle="mlopez")
    with write():
        actions.revoke_role(expert, Role.EXPERT)

    assert PersonFactory(name="Maria Lopez", handle="mary").name == "Maria Lopez"


@pytest.mark.parametrize("name", ["Northwind", "Northwind Support", "northwind systems", "Support Team", "Help Desk 2"])
def test_a_name_is_a_persons(name):
    with pytest.raises(RuleBroken):
        PersonFactory(name=name, handle="somebody")


@pytest.mark.parametrize("name", ["Ana Northwinder", "山田 2", "Desk Chairman"])
def test_what_only_begins_like_a_word_of_the_company_is_no_claim(name):
    assert PersonFactory(name=name, handle="somebody").name == name
