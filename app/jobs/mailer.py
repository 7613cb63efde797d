"""Sending letters: each is leased, composed with fresh links, sent outside any transaction, and marked."""

from __future__ import annotations

import hashlib
import hmac

import structlog
from flask import render_template
from sqlalchemy import select

from app.jobs.meeting_wording import MEETING_WORDS
from app.jobs.wording import WORDS
from app.kernel import mail
from app.kernel.db import db, write
from app.kernel.mail import Mail, MailRefused, MailServerDown
from app.kernel.settings import settings
from app.people import letters
from app.people.addresses import open_address
from app.people.letters import Leased
from app.people.models import Person, PersonRole, Role

# For hosts who have not said what they do.
TITLES: dict[str, str] = {Role.STEWARD.value: "Community steward", Role.ADMIN.value: "Site administrator"}

WORDING = {**WORDS, **MEETING_WORDS}

log = structlog.get_logger(__name__)


def send_due_letters() -> int:
    """Send what is due; returns how many letters were dealt with. Raises MailServerDown at the first that cannot go."""
    sent = 0
    while letters.is_any_due():
        with write():
            leased = letters.lease()
        if leased is None:
            break
        _send(leased)
        sent += 1
    db.session.rollback()
    return sent


def _greeted(person: Person) -> str:
    """The first name; none where a mail program could make a link of it. Anybody may type one for anybody's address."""
    return "" if "." in person.first_name.rstrip(".") else person.first_name


def compose(leased: Leased) -> Mail | None:
    """The mail for a letter, with links that are made now and good for 30 minutes.

    None for one that would tell its reader something that is not true, or not theirs to know, any more.
    """
    own = settings()
    words = WORDING[leased.kind](leased)
    if words is None:
        return None
    host = _host()
    context = {
        "words": words,
        "first_name": _greeted(leased.person),
        "link": own.base_url + words.path,
        "signature": _signature(host) if host else (),
    }
    return Mail(
        message_id=_message_id(leased.id),
        sender=own.mail_from,
        sender_name=f"{host.name} via {own.site_name}" if host else own.site_name,
        recipient=open_address(leased.address),
        recipient_name=leased.person.name,
        subject=words.subject,
        text=render_template("mail/letter.txt", **context),
        html=render_template("mail/letter.html", **context),
        calendar=words.calendar,
    )


def _send(leased: Leased) -> None:
    """Send one letter, and mark what became of it. Raises MailServerDown: there is no use in trying others now."""
    composed = compose(leased)
    db.session.rollback()
    if composed is None:
        with write():
            letters.drop(leased.id)
        return
    try:
        mail.send(composed, settings().mail_url)
    except MailServerDown as error:
        with write():
            letters.mark_failed(leased.id, str(error))
        raise
    except MailRefused as error:
        log.warning("a letter was refused", letter=leased.id, error=str(error))
        with write():
            letters.mark_failed(leased.id, str(error), for_good=True)
        return
    with write():
        letters.mark_sent(leased.id)


def _host() -> Person | None:
    """In whose name the site writes: the steward, or admin, who has been here longest."""
    for role in (Role.STEWARD, Role.ADMIN):
        held = select(PersonRole.person_id).where(PersonRole.role == role)
        person = db.session.scalar(
            select(Person).where(Person.id.in_(held), Person.active).order_by(Person.id).limit(1)
        )
        if person is not None:
            return person
    return None


def _signature(host: Person) -> tuple[str, str]:
    """Name, and what they do at the company."""
    title = host.job_title or TITLES.get(host.shown_role, TITLES[Role.STEWARD])
    return host.name, f"{title}, {settings().company_name}"


def _message_id(letter_id: int) -> str:
    """The same each time the letter is sent, so that a mail program shows a repeated one once."""
    own = settings()
    mark = hmac.new(own.secret_key.encode(), f"letter {letter_id} {own.base_url}".encode(), hashlib.sha256)
    return f"<letter-{letter_id}.{mark.hexdigest()[:16]}@{own.mail_from.rpartition('@')[2]}>"
