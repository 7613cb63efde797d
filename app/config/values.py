"""Reading single values of settings, and the one error for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
SHORTEST_SECRET = 32
SAMPLE_SECRETS = frozenset({"change-me", "changeme", "secret", "dev", "development", "your-secret-key"})


class UnsafeSetting(Exception):
    """A setting is missing or unsafe; the message is one sentence for the operator."""


def read_secrets(path: Path) -> dict[str, str]:
    """Lines of KEY=VALUE, written by the first start; the environment wins over them."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def words(value: str) -> tuple[str, ...]:
    """What is separated by spaces or commas."""
    return tuple(value.replace(",", " ").split())


def secret(values: Mapping[str, str], name: str) -> str:
    """The secret called `name`. Raises UnsafeSetting when it is missing or too easy to guess."""
    value = values.get(name, "")
    if not value:
        raise UnsafeSetting(f"{name} is missing: set it to at least {SHORTEST_SECRET} random characters.")
    check_secret(name, value)
    return value


def check_secret(name: str, value: str) -> None:
    """Raises UnsafeSetting when the secret called `name` is too easy to guess."""
    if len(value) < SHORTEST_SECRET or value.lower() in SAMPLE_SECRETS or len(set(value)) < 8:
        raise UnsafeSetting(f"{name} is too easy to guess: use at least {SHORTEST_SECRET} random characters.")


def whole_number(values: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    """The number called `name`, `least` or more. Raises UnsafeSetting for anything else."""
    value = values.get(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise UnsafeSetting(f"{name} must be a whole number{f' of {least} or more' if least else ''}, not {value!r}.")
    return int(value)


def web_size(values: Mapping[str, str]) -> tuple[int, int]:
    """How many web processes there are, and how many threads in each. Raises UnsafeSetting."""
    return whole_number(values, "WEB_WORKERS", 2, least=1), whole_number(values, "WEB_THREADS", 8, least=1)


def switch(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    """True or false, called `name`. Raises UnsafeSetting for anything else, as a slip must not switch a thing on."""
    value = values.get(name, str(default)).strip().lower()
    if value in {"true", "on", "yes", "1"}:
        return True
    if value in {"false", "off", "no", "0"}:
        return False
    raise UnsafeSetting(f"{name} must be on or off (or true or false), not {value!r}.")
