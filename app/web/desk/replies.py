"""Reply templates: the list, the form, and a text filled in for one question."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from app.desk import replies, rules
from app.desk.models import ReplyTemplate
from app.desk.queries import replies_for
from app.desk.replies import ReplyDraft
from app.http import login_required, one_or_404, see_other, signed_in_person, viewer, write_once
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.posts.rules import may_moderate
from app.questions.queries import for_page, visible_to
from app.web.desk.forms import ReplyForm
from app.web.ui.refusals import answer_refused

blueprint = Blueprint("replies", __name__, url_prefix="/desk/replies")

LIST = "/desk/replies"


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """One's own templates, and those that others share."""
    person = signed_in_person()
    rules.check_can_use_desk(person)
    rows = replies_for(person).options(joinedload(ReplyTemplate.owner)).order_by(ReplyTemplate.title, ReplyTemplate.id)
    found = db.session.scalars(rows).all()
    return render_template("desk/replies.html", replies=found, may_moderate=may_moderate(person))


@blueprint.get("/new")
@login_required
def new() -> ResponseReturnValue:
    """The form for another template."""
    rules.check_can_write_replies(signed_in_person())
    return _form_page(ReplyForm(formdata=None))


@blueprint.post("")
@login_required
def create() -> ResponseReturnValue:
    """Keep a new template."""
    rules.check_can_write_replies(signed_in_person())
    form = ReplyForm()
    if not form.validate_on_submit():
        return _form_page(form), 422
    try:
        with write_once() as once:
            if not once.made:
                replies.write_reply(_typed(form), by=signed_in_person())
                once.made = LIST
    except RuleBroken as refusal:
        return answer_refused(_form_page(form, refusal=refusal.sentence), refusal)
    flash("Kept. You find it below the field for your answer.", "good")
    return see_other(once.made)


@blueprint.get("/<int:reply_id>/edit")
@login_required
def edit(reply_id: int) -> ResponseReturnValue:
    """The form with a template in it."""
    reply = _reply(reply_id)
    rules.check_can_change_reply(signed_in_person(), reply)
    return _form_page(ReplyForm(obj=reply), reply)


@blueprint.post("/<int:reply_id>/edit")
@login_required
def save(reply_id: int) -> ResponseReturnValue:
    """Give a template another text."""
    form, reply = ReplyForm(), _reply(reply_id)
    rules.check_can_change_reply(signed_in_person(), reply)
    if not form.validate_on_submit():
        return _form_page(form, reply), 422
    try:
        with write():
            replies.change_reply(_reply(reply_id), _typed(form), by=signed_in_person())
    except RuleBroken as refusal:
        return answer_refused(_form_page(form, reply, refusal=refusal.sentence), refusal)
    flash("Saved.", "good")
    return see_other(LIST)


@blueprint.post("/<int:reply_id>/deletion")
@login_required
def delete(reply_id: int) -> ResponseReturnValue:
    """Take a template away."""
    with write():
        replies.delete_reply(_reply(reply_id), by=signed_in_person())
    flash("The template is gone; what was answered with it stays.", "good")
    return see_other(LIST)


@blueprint.get("/<int:reply_id>/for/<int:question_id>")
@login_required
def filled(reply_id: int, question_id: int) -> ResponseReturnValue:
    """The text for one question, for the script that puts it into the answer."""
    rules.check_can_write_replies(signed_in_person())
    reply = _reply(reply_id)
    question = one_or_404(for_page(visible_to(viewer())), id=question_id)
    text = replies.filled(reply.body, question, signed_in_person())
    return text, {"Content-Type": "text/plain; charset=utf-8"}


def _reply(reply_id: int) -> ReplyTemplate:
    """A template the expert may use. Raises NotAllowed for others, NotFound for what is somebody else's own."""
    person = signed_in_person()
    rules.check_can_use_desk(person)
    return one_or_404(replies_for(person), id=reply_id)


def _typed(form: ReplyForm) -> ReplyDraft:
    return ReplyDraft(title=form.title.data or "", body=form.body.data or "", shared=form.shared.data)


def _form_page(form: ReplyForm, reply: ReplyTemplate | None = None, *, refusal: str = "") -> str:
    return render_template("desk/reply.html", form=form, reply=reply, refusal=refusal)
