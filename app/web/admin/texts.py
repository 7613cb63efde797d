"""Writing the operator's texts."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from app.http import one_or_404, see_other, signed_in_person
from app.kernel.db import db, write
from app.kernel.errors import NotFound, RuleBroken
from app.site import actions, queries
from app.site.models import SiteText
from app.site.texts import TITLES, TextName
from app.web.admin.door import admin_only

MOST_VERSIONS = 50

blueprint = Blueprint("texts", __name__, url_prefix="/admin/texts")


class TextForm(FlaskForm):
    """One text."""

    body = TextAreaField(
        "The text",
        description="In Markdown. Everybody can read it; earlier versions are kept.",
        validators=[InputRequired("Write something first.")],
    )


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """The texts, and when each was written."""
    return render_template("admin/texts.html", titles=TITLES, newest=queries.newest_versions())


@blueprint.get("/<name>")
@admin_only
def edit(name: str) -> ResponseReturnValue:
    """The text as it stands, or with `version` as it stood: saved, an older one holds again."""
    known, number = _name(name), request.args.get("version", type=int)
    if number is None:
        return _page(known, TextForm(body=queries.current_text(known).source))
    older = one_or_404(queries.versions_of(known), id=number)
    return _page(known, TextForm(body=older.body), older=older)


@blueprint.post("/<name>")
@admin_only
def save(name: str) -> ResponseReturnValue:
    """Add a version."""
    known = _name(name)
    form = TextForm()
    if not form.validate_on_submit():
        return _page(known, form, status=422)
    try:
        source, html = actions.prepare_text(form.body.data or "")
    except RuleBroken as refusal:
        return _page(known, form, refusal, refusal.status)
    with write():
        actions.write_text(known, source, html, by=signed_in_person())
    flash("Saved. This is what everybody reads now.", "good")
    return see_other(f"/{known.value}")


def _name(name: str) -> TextName:
    try:
        return TextName(name)
    except ValueError as error:
        raise NotFound from error


def _page(
    name: TextName,
    form: TextForm,
    refusal: RuleBroken | None = None,
    status: int = 200,
    *,
    older: SiteText | None = None,
) -> Response:
    page = render_template(
        "admin/text.html",
        form=form,
        title=TITLES[name],
        name=name.value,
        older=older,
        versions=db.session.scalars(queries.versions_of(name).limit(MOST_VERSIONS)).all(),
        refusal=refusal.sentence if refusal else None,
    )
    return make_response(page, status)
