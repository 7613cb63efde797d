"""Asking a particular expert, from their page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.desk.models import Invitation
from app.kernel import clock
from app.kernel.db import db, write
from app.people.actions import set_away
from app.people.models import Person
from app.questions.models import Question
from tests.support.factories import ExpertFactory, PersonFactory

pytestmark = pytest.mark.one_database

ASKED = {"title": "Does replication need its own switch?", "body": "We have one for both.", "tags": "replication"}


@pytest.fixture
def ingrid():
    return ExpertFactory(handle="sanfox", name="Ingrid Solheim")


def calls():
    return [(call.question_id, call.expert_id) for call in db.session.scalars(select(Invitation))]


def test_the_expert_is_asked_to_look_at_once(sign_in, ingrid):
    browser = sign_in(PersonFactory())
    form = browser.get("/questions/ask?ask=sanfox").text
    assert 'name="ask" value="sanfox" checked' in form

    data = {**ASKED, "ask": "sanfox", "idempotency_key": "once"}
    first = browser.post("/questions/ask", data=data)
    assert browser.post("/questions/ask", data=data).location == first.location

    question = db.session.scalars(select(Question)).one()
    assert calls() == [(question.id, ingrid.id)]
    assert "Ingrid has been asked to look" in browser.get(first.location).text


@pytest.mark.parametrize("ask", ["", "nobody-here", "martak", "x" * 29])
def test_nobody_is_asked_who_does_not_answer_here(sign_in, ingrid, ask):
    PersonFactory(handle="martak", name="Marta Kowalska")
    browser = sign_in(PersonFactory())

    assert 'name="ask"' not in browser.get(f"/questions/ask?ask={ask}").text
    assert browser.post("/questions/ask", data={**ASKED, "ask": ask}).status_code == 303
    assert calls() == []


def test_the_question_stands_where_the_expert_is_away(sign_in, ingrid):
    with write():
        set_away(db.session.get_one(Person, ingrid.id), clock.now() + timedelta(days=3))
    browser = sign_in(PersonFactory())

    response = browser.post("/questions/ask", data={**ASKED, "ask": "sanfox"})

    assert "Ingrid is away until" in browser.get(response.location).text
    assert calls() == []
    assert "Ask Ingrid" not in browser.get("/@sanfox").text
