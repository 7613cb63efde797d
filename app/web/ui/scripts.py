"""Scripts: modules that import one another. What a file is served as holds its hash, and so imports must name it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`; the third group is x.
IMPORTED = re.compile(r"""(\b(?:from|import)\s*\(?\s*)(["'])([^"'\n]+)\2""")


class BrokenScript(Exception):
    """A script imports what is not there, or what imports it in turn; the message says which."""


def scripts_in_order(paths: Iterable[Path]) -> list[Path]:
    """These scripts, each after those that it imports. Raises BrokenScript."""
    imports = {path: imports_of(path) for path in paths}
    for path, others in imports.items():
        if unknown := [other.name for other in others if other not in imports]:
            raise BrokenScript(f"{path.name} imports {', '.join(unknown)}, which is not among the scripts.")
    try:
        return list(TopologicalSorter(imports).static_order())
    except CycleError as error:
        names = ", ".join(path.name for path in error.args[1])
        raise BrokenScript(f"These scripts import one another in a circle: {names}.") from error


def imports_of(path: Path) -> list[Path]:
    """The files that a script imports."""
    return [(path.parent / name).resolve() for _, _, name in IMPORTED.findall(path.read_text())]


def with_served_names(path: Path, name_of: Callable[[Path], str]) -> str:
    """The script, in which each import names what `name_of` says the file is served as."""

    def named(found: re.Match[str]) -> str:
        keyword, quote, name = found.groups()
        return f"{keyword}{quote}./{name_of((path.parent / name).resolve())}{quote}"

    return IMPORTED.sub(named, path.read_text())
