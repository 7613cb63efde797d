"""Whoever is in sales and nothing else reads, and answers requests: whatever form they send, nobody reads of them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed
from app.kernel.events import deliver_pending
from app.marks.actions import Finding, mark_answer
from app.marks.thanks import say_thanks
from app.people.models import Person, Role
from app.people.rules import only_reads
from app.posts import actions as posts
from app.posts.bodies import prepare_body, prepare_comment
from app.questions import actions as questions
from tests.support.client import signed_in
from tests.support.factories import AnswerFactory, PersonFactory, QuestionFactory, SalesFactory
from tests.support.rights import UNSAFE, ask, endpoints, make_world

pytestmark = pytest.mark.one_database


# Tables that others do not read as words of a person, or that are about signing in and reading.
OWN = {
    "account_owners",
    "attachments",
    "audit_entries",
    "drafts",
    "follows",
    "idempotency_keys",
    "join_invitations",
    "letters",
    "notices",
    "one_time_answers",
    "people",
    "people_languages",
    "people_roles",
    "pledges",
    "profile_links",
    "report_views",
    "saved_searches",
    "sessions",
    "sign_ins",
    "uploaded_files",
}
TEXT = "Look at the schedule of the snapshots: they run at two as well."


def tables_about(person: Person) -> set[str]:
    """The tables with a row that points at this person."""
    found = set()
    for table in db.metadata.sorted_tables:
        keys = [key.parent for key in table.foreign_keys if key.column.table.name == "people"]
        if any(db.session.execute(select(key).where(key == person.id).limit(1)).first() for key in keys):
            found.add(table.name)
    return found


def test_no_form_lets_sales_take_part(app: Flask):
    world = make_world("sales")
    for rule, method in endpoints(app):
        if method in UNSAFE and not rule.rule.startswith(("/sales", "/sign-out", "/settings/sessions")):
            assert ask(app, world, rule, method).status_code < 500, rule.rule
    deliver_pending()

    assert tables_about(world.reader) <= OWN


@pytest.mark.parametrize("role", ["member", "expert", "admin"])
def test_the_same_forms_let_others_take_part(app: Flask, role: str):
    world = make_world(role)
    for rule, method in endpoints(app):
        if method in UNSAFE and rule.rule.startswith(("/questions/ask", "/posts/", "/answers/")):
            ask(app, world, rule, method)

    assert {"posts", "comments", "marks", "thanks"} <= tables_about(world.reader)


def test_no_action_takes_a_text_or_a_mark_of_sales():
    seller, question, body = SalesFactory.create(), QuestionFactory.create(), prepare_body(TEXT)
    answer = AnswerFactory.create(question=question)
    draft = questions.Draft(title="Why does replication stop at night?", body=body, tags=["replication"])
    finding = Finding(kind="works", sentence="")
    deeds = (
        lambda: questions.ask_question(draft, by=seller),
        lambda: questions.answer_question(question, body, by=seller),
        lambda: posts.comment_on(answer, prepare_comment(TEXT), by=seller),
        lambda: posts.vote(answer, 1, by=seller),
        lambda: posts.write_revision(answer, by=seller),
        lambda: mark_answer(answer, question, finding, by=seller),
        lambda: say_thanks(answer, question, "You saved my night.", by=seller),
    )
    for deed in deeds:
        with pytest.raises(NotAllowed, match="works in sales reads here"), write():
            deed()


def test_pages_offer_sales_nothing_to_write(app: Flask):
    question = QuestionFactory.create()
    AnswerFactory.create(question=question)
    browser = signed_in(app, SalesFactory.create())

    page = browser.get(f"/questions/{question.id}/{question.slug}").text

    assert "Post your answer" not in page
    assert 'action="/posts/' not in page
    assert browser.get("/questions/ask").status_code == 403


def test_whoever_also_answers_takes_part():
    assert not only_reads(PersonFactory.create(roles=(Role.SALES, Role.EXPERT)))
    assert not only_reads(PersonFactory.create())
    assert only_reads(SalesFactory.create())
