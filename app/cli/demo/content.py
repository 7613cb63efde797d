"""The written content of the demo community, read from the files beside this module.

Times are spans from midnight (UTC) of the day of the load: negative for the days before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).with_name("content")
FACES = Path(__file__).with_name("faces")

_DAY_AND_TIME = re.compile(r"P(\d+)D(?: (\d\d):(\d\d))?")
_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")

Entry = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody of the community; `role` is None for customers, `account` for employees."""

    handle: str
    name: str
    address: str
    title: str
    about: str
    joined: timedelta
    role: str | None
    account: str | None

    @property
    def face(self) -> Path | None:
        """Their portrait, a square WebP of 256 pixels; None for those who have none."""
        path = FACES / f"{self.handle}.webp"
        return path if path.exists() else None


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    """A customer company; `owner` is the handle of the sales person who looks after it, `backup` of who stands in."""

    key: str
    name: str
    domains: tuple[str, ...]
    size: str
    owner: str
    backup: str


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """Something the company makes, or another vendor; `ends` says in how many days the support of a version ends."""

    slug: str
    name: str
    versions: tuple[str, ...]
    vendor: str
    description: str
    ends: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class DemoTag:
    """A topic, with its other names, the topic it is part of, its template, and the handles of who looks after it."""

    name: str
    description: str
    synonyms: tuple[str, ...]
    parent: str
    template: str
    stewards: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DemoText:
    """Something somebody wrote at some time; `key` is its name among all the demo's texts."""

    key: str
    author: str
    at: timedelta
    body: str


@dataclass(frozen=True, kw_only=True)
class DemoPost(DemoText):
    """A question or an answer, with the handles of those who voted and the comments in order."""

    helpful: tuple[str, ...]
    not_helpful: tuple[str, ...]
    comments: tuple[DemoText, ...]


@dataclass(frozen=True, kw_only=True)
class DemoCorrection(DemoText):
    """What an author put in place of an answer that was wrong, why, and the handle of whom they thanked."""

    reason: str
    thanks: str


@dataclass(frozen=True, kw_only=True)
class DemoAnswer(DemoPost):
    """An answer, with the handles of those for whom it works; `accepted_at` is None unless it was accepted."""

    accepted_at: timedelta | None
    works_for: tuple[str, ...]
    honest_advice: str
    correction: DemoCorrection | None


