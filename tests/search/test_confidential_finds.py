"""What is found in confidence, by whom; and that nobody else can tell that there is something to find."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from app.curation.openings import make_confidential
from app.kernel.db import db, write
from app.people.models import Person
from app.questions.actions import delete_answer
from app.questions.models import Question, Visibility
from app.search import confidential
from app.search.engines import site_index
from app.search.language import Query, parse
from app.search.lookup import look_up
from app.search.queries import Results, find, similar_to
from tests.search.conftest import catch_up
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.queries import CountedQueries

Count = Callable[[], AbstractContextManager[CountedQueries]]

pytestmark = pytest.mark.usefixtures("index")


def make_asker() -> Person:
    return PersonFactory(handle="tessa", account=AccountFactory(name="Heron Rail", domains=["heron.example"]))


def make_private(asker: Person, expert: Person) -> Question:
    """A confidential thread. Every text of it has a word of its own."""
    question = QuestionFactory(
        author=asker,
        title="Why does the quuxtitle array lose its peer?",
        body="The quuxbody volume, at 100% of ORA-1234, c++.",
        tags=("quuxtopic", "replication"),
        visibility=Visibility.COMPANY,
    )
    answer = AnswerFactory(question=question, author=expert, body="Look at quuxanswer.")
    CommentFactory(post=answer, author=asker, body="It was quuxremark.")
    return question


@pytest.fixture
def asker() -> Person:
    return make_asker()


@pytest.fixture
def private(asker) -> Question:
    return make_private(asker, ExpertFactory(name="Quux Solheim"))


def seen_by(viewer: Person | None, typed: str) -> list[int]:
    return confidential.find(look_up(parse(typed), viewer), viewer)


@pytest.mark.parametrize(
    "typed",
    [
        "quuxtitle",
        "quuxtitles peer",
        "QUUXBODY quuxanswer quuxremark",
        '"lose its peer"',
        "quuxtopic",
        "tag:quuxtopic",
        "tag:quuxtopic is:expert author:@tessa type:answer -is:solved",
        "ora-1234",
        "c++",
        "quuxtitle -nothing",
    ],
)
def test_who_may_read_it_finds_it(private, asker, typed):
    assert seen_by(asker, typed) == [private.id]
    assert seen_by(ExpertFactory(), typed) == [private.id]


@pytest.mark.parametrize(
    "typed",
    [
        "quuxtitle nothing",
        "quuxtitl%",
        "quux_itle",
        '"peer lose"',
        "quuxtitle -quuxremark",
        "quuxtitle -tag:quuxtopic",
        "quuxtitle is:solved",
        "uuxtitle",
        "quuxtitle before:2001-01-01",
        "",
        "-nothing",
    ],
)
def test_what_does_not_match_is_not_found(private, asker, typed):
    assert seen_by(asker, typed) == []


def test_a_colleague_finds_it_and_others_do_not(private, asker):
    colleague = PersonFactory(address="ada@heron.example")
    others = (PersonFactory(), SalesFactory(), None)

    assert seen_by(colleague, "quuxtitle") == [private.id]
    assert [seen_by(viewer, "quuxtitle") for viewer in others] == [[], [], []]


def test_a_word_that_was_deleted_is_found_no_more(private, asker):
    answer = AnswerFactory(question=private, body="The gobbledygook.")
    assert seen_by(asker, "gobbledygook") == [private.id]
    with write():
        delete_answer(answer, private, by=db.session.get_one(Person, answer.author_id))

    assert seen_by(asker, "gobbledygook") == []
    assert seen_by(StewardFactory(), "gobbledygook") == [private.id]


def test_the_newest_come_first_and_no_more_than_are_shown(asker, monkeypatch):
    ids = [QuestionFactory(author=asker, visibility=Visibility.COMPANY).id for _ in range(4)]
    monkeypatch.setattr(confidential, "SHOWN", 3)

    assert seen_by(asker, "replication") == ids[:0:-1]


def test_public_questions_are_not_found_here():
    question = QuestionFactory()

    assert seen_by(db.session.get_one(Person, question.author_id), "replication") == []


def test_guests_ask_nothing_and_others_once(queries):
    QuestionFactory()
    member, typed = PersonFactory(), Query(parse("replication").wanted)
    for viewer, asked in ((None, 0), (member, 1)):
        with queries() as seen:
            assert confidential.find(typed, viewer) == []
        assert len([each for each in seen if "people" not in each]) == asked


def test_it_is_shown_apart_and_counted_nowhere(private, asker):
    public = AnswerFactory(question=QuestionFactory()).question_id
    catch_up()

    results = find(parse("replication"), asker)

    assert [found.question.id for found in results.rows] == [public]
    assert [found.question.id for found in results.confidential] == [private.id]
    assert results.total == 1
    assert "quux" not in str([results.facets, results.related, results.did_you_mean]).lower()
    assert results.confidential[0].has_every_word


def test_with_the_second_page_it_is_not_shown_again(private, asker):
    catch_up()

    assert find(parse("replication"), asker, page=2).confidential == []


# Searches that a stranger might try: words, topics and people of the thread, misspelled ones, and ordinary ones.
TRIED = (
    "quuxtitle",
    "quuxtitel",
    "quuxtitle replication",
    "replication volume",
    "replicaton volume",
    "tag:quuxtopic",
    "replication -tag:quuxtopic",
    "author:@tessa",
    "replication is:expert",
    "is:unanswered",
    '"lose its peer"',
    "after:2020-01-01",
    "array peer quuxbody stalls",
)


def told_to(viewer: Person | None, count: Count) -> list[tuple[str, int]]:
    """Everything that the searches tell, and how much each of them asked the database."""
    told = []
    for typed in TRIED:
        with count() as seen:
            results = find(parse(typed), viewer)
        told.append((said(results), len(seen)))
    similar = similar_to("Why does the quuxtitle array lose its peer?", ["quuxtopic"], viewer)
    return [*told, (str([question.id for question in similar]), 0)]


def said(results: Results) -> str:
    """All that a page holds, in words."""
    rows = [
        (found.question.id, found.excerpt, found.reasons, found.has_every_word)
        for found in (*results.rows, *results.confidential)
    ]
    return repr((rows, replace(results, rows=[], confidential=[])))


STRANGERS: dict[str, Callable[[], Person | None]] = {
    "guest": lambda: None,
    "member": PersonFactory,
    "sales": SalesFactory,
}


def test_no_page_tells_a_stranger_that_there_is_a_confidential_thread(fresh, queries):
    told: list[dict[str, list[tuple[str, int]]]] = []
    for has_secret in (False, True):
        fresh()
        site_index().rebuild(())
        asker, expert = make_asker(), ExpertFactory(name="Quux Solheim")
        viewers = {name: make() for name, make in STRANGERS.items()}
        for number in range(7):
            title = f"Why does array {number} stall in replication?"
            AnswerFactory(question=QuestionFactory(title=title, author=asker), author=expert, accepted=True)
        if has_secret:
            make_private(asker, expert)
        catch_up()
        told.append({name: told_to(viewer, queries) for name, viewer in viewers.items()})

    for name in STRANGERS:
        assert told[0][name] == told[1][name], name


def test_a_thread_that_becomes_confidential_is_gone_while_the_worker_stands_still():
    asker = make_asker()
    question = QuestionFactory(author=asker, title="Why does the quuxtitle array fail?", tags=("quuxtopic",))
    AnswerFactory(question=question, body="Look at quuxanswer.")
    catch_up()
    assert find(parse("quuxtitle"), None).total == 1
    with write():
        make_confidential(question, by=StewardFactory())

    for viewer in (None, PersonFactory(), asker, ExpertFactory()):
        for typed in ("quuxtitle", "quuxanswer", "tag:quuxtopic", "is:unanswered", "type:answer", "quuxtitel"):
            results = find(parse(typed), viewer)
            assert (results.rows, results.total, results.facets, results.related) == ([], 0, [], []), typed
            assert results.did_you_mean == ""
    assert [found.question.id for found in find(parse("quuxtitle"), asker).confidential] == [question.id]
    assert similar_to("quuxtitle", ["quuxtopic"], None) == []
