"""Two real dumps, where they are at hand: whole, exact, quick and in little memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import iterparse
from sqlalchemy import func, select

from app.cli.recount import find_differences
from app.config import ROOT
from app.kernel.db import db
from app.posts.models import Comment, ImportedRecord, Post
from app.questions.models import Answer, Question, QuestionLink, question_tags
from app.topics.models import Tag
from tests.cli.importing.process import busy_seconds, import_process, resident_megabytes

DUMPS = ROOT.parent / "shared" / "data" / "stackexchange"
IOT, BICYCLES = DUMPS / "iot-2017", DUMPS / "bicycles-meta-2023"
MOST_SECONDS, MOST_MEGABYTES = 60, 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IOT.is_dir(), reason="The real dumps are not on this machine."),
]


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    element: Element
    for _, element in iterparse(path):
        if element.tag == "row":
            yield dict(element.attrib)


def posts_of(dump: Path) -> dict[str, dict[str, str]]:
    return {row["Id"]: row for row in rows_of(dump / "Posts.xml") if row["PostTypeId"] in {"1", "2"}}


def links_of(dump: Path) -> tuple[set[tuple[str, str, str]], int]:
    """The links between two questions of the dump, by their ids there, and how many others it has."""
    questions = {key for key, row in posts_of(dump).items() if row["PostTypeId"] == "1"}
    kinds = {"1": "related", "3": "duplicate"}
    rows = list(rows_of(dump / "PostLinks.xml"))
    found = {
        (row["PostId"], row["RelatedPostId"], kinds[row["LinkTypeId"]])
        for row in rows
        if {row["PostId"], row["RelatedPostId"]} <= questions
    }
    return found, len(rows) - len(found)


def local_posts(source_ids: set[str]) -> dict[str, Post]:
    rows = select(ImportedRecord.source_id, Post).join(Post, Post.id == ImportedRecord.local_id)
    found = {row.source_id: row.Post for row in db.session.execute(rows.where(ImportedRecord.kind == "post"))}
    assert set(found) == source_ids
    return found


def check_every_post(dump: Path) -> None:
    """Each post has the score, the comments, the answers, the tags and the accepted answer that the dump gives it."""
    expected = posts_of(dump)
    here = local_posts(set(expected))
    names = _tag_names()
    for key, row in expected.items():
        post = here[key]
        assert post.score == int(row["Score"]), key
        assert post.comment_count == int(row["CommentCount"]), key
        if isinstance(post, Question):
            accepted = row.get("AcceptedAnswerId")
            assert post.accepted_answer_id == (here[accepted].id if accepted else None), key
            assert post.answer_count == int(row["AnswerCount"]), key
            assert post.title == " ".join(row["Title"].split()), key
            assert names[post.id] == Counter(row["Tags"].strip("<>").split("><")), key


def check_every_link(dump: Path, report: dict[str, Any]) -> None:
    """Each link between two questions of the dump is here, and every other one is counted."""
    expected, others = links_of(dump)
    there = {post.id: key for key, post in local_posts(set(posts_of(dump))).items()}
    rows = db.session.execute(select(QuestionLink.question_id, QuestionLink.related_id, QuestionLink.kind))
    assert {(there[row.question_id], there[row.related_id], row.kind) for row in rows} == expected
    assert report["taken"].get("links", 0) + report["already_here"].get("links", 0) == len(expected)
    assert sum(row["count"] for row in report["skipped"] if row["kind"] == "links") == others


def _tag_names() -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    rows = select(question_tags.c.question_id, Tag.name).join(Tag, Tag.id == question_tags.c.tag_id)
    for question_id, name in db.session.execute(rows):
        found.setdefault(question_id, Counter())[name] += 1
    return found


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.one_database
def test_the_whole_of_iot_in_time_and_memory(app, run_import):
    seconds, peak = 0.0, 0.0
    with import_process(app, IOT) as process:
        while process.poll() is None:
            seconds, peak = max(seconds, busy_seconds(process)), max(peak, resident_megabytes(process))
            time.sleep(0.05)

    assert process.returncode == 0
    assert seconds < MOST_SECONDS
    assert peak < MOST_MEGABYTES
    assert (count(Question), count(Answer), count(Comment)) == (320, 508, 1_607)
    assert db.session.scalar(select(func.count(Question.accepted_answer_id))) == 185
    check_every_post(IOT)
    assert list(find_differences()) == []
    again = run_import(IOT / "iot.stackexchange.com.7z")
    assert again.report["taken"] == {}
    assert again.report["already_here"]["comments"] == 1_607
    assert count(QuestionLink) == 80
    check_every_link(IOT, again.report)


def test_the_newest_schema_too(run_import):
    done = run_import(BICYCLES)

    assert done.exit_code == 0
    assert (count(Question), count(Answer), count(Comment)) == (453, 971, 2_448)
    check_every_post(BICYCLES)
    assert count(QuestionLink) == 182
    check_every_link(BICYCLES, done.report)
    licences = Counter(row["ContentLicense"] for row in posts_of(BICYCLES).values())
    here = db.session.execute(select(Post.source_licence, func.count()).group_by(Post.source_licence))
    assert dict(here.all()) == licences
    assert list(find_differences()) == []
