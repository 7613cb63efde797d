"""Files of people's photos: small squares under random names, next to the database."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

NAME = re.compile(r"[0-9a-f]{32}\.webp")


def store_photo(portrait: bytes, folder: Path) -> str:
    """Store a WebP and return the name of its file. It is whole or not there, even if the power fails."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{secrets.token_hex(16)}.webp"
    unfinished = folder / f".{name}.part"
    with unfinished.open("wb") as file:
        file.write(portrait)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / name)
    return name


def drop_photo(name: str | None, folder: Path) -> None:
    """Remove a photo that nobody shows any more."""
    if name and NAME.fullmatch(name):
        (folder / name).unlink(missing_ok=True)


def find_photo(name: str, folder: Path) -> Path | None:
    """The file of that name; None for a name that no photo can have, and for one that is not there."""
    path = folder / name
    return path if NAME.fullmatch(name) and path.is_file() else None
