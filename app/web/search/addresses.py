"""Addresses of searches: whatever one sees is in the address, so it can be shared, kept and followed."""

from __future__ import annotations

from urllib.parse import urlencode

from app.search.language import Query

BY_ITSELF = "relevance"
"""The order that an address need not name."""


def address_of(query: Query | str, sort: str = BY_ITSELF, page: int = 1) -> str:
    """The page of a search."""
    words = {"q": str(query)}
    if sort != BY_ITSELF:
        words["sort"] = sort
    if page > 1:
        words["page"] = str(page)
    return f"/search?{urlencode(words)}"


def feed_of(query: Query | str) -> str:
    """The feed of a search, in Atom."""
    return f"/search.atom?{urlencode({'q': str(query)})}"
