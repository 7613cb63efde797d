"""Addresses on the search page are read as the searches that they promise."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.facets import Choice, Facet
from app.search.language import Day, Fact, Query, Term, parse
from app.search.queries import Results
from app.web.search.page import ORDERS, SearchPage
from app.web.search.ways_on import asking

pytestmark = pytest.mark.pure

SORTED = [sort for sort, _words in ORDERS]
TERMS = [
    "replication",
    "C:/pool",
    "c++",
    '"commit barrier"',
    "-tape",
    '-"two words"',
    "tag:networking",
    "-tag:storage",
    'product:"halyard 400"',
    "author:@sanfox",
    "is:solved",
    "is:expert",
    "type:answer",
    "after:2026-01-31",
    "before:2026-12-31",
    "http://a.example/?q=1&b=2#c",
]
CHOICES = [
    Fact("tag", "networking"),
    Fact("is", "solved"),
    Fact("product", "halyard 400"),
    Day("after", date(2026, 1, 31)),
]


@given(terms=st.lists(st.sampled_from(TERMS), min_size=1, max_size=6, unique=True), sort=st.sampled_from(SORTED))
def test_every_address_is_read_as_the_query_that_it_promises(terms, sort):
    query = parse(" ".join(terms))
    shown = SearchPage("", Results(query=query), sort)

    for address, _words, _is_current in shown.orders():
        assert same(read(address), query)
    assert same(read(shown.feed), query) if query.wanted else shown.feed == ""
    for term, link in zip([*filter(is_filter, query.wanted), *query.unwanted], shown.chosen, strict=True):
        assert same(read(link.address), query.without_term(term))
    choices = [Choice(terms=(term,), words="", count=1, is_chosen=query.has_term(term)) for term in CHOICES]
    for choice, link in zip(choices, shown.narrowings(Facet(kind="tag", name="", choices=choices)), strict=True):
        assert query.has_term(choice.terms[0]) != read(link.address).has_term(choice.terms[0])


@given(st.text(max_size=80))
def test_whatever_is_typed_the_addresses_are_read_as_what_was_understood(typed):
    query = parse(typed)
    shown = SearchPage(typed, Results(query=query), "relevance")

    assert same(read(shown.address), query)
    assert "\n" not in asking(query)


def read(address: str) -> Query:
    """The search that an address stands for."""
    return parse(parse_qs(urlsplit(address).query, keep_blank_values=True)["q"][0])


def same(one: Query, other: Query) -> bool:
    return (one.wanted, one.unwanted) == (other.wanted, other.unwanted)


def is_filter(term: Term) -> bool:
    return isinstance(term, Fact | Day)
