"""One look into one segment: which of its documents have what is wanted, and how well.

Term at a time: the rarest word first, then only such blocks of the others as can hold one of the documents that are
left. To read a block and add it up in a dict takes a quarter of a microsecond for each thread and word.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.search.engines.clauses import Clause, Wanted
from app.search.engines.layout import run_of, running_text
from app.search.engines.rarity import idf
from app.search.engines.whoosh.segments import Block, Segment

PRESENT = 1.0
"""What it adds that a word is there at all, beside its impact: threads with most of the words come first."""


class TimeUpError(Exception):
    """There was no time to look at everything."""


@dataclass(frozen=True)
class Doubt:
    """Documents that have the words of a phrase, perhaps not side by side: they are looked at before they are given."""

    documents: Collection[int]
    phrases: Sequence[bytes]
    is_wanted: bool


class Rarity:
    """How rare words are in the whole index, whose segments must give scores that compare."""

    def __init__(self, segments: Sequence[Segment], threads: int) -> None:
        self._segments = segments
        self._threads = threads
        self._counts: dict[tuple[str, str], int] = {}

    def count(self, field_name: str, token: str) -> int:
        """How many documents of all segments have a token."""
        key = field_name, token
        if key not in self._counts:
            self._counts[key] = sum(segment.frequency(field_name, token) for segment in self._segments)
        return self._counts[key]

    def clause_count(self, clause: Clause) -> int:
        """How many documents can have a clause at most."""
        return sum(min(self.count("words", token) for token in way.tokens) for way in clause.ways)

    def idf(self, having: int) -> float:
        return idf(self._threads, having)


@dataclass(frozen=True)
class Asked:
    """A clause or a fact, by how many documents may have it."""

    most: int
    idf: float
    fact: str = ""
    clause: Clause | None = None


@dataclass
class Look:
    """`scores` are what was found: documents with rough scores. Some of it may still be in doubt; `holds` looks."""

    segment: Segment
    rarity: Rarity
    deadline: float
    scores: dict[int, float] = field(default_factory=dict)
    is_partial: bool = False
    _doubts: list[Doubt] = field(default_factory=list)

    @property
    def has_doubts(self) -> bool:
        return bool(self._doubts)

    def every(self, wanted: Wanted) -> None:
        """Find what is complete. Raises TimeUpError, as what was read of some words only is not known to be."""
        found = self._having(wanted.clauses, wanted.facts)
        self._keep(found if found is not None else dict.fromkeys(range(self.segment.size), 0.0), wanted)

    def some(self, wanted: Wanted) -> None:
        """Find what has some of the loose words, rare words first: the common ones are left out when time runs out.

        Raises TimeUpError when there was no time for what must hold.
        """
        base = self._having(wanted.firm, wanted.facts)
        within = None if base is None else sorted(base)
        scores: dict[int, float] = {}
        counts = {token: self.rarity.count("words", token) for token in wanted.loose}
        try:
            for token in sorted(counts, key=counts.__getitem__):
                _add(scores, self._blocks("words", token, within), self.rarity.idf(counts[token]))
        except TimeUpError:
            self.is_partial = True
        self._keep(scores if base is None else {each: scores[each] for each in scores.keys() & base.keys()}, wanted)

    def holds(self, document: int) -> bool:
        """True where nothing in doubt about a document turns out to be wrong."""
        doubts = [doubt for doubt in self._doubts if document in doubt.documents]
        if not doubts:
            return True
        text = running_text(self.segment.whole(document))
        return all(any(phrase in text for phrase in doubt.phrases) == doubt.is_wanted for doubt in doubts)

    def _having(self, clauses: Iterable[Clause], facts: Iterable[str]) -> dict[int, float] | None:
        """Documents that have all of it, with rough scores; None where nothing is asked for."""
        scores: dict[int, float] | None = None
        for each in sorted([*map(self._clause, clauses), *map(self._fact, facts)], key=lambda one: one.most):
            within = None if scores is None else sorted(scores)
            weights = self._weights(each.clause, within) if each.clause else self._fact_weights(each.fact, within)
            idf = each.idf
            if scores is None:
                scores = {document: idf * weight for document, weight in weights.items()}
            else:
                both = scores.keys() & weights.keys()
                scores = {document: scores[document] + idf * weights[document] for document in both}
            if not scores:
                break
        return scores

    def _clause(self, clause: Clause) -> Asked:
        most = self.rarity.clause_count(clause)
        return Asked(most, self.rarity.idf(most), clause=clause)

    def _fact(self, token: str) -> Asked:
        return Asked(self.rarity.count("facts", token), 0.0, fact=token)

    def _fact_weights(self, token: str, within: Sequence[int] | None) -> dict[int, float]:
        found: dict[int, float] = {}
        for documents, weights in self._blocks("facts", token, within):
            found.update(zip(documents, weights, strict=True))
        return found

    def _weights(self, clause: Clause, within: Sequence[int] | None, *, is_wanted: bool = True) -> dict[int, float]:
        """The impact of the best way in which each document has a clause; what may only seem to have it is noted."""
        sure: dict[int, float] = {}
        for way in clause.ways:
            if len(way.tokens) == 1:
                _raise(sure, self._token_weights(way.tokens[0], within), way.weight)
        seeming: dict[int, float] = {}
        phrases = [way for way in clause.ways if len(way.tokens) > 1]
        for way in phrases:
            _raise(seeming, self._together(way.tokens, within), way.weight)
        if doubtful := seeming.keys() - sure.keys():
            self._doubts.append(Doubt(doubtful, [run_of(way.tokens) for way in phrases], is_wanted))
        if is_wanted:
            sure.update((document, seeming[document]) for document in doubtful)
        return sure

    def _together(self, tokens: Iterable[str], within: Sequence[int] | None) -> dict[int, float]:
        """Documents with all of these tokens, and the least of their impacts."""
        rarest, *others = sorted(set(tokens), key=lambda token: self.rarity.count("words", token))
        found = self._token_weights(rarest, within)
        for token in others:
            if not found:
                break
            weights = self._token_weights(token, sorted(found))
            found = {each: min(found[each], weights[each]) for each in found.keys() & weights.keys()}
        return found

    def _token_weights(self, token: str, within: Sequence[int] | None) -> dict[int, float]:
        found: dict[int, float] = {}
        for documents, weights in self._blocks("words", token, within):
            found.update(zip(documents, weights, strict=True))
        return found

    def _blocks(self, field_name: str, token: str, within: Sequence[int] | None) -> Iterator[Block]:
        for block in self.segment.blocks(field_name, token, within):
            if time.monotonic() >= self.deadline:
                raise TimeUpError
            yield block

    def _keep(self, scores: dict[int, float], wanted: Wanted) -> None:
        """Of `scores` what nothing speaks against. Few blocks are left to read here, so it is done beyond the time."""
        self.deadline = math.inf
        for document in self.segment.deleted & scores.keys():
            del scores[document]
        if wanted.since is not None or wanted.until is not None:
            scores = self._within_days(scores, wanted.since, wanted.until)
        for token in wanted.unwanted_facts:
            scores = _without(scores, self._fact_weights(token, sorted(scores)))
        for clause in wanted.unwanted:
            scores = _without(scores, self._weights(clause, sorted(scores), is_wanted=False))
        self.scores = scores

    def _within_days(self, scores: dict[int, float], since: int | None, until: int | None) -> dict[int, float]:
        asked = self.segment.asked
        first, last = since or 0, until or math.inf
        return {document: score for document, score in scores.items() if first <= asked[document] <= last}


def _add(scores: dict[int, float], blocks: Iterable[Block], idf: float) -> None:
    present, get = PRESENT * idf, scores.get
    for documents, weights in blocks:
        for document, weight in zip(documents, weights, strict=True):
            scores[document] = get(document, 0.0) + weight * idf + present


def _raise(weights: dict[int, float], others: dict[int, float], share: float) -> None:
    """Take over weights that are greater."""
    if not weights and share == 1.0:
        weights.update(others)
        return
    for document, weight in others.items():
        if weights.get(document, 0.0) < share * weight:
            weights[document] = share * weight


def _without(scores: dict[int, float], unwanted: Collection[int]) -> dict[int, float]:
    return {document: score for document, score in scores.items() if document not in unwanted}
