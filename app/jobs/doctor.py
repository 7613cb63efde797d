"""How the site is, in sentences: the same for `flask doctor` and for the page that admins open."""

from __future__ import annotations

import enum
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.affinity import look_proof
from app.affinity.models import AffinitySnapshot, MeasuringDue
from app.config import ROOT
from app.jobs.indexing import how_to_switch
from app.kernel import clock, events, heartbeat, mail
from app.kernel.db import db
from app.kernel.mail import MailServerDown
from app.kernel.settings import settings
from app.people import letters, trail_proof
from app.people.queries import has_admin
from app.reputation import last_proof
from app.search import index_progress
from app.search.engines import site_index
from app.search.port import Status
from app.topics import queries as topics
from app.topics.models import Tag

WORKER = "worker"
OUTBOX_LATE = timedelta(minutes=5)
INDEX_LATE = timedelta(minutes=10)
DICTIONARY_LATE = timedelta(days=3)
SNAPSHOT_LATE = timedelta(days=8)
MEASURED_WITHIN = timedelta(hours=24)
PROOF_LATE = timedelta(days=3)
MEGABYTE = 1024 * 1024
LITTLE_ROOM = 1024 * MEGABYTE
NO_ROOM = 100 * MEGABYTE


class Grade(enum.StrEnum):
    """How good or bad something is."""

    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One sentence about one part of the site."""

    part: str
    says: str
    grade: Grade = Grade.GOOD


def examine(*, with_mail: bool) -> list[Finding]:
    """Look at every part. `with_mail` also reaches the mail server, which may take some seconds."""
    found = [*_versions(), *_settings(), *_disk()]
    try:
        for look in _ASKING_THE_DATABASE:
            found += look()
    except SQLAlchemyError as error:
        db.session.rollback()
        found.append(Finding("Database", f"It cannot be asked ({type(error).__name__}).", Grade.FAULT))
    if with_mail:
        found += mail_server()
    return found


def mail_server() -> Iterator[Finding]:
    """Whether the mail server takes us in; nothing is sent."""
    where = settings().mail_url
    try:
        mail.check(where)
    except MailServerDown as error:
        yield Finding("Mail", str(error), Grade.FAULT)
        return
    if where.startswith("file:") and not settings().is_local:
        yield Finding("Mail", "Letters are written into a folder and reach nobody (MAIL_URL).", Grade.WARNING)
    else:
        yield Finding("Mail", "The mail server takes letters." if "smtp" in where else "Letters go into a folder.")


def _versions() -> Iterator[Finding]:
    yield Finding("Versions", f"Python {platform.python_version()}, {platform.system()} {platform.machine()}.")


def _settings() -> Iterator[Finding]:
    own = settings()
    yield Finding("Settings", f"All of them can be used. Readers come to {own.base_url}.")
    if own.second_factor != "required":
        yield Finding("Settings", "Employees may sign in without a second factor (SECOND_FACTOR).", Grade.WARNING)


def _disk() -> Iterator[Finding]:
    folder: Path = settings().instance
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding("Disk", f"The folder {folder} cannot be read ({type(error).__name__}).", Grade.FAULT)
        return
    grade = Grade.FAULT if free < NO_ROOM else Grade.WARNING if free < LITTLE_ROOM else Grade.GOOD
    yield Finding("Disk", f"{_size(free)} are free where {folder} is.", grade)


def _database() -> Iterator[Finding]:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[db.engine.dialect.name]
    if name == "SQLite":
        version = db.session.scalar(select(func.sqlite_version()))
        size = db.session.scalar(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"))
    else:
        version = db.session.scalar(text("SHOW server_version"))
        size = db.session.scalar(select(func.pg_database_size(func.current_database())))
    yield Finding("Database", f"{name} {version}, {_size(size or 0)}.")


def tables() -> Finding:
    """Whether the tables are those that this version of the program works with."""
    wanted = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    found = MigrationContext.configure(db.session.connection()).get_current_revision()
    if found == wanted:
        return Finding("Tables", f"They are of this version ({found}).")
    state = f"They are of version {found}, not {wanted}" if found else "There are none yet"
    return Finding("Tables", f"{state}: run `flask db upgrade`.", Grade.FAULT)


def _migrations() -> Iterator[Finding]:
    yield tables()


def _worker() -> Iterator[Finding]:
    at = heartbeat.last_beat(WORKER)
    if at is not None and clock.now() - at <= heartbeat.LATE_AFTER:
        yield Finding("Worker", "It works.")
    elif at is None:
        yield Finding("Worker", "It has never run here: start `flask worker`.", Grade.FAULT)
    else:
        yield Finding("Worker", f"It was last heard of {at:%Y-%m-%d %H:%M} UTC: start `flask worker`.", Grade.FAULT)


def _outbox() -> Iterator[Finding]:
    oldest, waiting, dead = events.oldest_waiting(), events.pending_count(), len(events.dead_letters())
    is_late = oldest is not None and clock.now() - oldest > OUTBOX_LATE
    since = f", the oldest since {oldest:%Y-%m-%d %H:%M} UTC" if oldest else ""
    waits = "waits" if waiting == 1 else "wait"
    yield Finding("Outbox", f"{_count(waiting, 'event')} {waits}{since}.", Grade.FAULT if is_late else Grade.GOOD)
    if dead:
        yield Finding("Outbox", f"{_count(dead, 'event')} failed many times and were given up.", Grade.FAULT)


def _letters() -> Iterator[Finding]:
    waiting, dead = letters.waiting_count(), len(letters.dead_letters())
    yield Finding("Letters", f"{_count(waiting, 'letter')} to be sent.")
    if dead:
        yield Finding("Letters", f"{_count(dead, 'letter')} could not be sent and were given up.", Grade.WARNING)


def _index() -> Iterator[Finding]:
    status = site_index().status()
    if not status.is_available:
        yield Finding("Search index", status.problem, Grade.FAULT)
        return
    yield _kept_up(status)
    if status.advice:
        yield Finding("Search index", f"{status.advice} {how_to_switch()}", Grade.WARNING)


def _kept_up(status: Status) -> Finding:
    oldest, waiting = index_progress.oldest_pending(), index_progress.pending_count()
    has = f"{status.engine}, {_count(status.documents, 'thread')}, {_size(status.size)}"
    if index_progress.is_filling():
        says = f"{has}. It is new and being filled: {waiting:,} more to be read. Searches do not find everything yet."
        return Finding("Search index", says, Grade.WARNING)
    is_behind = oldest is not None and clock.now() - oldest > INDEX_LATE
    since = f", the oldest since {oldest:%Y-%m-%d %H:%M} UTC" if oldest and is_behind else ""
    says = f"{has}; {waiting:,} more to be read{since}."
    return Finding("Search index", says, Grade.WARNING if is_behind else Grade.GOOD)


def _dictionary() -> Iterator[Finding]:
    """The words that searches are mended by, counted anew every night."""
    known = index_progress.progress()
    counted = known.words_counted_at if known else None
    if counted is None:
        yield Finding("Dictionary", "The words of all threads were not counted yet: the worker does so at night.")
        return
    is_old = clock.now() - counted > DICTIONARY_LATE
    says = f"The words of all threads were last counted on {counted:%Y-%m-%d %H:%M} UTC."
    yield Finding("Dictionary", says, Grade.WARNING if is_old else Grade.GOOD)


def _trail() -> Iterator[Finding]:
    broken = trail_proof.newest_broken() or look_proof.newest_unlike()
    if broken is None:
        yield Finding("Trail", f"None of the newest {trail_proof.PROVED:,} entries was changed or taken away.")
    else:
        yield Finding("Trail", f"{broken} Look further with `flask audit verify`.", Grade.FAULT)


def _reputation() -> Iterator[Finding]:
    """The proof of the ledger, made anew every night."""
    last = last_proof.last_check()
    if last is None:
        yield Finding("Reputation", "The ledger was not proved yet: the worker does so at night.")
        return
    when = f"on {last.checked_at:%Y-%m-%d %H:%M} UTC"
    if last.differences:
        says = f"{_count(last.differences, 'kept number')} did not agree with the ledger {when}: run `flask recount`."
        yield Finding("Reputation", says, Grade.FAULT)
    else:
        is_old = clock.now() - last.checked_at > PROOF_LATE
        says = f"Every total was what the ledger says {when}."
        yield Finding("Reputation", says, Grade.WARNING if is_old else Grade.GOOD)
    if last.under_older_rules:
        says = f"{_count(last.under_older_rules, 'line')} of the ledger stood under older rules {when}:"
        yield Finding("Reputation", f"{says} `flask reputation replay` enters them anew.")


def _care() -> Iterator[Finding]:
    """What is nobody's: topics that no employee looks after, and a site without an admin."""
    names = db.session.scalars(topics.without_steward().with_only_columns(Tag.name)).all()
    if names:
        few = ", ".join(sorted(names)[:3])
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield Finding("Topics", f"Nobody looks after {few}{more}.", Grade.WARNING)
    else:
        yield Finding("Topics", "Somebody looks after each of them.")
    if not has_admin():
        yield Finding("Admins", "There is none: /admin/first-run makes one.", Grade.FAULT)


