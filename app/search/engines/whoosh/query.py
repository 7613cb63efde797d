"""The tree of the search language as a Whoosh query."""

from __future__ import annotations

import math
from collections.abc import Iterable

from whoosh import query as whoosh
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from app.search.language import Day, Fact, Phrase, Query, Term, Word
from app.search.words import exact_form, exact_forms, stems

TITLE_BOOST = 0.5
"""What a word in the title adds, as a share of its weight there; the all-text field holds the title too."""


class Ranking(BM25F):
    """BM25 with the inverse document frequency of Robertson and Spärck Jones, kept above zero.

    Whoosh's own adds 1 to the logarithm, so a word that stands everywhere still weighs half of a rare one.
    """

    use_final = False

    def __init__(self) -> None:
        super().__init__(B=0.75, K1=2.0)

    def idf(self, searcher: Searcher, fieldname: str, text: bytes) -> float:
        whole = searcher.get_parent()
        having, total = whole.doc_frequency(fieldname, text), whole.doc_count_all()
        return math.log(1 + (total - having + 0.5) / (having + 0.5))


def every_word(query: Query) -> whoosh.Query:
    """Threads with all that is wanted. Words of the title weigh more."""
    required = whoosh.And([clause for term in query.wanted if (clause := _clause(term))])
    return _title_first(required, query)


def some_words(query: Query) -> whoosh.Query:
    """Threads with any of the words; phrases and tags stay required. Empty when there are no words."""
    words = [term.text for term in query.wanted if isinstance(term, Word)]
    any_word = whoosh.Or(_unique(part for word in words for part in _parts(word)))
    fixed = [clause for term in query.wanted if not isinstance(term, Word) and (clause := _clause(term))]
    return _title_first(whoosh.And([any_word, *fixed]), query) if words else whoosh.NullQuery


def unwanted(query: Query) -> whoosh.Query:
    """Threads to leave out. They are left out by the reader: Whoosh's own ANDNOT lets some of them through."""
    return whoosh.Or([clause for term in query.unwanted if (clause := _clause(term))]).normalize()


def alike(tokens: Iterable[tuple[str, str]], tags: Iterable[str]) -> whoosh.Query:
    """Threads with any of these (field, token); the same word in a title and the same tag count on top."""
    tokens = list(tokens)
    title = _terms("title", [token for field, token in tokens if field == "text"])
    bonus = whoosh.Or([*title, *(_tag(name, boost=1.0) for name in tags)])
    return whoosh.AndMaybe(whoosh.Or([whoosh.Term(*token) for token in tokens]), bonus).normalize()


def has_words(query: Query) -> bool:
    """True when there is something to rank by; tags alone leave all threads equal."""
    return any(not isinstance(term, Fact | Day) for term in query.wanted)


def _clause(term: Term) -> whoosh.Query | None:
    match term:
        case Fact():
            return whoosh.Term("fact", term.token, boost=0.0)
        case Day():
            return None
        case Phrase(text):
            return _phrase(text)
        case Word(text):
            return _word(text)


def _word(text: str) -> whoosh.Query | None:
    """One word; a code-like token as it is typed, or its words side by side (`wi-fi` also finds "wi fi")."""
    exact, words = exact_form(text), stems(text)
    ways = _terms("exact", [exact] if exact else [])
    if len(words) > 1:
        ways.append(whoosh.Phrase("text", words))
    elif words and not exact:
        ways.extend(_terms("text", words))
    return whoosh.Or(ways).normalize() if ways else None


def _phrase(text: str) -> whoosh.Query | None:
    """Words side by side, and every code-like token among them as it is typed."""
    words = stems(text)
    together = [whoosh.Phrase("text", words)] if words else []
    exact = [form for token in text.split() if (form := exact_form(token))]
    return whoosh.And([*together, *_terms("exact", exact)]).normalize()


def _parts(text: str) -> list[whoosh.Query]:
    return [*_terms("exact", exact_forms(text)), *_terms("text", stems(text))]


def _tag(name: str, boost: float) -> whoosh.Query:
    return whoosh.Term("tag", name, boost=boost)


def _title_first(required: whoosh.Query, query: Query) -> whoosh.Query:
    texts = [term.text for term in query.wanted if isinstance(term, Word | Phrase)]
    title = _terms("title", [word for text in texts for word in stems(text)], TITLE_BOOST)
    return whoosh.AndMaybe(required, whoosh.Or(_unique(title))).normalize()


def _terms(field: str, texts: Iterable[str], boost: float = 1.0) -> list[whoosh.Query]:
    return [whoosh.Term(field, text, boost=boost) for text in texts]


def _unique(queries: Iterable[whoosh.Query]) -> list[whoosh.Query]:
    return list(dict.fromkeys(queries))
