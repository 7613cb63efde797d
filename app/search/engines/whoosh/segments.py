"""The files of Whoosh, read a block at a time.

Whoosh's matchers give one document after another, some microseconds each; here come all of a block at once. What this
module knows of Whoosh 2.7.4 beyond its documented calls, which requirements pin:

- how W3Codec lays out the postings of a term: a mark, then for each block its size (negative for the last), a pickle
  of (how many, last document, ...) and a pickle of (gaps between documents, weights, payloads); weights are None where
  all are 1, and one number where all are equal;
- that a term's extent gives the length of its postings as a tuple of one;
- where numeric columns lie, and that they end at the last value that is not the default;
- TOC and SegmentReader: `FileIndex.reader(reuse=...)` means to keep the segments that are open, but looks for them
  under the wrong name and opens all of them again.

tests/search/test_whoosh_segments.py fails when any of this changes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from typing import Any

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC
from whoosh.reading import SegmentReader, TermNotFound

from app.search.engines.whoosh.impacts import encoded, schema

NAME = "MAIN"
"""What Whoosh calls an index in its file names."""

MOST_TERMS = 20_000
TRIES = 10
"""A commit removes segments, at worst between our reading of the list and opening them."""

Block = tuple[Sequence[int], Sequence[float]]


class Segment:
    """Some threads that were written together. Documents are numbered from 0; `numbers` gives their ids.

    `asked` are ordinal days, `deleted` the documents that are found no longer; `total_length` is in weighed words
    and of all documents.
    """

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._files = reader.storage()
        self._codec_segment = reader.segment()
        self._postings = self._codec_segment.open_file(self._files, W3Codec.POSTS_EXT)
        self._terms: dict[tuple[str, str], Any] = {}
        self.size: int = reader.doc_count_all()
        self.numbers = self._column("number", "q")
        self.asked = self._column("asked", "i")
        self.total_length = sum(self._column("length", "i"))
        self.deleted: frozenset[int] = frozenset(self._codec_segment.deleted_docs())

    def frequency(self, field: str, token: str) -> int:
        """How many documents have a token, deleted ones among them."""
        info = self._term(field, token)
        return info.doc_frequency() if info else 0

    def blocks(self, field: str, token: str, within: Sequence[int] | None = None) -> Iterator[Block]:
        """The documents with a token, ascending, and its weight in each.

        With `within`, ascending documents, blocks that hold none of them are passed over.
        """
        info = self._term(field, token)
        if info is None:
            return
        offset, (size,) = info.extent()
        file = BufferFile(self._postings.get(offset, size))
        if file.read(len(WHOOSH3_HEADER_MAGIC)) != WHOOSH3_HEADER_MAGIC:
            raise ValueError("no postings where postings should be")
        lowest, is_last = 0, False
        while not is_last:
            length = file.read_int()
            is_last, following = length < 0, file.tell() + abs(length)
            count, highest, *_ = file.read_pickle()
            if within is None or _any_between(within, lowest, highest):
                gaps, weights, _ = file.read_pickle()
                yield list(accumulate(gaps)), _each(weights, count)
            lowest = highest + 1
            file.seek(following)

    def kept(self, document: int) -> bytes:
        """What Contents.packed gave for a document."""
        return self._kept[document]

    def whole(self, document: int) -> bytes:
        """The same without a limit of length."""
        return self._whole[document] or self._kept[document]

    def document(self, number: int) -> int | None:
        """The document of a thread; None where it is not here, or deleted."""
        found = self._documents.get(number)
        return None if found in self.deleted else found

    @cached_property
    def _documents(self) -> dict[int, int]:
        return dict(zip(self.numbers, range(self.size), strict=True))

    @cached_property
    def _kept(self) -> Any:
        return self._reader.column_reader("kept", translate=False)

    @cached_property
    def _whole(self) -> Any:
        return self._reader.column_reader("whole", translate=False)

    def close(self) -> None:
        self._postings.close()
        self._reader.close()

    def _term(self, field: str, token: str) -> Any:
        """Where the postings of a token lie; None where it has none. Remembered, as a segment never changes."""
        key = field, token
        if key not in self._terms:
            if len(self._terms) >= MOST_TERMS:
                self._terms.clear()
            self._terms[key] = self._looked_up(field, token)
        return self._terms[key]

    def _looked_up(self, field: str, token: str) -> Any:
        try:
            return self._reader.term_info(field, encoded(token))
        except TermNotFound:
            return None

    def _column(self, field: str, kind: str) -> Sequence[int]:
        """All values of a numeric column at once; its own reader takes a microsecond and a half for each."""
        name = W3Codec.column_filename(self._codec_segment, field)
        if not self._files.file_exists(name):
            return array(kind, bytes(array(kind).itemsize * self.size))
        values = array(kind)
        written = self._files.file_length(name) // values.itemsize
        values = self._files.open_file(name).get_array(0, kind, written)
        values.extend(repeat(0, self.size - written))
        return values


def opened(files: FileStorage, known: dict[str, Segment]) -> dict[str, Segment]:
    """The segments of the index as it is now, by name; those of `known` that are still part of it are kept open."""
    for tries_left in reversed(range(TRIES)):
        try:
            return _opened(files, known)
        except FileNotFoundError:
            if not tries_left:
                raise
    return {}


def _opened(files: FileStorage, known: dict[str, Segment]) -> dict[str, Segment]:
    found: dict[str, Segment] = {}
    toc = TOC.read(files, NAME, schema=schema())
    for segment in toc.segments:
        name = segment.segment_id()
        found[name] = known.get(name) or Segment(SegmentReader(files, toc.schema, segment))
        found[name].deleted = frozenset(segment.deleted_docs())
    return found


def _any_between(within: Sequence[int], lowest: int, highest: int) -> bool:
    place = bisect_left(within, lowest)
    return place < len(within) and within[place] <= highest


def _each(weights: Sequence[float] | float | None, count: int) -> Sequence[float]:
    if weights is None or isinstance(weights, float):
        return [1.0 if weights is None else weights] * count
    return weights