def _affinity() -> Iterator[Finding]:
    """Whether the reports are of this week, and whether whoever is not to be counted was taken out within a day."""
    moment = clock.now()
    waiting = db.session.scalar(select(func.min(MeasuringDue.since)))
    if waiting is not None and moment - waiting > MEASURED_WITHIN:
        says = f"Reports are to be measured again since {waiting:%Y-%m-%d %H:%M} UTC: is the worker running?"
        yield Finding("Affinity", says, Grade.FAULT)
    if not settings().affinity_enabled:
        yield Finding("Affinity", "It is switched off: nothing is written down or measured (AFFINITY_ENABLED).")
        return
    taken = db.session.scalar(select(func.max(AffinitySnapshot.taken_at)))
    says = f"The reports are of {taken:%Y-%m-%d %H:%M} UTC." if taken else "No report was made yet: the worker does so."
    is_old = taken is not None and moment - taken > SNAPSHOT_LATE
    yield Finding("Affinity", says, Grade.WARNING if is_old else Grade.GOOD)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _size(count: int) -> str:
    for unit, size in (("GB", 1024**3), ("MB", 1024**2)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1024:,.0f} KB"


_ASKING_THE_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    _database,
    _migrations,
    _worker,
    _outbox,
    _letters,
    _index,
    _dictionary,
    _trail,
    _reputation,
    _care,
    _affinity,
)
