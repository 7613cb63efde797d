"""The index is kept true, whatever happens to it or around it. Each test runs on every engine."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.jobs import doctor, indexing
from app.jobs.indexing import apply_pending
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from app.posts.bodies import prepare_body
from app.questions import actions as questions
from app.questions.models import Question, Visibility
from app.search import actions, engines, index_progress
from app.search.engines import opened_anew, site_index
from app.search.language import parse
from app.search.models import PendingThread
from app.search.port import IndexBusy, IndexUnavailable, Thread
from tests.search.conftest import catch_up
from tests.search.engines import ENGINES, Engine
from tests.support.client import SiteClient
from tests.support.databases import close_connections
from tests.support.factories import AnswerFactory, ExpertFactory, QuestionFactory

# Whoosh leaves it to Python to close the files that it could not read.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

UNAVAILABLE = "We cannot search right now"
DAMAGES = [(engine.name, damage) for engine in ENGINES.values() for damage in engine.damages]
SWITCHES = list(itertools.permutations(ENGINES, 2))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, database_kind: str) -> Engine:
    return usable(ENGINES[request.param], database_kind)


@pytest.fixture
def site(engine: Engine, site_with: Callable[[Engine], Flask]) -> Iterator[Flask]:
    """The site with an empty index of this engine."""
    made = site_with(engine)
    with made.app_context():
        site_index().rebuild(())
        yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which each engine has one, called by its name."""
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture(scope="module")
def sites(app: Flask, home: Path) -> Callable[[str], Flask]:
    """`sites(name)` is the site with that engine, on this database: what it has read and compiled serves all tests."""

    @cache
    def make(name: str) -> Flask:
        own = app.extensions["firsthand.settings"]
        made = create_app(replace(own, search_url=ENGINES[name].url(home / name)))
        made.test_client_class = SiteClient
        return made

    return make


@pytest.fixture
def site_with(sites: Callable[[str], Flask], home: Path) -> Iterator[Callable[[Engine], Flask]]:
    """`site_with(engine)` is the site with an index of that engine of which nothing has been made yet."""
    used: list[Flask] = []

    def make(engine: Engine) -> Flask:
        used.append(sites(engine.name))
        shutil.rmtree(home / engine.name, ignore_errors=True)
        (home / engine.name).mkdir()
        forget_what_was_read()
        return used[-1]

    yield make
    for site in used:
        close_connections(site)


def usable(engine: Engine, database_kind: str) -> Engine:
    if engine.needs not in {"", database_kind}:
        pytest.skip(f"{engine.name} needs {engine.needs}")
    return engine


def forget_what_was_read() -> None:
    """From here on it is as in a process that has just started."""
    engines._index_at.cache_clear()


def found(typed: str) -> set[int]:
    """What an index says, opened anew."""
    hits = opened_anew().query(parse(typed))
    return set(hits.ids[: hits.complete])


def page(client: SiteClient, typed: str) -> str:
    response = client.get("/search", query_string={"q": typed})
    assert response.status_code == 200
    return response.get_data(as_text=True)


def heading(client: SiteClient, typed: str) -> str:
    return page(client, typed).split("<h1", 1)[1].split(">", 1)[1].split("</h1>")[0]


def edit(question_id: int, body: str) -> None:
    """Give a question another text, by whoever asked it."""
    with write():
        question = db.session.get_one(Question, question_id)
        draft = questions.Draft(title=question.title, body=prepare_body(body), tags=["replication"])
        by = db.session.get_one(Person, question.author_id)
        questions.edit_question(question, draft, by=by, revision_number=question.revision_number)


def from_elsewhere(site: Flask, do: Callable[[], None]) -> None:
    """Do something as another process would: with a connection of its own."""
    with site.app_context():
        do()
        deliver_pending()


class TestWithoutTheWorker:
    """The database has the last word, however far the index is behind."""

    def test_a_deleted_question_is_gone_at_once(self, site):
        question = QuestionFactory(title="Why does the tape jam?")
        catch_up()
        assert "1 question for" in heading(site.test_client(), "tape")

        with write():
            questions.delete_question(question, by=db.session.get_one(Person, question.author_id))

        assert found("tape") == {question.id}
        assert "No question for" in heading(site.test_client(), "tape")

    def test_a_question_made_confidential_is_gone_at_once(self, site):
        expert = ExpertFactory()
        question = QuestionFactory(title="Why does the tape jam?", author=expert)
        catch_up()

        with write():
            questions.change_visibility(question, Visibility.EMPLOYEES, by=expert)

        assert found("tape") == {question.id}
        assert "No question for" in heading(site.test_client(), "tape")

    def test_what_is_gone_leaves_the_index_with_the_next_run(self, site):
        question = QuestionFactory(title="Why does the tape jam?")
        catch_up()
        with write():
            questions.delete_question(question, by=db.session.get_one(Person, question.author_id))

        catch_up()

        assert found("tape") == set()


