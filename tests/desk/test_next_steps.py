"""Who has the next step after what: the table, and the deeds of the site that follow it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.kernel.db import db, write
from app.people.models import Person
from app.posts.bodies import prepare_body
from app.questions import actions, next_steps
from app.questions.models import Answer, NextStep, Question
from app.questions.next_steps import NOBODY, Deed, Step, step_after
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

ASKED_AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)

ASKER, EXPERT, NONE = NextStep.ASKER, NextStep.EXPERT, NextStep.NONE
INGRID, DIEGO = 7, 8

TABLE = [
    (NOBODY, Deed.ASKED_FOR_MORE, INGRID, Step(ASKER, INGRID)),
    (NOBODY, Deed.EXPERT_ANSWERED, INGRID, Step(ASKER, INGRID)),
    (Step(ASKER, DIEGO), Deed.EXPERT_ANSWERED, INGRID, Step(ASKER, INGRID)),
    (Step(EXPERT, DIEGO), Deed.ASKED_FOR_MORE, INGRID, Step(ASKER, INGRID)),
    (NOBODY, Deed.PEER_ANSWERED, None, Step(ASKER)),
    (Step(ASKER, INGRID), Deed.PEER_ANSWERED, None, Step(ASKER, INGRID)),
    (Step(EXPERT, INGRID), Deed.PEER_ANSWERED, None, Step(EXPERT, INGRID)),
    (NOBODY, Deed.ASKER_WROTE, None, NOBODY),
    (Step(ASKER, INGRID), Deed.ASKER_WROTE, None, Step(EXPERT, INGRID)),
    (Step(ASKER), Deed.ASKER_WROTE, None, NOBODY),
    (Step(EXPERT, INGRID), Deed.ASKER_WROTE, None, Step(EXPERT, INGRID)),
    (NOBODY, Deed.TOOK_IT, INGRID, Step(EXPERT, INGRID)),
    (Step(ASKER, DIEGO), Deed.TOOK_IT, INGRID, Step(EXPERT, INGRID)),
    (Step(EXPERT, DIEGO), Deed.TOOK_IT, INGRID, Step(EXPERT, INGRID)),
    (Step(EXPERT, INGRID), Deed.GAVE_IT_BACK, INGRID, NOBODY),
    (Step(EXPERT, DIEGO), Deed.GAVE_IT_BACK, INGRID, Step(EXPERT, DIEGO)),
    (Step(ASKER, INGRID), Deed.GAVE_IT_BACK, INGRID, Step(ASKER)),
    (Step(ASKER, INGRID), Deed.LAST_ANSWER_WENT, INGRID, NOBODY),
    (Step(ASKER), Deed.LAST_ANSWER_WENT, None, NOBODY),
    (Step(ASKER, DIEGO), Deed.LAST_ANSWER_WENT, None, Step(ASKER, DIEGO)),
    (Step(EXPERT, INGRID), Deed.LAST_ANSWER_WENT, INGRID, Step(EXPERT, INGRID)),
    (Step(ASKER, INGRID), Deed.SETTLED, None, Step(NONE, INGRID)),
    (Step(NONE, INGRID), Deed.ACCEPTANCE_WITHDRAWN, None, Step(EXPERT, INGRID)),
    (Step(NONE), Deed.ACCEPTANCE_WITHDRAWN, None, NOBODY),
    (Step(NONE, INGRID), Deed.REOPENED, None, NOBODY),
]


@pytest.mark.pure
@pytest.mark.parametrize(("now", "deed", "expert_id", "then"), TABLE)
def test_the_table(now, deed, expert_id, then):
    assert step_after(now, deed, expert_id) == then


@pytest.mark.pure
def test_every_deed_stands_in_the_table():
    assert {deed for _, deed, _, _ in TABLE} == set(Deed)


@pytest.fixture
def question():
    return QuestionFactory(at=ASKED_AT)


def step(question):
    db.session.refresh(question)
    return question.next_step, question.next_step_by_id


def asker_of(question):
    return db.session.get_one(Person, question.author_id)


def test_it_goes_back_and_forth_until_the_question_is_solved(question):
    expert = ExpertFactory()
    assert step(question) == ("nobody", None)
    assert question.next_step_since == ASKED_AT

    answer = AnswerFactory(question=question, author=expert, at=ASKED_AT + HOUR)
    assert step(question) == ("asker", expert.id)
    assert question.next_step_since == ASKED_AT + HOUR

    CommentFactory(post=answer, author=asker_of(question), at=ASKED_AT + 2 * HOUR)
    assert step(question) == ("expert", expert.id)
    assert question.next_step_since == ASKED_AT + 2 * HOUR

    AnswerFactory(question=question, author=PersonFactory(), at=ASKED_AT + 3 * HOUR)
    assert step(question) == ("expert", expert.id)
    assert question.next_step_since == ASKED_AT + 2 * HOUR

    with write():
        actions.accept_answer(question, answer, by=asker_of(question))
    assert step(question) == ("none", expert.id)

    CommentFactory(post=answer, author=asker_of(question))
    AnswerFactory(question=question, author=ExpertFactory())
    assert question.next_step == "none"

    with write():
        actions.withdraw_acceptance(question, by=asker_of(question))
    assert step(question)[0] == "expert"


def test_remarks_of_others_change_nothing(question):
    expert = ExpertFactory()
    CommentFactory(post=question, author=expert)
    CommentFactory(post=question, author=PersonFactory())

    assert step(question) == ("nobody", None)


def test_an_edit_by_the_asker_hands_it_back_and_one_by_a_steward_does_not(question):
    expert = ExpertFactory()
    AnswerFactory(question=question, author=expert)
    body = prepare_body("Now with the log that you asked for.")
    draft = actions.Draft(title=question.title, body=body, tags=["replication"])

    with write():
        actions.edit_question(question, draft, by=StewardFactory(), revision_number=1)
    assert step(question) == ("asker", expert.id)

    with write():
        actions.edit_question(question, draft, by=asker_of(question), revision_number=2)
    assert step(question) == ("expert", expert.id)


def test_an_experts_answer_to_their_own_question_is_one_to_try(question):
    expert = ExpertFactory()
    own = QuestionFactory(author=expert)
    AnswerFactory(question=own, author=expert)

    assert step(own) == ("asker", None)


def test_a_deleted_answer_leaves_nothing_to_try_and_a_restored_one_does(question):
    expert = ExpertFactory()
    answer = AnswerFactory(question=question, author=expert)

    with write():
        actions.delete_answer(answer, question, by=expert)
    assert step(question) == ("nobody", None)

    with write():
        actions.restore_answer(answer, question, by=expert)
    assert step(question) == ("asker", expert.id)


def test_one_of_two_answers_goes_and_the_other_can_still_be_tried(question):
    AnswerFactory(question=question, author=ExpertFactory())
    steward = StewardFactory()
    other = AnswerFactory(question=question, author=ExpertFactory())

    with write():
        actions.delete_answer(other, question, by=steward)

    assert step(question)[0] == "asker"


def test_a_closed_question_leaves_nothing_to_do(question):
    with write():
        question.closed_at = ASKED_AT
        next_steps.hand_on(question, Deed.SETTLED)
    with write():
        next_steps.hand_on(question, Deed.TOOK_IT, ExpertFactory().id)
    assert step(question)[0] == "none"

    with write():
        question.closed_at = None
        next_steps.hand_on(question, Deed.REOPENED)
    assert step(question) == ("nobody", None)


def test_a_deleted_accepted_answer_gives_the_step_to_the_last_expert(question):
    expert = ExpertFactory()
    answer = AnswerFactory(question=question, author=expert, accepted=True)

    with write():
        actions.delete_answer(answer, question, by=StewardFactory())

    assert db.session.scalar(select(Question.accepted_answer_id)) is None
    assert db.session.get_one(Answer, answer.id).is_deleted
    assert step(question) == ("expert", expert.id)
