"""Accounts as a file for a spreadsheet, in which no text can be taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from app.kernel.tables import inert

Cell = str | int | float | None


def as_csv(records: Iterable[Mapping[str, Cell]], columns: Sequence[str]) -> str:
    """These columns of the records, with every field in quotes (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for one in records:
        writer.writerow([_cell(one[column]) for column in columns])
    return text.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return inert(value) if isinstance(value, str) else str(value)
