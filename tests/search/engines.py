"""The engines that the site is tested on, how to spoil what each keeps, and what each of its documents holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.search.engines.whoosh.index import WhooshIndex

Contents = dict[int, dict[Any, Any]]
Damage = Callable[[Path], None]


@dataclass(frozen=True)
class Engine:
    """One engine. `url` is the SEARCH_URL of an index in a folder; `contents` what its documents hold, by thread.

    `damages` are ways to lose what it keeps, by name.
    """

    name: str
    url: Callable[[Path], str]
    contents: Callable[[Path], Contents]
    damages: dict[str, Damage]
    needs: str = ""


def files(folder: Path) -> list[Path]:
    """All files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def deleted(folder: Path) -> None:
    for path in files(folder):
        path.unlink()


def emptied(folder: Path) -> None:
    for path in files(folder):
        path.write_bytes(b"")


def cut_short(folder: Path) -> None:
    for path in files(folder):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(folder: Path) -> None:
    for path in files(folder):
        path.write_bytes(b"garbage" * 500)


FILE_DAMAGES: dict[str, Damage] = {
    "deleted": deleted,
    "emptied": emptied,
    "cut short": cut_short,
    "overwritten": overwritten,
}


def whoosh_contents(folder: Path) -> Contents:
    """Of each thread every token with its places, and every value of a column."""
    index = WhooshIndex(folder / "index")
    reader = index._open(index._builds.current()).reader()
    numbers = reader.column_reader("number")
    held: Contents = {numbers[document]: {} for document in reader.all_doc_ids()}
    for field, token in reader.all_terms():
        matcher = reader.postings(field, token)
        while matcher.is_active():
            places = matcher.value_as("positions") if matcher.supports("positions") else matcher.weight()
            held[numbers[matcher.id()]][field, token] = places
            matcher.next()
    for field in reader.schema.names():
        if reader.has_column(field):
            values = reader.column_reader(field)
            for document in reader.all_doc_ids():
                held[numbers[document]][field] = values[document]
    reader.close()
    return held


ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            name="whoosh",
            url=lambda folder: f"whoosh:{folder / 'index'}",
            contents=whoosh_contents,
            damages=FILE_DAMAGES,
        ),
    )
}
