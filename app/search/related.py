"""Searches that lead on from one: by the words that its best questions share, and that few others have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from app.questions.models import Question
from app.search.dictionary import Dictionary, dictionary
from app.search.language import MAX_CHARACTERS, MAX_TERMS, Fact, Phrase, Query, Word
from app.search.words import pieces, stem, stems

MOST = 5
FEW = 4
"""Of fewer questions there is nothing to choose from, so what they are about is searched for by itself."""

SHORTEST = 3

EVERYWHERE = 0.2
"""Words that stand in more than so large a part of the threads of the most frequent word tell nothing."""

OF_A_TOPIC = 3.0
"""So many times as telling is a word that stands in the name of a topic too: somebody thought it worth a name."""

TOPICS = 2


@dataclass
class _Lead:
    """Words that follow one another in titles, or one alone; `titles` are the places of the questions."""

    words: tuple[str, ...]
    titles: set[int] = field(default_factory=set)


def related_to(query: Query, questions: Sequence[Question]) -> list[Query]:
    """Up to five searches by the most telling words of titles and tags beyond those of `query`; asks one query.

    `questions` are what somebody may see of all that match the whole of `query`. Each search finds one of them at the
    least, and so nothing that they may not know of.
    """
    if not questions:
        return []
    words = dictionary()
    known = {root for term in query.wanted if isinstance(term, Word | Phrase) for root in stems(term.text)}
    leads = [lead for lead in _leads([question.title for question in questions], known) if not _is_common(lead, words)]
    if len(questions) < FEW:
        return _kept([*_topics(query, questions), *_alone(leads)])
    some = [lead for lead in leads if 1 < len(lead.titles) < len(questions)]
    return _kept(_narrowed(query, lead) for lead in _apart(_ranked(some, questions, words)))


def _leads(titles: Sequence[str], known: set[str]) -> list[_Lead]:
    """Words and pairs of neighbours, by their stems, in the order of the titles."""
    found: dict[tuple[str, ...], _Lead] = {}
    for place, title in enumerate(titles):
        written = [(piece.lower(), stem(piece)) for piece in pieces(title)]
        telling = [(word, root) if _tells(word, root, known) else None for word, root in written]
        for group in [*((each,) for each in telling), *pairwise(telling)]:
            chosen = [each for each in group if each is not None]
            if len(chosen) == len(group):
                roots = tuple(root for _word, root in chosen)
                found.setdefault(roots, _Lead(tuple(word for word, _root in chosen))).titles.add(place)
    return list(found.values())


def _tells(word: str, root: str, known: set[str]) -> bool:
    return bool(root) and len(word) >= SHORTEST and not word.replace(".", "").isdigit() and root not in known


def _is_common(lead: _Lead, words: Dictionary) -> bool:
    most = max(FEW, EVERYWHERE * words.largest)
    return any(words.threads(word) > most for word in lead.words)


def _ranked(leads: Sequence[_Lead], questions: Sequence[Question], words: Dictionary) -> list[_Lead]:
    """First what is frequent in the titles and rare elsewhere, or in the name of a topic of the questions."""
    largest = words.largest + 1
    named = {root for question in questions for tag in question.tags for root in stems(tag.name)}

    def telling(lead: _Lead) -> float:
        rarity = sum(
            log(1 + largest / (1 + words.threads(word))) * (OF_A_TOPIC if stem(word) in named else 1)
            for word in lead.words
        )
        return len(lead.titles) * rarity

    return sorted(leads, key=lambda lead: (-telling(lead), lead.words))


def _apart(ranked: Sequence[_Lead]) -> Iterator[_Lead]:
    """Without those of which a word was in an earlier one."""
    used: set[str] = set()
    for lead in ranked:
        roots = {stem(word) for word in lead.words}
        if used.isdisjoint(roots):
            used |= roots
            yield lead


def _narrowed(query: Query, lead: _Lead) -> Query:
    return Query((*query.wanted, *map(Word, lead.words)), query.unwanted)


def _alone(leads: Sequence[_Lead]) -> Iterator[Query]:
    """The pairs of a few titles, each by itself."""
    return (Query(tuple(map(Word, lead.words))) for lead in _apart([lead for lead in leads if len(lead.words) > 1]))


def _topics(query: Query, questions: Sequence[Question]) -> Iterator[Query]:
    """The topics that most of a few questions have, and that were not asked for."""
    count: defaultdict[str, int] = defaultdict(int)
    for question in questions:
        for tag in question.tags:
            count[tag.name] += 1
    others = sorted((name for name in count if name not in query.tags), key=lambda name: (-count[name], name))
    return (Query((Fact("tag", name, name),)) for name in others[:TOPICS])


def _kept(searches: Sequence[Query] | Iterator[Query]) -> list[Query]:
    """The first of them that the language can say."""
    fitting = (each for each in searches if len(each.wanted) <= MAX_TERMS and len(str(each)) <= MAX_CHARACTERS)
    return list(dict.fromkeys(fitting))[:MOST]
