"""Pictures that a telephone reads."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode


@dataclass(frozen=True)
class QrCode:
    """A QR code as the path of an SVG, `size` modules wide with the quiet zone around it."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of `text`: a rectangle for every run of dark modules in a row."""
    code: QRCode[object] = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    runs = (f"M{start} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for start, width in _runs(row))
    return QrCode(size=len(rows), path="".join(runs))


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where the dark modules of a row begin, and how many stand together."""
    starts = [x for x, dark in enumerate(row) if dark and not (x and row[x - 1])]
    ends = [x for x, dark in enumerate(row) if dark and not (x + 1 < len(row) and row[x + 1])]
    return [(start, end - start + 1) for start, end in zip(starts, ends, strict=True)]
