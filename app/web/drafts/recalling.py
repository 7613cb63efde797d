"""Giving a draft back to the form it was typed in."""

from __future__ import annotations

from typing import TypeVar

from flask_wtf import FlaskForm

from app.http import signed_in_person
from app.posts.drafts import QUESTION, Place, discard_draft, draft_at, fields_of
from app.posts.models import SavedDraft


class DraftedForm(FlaskForm):
    """A form whose text is kept while it is typed. `recalled` is the draft that the form was filled from."""

    recalled: SavedDraft | None = None


Form = TypeVar("Form", bound=DraftedForm)


def recall(form: Form, place: str) -> Form:
    """The form, with what its reader has typed at this place before; as it was if there is nothing.

    Where nothing was typed into a field of a new question, what the form begins with stays: a template of its topic.
    """
    draft = draft_at(Place.read(place), signed_in_person())
    if draft is not None:
        for name, value in fields_of(draft).items():
            if name in form and (value or place != QUESTION):
                form[name].data = value
        form.recalled = draft
    return form


def forget(place: str) -> None:
    """Let go of the draft of what is published in this transaction."""
    discard_draft(Place.read(place), by=signed_in_person())
