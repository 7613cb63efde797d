"""Making a question of comments."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.curation import rules
from app.curation.splits import Split, chosen, prepare_split, split_comments
from app.http import login_required, one_or_404, see_other, signed_in_person, viewer, write_once
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.posts.models import Comment, Post
from app.posts.queries import all_comments
from app.questions.models import Question
from app.questions.queries import posts_visible_to
from app.web.curation.finding import to_read
from app.web.curation.forms import SplitForm
from app.web.questions.forms import split_tags
from app.web.questions.views import address_of
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

blueprint = Blueprint("splits", __name__, url_prefix="/posts/<int:post_id>/split")

MOST_OFFERED = 100


@blueprint.get("")
@login_required
def form(post_id: int) -> ResponseReturnValue:
    """Which comments, and what they ask together."""
    post, question = _post_and_question(post_id)
    rules.check_can_split(signed_in_person(), question)
    tags = ", ".join(tag.name for tag in question.tags)
    return render_form(post, question, SplitForm(formdata=None, tags=tags, comments=[]))


@blueprint.post("")
@login_required
def split(post_id: int) -> ResponseReturnValue:
    """Make the question."""
    typed = SplitForm()
    post, question = _post_and_question(post_id)
    rules.check_can_split(signed_in_person(), question)
    if not typed.validate_on_submit():
        return render_form(post, question, typed), 422
    try:
        spend("posts")
        prepared = _prepared(post, typed)
        with write_once() as once:
            if not once.made:
                post, question = _post_and_question(post_id)
                once.made = address_of(split_comments(post, question, prepared, by=signed_in_person()))
    except KEPT_IN_THE_FORM as refusal:
        post, question = _post_and_question(post_id)
        return answer_refused(render_form(post, question, typed, refusal=refusal.sentence), refusal)
    return see_other(once.made)


def render_form(post: Post, question: Question, typed: SplitForm, *, refusal: str = "") -> str:
    """The comments of the post, each with a box."""
    comments = db.session.scalars(all_comments(post).order_by(Comment.id).limit(MOST_OFFERED)).all()
    context = {"comments": comments, "most": rules.MOST_COMMENTS_SPLIT}
    return render_template("curation/split.html", post=post, question=question, form=typed, refusal=refusal, **context)


def _prepared(post: Post, typed: SplitForm) -> Split:
    """The new question, rendered before anything is written. Raises RuleBroken."""
    comments = chosen(post, typed.comments.data or [])
    return prepare_split(typed.title.data or "", split_tags(typed.tags.data), comments)


def _post_and_question(post_id: int) -> tuple[Post, Question]:
    post = one_or_404(posts_visible_to(viewer()), id=post_id)
    if post.is_deleted:
        raise RuleBroken("This was deleted, and its comments with it.")
    return post, to_read(post.thread_id)
