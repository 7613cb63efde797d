"""What a thread is in the index: each word with its impact, worked out once, when the thread is written.

    impact = (K1 + 1) w / (w + K1 (1 - B + B length / AVERAGE))

is BM25 without its idf, of the weighed frequency w of a word. Whoosh keeps it as the weight of a posting, so a search
adds up numbers that it reads in blocks: with Whoosh's own scorers, which work for each word and thread anew, one word
took up to 71 ms on 15,000 threads. AVERAGE is a fixed length, since the true one changes with every thread; the impacts
only propose, and app.search.engines.ranker puts in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec

from app.search.engines.layout import Contents
from app.search.port import Thread

K1 = 1.2
B = 0.75
AVERAGE = 215.0
"""Words of a usual thread, each counted as its part weighs."""

POSTINGS_A_BLOCK = 512
"""Whoosh's own 128 make four times the blocks to unpack; larger ones leave less to skip."""


class Weighed(fields.FieldType):
    """A field that takes its tokens with their weights, as a mapping."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def index(self, value: Mapping[str, float], **_options: Any) -> Iterable[tuple[bytes, int, float, bytes]]:
        return [(encoded(token), 1, weight, b"") for token, weight in value.items()]


def encoded(token: str) -> bytes:
    """A token as the index holds it."""
    return token.encode("utf-8", "surrogatepass")


def schema() -> fields.Schema:
    """`kept` is what ranking and phrases look at (Contents.packed), `whole` the same of a thread that is longer.

    No positions: they would be written a second time for every word, and a phrase is found by reading the threads that
    have all of its words, 14 microseconds each.
    """
    return fields.Schema(
        id=Weighed(),
        words=Weighed(),
        facts=Weighed(),
        number=fields.COLUMN(columns.NumericColumn("q")),
        asked=fields.COLUMN(columns.NumericColumn("i")),
        length=fields.COLUMN(columns.NumericColumn("i")),
        kept=fields.COLUMN(columns.VarBytesColumn()),
        whole=fields.COLUMN(columns.VarBytesColumn()),
    )


def codec() -> W3Codec:
    """How segments are written: large blocks that are not compressed, and no lengths of fields, which impacts hold."""
    made = W3Codec(blocklimit=POSTINGS_A_BLOCK, compression=0)
    made.length_stats = False
    return made


def document(thread: Thread) -> dict[str, Any]:
    """The fields of one thread."""
    contents = Contents.of(thread)
    kept, whole = contents.packed(), b""
    if contents.is_long:
        whole = contents.packed(most=None)
    return {
        "id": {str(thread.id): 1.0},
        "words": impacts(contents),
        "facts": dict.fromkeys(thread.facts, 1.0),
        "number": thread.id,
        "asked": thread.asked_on,
        "length": round(contents.length),
        "kept": kept,
        "whole": whole,
    }


def impacts(contents: Contents) -> dict[str, float]:
    """What each token of a thread says about it, from 0 to K1 + 1."""
    norm = K1 * (1 - B + B * contents.length / AVERAGE)
    return {token: (K1 + 1) * weight / (weight + norm) for token, weight in contents.weights().items()}
