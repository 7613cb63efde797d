"""Small dumps of our own making, as Stack Exchange writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

Row = Mapping[str, object]
DAY = "2016-12-06T17:10:44.557"


def write_dump(folder: Path, **files: Iterable[Row]) -> Path:
    """`write_dump(folder, Posts=[…], Users=[…])`: one file each, rows from mappings."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        write_file(folder / f"{name}.xml", rows)
    return folder


def write_file(path: Path, rows: Iterable[Row]) -> Path:
    root = path.stem.lower()
    lines = [f"  <row {' '.join(f'{key}={_quoted(value)}' for key, value in row.items())} />" for row in rows]
    text = "\n".join(['\ufeff<?xml version="1.0" encoding="utf-8"?>', f"<{root}>", *lines, f"</{root}>", ""])
    path.write_text(text, encoding="utf-8")
    return path


def _quoted(value: object) -> str:
    return quoteattr(str(value), {"\n": "&#xA;", "\r": "&#xD;"})


def question(number: int, **more: object) -> dict[str, object]:
    return {
        "Id": number,
        "PostTypeId": 1,
        "CreationDate": DAY,
        "Score": 0,
        "Body": f"<p>Why does pump {number} hum?</p>",
        "OwnerUserId": 1,
        "Title": f"Why does pump {number} hum at night?",
        "Tags": "<pump><noise>",
        **more,
    }


def answer(number: int, to: int, **more: object) -> dict[str, object]:
    return {
        "Id": number,
        "PostTypeId": 2,
        "ParentId": to,
        "CreationDate": "2016-12-07T08:00:00.000",
        "Score": 0,
        "Body": "<p>Look at the bearing.</p>",
        "OwnerUserId": 2,
        **more,
    }


def user(number: int, name: str = "", **more: object) -> dict[str, object]:
    return {"Id": number, "DisplayName": name or f"Person {number}", "CreationDate": DAY, "Reputation": 101, **more}


def comment(number: int, on: int, **more: object) -> dict[str, object]:
    return {
        "Id": number,
        "PostId": on,
        "Score": 1,
        "Text": "Which model is it?",
        "CreationDate": "2016-12-08T09:00:00.100",
        "UserId": 2,
        **more,
    }


def version(number: int, of: int, kind: int, text: str, **more: object) -> dict[str, object]:
    return {
        "Id": number,
        "PostHistoryTypeId": kind,
        "PostId": of,
        "RevisionGUID": f"edit-{number}",
        "CreationDate": DAY,
        "UserId": 1,
        "Text": text,
        **more,
    }


def link(number: int, of: int, to: int, kind: int = 1) -> dict[str, object]:
    return {"Id": number, "PostId": of, "RelatedPostId": to, "LinkTypeId": kind, "CreationDate": DAY}


def vote(number: int, on: int, kind: int, **more: object) -> dict[str, object]:
    return {"Id": number, "PostId": on, "VoteTypeId": kind, "CreationDate": "2016-12-09T00:00:00.000", **more}
