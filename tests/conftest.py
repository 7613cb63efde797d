"""What every test can ask for. Tests run against real databases; each begins with an empty one.

Tests of this project need no marker to use the database: they simply do, and run once on SQLite and once on
PostgreSQL. A test that needs none says so with `pytest.mark.pure` (or `pytestmark`) and runs once. One whose queries
are asked on both databases by other tests already, as most tests of forms and pages are, says so with
`pytest.mark.one_database`: it runs on SQLite alone, or on the database that the marker names. Of a module that says so,
`pytest.mark.both_databases` takes out what asks something of its own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
import time_machine
from flask import Flask

from app import create_app
from app.kernel.db import db
from app.people.models import Person
from tests.support.client import SiteClient, signed_in
from tests.support.databases import PostgresDatabase, SqliteDatabase, TestDatabase, close_connections
from tests.support.mailbox import Mailbox
from tests.support.postgres import Cluster, start_cluster, stop_cluster
from tests.support.queries import CountedQueries, counted_queries
from tests.support.settings import settings_for

# How long an example takes says more about the machine than about the code. Everybody tries the same examples, so that
# one commit passes or fails for all of us alike; `make explore` looks for new ones.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")

DATABASES = ("sqlite", "postgresql")
CLUSTER = pytest.StashKey[Cluster]()

Facts = TypeVar("Facts")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*DATABASES, "both"], default="both", help="Which databases to test on.")
    parser.addoption("--write-permissions", action="store_true", help="Write docs/permissions.csv from what is.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test its databases: none if it is pure, else the chosen ones."""
    if "database_kind" not in metafunc.fixturenames:
        return
    if metafunc.definition.get_closest_marker("pure"):
        metafunc.parametrize("database_kind", [None], ids=[pytest.HIDDEN_PARAM], scope="session")
        return
    chosen = metafunc.config.getoption("--database")
    kinds = DATABASES if chosen == "both" else (chosen,)
    if chosen == "both":
        kinds = databases_of(metafunc.definition)
    metafunc.parametrize("database_kind", kinds, scope="session")


def databases_of(test: pytest.Function) -> tuple[str, ...]:
    """The databases that a test runs on, as the nearest marker says."""
    for marker in test.iter_markers():
        if marker.name == "one_database":
            return marker.args or DATABASES[:1]
        if marker.name == "both_databases":
            return DATABASES
    return DATABASES


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the thousands of tests, which stay: an eighth of the time went into that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_configure_node(node: Any) -> None:
    """With several test processes, the one that leads them starts the PostgreSQL which they share."""
    if node.config.getoption("--database") == "sqlite":
        return
    if CLUSTER not in node.config.stash:
        node.config.stash[CLUSTER] = start_cluster()
    node.workerinput["cluster"] = {key: str(value) for key, value in asdict(node.config.stash[CLUSTER]).items()}


pytest_configure_node = pytest.hookimpl(optionalhook=True)(pytest_configure_node)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever started the PostgreSQL stops it."""
    if CLUSTER in config.stash:
        stop_cluster(config.stash[CLUSTER])
        del config.stash[CLUSTER]


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Cluster:
    """The tests' own PostgreSQL."""
    shared = getattr(request.config, "workerinput", {}).get("cluster")
    if shared:
        return Cluster(folder=Path(shared["folder"]), port=int(shared["port"]))
    if CLUSTER not in request.config.stash:
        request.config.stash[CLUSTER] = start_cluster()
    return request.config.stash[CLUSTER]


@pytest.fixture(scope="session")
def smtp() -> Iterator[Mailbox]:
    """A mail server that keeps what it is sent."""
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def database(
    database_kind: str | None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestDatabase | None]:
    """The migrated database of this process, of the kind the test runs on; None for pure tests."""
    if database_kind is None:
        yield None
        return
    name = f"firsthand_{getattr(request.config, 'workerinput', {}).get('workerid', 'main')}"
    if database_kind == "sqlite":
        made: TestDatabase = SqliteDatabase.create(tmp_path_factory.mktemp("sqlite"))
    else:
        made = PostgresDatabase.create(request.getfixturevalue("postgres"), name)
    yield made
    made.drop()


