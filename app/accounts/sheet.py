"""A file of accounts, or of other things, as a spreadsheet writes it: its text, its cells, what is in each line."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.kernel.errors import RuleBroken

COLUMNS = ("name", "domains", "size_band", "crm_id", "parent", "status", "owner", "backups")
LARGEST = 2_000_000
MOST_LINES = 5_000
LONGEST_CELL = 2_000
DELIMITERS = ",;\t"
# What a spreadsheet may write in front of a file, and what that means for the rest of it.
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Shape:
    """What a file may hold: its columns, those that it cannot do without, and what stands in each line."""

    columns: Sequence[str]
    needed: Sequence[str]
    thing: str


ACCOUNTS = Shape(COLUMNS, ("name",), "account")


@dataclass(frozen=True)
class Row:
    """One line of the file: where it begins, its cells by column, and what keeps it from being read."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    def words(self, column: str) -> str:
        """What stands in a column, in one line; nothing where the file has no such column."""
        return " ".join(self.cells.get(column, "").split())


def text_of(data: bytes, *, largest: int = LARGEST) -> str:
    """The text of a file. Raises RuleBroken for one that is too large, or no text.

    UTF-8 with or without a mark in front, UTF-16 with one, and else what older spreadsheets write (Windows-1252).
    """
    if len(data) > largest:
        raise RuleBroken(f"The file is larger than {largest // 1_000:,} kB. Divide it, or take out other columns.")
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        text = _older_text(data, error)
    if "\0" in text:
        raise RuleBroken("This is no table of text: it holds NUL characters. Save it as CSV in UTF-8.")
    return text


def rows_of(text: str, shape: Shape = ACCOUNTS) -> list[Row]:
    """The lines below the first one, which names the columns. Raises RuleBroken where that cannot be read."""
    # Strict, for else a quotation mark that is not closed would make one name of all that follows it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    lines = ((number, cells) for number, cells in _numbered(reader) if any(cell.strip() for cell in cells))
    _first, head = next(lines, (0, shape.needed))
    columns = _columns(head, shape)
    found = [_row(number, columns, cells) for number, cells in itertools.islice(lines, MOST_LINES + 1)]
    if len(found) > MOST_LINES:
        raise RuleBroken(f"The file has more than {MOST_LINES:,} lines. Divide it.")
    if not found:
        raise RuleBroken(
            f"There is no {shape.thing} in the file. Its first line names the columns, each other one an {shape.thing}."
        )
    return found


def _older_text(data: bytes, error: UnicodeDecodeError) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise RuleBroken("This is no text that can be read. Save it as CSV in UTF-8.") from error


def _delimiter(text: str) -> str:
    """What divides the cells: whichever of the usual ones stands most often in the first line that has words."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line that it begins in."""
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RuleBroken(f"Line {begins} cannot be read. Perhaps a quotation mark in it is not closed.") from error
        yield begins, cells
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _columns(cells: Sequence[str], shape: Shape) -> list[str]:
    named = [cell.strip().lower() for cell in cells]
    while named and not named[-1]:
        named.pop()
    unknown = [name for name in named if name not in shape.columns]
    if unknown:
        shown = "".join(letter for letter in unknown[0] if letter.isprintable())[:40]
        raise RuleBroken(f"There is no column “{shown}”. The columns are: {', '.join(shape.columns)}.")
    missing = [name for name in shape.needed if name not in named]
    if missing:
        raise RuleBroken(f"The column “{missing[0]}” is missing.")
    if len(set(named)) < len(named):
        raise RuleBroken("A column stands there twice.")
    return named


def _row(number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Row(number, fault="This line has more cells than there are columns.")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return Row(number, fault=f"A cell is longer than {LONGEST_CELL:,} letters. Is a quotation mark not closed?")
    return Row(number, dict(zip(columns, cells, strict=False)))
