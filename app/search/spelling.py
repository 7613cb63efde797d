"""Did you mean: another spelling of words that stand in no thread, or in hardly any.

A word is looked for among those that are one change away, or two if it is long: a letter added, left out or another
one, or two neighbours in the wrong order (Damerau and Levenshtein's distance, where no letters are changed twice).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA, Editop, Levenshtein

from app.kernel.db import db
from app.people.models import Person
from app.questions.models import Question
from app.questions.queries import for_everybody, visible_to
from app.search.checking import kept
from app.search.dictionary import Dictionary, dictionary
from app.search.engines import site_index
from app.search.language import Phrase, Query, Term, Word
from app.search.words import STOP_WORDS, stem

SHORTEST = 4
LONG = 6
LONGEST = 40

HARDLY_ANY = 1
"""A word of so many threads may still be a slip, if a much more frequent one is a single change away."""

# What a change costs: the more, the fewer people do it.
SWAPPED, DOUBLED, LEFT_OUT, MIXED_UP, ADDED, REPLACED = 0.8, 0.8, 1.0, 1.0, 1.4, 1.6
OTHER_BEGINNING = 0.5
LETTERS_A_CHANGE = 4
MOST_COST = 2.8

MUCH_MORE = 20
"""So many times more frequent: what weighs a word against one that is a change nearer."""

ALIKE = ("aeiouy", "ckqsxz", "bdpt", "gj", "fpv", "mn", "iljt", "vw")
"""Letters that are taken for one another by ear or by eye."""

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
"""Letters whose keys are neighbours."""

SHORTEST_PART = 3
FREQUENT_PART = 2

MOST_SLIPS = 3
"""Words that are respelled in one search: each is compared with thousands."""

MOST_TRIED = 3
MOST_COUNTED = 20
SECONDS = 0.1


@dataclass(frozen=True)
class Proposal:
    """Another query, and what has to find more than the first one did for it to be worth proposing."""

    query: Query
    proof: Query


def did_you_mean(query: Query, viewer: Person | None) -> Query | None:
    """`query` spelled as threads spell it, if that finds more of what `viewer` may see. Raises IndexUnavailable.

    For searches that found few. What is proposed has been found, so no word is told that stands only where this viewer
    may not look, or may look no more.
    """
    tried = list(proposals(query, dictionary()))[:MOST_TRIED]
    if not tried:
        return None
    found_now = _count(query, viewer)
    return next((each.query for each in tried if _count(each.proof, viewer) > found_now), None)


def proposals(query: Query, words: Dictionary) -> Iterator[Proposal]:
    """Other spellings of `query`, the likeliest first: a word written apart, words spelled otherwise, or run together.

    Asks no database.
    """
    yield from _written_apart(query, words)
    others = {slip: respelled(slip, words) for slip in _likely_slips(query, words)}
    other = _wanting(query, [_respelled_term(term, others) for term in query.wanted])
    if other.wanted != query.wanted:
        yield Proposal(other, other)
    yield from _run_together(query, words)


def respelled(word: str, words: Dictionary) -> str:
    """The word that was most likely meant by `word`; empty where it is known, or no other is near."""
    typed = word.lower()
    if not _may_be_slip(typed, words):
        return ""
    known = words.threads_with_stem(typed)
    reach = 2 if len(typed) >= LONG and not known else 1
    # Each change makes it so much less likely that a word was meant.
    weighed = [(words.threads(other) / MUCH_MORE**cost, other) for other, cost in _near(typed, reach, words)]
    weight, best = max(weighed, default=(0.0, ""))
    return best if weight > known else ""


def _near(typed: str, reach: int, words: Dictionary) -> Iterator[tuple[str, float]]:
    """Words that are at most `reach` changes away, each with what these cost."""
    root, most = stem(typed), _most(typed)
    for length in range(len(typed) - reach, len(typed) + reach + 1):
        alike = words.by_length.get(length, ())
        near = process.extract(typed, alike, scorer=OSA.distance, score_cutoff=reach, limit=None)
        for other, changes, _place in near:
            cost = _cost(typed, other, int(changes))
            if cost <= most and stem(other) != root:
                yield other, cost


def _most(typed: str) -> float:
    """What the changes of a word may cost together, by its length: short words are near to many."""
    return min(MOST_COST, max(1.0, len(typed) / LETTERS_A_CHANGE))


def _cost(typed: str, other: str, changes: int) -> float:
    """About 1 for each change, more for those that happen to few people."""
    edits = Levenshtein.editops(typed, other)
    if len(edits) > changes:
        return changes * SWAPPED
    beginning = OTHER_BEGINNING if typed[0] != other[0] else 0.0
    return beginning + sum(_cost_of(edit, typed, other) for edit in edits)


def _cost_of(edit: Editop, typed: str, other: str) -> float:
    if edit.tag == "insert":
        return LEFT_OUT
    letter = typed[edit.src_pos]
    if edit.tag == "delete":
        around = typed[max(0, edit.src_pos - 1) : edit.src_pos] + typed[edit.src_pos + 1 : edit.src_pos + 2]
        return DOUBLED if letter in around else ADDED
    return MIXED_UP if _are_mixed_up(letter, other[edit.dest_pos]) else REPLACED


def _are_mixed_up(one: str, other: str) -> bool:
    beside = any(abs(row.find(one) - row.find(other)) == 1 for row in ROWS if one in row and other in row)
    return beside or any(one in group and other in group for group in ALIKE)


def _is_plain(typed: str) -> bool:
    """True for a word of letters: a code is as it is, and the shortest words are too near to one another."""
    return typed.isalpha() and SHORTEST <= len(typed) <= LONGEST and typed not in STOP_WORDS


def _likely_slips(query: Query, words: Dictionary) -> list[str]:
    """The first few words of a query that are not known. A word with synonyms is known, wherever it stands."""
    terms = [term for term in query.wanted if isinstance(term, Phrase) or (isinstance(term, Word) and not term.also)]
    typed = [word for term in terms for word in term.text.split()]
    return [word for word in typed if _may_be_slip(word.lower(), words)][:MOST_SLIPS]


def _may_be_slip(typed: str, words: Dictionary) -> bool:
    """True for a plain word of no thread, or a long one of hardly any."""
    if not _is_plain(typed):
        return False
    return words.threads_with_stem(typed) <= (HARDLY_ANY if len(typed) >= LONG else 0)


def _respelled_term(term: Term, others: Mapping[str, str]) -> Term:
    """`term` with its slips respelled; itself where there are none."""
    if not isinstance(term, Word | Phrase):
        return term
    text = " ".join(others.get(word) or word for word in term.text.split())
    return term if text == " ".join(term.text.split()) else type(term)(text)


def _written_apart(query: Query, words: Dictionary) -> Iterator[Proposal]:
    """ "touchpad" as "touch pad", if these stand together somewhere."""
    for place, term in enumerate(query.wanted):
        parts = _parts(term.text.lower(), words) if isinstance(term, Word) else ()
        if parts:
            apart = _with(query, place, 1, map(Word, parts))
            yield Proposal(apart, _with(query, place, 1, [Phrase(" ".join(parts))]))


def _parts(typed: str, words: Dictionary) -> tuple[str, ...]:
    """The two known words that `typed` is made of; empty for none."""
    if not _is_plain(typed):
        return ()
    cuts = [(typed[:at], typed[at:]) for at in range(SHORTEST_PART, len(typed) - SHORTEST_PART + 1)]
    known = [(min(map(words.threads, cut)), cut) for cut in cuts if STOP_WORDS.isdisjoint(cut)]
    threads, best = max(known, default=(0, ()))
    return best if threads >= FREQUENT_PART else ()


def _run_together(query: Query, words: Dictionary) -> Iterator[Proposal]:
    """ "fire wall" as "firewall"."""
    for place, (one, other) in enumerate(pairwise(query.wanted)):
        if not (isinstance(one, Word) and isinstance(other, Word)):
            continue
        joined = (one.text + other.text).lower()
        if _is_plain(joined) and words.threads_with_stem(joined):
            together = _with(query, place, 2, [Word(joined)])
            yield Proposal(together, together)


def _with(query: Query, place: int, length: int, terms: Iterable[Term]) -> Query:
    """`query` with `terms` instead of the `length` wanted ones at `place`."""
    return _wanting(query, [*query.wanted[:place], *terms, *query.wanted[place + length :]])


def _wanting(query: Query, terms: Iterable[Term]) -> Query:
    return replace(query, wanted=tuple(dict.fromkeys(terms)), remarks=())


def _count(query: Query, viewer: Person | None) -> int:
    """How many public threads match all of `query` in what `viewer` may see; MOST_COUNTED is the most it says."""
    hits = site_index().query(query, limit=MOST_COUNTED, seconds=SECONDS)
    ids = [hit.id for hit in hits.found if hit.is_complete]
    if not ids:
        return 0
    rows = visible_to(viewer).where(Question.id.in_(ids), for_everybody()).with_only_columns(Question.id)
    return len(kept(list(db.session.scalars(rows)), query, viewer))
