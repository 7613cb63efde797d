"""Whoever is in sales and nothing else reads, and answers requests: whatever form they send, nobody reads of them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app.kernel.db import db, write
from app.kernel.errors import NotAllowed
from app.kernel.events import deliver_pending
from app.marks.actions import Finding, mark_answer
from app.marks.thanks import say_thanks
from app.notifications.actions import follow
from app.notifications.models import Follow
from app.people.invitations import make_invitation
from app.people.models import Person, PersonRole, Role
from app.people.rules import only_reads
from app.posts import actions as posts
from app.posts.bodies import prepare_body, prepare_comment
from app.posts.drafts import Place, save_draft
from app.questions import actions as questions
from app.search import saved
from app.web.security.only_reading import ALLOWED, COMING_IN, TAKING_BACK, THEIR_OWN
from tests.support.client import signed_in
from tests.support.factories import AnswerFactory, PersonFactory, QuestionFactory, SalesFactory
from tests.support.rights import UNSAFE, ask, endpoints, make_world

pytestmark = pytest.mark.one_database


# Tables about themselves: signing in, reading, and how they look to others. A follow is one that has ended.
OWN = {
    "account_owners",
    "audit_entries",
    "follows",
    "letters",
    "notices",
    "one_time_answers",
    "people",
    "people_languages",
    "people_roles",
    "pledges",
    "profile_links",
    "report_views",
    "sessions",
    "sign_ins",
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


def forms(app: Flask) -> list[tuple[Rule, str]]:
    """Every form of the members' side and the method it is sent with, but for the ends of sessions."""
    elsewhere = ("/sales", "/sign-out", "/settings/sessions")
    return [pair for pair in endpoints(app) if pair[1] in UNSAFE and not pair[0].rule.startswith(elsewhere)]


def only_in_sales(person: Person) -> None:
    """Let somebody be in sales, and nothing else from now on."""
    if not only_reads(person):
        with write():
            db.session.get_one(Person, person.id).roles_held[:] = [PersonRole(role=Role.SALES)]


def test_no_form_lets_sales_take_part(app: Flask):
    world = make_world("sales")
    for rule, method in forms(app):
        assert ask(app, world, rule, method).status_code < 500, rule.rule
    deliver_pending()

    assert tables_about(world.reader) <= OWN
    lasting = select(Follow).where(Follow.person_id == world.reader.id, Follow.ended_at.is_(None))
    assert db.session.scalars(lasting).all() == []


@pytest.mark.parametrize("was", ["sales", "author", "expert"])
def test_a_form_is_named_for_sales_or_refused(app: Flask, was: str):
    """Also for somebody who asked or answered here before they came to sales."""
    world = make_world(was)
    only_in_sales(world.reader)

    for rule, method in forms(app):
        if rule.endpoint in ALLOWED:
            continue
        response = ask(app, world, rule, method)
        said = f"{method} {rule.rule} ({rule.endpoint}): {response.status}"
        if rule.rule.startswith("/admin"):
            # What is there for the first admin alone is hidden from everybody by now.
            assert response.status_code in {403, 404}, said
        else:
            assert response.status_code == 403, said
            assert "works in sales reads here" in response.text, said


def test_what_is_named_for_sales_is_there_and_no_more_than_once(app: Flask):
    written = {rule.endpoint for rule, method in endpoints(app) if method in UNSAFE}

    assert written >= ALLOWED
    assert len(ALLOWED) == len(COMING_IN) + len(THEIR_OWN) + len(TAKING_BACK)


def test_whoever_came_to_sales_takes_back_what_they_kept_before(app: Flask):
    world = make_world("author")
    only_in_sales(world.reader)
    browser = signed_in(app, world.reader)

    for path in (
        f"/drafts/{world.values['draft_id']}/deletion",
        f"/searches/{world.values['search_id']}/remove",
        f"/settings/invitations/{world.values['invitation_id']}/withdrawal",
        f"/questions/{world.values['question_id']}/follow/remove",
        f"/files/{world.values['file_token']}/deletion",
    ):
        assert browser.post(path).status_code in {200, 303}, path

    assert not {"drafts", "saved_searches", "attachments"} & tables_about(world.reader)


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


def test_pages_offer_sales_nothing_to_keep_and_nobody_to_invite(app: Flask):
    question = QuestionFactory.create()
    browser = signed_in(app, SalesFactory.create())
    home = browser.get("/").text

    assert not any(f'href="{page}"' in home for page in ("/drafts", "/searches", "/files", "/questions/ask"))
    assert f"/questions/{question.id}/follow" not in browser.get(f"/questions/{question.id}/{question.slug}").text
    assert 'action="/searches"' not in browser.get("/search?q=replication").text
    assert 'action="/settings/invitations"' not in browser.get("/settings/invitations").text
    assert "/settings/invitations" not in browser.get("/settings/profile").text
    assert browser.get("/files/new").status_code == 403
    for page in ("/drafts", "/searches", "/files"):
        assert "/questions/ask" not in browser.get(page).text.partition("<main")[2]


def test_no_action_keeps_or_follows_or_invites_for_sales():
    seller, question = SalesFactory.create(), QuestionFactory.create()
    deeds = (
        lambda: save_draft(Place.read("question"), {"title": "Why does it stop?"}, by=seller),
        lambda: saved.save("replication", by=seller),
        lambda: make_invitation(seller, None, "for a colleague"),
        lambda: follow(question, by=seller),
    )
    for deed in deeds:
        with pytest.raises(NotAllowed, match="works in sales reads here"), write():
            deed()


def test_whoever_also_answers_takes_part():
    assert not only_reads(PersonFactory.create(roles=(Role.SALES, Role.EXPERT)))
    assert not only_reads(PersonFactory.create())
    assert only_reads(SalesFactory.create())
