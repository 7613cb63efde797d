"""Choices that narrow a search: how many each, and of what."""

from __future__ import annotations

from datetime import UTC, datetime

from app.kernel.db import db, write
from app.people.models import Person
from app.questions import actions
from app.questions.actions import Involved
from app.questions.models import Question
from app.search.facets import MOST_CHOICES, Choice, facets_of
from app.search.language import Query, parse
from app.search.lookup import look_up
from tests.support.factories import (
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
)


def choices(*questions: Question, typed: str = "replication") -> dict[str, dict[str, int]]:
    """Counts by words by kind."""
    facets = facets_of([question.id for question in questions], look_up(parse(typed), None))
    return {facet.kind: {choice.words: choice.count for choice in facet.choices} for facet in facets}


def choice(words: str, *questions: Question, typed: str) -> tuple[Choice, Query]:
    """A choice by its words, and the query that it is a choice for."""
    query = look_up(parse(typed), None)
    facets = facets_of([question.id for question in questions], query)
    return next(each for facet in facets for each in facet.choices if each.words == words), query


def test_every_kind_is_counted():
    product, other = ProductFactory(name="Array Nine", slug="array-nine"), ProductFactory(name="Box", slug="box")
    waiting = QuestionFactory(at=datetime(2024, 12, 31, 23, 59, tzinfo=UTC), tags=("fans",), product=product)
    solved = QuestionFactory(
        at=datetime(2025, 1, 1, tzinfo=UTC),
        tags=("fans", "noise"),
        product=other,
        involved=(Involved(name="Array Nine", product=product), Involved(name="Nobody's")),
    )
    ingrid = ExpertFactory(name="Ingrid Solheim", handle="Ingrid")
    AnswerFactory(question=solved, author=ingrid, accepted=True)
    AnswerFactory(question=solved, author=ingrid)
    AnswerFactory(question=solved, author=PersonFactory(name="Ben Member"))

    assert choices(waiting, solved) == {
        "type": {"Questions": 2, "With an answer": 1},
        "state": {"Solved": 1, "Answered by an expert": 1, "Waiting for an answer": 1},
        "tag": {"fans": 2, "noise": 1},
        "product": {"Array Nine": 2, "Box": 1},
        "expert": {"Ingrid Solheim": 1},
        "year": {"2025": 1, "2024": 1},
    }


def test_kinds_without_a_choice_are_left_out_and_nothing_found_asks_nothing(queries):
    assert set(choices(QuestionFactory())) == {"type", "state", "tag", "year"}
    with queries() as seen:
        assert facets_of([], parse("replication")) == []
    assert not seen


def test_other_questions_are_not_counted():
    question, _ = QuestionFactory(tags=("fans",)), AnswerFactory(accepted=True)

    assert choices(question)["tag"] == {"fans": 1}
    assert choices(question)["state"] == {"Waiting for an answer": 1}


def test_who_wrote_what_was_deleted_is_neither_counted_nor_named():
    answer = AnswerFactory()
    question, author = db.session.get_one(Question, answer.question_id), db.session.get_one(Person, answer.author_id)
    with write():
        actions.delete_answer(answer, question, by=author)

    found = choices(question)

    assert "expert" not in found
    assert found["type"] == {"Questions": 1}
    assert found["state"] == {"Waiting for an answer": 1}


def test_who_has_no_page_any_more_is_not_named():
    answer = AnswerFactory()
    with write():
        db.session.get_one(Person, answer.author_id).active = False

    found = choices(db.session.get_one(Question, answer.question_id))

    assert "expert" not in found
    assert found["state"] == {"Answered by an expert": 1}


def test_there_are_no_more_choices_than_one_can_take_in_and_the_most_frequent_come_first():
    names = [f"tag{letter}" for letter in "abcdefghij"]
    found = [QuestionFactory(tags=(name,)) for name in names] + [QuestionFactory(tags=("tagj",))]

    assert list(choices(*found)["tag"]) == ["tagj", *names[: MOST_CHOICES - 1]]


def test_what_is_chosen_is_always_among_the_choices():
    found = [QuestionFactory(tags=("zebra", f"tag{letter}")) for letter in "abcdefghij"]
    few = QuestionFactory(tags=("yak",))

    assert list(choices(*found, few, typed="tag:yak replication")["tag"])[:2] == ["yak", "zebra"]


def test_choices_narrow_the_search_and_widen_it_again():
    question = QuestionFactory(tags=("fans",), at=datetime(2025, 3, 1, tzinfo=UTC))
    AnswerFactory(question=question, author=ExpertFactory(name="Ingrid Solheim", handle="SanFox"), accepted=True)

    for words, narrowed in (
        ("fans", "replication tag:fans"),
        ("Solved", "replication is:solved"),
        ("With an answer", "replication type:answer"),
        ("Ingrid Solheim", "replication author:@sanfox"),
        ("2025", "replication after:2025-01-01 before:2025-12-31"),
    ):
        free, query = choice(words, question, typed="replication")
        assert not free.is_chosen
        assert str(free.toggled(query)) == narrowed
        taken, query = choice(words, question, typed=narrowed)
        assert taken.is_chosen
        assert str(taken.toggled(query)) == "replication"


def test_a_choice_is_taken_by_whatever_name():
    product = ProductFactory(name="Array Nine", slug="array-nine")
    question = QuestionFactory(product=product)

    taken, query = choice("Array Nine", question, typed='replication product:"array nine"')

    assert taken.is_chosen
    assert str(taken.toggled(query)) == "replication"


def test_each_kind_costs_one_query(queries):
    ids = [AnswerFactory(question=QuestionFactory(product=ProductFactory())).question_id for _ in range(4)]
    for few in (ids[:1], ids):
        with queries() as seen:
            facets_of(few, parse("replication"))
        assert len(seen) == 6
