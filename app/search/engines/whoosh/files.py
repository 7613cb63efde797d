"""The files of an index, read from the disk as they are needed and never mapped.

A mapped file that is cut short kills the process. Reading whole files into memory makes queries hardly faster, since
each takes its postings in one piece, and would hold the index once for every process and once more for every commit:
with 30,000 threads a commit took 90 ms of processor time instead of 9. So each read here says where it reads, which
also spares the two layers of Python files that Whoosh puts over a part of a file.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile


class Files(FileStorage):
    """A folder for Whoosh."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False)

    def open_file(self, name: str, **options: Any) -> StructFile:
        """A segment in pieces, and the list of segments at once, as Whoosh leaves it open where it is damaged."""
        path = Path(self.folder) / name
        match path.suffix:
            case ".toc":
                return BufferFile(path.read_bytes(), name=name)
            case ".seg":
                return _Part(_Descriptor(path), 0, path.stat().st_size, name)
            case _:
                return super().open_file(name, **options)


class _Descriptor:
    """An open file, closed with the last part that reads it."""

    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)


class _Part(StructFile):
    """Some bytes of a file."""

    def __init__(self, descriptor: _Descriptor, start: int, length: int, name: str) -> None:
        super().__init__(io.BufferedReader(_Bytes(descriptor, start, length)), name=name)
        self.is_real = False  # Whoosh would take the number of the file, and read beyond this part of it.
        self._descriptor = descriptor
        self._start = start
        self._length = length

    def subset(self, offset: int, length: int, name: str | None = None) -> StructFile:
        return _Part(self._descriptor, self._start + offset, length, name or self._name)

    def get(self, position: int, length: int) -> bytes:
        """At most what there is; never from beyond this part."""
        length = max(min(length, self._length - position), 0)
        return os.pread(self._descriptor.number, length, self._start + position)


class _Bytes(io.RawIOBase):
    """The same bytes for reading on and on."""

    def __init__(self, descriptor: _Descriptor, start: int, length: int) -> None:
        self._descriptor = descriptor
        self._start = start
        self._length = length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        room = memoryview(buffer)[: max(self._length - self._at, 0)]
        read = os.preadv(self._descriptor.number, [room], self._start + self._at)
        self._at += read
        return read

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = base + offset
        return self._at
