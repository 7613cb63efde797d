"""Unpacking the files of a dump from a 7z archive, in a process that can neither wander nor grow.

The archive is a stranger's: its list of files is data, never a path. Only the names of a dump are unpacked, each to a
file that we name; sizes are checked against the archive's own size first, and the work is done by this module run as
a process of its own with a limit on its memory.
"""

from __future__ import annotations

import io
import resource
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import py7zr
from py7zr.io import Py7zIO, WriterFactory

MEMORY_BYTES = 320 * 1024 * 1024
# Rows of XML shrink to a tenth or a thirtieth; what grows a hundredfold was made to fill a disk.
LARGEST_RATIO = 100
ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024
DISK_RESERVE_BYTES = 512 * 1024 * 1024
REFUSED = 3


def unpack(archive: Path, folder: Path, names: frozenset[str]) -> str | None:
    """Unpack the files of `archive` called `names` (lower case) into `folder`, under these names.

    Returns what is wrong with the archive in one sentence, or None.
    """
    command = [sys.executable, "-I", __file__, str(archive), str(folder), *sorted(names)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode == 0:
        return None
    if done.returncode == REFUSED:
        return done.stdout.decode(errors="replace").strip()
    return f"{archive.name} is damaged or not a 7z archive: fetch it again, or give the folder of the XML files."


class _Refused(Exception):
    """One sentence for the operator."""


class _FileWriter(io.FileIO, Py7zIO):
    """One file being unpacked."""

    def size(self) -> int:
        return self.tell()

    def close(self) -> None:
        io.FileIO.close(self)


class _Folder(WriterFactory):
    """Gives py7zr a file of ours for each entry, whatever path the entry claims to have."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, filename: str) -> Py7zIO:
        return _FileWriter(self._folder / _plain_name(filename), "x")


def _plain_name(entry: str) -> str:
    return PurePosixPath(entry.replace("\\", "/")).name.lower()


def _unpack(path: Path, folder: Path, names: frozenset[str]) -> None:
    try:
        with py7zr.SevenZipFile(path) as archive:
            entries = archive.list()
            _check_sizes(path, folder, sum(entry.uncompressed or 0 for entry in entries))
            files = [entry.filename for entry in entries if entry.is_file and not entry.is_symlink]
            wanted = [name for name in files if _plain_name(name) in names]
            if len({_plain_name(name) for name in wanted}) < len(wanted):
                raise _Refused(f"{path.name} holds the same file twice.")
            archive.extract(targets=wanted, factory=_Folder(folder))
    except py7zr.PasswordRequired:
        raise _Refused(f"{path.name} is locked with a password: unpack it and import the folder.") from None
    except py7zr.UnsupportedCompressionMethodError:
        raise _Refused(f"{path.name} is packed in an unknown way: unpack it and import the folder.") from None


def _check_sizes(path: Path, folder: Path, unpacked_bytes: int) -> None:
    """All entries count, also those not wanted: to reach the last one, the ones before it are unpacked too."""
    if unpacked_bytes > ALWAYS_ALLOWED_BYTES + LARGEST_RATIO * path.stat().st_size:
        raise _Refused(f"{path.name} would grow more than {LARGEST_RATIO} times when unpacked, which no dump does.")
    if unpacked_bytes + DISK_RESERVE_BYTES > shutil.disk_usage(folder).free:
        needed = (unpacked_bytes + DISK_RESERVE_BYTES) // 1_000_000
        raise _Refused(f"There is too little room on the disk to unpack {path.name}: it needs {needed:,} MB.")


def main(arguments: list[str]) -> int:
    """Unpack as told on the command line: the archive, the folder, the names. Exit code REFUSED after a sentence."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    archive, folder, *names = arguments
    try:
        _unpack(Path(archive), Path(folder), frozenset(names))
    except _Refused as refusal:
        print(refusal)
        return REFUSED
    except OSError as error:
        print(f"{Path(archive).name} cannot be unpacked: {error.strerror}.")
        return REFUSED
    except MemoryError:
        print(f"{Path(archive).name} needs too much memory to unpack: unpack it and import the folder.")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
