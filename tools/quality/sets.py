"""Collections of documents, queries and what is relevant to each, in the folders of the BEIR benchmark."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.config import ROOT
from app.kernel.text import plain_text
from app.search.port import Thread

FOLDER = ROOT.parent / "shared/data/search_eval"


@dataclass(frozen=True)
class Collection:
    """Documents by name as (title, Markdown), queries by name, and grades: query to document to grade."""

    name: str
    documents: dict[str, tuple[str, str]]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]

    @cached_property
    def names(self) -> list[str]:
        return list(self.documents)

    def threads(self) -> Iterator[Thread]:
        """The documents as an index takes them: thread n is the document names[n - 1]."""
        for number, (title, text) in enumerate(self.documents.values(), 1):
            yield Thread(id=number, title=title, body=plain_text(text))


def collections(folder: Path = FOLDER) -> Iterator[Collection]:
    """Every collection below `folder`; none where there is no such folder."""
    for place in sorted(folder.glob("*/")):
        grades: dict[str, dict[str, int]] = {}
        with (place / "qrels.tsv").open() as file:
            for row in csv.DictReader(file, delimiter="\t"):
                grades.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
        documents = {each["_id"]: (each["title"], each["text"]) for each in _lines(place / "corpus.jsonl")}
        queries = {each["_id"]: each["text"] for each in _lines(place / "queries.jsonl")}
        yield Collection(place.name, documents, queries, grades)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open() as file:
        yield from map(json.loads, file)
