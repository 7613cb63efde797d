"""A community of a size that hurts, the same every time: nobody wrote it, and everything in it adds up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, update

from app.accounts.models import Account
from app.kernel.db import db, write
from app.kernel.text import RenderedHtml, render
from app.people import handles, names
from app.people.models import Person, PersonRole, Role
from app.posts.models import Post
from app.questions.models import Answer, Question, question_tags
from app.questions.rules import slug_of
from app.topics.models import Tag
from tools.bench.words import Writer

SEED = 20_000
EMPLOYEES = 50
ACCOUNTS = 200
TAGS = 300
SHARE_SOLVED = 0.5
BATCH = 2_000
BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
BETWEEN_POSTS = timedelta(minutes=15)

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How many of each; more people than employees."""

    people: int = 5_000
    questions: int = 20_000
    answers: int = 40_000


def make_community(size: Size = Size()) -> list[str]:
    """Fill an empty database, in bulk, as no use of the site could; gives the path of every question."""
    writer, chance = Writer(SEED), random.Random(SEED)
    renderer_version = renderer_of_plain_text(writer)
    questions = [question_row(number, size, writer, chance) for number in _ids(size.questions)]
    answers = [_answer(number, size, chance) for number in range(size.questions + 1, size.questions + size.answers + 1)]
    _settle(questions, answers, chance)
    with write():
        _add_people(size, writer)
        authors = {row["id"]: row.pop("author_id") for row in [*questions, *answers]}
        kinds = dict.fromkeys(_ids(size.questions), "question")
        posts = ({"id": n, "kind": kinds.get(n, "answer"), "author_id": author} for n, author in authors.items())
        _insert(_table(Post), (post_row(row, writer, renderer_version) for row in posts))
        accepted = {row["id"]: row.pop("accepted_answer_id") for row in questions}
        _insert(_table(Question), questions)
        _insert(_table(Answer), answers)
        _accept(accepted)
        _tag(size, chance)
    return [f"/questions/{row['id']}/{row['slug']}" for row in questions]


def _add_people(size: Size, writer: Writer) -> None:
    _insert(_table(Account), ({"id": n, "name": f"Customer {n}", "created_at": BEGINNING} for n in _ids(ACCOUNTS)))
    _insert(_table(Person), map(_person, _ids(size.people)))
    _insert(_table(PersonRole), ({"person_id": n, "role": Role.EXPERT} for n in _ids(EMPLOYEES)))
    _insert(_table(Tag), ({"id": n, "name": writer.words[n], "created_at": BEGINNING} for n in _ids(TAGS)))


def renderer_of_plain_text(writer: Writer) -> int:
    """Posts are stored with the HTML that the real renderer gives; rendering all of them would take minutes."""
    paragraphs = writer.paragraphs()
    rendered = render("\n\n".join(paragraphs))
    if str(rendered.html).strip() != html_of(paragraphs):
        raise RuntimeError("The renderer no longer makes of plain paragraphs what the benchmark stores.")
    return rendered.renderer_version


def html_of(paragraphs: list[str]) -> RenderedHtml:
    return RenderedHtml("\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))


def _ids(count: int) -> range:
    return range(1, count + 1)


def _table(model: type[Any]) -> Table:
    table: Table = model.__table__
    return table


def _moment(number: int) -> datetime:
    return BEGINNING + number * BETWEEN_POSTS


def _person(number: int) -> Row:
    handle, name = f"person-{number:05d}", f"Person {number}"
    return {
        "id": number,
        "handle": handle,
        "handle_skeleton": handles.skeleton(handle),
        "name": name,
        "name_skeleton": names.skeleton(name),
        "fs_uniquifier": f"{number:064d}",
        "active": True,
        "joined_at": BEGINNING,
        "confirmed_at": BEGINNING,
        "job_title": "Architect" if number <= EMPLOYEES else "",
        "about": "",
    }


def question_row(number: int, size: Size, writer: Writer, chance: random.Random) -> Row:
    title = writer.title()
    author = chance.randint(EMPLOYEES + 1, size.people)
    return {
        "id": number,
        "author_id": author,
        "title": title,
        "slug": slug_of(title),
        "product_version": "",
        "asked_at": _moment(number),
        "answer_count": 0,
        "last_activity_at": _moment(number),
        "last_activity_kind": "asked",
        "last_activity_by_id": author,
        "accepted_answer_id": None,
        "accepted_at": None,
    }


def _answer(number: int, size: Size, chance: random.Random) -> Row:
    # A few questions draw many answers, most draw one or two.
    question = int(size.questions * chance.random() ** 1.3) + 1
    return {"id": number, "author_id": chance.randint(1, size.people), "question_id": question}


def _settle(questions: list[Row], answers: list[Row], chance: random.Random) -> None:
    """Let the questions know their answers: how many, the last one, and for half of them which one solved it."""
    for answer in answers:
        question = questions[answer["question_id"] - 1]
        question["answer_count"] += 1
        question["last_activity_at"] = _moment(answer["id"])
        question["last_activity_kind"] = "answered"
        question["last_activity_by_id"] = answer["author_id"]
        if question["accepted_answer_id"] is None and chance.random() < SHARE_SOLVED:
            question["accepted_answer_id"] = answer["id"]
            question["accepted_at"] = _moment(answer["id"])


def post_row(row: Row, writer: Writer, renderer_version: int) -> Row:
    paragraphs = writer.paragraphs()
    author = row["author_id"]
    employed = author <= EMPLOYEES
    return {
        **row,
        "author_account_id": None if employed else author % ACCOUNTS + 1,
        "author_role": Role.EXPERT if employed else "member",
        "author_title": "Architect" if employed else "",
        "author_employer": "Northwind Systems" if employed else f"Customer {author % ACCOUNTS + 1}",
        "body": "\n\n".join(paragraphs),
        "body_html": html_of(paragraphs),
        "renderer_version": renderer_version,
        "created_at": _moment(row["id"]),
        "revision_number": 1,
        "helpful_count": 0,
        "unhelpful_count": 0,
        "comment_count": 0,
        "shown_plain": False,
    }


def _accept(accepted: dict[int, int | None]) -> None:
    questions = _table(Question)
    for question, answer in accepted.items():
        if answer is not None:
            changed = update(questions).where(questions.c.id == question)
            db.session.execute(changed.values(accepted_answer_id=answer))


def _tag(size: Size, chance: random.Random) -> None:
    counts = dict.fromkeys(_ids(TAGS), 0)
    rows: list[Row] = []
    for question in _ids(size.questions):
        for tag in chance.sample(_ids(TAGS), chance.randint(1, 4)):
            rows.append({"question_id": question, "tag_id": tag})
            counts[tag] += 1
    _insert(question_tags, rows)
    tags = _table(Tag)
    for tag, count in counts.items():
        db.session.execute(update(tags).where(tags.c.id == tag).values(question_count=count))


def _insert(table: Table, rows: Iterator[Row] | list[Row]) -> None:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            db.session.execute(insert(table), batch)
            batch = []
    if batch:
        db.session.execute(insert(table), batch)
