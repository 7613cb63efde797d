"""Searches that lead on: by the words of what was found, and each of them finds some of it."""

from __future__ import annotations

import pytest

from app.kernel.db import db
from app.questions.models import Question
from app.questions.queries import for_list, visible_to
from app.search.dictionary import forget_words
from app.search.engines import site_index
from app.search.language import MAX_CHARACTERS, Query, parse
from app.search.related import related_to
from tests.search.conftest import catch_up
from tests.support.factories import QuestionFactory

pytestmark = pytest.mark.usefixtures("index")

TITLES = (
    "Replication stalls behind an idle timeout of the firewall",
    "Replication stalls: idle timeout on the second link",
    "Replication stalls after the upgrade of the firewall",
    "Replication stalls with the keepalive of the driver",
    "Why replication stalls at night",
)


def asked(*titles: str, tags: tuple[str, ...] = ("replication",)) -> list[Question]:
    made = [QuestionFactory(title=title, tags=tags).id for title in titles]
    catch_up()
    forget_words()
    rows = visible_to(None).where(Question.id.in_(made)).order_by(Question.id)
    return list(db.session.scalars(for_list(rows)).unique())


def related(typed: str, questions: list[Question]) -> list[Query]:
    return related_to(parse(typed), questions)


def test_the_most_telling_words_of_the_titles_narrow_the_search():
    found = related("replication stalls", asked(*TITLES))

    assert [str(query) for query in found] == ["replication stalls idle timeout", "replication stalls firewall"]


def test_every_search_finds_one_of_the_questions():
    questions = asked(*TITLES)
    ids = {question.id for question in questions}

    for query in [*related("replication stalls", questions), *related("night", questions[-1:])]:
        assert ids & set(site_index().query(query).ids), query


def test_of_few_questions_their_subjects_and_topics_are_searched_for():
    questions = asked("The gasket pump leaks oil", tags=("hydraulics", "pumps"))

    found = related("gasket tag:pumps", questions)

    assert [str(query) for query in found] == ["tag:hydraulics", "pump leaks"]


def test_where_nothing_was_found_nothing_leads_on():
    assert related("replication", []) == []


def test_what_the_language_cannot_say_is_not_proposed():
    long = " ".join(f"replication{number}" for number in range(12))

    assert related(long, asked(*TITLES)) == []
    assert all(len(str(query)) <= MAX_CHARACTERS for query in related("replication " + "x" * 185, asked(*TITLES)))


def test_at_most_five():
    titles = [f"{first} {second} replication" for first in ("Red", "Green", "Blue") for second in ("pumps", "fans")]
    titles += [f"Replication of {colour} cables, {letter}" for letter in "ab" for colour in ("teal", "mint")]

    assert len(related("replication", asked(*titles))) <= 5
