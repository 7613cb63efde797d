"""flask search."""

from __future__ import annotations

import shutil

import pytest
from flask import Flask

from app.kernel.events import deliver_pending
from app.kernel.settings import settings
from app.search.engines.whoosh.index import WhooshIndex
from app.search.language import parse
from app.search.progress import pending_count
from app.search.queries import find
from tests.search.conftest import catch_up
from tests.support.factories import QuestionFactory

pytestmark = pytest.mark.usefixtures("index")


def test_rebuild_makes_a_lost_index_anew(app: Flask):
    QuestionFactory()
    QuestionFactory()
    deliver_pending()
    shutil.rmtree(settings().search_path)

    outcome = app.test_cli_runner().invoke(args=["search", "rebuild"])

    assert outcome.exit_code == 0, outcome.output
    assert "Indexed 2 threads" in outcome.output
    assert find(parse("replication"), None).total == 2
    assert pending_count() == 0


def test_rebuild_waits_for_its_turn(app: Flask):
    with WhooshIndex(settings().search_path)._writing():
        outcome = app.test_cli_runner().invoke(args=["search", "rebuild"])

    assert outcome.exit_code == 1
    assert "Try again" in outcome.output


def test_status_counts_what_is_there_and_what_waits(app: Flask):
    QuestionFactory()
    catch_up()

    outcome = app.test_cli_runner().invoke(args=["search", "status"])

    assert outcome.exit_code == 0, outcome.output
    assert "Threads:  1 of 1" in outcome.output
    assert "Waiting:  0" in outcome.output


def test_status_without_an_index_fails_with_a_sentence(app: Flask):
    shutil.rmtree(settings().search_path)
    WhooshIndex(settings().search_path)

    outcome = app.test_cli_runner().invoke(args=["search", "status"])

    assert outcome.exit_code == 1
    assert "flask search rebuild" in outcome.output
