"""A site that was running before a migration has everything after it, and what the migration adds is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app.config import ROOT
from app.kernel.db import db
from app.kernel.events import deliver_pending
from tests.support.databases import PostgresDatabase, SqliteDatabase, TestDatabase

DIRECTORY = str(ROOT / "migrations")
MOMENT = "2026-01-02 03:04:05+00:00"
POSTS = (
    # id, kind, author, source
    (1, "question", 1, None),
    (2, "answer", 2, None),
    (3, "question", 1, None),
    (4, "question", 2, "somewhere else"),
)


@pytest.fixture
def site(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path, app_with) -> Iterator[Flask]:
    """A site on a database of the first release, with a few rows."""
    if database_kind == "sqlite":
        made: TestDatabase = SqliteDatabase.create(tmp_path)
    else:
        main = request.getfixturevalue("database")
        made = PostgresDatabase.create(main.cluster, f"{main.name}_upgrade")
    site = app_with(database_url=made.url)
    with site.app_context():
        upgrade(directory=DIRECTORY, revision="0001")
        with db.engine.begin() as connection:
            for statement in first_rows():
                connection.execute(text(statement))
    yield site
    made.close(site)
    made.drop()


def first_rows() -> Iterator[str]:
    for number, handle in ((1, "ines"), (2, "sanfox")):
        yield (
            "INSERT INTO people (id, handle, handle_skeleton, name, name_skeleton, active, fs_uniquifier, joined_at, "
            f"job_title, about) VALUES ({number}, '{handle}', '{handle}', '{handle}', '{handle}', true, '{handle}', "
            f"'{MOMENT}', '', '')"
        )
    for number, kind, author, source in POSTS:
        origin = f"'{source}'" if source else "NULL"
        yield (
            "INSERT INTO posts (id, kind, body, body_html, renderer_version, shown_plain, created_at, revision_number, "
            "helpful_count, unhelpful_count, comment_count, author_id, author_role, author_title, author_employer, "
            f"source) VALUES ({number}, '{kind}', 'Why?', '<p>Why?</p>', 1, false, '{MOMENT}', 1, 0, 0, 0, {author}, "
            f"'member', '', '', {origin})"
        )
        if kind == "question":
            yield (
                "INSERT INTO questions (id, title, slug, product_version, asked_at, answer_count, last_activity_at, "
                f"last_activity_kind, last_activity_by_id) VALUES ({number}, 'Why?', 'why', '', '{MOMENT}', "
                f"{1 if number == 1 else 0}, '{MOMENT}', 'asked', {author})"
            )
    yield "INSERT INTO answers (id, question_id) VALUES (2, 1)"
    yield (
        "INSERT INTO comments (id, post_id, body, body_html, renderer_version, created_at, author_id, author_role, "
        f"author_title, author_employer) VALUES (1, 2, 'Thanks', '<p>Thanks</p>', 1, '{MOMENT}', 1, 'member', '', '')"
    )
    yield f"INSERT INTO votes (id, post_id, voter_id, value, cast_at) VALUES (1, 2, 1, 1, '{MOMENT}')"


def rows(site: Flask, statement: str) -> list[tuple[object, ...]]:
    with site.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def counts(site: Flask) -> dict[str, object]:
    tables = ("people", "posts", "questions", "answers", "comments", "votes")
    return {table: rows(site, f"SELECT count(*) FROM {table}")[0][0] for table in tables}


def test_nothing_is_lost_and_what_is_new_is_filled_in(site: Flask):
    before = counts(site)

    with site.app_context():
        upgrade(directory=DIRECTORY)

    assert counts(site) == before
    assert rows(site, "SELECT id, visibility, next_step FROM questions ORDER BY id") == [
        (1, "public", "asker"),
        (3, "public", "nobody"),
        (4, "public", "nobody"),
    ]
    # Authors who came with an import have nobody to tell.
    assert rows(site, "SELECT person_id, question_id FROM follows ORDER BY 1, 2") == [(1, 1), (1, 3), (2, 1)]


def test_nobody_tells_more_of_themselves_than_before_and_what_they_know_is_weighed(site: Flask):
    with site.app_context():
        upgrade(directory=DIRECTORY, revision="0002")
        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO tags (id, name, description, question_count, created_at, "
                    f"question_template) VALUES (1, 'replication', '', 1, '{MOMENT}', '')"
                )
            )
            connection.execute(text("INSERT INTO question_tags (question_id, tag_id) VALUES (1, 1)"))
            connection.execute(
                text(
                    "INSERT INTO notices (id, person_id, kind, cause, question_id, post_id, words, "
                    f"made_at) VALUES (1, 1, 'answered', 'answer:2', 1, 2, '', '{MOMENT}')"
                )
            )
        upgrade(directory=DIRECTORY)
        deliver_pending()

    shown = "SELECT DISTINCT interests, city, time_zone, pace_shown, findable FROM people"
    assert rows(site, shown) == [("", "", "", False, False)]
    assert rows(site, "SELECT person_id, tag_id, answers FROM topic_expertise") == [(2, 1, 1)]
    assert rows(site, "SELECT question_id, meeting_id FROM notices WHERE id = 1") == [(1, None)]


def test_going_back_loses_nothing_that_was_there_before(site: Flask):
    before = counts(site)
    with site.app_context():
        upgrade(directory=DIRECTORY)
        downgrade(directory=DIRECTORY, revision="0001")

    assert counts(site) == before
