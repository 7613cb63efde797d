"""What is asked of the engines: searches as people type them, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.search.language import Fact, Query, parse
from app.search.port import Order, Thread
from tools.bench.words import Writer
from tools.bench_search.threads import PRODUCTS, TAGS, ThreadWriter

SEED = 77
EACH = 200
KNOWN = slice(50, 2_000)
"""Places of words that people might search for: neither the most common ones nor the rarest."""

RARE = slice(10_000, 50_000)


@dataclass(frozen=True)
class Asked:
    """One question to an engine."""

    query: Query
    order: Order = Order.RELEVANCE


def asked(texts: list[Thread]) -> dict[str, list[Asked]]:
    """Questions by kind, EACH of every kind. `texts` are some threads of the index, for words that stand together."""
    chance, writer = random.Random(SEED), ThreadWriter()
    some = _Some(chance, writer.writer, texts)
    kinds: dict[str, Callable[[], Asked]] = {
        "one word": lambda: Asked(parse(some.words(1))),
        "two words": lambda: Asked(parse(some.words(2))),
        "two words of one title": lambda: Asked(parse(some.of_a_title(2))),
        "three words": lambda: Asked(parse(some.words(3))),
        "some of three words": lambda: Asked(parse(some.words(1) + " " + some.rare(2))),
        "two words and a tag": lambda: _with_fact(some.words(2), "tag", writer.tag(chance.randrange(TAGS))),
        "two words, solved": lambda: _with_fact(some.words(2), "is", "solved"),
        "two words of a product": lambda: _with_fact(some.words(2), "product", f"unit-{chance.randint(1, PRODUCTS)}"),
        "phrase": lambda: Asked(parse(f'"{some.phrase()}"')),
        "two words, newest first": lambda: Asked(parse(some.words(2)), Order.NEWEST),
        "a tag, newest first": lambda: _with_fact("", "tag", writer.tag(chance.randrange(TAGS))),
    }
    return {name: [make() for _ in range(EACH)] for name, make in kinds.items()}


def _with_fact(typed: str, kind: str, value: str) -> Asked:
    query = parse(typed)
    return Asked(replace(query, wanted=(*query.wanted, Fact(kind, value, value)), remarks=()))


class _Some:
    """Words to search for."""

    def __init__(self, chance: random.Random, writer: Writer, texts: list[Thread]) -> None:
        self._chance, self._words, self._texts = chance, writer.words, texts
        self._everywhere = frozenset(writer.words[: KNOWN.start])

    def words(self, count: int) -> str:
        return " ".join(self._chance.sample(self._words[KNOWN], count))

    def rare(self, count: int) -> str:
        return " ".join(self._chance.sample(self._words[RARE], count))

    def of_a_title(self, count: int) -> str:
        """Words that stand together in a title, without those that stand everywhere."""
        while True:
            telling = set(self._chance.choice(self._texts).title.split()) - self._everywhere
            if len(telling) >= count:
                return " ".join(self._chance.sample(sorted(telling), count))

    def phrase(self) -> str:
        """Two words that follow each other in some thread, and do not both stand everywhere."""
        while True:
            words = self._chance.choice(self._texts).body.split()
            place = self._chance.randrange(len(words) - 1)
            if not self._everywhere.issuperset(two := words[place : place + 2]):
                return " ".join(two)
