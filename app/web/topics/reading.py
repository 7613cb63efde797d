"""Topics and products as readers meet them: what they are, who looks after them, and the questions about them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.http import one_or_404, public_page, viewer
from app.kernel import clock
from app.kernel.errors import NotFound
from app.people.models import Person
from app.questions import queries
from app.questions.tagging import tags_met_by
from app.reputation.directory import on_product
from app.reputation.expertise import experts_on
from app.topics import queries as topics
from app.topics import rules
from app.topics.models import Tag
from app.web.questions.lists import render_list
from app.web.ui.figures import figures

blueprint = Blueprint("topics", __name__)

TAGS_SHOWN = 200
ANSWERERS_SHOWN = 6


@blueprint.get("/tags")
@public_page
def index() -> ResponseReturnValue:
    return render_template("topics/index.html", tags=topics.popular_tags(limit=TAGS_SHOWN))


@blueprint.get("/tags/<name>")
@public_page
def show(name: str) -> ResponseReturnValue:
    main = topics.main_name_of(name)
    if main is not None:
        # Another name must not give away one that the reader may not meet.
        tag_or_404(main)
        return redirect(url_for("topics.show", name=main), code=301)
    tag = tag_or_404(name)
    parent, parts = topics.relatives_of(tag)
    if parent is not None and not is_open(parent):
        parent = None
    stewards = topics.stewards_of([tag.id]).get(tag.id, [])
    return render_list(
        "topics/show.html",
        queries.tagged(tag),
        tag=tag,
        synonyms=topics.synonyms_of(tag),
        parent=parent,
        parts=parts,
        stewards=stewards,
        answerers=answerers_on(tag),
        can_edit=may_edit(stewards),
    )


@blueprint.get("/products")
@public_page
def products() -> ResponseReturnValue:
    return render_template(
        "topics/products.html", products=topics.all_products(), can_edit=rules.keeps_topics(viewer())
    )


@blueprint.get("/products/<slug>")
@public_page
def product(slug: str) -> ResponseReturnValue:
    found = one_or_404(topics.product_with_slug(slug))
    return render_list(
        "topics/product.html",
        queries.about(found),
        product=found,
        versions=topics.versions_of(found),
        answerers=on_product(found, ANSWERERS_SHOWN),
        today=clock.now().date(),
        can_edit=rules.keeps_topics(viewer()),
    )


def tag_or_404(name: str) -> Tag:
    """The tag called `name` that has a page for the reader. Raises NotFound."""
    return one_or_404(tags_met_by(viewer()), name=name.lower())


def answerers_on(tag: Tag) -> list[Person]:
    """The experts on a topic, who knows most first; by name where the order must not tell that."""
    found = [known.person for known in experts_on(tag, ANSWERERS_SHOWN)]
    return found if figures().of_people else sorted(found, key=lambda person: person.name.lower())


def is_open(tag: Tag) -> bool:
    """True where the reader may meet the name of this tag."""
    try:
        return tag_or_404(tag.name) is not None
    except NotFound:
        return False


def may_edit(stewards: Sequence[Person]) -> bool:
    """True for whoever looks after the topic."""
    person = viewer()
    return rules.keeps_topics(person) or (person is not None and person.id in {steward.id for steward in stewards})
