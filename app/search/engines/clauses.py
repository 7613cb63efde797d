"""What a query asks of an index, in the tokens of app.search.words: the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.search.language import Fact, Phrase, Query, Term, Word
from app.search.words import exact_form, stems, tokens

ALSO_WEIGHT = 0.6
"""What another word for the same counts, as a share of the typed one."""

LONG = 3
"""From so many different words outside of quotation marks on, a query describes a problem: no thread need have all."""


@dataclass(frozen=True)
class Way:
    """Tokens that stand side by side; most often one."""

    tokens: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Clause:
    """One thing that is looked for, which may be said in several ways."""

    ways: tuple[Way, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(token for way in self.ways for token in way.tokens))


@dataclass(frozen=True)
class Wanted:
    """A query for an engine.

    A complete thread has every one of `clauses`, none of `unwanted`, all `facts`, none of `unwanted_facts`, and was
    asked from `since` to `until` (ordinal days). A thread with some of the words has every one of `firm` (the phrases)
    and at least one of `loose`, the single tokens; the rest holds for it as well. `ranked` is what scores are made of:
    in a long query (`is_long`) each token of a joined word on its own, so that half a word counts half.
    """

    clauses: tuple[Clause, ...] = ()
    ranked: tuple[Clause, ...] = ()
    firm: tuple[Clause, ...] = ()
    loose: tuple[str, ...] = ()
    unwanted: tuple[Clause, ...] = ()
    facts: tuple[str, ...] = ()
    unwanted_facts: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    is_long: bool = False


def wanted(query: Query) -> Wanted:
    """The query as clauses. In a long one, words in quotation marks are preferred together rather than demanded."""
    words = [clause for term in query.words for clause in _word(term)]
    phrases = [clause for term in query.phrases for clause in _phrase(term)]
    ranked = [*words, *phrases]
    # Forms of one word are one clause, so saying a word three ways makes no query long.
    is_long = len(set(words)) >= LONG
    if is_long:
        terms = list(_apart(query.wanted))
        words = [clause for term in terms for clause in _word(term)]
        ranked = [clause for term in terms for clause in _tokens(term)]
        phrases = []
    unwanted_facts = [term.token for term in query.unwanted if isinstance(term, Fact)]
    return Wanted(
        clauses=tuple(dict.fromkeys((*words, *phrases))),
        ranked=tuple(dict.fromkeys(ranked)),
        firm=tuple(dict.fromkeys(phrases)),
        loose=tuple(dict.fromkeys(token for term in _apart(query.wanted) for token in _loose(term))),
        unwanted=tuple(clause for term in query.unwanted for clause in _unwanted(term)),
        facts=tuple(fact.token for fact in query.facts),
        unwanted_facts=tuple(unwanted_facts),
        since=max((day.day.toordinal() for day in query.days if day.kind == "after"), default=None),
        until=min((day.day.toordinal() for day in query.days if day.kind == "before"), default=None),
        is_long=is_long,
    )


def _apart(terms: Iterable[Term]) -> Iterator[Word]:
    """The words of a query in order, those of its phrases each on its own."""
    for term in terms:
        match term:
            case Word():
                yield term
            case Phrase(text):
                yield from (Word(word) for word in text.split())


def _tokens(term: Word) -> Iterator[Clause]:
    """A clause for each token of one word; for a plain word, its ways."""
    found = tokens(term.text)
    apart = dict.fromkeys((*found.stems, *found.others))
    if len(apart) < 2:
        yield from _word(term)
    else:
        yield from (Clause((Way((token,)),)) for token in apart)


def _word(term: Word) -> Iterator[Clause]:
    """One word in its ways; nothing for one that says nothing."""
    ways = [*_ways(term.text), *(way for other in term.also for way in _ways(other, ALSO_WEIGHT))]
    if ways:
        yield Clause(tuple({way.tokens: way for way in reversed(ways)}.values())[::-1])


def _ways(text: str, weight: float = 1.0) -> Iterator[Way]:
    """A code-like token as it is typed, or its words side by side: `wi-fi` also finds "wi fi"."""
    exact, words = exact_form(text), stems(text)
    if exact:
        yield Way((exact,), weight)
    if len(words) > 1 or (words and not exact):
        yield Way(tuple(words), weight)


def _phrase(term: Phrase) -> Iterator[Clause]:
    """Words side by side, and every code-like token among them as it is typed."""
    if words := stems(term.text):
        yield Clause((Way(tuple(words)),))
    for form in _exact(term.text.split()):
        yield Clause((Way((form,)),))


def _exact(chunks: Iterable[str]) -> Iterator[str]:
    return (form for chunk in chunks if (form := exact_form(chunk)))


def _loose(term: Word) -> list[str]:
    found = tokens(term.text)
    return [*found.stems, *found.others, *(token for other in term.also for token in stems(other))]


def _unwanted(term: Term) -> Iterator[Clause]:
    match term:
        case Word():
            yield from _word(term)
        case Phrase(text):
            words, forms = stems(text), list(_exact(text.split()))
            if words or forms:
                yield Clause((Way(tuple(words) or (forms[0],)),))
        case _:
            pass
