"""Reading the operator's texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.settings import settings
from app.kernel.text import RenderedHtml, render
from app.site.models import SiteText
from app.site.texts import TextName, default_text


@dataclass(frozen=True)
class Text:
    """A text as it stands. `written_at` is None for one that the operator has not written yet."""

    source: str
    html: RenderedHtml
    written_at: datetime | None


def current_text(name: TextName) -> Text:
    """The newest version, or what the site says by itself."""
    rows = select(SiteText).where(SiteText.name == name.value).order_by(SiteText.id.desc()).limit(1)
    written = db.session.scalar(rows)
    if written is not None:
        return Text(written.body, written.body_html, written.written_at)
    own = settings()
    source = default_text(name, site=own.site_name, company=own.company_name, contact=own.mail_from)
    return Text(source, _rendered(source), None)


@lru_cache(maxsize=16)
def _rendered(source: str) -> RenderedHtml:
    return render(source).html
