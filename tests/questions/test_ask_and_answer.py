"""Asking and answering: what is published, what it carries, and what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts import actions as accounts
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.people import actions as people
from app.people.models import Person, Role
from app.posts import actions as posts
from app.posts.bodies import prepare_body
from app.questions import actions, queries
from app.questions.models import Question
from app.topics.models import Tag
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)


def test_a_question_carries_its_author_s_company_of_that_day():
    account = AccountFactory(name="Fernhill Hospitals")
    asker = PersonFactory(account=account)
    question = QuestionFactory(author=asker)

    with write():
        accounts.add_account("Osprey Rail", domains=["osprey.example"])
        asker.email = "asker@osprey.example"
        people.confirm_address(asker)
        accounts.map_by_address(asker, company_domains=())

    assert question.author_employer == "Fernhill Hospitals"
    assert question.author_account_id == account.id


def test_an_answer_carries_its_author_s_role_of_that_day():
    expert = ExpertFactory(job_title="Storage engineer")
    answer = AnswerFactory(author=expert)
    with write():
        people.revoke_role(expert, Role.EXPERT)
        expert.job_title = "Gardener"

    assert (answer.author_role, answer.author_title) == ("expert", "Storage engineer")
    assert answer.author_employer == "Northwind Systems"


def test_an_answer_counts_and_is_the_last_activity():
    question = QuestionFactory()
    answer = AnswerFactory(question=question)

    assert question.answer_count == 1
    assert question.last_activity_at == answer.created_at
    assert (question.last_activity_kind, question.last_activity_by_id) == ("answered", answer.author_id)


def test_tags_are_shared_and_counted():
    QuestionFactory(tags=("Replication", "fire wall"))
    QuestionFactory(tags=("replication",))

    counts = {tag.name: tag.question_count for tag in db.session.scalars(select(Tag))}
    assert counts == {"replication": 2, "fire-wall": 1}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "Too short"}, "at least 15"),
        ({"title": "x" * 151}, "150"),
        ({"tags": []}, "at least one tag"),
        ({"tags": ["a", "b", "c", "d", "e", "f"]}, "5 tags"),
        ({"tags": ["<script>"]}, "letters, digits"),
    ],
)
def test_a_draft_that_breaks_a_limit_is_refused_with_a_sentence(changes: dict[str, object], sentence: str):
    author = PersonFactory()
    draft = {"title": "Why does replication stop at night?", "body": prepare_body("It stops."), "tags": ["x"]}

    with pytest.raises(RuleBroken, match=sentence), write():
        actions.ask_question(actions.Draft(**{**draft, **changes}), by=author)


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 30_001])
def test_a_body_that_is_empty_or_too_long_is_refused(body: str):
    with pytest.raises(RuleBroken):
        prepare_body(body)


def test_a_deleted_question_is_seen_by_its_author_and_stewards_alone():
    question, other, steward = QuestionFactory(), PersonFactory(), StewardFactory()
    author = db.session.get_one(Person, question.author_id)
    with write():
        actions.delete_question(question, by=author)

    def sees(viewer: Person | None) -> bool:
        return question in db.session.scalars(queries.visible_to(viewer)).all()

    assert [sees(viewer) for viewer in (None, other, author, steward)] == [False, False, True, True]


def test_the_answers_read_accepted_first_then_by_votes_then_in_the_order_they_came():
    question = QuestionFactory()
    first, second, third, fourth = (AnswerFactory(question=question) for _ in range(4))
    with write():
        posts.vote(third, 1, by=PersonFactory())
        actions.accept_answer(question, fourth, by=db.session.get_one(Person, question.author_id))

    page = queries.answers_page(db.session.scalars(select(Question)).one())
    assert [answer.id for answer in page.items] == [fourth.id, third.id, first.id, second.id]
