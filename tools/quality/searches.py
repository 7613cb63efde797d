"""What is compared: each engine as the site uses it, and SQLite's FTS5 as it comes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pysqlite3

from app.search.language import Query, Word, parse
from app.search.port import SearchIndex
from app.search.synonyms import alternatives
from tools.quality.measures import DEPTH, Search
from tools.quality.sets import Collection

# Two more than needed: the document that the query was taken from may be among them.
ASKED_FOR = DEPTH + 2
SECONDS = 60.0
STOP_WORDS = frozenset(
    "a an the of in on to for is are was be how do does i my me it this that with and or not can what when why at from "
    "by as if you your we have has had but so any there am im would will".split()
)


def site_search(index: SearchIndex) -> Callable[[Collection], Search]:
    """An engine with the search language and the general synonyms, as people meet it."""

    def ready(collection: Collection) -> Search:
        index.rebuild(collection.threads())
        names = collection.names

        def search(typed: str) -> list[str]:
            return [names[hit.id - 1] for hit in index.query(widened(parse(typed)), seconds=SECONDS).found[:ASKED_FOR]]

        return search

    return ready


def plain_fts5(collection: Collection) -> Search:
    """FTS5 with Porter's stems, any of the words, BM25 with twice the weight for titles."""
    database = pysqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE found USING fts5(name UNINDEXED, title, body, tokenize='porter unicode61')")
    rows = ((name, title, text) for name, (title, text) in collection.documents.items())
    database.executemany("INSERT INTO found VALUES (?, ?, ?)", rows)
    best = "SELECT name FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, 2.0, 1.0) LIMIT ?"

    def any_word(words: list[str]) -> str:
        return " OR ".join(f'"{word}"' for word in words)

    def search(typed: str) -> list[str]:
        words = [word for word in dict.fromkeys(re.findall(r"\w+", typed.lower())) if word not in STOP_WORDS]
        if not words:
            return []
        return [name for (name,) in database.execute(best, (any_word(words), ASKED_FOR))]

    return search


def widened(query: Query) -> Query:
    """The query with other words for its words, without asking a database for the names of topics."""
    wanted = (replace(term, also=alternatives(term.text)) if isinstance(term, Word) else term for term in query.wanted)
    return replace(query, wanted=tuple(wanted))
