"""Where the bytes of uploads are kept: a small port, and the one kind there is so far, a folder on a local disk."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from app.kernel.errors import NoRoom

CHUNK = 1024 * 1024
# Uploads end before the disk is full, so that the database can still write: at 2 GB, on a small disk at a tenth of it.
FLOOR_BYTES = 2 * 1024**3
FLOOR_SHARE = 0.1
NO_ROOM = "We have no room for files right now. Your text is kept; try again later, or publish it without the file."

_NAME = re.compile(r"[0-9a-f]{32}")
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Stored:
    """What was stored: under which name, the hash of its bytes in hexadecimal digits, and how many they are."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Found:
    """Something that lies in a store, and when it was put there. It may be the leftover of an interrupted `put`."""

    name: str
    stored_at: datetime


class FileStore(Protocol):
    """Keeps files whole or not at all, under random names of 128 bits that say nothing of what is in them."""

    def check_room(self, size: int) -> None:
        """Raise NoRoom when `size` more bytes would leave too little free."""

    def receive(self) -> BinaryIO:
        """An empty file to write what comes in to; it is gone when it is closed. Raises NoRoom when written to."""

    def put(self, content: BinaryIO) -> Stored:
        """Store everything that `content` still gives; on disk when this returns. Raises NoRoom."""

    def open(self, name: str) -> BinaryIO:
        """The stored file, to read and to seek in. Raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Remove it, if it is there."""

    def __iter__(self) -> Iterator[Found]:
        """All that lies in the store."""


class LocalFiles:
    """A FileStore that is a folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check_room(self, size: int) -> None:
        disk = shutil.disk_usage(self._made_folder())
        if disk.free - size < min(FLOOR_BYTES, disk.total * FLOOR_SHARE):
            raise NoRoom(NO_ROOM)

    def receive(self) -> BinaryIO:
        return _Incoming(tempfile.TemporaryFile("w+b", buffering=0, dir=self._made_folder()))

    def put(self, content: BinaryIO) -> Stored:
        name = secrets.token_hex(16)
        unfinished = self._made_folder() / f"{name}.part"
        try:
            with refusing_when_full():
                stored = _write(content, unfinished, name)
                unfinished.rename(self._folder / name)
                _sync_folder(self._folder)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return stored

    def open(self, name: str) -> BinaryIO:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(name)
        return (self._folder / name).open("rb")

    def delete(self, name: str) -> None:
        if _NAME.fullmatch(name.removesuffix(".part")):
            (self._folder / name).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[Found]:
        with os.scandir(self._made_folder()) as entries:
            for entry in entries:
                if _NAME.fullmatch(entry.name.removesuffix(".part")):
                    yield Found(entry.name, datetime.fromtimestamp(entry.stat().st_mtime, UTC))

    def _made_folder(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder


def file_store(address: str) -> FileStore:
    """The store that FILES_URL names: "file:" and a folder."""
    return LocalFiles(Path(address.removeprefix("file:")))


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """Raise NoRoom in the place of the system's error when the disk, or what we may use of it, is full."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom(NO_ROOM) from error
        raise


class _Incoming(io.BufferedRandom):
    """What comes in. Seeking writes too: what was still in memory."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        with refusing_when_full():
            return super().write(data)

    def seek(self, target: int, whence: int = 0, /) -> int:
        with refusing_when_full():
            return super().seek(target, whence)

    def close(self) -> None:
        # Whatever cannot be written any more is thrown away here anyway.
        try:
            super().close()
        except OSError:
            self.raw.close()


def _write(content: BinaryIO, path: Path, name: str) -> Stored:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Stored(name, digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    """Make sure that a new name in the folder outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
