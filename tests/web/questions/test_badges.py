"""The badge of a post says what its author was when they wrote, and beside it what they are today."""

import re

import pytest

from app.accounts import actions as accounts
from app.kernel.db import db, write
from app.kernel.settings import settings
from app.people import actions as people
from app.people.models import Person, Role
from app.questions.models import Question
from app.web.questions.badges import today_beside
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database


def today(post):
    db.session.expire_all()
    assert post.author_id == db.session.get_one(Person, post.author_id).id
    post.author = db.session.get_one(Person, post.author_id)
    found = today_beside([post]).get(post.id, "")
    db.session.rollback()
    return found


def page_of(client, question):
    return client.get(f"/questions/{question.id}/{question.slug}").text


def test_a_new_title_stands_beside_the_one_of_then(client):
    vera = ExpertFactory(job_title="Storage engineer")
    answer = AnswerFactory(author=vera)
    question = db.session.get_one(Question, answer.question_id)
    assert "since-then" not in page_of(client, question)

    with write():
        vera.job_title = "Head of storage"
    seen = page_of(client, question)

    badge = re.search(r'<details class="since-then">.*?</details>', seen, re.DOTALL)[0]
    assert "then Storage engineer, <b>Northwind Systems</b>" in badge
    assert "Today: Head of storage, Northwind Systems" in badge
    assert badge.startswith('<details class="since-then"><summary class="nametag">')


def test_who_works_here_no_longer_and_who_does_now():
    vera, ana = ExpertFactory(), PersonFactory()
    answer, question = AnswerFactory(author=vera), QuestionFactory(author=ana)
    with write():
        people.revoke_role(vera, Role.EXPERT)
        people.grant_role(ana, Role.EXPERT)
        ana.job_title = "Network engineer"

    assert today(answer) == "no longer at Northwind Systems"
    assert today(question) == "Network engineer, Northwind Systems"


def test_another_company_shows_only_where_either_is_shown():
    acme, birch = AccountFactory(name="Acme Mills"), AccountFactory(name="Birch Bank", domains=["birch.example"])
    ana = PersonFactory(account=acme)
    said, withheld = QuestionFactory(author=ana), QuestionFactory(author=ana, company_withheld=True)
    assert (said.author_employer, withheld.author_employer) == ("Acme Mills", "")
    assert today(said) == today(withheld) == ""

    with write():
        moved = db.session.get_one(Person, ana.id)
        moved.email_domain = "birch.example"
        accounts.map_by_address(moved, company_domains=settings().company_domains)
    assert (today(said), today(withheld)) == (birch.name, "")
    with write():
        db.session.get_one(Person, ana.id).company_shown = False
    assert today(said) == today(withheld) == ""


def test_machines_read_the_badge_too(client):
    vera = ExpertFactory(name="Vera Lind", handle="vera", job_title="Storage engineer")
    answer = AnswerFactory(author=vera)
    question = db.session.get_one(Question, answer.question_id)

    feed = client.get(f"/questions/{question.id}.atom").text
    assert "<name>Vera Lind (@vera), Employee: Storage engineer, Northwind Systems</name>" in feed
    asker = db.session.get_one(Person, question.author_id)
    assert f"<name>{asker.name} (@{asker.handle})</name>" in feed
    assert '"jobTitle": "Storage engineer"' in page_of(client, question)
    assert page_of(client, question).count('"worksFor"') == 1
