"""Mail domains that many share: of universities, and of those who sell connections. They stand for no company."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import actions, queries
from app.accounts.models import SharedDomain
from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken
from app.kernel.paging import page_of
from app.people import audit
from app.people.domains import clean_domain
from app.web.admin.account_forms import SharedDomainForm
from app.web.admin.door import admin_only
from app.web.people.proving import proof_needed
from app.web.ui.refusals import answer_form

PAGE = 100

blueprint = Blueprint("admin_shared_domains", __name__, url_prefix="/admin/accounts/shared-domains")


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """The domains, by their letters, and a form for one more."""
    return _page(SharedDomainForm(formdata=None))


@blueprint.post("")
@admin_only
@proof_needed
def add() -> ResponseReturnValue:
    """Let a domain stand for no company."""
    form = SharedDomainForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        with write():
            domain = clean_domain(form.domain.data or "")
            actions.add_shared_domain(domain, form.reason.data or "")
            audit.note("accounts.shared_domain_added", by=signed_in_person(), domain=domain)
    except RuleBroken as refusal:
        return _page(form, refusal)
    flash("Saved. Whoever has an address there belongs to no company by it, within a minute.", "good")
    return see_other(url_for("admin_shared_domains.index"))


@blueprint.post("/removal")
@admin_only
@proof_needed
def remove() -> ResponseReturnValue:
    """Let a domain stand for a company again, if an account has it."""
    domain = request.form.get("domain", "")[:253]
    try:
        with write():
            actions.remove_shared_domain(domain)
            audit.note("accounts.shared_domain_removed", by=signed_in_person(), domain=domain)
    except RuleBroken as refusal:
        return _page(SharedDomainForm(formdata=None), refusal)
    flash("Removed. If an account has this domain, its people belong to it within a minute.", "good")
    return see_other(url_for("admin_shared_domains.index"))


def _page(form: SharedDomainForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    after = request.args.get("after")
    page = page_of(queries.shared_domains(), by=[SharedDomain.domain], after=after, limit=PAGE, ascending=True)
    drawn = render_template(
        "admin/shared_domains.html", form=form, page=page, refusal=refusal.sentence if refusal else None
    )
    return answer_form(drawn, refusal, status)
