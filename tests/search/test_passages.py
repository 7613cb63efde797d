"""Which post of a thread an excerpt is cut from."""

from __future__ import annotations

import pytest

from app.kernel.db import db, write
from app.people.models import Person
from app.questions import actions
from app.questions.models import Question
from app.search.excerpts import Excerpt
from app.search.language import parse
from app.search.lookup import look_up
from app.search.passages import BEGINNING, excerpts_of
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

FILLER = "Nothing of interest is said in this sentence.\n\n" * (BEGINNING // 40)


def shown(question: Question, typed: str) -> Excerpt:
    return excerpts_of([question.id], look_up(parse(typed), None))[question.id]


def words_of(found: Excerpt) -> str:
    return "".join(part.text for part in found.segments)


@pytest.fixture
def ingrid() -> Person:
    return ExpertFactory(name="Ingrid Solheim", handle="sanfox")


@pytest.fixture
def question() -> Question:
    return QuestionFactory(body="The array hums.")


def test_an_answer_is_shown_with_its_place_and_its_author(question, ingrid):
    answer = AnswerFactory(question=question, author=ingrid, body="Oil the bearing.")

    found = shown(question, "bearing")

    assert (words_of(found), found.anchor) == ("Oil the bearing.", f"answer-{answer.id}")
    assert found.said_by == "Ingrid Solheim"


def test_the_accepted_answer_comes_before_the_question_and_that_before_other_answers(question):
    AnswerFactory(question=question, body="Ours hums too.")
    assert shown(question, "hums").anchor == ""

    accepted = AnswerFactory(question=question, body="It hums less with oil.", accepted=True)
    assert shown(question, "hums").anchor == f"answer-{accepted.id}"


def test_where_no_word_stands_the_question_is_shown(question):
    AnswerFactory(question=question, accepted=True)

    assert words_of(shown(question, "tag:replication")) == "The array hums."


def test_a_post_is_found_behind_many_others_and_far_from_its_beginning(question):
    for _ in range(5):
        AnswerFactory(question=question)
    last = AnswerFactory(question=question, body=FILLER + "Replace the grommet.")

    found = shown(question, "grommet")

    assert found.anchor == f"answer-{last.id}"
    assert "Replace the grommet." in words_of(found)


def test_the_end_of_a_long_question_is_shown():
    question = QuestionFactory(body=FILLER + "What is a grommet?")

    assert "What is a grommet?" in words_of(shown(question, "grommet"))


def test_remarks_are_shown(question):
    answer = AnswerFactory(question=question)
    beside = CommentFactory(post=question, body="Is it the grommet?")
    below = CommentFactory(post=answer, body="Ours had a loose gasket.")

    assert shown(question, "grommet").anchor == f"comment-{beside.id}"
    assert shown(question, "gasket").anchor == f"comment-{below.id}"


@pytest.mark.parametrize("typed", ["author:@sanfox hums", "is:expert hums", "type:answer author:@sanfox hums"])
def test_the_post_that_is_asked_for_is_shown(question, ingrid, typed):
    AnswerFactory(question=question, author=PersonFactory(), body="It hums at night.", accepted=True)
    theirs = AnswerFactory(question=question, author=ingrid, body="Oil the bearing.")

    assert shown(question, typed).anchor == f"answer-{theirs.id}"


def test_a_question_is_shown_for_who_asked_it(question):
    asker = db.session.get_one(Person, question.author_id)
    AnswerFactory(question=question, body="It hums at night.", accepted=True)

    assert shown(question, f"author:@{asker.handle} hums").anchor == ""
    assert shown(question, f"author:@{asker.handle} type:answer hums").anchor != ""


def test_what_was_deleted_is_shown_to_nobody(question):
    answer = AnswerFactory(question=question, body=FILLER + "Replace the grommet.")
    CommentFactory(post=answer, body="The grommet, of course.")
    steward = StewardFactory()
    with write():
        actions.delete_answer(answer, question, by=steward)

    assert "grommet" not in words_of(shown(question, "grommet")).lower()


def test_a_deleted_remark_is_not_shown(question):
    remark = CommentFactory(post=question, body="The grommet, of course.")
    with write():
        actions.delete_comment(remark, question, question, by=db.session.get_one(Person, remark.author_id))

    assert "grommet" not in words_of(shown(question, "grommet"))


def test_signs_that_mean_something_to_databases_are_letters_here(question):
    AnswerFactory(question=question, body=FILLER + "Set it to 100% and a_b.")

    for typed in ("100%", "a_b"):
        assert "100%" in words_of(shown(question, typed)), typed


def test_the_number_of_queries_does_not_grow(queries):
    questions = [QuestionFactory() for _ in range(5)]
    for each in questions:
        CommentFactory(post=AnswerFactory(question=each))
    ids = [each.id for each in questions]

    with queries() as few:
        excerpts_of(ids[:1], parse("grommet"))
    with queries() as many:
        excerpts_of(ids, parse("grommet"))

    assert len(few) == len(many) == 2
