"""Which of the threads that an engine found fits best: one ranking for all engines, from the tokens of the threads.

    score = (words + 0.5 beginning + 0.15 pairs) / all + 0.5 feedback

words       for each clause idf * 3 tf / (tf + 2 L^0.7): BM25 with k1 = 2 and a length norm that falls off
beginning   for each clause idf * 2 f / (f + 1), f within the first 30 words: people say there what it is about
pairs       as `words`, for words of the query that follow each other in the thread
all         the idf of all clauses, so that scores of long and short queries are alike
feedback    for descriptions alone: what the ten best threads have in common (RM3)

L is the length beside the average; idf as in app.search.engines.rarity.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from app.search.engines.clauses import Clause, Wanted, Way
from app.search.engines.layout import BREAK, Contents
from app.search.engines.rarity import idf
from app.search.faint import FAINT_WORDS

K1 = 2.0
SATURATED = K1 + 1
"""What a word comes close to, however often it stands in a thread; feedback is divided by it, so that there a word
counts its idf at most, and FEEDBACK_SHARE says the rest."""

LENGTH_POWER = 0.7
BEGINNING = 30
BEGINNING_SHARE = 0.5
PAIRS_SHARE = 0.15
FEEDBACK_SHARE = 0.5
FEEDBACK_THREADS = 10
FEEDBACK_WORDS = 40
FEEDBACK_LOOKED_UP = 120
FAINT = 0.7
"""What a word of asking ("use", "good", "problem") counts beside one that says what it is about."""

Frequencies = Callable[[Collection[str]], Mapping[str, int]]


@dataclass(frozen=True)
class Collected:
    """What the ranking has to know of the whole index: how many threads, how long on average, how many have a token."""

    threads: int
    average_length: float
    frequencies: Frequencies


class Ranker:
    """Ranks threads for one query."""

    def __init__(self, wanted: Wanted, collected: Collected) -> None:
        self._wanted = wanted
        self._threads = max(collected.threads, 1)
        self._average = max(collected.average_length, 1.0)
        self._frequencies = collected.frequencies
        every = {token for clause in wanted.ranked for token in clause.tokens}
        self._idf = self._weighed(every)
        self._clause_idf = {clause: self._idf_of(clause.ways[0]) for clause in wanted.ranked}
        self._all = sum(self._clause_idf.values()) or 1.0
        heads = [clause.ways[0].tokens for clause in wanted.ranked]
        self._pairs = [(first[-1], second[0]) for first, second in pairwise(heads) if first[-1] != second[0]]

    def ranked(self, found: Mapping[int, Contents]) -> list[tuple[float, int]]:
        """Score and id, best first; of equals the newer, which has the greater id."""
        is_long = self._wanted.is_long
        read = {number: _Read(each, self._average, is_for_many=is_long) for number, each in found.items()}
        words = {number: self._words(one) for number, one in read.items()}
        pairs = self._pair_scores(read)
        scores = {
            number: (words[number] + BEGINNING_SHARE * self._beginning(one) + PAIRS_SHARE * pairs.get(number, 0.0))
            / self._all
            for number, one in read.items()
        }
        if is_long:
            for number, extra in self._feedback(read, words).items():
                scores[number] += FEEDBACK_SHARE * extra
        return sorted(((score, number) for number, score in scores.items()), reverse=True)

    def _weighed(self, tokens: Collection[str]) -> dict[str, float]:
        counts = self._frequencies(tokens)
        return {token: idf(self._threads, counts.get(token, 0)) * _strength(token) for token in tokens}

    def _idf_of(self, way: Way) -> float:
        """Of words side by side, that of the rarest: together they are at least as rare."""
        return max(self._idf[token] for token in way.tokens)

    def _words(self, one: _Read) -> float:
        return sum(self._clause_idf[clause] * one.saturated(_frequency(clause, one)) for clause in self._wanted.ranked)

    def _beginning(self, one: _Read) -> float:
        first = one.beginning()
        total = 0.0
        for clause in self._wanted.ranked:
            count = max(way.weight * min(first.count(token) for token in way.tokens) for way in clause.ways)
            total += self._clause_idf[clause] * 2 * count / (count + 1)
        return total

    def _pair_scores(self, read: Mapping[int, _Read]) -> dict[int, float]:
        """How often words of the query that follow each other do so in each thread, rare pairs first."""
        found: dict[int, float] = {}
        for pair in dict.fromkeys(self._pairs):
            counts = {number: count for number, one in read.items() if (count := one.sequence(pair))}
            rarity = idf(self._threads, len(counts))
            for number, count in counts.items():
                found[number] = found.get(number, 0.0) + rarity * read[number].saturated(count)
        return found

    def _feedback(self, read: Mapping[int, _Read], words: Mapping[int, float]) -> dict[int, float]:
        """What the best threads have in common, found in each: RM3 of Lavrenko and Croft, on top of BM25."""
        best = heapq.nlargest(FEEDBACK_THREADS, words, key=lambda number: (words[number], number))
        expected = self._expected([(read[number], words[number]) for number in best])
        return {
            number: sum(share * one.linear(one.weights[token]) for token, share in expected if token in one.weights)
            / SATURATED
            for number, one in read.items()
        }

    def _expected(self, best: Sequence[tuple[_Read, float]]) -> list[tuple[str, float]]:
        """The words of the best threads with their weights, each thread counted by how much better it is."""
        highest = max((score for _, score in best), default=0.0)
        shares: dict[str, float] = {}
        for one, score in best:
            weight = math.exp(score - highest) / one.length
            for token, count in one.weights.items():
                shares[token] = shares.get(token, 0.0) + weight * count
        likely = heapq.nlargest(FEEDBACK_LOOKED_UP, shares, key=lambda token: (shares[token], token))
        counts = self._frequencies(likely)
        kept = [token for token in likely if 2 <= counts.get(token, 0) < self._threads / 4][:FEEDBACK_WORDS]
        total = sum(shares[token] for token in kept) or 1.0
        return [(token, shares[token] / total * idf(self._threads, counts[token])) for token in kept]


class _Read:
    """One thread. Each of its tokens is counted where a long query asks for many, else those that are asked for."""

    def __init__(self, contents: Contents, average: float, *, is_for_many: bool) -> None:
        self.weights = contents.weights() if is_for_many else {}
        self.weight = (lambda token: self.weights.get(token, 0.0)) if is_for_many else contents.weight_of
        self.length = max(contents.length, 1.0)
        self._contents = contents
        self._norm = K1 * (self.length / average) ** LENGTH_POWER
        self._linear_norm = K1 * (0.25 + 0.75 * self.length / average)

    def beginning(self) -> list[str]:
        """The first words of the thread, its title before them."""
        title, _, body, *rest = self._contents.parts
        return list(islice((each for each in chain(title, body, *rest) if each != BREAK), BEGINNING))

    def saturated(self, count: float) -> float:
        return SATURATED * count / (count + self._norm) if count else 0.0

    def linear(self, count: float) -> float:
        return SATURATED * count / (count + self._linear_norm)

    def sequence(self, tokens: Sequence[str]) -> int:
        """How often these tokens stand side by side."""
        if not all(map(self.weight, tokens)):
            return 0
        return sum(_count(part, tokens) for part in self._contents.parts)


def _count(part: Sequence[str], tokens: Sequence[str]) -> int:
    first, size, count, at = tokens[0], len(tokens), 0, -1
    try:
        while True:
            at = part.index(first, at + 1)
            count += tuple(part[at : at + size]) == tuple(tokens)
    except ValueError:
        return count


def _frequency(clause: Clause, one: _Read) -> float:
    """How often a clause is met, by its best way."""
    return max(
        way.weight * (one.weight(way.tokens[0]) if len(way.tokens) == 1 else one.sequence(way.tokens))
        for way in clause.ways
    )


def _strength(token: str) -> float:
    return FAINT if token in FAINT_WORDS else 1.0
