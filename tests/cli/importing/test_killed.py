"""An import that is killed in the middle goes on where it stopped."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select

from app.cli.recount import find_differences
from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Comment, ImportedRecord, Revision, VoteTally
from app.questions.models import Answer, Question, QuestionLink
from tests.cli.importing.dumps import answer, comment, link, question, user, version, vote, write_dump
from tests.support.killable import killable

QUESTIONS = 400
PATIENCE_SECONDS = 60


@pytest.fixture
def dump(tmp_path):
    numbers = range(1, QUESTIONS + 1)
    return write_dump(
        tmp_path / "site",
        Users=[user(number, f"Person {number % 50}") for number in numbers],
        Posts=[
            row
            for number in numbers
            for row in (
                question(number, OwnerUserId=number, AcceptedAnswerId=1_000 + number, Score=1),
                answer(1_000 + number, number, OwnerUserId=number),
            )
        ],
        PostHistory=[
            row
            for number in numbers
            for row in (
                version(number, number, 2, f"Why does pump {number} hum?"),
                version(1_000 + number, number, 5, f"Why does pump *{number}* hum?"),
            )
        ],
        Comments=[comment(number, number, UserId=number) for number in numbers],
        Votes=[vote(number, number, 2) for number in numbers],
        PostLinks=[link(number, number, number % QUESTIONS + 1) for number in numbers],
    )


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def wait_until_there_are(model) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not count(model) and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.mark.slow
def test_an_import_that_is_killed_goes_on_without_duplicates(app, run_import, dump):
    with killable(app) as processes:
        for model in (Person, Answer, Comment, QuestionLink):
            with processes.at_work("import", "stackexchange", str(dump)):
                wait_until_there_are(model)
            assert count(model)
            assert count(ImportedRecord) < 4 * QUESTIONS or model is QuestionLink

    done = run_import(dump)

    assert done.exit_code == 0
    for model in (Person, Question, Answer, Comment, VoteTally, QuestionLink):
        assert count(model) == QUESTIONS, model.__name__
    assert count(Revision) == 2 * QUESTIONS
    assert count(ImportedRecord) == 4 * QUESTIONS
    assert db.session.scalar(select(func.count(Question.accepted_answer_id))) == QUESTIONS
    assert list(find_differences()) == []
