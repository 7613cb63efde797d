"""The authors of a dump as members here: a name and a handle, no address, no way to sign in."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.cli.importing.known import AUTHOR_KEY, NOBODY, PERSON, Known, Pair
from app.cli.importing.report import Report
from app.cli.importing.rows import Progress
from app.cli.importing.writing import write_batch
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people import handles, names, queries
from app.people.models import Person
from app.people.rules import LONGEST_NAME, clean_name

PEOPLE_AT_ONCE = 200
MEMBERS = "members"
FORMER_MEMBER = "Former member"
RENAMED = "names that the rules here do not allow, replaced by a plain one"
NAMESAKES = "called like an employee here, which they keep"

# Users of the dump, then authors of whom it has only a name, then the one behind texts of nobody.
WANTED = f"""
CREATE TABLE wanted_people (place INTEGER PRIMARY KEY, key TEXT, number, name, at);
INSERT INTO wanted_people (key, number, name, at) SELECT CAST(id AS TEXT), id, name, at FROM users ORDER BY id;
INSERT INTO wanted_people (key, name, at) SELECT key, MIN(owner_name), MIN(at) FROM (
    SELECT {AUTHOR_KEY} AS key, owner_name, at FROM posts
    UNION ALL SELECT {AUTHOR_KEY}, owner_name, at FROM comments WHERE post IN (SELECT id FROM posts)
    UNION ALL SELECT {AUTHOR_KEY}, owner_name, at FROM versions WHERE post IN (SELECT id FROM posts)
) WHERE key LIKE 'name-%' OR key = '{NOBODY}' GROUP BY key ORDER BY key = '{NOBODY}', 3;
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class _Author:
    """One person to be made; `number` is the id at the source where there is one."""

    key: str
    number: int | None
    name: str
    at: str | None


def list_wanted(scratch: sqlite3.Connection) -> int:
    """Find out which people the dump needs; returns how many."""
    scratch.executescript(WANTED)
    row = scratch.execute("SELECT count(*) FROM wanted_people").fetchone()
    return int(row[0])


def take_people(
    scratch: sqlite3.Connection, known: Known, report: Report, *, dry_run: bool, progress: Progress
) -> None:
    """Make a member of everybody who is not one yet."""
    for batch in _batches(scratch, known, report, progress):
        report.take(MEMBERS, len(batch))
        report.change(MEMBERS, RENAMED, sum(author.key != NOBODY and _name(author) != author.name for author in batch))
        report.change(MEMBERS, NAMESAKES, _count_namesakes(batch))
        if dry_run:
            known.learn(PERSON, [(author.key, None) for author in batch])
        else:
            known.learn(PERSON, write_batch(lambda batch=batch: _add(batch, known)))  # type: ignore[misc]


def _batches(scratch: sqlite3.Connection, known: Known, report: Report, progress: Progress) -> Iterator[list[_Author]]:
    place = 0
    while rows := scratch.execute(
        "SELECT place, key, number, name, at FROM wanted_people WHERE place > ? LIMIT ?", (place, PEOPLE_AT_ONCE)
    ).fetchall():
        place = rows[-1][0]
        here = known.ids(PERSON, (row[1] for row in rows))
        report.know(MEMBERS, len(here))
        batch = [
            _Author(key=key, number=number, name=name or "", at=at)
            for _, key, number, name, at in rows
            if key not in here
        ]
        if batch:
            yield batch
        progress(len(rows))


def _count_namesakes(authors: list[_Author]) -> int:
    """How many have the name of an employee, or one that looks like it.

    They keep it: it is the name they published under, nobody can sign in as them, they have no name tag, and a line
    below each of their posts says where it comes from. Another name would put their words into nobody's mouth.
    """
    skeletons = [names.skeleton(_name(author)) for author in authors]
    taken = queries.names_of_employees(set(skeletons))
    db.session.rollback()
    return sum(one in taken for one in skeletons)


def _add(authors: list[_Author], known: Known) -> list[Pair]:
    """Add the members in the open write transaction; returns their keys and ids."""
    taken: set[str] = set()
    with db.session.no_autoflush:
        people = [_person(author, _name(author), taken) for author in authors]
    db.session.add_all(people)
    db.session.flush()
    pairs: list[Pair] = [(author.key, person.id) for author, person in zip(authors, people, strict=True)]
    known.store(PERSON, pairs)
    return pairs


def _person(author: _Author, name: str, taken: set[str]) -> Person:
    handle = _handle(author, name, taken)
    taken.add(handles.skeleton(handle))
    return Person(
        handle=handle,
        handle_skeleton=handles.skeleton(handle),
        name=name,
        email=None,
        password=None,
        active=False,
        fs_uniquifier=secrets.token_hex(32),
        joined_at=datetime.fromisoformat(author.at) if author.at else clock.now(),
    )


def _name(author: _Author) -> str:
    """The author's name if the rules allow it, with its unsafe letters left out if need be, else a plain one.

    Plain is also the name of whoever wrote as a company or a team: here only people write. Where their posts come from,
    one can read below each of them.
    """
    if author.key == NOBODY:
        return FORMER_MEMBER
    ours = (*settings().brand_names, settings().company_name)
    for name in (author.name, names.bare_name(author.name)[:LONGEST_NAME].strip()):
        try:
            clean = clean_name(name)
        except RuleBroken:
            continue
        if not handles.names_a_team(clean, ours):
            return clean
    return f"Member {author.number}" if author.number is not None else "Member"


def _handle(author: _Author, name: str, taken: set[str]) -> str:
    def is_taken(handle: str) -> bool:
        return handles.skeleton(handle) in taken or queries.is_handle_taken(handle)

    number = abs(author.number) if author.number is not None else None
    for base in (name, "member"):
        handle = handles.suggest_handle(base, is_taken, number=number)
        try:
            handles.check_handle(handle, brands=settings().brand_names)
        except RuleBroken:
            continue
        return handle
    return handles.suggest_handle(f"member-{secrets.token_hex(4)}", is_taken)
