"""Tables of the operator's own texts and choices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.kernel.text import RenderedHtml, RenderedHtmlColumn
from app.people.models import Erasure, Person, person_key


class SiteText(Model):
    """One version of one of the operator's texts; the newest counts, the older ones stay."""

    __tablename__ = "site_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[RenderedHtml] = mapped_column(RenderedHtmlColumn)
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    written_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)

    written_by: Mapped[Person | None] = relationship(lazy="raise")


class SiteChoice(Model):
    """One of the operator's choices that an admin changes on a page; app.site.choices knows them all."""

    __tablename__ = "site_choices"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
