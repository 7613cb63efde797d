"""Print the number of the next migration: one more than the highest in migrations/versions."""

from __future__ import annotations

from pathlib import Path

VERSIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"


def next_revision(versions: Path = VERSIONS) -> str:
    """Four digits, such as "0007"."""
    numbers = [int(path.name[:4]) for path in versions.glob("[0-9][0-9][0-9][0-9]_*.py")]
    return f"{max(numbers, default=0) + 1:04d}"


if __name__ == "__main__":
    print(next_revision())
