"""What could not be delivered: events whose reactions kept failing, and letters that no mail server took."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import see_other, signed_in_person
from app.kernel import events
from app.kernel.db import write
from app.kernel.errors import NotFound
from app.people import audit, letters
from app.web.admin.door import admin_only

blueprint = Blueprint("outbox", __name__, url_prefix="/admin")


@blueprint.get("/outbox")
@admin_only
def show() -> ResponseReturnValue:
    """What waits, and what was given up."""
    return render_template(
        "admin/outbox.html",
        messages_waiting=events.pending_count(),
        letters_waiting=letters.waiting_count(),
        messages=events.dead_letters(),
        letters=letters.dead_letters(),
    )


@blueprint.post("/outbox/messages/<int:message_id>/retry")
@admin_only
def retry_message(message_id: int) -> ResponseReturnValue:
    """Let the worker try an event again."""
    with write():
        found = events.retry_dead_letter(message_id)
        _note(found, "outbox.tried_again", message_id)
    return _again(found)


@blueprint.post("/outbox/letters/<int:letter_id>/retry")
@admin_only
def retry_letter(letter_id: int) -> ResponseReturnValue:
    """Let the worker try a letter again."""
    with write():
        found = letters.retry(letter_id)
        _note(found, "letters.tried_again", letter_id)
    return _again(found)


def _note(found: bool, deed: str, number: int) -> None:
    if found:
        audit.note(deed, by=signed_in_person(), number=number)


def _again(found: bool) -> ResponseReturnValue:
    if not found:
        raise NotFound
    flash("The worker tries it again within a few seconds.", "good")
    return see_other("/admin/outbox")
