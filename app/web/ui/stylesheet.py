"""The style sheet: the files of static/css joined into one, each in its layer, and checked while they are joined."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\(([a-z]+)\);\n?')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
BLANK_LINES = re.compile(r"\n\s*\n+")
LAYER_ORDER = re.compile(r"@layer ([a-z, ]+);")
URL = re.compile(r'url\("([^"]+)"\)')
USED = re.compile(r"var\((--[a-z0-9-]+)")
DEFINED = re.compile(r"(--[a-z0-9-]+)\s*:")


class BrokenStylesheet(Exception):
    """A style sheet names something that is not there; the message says what and where."""


def join_stylesheet(folder: Path, address_of: Callable[[Path], str]) -> str:
    """The one style sheet made of `folder`/main.css and what it imports, without comments.

    `address_of` gives the address of a file that a rule refers to. Raises BrokenStylesheet for an import, a layer,
    a file or a custom property that does not exist, and for a file that nothing imports.
    """
    main = _read(folder / "main.css")
    imports = IMPORT.findall(main)
    _check_imports(folder, main, imports)
    parts = [IMPORT.sub("", main)]
    for name, layer in imports:
        rules = _with_addresses(folder / name, address_of)
        parts.append(f"@layer {layer} {{\n{rules}\n}}\n")
    joined = BLANK_LINES.sub("\n", "".join(parts)).strip() + "\n"
    _check_properties(joined)
    return joined


def _read(path: Path) -> str:
    if not path.is_file():
        raise BrokenStylesheet(f"There is no style sheet {path}.")
    return COMMENT.sub("", path.read_text())


def _check_imports(folder: Path, main: str, imports: list[tuple[str, str]]) -> None:
    order = LAYER_ORDER.search(main)
    layers = set(order[1].replace(" ", "").split(",")) if order else set()
    if unknown := {layer for _, layer in imports} - layers:
        raise BrokenStylesheet(f"main.css gives no place to the layers {sorted(unknown)}.")
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.css")} - {"main.css"}
    if forgotten := written - {name for name, _ in imports}:
        raise BrokenStylesheet(f"main.css does not import {sorted(forgotten)}.")


def _with_addresses(path: Path, address_of: Callable[[Path], str]) -> str:
    def addressed(url: re.Match[str]) -> str:
        target = (path.parent / url[1]).resolve()
        if not target.is_file():
            raise BrokenStylesheet(f"{path.name} refers to {url[1]}, which does not exist.")
        return f'url("{address_of(target)}")'

    return URL.sub(addressed, _read(path))


def _check_properties(rules: str) -> None:
    if missing := set(USED.findall(rules)) - set(DEFINED.findall(rules)):
        raise BrokenStylesheet(f"No rule defines {', '.join(sorted(missing))}.")
