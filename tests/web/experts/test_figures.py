"""Figures about people: the operator decides whether anybody is shown any."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people import personal
from app.people.models import Person
from app.people.personal import PersonalSide
from app.questions import actions as questions
from app.questions.models import Question
from app.site.actions import choose
from app.site.choices import ChoiceName, Statistics
from tests.support.factories import AdminFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database

OF_PEOPLE = re.compile(
    r"Answers (within|the same|by the|in )|<dt>(Answers|Given|Reputation|Asked)|Expertise|>Accepted</th>|\d+ customers?"
    r"|worked for|questions? waiting|Answering this week|Knows most|Quickest"
)
OF_TEAMS = "Half of the time, they answer within two hours."


@pytest.fixture
def asker():
    return PersonFactory()


@pytest.fixture
def question(asker):
    """One that waits, after three experts answered others soon; one of them is asked to look already."""
    for name, handle in (("Ingrid Solheim", "sanfox"), ("Tomasz Wilk", "netowl"), ("Amara Okafor", "rackfox")):
        expert = ExpertFactory(name=name, handle=handle)
        with write():
            personal.change_personal_side(db.session.get_one(Person, expert.id), PersonalSide(pace_shown=True))
        asked = clock.now() - timedelta(days=1)
        answer = AnswerFactory(question=QuestionFactory(at=asked), author=expert, at=asked + timedelta(hours=1))
        thread = db.session.get_one(Question, answer.question_id)
        with write():
            thread = db.session.get_one(Question, thread.id)
            questions.accept_answer(thread, answer, by=db.session.get_one(Person, thread.author_id))
    deliver_pending()
    return QuestionFactory(author=asker)


def pages(client, sign_in, asker, question):
    """Every page that names experts, by address."""
    public = ("/", "/experts", "/experts?topic=replication", "/experts/posts", "/tags/replication", "/@sanfox")
    own = ("/questions/ask", f"/questions/{question.id}/experts")
    shown = {address: client.get(address).text for address in public}
    return shown | {address: sign_in(asker).get(address).text for address in own}


def decide(statistics):
    admin = AdminFactory()
    with write():
        choose({ChoiceName.PERSONAL_STATISTICS: statistics}, by=db.session.get_one(Person, admin.id))


@pytest.mark.parametrize("statistics", [Statistics.OFF, Statistics.TEAM])
def test_without_them_no_page_has_a_figure_about_anybody(client, sign_in, asker, question, statistics):
    decide(statistics)

    shown = pages(client, sign_in, asker, question)

    assert {address: found[0] for address, text in shown.items() if (found := OF_PEOPLE.search(text))} == {}
    assert (OF_TEAMS in shown["/experts"]) is (statistics is Statistics.TEAM)
    assert client.get("/experts?order=quickest").text.index("Ingrid") > 0


def test_without_them_colleagues_who_endorse_somebody_are_named_and_not_counted(client, sign_in, question):
    for _ in range(5):
        sign_in(ExpertFactory()).post("/@sanfox/endorsements", data={"tag": "replication"})
    assert "and 2 more colleagues" in client.get("/@sanfox").text

    decide(Statistics.OFF)

    assert "and more colleagues" in client.get("/@sanfox").text


def test_with_them_pages_have_them(client, sign_in, asker, question):
    shown = pages(client, sign_in, asker, question)

    for address, words in (
        ("/", "Answers within two hours"),
        ("/experts", "Answers within two hours"),
        ("/experts?topic=replication", "Expertise "),
        ("/@sanfox", "<dt>Answers</dt><dd>within two hours</dd>"),
        (f"/questions/{question.id}/experts", "Answers within two hours"),
    ):
        assert words in shown[address], address


def test_of_fewer_than_three_there_is_no_team_figure(client):
    asked = clock.now() - timedelta(days=1)
    for _ in range(2):
        AnswerFactory(question=QuestionFactory(at=asked), author=ExpertFactory(), at=asked + timedelta(hours=1))
    deliver_pending()

    assert "Half of the time" not in client.get("/experts").text
