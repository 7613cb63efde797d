"""Marks made as on the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine

from app.kernel.db import db, write
from app.marks.actions import Finding, mark_answer, withdraw_mark
from app.people.models import Person
from app.questions.models import Answer, Question

SENTENCE = "From 7.2 on the sender needs a keepalive."


@pytest.fixture
def mark() -> Callable[..., None]:
    """`mark(answer, "works", by=person)` in a transaction of its own; at `at`, if that is given."""

    def make(answer: Answer, kind: str, *, by: Person, at: datetime | None = None, **finding: object) -> None:
        sentence = finding.pop("sentence", SENTENCE if kind in {"outdated", "dangerous"} else "")
        with write():
            question = db.session.get_one(Question, answer.question_id)
            made = Finding(kind=kind, sentence=sentence, **finding)
            if at is None:
                mark_answer(answer, question, made, by=by)
            else:
                with time_machine.travel(at, tick=False):
                    mark_answer(answer, question, made, by=by)

    return make


@pytest.fixture
def unmark() -> Callable[..., None]:
    """`unmark(answer, "works", by=person)` takes a mark back."""

    def take_back(answer: Answer, kind: str, *, by: Person) -> None:
        with write():
            withdraw_mark(answer, db.session.get_one(Question, answer.question_id), kind, by=by)

    return take_back
