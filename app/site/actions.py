"""Changing the operator's texts and choices."""

from __future__ import annotations

from collections.abc import Mapping

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.text import RenderedHtml, render
from app.kernel.turns import take_turn
from app.people import audit
from app.people.domains import clean_domain
from app.people.models import Person
from app.people.rules import check_can_administer
from app.site import queries
from app.site.choices import CHOICES, ChoiceName
from app.site.models import SiteChoice, SiteText
from app.site.texts import LONGEST, TextName


def prepare_text(source: str) -> tuple[str, RenderedHtml]:
    """Check and render a text, outside any transaction. Raises RuleBroken."""
    source = source.replace("\r\n", "\n").replace("\0", "").strip()
    if not source:
        raise RuleBroken("Write something first. To go back to what the site says by itself, copy it from there.")
    if len(source) > LONGEST:
        raise RuleBroken(f"That is {len(source):,} characters; {LONGEST:,} is the most.")
    return source, render(source).html


def write_text(name: TextName, source: str, html: RenderedHtml, *, by: Person) -> None:
    """Add a version of a text; earlier ones stay."""
    check_can_administer(by)
    audit.note("texts.written", by=by, text=name.value)
    db.session.add(SiteText(name=name.value, body=source, body_html=html, written_by_id=by.id))


def choose(wanted: Mapping[ChoiceName, str], *, by: Person) -> None:
    """Let these choices hold from now on. Raises RuleBroken for a value that a choice does not have."""
    check_can_administer(by)
    take_turn("choices", 0)
    queries.forget_choices()
    before = queries.choices()
    for name, value in wanted.items():
        clean = _clean_value(name, value)
        if clean != before[name]:
            _keep_choice(name, clean, by)
            audit.note("choices.changed", by=by, choice=name.value, before=before[name], now=clean)
    db.session.flush()
    queries.forget_choices()


def _clean_value(name: ChoiceName, value: str) -> str:
    options = CHOICES[name].options
    if not options:
        return " ".join(sorted({clean_domain(one) for one in value.replace(",", " ").split()}))
    if value not in options:
        raise RuleBroken("Choose one of the answers.")
    return value


def _keep_choice(name: ChoiceName, value: str, by: Person) -> None:
    row = db.session.get(SiteChoice, name.value)
    if row is None:
        row = SiteChoice(name=name.value)
        db.session.add(row)
    row.value, row.changed_at, row.changed_by_id = value, clock.now(), by.id
