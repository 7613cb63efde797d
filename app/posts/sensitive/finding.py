"""What can be found in a text, and where."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Kind(enum.StrEnum):
    """What a place in a text looks like, in the words that an author is shown."""

    PRIVATE_KEY = "a private key"
    TOKEN = "an access key or token"  # noqa: S105
    PASSWORD = "a password"  # noqa: S105
    HASH = "the hash of a password"
    COMMUNITY = "an SNMP community"
    SERIAL = "a serial number"
    EMAIL = "an e-mail address"
    HOST = "the name of a host of your company"
    PUBLIC_ADDRESS = "a public IP address"
    PRIVATE_ADDRESS = "an IP address of your own network"
    MAC = "a MAC address"
    WWN = "a world wide name"

    @property
    def label(self) -> str:
        """What stands in the mask, before the number."""
        return LABELS[self]


LABELS = {
    Kind.PRIVATE_KEY: "private key",
    Kind.TOKEN: "token",
    Kind.PASSWORD: "password",
    Kind.HASH: "password hash",
    Kind.COMMUNITY: "SNMP community",
    Kind.SERIAL: "serial number",
    Kind.EMAIL: "e-mail address",
    Kind.HOST: "host",
    Kind.PUBLIC_ADDRESS: "IP address",
    Kind.PRIVATE_ADDRESS: "IP address",
    Kind.MAC: "MAC address",
    Kind.WWN: "WWN",
}


class Span(NamedTuple):
    """A place in a text. `value` is the same for two spellings of the same thing."""

    kind: Kind
    start: int
    end: int
    value: str


Detector = Callable[[str], Iterator[Span]]


@dataclass(frozen=True)
class Finding:
    """Something that others may have no business to see.

    `line` counts from 1; `start` and `end` are offsets in the text; `shown` is the line it stands in, cut around it,
    as the text before it, itself, and the text after it; `value` is equal for two spellings of the same thing, and
    `mask` is what takes its place.
    """

    kind: Kind
    line: int
    start: int
    end: int
    shown: tuple[str, str, str]
    value: str
    mask: str
