"""Did you mean: what is proposed for which slip, and never what the reader may not see."""

from __future__ import annotations

import pytest

from app.kernel.db import db, write
from app.people.models import Person
from app.questions import actions
from app.questions.models import Visibility
from app.search.dictionary import Dictionary, add_words, forget_words
from app.search.language import parse
from app.search.spelling import did_you_mean, proposals, respelled
from tests.search.conftest import catch_up
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)

WORDS = Dictionary(
    {
        "replication": 40,
        "replicate": 9,
        "snapshot": 30,
        "snapshots": 12,
        "firewall": 15,
        "array": 60,
        "volume": 44,
        "touch": 8,
        "pad": 7,
        "timeout": 11,
        "chat": 5,
        "cat": 20,
        "network": 90,
        "ora-00942": 3,
        "barrier": 6,
        "carrier": 9,
        "snapshto": 1,
        "overheat": 1,
        "overhead": 4,
        "stalls": 10,
        "disk": 50,
    }
)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("replicaton", "replication"),
        ("repliction", "replication"),
        ("relpication", "replication"),
        ("Replicashun", ""),
        ("snpashot", "snapshot"),
        ("snaphsot", "snapshot"),
        ("netwrok", "network"),
        ("netowrkk", "network"),
        ("firewal", "firewall"),
        ("fierwall", "firewall"),
        ("barier", "barrier"),
        ("caht", "chat"),
        ("snapshto", "snapshot"),
        ("arrray", "array"),
    ],
)
def test_slips(typed, meant):
    assert respelled(typed, WORDS) == meant


@pytest.mark.pure
@pytest.mark.parametrize(
    "typed",
    [
        *("replication", "replicating", "snapshots", "Volume"),
        *(
            "overheat",
            "the",
            "dsk",
            "ORA-00943",
            "ora-0942",
            "7.2.4",
            "iDRAC8",
            "--frce",
            "/etc/fstba",
            "c++",
            "zzzzzz",
        ),
    ],
)
def test_known_words_codes_and_short_ones_are_left_alone(typed):
    assert respelled(typed, WORDS) == ""


@pytest.mark.pure
def test_of_words_that_are_as_near_the_more_frequent_one_is_meant():
    words = Dictionary({"stack": 3, "stick": 30, "attack": 900})

    assert respelled("stock", words) == "stick"
    assert respelled("stakc", words) == "stack"


@pytest.mark.pure
def test_the_rest_of_the_search_stays_as_it_is():
    query = parse('replicaton "comit barier" -snpashot tag:netwrok after:2026-01-31')

    [proposal] = proposals(query, WORDS)

    assert str(proposal.query) == 'replication "comit barrier" tag:netwrok after:2026-01-31 -snpashot'
    assert proposal.query.remarks == ()


@pytest.mark.pure
def test_words_are_written_apart_and_run_together():
    assert [(str(each.query), str(each.proof)) for each in proposals(parse("touchpad array"), WORDS)] == [
        ("touch pad array", '"touch pad" array')
    ]
    assert [str(each.query) for each in proposals(parse("fire wall array"), WORDS)] == ["firewall array"]
    assert list(proposals(parse('"fire wall"'), WORDS)) == []


def proposed(typed: str, viewer: Person | None = None) -> str:
    forget_words()
    found = did_you_mean(parse(typed), viewer)
    return str(found) if found else ""


def test_what_is_proposed_finds_something(index):
    QuestionFactory(title="The firewall drops the touch pad")
    catch_up()

    assert proposed("firwall") == "firewall"
    assert proposed("fire wall") == "firewall"
    assert proposed("touchpad") == ""
    QuestionFactory(title="The touch pad falls again")
    with write():
        add_words({"touch": 2, "pad": 2})
    catch_up()
    assert proposed("touchpad drops") == "touch pad drops"
    assert proposed("firwall zeppelin") == ""
    assert proposed("firewall") == ""


def test_a_word_that_stands_in_no_visible_thread_is_never_proposed(index):
    author = PersonFactory(account=AccountFactory())
    QuestionFactory(title="The gobbledygook array", author=author, visibility=Visibility.COMPANY)
    catch_up()
    with write():
        # Even if the word were known.
        add_words({"gobbledygook": 30})

    for viewer in (None, PersonFactory(), author, ExpertFactory()):
        assert proposed("gobbledygok", viewer) == ""


def test_a_word_of_what_was_deleted_is_not_proposed_before_the_index_has_followed(index):
    question = QuestionFactory(title="The zitherlike array")
    answer = AnswerFactory(question=question, body="It is gobbledygook.")
    catch_up()
    assert (proposed("ziterlike"), proposed("gobbledygok")) == ("zitherlike", "gobbledygook")

    with write():
        actions.delete_answer(answer, question, by=db.session.get_one(Person, answer.author_id))
    assert (proposed("ziterlike"), proposed("gobbledygok")) == ("zitherlike", "")
    with write():
        actions.delete_question(question, by=db.session.get_one(Person, question.author_id))
    assert proposed("ziterlike") == ""


def test_where_nothing_is_misspelt_no_engine_is_asked(index, monkeypatch, queries):
    QuestionFactory(title="The firewall drops it")
    catch_up()
    forget_words()
    monkeypatch.setattr("app.search.spelling.site_index", lambda: pytest.fail("The engine was asked."))

    with queries() as seen:
        assert did_you_mean(parse("firewall drops"), None) is None
    assert len(seen) == 2
