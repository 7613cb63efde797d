"""Whatever changes the words of a thread, or what filters ask for, makes the index take it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, select

from app.curation.closures import close_question, reopen_question
from app.curation.duplicates import confirm_duplicate, propose_duplicate
from app.curation.mergers import merge_threads
from app.curation.moves import move_question
from app.curation.openings import make_confidential
from app.curation.splits import chosen, prepare_split, split_comments
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.posts.bodies import prepare_body, prepare_comment
from app.posts.models import Comment
from app.questions import actions
from app.questions.models import Answer, CloseReason, Question
from app.questions.tagging import take_in
from app.search import documents
from app.search.models import PendingThread
from app.search.port import Change
from app.topics.actions import TopicText, edit_tag
from app.topics.models import Product, Tag
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)


@dataclass(frozen=True)
class World:
    """The ids of two threads, and of who and what is there."""

    question_id: int
    answer_id: int
    remark_id: int
    other_id: int
    steward_id: int
    product_id: int

    @property
    def question(self) -> Question:
        return db.session.get_one(Question, self.question_id)

    @property
    def answer(self) -> Answer:
        return db.session.get_one(Answer, self.answer_id)

    @property
    def remark(self) -> Comment:
        return db.session.get_one(Comment, self.remark_id)

    @property
    def other(self) -> Question:
        return db.session.get_one(Question, self.other_id)

    @property
    def steward(self) -> Person:
        return db.session.get_one(Person, self.steward_id)

    @property
    def product(self) -> Product:
        return db.session.get_one(Product, self.product_id)

    @property
    def asker(self) -> Person:
        return db.session.get_one(Person, self.question.author_id)

    @property
    def expert(self) -> Person:
        return db.session.get_one(Person, self.answer.author_id)

    def edit(self, **changed: object) -> None:
        facts = {"title": self.question.title, "body": WORDS, "tags": ["replication"], **changed}
        number = self.question.revision_number
        actions.edit_question(self.question, actions.Draft(**facts), by=self.asker, revision_number=number)


WORDS = prepare_body("Other words.")
COMMENT = prepare_comment("One more.")


def make_world() -> World:
    """Two threads, and who may do things to them; all of it was told."""
    question = QuestionFactory(body="Other words.")
    world = World(
        question_id=question.id,
        answer_id=AnswerFactory(question=question).id,
        remark_id=CommentFactory(post=question).id,
        other_id=QuestionFactory(tags=("backup",)).id,
        steward_id=StewardFactory().id,
        product_id=ProductFactory().id,
    )
    marked()
    return world


def tag(name: str) -> Tag:
    return db.session.scalars(select(Tag).where(Tag.name == name)).one()


def rename_topic(world: World) -> None:
    edit_tag(tag("replication"), TopicText(name="mirroring"), by=world.steward)


def split_off(world: World) -> None:
    split = prepare_split("A question of its own?", ["backup"], chosen(world.question, [world.remark_id]))
    split_comments(world.question, world.question, split, by=world.steward)


def say_it_is_a_duplicate(world: World) -> None:
    """A steward's word decides at once, an expert's waits for one."""
    by = ExpertFactory()
    confirm_duplicate(propose_duplicate(world.other, world.question, by=by), world.other, by=world.steward)


def involve(world: World) -> None:
    world.edit(involved=[actions.Involved(name=world.product.name, product=world.product)])


def accept(world: World) -> None:
    actions.accept_answer(world.question, world.answer, by=world.asker)


def delete_question(world: World) -> None:
    actions.delete_question(world.question, by=world.steward)


def delete_answer(world: World) -> None:
    actions.delete_answer(world.answer, world.question, by=world.expert)


def close(world: World) -> None:
    close_question(world.other, CloseReason.UNCLEAR, by=world.steward)


def narrow(world: World) -> None:
    make_confidential(world.question, by=world.asker)


Deed = Callable[[World], object]

# What is done, after what has been done and told already.
DEEDS: dict[str, tuple[list[Deed], Deed]] = {
    "answer": ([], lambda world: actions.answer_question(world.other, WORDS, by=world.expert)),
    "comment": ([], lambda world: actions.comment_on(world.answer, world.question, COMMENT, by=world.asker)),
    "accept": ([], accept),
    "withdraw acceptance": ([accept], lambda world: actions.withdraw_acceptance(world.question, by=world.asker)),
    "edit the title": ([], lambda world: world.edit(title="Why does it hum every night?")),
    "edit the text": ([], lambda world: world.edit(body=prepare_body("Quite another text."))),
    "edit the tags": ([], lambda world: world.edit(tags=["backup"])),
    "edit the product": ([], lambda world: world.edit(product=world.product)),
    "involve a product": ([], involve),
    "edit an answer": (
        [],
        lambda world: actions.edit_answer(world.answer, WORDS, by=world.expert, revision_number=1),
    ),
    "move to other topics": ([], lambda world: move_question(world.question, ["backup"], by=world.steward)),
    "rename a topic": ([], rename_topic),
    "take a topic in": ([], lambda world: take_in(tag("backup"), tag("replication"), by=world.steward)),
    "delete a question": ([], delete_question),
    "restore a question": (
        [delete_question],
        lambda world: actions.restore_question(world.question, by=world.steward),
    ),
    "delete an answer": ([], delete_answer),
    "delete the accepted answer": (
        [accept],
        lambda world: actions.delete_answer(world.answer, world.question, by=world.steward),
    ),
    "restore an answer": (
        [delete_answer],
        lambda world: actions.restore_answer(world.answer, world.question, by=world.steward),
    ),
    "delete a comment": (
        [],
        lambda world: actions.delete_comment(world.remark, world.question, world.question, by=world.steward),
    ),
    "make confidential": ([], narrow),
    "open": ([narrow], lambda world: actions.change_visibility(world.question, "public", by=world.asker)),
    "close": ([], close),
    "reopen": ([close], lambda world: reopen_question(world.other, by=world.steward)),
    "confirm a duplicate": ([], say_it_is_a_duplicate),
    "merge": ([], lambda world: merge_threads(world.question, world.other, by=world.steward)),
    "split": ([], split_off),
}


def told() -> dict[int, Change]:
    """What the index would be told of every question."""
    ids = db.session.scalars(select(Question.id)).all()
    return {change.id: change for change in documents.changes(ids)}


def marked() -> set[int]:
    """The questions that the index is to take anew, once everything was delivered; they wait no longer."""
    deliver_pending()
    found = set(db.session.scalars(select(PendingThread.question_id)))
    with write():
        db.session.execute(delete(PendingThread))
    return found


@pytest.mark.parametrize("name", DEEDS)
def test_what_changes_a_thread_marks_it(name, once):
    before, deed = DEEDS[name]
    world = once(make_world)
    for each in before:
        with write():
            each(world)
    if before:
        marked()
    formerly = told()
    with write():
        deed(world)
    now = told()
    changed = {question_id for question_id, change in now.items() if change != formerly.get(question_id)}

    assert changed, "the deed is one that the index has to follow"
    assert changed <= marked()


def test_a_new_question_is_marked():
    PersonFactory()
    question = QuestionFactory()

    assert marked() == {question.id}
