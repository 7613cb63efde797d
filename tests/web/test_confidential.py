"""What was asked in confidence is met by nobody else, whatever page, list, count or form they try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.affinity.models import AffinityEvent
from app.cli.recount import find_differences
from app.jobs.indexing import apply_pending
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.posts.models import Comment
from app.questions import actions, queries
from app.questions.models import Answer, Question, Visibility
from app.reputation.queries import shown_total
from app.topics.models import Tag
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.rights import World, ask, endpoints, make_world

pytestmark = pytest.mark.one_database

# Words that stand nowhere but in the confidential thread.
CANARIES = (b"quuxfjord", b"quuxtitle", b"quuxanswer", b"quuxremark", b"quuxtopic", b"Quuxvisor")
STRANGERS = ("guest", "member", "sales")


@pytest.fixture
def company():
    return AccountFactory(name="Heron Rail", domains=["heron.example"])


@pytest.fixture
def asker(company) -> Person:
    return PersonFactory(name="Tessa Heron", account=company)


@pytest.fixture
def thread(asker) -> Question:
    """A confidential question with an answer and remarks; every text of it holds a word of its own."""
    question = QuestionFactory(
        author=asker,
        title="Why does the quuxtitle array lose its peer at night?",
        body="The quuxfjord volume loses its peer.",
        tags=("quuxtopic", "replication"),
        product=ProductFactory(name="Array Nine"),
        involved=(actions.Involved(name="Quuxvisor", version="8.1"),),
        visibility=Visibility.COMPANY,
    )
    answer = AnswerFactory(question=question, body="Set the quuxanswer timeout to 60 s.", accepted=True)
    CommentFactory(post=question, author=asker, body="It is the quuxremark rack.")
    CommentFactory(post=answer, author=asker, body="The quuxremark rack again.")
    settle()
    return question


def settle() -> None:
    deliver_pending()
    apply_pending()


def answer_of(question: Question) -> Answer:
    return db.session.scalars(db.select(Answer).where(Answer.question_id == question.id)).one()


def pointed_at(world: World, question: Question) -> list[World]:
    """The same reader, with every placeholder standing for something of the confidential thread."""
    comment = db.session.scalars(db.select(Comment).where(Comment.post_id == question.id)).one()
    answer = answer_of(question)
    values = {
        **world.values,
        "question_id": question.id,
        "post_id": question.id,
        "answer_id": answer.id,
        "comment_id": comment.id,
    }
    form = {**world.form, "answer": str(answer.id), "question": str(question.id), "comments": str(comment.id)}
    return [
        replace(world, values=values | {"slug": question.slug}, form=form),
        replace(world, values=values | {"post_id": answer.id, "slug": "array-nine"}, form=form),
        replace(world, values=values | {"name": "quuxtopic", "slug": "array-nine"}, form=form),
    ]


def every_way(app: Flask, world: World, question: Question) -> Iterator[tuple[World, Rule, str]]:
    """Every route and method, once for each thing of the thread that its placeholders can stand for."""
    first, *others = pointed_at(world, question)
    for rule, method in endpoints(app):
        yield first, rule, method
        for own in others:
            if any(own.values.get(name) != first.values.get(name) for name in rule.arguments):
                yield own, rule, method


@pytest.mark.parametrize("role", STRANGERS)
def test_a_stranger_meets_no_word_of_it_on_any_path_and_changes_nothing(app: Flask, thread: Question, role: str):
    world = make_world(role)
    settle()
    before = state_of(thread)

    leaks = {
        (method, response.request.path)
        for own, rule, method in every_way(app, world, thread)
        for response in [ask(app, own, rule, method)]
        if any(word in response.data or word in str(response.headers).encode() for word in CANARIES)
    }

    # A page may say back what the reader's own address bar says; nothing else may know the words.
    assert {leak for leak in leaks if "quux" not in leak[1]} == set()
    assert db.session.scalar(queries.visible_to(None).where(Question.id == thread.id)) is None
    assert state_of(thread) == before


def state_of(question: Question) -> tuple[object, ...]:
    db.session.expire_all()
    answer = answer_of(question)
    return (
        question.title,
        question.revision_number,
        question.helpful_count,
        question.comment_count,
        question.answer_count,
        question.accepted_answer_id,
        question.visibility,
        question.same_problem_people,
        question.closed_at,
        question.duplicate_of_id,
        answer.revision_number,
        answer.helpful_count,
        answer.works_people,
        answer.outdated_voices,
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "address",
    [
        "/search?q=quuxfjord",
        "/search?q=quuxtitle&sort=newest",
        "/search?q=tag:quuxtopic",
        "/search?q=author:@tessa-heron",
        "/questions/similar?title=Why+does+the+quuxtitle+array+lose+its+peer",
        "/questions?view=active",
        "/questions?view=solved",
        "/questions?view=confidential",
        "/tags/quuxtopic",
        "/tags",
        "/editor/tags?q=quux",
        "/products/array-nine",
        "/@tessa-heron",
        "/",
        "/sitemap.xml",
    ],
)
def test_somebody_of_another_company_finds_nothing_by_looking(sign_in, thread, address):
    browser = sign_in(PersonFactory(account=AccountFactory(domains=["oakridge.example"])))
    page = browser.get(address)

    # The words that were searched for stand in the search box; nothing of the thread does.
    assert thread.slug not in page.text
    assert f"/questions/{thread.id}" not in page.text


@pytest.mark.both_databases
@pytest.mark.parametrize("maker", [ExpertFactory, StewardFactory, AdminFactory])
def test_those_who_can_help_read_it(sign_in, thread, maker):
    page = sign_in(maker()).get(f"/questions/{thread.id}/{thread.slug}")

    assert page.status_code == 200
    assert all(word.decode() in page.text for word in CANARIES)


@pytest.mark.both_databases
def test_colleagues_read_it_and_former_ones_do_not(sign_in, thread, company):
    colleague = PersonFactory(account=company)
    browser = sign_in(colleague)
    assert browser.get(f"/questions/{thread.id}/{thread.slug}").status_code == 200
    assert thread.title in browser.get("/questions?view=confidential").text

    with write():
        db.session.execute(
            db.text("UPDATE memberships SET until = since WHERE person_id = :person"), {"person": colleague.id}
        )

    assert browser.get(f"/questions/{thread.id}/{thread.slug}").status_code == 404


def test_a_company_question_without_a_company_is_for_its_author_and_the_experts(sign_in):
    asker = PersonFactory()
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    address = f"/questions/{question.id}/{question.slug}"

    assert sign_in(asker).get(address).status_code == 200
    assert sign_in(ExpertFactory()).get(address).status_code == 200
    assert sign_in(PersonFactory()).get(address).status_code == 404


@pytest.mark.both_databases
def test_what_is_for_employees_is_read_by_sales_too_and_by_no_member(sign_in):
    question = QuestionFactory(author=ExpertFactory(), visibility=Visibility.EMPLOYEES)
    address = f"/questions/{question.id}/{question.slug}"

    assert sign_in(SalesFactory()).get(address).status_code == 200
    assert sign_in(PersonFactory()).get(address).status_code == 404


def test_members_cannot_ask_employees_alone(sign_in):
    form = {"title": "Why does the replication stop at night?", "body": "It stops.", "tags": "replication"}
    answer = sign_in(PersonFactory()).post("/questions/ask", data={**form, "visibility": "employees"})

    assert answer.status_code == 422
    assert db.session.scalar(db.select(db.func.count(Question.id))) == 0


def test_what_is_confidential_counts_nowhere_until_it_is_made_public(thread, asker):
    expert = db.session.get_one(Person, answer_of(thread).author_id)
    topic = db.session.scalars(db.select(Tag).where(Tag.name == "quuxtopic")).one()
    assert topic.question_count == 0
    assert db.session.scalar(db.select(db.func.count(AffinityEvent.id))) == 0
    assert shown_total(expert) == 1

    with write():
        actions.change_visibility(thread, Visibility.PUBLIC, by=asker)
    settle()

    assert topic.question_count == 1
    assert db.session.scalar(db.select(db.func.count(AffinityEvent.id))) > 0
    assert shown_total(expert) > 1
    assert list(find_differences()) == []

    with write():
        actions.change_visibility(thread, Visibility.COMPANY, by=asker)
    settle()

    assert topic.question_count == 0
    assert db.session.scalar(db.select(db.func.count(AffinityEvent.id))) == 0
    assert shown_total(expert) == 1
    assert list(find_differences()) == []


def test_the_company_is_withheld_from_everything_the_asker_writes_there(client, sign_in, asker):
    asker_page = sign_in(asker)
    form = {"title": "Why does the replication stop at night?", "body": "It stops.", "tags": "replication"}
    address = asker_page.post("/questions/ask", data={**form, "visibility": "withheld"}).location
    question = db.session.scalars(db.select(Question)).one()
    asker_page.post(f"/posts/{question.id}/comments", data={"body": "Since Sunday, by the way."})
    asker_page.post(f"/questions/{question.id}/answers", data={"body": "It was the cable."})
    settle()

    assert question.author_account_id is not None
    for where in (address, "/questions", "/search?q=replication", f"/posts/{question.id}/comments"):
        page = client.get(where).text
        assert "Heron Rail" not in page, where
    assert "@tessa-heron" in client.get(address).text


def test_withholding_later_takes_the_company_off_what_stands_there_and_back(client, asker):
    question = QuestionFactory(author=asker)
    CommentFactory(post=question, author=asker)
    AnswerFactory(question=question, author=asker)
    address = f"/questions/{question.id}/{question.slug}"
    assert client.get(address).text.count("Heron Rail") >= 2

    with write():
        actions.change_visibility(question, Visibility.PUBLIC, by=asker, company_withheld=True)
    assert "Heron Rail" not in client.get(address).text

    with write():
        actions.change_visibility(question, Visibility.PUBLIC, by=asker)
    assert client.get(address).text.count("Heron Rail") >= 2
