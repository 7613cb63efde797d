"""Everybody's own files: how much they take, where they are needed, and taking them away."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.kernel.paging import page_of
from app.posts import attachments
from app.posts.models import Attachment
from app.posts.rules import QUOTA

kept_files = Blueprint("kept_files", __name__)


@kept_files.get("/files")
@login_required
def index() -> ResponseReturnValue:
    """The reader's own files, the newest first."""
    person = signed_in_person()
    page = page_of(attachments.kept_by(person), by=(Attachment.id,), after=request.args.get("after"))
    return render_template(
        "files/index.html",
        page=page,
        in_use=attachments.in_use(page.items),
        used=attachments.bytes_kept_by(person),
        quota=QUOTA,
    )


@kept_files.post("/files/<file_token>/deletion")
@login_required
def delete(file_token: str) -> ResponseReturnValue:
    """Take a file away for good."""
    try:
        with write():
            person = signed_in_person()
            attachment = one_or_404(attachments.kept_by(person), token=file_token)
            attachments.delete_attachment(attachment, by=person)
    except RuleBroken as refusal:
        flash(refusal.sentence, "bad")
        return see_other("/files")
    flash("The file is gone.", "good")
    return see_other("/files")
