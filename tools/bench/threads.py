"""Two threads beside the community of the benchmark: a short one, and the longest that people are likely to make."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, update

from app.kernel.db import db, write
from app.posts.models import Comment, Post
from app.questions.models import Answer, Question
from tools.bench.community import Row, Size, html_of, post_row, question_row, renderer_of_plain_text
from tools.bench.words import Writer

SEED = 500
# What a comment has in common with a post.
SIGNED = (
    "author_id",
    "author_account_id",
    "author_role",
    "author_title",
    "author_employer",
    "renderer_version",
    "created_at",
)


@dataclass(frozen=True)
class Thread:
    """How many answers, and how many comments on all posts of the thread together."""

    answers: int
    comments: int


SHORT = Thread(answers=5, comments=20)
LONG = Thread(answers=500, comments=2_000)


def make_threads(size: Size) -> dict[Thread, str]:
    """Add both threads to a community of this size; gives the path of each."""
    maker, first, paths = _Maker(size), size.questions + size.answers + 1, {}
    for thread in (SHORT, LONG):
        with write():
            paths[thread] = maker.make(thread, first)
        first += thread.answers + 1
    return paths


def _settle(question: Question, ids: range) -> None:
    last = db.session.get_one(Answer, ids[-1])
    question.last_activity_at, question.last_activity_by_id = last.created_at, last.author_id
    question.last_activity_kind = "answered"
    counted = select(func.count()).where(Comment.post_id == Post.id).scalar_subquery()
    db.session.execute(update(Post).where(Post.id.in_(ids)).values(comment_count=counted))


class _Maker:
    """Writes threads; nobody accepts or votes in them."""

    def __init__(self, size: Size) -> None:
        self._size, self._writer, self._chance = size, Writer(SEED), random.Random(SEED)
        self._renderer_version = renderer_of_plain_text(self._writer)

    def make(self, thread: Thread, number: int) -> str:
        """The path of a thread whose question has this id; the ids of its answers follow."""
        facts = {**question_row(number, self._size, self._writer, self._chance), "answer_count": thread.answers}
        question = Question(**{**facts, **self._post(number, facts["author_id"])})
        db.session.add(question)
        db.session.flush()
        ids = range(number, number + thread.answers + 1)
        db.session.add_all(Answer(question_id=number, **self._post(one)) for one in ids[1:])
        db.session.flush()
        db.session.add_all(self._comments(ids, thread.comments))
        _settle(question, ids)
        return f"/questions/{number}/{question.slug}"

    def _post(self, number: int, author_id: int | None = None) -> Row:
        author_id = author_id or self._chance.randint(1, self._size.people)
        return post_row({"id": number, "author_id": author_id}, self._writer, self._renderer_version)

    def _comments(self, post_ids: range, count: int) -> Iterator[Comment]:
        """As many on each post."""
        for number in range(count):
            row = self._post(post_ids[number % len(post_ids)])
            words = self._writer.paragraphs()[:1]
            signed = {name: row[name] for name in SIGNED}
            yield Comment(post_id=row["id"], body=words[0], body_html=html_of(words), **signed)
