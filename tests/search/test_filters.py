"""What filters mean, said to the database and to the index: the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.curation.closures import close_question
from app.kernel.db import db, write
from app.people.models import Person
from app.questions import actions
from app.questions.actions import Involved
from app.questions.models import Question
from app.questions.queries import visible_to
from app.search.engines import site_index
from app.search.filters import narrowed
from app.search.language import STATES, Day, Fact, Query, Term, Word, parse
from app.search.lookup import look_up
from tests.search.conftest import catch_up
from tests.support.factories import (
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    StewardFactory,
)

ONE, TWO, THREE = (datetime(2025, 3, day, 12, tzinfo=UTC) for day in (1, 2, 3))


def narrowed_by(typed: str) -> set[int]:
    """The ids of what a guest sees, filtered by what was typed."""
    query = look_up(parse(typed), None)
    assert not query.words
    return ids_for(query)


def ids_for(query: Query) -> set[int]:
    return set(db.session.scalars(narrowed(visible_to(None), query).with_only_columns(Question.id)))


def asker_of(question: Question) -> Person:
    return db.session.get_one(Person, question.author_id)


def test_tags():
    fans, both = QuestionFactory(tags=("fans",)), QuestionFactory(tags=("fans", "noise"))
    other = QuestionFactory()

    assert narrowed_by("tag:fans") == {fans.id, both.id}
    assert narrowed_by("tag:fans tag:noise") == {both.id}
    assert narrowed_by("-tag:fans") == {other.id}
    assert narrowed_by("tag:nobody-says-so") == set()
    assert narrowed_by("-tag:nobody-says-so") == {fans.id, both.id, other.id}


def test_products_and_those_that_play_a_part():
    product = ProductFactory(name="Array Nine", slug="array-nine")
    about = QuestionFactory(product=product)
    involved = QuestionFactory(involved=(Involved(name="Array Nine", product=product), Involved(name="Elsewhere")))
    without = QuestionFactory()

    assert narrowed_by("product:array-nine") == {about.id, involved.id}
    assert narrowed_by('product:"Array Nine"') == {about.id, involved.id}
    assert narrowed_by("-product:array-nine") == {without.id}
    assert narrowed_by("product:elsewhere") == set()


def test_authors_of_questions_and_of_visible_answers():
    asked = QuestionFactory(author=PersonFactory(handle="sanfox"))
    answered = AnswerFactory(author=asker_of(asked)).question_id
    commented = CommentFactory(author=asker_of(asked)).post_id
    withdrawn = AnswerFactory(author=asker_of(asked))
    with write():
        question = db.session.get_one(Question, withdrawn.question_id)
        actions.delete_answer(withdrawn, question, by=asker_of(asked))

    assert narrowed_by("author:@sanfox") == {asked.id, answered}
    assert narrowed_by("-author:@sanfox") == {commented, question.id}
    assert narrowed_by("author:@nobody") == set()


def test_states():
    solved, by_member = AnswerFactory(accepted=True), AnswerFactory(author=PersonFactory())
    waiting, closed = QuestionFactory(), QuestionFactory()
    with write():
        close_question(closed, "unclear", by=StewardFactory())

    assert narrowed_by("is:solved") == {solved.question_id}
    assert narrowed_by("-is:solved") == {by_member.question_id, waiting.id, closed.id}
    assert narrowed_by("is:expert") == {solved.question_id}
    assert narrowed_by("is:unanswered") == {waiting.id}
    assert narrowed_by("type:answer") == {solved.question_id, by_member.question_id}
    assert narrowed_by("type:question") == {solved.question_id, by_member.question_id, waiting.id, closed.id}
    assert narrowed_by("type:article") == narrowed_by("type:idea") == set()
    assert narrowed_by("-type:question") == set()


def test_a_former_expert_has_still_answered_as_one():
    answer = AnswerFactory(author=ExpertFactory())
    with write():
        db.session.get_one(Person, answer.author_id).roles_held.clear()

    assert narrowed_by("is:expert") == {answer.question_id}


def test_days_begin_and_end_in_utc():
    late, early = (
        QuestionFactory(at=moment)
        for moment in (datetime(2025, 3, 1, 23, 59, 59, 999_999, UTC), datetime(2025, 3, 2, tzinfo=UTC))
    )

    assert narrowed_by("before:2025-03-01") == {late.id}
    assert narrowed_by("after:2025-03-02") == {early.id}
    assert narrowed_by("after:2025-03-01 before:2025-03-02") == {late.id, early.id}
    assert narrowed_by("-after:2025-03-02") == {late.id}
    assert ids_for(Query((Day("before", date.max), Day("after", date.min)))) == {late.id, early.id}


@pytest.mark.parametrize("fact", [Fact("colour", "red", "red"), Fact("is", "odd"), Fact("author", "@me")])
def test_what_nobody_knows_finds_nothing(fact):
    QuestionFactory()

    assert ids_for(Query((fact,))) == set()


@dataclass(frozen=True)
class Made:
    """A made-up thread. Numbers choose among the people and products of the test."""

    tags: tuple[str, ...]
    asked: datetime
    asker: int
    product: int | None
    involved: tuple[int, ...]
    answers: tuple[tuple[int, bool], ...]
    is_solved: bool
    is_closed: bool


THREADS = st.builds(
    Made,
    tags=st.lists(st.sampled_from(["fans", "noise", "c++"]), min_size=1, unique=True).map(tuple),
    asked=st.sampled_from([ONE, TWO, THREE]),
    asker=st.integers(0, 3),
    product=st.none() | st.integers(0, 1),
    involved=st.lists(st.integers(0, 1), max_size=2, unique=True).map(tuple),
    answers=st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=3).map(tuple),
    is_solved=st.booleans(),
    is_closed=st.booleans(),
)
TERMS = (
    *(f"tag:{name}" for name in ("fans", "noise", "c++")),
    *(f"author:@who{letter}" for letter in "abcd"),
    *(f"product:thing-{letter}" for letter in "ab"),
    *(f"is:{state}" for state in STATES),
    *("type:question", "type:answer", "type:article"),
    *(f"{side}:2025-03-0{day}" for side in ("after", "before") for day in (1, 2, 3)),
)


@pytest.mark.usefixtures("index")
@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(threads=st.lists(THREADS, min_size=1, max_size=4))
def test_filters_and_the_index_agree(fresh: Callable[[], None], threads):
    fresh()
    with write():
        people = [kind(handle=f"who{letter}") for kind, letter in zip(PEOPLE, "abcd", strict=True)]
        products = [ProductFactory(name=f"Thing {letter}", slug=f"thing-{letter}") for letter in "ab"]
        moderator = StewardFactory()
        for made in threads:
            build(made, people, products, moderator)
    site_index().rebuild(())
    catch_up()

    for typed in TERMS:
        [term] = look_up(parse(typed), None).wanted
        word = Word("replication")
        for query in (Query((term,)), Query((word, term))):
            assert found_by_index(query) == ids_for(without_words(query)), str(query)
        left_out = Query((word,), (term,))
        # Days that are left out are for the database alone: the index may propose too much.
        assert found_by_index(left_out) >= ids_for(without_words(left_out)), str(left_out)
        if isinstance(term, Fact):
            assert found_by_index(left_out) == ids_for(without_words(left_out)), str(left_out)


PEOPLE = (PersonFactory, PersonFactory, ExpertFactory, ExpertFactory)


def build(made: Made, people: list[Person], products: list[object], moderator: Person) -> None:
    """The thread, in an open write transaction."""
    question = QuestionFactory(
        title="Why does replication stop at night?",
        tags=made.tags,
        at=made.asked,
        author=people[made.asker],
        product=None if made.product is None else products[made.product],
        involved=tuple(Involved(name=f"Part {place}", product=products[place]) for place in made.involved),
    )
    answers = [AnswerFactory(question=question, author=people[who], at=THREE) for who, _ in made.answers]
    for answer, (who, is_deleted) in zip(answers, made.answers, strict=True):
        if is_deleted:
            actions.delete_answer(answer, question, by=people[who])
        elif made.is_solved:
            actions.accept_answer(question, answer, by=people[made.asker])
    if made.is_closed:
        close_question(question, "unclear", by=moderator)


def found_by_index(query: Query) -> set[int]:
    hits = site_index().query(query, seconds=9)
    return {hit.id for hit in hits.found if hit.is_complete}


def without_words(query: Query) -> Query:
    def facts(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(term for term in terms if not isinstance(term, Word))

    return replace(query, wanted=facts(query.wanted), unwanted=facts(query.unwanted))
