"""Every part of the ranking decides between two threads that are alike but for what the part looks at."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from app.search.engines import clauses, ranker, rarity
from app.search.engines.clauses import wanted
from app.search.engines.layout import Contents
from app.search.engines.ranker import Collected, Ranker
from app.search.language import Query, Word, parse
from app.search.port import Thread

pytestmark = pytest.mark.pure

BETTER, WORSE = 1, 2
"""Of threads that are as good, the greater id is first: so it is not the id that puts the better one there."""

THREADS, LENGTH, HAVING = 1_000, 60.0, 20


def frequencies(tokens: Collection[str]) -> Mapping[str, int]:
    """Every word is as frequent as every other."""
    return dict.fromkeys(tokens, HAVING)


def filler(words: int, letter: str = "z") -> str:
    """Words that nobody asks for, each another."""
    return " ".join(f"{letter}{'abcdefghij'[place // 10 % 10]}{'klmnopqrst'[place % 10]}" for place in range(words))


def scores(query: Query, *threads: Thread) -> dict[int, float]:
    """The score of each thread, the best first."""
    contents = {thread.id: Contents.of(thread) for thread in threads}
    ranked = Ranker(wanted(query), Collected(THREADS, LENGTH, frequencies)).ranked(contents)
    return {number: score for score, number in ranked}


def order(query: Query, better: str, worse: str) -> list[int]:
    """The ids of two threads with these texts, the best first."""
    return list(scores(query, Thread(id=BETTER, title="", body=better), Thread(id=WORSE, title="", body=worse)))


@pytest.mark.parametrize(
    ("part", "neutral", "typed", "better", "worse"),
    [
        ("BEGINNING_SHARE", 0.0, "raid", f"raid {filler(59)}", f"{filler(59)} raid"),
        ("BEGINNING", 60, "raid", f"raid {filler(59)}", f"{filler(59)} raid"),
        (
            "PAIRS_SHARE",
            0.0,
            "commit barrier",
            f"{filler(30)} commit barrier {filler(28)}",
            f"{filler(30)} commit {filler(28)} barrier",
        ),
        ("LENGTH_POWER", 0.0, "raid", f"{filler(30)} raid", f"{filler(30)} raid {filler(60, 'y')}"),
        ("FAINT", 1.0, "good raid", f"{filler(30)} raid", f"{filler(30)} good"),
    ],
)
def test_each_part_decides_between_threads_that_are_alike_but_for_it(monkeypatch, part, neutral, typed, better, worse):
    query = parse(typed)
    assert order(query, better, worse) == [BETTER, WORSE]

    monkeypatch.setattr(ranker, part, neutral)
    assert order(query, better, worse) == [WORSE, BETTER]


def test_a_word_says_less_each_further_time_it_stands_there(monkeypatch):
    query = parse("commit barrier")
    each_once, one_often = f"{filler(30)} commit zz barrier", f"{filler(30)} commit commit commit"
    assert order(query, each_once, one_often) == [BETTER, WORSE]

    monkeypatch.setattr(ranker, "K1", 1_000.0)
    assert order(query, each_once, one_often) == [WORSE, BETTER]


def test_another_word_for_the_same_counts_a_share_of_the_typed_one(monkeypatch):
    query = Query((Word("disk", also=("drive",)),))
    typed, other = f"{filler(30)} disk", f"{filler(30)} drive"
    assert order(query, typed, other) == [BETTER, WORSE]

    monkeypatch.setattr(clauses, "ALSO_WEIGHT", 1.0)
    assert order(query, typed, other) == [WORSE, BETTER]


def test_scores_are_shares_of_what_was_asked_for_so_those_of_short_and_long_queries_are_alike():
    thread = Thread(id=1, title="", body=f"{filler(30)} raid zz barrier")

    [one], [both] = (scores(parse(typed), thread).values() for typed in ("raid", "barrier raid"))

    assert both == pytest.approx(one)


def test_a_description_finds_first_what_has_more_in_common_with_the_others_that_fit(monkeypatch):
    threads = [
        Thread(id=number, title="", body=f"{filler(30)} raid controller fails {rest}")
        for number, rest in ((BETTER, "array rebuild"), (WORSE, "lunch menu"), (3, "array rebuild"))
    ]
    long, short = parse("raid controller fails"), parse("raid controller")
    assert list(scores(long, *threads)) == [3, BETTER, WORSE]
    assert list(scores(short, *threads)) == [3, WORSE, BETTER]

    monkeypatch.setattr(ranker, "FEEDBACK_SHARE", 0.0)
    assert list(scores(long, *threads)) == [3, WORSE, BETTER]


def test_rare_words_say_more_and_none_says_nothing_or_less():
    assert rarity.idf(THREADS, 1) > rarity.idf(THREADS, 100) > rarity.idf(THREADS, THREADS) > 0
    assert rarity.idf(THREADS, THREADS + 5) == rarity.idf(THREADS, THREADS)
