"""Sending a file in: with a plain form, or from a script that asks for JSON."""

from __future__ import annotations

import json

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.http import login_required, one_or_404, see_other, signed_in_person, write_once
from app.kernel.db import db
from app.kernel.errors import Malformed, Refusal, RuleBroken, SignInNeeded, TooLarge
from app.kernel.files import file_store
from app.kernel.settings import settings
from app.kernel.text.files import file_tokens
from app.people.rules import check_takes_part
from app.posts import attachments
from app.posts.attachments import Prepared
from app.posts.kinds import LARGEST, MEGABYTE
from app.posts.models import Attachment
from app.posts.rules import QUOTA
from app.web.errors import OPEN_TOO_LONG, answer_http_error, answer_refusal, answer_sign_in_needed
from app.web.security.limits import spend
from app.web.security.rooms import room_for
from app.web.ui.refusals import TEXTS, answer_refused

LATEST = 5
JSON = "application/json"
PROBLEM = "application/problem+json"
TOO_LARGE = f"This file is larger than {LARGEST // MEGABYTE} MB. Send the part that matters."
# How browsers write, in the name of a file, what may not stand there.
WRITTEN_BY_BROWSERS = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))

uploads = Blueprint("uploads", __name__)


class UploadForm(FlaskForm):
    """One file."""

    file = FileField(
        "File",
        description="Pictures (PNG, JPEG, WebP, GIF), texts (.txt, .log, .json, .csv) and archives (.zip, .gz) up to "
        "10 MB, videos (.mp4, .webm) up to 100 MB. Pictures lose what a camera wrote into them, such as the place; "
        "other files stay as they are.",
    )


@uploads.get("/files/new")
@login_required
def new() -> ResponseReturnValue:
    check_takes_part(signed_in_person())
    return _form_page(sent=request.args.get("sent", ""))


def get_ready() -> None:
    """Before anything is received: is it too often, is there room, and where does it go meanwhile."""
    spend("uploads")
    store = file_store(settings().files_url)
    store.check_room(request.content_length or 0)
    request.receive_file = store.receive  # type: ignore[attr-defined]


@uploads.post("/files")
@room_for(LARGEST, first=get_ready)
@login_required
def send() -> ResponseReturnValue:
    """Take one file. It is its sender's alone until something that they write names it."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise RuleBroken("Choose a file first.")
    attachment = _kept(given)
    if not _wants_json():
        return see_other(f"/files/new?sent={attachment.token}")
    told = {"markdown": attachments.markdown_of(attachment), "url": attachment.address, "name": attachment.name}
    return jsonify(told), 201, {"Location": attachment.address}


@uploads.errorhandler(Refusal)
@uploads.errorhandler(CSRFError)
@uploads.errorhandler(HTTPException)
def answer_not_taken(error: Refusal | HTTPException) -> ResponseReturnValue:
    """Say what is wrong, to a script or above the form."""
    if request.method != "POST":
        return _answer_elsewhere(error)
    refusal = _refusal(error)
    if _wants_json():
        response = answer_refused(json.dumps({"title": refusal.sentence, "status": refusal.status}), refusal)
        response.mimetype = PROBLEM
        return response
    if isinstance(refusal, SignInNeeded):
        return answer_sign_in_needed(refusal)
    db.session.rollback()
    return answer_refused(_form_page(refusal=refusal.sentence), refusal)


def _answer_elsewhere(error: Refusal | HTTPException) -> ResponseReturnValue:
    if isinstance(error, SignInNeeded):
        return answer_sign_in_needed(error)
    return answer_refusal(error) if isinstance(error, Refusal) else answer_http_error(error)


def _refusal(error: Refusal | HTTPException) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RequestEntityTooLarge):
        return TooLarge(TOO_LARGE)
    return Malformed(OPEN_TOO_LONG if isinstance(error, CSRFError) else TEXTS[400].advice)


def _kept(given: FileStorage) -> Attachment:
    """The attachment of a file that was sent, once however often the same form came."""
    store = file_store(settings().files_url)
    # Drawing and storing take seconds; no transaction is open meanwhile.
    db.session.rollback()
    prepared = attachments.prepare(_name_of(given), given.stream, store)  # type: ignore[arg-type]
    try:
        token = _attach(prepared)
    except Refusal:
        store.delete(prepared.stored_as)
        raise
    if not attachments.is_kept(prepared):
        store.delete(prepared.stored_as)
    return one_or_404(attachments.kept_by(signed_in_person()), token=token)


def _attach(prepared: Prepared) -> str:
    with write_once() as once:
        if not once.made:
            once.made = attachments.attach(prepared, by=signed_in_person()).address
    tokens = file_tokens(once.made)
    if not tokens:
        raise RuleBroken("This form has sent something else already. Load it again, then choose the file once more.")
    return tokens[0]


def _name_of(given: FileStorage) -> str:
    name = given.filename or ""
    for written, meant in WRITTEN_BY_BROWSERS:
        name = name.replace(written, meant)
    return name


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", JSON]) == JSON


def _form_page(*, sent: str = "", refusal: str = "") -> str:
    person = signed_in_person()
    newest = attachments.kept_by(person).order_by(Attachment.id.desc()).limit(LATEST)
    return render_template(
        "files/new.html",
        form=UploadForm(formdata=None),
        refusal=refusal,
        files=db.session.scalars(newest).all(),
        sent=sent,
        used=attachments.bytes_kept_by(person),
        quota=QUOTA,
        markdown_of=attachments.markdown_of,
    )
