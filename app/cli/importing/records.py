"""One row of a dump as plain values. Dumps of different years lack different attributes, so most may be absent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from app.cli.importing.rows import Attributes
from app.kernel import clock

LARGEST_ID = 2**63 - 1
# No text of this length could be brought under the limit of a post, whatever is done to it.
LONGEST_TEXT = 120_000
TOO_LONG = "\0"
LONGEST_NAME = 600
LONGEST_LICENCE = 40
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)

Value = str | int | None
Record = tuple[Value, ...]

QUESTION, ANSWER = 1, 2
HELPFUL, UNHELPFUL, ACCEPTED = 2, 3, 1
VERSION_TYPES = range(1, 10)


class Unusable(Exception):
    """A row that cannot be taken; the message is the reason as the report words it."""


def whole_number(row: Attributes, name: str) -> int | None:
    """The attribute as a 64-bit number, or None where it is absent or anything else."""
    text = row.get(name, "")
    if not _WHOLE_NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if abs(number) <= LARGEST_ID else None


def moment(row: Attributes, name: str = "CreationDate") -> str | None:
    """The attribute as ISO 8601 in UTC with six digits of a second, so that text sorts as time does.

    None where it is absent, unreadable, in the future, or older than any site of the kind.
    """
    try:
        found = datetime.fromisoformat(row.get(name, ""))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if not EARLIEST <= found <= clock.now() + timedelta(days=1):
        return None
    return found.isoformat(timespec="microseconds")


def post(row: Attributes) -> Record:
    """id, type, parent, accepted answer, date, score, owner, owner's name, title, tags, licence, body."""
    kind = whole_number(row, "PostTypeId")
    if kind not in {QUESTION, ANSWER}:
        raise Unusable("neither a question nor an answer (descriptions of tags and the like)")
    return (
        _id(row),
        kind,
        whole_number(row, "ParentId"),
        whole_number(row, "AcceptedAnswerId"),
        moment(row),
        whole_number(row, "Score"),
        whole_number(row, "OwnerUserId"),
        _name(row, "OwnerDisplayName"),
        " ".join(row.get("Title", "")[:LONGEST_NAME].split()),
        row.get("Tags", "")[:LONGEST_NAME],
        _licence(row),
        _bounded(row.get("Body")),
    )


def user(row: Attributes) -> Record:
    """id, name, date. What else a dump says about people is not taken."""
    return (_id(row), _name(row, "DisplayName"), moment(row))


def comment(row: Attributes) -> Record:
    """id, post, date, author, author's name, licence, text."""
    return (
        _id(row),
        _needed(row, "PostId"),
        moment(row),
        whole_number(row, "UserId"),
        _name(row, "UserDisplayName"),
        _licence(row),
        _bounded(row.get("Text")),
    )


def version(row: Attributes) -> Record:
    """id, post, type, date, editor, editor's name, which edit it belongs to, text, reason."""
    kind = whole_number(row, "PostHistoryTypeId")
    if kind not in VERSION_TYPES:
        raise Unusable("not about a text (closing, protecting, bounties and the like)")
    at = moment(row)
    if at is None:
        raise Unusable("without a usable date")
    return (
        _id(row),
        _needed(row, "PostId"),
        kind,
        at,
        whole_number(row, "UserId"),
        _name(row, "UserDisplayName"),
        row.get("RevisionGUID", "")[:60] or at,
        _bounded(row.get("Text")),
        row.get("Comment", "")[:LONGEST_NAME],
    )


def vote(row: Attributes) -> Record:
    """id, post, type, date. Who voted is never in a dump, but for bounties and bookmarks, which are not taken."""
    kind = whole_number(row, "VoteTypeId")
    if kind not in {HELPFUL, UNHELPFUL, ACCEPTED}:
        raise Unusable("neither up nor down (bookmarks, bounties, flags and the like)")
    return (_id(row), _needed(row, "PostId"), kind, moment(row))


def link(row: Attributes) -> Record:
    """id, post, related post, type."""
    return (_id(row), _needed(row, "PostId"), _needed(row, "RelatedPostId"), whole_number(row, "LinkTypeId"))


def _id(row: Attributes) -> int:
    return _needed(row, "Id")


def _needed(row: Attributes, name: str) -> int:
    number = whole_number(row, name)
    if number is None:
        raise Unusable(f"without a usable {name}")
    return number


def _name(row: Attributes, attribute: str) -> str:
    return " ".join(row.get(attribute, "")[:LONGEST_NAME].split())


def _licence(row: Attributes) -> str:
    """What the dump says; dumps before 2020 say nothing."""
    name = " ".join(row.get("ContentLicense", "").split())
    return name if name.isprintable() and len(name) <= LONGEST_LICENCE else ""


def _bounded(text: str | None) -> str | None:
    return TOO_LONG if text is not None and len(text) > LONGEST_TEXT else text
