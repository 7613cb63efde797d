"""Mail domains that an admin knows to belong to many: of universities, and of those who sell connections."""

from __future__ import annotations

from app.accounts.mapping import clean_reason, follow_at_once
from app.accounts.models import SharedDomain
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.turns import take_turn
from app.people.domains import clean_domain


def add_shared_domain(domain: str, reason: str) -> int:
    """Let `domain`, and what is below it, stand for no company; returns how many people were asked at once.

    Raises RuleBroken without a reason, and for what is no mail domain. An account keeps the domain, and nobody belongs
    by it for as long as it is shared.
    """
    plain, reason = clean_domain(domain), clean_reason(reason)
    take_turn("shared domains", 0)
    known = db.session.get(SharedDomain, plain)
    if known is not None:
        known.reason = reason
        return 0
    db.session.add(SharedDomain(domain=plain, reason=reason))
    return follow_at_once(plain)


def remove_shared_domain(domain: str) -> int:
    """Let `domain` stand for a company again where an account has it; returns how many people were asked at once."""
    known = db.session.get(SharedDomain, domain)
    if known is None:
        raise RuleBroken(f"{domain[:80]} is not among the shared domains.")
    db.session.delete(known)
    return follow_at_once(domain)
