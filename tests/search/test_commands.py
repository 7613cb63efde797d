"""flask search."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from app.cli import search as commands
from app.jobs import doctor, indexing
from app.kernel import clock, heartbeat
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.kernel.settings import settings
from app.search import actions, index_progress
from app.search.engines import site_index
from app.search.engines.whoosh.index import WhooshIndex
from app.search.language import parse
from app.search.port import Status, Thread
from app.search.queries import find
from tests.search.conftest import catch_up, index_folder
from tests.support.factories import QuestionFactory

pytestmark = pytest.mark.usefixtures("index")


def flask_search(app: Flask, command: str) -> Result:
    return app.test_cli_runner().invoke(args=["search", command])


def test_rebuild_makes_a_lost_index_anew(app: Flask):
    QuestionFactory()
    QuestionFactory()
    deliver_pending()
    shutil.rmtree(index_folder())

    outcome = flask_search(app, "rebuild")

    assert outcome.exit_code == 0, outcome.output
    assert re.search(r"Indexed 2 threads in [0-9.]+ seconds, [0-9]+ a second \(whoosh\)\.", outcome.output)
    assert find(parse("replication"), None).total == 2
    assert index_progress.pending_count() == 0
    assert not index_progress.is_filling()


def test_rebuild_says_what_to_do_next(app: Flask):
    assert "start the worker" in flask_search(app, "rebuild").output

    with write():
        heartbeat.beat("worker")
    outcome = flask_search(app, "rebuild")

    assert "start the worker" not in outcome.output
    assert f"SEARCH_URL to {settings().search_url}" in outcome.output


def test_rebuild_says_a_line_now_and_then_where_there_is_no_terminal(app: Flask, monkeypatch):
    monkeypatch.setattr(commands, "LINE_EVERY", 0.0)
    for _ in range(3):
        QuestionFactory()

    outcome = flask_search(app, "rebuild")

    assert "Indexing 3 threads." in outcome.output
    assert re.search(r"^2 of 3 threads, [0-9,]+ a second\.$", outcome.output, re.MULTILINE)


def test_rebuild_shows_a_bar_on_a_terminal(app: Flask, monkeypatch):
    for _ in range(3):
        QuestionFactory()
    seen: list[str] = []
    monkeypatch.setattr("app.cli.search.is_terminal", lambda: True)
    monkeypatch.setattr("click.progressbar", lambda threads, **said: seen.append(f"{said['length']}") or Bar(threads))

    assert flask_search(app, "rebuild").exit_code == 0

    assert seen == ["3"]


class Bar:
    """What click draws, without drawing."""

    def __init__(self, threads: Iterator[Thread]) -> None:
        self._threads = threads

    def __enter__(self) -> Iterator[Thread]:
        return self._threads

    def __exit__(self, *error: object) -> None:
        """Nothing was drawn."""


def test_rebuild_waits_for_its_turn(app: Flask, monkeypatch):
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0.1)
    with site_index()._builds._turn("making"):
        outcome = flask_search(app, "rebuild")

    assert outcome.exit_code == 1
    assert "Try again" in outcome.output


def test_status_counts_what_is_there_and_what_waits(app: Flask):
    QuestionFactory()
    catch_up()
    QuestionFactory()
    deliver_pending()

    outcome = flask_search(app, "status")

    assert outcome.exit_code == 0, outcome.output
    assert f"Engine:   whoosh ({settings().search_url})" in outcome.output
    assert "Threads:  1 of 2" in outcome.output
    assert "Waiting:  1" in outcome.output


def test_status_says_what_is_going_on(app: Flask):
    catch_up()
    with write():
        actions.begin_rebuild()
    assert "Another index is being made" in flask_search(app, "status").output

    site_index().rebuild(())
    assert "not filled from this database" in flask_search(app, "status").output


def test_status_gives_the_engine_s_advice(app: Flask, monkeypatch):
    grown = Status(engine="whoosh", build="v1", documents=20_000, size=1, advice="Set SEARCH_URL to something else.")
    monkeypatch.setattr(WhooshIndex, "status", lambda index: grown)

    engine = "postgresql:" if db.engine.dialect.name == "postgresql" else f"fts5:{settings().instance}"
    says = f"`SEARCH_URL={engine}"
    assert "Set SEARCH_URL to something else." in flask_search(app, "status").output
    assert says in flask_search(app, "status").output
    assert any(one.grade is doctor.Grade.WARNING and says in one.says for one in doctor._index())


def test_status_without_an_index_fails_with_a_sentence(app: Flask):
    shutil.rmtree(index_folder())

    outcome = flask_search(app, "status")

    assert outcome.exit_code == 1
    assert "flask search rebuild" in outcome.output


def test_an_index_whose_server_starts_again_is_not_begun_anew(app: Flask, index, monkeypatch):
    QuestionFactory()
    catch_up()
    build = index.status().build
    monkeypatch.setattr(indexing, "OUTAGE_SECONDS", 60.0)
    with monkeypatch.context() as away:
        away.setattr(WhooshIndex, "status", lambda index: Status(engine="whoosh", problem="It does not answer."))
        assert indexing.apply_pending() == 0

    assert indexing.apply_pending() == 0
    assert index.status().build == build


def test_the_doctor_says_how_old_the_dictionary_is(travel_to):
    catch_up()
    assert [one.says for one in doctor._dictionary()] == [
        "The words of all threads were not counted yet: the worker does so at night."
    ]
    counted = clock.now()
    with write():
        index_progress.progress().words_counted_at = counted
    assert [one.grade for one in doctor._dictionary()] == [doctor.Grade.GOOD]

    travel_to(counted + doctor.DICTIONARY_LATE + timedelta(hours=1))
    assert [one.grade for one in doctor._dictionary()] == [doctor.Grade.WARNING]


def test_the_doctor_says_when_the_index_is_behind(app: Flask, travel_to):
    catch_up()
    QuestionFactory()
    deliver_pending()
    assert [one.grade for one in doctor._index()] == [doctor.Grade.GOOD]

    travel_to(clock.now() + doctor.INDEX_LATE + timedelta(minutes=1))
    assert [(one.grade, "the oldest since" in one.says) for one in doctor._index()] == [(doctor.Grade.WARNING, True)]
