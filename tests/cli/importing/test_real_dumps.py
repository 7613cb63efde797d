"""Two real dumps, where they are at hand: whole, exact, quick and in little memory."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import iterparse
from sqlalchemy import func, select

from app.cli.recount import find_differences
from app.config import ROOT
from app.kernel.db import db
from app.posts.models import Comment, ImportedRecord, Post
from app.questions.models import Answer, Question, question_tags
from app.topics.models import Tag
from tests.cli.importing.process import import_process, resident_megabytes

DUMPS = ROOT.parent / "shared" / "data" / "stackexchange"
IOT, BICYCLES = DUMPS / "iot-2017", DUMPS / "bicycles-meta-2023"
MOST_SECONDS, MOST_MEGABYTES = 60, 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IOT.is_dir(), reason="The real dumps are not on this machine."),
]


def posts_of(dump: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    element: Element
    for _, element in iterparse(dump / "Posts.xml"):
        if element.tag == "row" and element.attrib["PostTypeId"] in {"1", "2"}:
            found[element.attrib["Id"]] = dict(element.attrib)
    return found


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


def _tag_names() -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    rows = select(question_tags.c.question_id, Tag.name).join(Tag, Tag.id == question_tags.c.tag_id)
    for question_id, name in db.session.execute(rows):
        found.setdefault(question_id, Counter())[name] += 1
    return found


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_whole_of_iot_in_time_and_memory(app, run_import):
    begun, peak = time.monotonic(), 0.0
    with import_process(app, IOT) as process:
        while process.poll() is None:
            peak = max(peak, resident_megabytes(process))
            time.sleep(0.05)
    seconds = time.monotonic() - begun

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


def test_the_newest_schema_too(run_import):
    done = run_import(BICYCLES)

    assert done.exit_code == 0
    assert (count(Question), count(Answer), count(Comment)) == (453, 971, 2_448)
    check_every_post(BICYCLES)
    assert list(find_differences()) == []
