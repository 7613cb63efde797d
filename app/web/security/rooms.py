"""Requests that may be larger than others: decided before anything of them is read, and only for who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

from app.http import signed_in_person

View = TypeVar("View", bound=Callable[..., object])

# The parts of a form around its file.
AROUND_A_FILE = 64 * 1024


def room_for(size: int, first: Callable[[], None] | None = None) -> Callable[[View], View]:
    """Let a view's form bring a file of up to `size` bytes. `first` runs before the form is read; it may refuse."""

    def mark(view: View) -> View:
        view.room = size + AROUND_A_FILE  # type: ignore[attr-defined]
        view.before_reading = first  # type: ignore[attr-defined]
        return view

    return mark


def register(app: Flask) -> None:
    """Make room before anything reads the form."""
    app.before_request(_make_room)


def _make_room() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    room: int | None = getattr(view, "room", None)
    if room is None:
        return
    # A guest's file is not even received.
    signed_in_person()
    request.max_content_length = room
    before_reading: Callable[[], None] | None = getattr(view, "before_reading", None)
    if before_reading is not None:
        before_reading()
