"""What the talk is about: products with their versions, and who looks after each topic."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.http import one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.paging import page_of
from app.topics import actions, queries
from app.topics.models import Tag
from app.web.admin.door import admin_only
from app.web.topics.editing import people_called
from app.web.topics.forms import StewardsForm
from app.web.ui.fields import words_of

PAGE = 50

blueprint = Blueprint("admin_topics", __name__, url_prefix="/admin")


@blueprint.get("/products")
@admin_only
def index() -> ResponseReturnValue:
    """The products, and the topics nobody looks after, those with the most questions first."""
    return _page()


@blueprint.post("/topics/<int:tag_id>/stewards")
@admin_only
def name_stewards(tag_id: int) -> ResponseReturnValue:
    """Say who looks after a topic."""
    tag, form = one_or_404(queries.tags_open_to(signed_in_person()), id=tag_id), StewardsForm()
    handles = words_of(form.stewards.data)
    try:
        if not form.validate_on_submit() or not handles:
            raise RuleBroken(f"Enter the handles of whoever looks after {tag.name}.")
        with write():
            actions.name_stewards(tag, people_called(handles), by=signed_in_person())
    except RuleBroken as refusal:
        return _page(form, tag.id, refusal.sentence), refusal.status
    flash("Saved. Their names stand on the page of the topic.", "good")
    return see_other("/admin/products")


def _page(form: StewardsForm | None = None, tag_id: int = 0, refusal: str = "") -> str:
    """`form` is what was typed for the topic with `tag_id`."""
    by = (Tag.question_count, Tag.id)
    return render_template(
        "admin/products.html",
        products=queries.all_products(),
        page=page_of(queries.without_steward(), by=by, after=request.args.get("after"), limit=PAGE),
        form=form or StewardsForm(formdata=None),
        sent_for=tag_id,
        refusal=refusal,
    )
