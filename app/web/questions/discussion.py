"""What can be done with any post: comment, vote, delete and restore; and the preview."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.curation.openings import forget_consent
from app.desk import actions as desk
from app.http import login_required, one_or_404, public_page, see_other, signed_in_person, viewer, write_once
from app.kernel.db import write
from app.kernel.errors import Malformed
from app.kernel.paging import LARGEST_INTEGER, page_of
from app.kernel.text import MAX_SOURCE, render
from app.posts import queries as posts_read
from app.posts.bodies import prepare_comment
from app.posts.models import Comment, Post
from app.questions import actions, queries
from app.questions.composition import compose_body
from app.questions.models import Answer, Question
from app.reputation.privileges import check_may_comment
from app.web.questions.checking import author_agrees
from app.web.questions.forms import CommentForm, VoteForm
from app.web.questions.gates import check_may_vote
from app.web.questions.page import Can
from app.web.questions.views import address_of
from app.web.security.limits import limit, spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

posts = Blueprint("posts", __name__)

COMMENTS_A_PAGE = 50


@posts.post("/preview")
@limit("preview")
@login_required
def preview() -> ResponseReturnValue:
    """The body as it would look, as a fragment of HTML; of a new question, all fields that become its body."""
    parts = {name: request.form.get(name, "") for name in ("environment", "log", "tried")}
    text = compose_body(request.form.get("body", ""), **parts)
    return render_template("questions/_preview.html", preview=render(text[:MAX_SOURCE]).html)


@posts.get("/posts/<int:post_id>/comments")
@public_page
def comments(post_id: int) -> ResponseReturnValue:
    return render_comments(*post_and_question(post_id))


@posts.post("/posts/<int:post_id>/comments")
@login_required
def comment(post_id: int) -> ResponseReturnValue:
    form = CommentForm()
    post, question = post_and_question(post_id)
    if not form.validate_on_submit() or not author_agrees(form, question.visibility):
        return render_comments(post, question, form), 422
    try:
        spend("posts")
        body = prepare_comment(form.body.data or "")
        with write_once() as once:
            if not once.made:
                post, question = post_and_question(post_id)
                check_may_comment(signed_in_person(), post, question)
                made = actions.comment_on(post, question, body, by=signed_in_person())
                if form.ask_for_more.data:
                    desk.ask_for_more(question, by=signed_in_person())
                answer_id = post.id if isinstance(post, Answer) else None
                once.made = address_of(question, anchor=f"comment-{made.id}", answer_id=answer_id)
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(render_comments(post, question, form, refusal=refusal.sentence), refusal)
    return see_other(once.made)


@posts.post("/comments/<int:comment_id>/deletion")
@login_required
def delete_comment(comment_id: int) -> ResponseReturnValue:
    with write():
        found = one_or_404(queries.comments_visible_to(viewer()), id=comment_id)
        post, question = post_and_question(found.post_id)
        actions.delete_comment(found, post, question, by=signed_in_person())
        address = address_of(question, anchor=anchor_of(post))
    return see_other(address)


@posts.post("/posts/<int:post_id>/vote")
@limit("votes")
@login_required
def vote(post_id: int) -> ResponseReturnValue:
    form = VoteForm()
    if not form.validate_on_submit():
        raise Malformed("A vote is 1 for helpful, -1 for not helpful, or 0 to take it back.")
    with write():
        post, question = post_and_question(post_id)
        check_may_vote(form.value.data)
        actions.vote_on(post, question, form.value.data, by=signed_in_person())
        address = address_of(question, anchor=anchor_of(post))
    return see_other(address)


@posts.post("/posts/<int:post_id>/deletion")
@login_required
def delete(post_id: int) -> ResponseReturnValue:
    with write():
        post, question = post_and_question(post_id)
        if isinstance(post, Answer):
            actions.delete_answer(post, question, by=signed_in_person())
        else:
            actions.delete_question(question, by=signed_in_person())
        address = address_of(question, anchor=anchor_of(post))
    return see_other(address)


@posts.delete("/posts/<int:post_id>/deletion")
@posts.post("/posts/<int:post_id>/deletion/remove")
@login_required
def restore(post_id: int) -> ResponseReturnValue:
    with write():
        post, question = post_and_question(post_id)
        if isinstance(post, Answer):
            actions.restore_answer(post, question, by=signed_in_person())
        else:
            actions.restore_question(question, by=signed_in_person())
        # Whoever agreed to a thread becoming public has not agreed to what comes back into it, from this moment on.
        forget_consent(question.id, post.author_id)
        address = address_of(question, anchor=anchor_of(post))
    return see_other(address)


def post_and_question(post_id: int) -> tuple[Post, Question]:
    """A post the viewer may see, and the question it belongs to. Raises NotFound."""
    post = one_or_404(queries.posts_visible_to(viewer()), id=post_id)
    return post, one_or_404(queries.for_page(queries.visible_to(viewer())), id=post.thread_id)


def anchor_of(post: Post) -> str | None:
    return f"answer-{post.id}" if isinstance(post, Answer) else None


def render_comments(post: Post, question: Question, form: CommentForm | None = None, *, refusal: str = "") -> str:
    """The comments of a post, newest first, with the form to add one."""
    rows, after = posts_read.all_comments(post), request.args.get("after")
    first = request.args.get("comment", type=int)
    if first is not None and abs(first) <= LARGEST_INTEGER:
        rows = rows.where(Comment.id <= first)
    page = page_of(rows, by=(Comment.id,), after=after, limit=COMMENTS_A_PAGE)
    # A guest gets no form, so that the page is the same for every guest and no session begins.
    shown_form = (form or CommentForm(formdata=None)) if viewer() else None
    context = {
        "form": shown_form,
        "refusal": refusal,
        "can": Can(viewer()),
        "is_first": not after and first is None,
        "back": address_of(question, anchor=anchor_of(post)),
    }
    return render_template("questions/comments.html", post=post, question=question, page=page, **context)
