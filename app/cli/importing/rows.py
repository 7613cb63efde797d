"""Reading one XML file of a dump, row by row, whatever somebody has put into it.

A dump file is a flat list: a root element, and below it nothing but `<row Name="value" ... />`. Everything else is
refused: document types (and with them entities), other roots, deeper nesting, endless rows, files that stop early.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from app.cli.importing.refusal import DumpRefused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # noqa: TID251 - the type alone, no XML is read

CHUNK_BYTES = 64 * 1024
LONGEST_ROW_BYTES = 4 * 1024 * 1024
LONGEST_REFERENCE_BYTES = 12
MOST_ATTRIBUTE_NAMES = 200

_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,7})|([0-9]{1,8}));")

Attributes = dict[str, str]


class Progress(Protocol):
    """Is told how many bytes were read."""

    def __call__(self, byte_count: int, /) -> object: ...


def rows_of(
    path: Path, root: str, *, progress: Progress = int, on_mended: Callable[[], object] = int
) -> Iterator[Attributes]:
    """The attributes of each row of the file at `path`, whose root element must be `root`.

    `progress` is called with the bytes read since the last call, `on_mended` once for each reference to a
    character that XML forbids (dumps hold some; they are left out). Memory does not grow with the file.
    Raises DumpRefused with one sentence when the file is not such a list, or not all of it.
    """
    if path.stat().st_size == 0:
        raise DumpRefused(f"{path.name} is empty: unpack the dump again, or take the file away to import without it.")
    with path.open("rb") as file:
        source = _Source(file, progress, on_mended)
        try:
            yield from _rows(source, path.name, root)
        except DefusedXmlException:
            raise DumpRefused(f"{path.name} declares a document type or entities, which no dump does.") from None
        except ParseError as error:
            raise DumpRefused(_what_is_wrong(path.name, error)) from None
        except (LookupError, ValueError):
            raise DumpRefused(f"{path.name} is not in an encoding that can be read; dumps are in UTF-8.") from None


def _rows(source: _Source, name: str, root: str) -> Iterator[Attributes]:
    top: Element | None = None
    depth = 0
    names: set[str] = set()
    for happened, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        if happened == "start":
            depth += 1
            top = element if top is None else top
            _check_place(name, root, element.tag, depth)
            continue
        depth -= 1
        if depth == 1:
            source.row_ended()
            attributes: Attributes = element.attrib
            # The parser keeps every name it has met, so made-up names must not go on for ever.
            names.update(attributes)
            if len(names) > MOST_ATTRIBUTE_NAMES:
                raise DumpRefused(f"{name} has rows of more than {MOST_ATTRIBUTE_NAMES} kinds of attributes.")
            # The root holds on to its children, so it is emptied after each of them.
            top.clear()  # type: ignore[union-attr]
            yield attributes


def _check_place(name: str, root: str, tag: str, depth: int) -> None:
    wrong = f"{name} is not a file of a Stack Exchange dump"
    if depth == 1 and tag != root:
        raise DumpRefused(f"{wrong}: it begins with <{tag[:40]}>, not <{root}>.")
    if depth == 2 and tag != "row":
        raise DumpRefused(f"{wrong}: it holds <{tag[:40]}> where a row should be.")
    if depth > 2:
        raise DumpRefused(f"{wrong}: its rows hold other elements.")


def _what_is_wrong(name: str, error: ParseError) -> str:
    line = error.position[0]
    if error.code in {3, 5, 6}:  # expat: no element found, unclosed token, partial character
        return f"{name} stops in the middle of line {line}: it is truncated, so fetch or unpack the dump again."
    return f"{name} is not well-formed XML at line {line}: fetch or unpack the dump again."


class _Source:
    """The bytes of a file as expat may read them, with a limit on how long one row can be."""

    def __init__(self, file: BinaryIO, progress: Progress, on_mended: Callable[[], object]) -> None:
        self._file = file
        self._progress = progress
        self._on_mended = on_mended
        self._held_back = b""
        self._since_last_row = 0

    def read(self, _size: int = -1) -> bytes:
        """The next chunk; its size is ours to choose."""
        fresh = self._file.read(CHUNK_BYTES)
        self._progress(len(fresh))
        self._since_last_row += len(fresh)
        if self._since_last_row > LONGEST_ROW_BYTES:
            limit = LONGEST_ROW_BYTES // (1024 * 1024)
            raise DumpRefused(f"{Path(self._file.name).name} has a row of more than {limit} MB, which no dump has.")
        return self._mended(fresh)

    def row_ended(self) -> None:
        self._since_last_row = 0

    def _mended(self, fresh: bytes) -> bytes:
        """Leave out references such as `&#x0E;`, which real dumps hold although XML 1.0 forbids them."""
        if not fresh:
            rest, self._held_back = self._held_back, b""
            return rest
        data = self._held_back + fresh
        cut = _start_of_open_reference(data)
        self._held_back = data[cut:]
        # expat takes an empty answer for the end of the file, and a chunk may be one open reference.
        return _REFERENCE.sub(self._without_forbidden, data[:cut]) or self.read()

    def _without_forbidden(self, reference: re.Match[bytes]) -> bytes:
        hexadecimal, decimal = reference.groups()
        if _is_allowed(int(hexadecimal, 16) if hexadecimal else int(decimal)):
            return reference.group()
        self._on_mended()
        return b""


def _start_of_open_reference(data: bytes) -> int:
    """Where a reference begins that the end of `data` may have cut in two; the length of `data` if there is none."""
    start = data.rfind(b"&", max(0, len(data) - LONGEST_REFERENCE_BYTES))
    return len(data) if start < 0 or b";" in data[start:] else start


def _is_allowed(character: int) -> bool:
    """The characters of XML 1.0 (section 2.2)."""
    if character < 0x20:
        return character in {0x9, 0xA, 0xD}
    return character <= 0xD7FF or 0xE000 <= character <= 0xFFFD or 0x10000 <= character <= 0x10FFFF
