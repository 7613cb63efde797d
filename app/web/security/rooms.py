"""Requests that may be larger than others: decided before anything of them is read, and only for who is signed in.

A browser reads an answer only when it has sent its whole form, and a connection that is closed meanwhile looks broken
to it. So what is refused is read to its end, within bounds, and thrown away.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, request

from app.http import signed_in_person
from app.kernel.db import db

View = TypeVar("View", bound=Callable[..., object])

# The parts of a form around its file.
AROUND_A_FILE = 64 * 1024

MOST_THROWN_AWAY = 256 * 1024 * 1024
SECONDS_TO_THROW_AWAY = 60
CHUNK = 64 * 1024


def room_for(size: int, first: Callable[[], None] | None = None) -> Callable[[View], View]:
    """Let a view's form bring a file of up to `size` bytes. `first` runs before the form is read; it may refuse."""

    def mark(view: View) -> View:
        view.room = size + AROUND_A_FILE  # type: ignore[attr-defined]
        view.before_reading = first  # type: ignore[attr-defined]
        return view

    return mark


def register(app: Flask) -> None:
    """Make room before anything reads the form, and read to the end what was refused."""
    app.before_request(_make_room)
    app.after_request(_hear_out)


def _make_room() -> None:
    view = _view()
    room: int | None = getattr(view, "room", None)
    if room is None:
        return
    # A guest's file is not even received.
    signed_in_person()
    request.max_content_length = room
    before_reading: Callable[[], None] | None = getattr(view, "before_reading", None)
    if before_reading is not None:
        before_reading()
    # A large form takes its time, and a database does not wait for that in a transaction.
    db.session.rollback()


def _hear_out(response: Response) -> Response:
    if response.status_code >= 400 and getattr(_view(), "room", None) is not None:
        _throw_away()
    return response


def _throw_away() -> None:
    sent, deadline = request.environ["wsgi.input"], time.monotonic() + SECONDS_TO_THROW_AWAY
    left = min(request.content_length or 0, MOST_THROWN_AWAY)
    while left > 0 and time.monotonic() < deadline:
        chunk = sent.read(min(CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)


def _view() -> Callable[..., object] | None:
    return current_app.view_functions.get(request.endpoint or "")