@dataclass(frozen=True, kw_only=True)
class DemoQuestion(DemoPost):
    """A question with its answers in order; `product` is a slug or None.

    `involved` are other products with their versions, as typed; `audience` is public, withheld (the company is not
    named) or company.
    """

    title: str
    tags: tuple[str, ...]
    product: str | None
    version: str
    involved: tuple[tuple[str, str], ...]
    audience: str
    answers: tuple[DemoAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class Community:
    """Everything there is."""

    people: tuple[DemoPerson, ...]
    accounts: tuple[DemoAccount, ...]
    products: tuple[DemoProduct, ...]
    tags: tuple[DemoTag, ...]
    questions: tuple[DemoQuestion, ...]

    def posts(self) -> Iterator[DemoPost]:
        """Every question and every answer."""
        for question in self.questions:
            yield question
            yield from question.answers

    def texts(self) -> Iterator[DemoText]:
        """Every question, answer, comment and correction."""
        for post in self.posts():
            yield post
            yield from post.comments
            if isinstance(post, DemoAnswer) and post.correction is not None:
                yield post.correction


def read_community() -> Community:
    """Read all files."""
    people, topics = _read(CONTENT / "people.toml"), _read(CONTENT / "topics.toml")
    return Community(
        people=tuple(_people(people)),
        accounts=tuple(_account(entry) for entry in people["account"]),
        products=tuple(_product(entry) for entry in topics["product"]),
        tags=tuple(_tag(entry) for entry in topics["tag"]),
        questions=tuple(
            _question(entry) for path in sorted(CONTENT.glob("questions-*.toml")) for entry in _read(path)["question"]
        ),
    )


def _read(path: Path) -> Entry:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _people(data: Entry) -> Iterator[DemoPerson]:
    for entry in data["employee"]:
        yield _person(entry, None)
    for account in data["account"]:
        for entry in account["person"]:
            yield _person(entry, account["key"])


def _person(entry: Entry, account: str | None) -> DemoPerson:
    return DemoPerson(
        handle=entry["handle"],
        name=entry["name"],
        address=entry["email"],
        title=entry["title"],
        about=entry.get("about", ""),
        joined=_moment(entry["joined"]),
        role=entry.get("role"),
        account=account,
    )


def _account(entry: Entry) -> DemoAccount:
    return DemoAccount(
        key=entry["key"],
        name=entry["name"],
        domains=tuple(entry["domains"]),
        size=entry["size"],
        owner=entry["owner"],
        backup=entry.get("backup", ""),
    )


def _product(entry: Entry) -> DemoProduct:
    return DemoProduct(
        slug=entry["slug"],
        name=entry["name"],
        versions=tuple(entry["versions"]),
        vendor=entry.get("vendor", ""),
        description=entry["description"],
        ends=entry.get("ends", {}),
    )


def _tag(entry: Entry) -> DemoTag:
    return DemoTag(
        name=entry["name"],
        description=entry["description"],
        synonyms=tuple(entry.get("synonyms", ())),
        parent=entry.get("parent", ""),
        template=entry.get("template", ""),
        stewards=tuple(entry.get("stewards", ())),
    )


def _question(entry: Entry) -> DemoQuestion:
    key, asked = entry["key"], _moment(entry["asked"])
    answers = enumerate(entry.get("answer", []), 1)
    return DemoQuestion(
        **_post(entry, key, asked),
        title=entry["title"],
        tags=tuple(entry["tags"]),
        product=entry.get("product"),
        version=entry.get("version", ""),
        involved=tuple((name, version) for name, version in entry.get("with", ())),
        audience=entry.get("audience", "public"),
        answers=tuple(_answer(answer, f"{key}/{number}", asked) for number, answer in answers),
    )


def _answer(entry: Entry, key: str, asked: timedelta) -> DemoAnswer:
    written = asked + length_of(entry["after"])
    accepted_at = written + length_of(entry["accepted_after"]) if entry.get("accepted") else None
    return DemoAnswer(
        **_post(entry, key, written),
        accepted_at=accepted_at,
        works_for=tuple(entry.get("works_for", ())),
        honest_advice=entry.get("honest_advice", ""),
        correction=_correction(entry["correction"], entry["author"], key, written) if "correction" in entry else None,
    )


def _correction(entry: Entry, author: str, key: str, answered: timedelta) -> DemoCorrection:
    return DemoCorrection(
        key=f"{key}/corrected",
        author=author,
        at=answered + length_of(entry["after"]),
        body=entry["body"].strip("\n"),
        reason=entry["reason"],
        thanks=entry["thanks"],
    )


def _post(entry: Entry, key: str, at: timedelta) -> Entry:
    comments = enumerate(entry.get("comment", []), 1)
    return {
        "key": key,
        "author": entry["author"],
        "at": at,
        "body": entry["body"].strip("\n"),
        "helpful": tuple(entry.get("helpful", ())),
        "not_helpful": tuple(entry.get("not_helpful", ())),
        "comments": tuple(_comment(comment, f"{key}#{number}", at) for number, comment in comments),
    }


def _comment(entry: Entry, key: str, post_written: timedelta) -> DemoText:
    return DemoText(key=key, author=entry["author"], at=post_written + length_of(entry["after"]), body=entry["body"])


def _moment(text: str) -> timedelta:
    """`P341D 08:40`: 341 days before the load, at 08:40."""
    found = _DAY_AND_TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a time such as P341D 08:40.")
    days, hours, minutes = (int(number or 0) for number in found.groups())
    return timedelta(days=-days, hours=hours, minutes=minutes)


def length_of(text: str) -> timedelta:
    """`2d3h10m`, or any part of it."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a length of time such as 2d3h10m.")
    days, hours, minutes = (int(number or 0) for number in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
