"""Looking after products: what they are, and how long each version is supported."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import RuleBroken
from app.topics import actions, queries, rules
from app.topics.models import Product
from app.web.topics.forms import ProductForm, read_versions, write_versions

blueprint = Blueprint("products", __name__)


@blueprint.get("/products/new")
@login_required
def new() -> ResponseReturnValue:
    rules.check_can_keep_products(signed_in_person())
    return render_form(ProductForm(formdata=None))


@blueprint.post("/products/new")
@login_required
def add() -> ResponseReturnValue:
    rules.check_can_keep_products(signed_in_person())
    form = ProductForm()
    if not form.validate_on_submit():
        return render_form(form), 422
    try:
        text = text_of(form)
        with write():
            product = actions.add_product(text, by=signed_in_person())
            address = url_for("topics.product", slug=product.slug)
    except RuleBroken as refusal:
        return render_form(form, refusal=refusal.sentence), refusal.status
    flash("Added. Questions can be about it now.", "good")
    return see_other(address)


@blueprint.get("/products/<slug>/edit")
@login_required
def edit(slug: str) -> ResponseReturnValue:
    product = editable(slug)
    versions = write_versions(queries.versions_of(product))
    fields = {"name": product.name, "vendor": product.vendor, "description": product.description}
    return render_form(ProductForm(formdata=None, versions=versions, **fields), product=product)


@blueprint.post("/products/<slug>/edit")
@login_required
def save(slug: str) -> ResponseReturnValue:
    product, form = editable(slug), ProductForm()
    if not form.validate_on_submit():
        return render_form(form, product=product), 422
    try:
        text = text_of(form)
        with write():
            actions.edit_product(editable(slug), text, by=signed_in_person())
    except RuleBroken as refusal:
        return render_form(form, product=editable(slug), refusal=refusal.sentence), refusal.status
    flash("Saved. This is what the product's page says now.", "good")
    return see_other(url_for("topics.product", slug=slug))


def editable(slug: str) -> Product:
    """A product that the reader may change. Raises NotFound and NotAllowed."""
    product = one_or_404(queries.product_with_slug(slug))
    rules.check_can_keep_products(signed_in_person())
    return product


def text_of(form: ProductForm) -> actions.ProductText:
    """What was typed. Raises RuleBroken for a day that is none."""
    return actions.ProductText(
        name=form.name.data or "",
        vendor=form.vendor.data or "",
        description=form.description.data or "",
        versions=read_versions(form.versions.data),
    )


def render_form(form: ProductForm, *, product: Product | None = None, refusal: str = "") -> str:
    return render_template("topics/edit_product.html", form=form, product=product, refusal=refusal)
