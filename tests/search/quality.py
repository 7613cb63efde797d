"""How well the engines rank: nDCG@10 on real questions whose related ones are known.

    python -m tests.search.quality          prints the table of docs/decisions/0003-search.md

Most queries have one known relevant document and the rest is unjudged, so figures compare engines and say little by
themselves. Queries are titles, read by the search language with its limits, as a reader would paste them.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from whoosh import fields
from whoosh import query as whoosh
from whoosh.analysis import StandardAnalyzer
from whoosh.filedb.filestore import RamStorage

from app.search.engines.whoosh.index import WhooshIndex
from app.search.language import parse
from app.search.port import Thread

FOLDER = Path(__file__).parents[3] / "shared/data/search_eval"
DEPTH = 10

Search = Callable[[str], list[str]]


@dataclass(frozen=True)
class EvaluationSet:
    """Documents, queries and what is relevant to each: query id to document id to grade."""

    name: str
    threads: dict[str, Thread]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def evaluation_sets() -> Iterator[EvaluationSet]:
    """Every set that is on this machine; none where there is no such folder."""
    for folder in sorted(FOLDER.glob("*/")):
        relevant: dict[str, dict[str, int]] = {}
        with (folder / "qrels.tsv").open() as file:
            for row in csv.DictReader(file, delimiter="\t"):
                relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
        threads = {
            document["_id"]: Thread(id=number, title=document["title"], body=document["text"])
            for number, document in enumerate(_lines(folder / "corpus.jsonl"), 1)
        }
        queries = {query["_id"]: query["text"] for query in _lines(folder / "queries.jsonl")}
        yield EvaluationSet(folder.name, threads, queries, relevant)


def ours(documents: EvaluationSet, folder: Path) -> Search:
    """The embedded index, as the site uses it."""
    index = WhooshIndex(folder)
    index.rebuild(documents.threads.values())
    names = {thread.id: name for name, thread in documents.threads.items()}
    return lambda typed: [names[number] for number in index.query(parse(typed), seconds=60).ids]


def plain_whoosh(documents: EvaluationSet) -> Search:
    """Whoosh as it comes: one field, its standard analyzer, any of the words, BM25F."""
    analyzer = StandardAnalyzer()
    schema = fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(analyzer))
    writer = (index := RamStorage().create_index(schema)).writer()
    for name, thread in documents.threads.items():
        writer.add_document(id=name, text=" ".join([thread.title, *thread.texts]))
    writer.commit()
    searcher = index.searcher()

    def search(typed: str) -> list[str]:
        words = dict.fromkeys(token.text for token in analyzer(typed))
        any_word = whoosh.Or([whoosh.Term("text", word) for word in words])
        return [hit["id"] for hit in searcher.search(any_word, limit=DEPTH + 2)] if words else []

    return search


def ndcg(search: Search, documents: EvaluationSet, *, most_queries: int | None = None) -> float:
    """Mean normalised discounted cumulative gain of the first ten, without the document that a query was taken from."""
    gains = []
    for name, grades in list(documents.relevant.items())[:most_queries]:
        found = [each for each in search(documents.queries[name]) if each != name or name in grades]
        ideal = _discounted(sorted(grades.values(), reverse=True))
        gains.append(_discounted([grades.get(each, 0) for each in found]) / ideal)
    return sum(gains) / len(gains)


def _discounted(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open() as file:
        yield from map(json.loads, file)


def as_words(search: Search) -> Search:
    """The same search, with quotation marks and hyphens taken as spaces."""
    return lambda typed: search(typed.replace('"', " ").replace(" -", " "))


def main() -> None:
    """Print the table."""
    sys.stdout.write(f"{'set':32} plain Whoosh   ours   ours, all as words\n")
    for documents in evaluation_sets():
        with tempfile.TemporaryDirectory() as folder:
            search = ours(documents, Path(folder))
            figures = (ndcg(one, documents) for one in (plain_whoosh(documents), search, as_words(search)))
            sys.stdout.write("{:32} {:12.3f} {:6.3f} {:20.3f}\n".format(documents.name, *figures))


if __name__ == "__main__":
    with warnings.catch_warnings(action="ignore"):
        main()
