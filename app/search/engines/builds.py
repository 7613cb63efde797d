"""Builds of an index in a folder, one of which is read; a rebuild makes another beside it.

<folder>/current            the name of the build that is read
<folder>/writing            locked by whoever writes to it
<folder>/making             locked by whoever makes another
<folder>/builds/<name>/     the files of one build
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from app.kernel import clock
from app.search.port import IndexBusy, IndexUnavailable

SECONDS_TO_SWAP = 30.0
PAUSE_SECONDS = 0.02
MADE_AT = "%Y%m%dT%H%M%S"

NOT_BUILT = "There is no search index yet; `flask search rebuild` makes one."
OTHER_LAYOUT = "The search index was made by another release; `flask search rebuild` makes a new one."
BROKEN = "The search index cannot be read ({error}); `flask search rebuild` makes a new one."


class Builds:
    """The folder of an index. Builds whose name does not begin with `layout` are those of another release."""

    def __init__(self, folder: Path, layout: str) -> None:
        self._folder = folder
        self._layout = layout

    def current(self) -> str:
        """The build that is read. Raises IndexUnavailable when there is none, or none of this release."""
        try:
            name = (self._folder / "current").read_text("ascii").strip()
        except (OSError, ValueError):
            name = ""
        if not name.startswith(f"{self._layout}-"):
            raise IndexUnavailable(OTHER_LAYOUT if name else NOT_BUILT)
        return name

    def path(self, name: str) -> Path:
        return self._folder / "builds" / name

    def size(self, name: str) -> int:
        """Bytes on the disk; a file may go while we count."""
        total = 0
        with suppress(OSError):
            for path in self.path(name).iterdir():
                with suppress(OSError):
                    total += path.stat().st_size
        return total

    def flush(self, name: str) -> None:
        """Wait until the files of a build are on the disk."""
        for path in (*self.path(name).iterdir(), self.path(name)):
            _sync(path)

    @contextmanager
    def made(self) -> Iterator[str]:
        """A new build with an empty folder, which is read once this ends; when it fails, nothing has happened.

        Others go on writing to the build that is read. Raises IndexBusy while another one is made.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._turn("making"):
            name = f"{self._layout}-{clock.now():{MADE_AT}}-{secrets.token_hex(3)}"
            path = self.path(name)
            path.mkdir(parents=True)
            try:
                yield name
                with self._turn("writing", seconds=SECONDS_TO_SWAP):
                    self._swap(name)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The turn to write to the build that is read. Raises IndexBusy, and IndexUnavailable without a folder."""
        if not self._folder.is_dir():
            raise IndexUnavailable(NOT_BUILT)
        with self._turn("writing"):
            yield

    @contextmanager
    def _turn(self, what: str, seconds: float = 0.0) -> Iterator[None]:
        """A turn across processes, waited for so long; the operating system takes it back from one that died."""
        deadline = time.monotonic() + seconds
        with (self._folder / what).open("ab") as turn:
            while True:
                try:
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise IndexBusy from None
                    time.sleep(PAUSE_SECONDS)
            yield

    def _swap(self, name: str) -> None:
        """Let `name` be the build that is read, then remove the others; open readers keep their files."""
        self.flush(name)
        _sync(self.path(""))
        fresh = self._folder / "current.new"
        fresh.write_text(name, "ascii")
        _sync(fresh)
        fresh.replace(self._folder / "current")
        _sync(self._folder)
        for path in self.path("").iterdir():
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)


def made_at(name: str) -> datetime:
    """When a build was made, from its name."""
    return datetime.strptime(name.split("-")[1], MADE_AT).replace(tzinfo=UTC)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
