"""Fetch the fonts and icons that the site serves, and write down what came from where.

Reads tools/vendor.toml, asks npm for exactly those versions, and keeps the files that are named there, with their
licences, below static/vendor/. The manifest holds a SHA-256 of every file; a test compares.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"


def main() -> None:
    """Fetch every package anew."""
    packages = tomllib.loads((ROOT / "tools" / "vendor.toml").read_text())["package"]
    shutil.rmtree(VENDOR, ignore_errors=True)
    manifest = [vendor(package) for package in packages]
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    count = sum(len(entry["files"]) for entry in manifest)
    print(f"{len(manifest)} packages, {count} files in {VENDOR.relative_to(ROOT)}")


def vendor(package: dict[str, Any]) -> dict[str, Any]:
    """Fetch one package; its entry of the manifest."""
    folder = VENDOR / package["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    short_name = package["name"].rpartition("/")[2]
    with tempfile.TemporaryDirectory() as scratch:
        source = download(package, Path(scratch))
        kept = {f"{package['from']}/{name}": folder / name for name in package["files"]}
        kept[package["licence"]] = folder / f"LICENSE-{short_name}.txt"
        for name, target in kept.items():
            shutil.copyfile(source / name, target)
        licence = json.loads((source / "package.json").read_text())["license"]
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


def sha256(path: Path) -> str:
    """The file's SHA-256, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError as error:
        sys.exit(f"This needs npm, and the files that tools/vendor.toml names: {error}")
