"""The worker: delivers the outbox, keeps the search index, sends letters, takes snapshots, and tidies up."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.jobs.alerts import settle_alerts
from app.jobs.boards import keep_boards
from app.jobs.files import sweep_files
from app.jobs.housekeeping import tidy
from app.jobs.indexing import apply_pending
from app.jobs.likely import look_for_likely_duplicates
from app.jobs.links import check_due_links
from app.jobs.mailer import send_due_letters
from app.jobs.measuring import measure_due_again
from app.jobs.promise import keep_promise
from app.jobs.reminders import remind_of_meetings
from app.jobs.reputation import review_votes_at_night
from app.jobs.saved_searches import tell_of_new_threads
from app.jobs.snapshots import take_due_snapshots
from app.jobs.webhooks import tell_other_systems
from app.jobs.words import count_due_words
from app.kernel import heartbeat, mail
from app.kernel.db import db, write
from app.kernel.errors import Busy
from app.kernel.events import deliver_batch, deliver_pending
from app.kernel.mail import MailServerDown

PART = "worker"
IDLE_SECONDS = 0.5
BUSY_SECONDS = 0.02
DELIVERED_AT_ONCE = 50
"""Messages after which the index has its turn: while more come in all the time, the outbox is never empty."""

PAUSE_AFTER_FAULT = 5.0
PAUSE_WITHOUT_MAIL = 30.0
LETTERS_EVERY = 1.0
LINKS_EVERY = 5.0
SNAPSHOTS_EVERY = 600.0
REMINDERS_EVERY = 120.0
SAVED_SEARCHES_EVERY = 120.0
LIKELY_DUPLICATES_EVERY = 120.0
TIDY_EVERY = 600.0
PROMISE_EVERY = 600.0
SWEEP_EVERY = 3_600.0
WORDS_EVERY = 300.0
WEBHOOKS_EVERY = 60.0
VOTES_EVERY = 600.0
BOARDS_EVERY = 600.0
ALERTS_EVERY = 900.0

log = structlog.get_logger(__name__)


@dataclass
class Task:
    """Something to do again and again. `every` in seconds; 0 for each round, and what it gives says whether it did
    anything: then the next round follows at once.
    """

    name: str
    run: Callable[[], object]
    every: float = 0.0
    due: float = field(default=0.0)


def tasks() -> list[Task]:
    """All that the worker does in one thread, in order; what takes long or waits for others has its own."""
    return [
        Task("outbox", lambda: deliver_batch(DELIVERED_AT_ONCE)),
        Task("search", apply_pending),
        Task("heartbeat", _beat, heartbeat.BEAT_EVERY.total_seconds()),
        Task("reminders", remind_of_meetings, REMINDERS_EVERY),
        Task("saved searches", tell_of_new_threads, SAVED_SEARCHES_EVERY),
        Task("likely duplicates", look_for_likely_duplicates, LIKELY_DUPLICATES_EVERY),
        Task("tidy", tidy, TIDY_EVERY),
        Task("promise", keep_promise, PROMISE_EVERY),
        Task("files", sweep_files, SWEEP_EVERY),
    ]


def run_once() -> None:
    """Deliver and send until nothing is due."""
    keep_promise()
    remind_of_meetings()
    tell_of_new_threads()
    look_for_likely_duplicates()
    with suppress(MailServerDown):
        while deliver_pending() or apply_pending() or send_due_letters():
            pass
    check_due_links()
    count_due_words()
    measure_due_again()
    review_votes_at_night()
    keep_boards()
    settle_alerts()
    tell_other_systems()
    tidy()
    sweep_files()


def run_until_stopped() -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    # What takes long, as servers of others may, must hold up neither the outbox and the index nor each other.
    postman = _work_apart(Task("letters", send_due_letters, LETTERS_EVERY), stop)
    _work_apart(Task("links", check_due_links, LINKS_EVERY), stop)
    _work_apart(Task("words", count_due_words, WORDS_EVERY), stop)
    _work_apart(Task("votes", review_votes_at_night, VOTES_EVERY), stop)
    _work_apart(Task("boards", keep_boards, BOARDS_EVERY), stop)
    _work_apart(Task("snapshots", take_due_snapshots, SNAPSHOTS_EVERY), stop)
    _work_apart(Task("alerts", settle_alerts, ALERTS_EVERY), stop)
    _work_apart(Task("measuring", measure_due_again, SNAPSHOTS_EVERY), stop)
    _work_apart(Task("other systems", tell_other_systems, WEBHOOKS_EVERY), stop)
    work(tasks(), stop)
    postman.join(mail.PATIENCE_SECONDS)


def work(plan: list[Task], stop: threading.Event) -> None:
    """Run every task when it is due, until `stop` is set. A fault of one holds up none of the others."""
    while not stop.is_set():
        is_busy = False
        for task in plan:
            if not stop.is_set() and time.monotonic() >= task.due:
                is_busy |= _run(task)
        db.session.remove()
        stop.wait(BUSY_SECONDS if is_busy else IDLE_SECONDS)


def _work_apart(task: Task, stop: threading.Event) -> threading.Thread:
    """Do one task in a thread of its own, which ends with the process."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def keep_at_it() -> None:
        with app.app_context():
            work([task], stop)

    thread = threading.Thread(target=keep_at_it, name=task.name, daemon=True)
    thread.start()
    return thread


def _run(task: Task) -> bool:
    """True where there may be more to do at once."""
    task.due = time.monotonic() + task.every
    try:
        return bool(task.run()) and not task.every
    except (Busy, SQLAlchemyError, MailServerDown) as error:
        log.warning("a task has to wait", task=task.name, error=type(error).__name__)
        task.due = time.monotonic() + (PAUSE_WITHOUT_MAIL if isinstance(error, MailServerDown) else PAUSE_AFTER_FAULT)
    except Exception:
        log.exception("a task failed", task=task.name)
        task.due = time.monotonic() + PAUSE_AFTER_FAULT
    finally:
        db.session.rollback()
    return False


def _beat() -> None:
    with write():
        heartbeat.beat(PART)
