"""The code that makes the first admin: kept in a file that only whoever runs the site can read."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

# No 0 and O, no 1, I and L: the code is typed from one window into another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUPS, GROUP = 3, 4
FILE = "first-run-code.txt"


def first_run_code(instance: Path) -> str:
    """The code of this installation, made when it is first asked for: "7KQ2-M3TN-XV4P"."""
    path = instance / FILE
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    unfinished = instance / f".{FILE}.{secrets.token_hex(4)}"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{code}\n")
        # Several processes may come here at once: the first one wins, and no one reads half a code.
        os.link(unfinished, path)
    except FileExistsError:
        return path.read_text().strip()
    finally:
        unfinished.unlink(missing_ok=True)
    return code


def is_first_run_code(typed: str, instance: Path) -> bool:
    """True when `typed` is the code, in whatever capitals and with or without its hyphens."""
    return hmac.compare_digest(_bare(typed), _bare(first_run_code(instance)))


def forget_first_run_code(instance: Path) -> None:
    """There is an admin now."""
    (instance / FILE).unlink(missing_ok=True)


def _bare(code: str) -> bytes:
    return "".join(letter for letter in code.upper() if letter.isalnum()).encode()
