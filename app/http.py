"""What all views share: who is asking, one way to load, one way to write, and how refusals are answered."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Response, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError, NoResultFound

from app.kernel.db import db, write
from app.kernel.errors import NotFound, RuleBroken, SignInNeeded
from app.kernel.settings import settings
from app.people.models import IdempotencyKey, Person

LONGEST_KEY = 64
# What a form brings along beside what it asks for.
NOT_ASKED = frozenset({"csrf_token", "idempotency_key"})
SIGN_IN_FIRST = "Sign in first. What you typed is kept if you come back with your browser's back button."

Thing = TypeVar("Thing")
Parameters = ParamSpec("Parameters")


def viewer() -> Person | None:
    """Whoever is looking: the signed-in person, or None for a guest."""
    person = current_user
    return person._get_current_object() if person.is_authenticated else None


def signed_in_person() -> Person:
    """The signed-in person. Raises SignInNeeded for a guest."""
    person = viewer()
    if person is None:
        raise SignInNeeded(SIGN_IN_FIRST)
    return person


def login_required(view: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
    """Refuse guests before the view runs."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        signed_in_person()
        return view(*args, **kwargs)

    guarded.needs_sign_in = True  # type: ignore[attr-defined]
    return guarded


def one_or_404(rows: Select[Thing], **fields: Any) -> Thing:
    """The one row of `rows` with these fields. Raises NotFound for none: unknown and invisible look the same."""
    for value in fields.values():
        # SQLite and PostgreSQL hold 64-bit integers; a longer one in a URL names nothing.
        if isinstance(value, int) and value >= 2**63:
            raise NotFound
    try:
        return db.session.scalars(rows.filter_by(**fields)).unique().one()
    except NoResultFound as error:
        raise NotFound from error


@dataclass
class Once:
    """A form that may come twice. `made` is the address of what it made; empty the first time."""

    made: str = ""


@contextmanager
def write_once() -> Iterator[Once]:
    """A write transaction for a form that creates: sent twice with one key, it creates once.

    Raises RuleBroken where something else was sent with the key before, so that the other text is not lost.

    The key comes from the field `idempotency_key` or the header `Idempotency-Key`. The caller creates only if
    `once.made` is empty, and then sets it to the address of what it made.
    """
    person_id = signed_in_person().id
    key = request.form.get("idempotency_key") or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)
    with write():
        row, sent = _use_key(person_id, key[:LONGEST_KEY]), _mark_of_what_is_sent()
        made, _, sent_before = row.made.partition(" ")
        if sent_before not in {"", sent}:
            raise RuleBroken(
                f"This form has sent something else already, and that is at {settings().base_url}{made}. "
                "Change it there, or send this again to have both."
            )
        once = Once(made)
        yield once
        row.made = f"{once.made} {sent}" if once.made else ""


def _mark_of_what_is_sent() -> str:
    """The same for the same form with the same fields; which files come with it is left to whoever takes them."""
    fields = sorted(pair for pair in request.form.items(multi=True) if pair[0] not in NOT_ASKED)
    return hashlib.blake2b(json.dumps([request.path, fields]).encode(), digest_size=8).hexdigest()


def _use_key(person_id: int, key: str) -> IdempotencyKey:
    row = IdempotencyKey(person_id=person_id, key=key)
    try:
        with db.session.begin_nested():
            db.session.add(row)
        return row
    except IntegrityError:
        rows = select(IdempotencyKey).where(IdempotencyKey.person_id == person_id, IdempotencyKey.key == key)
        return db.session.scalars(rows).one()


def public_page(view: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
    """Let caches keep the page for guests, to be checked by its ETag each time; a member's copy is never kept."""

    @wraps(view)
    def cached(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        response: Response = make_response(view(*args, **kwargs))
        if viewer() is None and response.status_code == 200 and not g.get("personal"):
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
            response.vary.add("Cookie")
            response.add_etag()
            return response.make_conditional(request)
        return response

    return cached


def keep_private(app: Flask) -> None:
    """Nothing is stored by a browser or a cache unless a view says otherwise."""

    @app.after_request
    def default_to_private(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def see_other(address: str) -> Response:
    """Send the browser on with a GET after a form was taken."""
    return redirect(address, code=303)  # type: ignore[return-value]
