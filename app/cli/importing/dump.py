"""A dump on disk: a folder of XML files, or one or more 7z archives of them."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.importing.refusal import DumpRefused
from app.cli.importing.unpack import unpack

# What a dump consists of. Only the posts are indispensable.
FILE_NAMES = frozenset(
    {
        "badges.xml",
        "comments.xml",
        "posthistory.xml",
        "postlinks.xml",
        "posts.xml",
        "tags.xml",
        "users.xml",
        "votes.xml",
    }
)
LONGEST_LABEL = 120


@dataclass(frozen=True, kw_only=True)
class Dump:
    """The files of a dump by their names in lower case, what to call it, and a private folder for working on it."""

    files: dict[str, Path]
    label: str
    workspace: Path

    @property
    def byte_count(self) -> int:
        """Bytes of XML to read."""
        return sum(path.stat().st_size for path in self.files.values())


@contextmanager
def open_dump(path: Path, instance: Path, *, on_unpack: Callable[[Path], object] = bool) -> Iterator[Dump]:
    """Find the files of the dump at `path`, unpacking archives into a private folder below `instance`.

    The folder goes away at the end; one that a killed import left behind goes away at the next start.
    `on_unpack` is told of each archive before the work begins. Raises DumpRefused with one sentence.
    """
    with _workspace(instance) as workspace:
        archives = _archives(path)
        for archive in archives:
            on_unpack(archive)
            wrong = unpack(archive, workspace, FILE_NAMES)
            if wrong:
                raise DumpRefused(wrong)
        files = _dump_files(workspace if archives else path)
        if "posts.xml" not in files:
            raise DumpRefused(f"{path} holds no Posts.xml: give the folder or the .7z file of a Stack Exchange dump.")
        yield Dump(files=files, label=_label(path), workspace=workspace)


def _archives(path: Path) -> list[Path]:
    """The archives to unpack: `path` itself, or those in a folder without XML: large sites come as one a file."""
    try:
        if path.is_dir():
            return [] if _dump_files(path) else sorted(one for one in path.iterdir() if one.suffix.lower() == ".7z")
        if path.is_file():
            return [path]
    except OSError as error:
        raise DumpRefused(f"{path} cannot be read: {error.strerror}.") from None
    raise DumpRefused(f"{path} is neither a folder nor a file.")


def _dump_files(folder: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        if name in FILE_NAMES and path.is_file():
            if name in files:
                raise DumpRefused(f"{folder} holds {path.name} twice, in different capitals.")
            files[name] = path
    return files


def _label(path: Path) -> str:
    """What readers see as the source: the name of the folder or of the archive."""
    resolved = path.resolve()
    name = resolved.stem if resolved.suffix.lower() == ".7z" else resolved.name
    return "".join(letter if letter.isprintable() else "-" for letter in name)[:LONGEST_LABEL] or "stackexchange"


@contextmanager
def _workspace(instance: Path) -> Iterator[Path]:
    """A private folder, and the only import that works beside this database."""
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / "import.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DumpRefused("Another import is running: wait until it is done.") from None
        for left_behind in instance.glob("import-*"):
            shutil.rmtree(left_behind, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="import-", dir=instance) as folder:
            yield Path(folder)
