"""Who may be meant after an "@", and which topic after a "#": at most ten, for people who are signed in.

Nobody's address is looked at, and a member who takes no part in the thread is found by two letters at the least.
"""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, signed_in_person, viewer
from app.kernel.db import db
from app.people import queries as people_read
from app.people.models import Person
from app.questions import queries as questions_read
from app.questions.participants import participants
from app.topics import queries as topics_read
from app.topics.rules import LONGEST_TAG
from app.web.security.limits import limit

editor = Blueprint("editor", __name__, url_prefix="/editor")

MOST = 10
SHORTEST = 2
BEGINNING = re.compile(r"[a-z0-9_-]{0,30}", re.ASCII | re.IGNORECASE)


@editor.get("/people")
@login_required
@limit("suggestions")
def people() -> ResponseReturnValue:
    """People whose handle begins with `q`, as options of a list; who takes part in `question` comes first."""
    begun = request.args.get("q", "")
    found = people_for(begun, request.args.get("question", type=int)) if BEGINNING.fullmatch(begun) else []
    return render_template("editor/people.html", people=found)


@editor.get("/tags")
@login_required
@limit("suggestions")
def tags() -> ResponseReturnValue:
    """Topics whose name, or a synonym of it, begins with `q`, as options of a list."""
    begun = request.args.get("q", "")
    found = topics_read.tags_beginning(begun, MOST) if 0 < len(begun) <= LONGEST_TAG else []
    return render_template("editor/tags.html", tags=found)


def people_for(begun: str, question_id: int | None) -> list[Person]:
    """Whom a handle that begins with `begun` may mean, never the writer. Raises NotFound for an unseen question."""
    found = _participants(begun, question_id) if question_id is not None else []
    if len(begun) >= SHORTEST and len(found) < MOST:
        known = {person.id for person in found} | {signed_in_person().id}
        rows = people_read.with_handle_beginning(begun).where(Person.id.not_in(known))
        found += db.session.scalars(rows.limit(MOST - len(found)))
    return found


def _participants(begun: str, question_id: int) -> list[Person]:
    question = one_or_404(questions_read.visible_to(viewer()), id=question_id)
    rows = participants(question, viewer()).where(
        Person.handle.istartswith(begun, autoescape=True), Person.id != signed_in_person().id
    )
    return list(db.session.scalars(rows.limit(MOST)))
