"""Asking a company, while somebody's session lasts, whether they are still there."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import actions as accounts
from app.config import Issuer
from app.kernel.db import is_writing, write
from app.kernel.errors import Busy
from app.kernel.settings import settings
from app.people import identities
from app.people.issuers import Answer, Unreachable, Verdict, claims, provider_of
from app.people.models import Identity, Person

log = structlog.get_logger(__name__)


def is_still_there(person: Person, identity_id: int) -> bool:
    """False once a session that rests on this company sign-in is over; asks the provider when it is time to.

    Whoever asks it waits for it, for seconds at most; everybody else goes on meanwhile. Opens transactions of its own.
    """
    identity = identities.with_id(identity_id)
    if identity is None or identity.person_id != person.id or identity.ended_at is not None:
        return False
    issuer = identities.issuer_of(identity)
    if issuer is None:
        return False
    if not identities.is_due(identity) or is_writing():
        return True
    try:
        return _check(person, identity, issuer)
    except (Busy, SQLAlchemyError):
        # The next request asks again; a page is not refused because the database has much to do.
        log.warning("a company sign-in was not checked", issuer=issuer.name)
        return True


def _check(person: Person, identity: Identity, issuer: Issuer) -> bool:
    number, subject, seen, kept = identity.id, identity.subject, identity.checked_at, identities.open_tokens(identity)
    with write():
        is_mine = identities.begin_check(number, seen)
    if not is_mine:
        return True
    try:
        answer = provider_of(issuer).ask(subject, kept)
    except Unreachable as error:
        log.warning("a company sign-in did not answer", issuer=issuer.name, why=str(error))
        with write():
            return identities.note_silence(identity)
    with write():
        return _note(answer, identity, person, issuer)


def _note(answer: Answer, identity: Identity, person: Person, issuer: Issuer) -> bool:
    if answer.verdict is Verdict.OVER:
        identities.end_sessions(identity)
        return False
    if answer.verdict is Verdict.GONE:
        identities.note_gone(identity, person)
    else:
        identities.note_here(identity, answer.tokens or {})
        if answer.claims is not None:
            identities.settle_roles(identity, person, claims.roles_in(answer.claims, issuer))
    accounts.map_by_address(person, company_domains=settings().company_domains)
    return answer.verdict is Verdict.HERE
