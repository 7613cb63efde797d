"""Fetch the fonts, icons and scripts that the site serves, and write down what came from where.

Reads tools/vendor.toml, asks npm for exactly those versions, and keeps the files that are named there, with their
licences, below static/vendor/. Scripts stay as they came, save for the names of packages that they import, which become
the names of files beside them. The manifest holds a SHA-256 of every file as it is kept; a test compares.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

# `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`; the third group is x.
IMPORTED = re.compile(r"""(\b(?:from|import)\s*\(?\s*)(["'])([^"'\n]+)\2""")

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"


class UnresolvedImport(Exception):
    """A script imports what is not beside it; the message says which and what."""


def main() -> None:
    """Fetch every package anew."""
    packages = tomllib.loads((ROOT / "tools" / "vendor.toml").read_text())["package"]
    shutil.rmtree(VENDOR, ignore_errors=True)
    manifest = [vendor(package) for package in packages]
    check_imports(VENDOR)
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    count = sum(len(entry["files"]) for entry in manifest)
    print(f"{len(manifest)} packages, {count} files in {VENDOR.relative_to(ROOT)}")


def vendor(package: dict[str, Any]) -> dict[str, Any]:
    """Fetch one package; its entry of the manifest."""
    folder = VENDOR / package["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    short_name, names = package["name"].rpartition("/")[2], package.get("names", {})
    with tempfile.TemporaryDirectory() as scratch:
        source = download(package, Path(scratch))
        kept = {f"{package['from']}/{name}": folder / names.get(name, name) for name in package["files"]}
        kept[package["licence"]] = folder / f"LICENSE-{short_name}.txt"
        for name, target in kept.items():
            shutil.copyfile(source / name, target)
        licence = json.loads((source / "package.json").read_text())["license"]
    for path in kept.values():
        if path.suffix == ".js":
            path.write_text(with_imports(path.read_text(), package.get("imports", {})))
    return {
        "name": package["name"],
        "version": package["version"],
        "licence": licence,
        "files": {path.relative_to(VENDOR).as_posix(): sha256(path) for path in sorted(kept.values())},
    }


def download(package: dict[str, Any], scratch: Path) -> Path:
    """Have npm fetch the package's archive, and unpack it; the folder it stands in."""
    wanted = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", wanted, "--silent", "--pack-destination", str(scratch)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = scratch.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(scratch, filter="data")
    return scratch / "package"


def with_imports(script: str, places: dict[str, str]) -> str:
    """The script with each import of a package named in `places` pointing to the file named there instead."""

    def resolved(found: re.Match[str]) -> str:
        keyword, quote, name = found.groups()
        return f"{keyword}{quote}{places.get(name, name)}{quote}"

    return IMPORTED.sub(resolved, script)


def check_imports(folder: Path) -> None:
    """Raise UnresolvedImport unless every script below `folder` imports files alone, and these exist."""
    for path in sorted(folder.rglob("*.js")):
        for _, _, name in IMPORTED.findall(path.read_text()):
            if not name.startswith("./") or not (path.parent / name).is_file():
                raise UnresolvedImport(f"{path.name} imports {name!r}: say in tools/vendor.toml where that is.")


def sha256(path: Path) -> str:
    """The file's SHA-256, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    try:
        main()
    except UnresolvedImport as error:
        sys.exit(str(error))
    except FileNotFoundError as error:
        sys.exit(f"This needs npm, and the files that tools/vendor.toml names: {error}")
