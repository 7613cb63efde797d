"""What the found questions have in common, with how many each: choices that narrow a search.

Counts are of what every reader of these questions may read: an answer that was deleted counts for nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select, union

from app.kernel.db import db
from app.people.models import Person, Role
from app.questions.models import Answer, InvolvedProduct, Question, question_tags
from app.search.filters import meaning
from app.search.language import Day, Fact, Query, Term
from app.topics.models import Product, Tag

_questions = Question.__table__

MOST_CHOICES = 8
"""Choices of one kind, those of most questions; years are the last ones."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to narrow a search: `count` of the found questions meet all `terms`.

    `words` is what the reader sees. A year has two terms, its first and its last day; all others have one.
    """

    terms: tuple[Term, ...]
    words: str
    count: int
    is_chosen: bool = False

    def toggled(self, query: Query) -> Query:
        """`query` narrowed by this choice; where it is chosen already, `query` without it."""
        for term in self.terms:
            query = query.without_term(term) if self.is_chosen else query.with_term(term)
        return query


@dataclass(frozen=True, kw_only=True)
class Facet:
    """Choices of one kind ("type", "state", "tag", "product", "expert", "year") under the `name` that readers see."""

    kind: str
    name: str
    choices: list[Choice] = field(default_factory=list)


TYPES = (("question", "Questions"), ("answer", "With an answer"))
STATES = (("solved", "Solved"), ("expert", "Answered by an expert"), ("unanswered", "Waiting for an answer"))


def facets_of(ids: Sequence[int], query: Query) -> list[Facet]:
    """The choices among these questions, which the reader may all see; kinds without any choice are left out.

    One query a kind, and none where there is no question.
    """
    if not ids:
        return []
    facets = [
        Facet(kind="type", name="Kind", choices=_flags(ids, query, "type", TYPES)),
        Facet(kind="state", name="State", choices=_flags(ids, query, "is", STATES)),
        Facet(kind="tag", name="Topic", choices=_tags(ids, query)),
        Facet(kind="product", name="Product", choices=_products(ids, query)),
        Facet(kind="expert", name="Expert", choices=_experts(ids, query)),
        Facet(kind="year", name="Year", choices=_years(ids, query)),
    ]
    return [facet for facet in facets if facet.choices]


def _flags(ids: Sequence[int], query: Query, kind: str, names: Sequence[tuple[str, str]]) -> list[Choice]:
    """What a thread is or is not."""
    facts = [Fact(kind, value) for value, _ in names]
    counts = [func.count(Question.id).filter(meaning(fact)) for fact in facts]
    found = db.session.execute(select(*counts).where(Question.id.in_(ids))).one()
    choices = (_choice(query, fact, words, count) for fact, (_, words), count in zip(facts, names, found, strict=True))
    return [choice for choice in choices if choice.count]


def _tags(ids: Sequence[int], query: Query) -> list[Choice]:
    count = func.count().label("count")
    rows = (
        select(Tag.name, count)
        .join(question_tags, question_tags.c.tag_id == Tag.id)
        .where(question_tags.c.question_id.in_(ids))
        .group_by(Tag.name)
        .order_by(Tag.name.in_(_keys(query, "tag")).desc(), count.desc(), Tag.name)
    )
    found = db.session.execute(rows.limit(MOST_CHOICES))
    return [_choice(query, Fact("tag", name, name), name, number) for name, number in found]


def _products(ids: Sequence[int], query: Query) -> list[Choice]:
    """The products that the questions are about, and those that play a part in them."""
    own = select(_questions.c.id.label("question_id"), _questions.c.product_id)
    others = select(InvolvedProduct.question_id, InvolvedProduct.product_id)
    about = union(own.where(_questions.c.id.in_(ids)), others.where(InvolvedProduct.question_id.in_(ids))).subquery()
    count = func.count().label("count")
    rows = (
        select(Product.slug, Product.name, count)
        .join(about, about.c.product_id == Product.id)
        .group_by(Product.slug, Product.name)
        .order_by(Product.slug.in_(_keys(query, "product")).desc(), count.desc(), Product.name)
    )
    found = db.session.execute(rows.limit(MOST_CHOICES))
    return [_choice(query, Fact("product", slug, slug), name, number) for slug, name, number in found]


def _experts(ids: Sequence[int], query: Query) -> list[Choice]:
    """Who answered as an expert and still has a page under their name."""
    count = func.count(Answer.question_id.distinct()).label("count")
    chosen = [int(key) for key in _keys(query, "author")]
    rows = (
        select(Person.id, Person.handle, Person.name, count)
        .join(Answer, Answer.author_id == Person.id)
        .where(Answer.question_id.in_(ids), Answer.deleted_at.is_(None), Answer.author_role == Role.EXPERT)
        .where(Person.active, Person.confirmed_at.is_not(None) | Person.email.is_(None))
        .group_by(Person.id, Person.handle, Person.name)
        .order_by(Person.id.in_(chosen).desc(), count.desc(), Person.name, Person.id)
    )
    found = db.session.execute(rows.limit(MOST_CHOICES))
    return [
        _choice(query, Fact("author", f"@{handle.lower()}", str(person_id)), name, number)
        for person_id, handle, name, number in found
    ]


def _years(ids: Sequence[int], query: Query) -> list[Choice]:
    """The years in UTC in which they were asked, the last one first."""
    moments = db.session.scalars(select(_questions.c.asked_at).where(_questions.c.id.in_(ids)))
    counts = Counter(moment.year for moment in moments)
    years = sorted(counts, reverse=True)[:MOST_CHOICES]
    return [
        Choice(
            terms=(first := Day("after", date(year, 1, 1)), last := Day("before", date(year, 12, 31))),
            words=str(year),
            count=counts[year],
            is_chosen={first, last} <= set(query.wanted),
        )
        for year in years
    ]


def _choice(query: Query, fact: Fact, words: str, count: int) -> Choice:
    """A choice; one that is taken already has the term as it stands in the query."""
    own = next((term for term in query.facts if term.token == fact.token), None)
    return Choice(terms=(own or fact,), words=words, count=count, is_chosen=own is not None)


def _keys(query: Query, kind: str) -> list[str]:
    """What the query asks for already of one kind."""
    return [fact.key for fact in query.facts if fact.kind == kind and fact.key]
