"""The directory: experts by topic or product, language, and whether they are here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from app.http import public_page
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Malformed
from app.kernel.paging import Page, page_of
from app.people.hours import Hours, hours_of
from app.people.languages import LANGUAGES, name_of
from app.people.models import Person
from app.reputation import directory
from app.reputation.directory import ORDERS, Wish
from app.reputation.expertise import best_topics, expertise_today, paces_of
from app.topics import queries as topics
from app.topics.models import Product, Tag
from app.web.ui.figures import Figures, figures

TOPICS_SHOWN = 3
EXPERTS_A_PAGE = 24
LONGEST_TOPIC = 80
LONGEST_INTEREST = 120
ALIKE_SHOWN = 5
ORDER_WORDS = {
    "knowledge": "Knows most about it",
    "now": "Answering now",
    "quickest": "Quickest to answer",
    "name": "Name",
}

blueprint = Blueprint("experts", __name__)


@dataclass(frozen=True)
class Sought:
    """What was asked for, as typed and as understood. `alike` are topics with names like one that does not exist."""

    words: str
    wish: Wish
    order: str
    alike: Sequence[str] = ()

    @property
    def is_unknown(self) -> bool:
        return bool(self.words) and self.wish.tag is None and self.wish.product is None


@dataclass(frozen=True)
class Row:
    """An expert in the directory. What they do not tell, or what nobody may be told, is empty."""

    person: Person
    topics: Sequence[str]
    pace: str
    expertise: float | None
    hours: Hours | None

    @property
    def interest(self) -> str:
        """What they do outside work, in one line."""
        line = shorten(self.person.interests, LONGEST_INTEREST, placeholder=" …")
        return line[:1].upper() + line[1:]

    @property
    def clock_there(self) -> str:
        """What the clock shows at their desk while they are usually at it; "" at other times."""
        now = clock.now()
        return f"{self.hours.clock(now):%H:%M}" if self.hours and self.hours.at(now) else ""


@blueprint.get("/experts")
@public_page
def index() -> ResponseReturnValue:
    shown = figures()
    sought = read_sought(shown)
    page, total = find(sought)
    return render_template(
        "experts/index.html",
        sought=sought,
        rows=rows_of(page.items, sought.wish.tag, shown),
        page=page,
        total=total,
        orders=possible_orders(sought.wish, shown),
        languages=languages(),
        team_pace=shown.team_pace(directory.paces_of_experts(sought.wish.tag)) if not sought.is_unknown else "",
    )


def read_sought(shown: Figures) -> Sought:
    """What the address asks for. Raises Malformed for an order or a language that does not exist."""
    words = " ".join(request.args.get("topic", "").split())[:LONGEST_TOPIC].replace("\0", "")
    language = request.args.get("language", "")
    if language and language not in LANGUAGES:
        raise Malformed("We do not know that language. Choose one from the list.")
    tag = topic_called(words)
    product = product_called(words) if tag is None else None
    wish = Wish(tag=tag, product=product, language=language, here="here" in request.args)
    orders = possible_orders(wish, shown)
    order = request.args.get("order") or next(iter(orders))
    if order not in ORDERS:
        raise Malformed("There is no such order. Choose one from the list.")
    alike = (
        [] if tag or product or not words else [one.name for one, _name in topics.tags_beginning(words, ALIKE_SHOWN)]
    )
    # An order that needs a topic, or figures that nobody may be shown, gives way to the first that does not.
    return Sought(words, wish, order if order in orders else next(iter(orders)), alike)


def possible_orders(wish: Wish, shown: Figures) -> Mapping[str, str]:
    """The orders one can choose, the usual one first. Some say of people what figures would say."""
    left_out = set() if shown.of_people else {"knowledge", "quickest"}
    if wish.tag is None and wish.product is None:
        left_out.add("knowledge")
    return {key: words for key, words in ORDER_WORDS.items() if key not in left_out}


def find(sought: Sought) -> tuple[Page[Person], int]:
    """A page of the experts who are sought, and how many there are."""
    if sought.is_unknown:
        return Page([], None), 0
    order = ORDERS[sought.order](sought.wish)
    after = request.args.get("after")
    page = page_of(order.rows, by=order.by, after=after, limit=EXPERTS_A_PAGE, ascending=order.ascending)
    return page, directory.count(order.rows)


def rows_of(people: Sequence[Person], tag: Tag | None, shown: Figures) -> list[Row]:
    """What the directory says of these experts, in a number of queries that does not depend on how many they are."""
    ids = [person.id for person in people]
    known, paces = best_topics(ids, TOPICS_SHOWN), paces_of(ids)
    weights = directory.expertise_on(tag, ids) if tag is not None and shown.of_people else {}
    return [
        Row(
            person=person,
            topics=known.get(person.id, []),
            pace=shown.pace(person, paces.get(person.id)),
            expertise=expertise_today(weights[person.id]) if person.id in weights else None,
            hours=hours_of(person) if not person.is_away else None,
        )
        for person in people
    ]


def topic_called(words: str) -> Tag | None:
    """The topic in public use that has this name or synonym."""
    name = words.lower().replace(" ", "-")
    if not name:
        return None
    return db.session.scalar(topics.tags_open_to(None).where(Tag.name == (topics.main_name_of(name) or name)))


def product_called(words: str) -> Product | None:
    """The product with this name, or with this in its address."""
    if not words:
        return None
    same = (func.lower(Product.name) == words.lower()) | (Product.slug == words.lower())
    return db.session.scalars(select(Product).where(same).order_by(Product.id)).first()


def languages() -> list[tuple[str, str]]:
    """The languages that experts speak, by code and by name, in the order of their names."""
    return sorted(((code, name_of(code)) for code in directory.languages_spoken()), key=lambda one: one[1])
