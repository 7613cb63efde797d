"""Making the first admin, and nobody after."""

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.settings import settings
from app.people.first_run import FILE, first_run_code, forget_first_run_code, is_first_run_code
from app.people.models import Person, Role
from tests.support.factories import AdminFactory

pytestmark = pytest.mark.one_database

FIELDS = {
    "name": "Vicky Lindqvist",
    "handle": "hypervicky",
    "email": "vicky@northwind.example",
    "password": "four words that nobody guesses",
}


@pytest.fixture(autouse=True)
def no_code_from_before(app):
    with app.app_context():
        forget_first_run_code(settings().instance)


def code():
    return first_run_code(settings().instance)


def test_whoever_reads_the_code_on_the_disk_becomes_the_admin(client):
    assert FILE in client.get("/admin/first-run").text
    assert client.post("/admin/first-run", data={**FIELDS, "code": code()}).location == "/admin"

    vicky = db.session.scalars(select(Person)).one()
    assert vicky.role_names == {Role.ADMIN}
    assert vicky.confirmed_at is not None
    assert client.get("/admin").status_code == 200
    assert not (settings().instance / FILE).exists()


def test_the_code_can_be_typed_as_people_type():
    instance = settings().instance

    assert is_first_run_code(f" {code().lower().replace('-', ' ')} ", instance)
    assert not is_first_run_code("", instance)
    assert not is_first_run_code("é", instance)


@pytest.mark.parametrize("wrong", ["", "AAAA-AAAA-AAAA", "é"])
def test_nobody_becomes_admin_without_it(client, wrong):
    response = client.post("/admin/first-run", data={**FIELDS, "code": wrong})

    assert response.status_code == 422
    assert 'value="hypervicky"' in response.text
    assert db.session.scalar(select(Person)) is None


def test_there_is_no_page_once_there_is_an_admin(client):
    AdminFactory()
    known = code()

    assert client.get("/admin/first-run").status_code == 404
    assert client.post("/admin/first-run", data={**FIELDS, "code": known}).status_code == 404


def test_an_admin_needs_a_long_password(client):
    response = client.post("/admin/first-run", data={**FIELDS, "code": code(), "password": "twelve chars"})

    assert response.status_code == 422
    assert "15 characters or more" in response.text


def test_guessing_is_limited(app_with):
    client = app_with(rate_limits=True).test_client()
    wrong = {**FIELDS, "code": "AAAA-AAAA-AAAA"}

    assert [client.post("/admin/first-run", data=wrong).status_code for _ in range(11)] == [422] * 10 + [429]


def test_the_code_is_made_once_and_for_its_owner_alone():
    first = code()

    assert code() == first
    assert (settings().instance / FILE).stat().st_mode & 0o077 == 0
