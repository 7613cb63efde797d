"""flask recount: silent about right numbers, plain about wrong ones, able to mend them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.affinity.models import AffinityEvent
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.posts.actions import vote
from app.posts.models import Post
from app.questions.models import Question
from app.reputation.models import ReputationTotal
from app.topics.models import Tag
from tests.support.factories import AccountFactory, AnswerFactory, CommentFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database


@pytest.fixture
def recount(app: Flask) -> Callable[..., Any]:
    runner = app.test_cli_runner()
    return lambda *args: runner.invoke(args=["recount", *args])


def make_some_activity() -> None:
    answer, voter = AnswerFactory(accepted=True), PersonFactory()
    CommentFactory(post=answer)
    with write():
        vote(answer, 1, by=voter)
    deliver_pending()


def test_right_numbers_pass(recount):
    make_some_activity()

    result = recount()

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (Post, "helpful_count"),
        (Post, "unhelpful_count"),
        (Post, "comment_count"),
        (Post, "revision_number"),
        (Question, "answer_count"),
        (Tag, "question_count"),
        (ReputationTotal, "points"),
    ],
)
def test_a_wrong_number_is_named_and_can_be_repaired(recount, table: type[Any], column: str):
    make_some_activity()
    with write():
        db.session.execute(update(table.__table__).values({column: 77}))

    named = recount()
    assert named.exit_code == 1
    assert "77" in named.output

    assert recount("--repair").exit_code == 0
    assert recount().exit_code == 0


def test_events_that_are_not_what_the_site_tells_are_named_and_can_be_repaired(recount):
    asker = PersonFactory(account=AccountFactory())
    question = AnswerFactory(question=QuestionFactory(author=asker), accepted=True).question_id
    deliver_pending()
    right = stored_kinds()
    with write():
        db.session.execute(delete(AffinityEvent).where(AffinityEvent.kind == "accept"))
        one = db.session.scalars(select(AffinityEvent)).first()
        orphan = {"account_id": one.account_id, "person_key": one.person_key, "at": one.at, "kind": "invite_joined"}
        db.session.add(AffinityEvent(source="invitation:77", **orphan))

    named = recount()
    assert named.exit_code == 1
    assert named.output.splitlines() == [
        f"The events of question {question} are not what its thread tells.",
        "The events of invitation 77 are not what it tells.",
    ]

    assert recount("--repair").exit_code == 0
    assert recount().exit_code == 0
    assert stored_kinds() == right == ["accept", "ask", "expert_answer"]


def stored_kinds() -> list[str]:
    return sorted(db.session.scalars(select(AffinityEvent.kind)))
