"""Reading the operator's texts and choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.kernel.db import db
from app.kernel.settings import settings
from app.kernel.text import RenderedHtml, render
from app.site.choices import CHOICES, Boards, ChoiceName, Privileges, SignUpRule, Statistics
from app.site.models import SiteChoice, SiteText
from app.site.texts import TextName, default_text

# Where the session keeps the choices it read, beside the transaction it read them in.
_KNOWN = "site.choices"


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


def versions_of(name: TextName) -> Select[SiteText]:
    """The versions of a text that the operator wrote, the newest first, with who wrote each."""
    rows = select(SiteText).where(SiteText.name == name.value).options(joinedload(SiteText.written_by))
    return rows.order_by(SiteText.id.desc())


def newest_versions() -> dict[str, SiteText]:
    """The version that holds of each text that the operator wrote, by the text's name."""
    newest = select(func.max(SiteText.id)).group_by(SiteText.name)
    rows = select(SiteText).where(SiteText.id.in_(newest)).options(joinedload(SiteText.written_by))
    return {text.name: text for text in db.session.scalars(rows)}


@lru_cache(maxsize=16)
def _rendered(source: str) -> RenderedHtml:
    return render(source).html


def choices() -> Mapping[ChoiceName, str]:
    """What holds of each choice: what an admin chose, or what holds until somebody does.

    Asks the database once in a transaction, however often it is called.
    """
    session = db.session()
    transaction, known = session.info.get(_KNOWN, (None, None))
    if known is not None and transaction is session.get_transaction():
        return known
    chosen = dict(session.execute(select(SiteChoice.name, SiteChoice.value)).all())
    found = {name: chosen.get(name.value, choice.default) for name, choice in CHOICES.items()}
    session.info[_KNOWN] = (session.get_transaction(), found)
    return found


def forget_choices() -> None:
    """Let the next question read them anew, after one was changed in the same transaction."""
    db.session.info.pop(_KNOWN, None)


def personal_statistics() -> Statistics:
    """How far numbers about answering may go down to one person."""
    return Statistics(choices()[ChoiceName.PERSONAL_STATISTICS])


def has_boards() -> bool:
    """True where those who earned most have a page: figures about single people are shown, and boards are wanted."""
    held = choices()
    shown = held[ChoiceName.PERSONAL_STATISTICS] == Statistics.PERSON
    return shown and held[ChoiceName.BOARDS] == Boards.ON


def privileges() -> Privileges:
    """How much reputation some deeds need."""
    return Privileges(choices()[ChoiceName.PRIVILEGES])


def sign_up_rule() -> SignUpRule:
    """Who may join."""
    return SignUpRule(choices()[ChoiceName.SIGN_UP_RULE])


def sign_up_domains() -> tuple[str, ...]:
    """The mail domains (A-labels in lower case) whose addresses may join where the rule is SignUpRule.DOMAINS."""
    return tuple(choices()[ChoiceName.SIGN_UP_DOMAINS].split())
