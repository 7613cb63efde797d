"""The character NUL: pasted logs bring it along, attackers send it, and PostgreSQL keeps none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Question
from tests.support.factories import PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("address", ["/@ana%00", "/tags/%00", "/products/%00", "/photos/%00", "/confirm/%00", "/%00"])
def test_no_page_has_it_in_its_address(client, address):
    assert client.get(address).status_code == 404


def test_a_search_reads_over_it(client):
    assert client.get("/search?q=fan%00speed").status_code == 200


def test_a_question_is_asked_without_it(sign_in):
    asked = {
        "title": "Why does the fan run\0 at full speed?",
        "body": "Since\0 Sunday.",
        "tags": "cool\0ing",
        "version": "5\0.2",
        "idempotency_key": "a\0b",
    }

    assert sign_in(PersonFactory()).post("/questions/ask", data=asked).status_code == 303

    question = db.session.scalars(select(Question)).one()
    assert question.title == "Why does the fan run at full speed?"
    assert question.body == "Since Sunday."
    assert question.product_version == "5.2"
    assert [tag.name for tag in question.tags] == ["cooling"]


@pytest.mark.both_databases
def test_edits_and_profiles_are_kept_without_it(sign_in):
    question = QuestionFactory()
    author = db.session.get_one(Person, question.author_id)
    browser, name = sign_in(author), author.name
    edit = {"title": question.title, "body": "New.", "tags": "cooling", "revision": "1", "reason": "Short\0er"}

    assert browser.post(f"/posts/{question.id}/edit", data=edit).status_code == 303
    profile = {"name": name, "job_title": "Admin\0", "about": "Stor\0age"}
    assert browser.post("/settings/profile", data=profile).status_code == 303
    assert (author.job_title, author.about) == ("Admin", "Storage")


def test_the_rest_of_a_broken_address_is_no_fault_of_ours(client):
    typed = {"email": "ana\0@fernhill.example", "password": "\0", "handle": "a\0na", "name": "Ana\0"}

    for form in ("/sign-in", "/sign-up", "/reset"):
        assert client.post(form, data=typed).status_code in {303, 422}
