"""Changing the operator's texts."""

from __future__ import annotations

from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.text import RenderedHtml, render
from app.people.models import Person
from app.people.rules import check_can_administer
from app.site.models import SiteText
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
    db.session.add(SiteText(name=name.value, body=source, body_html=html, written_by_id=by.id))
