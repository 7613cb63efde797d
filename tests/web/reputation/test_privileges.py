"""What needs reputation where the operator wants that, and what the pages say of it beforehand."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed
from app.people.models import Person
from app.posts.models import Comment, Vote
from app.questions.models import Question, Visibility
from app.reputation.models import ReputationTotal
from app.reputation.privileges import THRESHOLDS, Privilege, check_may, thresholds
from app.site.actions import choose
from app.site.choices import ChoiceName, Privileges
from app.topics.models import Tag
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

NEEDED = {
    Privileges.YOUNG: {"vote_up": 8, "comment": 20, "vote_down": 125, "new_topic": 300},
    Privileges.GROWN: {"vote_up": 15, "comment": 50, "vote_down": 125, "new_topic": 300},
}
EDGES = [(rule, name, points) for rule, needed in NEEDED.items() for name, points in needed.items()]
TITLE = "Why does replication of the second volume stop at night?"


@pytest.fixture
def hold():
    """Let a choice about privileges hold."""
    admin = AdminFactory()

    def choose_it(rule: str) -> None:
        with write():
            choose({ChoiceName.PRIVILEGES: rule}, by=db.session.get_one(Person, admin.id))

    return choose_it


def member_with(points, **fields):
    """A member whose reputation is that much."""
    person = PersonFactory(**fields)
    with write():
        db.session.add(ReputationTotal(person_id=person.id, points=points))
    return person


def try_out(browser, privilege, post):
    """Do what the privilege is about; the answer to the form."""
    if privilege == "new_topic":
        return ask(browser, "replication, brand-new")
    if privilege == "comment":
        return browser.post(f"/posts/{post.id}/comments", data={"body": "Which version is this?"})
    return browser.post(f"/posts/{post.id}/vote", data={"value": 1 if privilege == "vote_up" else -1})


def ask(browser, tags):
    form = {"title": TITLE, "body": "Every night at two.", "tags": tags, "visibility": "public", "intent": "problem"}
    return browser.post("/questions/ask", data=form)


def count(model):
    return len(db.session.scalars(select(model.id)).all())


def test_the_table_is_the_one_that_was_decided():
    assert {rule: {one.value: at[rule] for one, at in THRESHOLDS.items()} for rule in NEEDED} == NEEDED


@pytest.mark.parametrize(("rule", "privilege", "points"), EDGES)
def test_a_deed_is_open_from_its_threshold_on(hold, sign_in, rule, privilege, points):
    question = QuestionFactory()
    hold(rule)

    below = try_out(sign_in(member_with(points - 1)), privilege, question)
    made = count(Vote), count(Comment), len(db.session.scalars(select(Tag)).all())
    at_edge = try_out(sign_in(member_with(points)), privilege, question)

    assert (below.status_code, at_edge.status_code) == (422 if privilege == "new_topic" else 403, 303)
    assert f"from {points} points on. You have {points - 1}:" in below.text
    assert made == (0, 0, 1)


@pytest.mark.parametrize("privilege", ["vote_up", "comment", "vote_down", "new_topic"])
def test_everything_is_open_at_once_unless_the_operator_decides_otherwise(sign_in, privilege):
    assert thresholds() == {}
    assert try_out(sign_in(member_with(-40)), privilege, QuestionFactory()).status_code == 303


@pytest.mark.parametrize("privilege", list(Privilege))
def test_employees_hold_every_privilege_and_an_account_gives_none(hold, privilege):
    hold(Privileges.YOUNG)
    for employee in (ExpertFactory(), StewardFactory()):
        check_may(employee, privilege)

    with pytest.raises(NotAllowed):
        check_may(PersonFactory(account=AccountFactory()), privilege)


def test_whoever_lost_points_has_one_as_everywhere(hold):
    hold(Privileges.YOUNG)
    with pytest.raises(NotAllowed, match=r"You can vote from 8 points on. You have 1: ask a good question or answer"):
        check_may(member_with(-12), Privilege.VOTE_UP)


def test_in_ones_own_threads_and_on_ones_own_answers_a_comment_needs_nothing(hold, sign_in):
    hold(Privileges.GROWN)
    asker, helper = PersonFactory(), PersonFactory()
    question = QuestionFactory(author=asker)
    answer = AnswerFactory(question=question, author=helper)
    other = AnswerFactory(question=question)

    assert try_out(sign_in(asker), "comment", question).status_code == 303
    assert try_out(sign_in(asker), "comment", other).status_code == 303
    assert try_out(sign_in(helper), "comment", answer).status_code == 303
    assert try_out(sign_in(helper), "comment", question).status_code == 403
    assert "What you typed" in try_out(sign_in(helper), "comment", other).text


def test_a_vote_can_be_taken_back_with_too_few_points(hold, sign_in):
    question, person = QuestionFactory(), member_with(8)
    hold(Privileges.YOUNG)
    browser = sign_in(person)
    browser.post(f"/posts/{question.id}/vote", data={"value": 1})
    with write():
        db.session.get_one(ReputationTotal, person.id).points = 7
    page = browser.get(f"/questions/{question.id}/{question.slug}").text

    assert 'aria-pressed="true"' in page
    assert browser.post(f"/posts/{question.id}/vote", data={"value": 0}).status_code == 303
    assert count(Vote) == 0


def test_the_page_says_beforehand_what_needs_points(hold, sign_in):
    question, person = QuestionFactory(), member_with(7, handle="martak")
    hold(Privileges.YOUNG)
    browser = sign_in(person)
    page = browser.get(f"/questions/{question.id}/{question.slug}").text
    form = browser.get("/questions/ask").text

    assert f"/posts/{question.id}/vote" not in page
    assert "Helpful 0 · from 8 points on" in page
    assert "Not helpful · from 125 points on" in page
    assert 'href="/@martak/reputation#privileges"' in page
    assert "You can comment in threads of others from 20 points on. You have 7: ask a good question" in page
    assert "Post your comment" not in page
    assert "You can name a new topic from 300 points on. You have 7: choose among" in form
    listed = browser.get(f"/posts/{question.id}/comments").text
    assert "from 20 points on" in listed
    assert "Post your comment" not in listed


def test_with_the_default_no_page_says_anything_of_points(sign_in):
    question = QuestionFactory()
    browser = sign_in(PersonFactory())

    for address in (f"/questions/{question.id}/{question.slug}", "/questions/ask", f"/posts/{question.id}/comments"):
        assert "points on" not in browser.get(address).text


def test_a_topic_that_exists_can_be_chosen_by_any_of_its_names(hold, sign_in):
    QuestionFactory(tags=["replication"])
    steward = StewardFactory()
    browser = sign_in(steward)
    browser.post("/tags/replication/edit", data={"name": "replication", "synonyms": "mirroring"})
    hold(Privileges.YOUNG)

    assert ask(sign_in(PersonFactory()), "replication").status_code == 303
    assert ask(sign_in(PersonFactory()), "Mirroring").status_code == 303


def test_a_topic_with_a_hidden_name_is_refused_like_one_that_is_not_there(hold, sign_in):
    account = AccountFactory()
    QuestionFactory(author=PersonFactory(account=account), visibility=Visibility.COMPANY, tags=["project-heron"])
    QuestionFactory(tags=["replication"])
    hold(Privileges.YOUNG)
    stranger = sign_in(PersonFactory())
    hidden, missing = ask(stranger, "project-heron"), ask(stranger, "project-osprey")

    assert (hidden.status_code, missing.status_code) == (422, 422)
    for name, answer in (("project-heron", hidden), ("project-osprey", missing)):
        assert f"There is no topic {name} yet. You can name a new topic from 300 points on." in answer.text
        assert TITLE in answer.text


def test_an_edit_keeps_its_topics_and_brings_no_new_one(hold, sign_in):
    asker = PersonFactory()
    question = QuestionFactory(author=asker, tags=["replication"])
    hold(Privileges.YOUNG)
    browser = sign_in(asker)
    form = {"title": TITLE, "body": "Since Sunday, every night at two.", "revision": "1"}

    refused = browser.post(f"/posts/{question.id}/edit", data={**form, "tags": "replication, brand-new"})
    assert refused.status_code == 422
    assert "There is no topic brand-new yet." in refused.text
    assert browser.post(f"/posts/{question.id}/edit", data={**form, "tags": "replication"}).status_code == 303
    assert db.session.get_one(Question, question.id).title == TITLE
