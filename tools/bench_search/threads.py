"""Threads of about 250 words that nobody wrote, as the index takes them: the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from app.search.port import Thread
from tools.bench.words import Writer

SEED = 31
VOCABULARY = 50_000
TAGS = 300
PRODUCTS = 40
AUTHORS = 5_000
FIRST_DAY = 738_886
"""As date.toordinal() counts: the first of January 2024."""

WORDS_OF_TITLE = (5, 11)
WORDS_OF_BODY = (80, 150)
WORDS_OF_ANSWER = (40, 80)
WORDS_OF_COMMENT = (8, 24)
SHARE_OF_CODE = 0.02
SHARE_SOLVED = 0.5

CODES = ("ORA-{:05d}", "0x{:08x}", "{}.2.4", "/etc/unit{}.conf", "--with-part{}", "disk{}.sys", "10.0.{}.7")


class ThreadWriter:
    """Writes threads one after the other, with the ids from 1 on."""

    def __init__(self, seed: int = SEED) -> None:
        self.writer, self._chance = Writer(seed, VOCABULARY), random.Random(seed)

    def threads(self, count: int) -> Iterator[Thread]:
        """So many threads."""
        for number in range(1, count + 1):
            yield self._thread(number)

    def tag(self, number: int) -> str:
        """The name of a tag, from 0."""
        return self.writer.words[1_000 + number]

    def _thread(self, number: int) -> Thread:
        chance = self._chance
        is_solved = chance.random() < SHARE_SOLVED
        answers = tuple(self._text(WORDS_OF_ANSWER) for _ in range(chance.randint(0 if is_solved else 1, 2)))
        tags = tuple(self.tag(each) for each in chance.sample(range(TAGS), chance.randint(1, 4)))
        return Thread(
            id=number,
            title=self._text(WORDS_OF_TITLE),
            body=self._text(WORDS_OF_BODY),
            accepted=self._text(WORDS_OF_ANSWER) if is_solved else "",
            answers=answers,
            comments=tuple(self._text(WORDS_OF_COMMENT) for _ in range(chance.randint(0, 2))),
            tags=tags,
            facts=self._facts(tags, is_solved=is_solved),
            asked_on=FIRST_DAY + number // 100,
        )

    def _facts(self, tags: tuple[str, ...], *, is_solved: bool) -> tuple[str, ...]:
        states = ("is:solved", "is:expert", "type:answer") if is_solved else ("type:answer",)
        authors = (f"author:{self._chance.randint(1, AUTHORS)}" for _ in range(3))
        product = f"product:unit-{self._chance.randint(1, PRODUCTS)}"
        return ("type:question", *states, *(f"tag:{name}" for name in tags), product, *authors)

    def _text(self, length: tuple[int, int]) -> str:
        words = self.writer.some(self._chance.randint(*length))
        for place in range(len(words)):
            if self._chance.random() < SHARE_OF_CODE:
                words[place] = self._chance.choice(CODES).format(self._chance.randint(0, 200))
        return " ".join(words)
