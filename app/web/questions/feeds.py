"""Feeds in Atom (RFC 4287): what is new, for whoever reads it with a program of their own.

A feed is the same for everybody: it holds what a guest may read, and there is none of what is not for all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from app.http import one_or_404, public_page
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.kernel.settings import settings
from app.people import queries as people
from app.people.models import Person
from app.posts.models import Post
from app.questions import queries
from app.questions.models import Answer, Question
from app.reputation.by_experts import NEWEST, posts_by_experts, threads_of
from app.topics import queries as topics
from app.web.questions.badges import role_then

ENTRIES = 30
# What XML 1.0 has no way to say, not even by a number.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# When a feed began that has nothing in it to tell.
BEGAN = datetime(2000, 1, 1, tzinfo=UTC)

blueprint = Blueprint("feeds", __name__)


@dataclass(frozen=True)
class Entry:
    """A question or an answer. `name` is what a reader knows it by for ever; `address` is where it is read."""

    name: str
    address: str
    title: str
    author: Person
    published: datetime
    updated: datetime
    html: str
    # The author's name tag of that time, in words: a feed has no other way to show it. Empty for members.
    badge: str = ""


@dataclass(frozen=True)
class Feed:
    """`path` is that of the feed itself, `page` that of the page with the same; `began` is for one without entries."""

    path: str
    page: str
    title: str
    entries: Sequence[Entry]
    began: datetime

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=self.began)


@blueprint.get("/questions/<int:question_id>.atom")
@public_page
def question(question_id: int) -> ResponseReturnValue:
    """A question and its newest answers."""
    asked = one_or_404(queries.for_page(queries.visible_to(None)), id=question_id)
    newest = queries.answers_visible_to(None, asked).order_by(Answer.id.desc()).limit(ENTRIES)
    answers = [_of_answer(answer, asked) for answer in db.session.scalars(newest)]
    title = in_xml(f"{asked.title} · {settings().site_name}")
    entries = [of_question(asked), *answers]
    return send(Feed(f"/questions/{asked.id}.atom", _path(asked), title, entries, asked.asked_at))


@blueprint.get("/feeds/questions.atom")
@public_page
def newest() -> ResponseReturnValue:
    """The newest questions."""
    return send(Feed("/feeds/questions.atom", "/questions", f"Questions · {settings().site_name}", _newest(), BEGAN))


@blueprint.get("/feeds/tags/<name>.atom")
@public_page
def tagged(name: str) -> ResponseReturnValue:
    """The newest questions on a topic."""
    tag = one_or_404(topics.tags_open_to(None), name=name.lower())
    title = f"Questions about {tag.name} · {settings().site_name}"
    path, page = url_for("feeds.tagged", name=tag.name), url_for("topics.show", name=tag.name)
    return send(Feed(path, page, title, _newest(queries.tagged(tag)), tag.created_at))


@blueprint.get("/feeds/experts.atom")
@public_page
def by_experts() -> ResponseReturnValue:
    """The newest questions and answers of all our experts."""
    newest = posts_by_experts(None).order_by(*(one.desc() for one in NEWEST)).limit(ENTRIES)
    posts = db.session.scalars(newest).unique().all()
    threads = threads_of(posts)
    entries = [_of_post(post, threads[post.thread_id]) for post in posts]
    title = f"Posts by our experts · {settings().site_name}"
    return send(Feed("/feeds/experts.atom", "/experts/posts", title, entries, BEGAN))


@blueprint.get("/feeds/experts/<handle>.atom")
@public_page
def answered(handle: str) -> ResponseReturnValue:
    """The newest answers of one of our people."""
    person = people.find_by_handle_ever(handle)
    if person is None or not person.is_employee:
        raise NotFound
    if handle.lower() != person.handle.lower():
        return redirect(f"/feeds/experts/{person.handle}.atom", code=301)
    given = queries.given
    rows = queries.visible_to(None).join(given, given.question_id == Question.id).add_columns(given)
    theirs = rows.where(given.author_id == person.id, given.deleted_at.is_(None)).options(joinedload(given.author))
    found = db.session.execute(theirs.order_by(given.id.desc()).limit(ENTRIES))
    entries = [_of_answer(answer, asked) for asked, answer in found]
    title = f"Answers by {person.name} · {settings().site_name}"
    return send(Feed(f"/feeds/experts/{person.handle}.atom", f"/@{person.handle}", title, entries, person.joined_at))


def in_xml(text: str) -> str:
    """The text without the control characters that no XML document may hold."""
    return NOT_IN_XML.sub("", text)


def _newest(*conditions: ColumnElement[bool]) -> list[Entry]:
    rows = queries.visible_to(None).where(*conditions).options(joinedload(Question.author))
    newest = rows.order_by(Question.asked_at.desc(), Question.id.desc()).limit(ENTRIES)
    return [of_question(asked) for asked in db.session.scalars(newest)]


def _of_post(post: Post, asked: Question) -> Entry:
    return _of_answer(post, asked) if isinstance(post, Answer) else of_question(asked)


def of_question(asked: Question) -> Entry:
    """A question, which was loaded with its author, as an entry."""
    return _entry(asked, f"/questions/{asked.id}", _path(asked), asked.title)


def _of_answer(answer: Answer, asked: Question) -> Entry:
    anchor = f"#answer-{answer.id}"
    address = f"{_path(asked)}?answer={answer.id}{anchor}"
    return _entry(answer, f"/questions/{asked.id}{anchor}", address, f"Answer: {asked.title}")


def _entry(post: Post, name: str, address: str, title: str) -> Entry:
    updated = post.edited_at or post.created_at
    badge = in_xml(f"Employee: {role_then(post)}") if post.by_employee else ""
    return Entry(name, address, in_xml(title), post.author, post.created_at, updated, in_xml(post.body_html), badge)


def _path(asked: Question) -> str:
    return f"/questions/{asked.id}/{asked.slug}"


def send(feed: Feed) -> Response:
    """The feed in Atom."""
    text = render_template("questions/feed.xml", feed=feed, base=settings().base_url)
    return Response(text, mimetype="application/atom+xml")
