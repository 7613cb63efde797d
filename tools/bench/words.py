"""Text for a community that nobody wrote: made-up words, as common and as rare as words are."""

from __future__ import annotations

import random
from itertools import accumulate

SYLLABLES = [consonant + vowel for consonant in "bdfklmnprst" for vowel in "aeiou"]
VOCABULARY = 8_000
WORDS_A_POST = (90, 150)
WORDS_A_PARAGRAPH = 40
WORDS_A_TITLE = (5, 11)


class Writer:
    """Writes the same texts for the same seed, in a language of so many words."""

    def __init__(self, seed: int, vocabulary: int = VOCABULARY) -> None:
        self._random = random.Random(seed)
        self.words = _vocabulary(vocabulary)
        # Zipf's law: the n-th most common word is n times as rare as the most common one.
        self._weights = list(accumulate(1 / rank for rank in range(1, vocabulary + 1)))

    def paragraphs(self) -> list[str]:
        """The text of one post, about 120 words."""
        words = self.some(self._random.randint(*WORDS_A_POST))
        starts = range(0, len(words), WORDS_A_PARAGRAPH)
        return [self._sentence(words[start : start + WORDS_A_PARAGRAPH]) for start in starts]

    def title(self) -> str:
        """A question in one line."""
        return self._sentence(self.some(self._random.randint(*WORDS_A_TITLE)))[:-1] + "?"

    def query(self) -> str:
        """Two words that somebody might search for: neither the most common nor the rarest."""
        return " ".join(self._random.sample(self.words[50:2_000], 2))

    def some(self, count: int) -> list[str]:
        """So many words, common ones more often."""
        return self._random.choices(self.words, cum_weights=self._weights, k=count)

    def _sentence(self, words: list[str]) -> str:
        return " ".join(words).capitalize() + "."


def _vocabulary(size: int) -> list[str]:
    """The same words whatever a writer makes of them, the most common first."""
    chance = random.Random(size)
    words: dict[str, None] = {}
    while len(words) < size:
        words["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(words)
