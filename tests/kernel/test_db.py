"""The one door through which the database is changed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.kernel.db import db, write
from app.kernel.errors import Busy, Malformed
from app.kernel.paging import page_of
from app.topics.models import Tag


def test_an_error_does_not_tell_what_the_statement_was_given():
    with pytest.raises(IntegrityError) as caught, write():
        db.session.execute(text("INSERT INTO tags (name) VALUES (:name), (:name)"), {"name": "marta@fernhill.example"})

    assert "INSERT INTO tags" in str(caught.value)
    assert "parameters hidden" in str(caught.value)


def test_write_transactions_do_not_nest():
    with write(), pytest.raises(RuntimeError), write():
        pass


def test_a_full_disk_is_a_reason_to_come_back_later():
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL cannot be told to stop growing.")
    try:
        with pytest.raises(Busy), write():
            db.session.execute(text("PRAGMA max_page_count = 1"))
            db.session.add(Tag(name="storage", description="x" * 1_000_000))
    finally:
        db.session.execute(text("PRAGMA max_page_count = 1073741823"))


def test_what_was_loaded_before_is_loaded_again(app: Flask):
    with write():
        db.session.add(Tag(name="storage", description="old"))
    tag = db.session.scalars(select(Tag)).one()

    def change() -> None:
        with app.app_context(), write():
            db.session.scalars(select(Tag)).one().description = "new"

    in_another_thread(change)
    with write():
        assert tag.description == "new"


def test_threads_that_write_at_once_all_succeed(app: Flask):
    with write():
        db.session.add(Tag(name="storage"))

    def count() -> None:
        with app.app_context():
            for _ in range(20):
                with write():
                    tag = db.session.scalars(select(Tag).with_for_update()).one()
                    tag.question_count += 1

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.session.scalars(select(Tag)).one().question_count == 160


def test_sqlite_is_set_to_lose_nothing(database_kind: str):
    if database_kind != "sqlite":
        pytest.skip("about SQLite")
    found = {
        name: db.session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
    }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_moments_come_back_in_utc():
    moment = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    with write():
        db.session.add(Tag(name="storage", created_at=moment))
    db.session.rollback()

    assert db.session.scalars(select(Tag)).one().created_at == moment


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(Exception, match="without a time zone"), write():
        db.session.add(Tag(name="storage", created_at=datetime(2026, 3, 29)))  # noqa: DTZ001


def test_pages_follow_each_other_without_gaps_or_repeats():
    with write():
        db.session.add_all(Tag(name=f"tag-{number}", question_count=number % 3) for number in range(25))
    by, seen, after = (Tag.question_count, Tag.id), [], None
    while True:
        page = page_of(select(Tag), by=by, after=after, limit=7)
        seen += [(tag.question_count, tag.id) for tag in page.items]
        after = page.next_key
        if after is None:
            break

    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 25


@pytest.mark.parametrize("key", ["x", "W10", "bnVsbA", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksMV0", "WyJhIiwgImIiXQ", "é"])
def test_a_key_that_is_not_ours_is_malformed(key: str):
    with pytest.raises(Malformed):
        page_of(select(Tag), by=(Tag.question_count, Tag.id), after=key)


def in_another_thread(work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
