"""Saving, listing and throwing away drafts. Each is seen by its author only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import IdempotencyKey, Person
from app.posts.drafts import ANSWER, EDIT, MOST_DRAFTS, QUESTION, Place, drafts_of, fields_of, save_draft
from app.posts.models import Post, SavedDraft
from app.questions import queries
from app.questions.models import Question
from app.web.security.limits import limit
from app.web.ui.dates import exact_words

drafts = Blueprint("drafts", __name__)

FORMS = {QUESTION: "/questions/ask", ANSWER: "/questions/{about}#answer", EDIT: "/posts/{about}/edit"}


@dataclass(frozen=True)
class Listed:
    """A draft as the list shows it; `title` is "" where its question is gone, `text` is what was typed."""

    draft: SavedDraft
    kind: str
    title: str
    address: str
    text: str


@drafts.get("/drafts")
@login_required
def index() -> ResponseReturnValue:
    found = db.session.scalars(drafts_of(signed_in_person())).all()
    return render_template("drafts/list.html", drafts=listed(found), most=MOST_DRAFTS)


@drafts.post("/drafts")
@limit("drafts")
@login_required
def save() -> ResponseReturnValue:
    """Keep a form: with its button the form is shown again, without it only the time of saving is answered."""
    place, person = Place.read(request.form.get("place", "")), signed_in_person()
    saved_at = None
    with write():
        if not is_published(person, request.form.get("idempotency_key", "")):
            draft = save_draft(place, sent_fields(), by=person)
            saved_at = draft.saved_at.isoformat() if draft else None
    if "draft" in request.form:
        flash("Your draft is saved. Only you can see it." if saved_at else "There was nothing to save yet.")
        return see_other(address_of(place))
    return {"saved_at": saved_at}


@drafts.post("/drafts/<int:draft_id>/deletion")
@login_required
def delete(draft_id: int) -> ResponseReturnValue:
    with write():
        draft = one_or_404(drafts_of(signed_in_person()), id=draft_id)
        address = address_of(Place.read(draft.place))
        db.session.delete(draft)
    return see_other("/drafts" if "listed" in request.form else address)


def sent_fields() -> dict[str, str]:
    """The fields of the form; an edit in the middle of a conflict counts as begun at the text that it began at."""
    fields = request.form.to_dict()
    return {**fields, "revision": fields["base"]} if "base" in fields else fields


def is_published(person: Person, key: str) -> bool:
    """True for a form that was taken meanwhile: what a browser saves late must not come back as a draft."""
    rows = select(IdempotencyKey.id).where(IdempotencyKey.person_id == person.id, IdempotencyKey.key == key)
    return bool(key) and db.session.scalar(rows.where(IdempotencyKey.made != "")) is not None


def address_of(place: Place) -> str:
    """Where the form is that a draft belongs to."""
    return FORMS[place.kind].format(about=place.about)


def listed(found: Iterable[SavedDraft]) -> list[Listed]:
    """Drafts with the titles of what they are about, in two queries however many there are."""
    places = {draft.id: Place.read(draft.place) for draft in found}
    titles = titles_of({place.about for place in places.values() if place.about})
    return [_row(draft, places[draft.id], titles) for draft in found]


def _row(draft: SavedDraft, place: Place, titles: dict[int, str]) -> Listed:
    fields = fields_of(draft)
    own, theirs = fields.get("title", ""), titles.get(place.about or 0, "")
    title = own or "No title yet" if place.kind == QUESTION else theirs
    return Listed(draft, place.kind, title, address_of(place), text=fields.get("body") or own)


def titles_of(post_ids: set[int]) -> dict[int, str]:
    """The title of the question that each of these posts is or belongs to, where the reader may see it."""
    posts = db.session.scalars(queries.posts_visible_to(viewer()).where(Post.id.in_(post_ids))).unique().all()
    threads = {post.id: post.thread_id for post in posts}
    rows = queries.visible_to(viewer()).where(Question.id.in_(threads.values()))
    found = db.session.execute(rows.with_only_columns(Question.id, Question.title))
    titles = {question_id: title for question_id, title in found}
    return {post_id: titles[thread_id] for post_id, thread_id in threads.items() if thread_id in titles}


def clock_words(moment: datetime) -> str:
    """The time of a moment of today, day and time of an earlier one: "14:02 UTC", "12 March, 14:02 UTC"."""
    return f"{moment:%H:%M} UTC" if moment.date() == clock.now().date() else exact_words(moment)
