"""Sizes of files as people say them."""

from __future__ import annotations

STEP = 1024
UNITS = ("kB", "MB", "GB")


def in_bytes(size: int) -> str:
    """A number of bytes: "312 bytes", "4 kB", "9.8 MB"; a kB is 1,024 bytes, as in the limits that we tell."""
    if size < STEP:
        return f"{size} byte" if size == 1 else f"{size} bytes"
    unit = next((power for power in range(1, len(UNITS)) if size < STEP ** (power + 1)), len(UNITS))
    amount = size / STEP**unit
    shown = f"{amount:,.1f}" if amount < 100 else f"{amount:,.0f}"
    return f"{shown.removesuffix('.0')} {UNITS[unit - 1]}"
