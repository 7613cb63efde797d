"""Kinds of files that people may attach. What a file is, its name and its first bytes say together."""

from __future__ import annotations

import codecs
import enum
import re
import unicodedata
from dataclasses import dataclass

from app.kernel.errors import TooLarge, WrongKind

MEGABYTE = 1024 * 1024
LARGEST = 100 * MEGABYTE
# So much of a file is looked at.
HEAD_BYTES = 2048
FIRST_LINES = 20
LONGEST_NAME = 150

WRONG_KIND = (
    "We take pictures (PNG, JPEG, WebP, GIF), texts (.txt, .log, .json, .csv), archives (.zip, .gz) and videos "
    "(.mp4, .webm). This file is none of them."
)
MISNAMED = "This file is not what its name says. Save it anew in the kind that its name ends with, and send it again."


class Kind(enum.StrEnum):
    """What becomes of a file: pictures are drawn anew and shown, videos played, all others only handed out."""

    IMAGE = "image"
    TEXT = "text"
    ARCHIVE = "archive"
    VIDEO = "video"


@dataclass(frozen=True)
class KnownKind:
    """A kind as one ending names it. `begins` is None where any bytes will do."""

    kind: Kind
    media_type: str
    begins: re.Pattern[bytes] | None = None


_PICTURE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP|GIF8[79]a", re.DOTALL)
_ZIP = re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")
_GZIP = re.compile(rb"\x1f\x8b")
_MP4 = re.compile(rb"....ftyp(?:iso[m2-9]|mp4[12]|avc1|M4V |MSNV|dash)", re.DOTALL)
_WEBM = re.compile(rb"\x1a\x45\xdf\xa3.{0,60}?\x42\x82.webm", re.DOTALL)

# A picture's own bytes say which of the four it is.
_IMAGE = KnownKind(Kind.IMAGE, "image/png", _PICTURE)
KINDS = {
    ".png": _IMAGE,
    ".jpg": _IMAGE,
    ".jpeg": _IMAGE,
    ".webp": _IMAGE,
    ".gif": _IMAGE,
    ".txt": KnownKind(Kind.TEXT, "text/plain"),
    ".log": KnownKind(Kind.TEXT, "text/plain"),
    ".json": KnownKind(Kind.TEXT, "application/json"),
    ".csv": KnownKind(Kind.TEXT, "text/csv"),
    ".zip": KnownKind(Kind.ARCHIVE, "application/zip", _ZIP),
    ".gz": KnownKind(Kind.ARCHIVE, "application/gzip", _GZIP),
    ".tgz": KnownKind(Kind.ARCHIVE, "application/gzip", _GZIP),
    ".mp4": KnownKind(Kind.VIDEO, "video/mp4", _MP4),
    ".webm": KnownKind(Kind.VIDEO, "video/webm", _WEBM),
}
LARGEST_BY_KIND = {
    Kind.IMAGE: 10 * MEGABYTE,
    Kind.TEXT: 10 * MEGABYTE,
    Kind.ARCHIVE: 10 * MEGABYTE,
    Kind.VIDEO: LARGEST,
}

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Colours and cursor movements that programs write for a terminal.
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_ENDING = re.compile(r"\.\w{1,5}\Z")


def kind_of(name: str, head: bytes, size: int) -> KnownKind:
    """What the file called `name`, of `size` bytes, that begins with `head` is. Raises WrongKind and TooLarge."""
    ending = _ENDING.search(name.strip().lower())
    known = KINDS.get(ending[0]) if ending else None
    if known is None:
        raise WrongKind(WRONG_KIND)
    if known.begins is not None and not known.begins.match(head):
        raise WrongKind(MISNAMED)
    largest = LARGEST_BY_KIND[known.kind]
    if size > largest:
        raise TooLarge(
            f"This file is larger than {largest // MEGABYTE} MB. Send the part that matters, or compress it."
        )
    return known


def clean_name(name: str) -> str:
    """`name` as typed, without line breaks and other controls, and no longer than we keep; it keeps its ending."""
    shown = "".join(" " if letter in "\r\n\t" else letter for letter in name if letter in "\r\n\t" or _is_seen(letter))
    shown = shown.strip() or "file"
    if len(shown) <= LONGEST_NAME:
        return shown
    ending = _ENDING.search(shown)
    kept = ending[0] if ending else ""
    return shown[: LONGEST_NAME - len(kept)] + kept


def first_lines(head: bytes) -> str:
    """The beginning of a text as one may read it; empty where it is none. It is not known where `head` was cut."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head[:HEAD_BYTES])
    if "\0" in text:
        return ""
    text = _TERMINAL.sub("", text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
    lines = "".join(letter for letter in text if letter in "\n\t" or _is_seen(letter)).split("\n")
    return "\n".join(lines[:FIRST_LINES]).rstrip()


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cs"}
