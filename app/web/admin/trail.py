"""The trail: what was done in office, the newest first. It can be read, and nothing changes it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.kernel.db import db
from app.kernel.paging import page_of
from app.people import audit
from app.people import queries as people
from app.people.models import AuditEntry
from app.web.admin.door import admin_only
from app.web.admin.sentences import PARTS, sentence

PAGE = 50
LONGEST = 60

blueprint = Blueprint("admin_trail", __name__, url_prefix="/admin/audit")


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """The entries, or those about one part of the site (`part`), by one person (`by`) or about one (`about`)."""
    wanted = {name: request.args.get(name, "").strip().removeprefix("@")[:LONGEST] for name in ("part", "by", "about")}
    by, about = (_ids(wanted[name]) for name in ("by", "about"))
    rows = audit.entries(beginning=wanted["part"], by=by, about=about)
    page = page_of(rows, by=[AuditEntry.id], after=request.args.get("after"), limit=PAGE)
    lines = [(entry, sentence(entry.deed, audit.details_of(entry))) for entry in page.items]
    return render_template("admin/audit.html", page=page, lines=lines, parts=PARTS, **wanted)


def _ids(handle: str) -> list[int] | None:
    """Nobody's id for a handle that nobody has; None where none was asked for."""
    if not handle:
        return None
    person = db.session.scalar(people.with_handle(handle))
    return [person.id] if person is not None else []
