"""flask posts render: what an older renderer wrote becomes what today's writes, and nothing else changes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from app.cli import posts as command
from app.kernel.db import db, write
from app.kernel.text import RENDERER_VERSION, RenderedHtml, render, render_many
from app.posts.models import Comment, Post
from tests.support.factories import AnswerFactory, CommentFactory


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr(command, "BATCH", 2)
    runner = app.test_cli_runner()

    def invoke():
        result = runner.invoke(args=["posts", "render"])
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def age(kind, **values):
    with write():
        old = {"renderer_version": RENDERER_VERSION - 1, "body_html": RenderedHtml("old")}
        db.session.execute(update(kind.__table__).values({**old, **values}))


def test_posts_and_comments_of_an_older_renderer_are_rendered_again(run):
    answers = [AnswerFactory(body=f"See *{number}*.") for number in range(3)]
    comment = CommentFactory(body="`so`")
    age(Post)
    age(Comment)

    output = run()

    assert f"Rendered {db.session.scalar(select(func.count(Post.id)))} posts; 0 changed meanwhile." in output
    assert "Rendered 1 comments; 0 changed meanwhile." in output
    for number, answer in enumerate(answers):
        assert answer.body_html == render(f"See *{number}*.").html
        assert answer.renderer_version == RENDERER_VERSION
        assert answer.edited_at is None
    assert comment.body_html == render("`so`").html


@pytest.mark.one_database
def test_what_is_up_to_date_is_left_alone(run):
    answer = AnswerFactory()
    with write():
        db.session.execute(update(Post.__table__).values(body_html=RenderedHtml("untouched")))

    assert "Rendered 0 posts; 0 changed meanwhile." in run()
    assert answer.body_html == "untouched"


@pytest.mark.one_database
def test_what_was_shown_as_typed_gets_another_try(run):
    helped, hopeless = AnswerFactory(body="Now *fine*"), AnswerFactory(body="[" * 1_000)
    with write():
        db.session.execute(update(Post.__table__).values(shown_plain=True))

    assert "1 of them can only be shown as they were typed." in run()
    assert (helped.shown_plain, hopeless.shown_plain) == (False, True)
    assert helped.body_html == "<p>Now <em>fine</em></p>"


def test_a_post_that_was_edited_meanwhile_keeps_its_text(run, monkeypatch):
    answer = AnswerFactory(body="before")
    age(Post)

    def edit_and_render(sources):
        with write():
            body = render("after")
            post = update(Post.__table__).where(Post.__table__.c.id == answer.id)
            db.session.execute(post.values(body="after", body_html=body.html, renderer_version=body.renderer_version))
        return render_many(sources)

    monkeypatch.setattr(command, "render_many", edit_and_render)

    assert "1 changed meanwhile." in run()
    assert answer.body_html == "<p>after</p>"
