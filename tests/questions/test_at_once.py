"""Several people at the same moment: nobody's text is lost, and nobody waits for another in a circle."""

from __future__ import annotations

from collections.abc import Callable

from app.kernel.db import db
from app.people.models import Person
from app.posts.bodies import prepare_body, prepare_comment
from app.questions import actions
from app.questions.models import Answer, Question
from app.topics.models import Tag
from tests.support.at_once import at_once
from tests.support.factories import AnswerFactory, PersonFactory, StewardFactory

AT_ONCE = 6


def test_the_same_new_tags_come_from_several_people(app):
    author_id = PersonFactory().id
    body = prepare_body("Since Sunday.")

    def ask(number: int) -> Callable[[], object]:
        tags = ["cooling", "firmware"] if number % 2 else ["firmware", "cooling"]
        draft = actions.Draft(title=f"Why does fan number {number} run all night?", body=body, tags=tags)
        return lambda: actions.ask_question(draft, by=db.session.get_one(Person, author_id))

    assert at_once(app, [ask(number) for number in range(AT_ONCE)]) == []

    assert {tag.name: tag.question_count for tag in db.session.query(Tag)} == {"cooling": AT_ONCE, "firmware": AT_ONCE}


def test_comments_come_while_a_steward_deletes_the_answer(app):
    answer = AnswerFactory()
    answer_id, question_id, steward_id = answer.id, answer.question_id, StewardFactory().id
    remark = prepare_comment("Which version is this?")

    def delete_and_restore() -> None:
        post, question, steward = loaded()
        actions.delete_answer(post, question, by=steward)
        actions.restore_answer(post, question, by=steward)

    def comment() -> None:
        post, question, steward = loaded()
        actions.comment_on(post, question, remark, by=steward)

    def loaded() -> tuple[Answer, Question, Person]:
        found = db.session.get_one(Answer, answer_id), db.session.get_one(Question, question_id)
        return (*found, db.session.get_one(Person, steward_id))

    for _ in range(5):
        assert at_once(app, [comment, delete_and_restore] * (AT_ONCE // 2)) == []

    assert db.session.get_one(Answer, answer_id).comment_count == 5 * AT_ONCE // 2
