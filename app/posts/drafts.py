"""What somebody has typed and not yet published, kept for them alone: one draft a place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Malformed, RuleBroken
from app.people.models import Person
from app.people.rules import check_takes_part
from app.posts.models import SavedDraft

MOST_DRAFTS = 50
# Characters of all fields together: a question with its log, and room to shorten it before it is posted.
LONGEST_DRAFT = 64 * 1024

QUESTION, ANSWER, EDIT = "question", "answer", "edit"
_PLACE = re.compile(r"(question)|(answer|edit):(\d{1,9})", re.ASCII)
# What of a form is kept: what one types, and what one chooses beside it.
_TYPED = {
    QUESTION: ("title", "body", "log", "environment", "tried", "others", "tags", "version"),
    ANSWER: ("body",),
    EDIT: ("title", "body", "others", "tags", "version", "reason"),
}
_CHOSEN = {QUESTION: ("product", "intent", "visibility"), ANSWER: (), EDIT: ("product", "revision")}


@dataclass(frozen=True)
class Place:
    """The form a draft belongs to: a new question, an answer to the question `about`, an edit of the post `about`."""

    kind: str
    about: int | None = None

    @classmethod
    def read(cls, written: str) -> Place:
        """The place written as "question", "answer:17" or "edit:17". Raises Malformed."""
        found = _PLACE.fullmatch(written)
        if found is None:
            raise Malformed("There is no such place for a draft.")
        return cls(QUESTION) if found.group(1) else cls(found.group(2), int(found.group(3)))

    def __str__(self) -> str:
        return self.kind if self.about is None else f"{self.kind}:{self.about}"


def save_draft(place: Place, form: Mapping[str, str], *, by: Person) -> SavedDraft | None:
    """Keep what of `form` belongs to this place, instead of what was kept before; an empty form keeps nothing.

    Whoever has too many drafts loses the one that was left alone longest. Raises RuleBroken for too long a text,
    and NotAllowed for whoever only reads.
    """
    check_takes_part(by)
    # PostgreSQL refuses NUL.
    typed = {name: form.get(name, "").replace("\0", "") for name in _TYPED[place.kind]}
    if not any(text.strip() for text in typed.values()):
        discard_draft(place, by=by)
        return None
    fields = typed | {name: form.get(name, "").replace("\0", "") for name in _CHOSEN[place.kind]}
    if sum(map(len, fields.values())) > LONGEST_DRAFT:
        raise RuleBroken(f"That is more than {LONGEST_DRAFT:,} characters, too long for a draft. Shorten it a little.")
    draft = _draft_for(place, by)
    draft.fields = json.dumps(fields, ensure_ascii=False)
    draft.saved_at = clock.now()
    db.session.flush()
    _drop_oldest(by)
    return draft


def drafts_of(person: Person) -> Select[SavedDraft]:
    """The drafts of one person, the newest first. Nobody else's can be reached through it."""
    rows = select(SavedDraft).where(SavedDraft.person_id == person.id)
    return rows.order_by(SavedDraft.saved_at.desc(), SavedDraft.id.desc())


def draft_at(place: Place, person: Person) -> SavedDraft | None:
    """What the person has typed there."""
    return db.session.scalar(drafts_of(person).where(SavedDraft.place == str(place)))


def fields_of(draft: SavedDraft) -> dict[str, str]:
    """What was typed and chosen, by the name of the field."""
    fields: dict[str, str] = json.loads(draft.fields)
    return fields


def discard_draft(place: Place, *, by: Person) -> None:
    """Let go of what was typed there; in the transaction that publishes it."""
    db.session.execute(delete(SavedDraft).where(SavedDraft.person_id == by.id, SavedDraft.place == str(place)))


def _draft_for(place: Place, person: Person) -> SavedDraft:
    found = draft_at(place, person)
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            made = SavedDraft(person_id=person.id, place=str(place), fields="{}")
            db.session.add(made)
        return made
    except IntegrityError:
        # Another window of the same person was faster.
        return db.session.scalars(drafts_of(person).where(SavedDraft.place == str(place))).one()


def _drop_oldest(person: Person) -> None:
    count = db.session.scalar(select(func.count(SavedDraft.id)).where(SavedDraft.person_id == person.id)) or 0
    if count > MOST_DRAFTS:
        for draft in db.session.scalars(drafts_of(person).offset(MOST_DRAFTS)).all():
            db.session.delete(draft)