@pytest.mark.parametrize(("name", "damage"), DAMAGES)
def test_a_lost_index_is_said_and_begun_anew(name, damage, site_with, home, database_kind):
    engine = usable(ENGINES[name], database_kind)
    site = site_with(engine)
    with site.app_context():
        site_index().rebuild(())
        QuestionFactory(title="Why does the tape jam?")
        catch_up()
        forget_what_was_read()
        engine.damages[damage](home / name)
        client = site.test_client()

        assert UNAVAILABLE in page(client, "tape")
        assert any(one.part == "Search index" and one.grade is doctor.Grade.FAULT for one in doctor._index())
        assert client.get("/").status_code == client.get("/questions").status_code == 200

        catch_up()
        assert "1 question for" in heading(client, "tape")
        assert not index_progress.is_filling()


@pytest.mark.parametrize(("name", "damage"), DAMAGES)
def test_damage_under_a_running_site_ends_no_process(name, damage, site_with, home, database_kind):
    engine = usable(ENGINES[name], database_kind)
    site = site_with(engine)
    with site.app_context():
        site_index().rebuild(())
        QuestionFactory(title="Why does the tape jam?")
        catch_up()
        client = site.test_client()
        page(client, "tape")
        engine.damages[damage](home / name)

        page(client, "tape")
        QuestionFactory(title="Why does the tape hum?")
        catch_up()
        forget_what_was_read()
        catch_up()
        assert "2 questions for" in heading(client, "tape")


class TestARebuild:
    """Another index is made beside the live one."""

    def test_what_changes_meanwhile_is_in_the_new_index(self, site):
        edited, deleted, quiet = (QuestionFactory(title=f"Why does drive {name} click?") for name in "abc")
        catch_up()
        ids = [question.id for question in (edited, deleted, quiet)]
        db.session.rollback()

        def change() -> None:
            edit(ids[0], "It was a loose screw all along.")
            with write():
                gone = db.session.get_one(Question, ids[1])
                questions.delete_question(gone, by=db.session.get_one(Person, gone.author_id))
                QuestionFactory(title="Why does the printer click?")

        indexing.rebuild(lambda threads: self._changing(site, threads, change))
        assert index_progress.pending_count() == 3
        catch_up()

        assert found("screw") == {ids[0]}
        assert ids[1] not in found("click")
        assert len(found("click")) == 3
        assert db.session.scalars(select(PendingThread)).all() == []

    def test_what_the_worker_has_indexed_meanwhile_is_not_lost(self, site, monkeypatch):
        """The worker may add to the live index while the other one is made, which has read the thread before."""
        question = QuestionFactory()
        catch_up()
        question_id = question.id
        db.session.rollback()

        def change() -> None:
            edit(question_id, "It was a loose screw all along.")
            deliver_pending()
            # As after `apply` on an engine that lets the worker write during a rebuild.
            with write():
                known = index_progress.progress()
                actions.settle(index_progress.pending(10), known.build)
            assert index_progress.pending_count() == 0

        indexing.rebuild(lambda threads: self._changing(site, threads, change))
        catch_up()

        assert found("screw") == {question_id}

    def test_the_worker_goes_on_meanwhile(self, site):
        question = QuestionFactory()
        catch_up()
        question_id = question.id
        db.session.rollback()
        seen: list[set[int]] = []

        def change() -> None:
            edit(question_id, "It was a loose screw all along.")
            catch_up()
            seen.append(found("screw"))

        indexing.rebuild(lambda threads: self._changing(site, threads, change))
        assert seen == [{question_id}]
        catch_up()

        assert found("screw") == {question_id}

    def test_the_live_index_answers_meanwhile(self, site):
        question = QuestionFactory(title="Why does the tape jam?")
        catch_up()
        db.session.rollback()
        seen: list[set[int]] = []

        indexing.rebuild(lambda threads: self._changing(site, threads, lambda: seen.append(found("tape"))))

        assert seen == [{question.id}]

    def test_a_second_one_is_refused(self, site):
        QuestionFactory()
        catch_up()
        db.session.rollback()
        outcomes = []

        def try_another() -> None:
            with pytest.raises(IndexBusy):
                indexing.rebuild()
            outcomes.append(site.test_cli_runner().invoke(args=["search", "rebuild"]))

        indexing.rebuild(lambda threads: self._changing(site, threads, try_another))

        assert outcomes[0].exit_code == 1
        assert "Another rebuild runs since" in outcomes[0].output
        assert index_progress.rebuild_began_at() is None
        assert not index_progress.is_filling()

    def test_one_that_fails_changes_nothing(self, site):
        question = QuestionFactory(title="Why does the tape jam?")
        catch_up()
        before, question_id = site_index().status().build, question.id
        db.session.rollback()

        def fail() -> None:
            edit(question_id, "It was a loose screw all along.")
            raise KeyError("the database went away")

        with pytest.raises(KeyError):
            indexing.rebuild(lambda threads: self._changing(site, threads, fail))
        catch_up()

        assert site_index().status().build == before
        assert found("tape") == {question_id}
        assert index_progress.rebuild_began_at() is None

    def test_one_that_died_without_a_word_is_forgotten(self, site, travel_to):
        question = QuestionFactory()
        catch_up()
        with write():
            actions.begin_rebuild()
        edit(question.id, "It was a loose screw all along.")
        catch_up()
        assert len(db.session.scalars(select(PendingThread)).all()) == 1

        travel_to(clock.now() + index_progress.LONGEST_REBUILD + timedelta(minutes=1))
        edit(question.id, "It was two loose screws.")
        catch_up()

        assert db.session.scalars(select(PendingThread)).all() == []

    @staticmethod
    def _changing(site: Flask, threads: Iterator[Thread], do: Callable[[], None]) -> Iterable[Thread]:
        """Do something elsewhere after the first thread was read."""
        for number, thread in enumerate(threads):
            yield thread
            if number == 0:
                from_elsewhere(site, do)


