"""Other systems that are told about accounts: which addresses, and what became of the messages."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from app.exchange import webhooks
from app.exchange.schema import SCHEMA
from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.people import audit
from app.web.admin.door import admin_only
from app.web.people.proving import proof_needed

blueprint = Blueprint("webhooks", __name__, url_prefix="/admin")


class WebhookForm(FlaskForm):
    """Where messages go."""

    url = StringField(
        "Address",
        description="It begins with https:// and is reached from the public internet, or named in OUTBOUND_ALLOWED.",
        validators=[DataRequired("Enter the address that is to be told.")],
    )


@blueprint.get("/webhooks")
@admin_only
def index() -> ResponseReturnValue:
    """The addresses that are told, and the last messages to each."""
    return _page(WebhookForm(formdata=None))


@blueprint.post("/webhooks")
@admin_only
@proof_needed
def add() -> ResponseReturnValue:
    """Tell one more address. Its secret stands on this one page, and is not shown again."""
    form = WebhookForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with write():
            made, secret = webhooks.add_webhook(form.url.data or "", by=signed_in_person())
            audit.note("webhooks.added", by=signed_in_person(), host=webhooks.host_of(made))
    except RuleBroken as refusal:
        form.url.errors = [refusal.sentence]
        return _page(form), refusal.status
    return _page(WebhookForm(formdata=None), secret=secret)


@blueprint.post("/webhooks/<int:webhook_id>/stop")
@admin_only
def stop(webhook_id: int) -> ResponseReturnValue:
    """Tell an address nothing more."""
    with write():
        stopped = webhooks.stop_webhook(webhook_id)
        audit.note("webhooks.stopped", by=signed_in_person(), host=webhooks.host_of(stopped))
    flash("Stopped. Nothing more goes there, not even what was waiting.", "good")
    return see_other("/admin/webhooks")


def _page(form: WebhookForm, *, secret: str = "") -> str:
    told = [(one, webhooks.host_of(one), webhooks.last_messages(one.id)) for one in webhooks.active_webhooks()]
    return render_template("admin/webhooks.html", form=form, told=told, secret=secret, schema=SCHEMA)
