"""Write the installation's secrets on the first start: secrets_file.py instance/secrets.env.

Needs nothing but Python, since it runs before the site can start.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

NAMES = ("SECRET_KEY", "ADDRESS_KEY")


def write_secrets(path: Path) -> bool:
    """Make `path` with one random secret a line, readable by its owner alone; False when it is there already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={secrets.token_urlsafe(48)}\n" for name in NAMES)
    return True


if __name__ == "__main__":
    write_secrets(Path(sys.argv[1]))
