"""Fetching a file: whole, in part, or only asking whether it has changed. One query checks the rights each time."""

from __future__ import annotations

import re
import unicodedata

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from app.http import one_or_404, viewer
from app.kernel.errors import NotFound
from app.kernel.files import file_store
from app.kernel.settings import settings
from app.posts.attachments import stored_name
from app.posts.kinds import Kind
from app.posts.models import Attachment
from app.questions.attached import attachments_visible_to
from app.web.security.headers import FROM_PEOPLE

CHUNK = 64 * 1024
LONGEST_NAME_BYTES = 200
# Parts of a path, what some system gives a meaning to, and characters that change how a name looks or cannot be seen.
NOT_IN_FILE_NAMES = re.compile(r'[/\\:*?"<>|%\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')
UNENCODED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~")
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|\Z)", re.IGNORECASE)

log = structlog.get_logger(__name__)
files = Blueprint("files", __name__)


@files.get("/files/<file_token>")
@files.get("/files/<file_token>/<name>")
def fetch(file_token: str, name: str = "") -> Response:
    """The bytes of a file. `name` is there for people; who may fetch it does not depend on it."""
    attachment = one_or_404(attachments_visible_to(viewer()), token=file_token)
    response = _with_content(attachment)
    response.mimetype = attachment.media_type
    response.headers["Content-Security-Policy"] = FROM_PEOPLE
    response.headers["Content-Disposition"] = disposition(attachment)
    # A text could be taken away, or made confidential, at any moment; so every copy is asked about before it is used.
    kept_by = "public" if viewer() is None else "private"
    response.headers["Cache-Control"] = f"{kept_by}, max-age=0, must-revalidate"
    response.vary.add("Cookie")
    response.set_etag(attachment.sha256)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=attachment.size)
    except RequestedRangeNotSatisfiable as error:
        # Players ask for parts, and read the size from this answer.
        response.close()
        return Response(status=416, headers={"Content-Range": f"bytes */{error.length}"})
    return response


def disposition(attachment: Attachment) -> str:
    """Show pictures, save all others, under a name that is safe on any system (RFC 6266 and 5987).

    A page plays a video whatever this says; alone in a window, browsers would not play one that is in a sandbox.
    """
    name = safe_file_name(attachment.name)
    ascii_part = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    # Letters of other scripts may come apart into quotes and slashes, so what is left is made safe once more.
    plain = safe_file_name(f"file{ascii_part}" if ascii_part.startswith(".") else ascii_part)
    encoded = "".join(chr(byte) if chr(byte) in UNENCODED else f"%{byte:02X}" for byte in name.encode())
    kind = "inline" if attachment.kind == Kind.IMAGE else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def safe_file_name(name: str) -> str:
    """`name` as a name for a file: no path, nothing hidden, no device, not too long; it keeps its ending."""
    safe = NOT_IN_FILE_NAMES.sub("_", name).strip(" .")
    stem, dot, ending = safe.rpartition(".")
    if DEVICES.match(safe):
        stem = f"_{stem}"
    room = LONGEST_NAME_BYTES - len(ending.encode()) - 1
    return f"{stem.encode()[:room].decode(errors='ignore')}{dot}{ending}" or "file"


def _with_content(attachment: Attachment) -> Response:
    try:
        content = file_store(settings().files_url).open(stored_name(attachment))
    except FileNotFoundError as error:
        log.error("a stored file is missing", attachment=attachment.id)
        raise NotFound from error
    response = Response(FileWrapper(content, CHUNK), direct_passthrough=True)
    response.content_length = attachment.size
    return response
