"""What the shell of every page asks for: who is looking, what to tell them, where they are."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, get_flashed_messages, request
from flask_wtf.csrf import generate_csrf

from app.http import viewer
from app.kernel.settings import settings
from app.kernel.text import plain_text
from app.people.models import Person, Role
from app.people.rules import only_reads
from app.web.ui import dates
from app.web.ui.sections import Section, current_section, sections_for

NOTICE_ICONS = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "plain": "info"}
ROLE_LABELS = {
    Role.EXPERT: "Expert",
    Role.STEWARD: "Community steward",
    Role.SALES: "Sales",
    Role.ADMIN: "Site administrator",
}


@dataclass(frozen=True)
class Notice:
    """Something to tell the reader once. `kind` is one of NOTICE_ICONS."""

    kind: str
    text: str


def reader() -> Person | None:
    """The signed-in person; nobody on pages that must be drawn without asking the database."""
    return None if g.get("without_reader") else viewer()


def notices() -> Sequence[Notice]:
    """What an earlier request left to say. A page that says something to one reader is not for a shared cache."""
    if g.get("without_reader"):
        return []
    flashed: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    if flashed:
        g.personal = True
    return [Notice(kind if kind in NOTICE_ICONS else "plain", text) for kind, text in flashed]


def form_token() -> str:
    """The token that shows a form came from this reader's own page."""
    g.personal = True
    return generate_csrf()


def new_key() -> str:
    """A key for a form that creates something, so that sending it twice creates once."""
    return secrets.token_urlsafe(16)


def sections() -> list[tuple[Section, bool]]:
    """The sections in the head, each with whether this page belongs to it."""
    here = current_section(request.path)
    return [(section, section is here) for section in sections_for(reader())]


def here_with(path: str = "", **changes: str | None) -> str:
    """The address of this page (or of `path`) with other words in its query; None takes a word out."""
    words = {**request.args.to_dict(), **changes}
    query = urlencode({key: value for key, value in words.items() if value is not None})
    address = path or request.path
    return f"{address}?{query}" if query else address


def canonical() -> str:
    """The one address of this page, whatever it was asked for by."""
    return settings().base_url + request.path


def attributes(field: Any, notes: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a field says about itself: which notes describe it, whether it is wrong, and what the page gave."""
    own = {**given}
    if notes:
        own["aria-describedby"] = notes
    if field.errors:
        own["aria-invalid"] = "true"
    return own


def plural(count: int, thing: str) -> str:
    """A number with its noun: "1 answer", "2,104 answers"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def role_label(role: str) -> str:
    """A role as a name tag says it, for people who gave no title."""
    return ROLE_LABELS.get(Role(role), "") if role in set(Role) else ""


def register(app: Flask) -> None:
    """Let templates ask for all of this."""
    for ask in (reader, notices, form_token, new_key, sections, here_with, canonical, role_label, attributes, plural):
        app.add_template_global(ask)
    app.add_template_global(only_reads)
    found = app.extensions["firsthand.settings"]
    app.jinja_env.globals.update(site_name=found.site_name, company_name=found.company_name, notice_icons=NOTICE_ICONS)
    app.add_template_filter(dates.moment_words, "moment")
    app.add_template_filter(dates.date_words, "date")
    app.add_template_filter(dates.exact_words, "exactly")
    app.add_template_filter(dates.duration_words, "duration")
    app.add_template_filter(dates.duration_short, "duration_short")
    app.add_template_filter(dates.since, "since")
    app.add_template_filter(plain_text, "plain")
