"""A worker is killed in the middle of its work, fifty times: the index opens, and the next run completes it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.jobs import indexing
from app.kernel.db import db, write
from app.people.models import Person
from app.posts.models import Post
from app.questions import actions as questions
from app.questions.models import Question
from app.search import actions, documents, index_progress
from app.search.engines import opened_anew, site_index
from tests.search.conftest import catch_up
from tests.search.engines import ENGINES, Engine
from tests.search.test_kept_true import forget_what_was_read
from tests.support.factories import AnswerFactory, ExpertFactory, QuestionFactory, StewardFactory
from tests.support.killable import killable

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

KILLS = 50
SEED = 1_869
THREADS = 24
CHANGED = 6
SOONEST, LATEST = 0.02, 0.25
"""Seconds after which it is killed."""

WORDS = ("loose", "screw", "firmware", "cable", "ORA-01555", "/etc/fstab", "tape", "jam", "node.js", "overheats")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, database_kind: str) -> Engine:
    found = ENGINES[request.param]
    if database_kind != (found.needs or "sqlite"):
        pytest.skip(f"{found.name} is killed on the other database")
    return found


def test_after_every_kill_the_index_opens_and_the_next_run_completes_it(
    engine: Engine, app_with: Callable[..., Flask], tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    killed, rebuilt = (folder(tmp_path, name) for name in ("killed", "rebuilt"))
    site, other = (app_with(search_url=engine.url(place)) for place in (killed, rebuilt))
    unfinished = halfway = 0
    with site.app_context():
        ids = threads(chance)
        steward_id = StewardFactory().id
        site_index().rebuild(())
        catch_up()
        with killable(site) as workers:
            for kill in range(KILLS):
                change(chance, ids, steward_id)
                db.session.remove()
                with workers.at_work():
                    time.sleep(chance.uniform(SOONEST, LATEST))

                pending = index_progress.pending_count()
                unfinished += pending > 0
                halfway += 0 < pending < THREADS
                assert opened_anew().status().is_available, kill
                assert not index_progress.is_filling(), f"The worker has begun another index after kill {kill}."
                forget_what_was_read()
                catch_up()
                assert contents_of(engine, killed) == rebuilt_contents(engine, other, rebuilt), kill
    assert unfinished > KILLS / 2
    assert halfway > KILLS / 10


def folder(home: Path, name: str) -> Path:
    made = home / name
    made.mkdir()
    return made


def threads(chance: random.Random) -> list[int]:
    """Questions, some of them answered."""
    expert = ExpertFactory()
    ids = []
    for _ in range(THREADS):
        question = QuestionFactory(body=text(chance))
        if chance.random() < 0.5:
            AnswerFactory(question=question, author=expert, body=text(chance))
        ids.append(question.id)
    return ids


def change(chance: random.Random, ids: list[int], steward_id: int) -> None:
    """Some questions say something else, one is deleted or restored."""
    with write():
        steward = db.session.get_one(Person, steward_id)
        for question_id in chance.sample(ids, CHANGED):
            db.session.get_one(Post, question_id).body = text(chance)
        question = db.session.get_one(Question, chance.choice(ids))
        turn = questions.restore_question if question.is_deleted else questions.delete_question
        turn(question, by=steward)
        actions.mark_threads(ids)


def text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(5, 60)))


def contents_of(engine: Engine, place: Path) -> object:
    db.session.rollback()
    return engine.contents(place)


def rebuilt_contents(engine: Engine, other: Flask, place: Path) -> object:
    """What an index made of all threads at once holds; in the same place, where an engine has only one."""
    with other.app_context():
        if engine.needs:
            indexing.rebuild()
        else:
            site_index().rebuild(documents.every_thread())
        return engine.contents(place)
