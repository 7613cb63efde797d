"""What a search needs to know before an engine is asked: who is called so, which topic and product is meant.

Nothing here tells of a topic that the viewer may not meet: to them it is one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import func, or_, select

from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people import queries as people
from app.people.models import Person
from app.questions.tagging import tags_met_by
from app.search.language import Fact, Query, Term, Word
from app.search.synonyms import alternatives
from app.topics.models import Product, Tag, TagSynonym
from app.topics.rules import LONGEST_TAG, slug_of

EDGES = ".,;:!?()[]{}<>'`*_"
UNKNOWN = {
    "tag": "There is no topic {}.",
    "author": "Nobody here goes by {}.",
    "product": "There is no product {}.",
}
"""Said of a fact that nothing is called by, in the same words whether it does not exist or may not be met."""


def look_up(query: Query, viewer: Person | None) -> Query:
    """The query with the keys of its facts, and with other words for its words; at most four database queries.

    What nobody is called gets no key and a remark: such a fact finds nothing.
    """
    known = _Known(
        topics=_topics([*_values(query, "tag"), *(_bare(word) for word in query.words)], viewer),
        people=people.ids_by_handle_ever([value.removeprefix("@") for value in _values(query, "author")]),
        products=_products(_values(query, "product")),
    )
    remarks = [known.remark(term) for term in (*query.wanted, *query.unwanted) if isinstance(term, Fact)]
    return replace(
        query,
        wanted=tuple(known.fill(term) for term in query.wanted),
        unwanted=tuple(known.with_key(term) if isinstance(term, Fact) else term for term in query.unwanted),
        remarks=tuple(dict.fromkeys((*query.remarks, *filter(None, remarks)))),
    )


@dataclass(frozen=True)
class _Known:
    """What the database says: topics by each of their names, numbers of people by handle, slugs by what was typed."""

    topics: Mapping[str, _Topic]
    people: Mapping[str, int]
    products: Mapping[str, str]

    def fill(self, term: Term) -> Term:
        """The term with what was found for it. Only what is looked for gets other words, not what is left out."""
        match term:
            case Fact():
                return self.with_key(term)
            case Word(text):
                topic = self.topics.get(_bare(term))
                return replace(term, also=alternatives(text, topic.names if topic else ()))
        return term

    def with_key(self, fact: Fact) -> Fact:
        return replace(fact, key=self._key(fact))

    def remark(self, fact: Fact) -> str:
        """A sentence where nothing is called so, else an empty one."""
        return UNKNOWN[fact.kind].format(fact.value) if fact.kind in UNKNOWN and not self._key(fact) else ""

    def _key(self, fact: Fact) -> str:
        match fact.kind:
            case "tag":
                topic = self.topics.get(fact.value)
                return topic.names[0] if topic else ""
            case "author":
                return str(self.people.get(fact.value.removeprefix("@"), ""))
            case "product":
                return self.products.get(fact.value, "")
        return ""


@dataclass(frozen=True)
class _Topic:
    """A topic by its names: its own, and then the others by the alphabet."""

    names: list[str] = field(default_factory=list)


def _topics(names: Iterable[str], viewer: Person | None) -> dict[str, _Topic]:
    """The topics that have one of these names and that `viewer` may meet, by every name that they have."""
    asked = {name for name in names if len(name) <= LONGEST_TAG and name.isascii()}
    if not asked:
        return {}
    synonym = select(TagSynonym.tag_id).where(TagSynonym.name.in_(asked))
    rows = (
        tags_met_by(viewer)
        .where(or_(Tag.name.in_(asked), Tag.id.in_(synonym)))
        .outerjoin(TagSynonym, TagSynonym.tag_id == Tag.id)
        .with_only_columns(Tag.name, TagSynonym.name)
        .order_by(Tag.name, TagSynonym.name)
    )
    found: dict[str, _Topic] = {}
    for own, other in db.session.execute(rows):
        topic = found.setdefault(own, _Topic([own]))
        if other is not None:
            topic.names.append(other)
            found[other] = topic
    return found


def _products(typed: Iterable[str]) -> dict[str, str]:
    """The slugs of the products that are called so: by their slug or their name, in whatever capitals."""
    slugs = {value: _slug(value) for value in typed}
    if not slugs:
        return {}
    is_meant = or_(Product.slug.in_(slugs.values()), func.lower(Product.name).in_(slugs))
    found: dict[str, str] = {}
    for slug, name in db.session.execute(select(Product.slug, Product.name).where(is_meant)):
        found |= {slug: slug, name.lower(): slug}
    return {value: found.get(value) or found[slug] for value, slug in slugs.items() if {value, slug} & found.keys()}


def _slug(value: str) -> str:
    try:
        return slug_of(value)
    except RuleBroken:
        return value


def _values(query: Query, kind: str) -> list[str]:
    """What was typed after one operator, wanted or not."""
    return [term.value for term in (*query.wanted, *query.unwanted) if isinstance(term, Fact) and term.kind == kind]


def _bare(word: Word) -> str:
    """The word as the name of a topic would be written."""
    return word.text.strip(EDGES).lower()
