"""All posts by the experts, as a page; feeds.py has the same as a feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.http import public_page, viewer
from app.kernel.paging import page_of
from app.posts.models import Post
from app.questions.models import Answer, Question
from app.reputation.by_experts import NEWEST, posts_by_experts, threads_of
from app.web.questions.views import address_of

blueprint = Blueprint("expert_posts", __name__)


@dataclass(frozen=True)
class Written:
    """A post by an expert, the question it belongs to, and where it is read."""

    post: Post
    question: Question
    address: str


@blueprint.get("/experts/posts")
@public_page
def index() -> ResponseReturnValue:
    page = page_of(posts_by_experts(viewer()), by=NEWEST, after=request.args.get("after"))
    return render_template("experts/posts.html", page=page, rows=written(page.items))


def written(posts: Sequence[Post]) -> list[Written]:
    """The posts with their questions, in the order given."""
    threads = threads_of(posts)
    return [_written(post, threads[post.thread_id]) for post in posts]


def _written(post: Post, question: Question) -> Written:
    anchor = f"answer-{post.id}" if isinstance(post, Answer) else ""
    return Written(post, question, address_of(question, anchor=anchor))
