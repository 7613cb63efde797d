"""`make bench-affinity`: measure every account of a large site anew, and print what that took as JSON.

    BENCH_ACCOUNTS=2000 BENCH_EVENTS=1000000    how large the site is
    BENCH_DATABASES="sqlite postgresql"         on which databases (default: sqlite)

The site is made for the run in a folder of its own and thrown away; so is PostgreSQL. What is measured is
`flask affinity recompute` in a process of its own: seconds by the clock, processor seconds, and its largest size in
memory. A second run a week later shows what it takes once every account has a snapshot.
"""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from app import create_app
from app.accounts.models import Account, SizeBand
from app.affinity.kinds import WEIGHTS
from app.affinity.models import AffinityEvent
from app.config import ROOT
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.settings import settings
from app.kernel.text import render
from app.people import actions
from app.people.models import Person
from app.questions.models import Question, question_tags
from app.topics.models import Tag
from tests.support.databases import plain_url
from tests.support.postgres import start_cluster, stop_cluster
from tools.secrets_file import write_secrets

SEED = 6
EXPERTS = 40
TAGS = 60
YEARS = 3
# One account in so many stands below the one before it, and a question is named by so many events.
SUBSIDIARY_EVERY = 10
EVENTS_A_QUESTION = 5
PEOPLE_PER_EVENTS = 25
ROWS_AT_ONCE = 20_000

SIZES = {"BENCH_ACCOUNTS": "2000", "BENCH_EVENTS": "1000000"}
BODY = "Why does it stall at night?"

Row = dict[str, Any]


def main() -> None:
    """Make a site on each database, measure it, print."""
    accounts, events = (int(os.environ.get(name, default)) for name, default in SIZES.items())
    found = {}
    for database in os.environ.get("BENCH_DATABASES", "sqlite").replace(",", " ").split():
        with _site(database) as environment:
            _run(environment, "flask", "--app", "wsgi", "db", "upgrade")
            _run(environment, "tools.bench_affinity", "fill", str(accounts), str(events))
            found[database] = [_measured(environment), _measured(environment)]
    setting = {"python": platform.python_version(), "processors": os.cpu_count()}
    print(json.dumps({"setting": setting, "accounts": accounts, "events": events, "recompute": found}, indent=2))


@contextmanager
def _site(database: str) -> Iterator[dict[str, str]]:
    """Settings of a site of its own."""
    folder = Path(tempfile.mkdtemp(prefix="firsthand-bench-"))
    cluster = start_cluster() if database == "postgresql" else None
    try:
        write_secrets(folder / "secrets.env")
        url = f"sqlite:///{folder / 'firsthand.sqlite'}"
        if cluster:
            url = cluster.url("bench")
            _create(cluster.url("postgres"), "bench")
        yield {"INSTANCE": str(folder), "DATABASE_URL": url, "SEARCH_URL": f"whoosh:{folder / 'search'}"}
    finally:
        if cluster:
            stop_cluster(cluster)
        shutil.rmtree(folder, ignore_errors=True)


def _create(server_url: str, name: str) -> None:
    import psycopg

    with psycopg.connect(plain_url(server_url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())


def _run(environment: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **environment}, check=True)


def _measured(environment: dict[str, str]) -> Row:
    """What one recompute takes; the kernel tells what the process has used."""
    started = time.monotonic()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "affinity", "recompute"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as process:
        says = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("The recompute failed.")
    return {
        "seconds": round(time.monotonic() - started, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
        "says": says.strip(),
    }


def fill(accounts: int, events: int) -> None:
    """Fill the empty database of the settings. A few accounts have much of what happened, as it is in life."""
    chance = random.Random(SEED)
    with create_app().app_context():
        experts, tags = _people_and_topics()
        account_ids = _accounts(accounts)
        weights = [(rank + 20) ** -0.8 for rank in range(accounts)]
        whose = sorted(chance.choices(account_ids, weights, k=events))
        question_ids = _questions(events // EVENTS_A_QUESTION, experts[0], tags, chance)
        made = _events(whose, experts, question_ids, chance)
        for rows in batched_rows(made):
            with write():
                db.session.execute(insert(AffinityEvent), rows)


def batched_rows(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """So many rows at a time as one statement writes."""
    while some := [row for row, _ in zip(rows, range(ROWS_AT_ONCE), strict=False)]:
        yield some


def _people_and_topics() -> tuple[list[int], list[int]]:
    with write():
        for number in range(EXPERTS):
            handle = f"lantern-{number}-keeper"
            new = actions.NewPerson(
                handle=handle, name=f"Lantern {number}", address=f"{handle}@lights.example", password_hash=None
            )
            actions.confirm_address(actions.add_person(new, brands=settings().brand_names))
        db.session.add_all(Tag(name=f"topic-{number}") for number in range(TAGS))
    return [*db.session.scalars(db.select(Person.id))], [*db.session.scalars(db.select(Tag.id))]


def _accounts(count: int) -> list[int]:
    bands = list(SizeBand)
    with write():
        for number in range(1, count + 1):
            below = number - 1 if number % SUBSIDIARY_EVERY == 0 else None
            band = bands[number % len(bands)]
            db.session.add(Account(id=number, name=f"Customer {number}", parent_id=below, size_band=band))
            if below:
                db.session.flush()
    return list(range(1, count + 1))


def _questions(count: int, author_id: int, tags: list[int], chance: random.Random) -> list[int]:
    text, now = render(BODY), clock.now()
    same = {
        "body": BODY,
        "body_html": text.html,
        "renderer_version": text.renderer_version,
        "author_id": author_id,
        "title": "Why does it stall?",
        "slug": "why",
        "asked_at": now,
        "last_activity_at": now,
        "last_activity_by_id": author_id,
    }
    for numbers in _in_portions(range(1, count + 1)):
        with write():
            db.session.execute(insert(Question), [{**same, "id": number} for number in numbers])
            tagged = [{"question_id": number, "tag_id": chance.choice(tags)} for number in numbers]
            db.session.execute(insert(question_tags), tagged)
    return list(range(1, count + 1))


def _in_portions(numbers: range) -> Iterator[range]:
    for start in range(0, len(numbers), ROWS_AT_ONCE):
        yield numbers[start : start + ROWS_AT_ONCE]


def _events(whose: list[int], experts: list[int], questions: list[int], chance: random.Random) -> Iterator[Row]:
    """One event for each entry of `whose`. An account has a person for so many of its events."""
    kinds, now = list(WEIGHTS), clock.now()
    counts: dict[int, int] = {}
    for number, account_id in enumerate(whose):
        counts[account_id] = counts.get(account_id, 0) + 1
        person = chance.randrange(1 + counts[account_id] // PEOPLE_PER_EVENTS)
        kind = chance.choices(kinds, [6, 4, 3, 1, 6, 2, 1, 0.2, 0.2, 2, 1, 0.2, 0.1])[0]
        yield {
            "source": f"made:{number}",
            "kind": kind,
            "at": now - timedelta(days=chance.random() * 365 * YEARS),
            "account_id": account_id,
            "person_key": f"{account_id:032x}{person:032x}",
            "expert_id": chance.choice(experts) if WEIGHTS[kind].to_customer or WEIGHTS[kind].to_expert else None,
            "question_id": questions[number // EVENTS_A_QUESTION % len(questions)],
        }


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
