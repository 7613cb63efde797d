"""Doing things to threads in tests, and what must hold after each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.cli.recount import find_differences
from app.curation.closures import close_question
from app.curation.duplicates import confirm_duplicate, open_proposal, propose_duplicate
from app.curation.mergers import merge_threads
from app.kernel.db import db, write
from app.kernel.events import dead_letters, deliver_pending, pending_count
from app.people.models import Person
from app.questions.models import CloseReason, Question
from tests.support.factories import StewardFactory


def done(deed: Callable[..., Any], *things: Any, **words: Any) -> Any:
    """Do it in a write transaction of its own."""
    with write():
        return deed(*things, **words)


def asker_of(question: Question) -> Person:
    return db.session.get_one(Person, question.author_id)


def make_duplicate(question: Question, original: Question, by: Person | None = None) -> None:
    """Let a steward say, and so decide, that both ask the same."""
    done(propose_duplicate, question, original, by=by or StewardFactory())


def merge(question: Question, target: Question, by: Person | None = None) -> None:
    done(merge_threads, question, target, by=by or StewardFactory())


def close(question: Question, by: Person | None = None) -> None:
    done(close_question, question, CloseReason.UNCLEAR, by=by or StewardFactory())


def confirm(question: Question, by: Person) -> None:
    with write():
        proposal = open_proposal(question)
        assert proposal is not None
        confirm_duplicate(proposal, question, by=by)


def wrong_numbers() -> list[str]:
    """What `flask recount` would name, once all that happened has been told to everybody."""
    deliver_pending()
    assert dead_letters() == []
    assert pending_count() == 0
    return list(find_differences())
