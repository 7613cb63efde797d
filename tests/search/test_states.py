"""Whatever `is:` takes is known wherever states are spoken of: to the index, the database, the choices and the help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.kernel.db import db
from app.questions.models import Question
from app.questions.queries import visible_to
from app.search import facets
from app.search.engines import site_index
from app.search.facts import State, facts_of
from app.search.filters import narrowed
from app.search.language import NO_SUCH_VALUE, STATES, parse
from tests.search.conftest import catch_up
from tests.support.factories import AnswerFactory, QuestionFactory

PAGES = Path(__file__).parents[2] / "templates" / "search"


@pytest.mark.pure
def test_a_thread_that_is_everything_has_a_token_for_each():
    everything = facts_of(State(is_solved=True, is_unanswered=True, is_answered=True, has_expert=True))

    assert {token for token in everything if token.startswith("is:")} == {f"is:{state}" for state in STATES}


@pytest.mark.pure
def test_each_is_a_choice():
    assert {value for value, _ in facets.STATES} == set(STATES)


@pytest.mark.pure
@pytest.mark.parametrize("page", ["_how.html", "start.html"])
def test_each_stands_on_the_pages_that_explain_the_search(page):
    assert set(re.findall(r"\bis:(\w+)", (PAGES / page).read_text(encoding="utf-8"))) == set(STATES)


@pytest.mark.pure
def test_whoever_types_another_is_told_of_each():
    [remark] = parse("raid is:odd").remarks

    assert remark == NO_SUCH_VALUE.format("is", "solved, unanswered or expert")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("state", STATES)
def test_each_is_true_of_some_thread_in_the_database_and_in_the_index(state):
    QuestionFactory()
    AnswerFactory(accepted=True)
    catch_up()
    query = parse(f"is:{state}")

    [found] = db.session.scalars(narrowed(visible_to(None), query).with_only_columns(Question.id))
    assert site_index().query(query).ids == (found,)
