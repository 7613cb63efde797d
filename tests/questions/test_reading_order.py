"""The order in which answers are read, by what was said of them, and for the version that a reader runs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.db import db, write
from app.marks.actions import Finding, mark_answer, settle_mark
from app.marks.models import Mark
from app.marks.rules import versions_within
from app.marks.versions import placing_for, versions_named
from app.people.models import Person
from app.questions import order, queries
from app.questions.actions import delete_answer
from app.questions.models import Answer, Question
from tests.support.factories import (
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

SENTENCE = "From 7.2 on the sender needs a keepalive."


@pytest.fixture
def question() -> Question:
    return QuestionFactory(product=ProductFactory(versions=("7.1", "7.2", "7.10")), product_version="7.2")


def in_order(question: Question, version: str = "") -> list[int]:
    return [
        answer.id
        for answer in queries.answers_page(question, by=placing_for(question, version) if version else ()).items
    ]


def say(answer: Answer, kind: str, *, by: Person, version: str = "") -> None:
    with write():
        question = db.session.get_one(Question, answer.question_id)
        mark_answer(answer, question, Finding(kind=kind, version=version, sentence=SENTENCE), by=by)


def answers_with(question: Question, *numbers: dict[str, int]) -> list[int]:
    """Answers that were given in this order, with these kept numbers."""
    made = [AnswerFactory(question=question) for _ in numbers]
    with write():
        for answer, kept in zip(made, numbers, strict=True):
            for name, number in kept.items():
                setattr(answer, name, number)
    return [answer.id for answer in made]


def test_what_is_accepted_recommended_helpful_and_works_comes_first_and_warnings_last(question):
    ids = answers_with(
        question,
        {"dangerous_voices": 2, "recommended_count": 2, "helpful_count": 60, "works_voices": 20},
        {"outdated_voices": 2, "recommended_count": 2, "helpful_count": 60, "works_voices": 20},
        {"unhelpful_count": 3},
        {},
        {"outdated_voices": 1, "helpful_count": 1},
        {"works_voices": 3, "fails_voices": 1},
        {"helpful_count": 24},
        {"recommended_count": 1},
        {"helpful_count": 60},
    )
    accepted = AnswerFactory(question=question, accepted=True).id
    dangerous, outdated, disliked, nothing, doubted, works, helpful, recommended, loved = ids

    said_well = [accepted, loved, recommended, helpful, works]
    assert in_order(question) == [*said_well, nothing, disliked, doubted, outdated, dangerous]


def test_of_equals_the_earlier_one_comes_first(question):
    ids = answers_with(question, {}, {}, {})

    assert in_order(question) == ids


def test_what_was_deleted_comes_after_what_can_be_read(question):
    first, second = answers_with(question, {"helpful_count": 9}, {"dangerous_voices": 4})
    with write():
        delete_answer(db.session.get_one(Answer, first), question, by=StewardFactory())

    assert in_order(question) == [second, first]


def test_an_accepted_answer_sinks_for_whoever_runs_a_version_for_which_it_is_outdated(question):
    accepted, other = AnswerFactory(question=question, accepted=True), AnswerFactory(question=question)
    say(accepted, "outdated", by=PersonFactory(), version="7.2")

    assert in_order(question) == [accepted.id, other.id]
    assert in_order(question, "7.2") == [other.id, accepted.id]
    assert in_order(question, "7.2.4") == [other.id, accepted.id]
    assert in_order(question, "7.1") == [accepted.id, other.id]
    assert in_order(question, "7.20") == [accepted.id, other.id]


def test_a_warning_of_an_expert_sinks_an_answer_but_not_for_the_version_where_it_holds(question):
    accepted, other = AnswerFactory(question=question, accepted=True), AnswerFactory(question=question)
    say(accepted, "outdated", by=ExpertFactory(), version="7.2")

    assert in_order(question) == [other.id, accepted.id]
    assert in_order(question, "7.1") == [accepted.id, other.id]


def test_a_warning_without_a_version_is_one_for_all(question):
    first, second = AnswerFactory(question=question), AnswerFactory(question=question)
    say(first, "outdated", by=PersonFactory())

    assert in_order(question, "7.1") == [second.id, first.id]


def test_a_settled_warning_moves_nothing(question):
    first, second = AnswerFactory(question=question), AnswerFactory(question=question)
    say(first, "outdated", by=PersonFactory(), version="7.2")
    with write():
        warning = db.session.query(Mark).one()
        settle_mark(warning, first, question, "The answer says so now.", by=StewardFactory())

    assert in_order(question, "7.2") == [first.id, second.id]


def test_what_works_with_the_readers_version_rises(question):
    first, second = AnswerFactory(question=question), AnswerFactory(question=question)
    for version, answer in (("7.1", first), ("7.1", first), ("7.2", second)):
        say(answer, "works", by=PersonFactory(), version=version)

    assert in_order(question) == [first.id, second.id]
    assert in_order(question, "7.2") == [second.id, first.id]


def test_pages_by_key_show_every_answer_once(question, monkeypatch):
    monkeypatch.setattr(queries, "ANSWERS_A_PAGE", 3)
    ids = answers_with(question, *({"helpful_count": number % 3} for number in range(8)))
    say(db.session.get_one(Answer, ids[2]), "outdated", by=PersonFactory(), version="7.2")

    for by in ((), placing_for(question, "7.2")):
        seen, after = [], None
        while True:
            page = queries.answers_page(question, after, by=by)
            seen += [answer.id for answer in page.items]
            after = page.next_key
            if after is None:
                break
        assert sorted(seen) == sorted(ids)
    assert seen[-1] == ids[2]


def test_the_versions_to_choose_from_are_those_that_are_named(question):
    say(AnswerFactory(question=question), "works", by=PersonFactory(), version="7.2.4")

    with db.session.no_autoflush:
        loaded = db.session.scalars(queries.for_page(queries.visible_to(None))).unique().one()
    assert versions_named(loaded) == ["7.1", "7.2", "7.2.4", "7.10"]


@pytest.mark.parametrize(
    ("version", "within"), [("7.2.4", ["7.2.4", "7.2", "7"]), ("BMC 5.1", ["BMC 5.1", "BMC 5"]), ("7", ["7"])]
)
def test_a_mark_for_a_version_speaks_of_what_begins_like_it(version, within):
    assert versions_within(version) == within


counts = st.integers(0, 70)
kept_numbers = st.fixed_dictionaries(
    {
        "recommended_count": counts,
        "helpful_count": counts,
        "unhelpful_count": counts,
        "works_voices": counts,
        "fails_voices": counts,
        "outdated_voices": st.integers(0, 3),
        "dangerous_voices": st.integers(0, 3),
    }
)


def test_what_readers_are_told_is_what_the_database_orders_by(fresh):
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(st.lists(kept_numbers, min_size=1, max_size=4), st.integers(0, 3), st.booleans())
    def holds(numbers: list[dict[str, int]], accepted: int, outdated: bool) -> None:
        fresh()
        question = QuestionFactory()
        ids = answers_with(question, *numbers)
        with write():
            question.accepted_answer_id = ids[accepted % len(ids)]
        rows = queries.answers_to(question).add_columns(order.points(question, outdated=outdated))
        for answer, points in db.session.execute(rows):
            told = order.shares(answer, question, outdated=outdated)
            assert sum(share.points for share in told) == points

    holds()


@pytest.mark.parametrize("kept", [{}, {"helpful_count": 80, "works_voices": 30, "recommended_count": 9}])
def test_a_standing_warning_outweighs_everything_else(kept):
    numbers = dict.fromkeys(
        ["recommended_count", "helpful_count", "unhelpful_count", "works_voices", "fails_voices", "dangerous_voices"], 0
    )
    warned = SimpleNamespace(**{**numbers, **kept}, outdated_voices=2, is_deleted=False, id=1)
    asked = SimpleNamespace(accepted_answer_id=1)

    assert sum(share.points for share in order.shares(warned, asked)) < 0
