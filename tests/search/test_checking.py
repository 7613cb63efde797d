"""Whether words stand in what somebody may read: as the index sees words, and in the texts of now."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.kernel.db import db, write
from app.people.models import Person
from app.posts import actions as posts
from app.posts.bodies import prepare_body
from app.questions import actions
from app.search import checking
from app.search.checking import has_words, kept, without_unwanted
from app.search.engines.clauses import wanted
from app.search.engines.whoosh.index import WhooshIndex
from app.search.language import Phrase, Query, Word, parse
from app.search.port import Thread
from app.search.sought import Text, closely, complete, quickly
from tests.support.effort import effort
from tests.support.factories import AnswerFactory, CommentFactory, QuestionFactory, StewardFactory

TEXTS = ("Replication stalls at 97 percent", "The link is busy. We use C++ on /dev/sda1 with v7.2.4.", "wi-fi")


@pytest.mark.pure
@pytest.mark.parametrize(
    "typed",
    [
        "replication stalls",
        "REPLICATED stall",
        "replication link",
        '"replication stalls"',
        '"stalls at 97"',
        "c++",
        "/dev/sda1",
        "7.2.4",
        "v7.2.4",
        '"c++ on /dev/sda1"',
        "wi-fi",
        '"wi fi"',
        "links are busy",
        "tag:nothing is:solved replication",
        "replication -busy",
        "tag:nothing",
    ],
)
def test_words_that_stand_there(typed):
    assert has_words(parse(typed), TEXTS)


@pytest.mark.pure
@pytest.mark.parametrize(
    "typed",
    [
        "replication gobbledygook",
        '"stalls replication"',
        '"percent link"',
        "c#",
        "/dev/sda",
        "dev/sda2",
        "7.2.5",
        "wifi",
        "plication",
        "repl",
    ],
)
def test_words_that_do_not(typed):
    assert not has_words(parse(typed), TEXTS)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("hope", "We keep hoping."),
        ("possibility", "What is possible?"),
        ("replies", "I reply."),
        ("doesn't", "It doesn't work"),
        ("doesn’t", "It doesn't work"),
        ("array", "The array’s fan"),
        ("resume", "My résumé"),
        ("RÉSUMÉ", "a resume"),
        ("strasse", "Die Straße"),
        ("日本", "在日本語"),
        ("がん", "これはがんです"),
        ("한국", "한국 사람"),
        ('"commit barrier"', "The **commit** _barrier_ holds"),
        ("ＡＢＣ", "abc"),
        ("boldly", "**bold**ly said"),
        ("ora-00942", "It says `ORA-00942`."),
        ("edge", "Our PowerEdge."),
        ("idrac", "See iDRAC9"),
    ],
)
def test_writing_does_not_matter(typed, text):
    assert has_words(parse(typed), [text])


@pytest.mark.pure
def test_a_word_that_says_the_same_is_enough():
    query = Query((Word("vm", also=("virtual machine", "guest")),))

    assert has_words(query, ["A guest is slow"])
    assert has_words(query, ["My virtual machines are slow"])
    assert not has_words(query, ["A virtual and slow machine"])


@pytest.mark.pure
@pytest.mark.parametrize(
    ("typed", "stand"),
    [
        ("replication gobbledygook", True),
        ("gobbledygook nonsense", False),
        ("wi-gobbledygook", True),
        ('replication "commit barrier"', False),
        ('gobbledygook "replication stalls"', True),
        ('"replication stalls"', True),
    ],
)
def test_one_of_the_words_may_be_enough_but_phrases_always_hold(typed, stand):
    assert has_words(parse(typed), TEXTS, every=False) is stand


PIECES = st.sampled_from(
    [
        "disk",
        "disks",
        "fail",
        "failing",
        "wi-fi",
        "c++",
        "/dev/sda",
        "7.2.4",
        "the",
        "é",
        "ss",
        "ß",
        "日本",
        "ORA-1",
        "a.b",
    ]
)
WRITTEN = st.lists(PIECES, max_size=7).map(" ".join)
ASKED = st.lists(
    PIECES | st.lists(PIECES, min_size=1, max_size=3).map(" ".join).map('"{}"'.format), min_size=1, max_size=3
)


@pytest.mark.pure
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(threads=st.lists(st.tuples(WRITTEN, WRITTEN), min_size=1, max_size=5), typed=ASKED.map(" ".join))
@example(threads=[("", "disk fail"), ("", "disk wi-fi"), ("disk disk disk fail", "wi-fi")], typed="disk wi-fi fail")
def test_what_an_index_finds_stands_there_and_what_stands_there_an_index_finds(tmp_path, threads, typed):
    index = WhooshIndex(tmp_path)
    index.rebuild(Thread(id=number, title=title, body=body) for number, (title, body) in enumerate(threads, 1))
    query = parse(typed)

    hits = index.query(query, seconds=9)

    # What fits best stands first where a query describes a problem, whether it has every word or not.
    found = {hit.id for hit in hits.found if hit.is_complete}
    assert found == {number for number, texts in enumerate(threads, 1) if query.wanted and has_words(query, texts)}


@pytest.mark.pure
@settings(max_examples=300)
@given(text=st.text(max_size=60) | WRITTEN, typed=st.text(min_size=1, max_size=12) | PIECES)
def test_a_quick_look_at_plain_text_sees_nothing_that_is_not_there(text, typed):
    plain = "".join(letter for letter in text if letter.isalnum() or letter in " ./+-")
    for term in (Word(typed), Phrase(typed)):
        sought = complete(wanted(Query((term,))))
        if sought.stands([Text(plain)], quickly):
            assert sought.stands([Text(plain)], closely)


def author_of(written: object) -> Person:
    return db.session.get_one(Person, written.author_id)


def stands_in(typed: str, question: object, viewer: Person | None = None) -> bool:
    return kept([question.id], parse(typed), viewer) == {question.id}


def test_every_part_of_a_thread_is_looked_at():
    question = QuestionFactory(title="The array hums at night", body="A **zitherlike** sound.", tags=("acoustics",))
    answer = AnswerFactory(question=question, body="The bearing is worn.")
    CommentFactory(post=answer, body="Ours had a grommet.")
    CommentFactory(post=question, body="Which basement?")

    for typed in ("hums", "zitherlike", "acoustics", "bearing", "grommet", "basement", "hum bearing grommet"):
        assert stands_in(typed, question), typed
    assert not stands_in("gobbledygook", question)
    assert not stands_in("hum gobbledygook", question)


def test_the_end_of_a_long_text_and_the_last_of_many_answers_are_looked_at():
    question = QuestionFactory(body="Well. " * 1_000 + "gobbledygook")
    for number in range(7):
        AnswerFactory(question=question, body=f"Answer with quux{number}.")

    assert stands_in("gobbledygook", question)
    assert all(stands_in(f"quux{number}", question) for number in range(7))


def test_what_was_deleted_stands_there_for_those_who_may_still_read_it():
    question = QuestionFactory()
    answer = AnswerFactory(question=question, body="The secret is gobbledygook.")
    CommentFactory(post=answer, body="Or quuxremark.")
    comment = CommentFactory(post=question, body="Or quuxcomment.")
    with write():
        actions.delete_answer(answer, question, by=author_of(answer))
        posts.delete_comment(comment, question, by=author_of(comment))

    for typed in ("gobbledygook", "quuxremark"):
        assert not stands_in(typed, question)
        assert not stands_in(typed, question, author_of(question))
        assert stands_in(typed, question, author_of(answer))
        assert stands_in(typed, question, StewardFactory())
    assert not stands_in("quuxcomment", question, author_of(comment))


def test_a_former_text_does_not_count():
    question = QuestionFactory(body="The gizmo broke.")
    draft = actions.Draft(title=question.title, body=prepare_body("The widget broke."), tags=["replication"])
    with write():
        actions.edit_question(question, draft, by=author_of(question), revision_number=1)

    assert not stands_in("gizmo", question)
    assert stands_in("widget", question)


def test_of_some_threads_one_of_the_words_is_enough():
    question, other = QuestionFactory(), QuestionFactory()
    query = parse("replication gobbledygook")

    assert kept([question.id, other.id], query, None, some=[other.id]) == {other.id}


def test_a_search_for_facts_alone_reads_nothing(queries):
    number = QuestionFactory().id
    with queries() as seen:
        assert kept([number], parse("tag:replication"), None) == {number}
        assert kept([], parse("replication"), None) == set()
        assert without_unwanted([number], parse("replication"), None) == {number}

    assert not seen


def test_the_number_of_queries_does_not_depend_on_the_threads(queries):
    ids = [AnswerFactory().question_id for _ in range(12)]

    def statements(ids: list[int], typed: str) -> int:
        with queries() as seen:
            kept(ids, parse(typed), None)
        return len(seen)

    assert statements(ids[:1], "schedule") == statements(ids, "schedule") == 1
    assert statements(ids[:1], "gobbledygook") == statements(ids, "gobbledygook") == 2


def test_texts_are_taken_apart_only_as_far_as_there_is_time(monkeypatch):
    questions = [QuestionFactory(body="It is gobbledy**gook**.") for _ in range(3)]
    ids = [question.id for question in questions]

    assert kept(ids, parse("gobbledygook"), None) == set(ids)
    monkeypatch.setattr(checking, "READ_CLOSELY", 2 * 100)
    assert len(kept(ids, parse("gobbledygook"), None)) == 2


@pytest.mark.pure
@pytest.mark.parametrize("unit", ["日", "x ", "x'", "ab1/"])
@pytest.mark.parametrize("typed", ['"日日日本" 日本 "x x y"', "x y z ab", "日本 -本 -y"])
def test_threads_made_to_take_long_are_left_out(monkeypatch, unit, typed):
    threads = {number: [unit * (30_000 // len(unit))] * 13 for number in range(60)}
    for read in ("beginnings", "whole"):
        monkeypatch.setattr(checking.texts, read, lambda ids, viewer: {each: threads[each] for each in ids})

    def check() -> None:
        kept(threads, parse(typed), None)
        without_unwanted(threads, parse(typed), None)

    assert effort(check, enough=500) <= 500


def test_unwanted_words_are_looked_for_everywhere():
    question, other = QuestionFactory(), QuestionFactory()
    AnswerFactory(question=other, body="It is **gobbledy**gook, quux.")
    ids = [question.id, other.id]

    assert without_unwanted(ids, parse("replication -gobbledygook"), None) == {question.id}
    assert without_unwanted(ids, parse("replication -quux"), None) == {question.id}
    assert without_unwanted(ids, parse('replication -"quux gobbledygook"'), None) == set(ids)