@pytest.mark.parametrize(("before", "after"), SWITCHES)
def test_any_engine_follows_any_other(before, after, site_with, database_kind):
    old, new = (site_with(usable(ENGINES[name], database_kind)) for name in (before, after))
    with new.app_context():
        site_index().rebuild(())
    with old.app_context():
        site_index().rebuild(())
        first = QuestionFactory(title="Why does the tape jam?").id
        catch_up()
        assert found("tape") == {first}
    with new.app_context():
        outcome = new.test_cli_runner().invoke(args=["search", "rebuild"])
        assert outcome.exit_code == 0, outcome.output
        assert apply_pending() == 0
        second = QuestionFactory(title="Why does the tape hum?").id
        catch_up()
        assert found("tape") == {first, second}
    with old.app_context():
        catch_up()
        assert found("tape") == {first, second}


def test_the_worker_alone_follows_a_change_of_engine(engine, site_with, home):
    QuestionFactory(title="Why does the tape jam?")
    catch_up()
    site = site_with(engine)
    with site.app_context():
        site_index().rebuild(())
        next(iter(engine.damages.values()))(home / engine.name)
        forget_what_was_read()
        assert UNAVAILABLE in page(site.test_client(), "tape")
        catch_up()
        assert "1 question for" in heading(site.test_client(), "tape")


def test_an_index_that_is_being_filled_is_said_to_be(site):
    for number in range(3):
        QuestionFactory(title=f"Why does tape {number} jam?")
    deliver_pending()
    assert apply_pending(limit=2) == 2

    assert index_progress.is_filling()
    assert "being made anew" in page(site.test_client(), "tape")
    assert any("being filled" in one.says for one in doctor._index())
    outcome = site.test_cli_runner().invoke(args=["search", "status"])
    assert "filling this index" in outcome.output

    catch_up()
    assert not index_progress.is_filling()
    assert "being made anew" not in page(site.test_client(), "tape")
    assert all(one.grade is doctor.Grade.GOOD for one in doctor._index())


def test_the_last_changed_threads_come_first(site):
    for number in range(5):
        QuestionFactory(title=f"Why does tape {number} jam?")
    deliver_pending()
    newest = QuestionFactory(title="Why does the printer jam?")
    deliver_pending()

    apply_pending(limit=1)

    assert found("jam") == {newest.id}


def test_one_commit_takes_no_more_text_than_a_moment_allows(site, monkeypatch):
    monkeypatch.setattr(indexing, "MOST_CHARACTERS", 2_000)
    question = QuestionFactory()
    for _ in range(3):
        QuestionFactory(body="loose screw " * 100)
    AnswerFactory(question=question, author=ExpertFactory(), body="very long " * 500)
    deliver_pending()

    rounds = [apply_pending() for _ in range(4)]

    assert sum(rounds) == 4
    assert rounds[:2] == [1, 1]
    assert len(found("replication")) == 4


def test_what_two_workers_indexed_at_once_is_indexed_again(site):
    question = QuestionFactory()
    catch_up()
    edit(question.id, "It was a loose screw all along.")
    deliver_pending()
    mine, build = index_progress.pending(10), site_index().status().build
    with write():
        actions.settle(index_progress.pending(10), build)
    assert index_progress.pending_count() == 0

    with write():
        actions.settle(mine, build)

    assert index_progress.pending_count() == 1


def test_a_search_that_failed_is_tried_by_the_worker(site, monkeypatch):
    """Damage that the count of documents does not show."""
    question = QuestionFactory(title="Why does the tape jam?")
    catch_up()
    before = site_index().status().build
    with write():
        actions.note_failed_search("tape")
    catch_up()
    assert site_index().status().build == before
    assert index_progress.progress().failed_query is None

    with monkeypatch.context() as damaged:
        damaged.setattr(type(site_index()), "query", failing)
        assert UNAVAILABLE in page(site.test_client(), "tape")
        assert index_progress.progress().failed_query == "tape"
        catch_up()

    assert site_index().status().build != before
    assert found("tape") == {question.id}


def failing(*arguments: object, **options: object) -> None:
    raise IndexUnavailable("The search index cannot be read.")
