"""The links of a dump: between questions that are here, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.posts.models import ImportedRecord
from app.questions.models import QuestionLink
from tests.cli.importing.dumps import answer, link, question, user, write_dump


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_dump(
        tmp_path / "site",
        Users=[user(1), user(2)],
        Posts=[question(1), question(2), question(3), answer(11, 1), question(4, Title="")],
        PostLinks=[
            link(1, 1, 2),
            link(2, 2, 1),
            link(3, 2, 3, kind=3),
            link(4, 1, 2),
            link(5, 1, 1),
            link(6, 1, 99),
            link(7, 99, 98),
            link(8, 11, 2),
            link(9, 3, 4),
            link(10, 1, 3, kind=7),
            {**link(11, 1, 3), "RelatedPostId": "x"},
        ],
    )


def links() -> set[tuple[str, str, str]]:
    """The links that are here, by ids of the source."""
    there = select(ImportedRecord.local_id, ImportedRecord.source_id).where(ImportedRecord.kind == "post")
    names = dict(db.session.execute(there).all())
    return {
        (names[one.question_id], names[one.related_id], one.kind) for one in db.session.scalars(select(QuestionLink))
    }


@pytest.mark.one_database
def test_links_between_questions_are_kept_and_the_rest_is_counted(run_import, dump):
    done = run_import(dump)

    assert links() == {("1", "2", "related"), ("2", "1", "related"), ("2", "3", "duplicate")}
    assert done.report["taken"]["links"] == 3
    assert done.skipped("links") == {
        "from a question to itself, or the same as another link": 2,
        "from or to posts that the dump does not hold, or that are neither a question nor an answer": 2,
        "from or to answers": 1,
        "from or to questions that were left out": 1,
        "of a kind that is not known here": 1,
        "without a usable RelatedPostId": 1,
    }


@pytest.mark.one_database
def test_a_second_import_finds_them_and_a_dry_run_says_the_same(run_import, dump):
    dry = run_import(dump, "--dry-run")
    first = run_import(dump)
    before = links()
    again = run_import(dump)

    assert {**dry.report, "dry_run": False} == first.report
    assert links() == before
    assert again.report["taken"] == {}
    assert again.report["already_here"]["links"] == 3
    assert again.skipped("links") == first.skipped("links")


def test_a_later_edition_adds_links_to_what_was_here(run_import, dump):
    run_import(dump)
    write_dump(dump, PostLinks=[link(1, 1, 2), link(12, 3, 1)])

    done = run_import(dump)

    assert done.report["taken"] == {"links": 1}
    assert done.report["already_here"]["links"] == 1
    assert ("3", "1", "related") in links()