@pytest.fixture(scope="session")
def app(database: TestDatabase | None, smtp: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site, on this process's database."""
    assert database is not None, "A pure test asked for the site."
    settings = settings_for(tmp_path_factory.mktemp("instance"), database_url=database.url, mail_url=smtp.url)
    site = create_app(settings)
    site.test_client_class = SiteClient
    database.migrate(site)
    yield site
    database.close(site)


@pytest.fixture(autouse=True)
def clean_start(database: TestDatabase | None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin every test with an empty database, no mail, no files, and the site's context around it."""
    if database is None:
        yield
        return
    site: Flask = request.getfixturevalue("app")
    start_clean(site, database, request.getfixturevalue("smtp"))
    with site.app_context():
        yield


def start_clean(site: Flask, database: TestDatabase, smtp: Mailbox) -> None:
    """Empty whatever a test can have filled."""
    database.empty(site)
    smtp.clear()


@pytest.fixture
def fresh(app: Flask, database: TestDatabase, smtp: Mailbox) -> Callable[[], None]:
    """Starts clean again in the middle of a test: for each example of a property, say."""

    def start_again() -> None:
        # What the test itself holds open is of the database that goes away.
        db.session.remove()
        start_clean(app, database, smtp)

    return start_again


@pytest.fixture
def keep(app: Flask, database: TestDatabase, smtp: Mailbox) -> Callable[[], Callable[[], None]]:
    """`take_back = keep()` remembers every row as it is now, and `take_back()` undoes what was done since."""

    def take_back() -> None:
        # What the test has loaded is read anew when it is looked at, and is there under the same number.
        db.session.rollback()
        database.take_back(app)
        smtp.clear()

    def remember() -> Callable[[], None]:
        db.session.rollback()
        database.keep(app)
        return take_back

    return remember


@pytest.fixture(scope="session")
def worlds(database: TestDatabase | None) -> dict[Callable[[], Any], tuple[str, Any]]:
    """What `once` has made on this database, by what made it: the name under which its rows are kept, and its facts."""
    return {}


@pytest.fixture
def once(
    app: Flask,
    database: TestDatabase,
    smtp: Mailbox,
    worlds: dict[Callable[[], Any], tuple[str, Any]],
) -> Callable[[Callable[[], Facts]], Facts]:
    """`once(make)` is what `make()` returned when a test of this process asked first, with every row as it was then.

    It returns ids and plain values: objects would be of a session that has gone.
    """

    def bring(make: Callable[[], Facts]) -> Facts:
        if make not in worlds:
            worlds[make] = f"world{len(worlds)}", make()
            # The test's own session lets go of its connection: what is open keeps a file as it was.
            db.session.remove()
            database.keep(app, worlds[make][0])
        name, facts = worlds[make]
        db.session.remove()
        database.take_back(app, name)
        smtp.clear()
        return facts

    return bring


@pytest.fixture
def mailbox(smtp: Mailbox) -> Mailbox:
    """The mail that the site has sent during this test."""
    return smtp


@pytest.fixture
def client(app: Flask) -> SiteClient:
    """A guest's browser, without JavaScript."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], SiteClient]:
    """`sign_in(person)` is a browser in which that person is signed in."""
    return lambda person: signed_in(app, person)


@pytest.fixture
def app_with(app: Flask) -> Iterator[Callable[..., Flask]]:
    """`app_with(rate_limits=True)` is the site with other settings, on the same database."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        site = create_app(replace(app.extensions["firsthand.settings"], **changes))
        site.test_client_class = SiteClient
        made.append(site)
        return site

    yield make
    for site in made:
        close_connections(site)


@pytest.fixture
def queries(app: Flask) -> Callable[[], AbstractContextManager[CountedQueries]]:
    """`with queries() as seen: ...; assert len(seen) <= 9` counts the SQL statements in between."""
    return lambda: counted_queries(app)


@pytest.fixture
def travel_to() -> Iterator[Callable[[datetime], None]]:
    """`travel_to(moment)` stops the clock at that moment until the test ends, or until the next call."""
    stopped: list[time_machine.travel] = []

    def travel(moment: datetime) -> None:
        while stopped:
            stopped.pop().stop()
        stopped.append(time_machine.travel(moment, tick=False))
        stopped[-1].start()

    yield travel
    while stopped:
        stopped.pop().stop()
