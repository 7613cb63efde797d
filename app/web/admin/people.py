"""Finding one person, the employees, and what an admin sees of somebody: never a list of members."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.accounts import queries as accounts
from app.accounts.models import Source
from app.http import one_or_404, see_other, signed_in_person
from app.kernel.db import db, write
from app.kernel.errors import Refusal, RuleBroken
from app.kernel.paging import page_of
from app.people import audit, lookup, office, queries
from app.people.lookup import Found
from app.people.models import Person, Role
from app.people.second_factor import is_required_of
from app.web.admin.account_forms import AccountByHandForm, ContractorForm, LeadForm
from app.web.admin.door import admin_only
from app.web.admin.forms import FindForm, RoleForm
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_form

PAGE = 50
# The forms of a person's page that take words, by their names in the template.
COMPANY_FORMS = {"account_form": AccountByHandForm, "contractor_form": ContractorForm, "lead_form": LeadForm}

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/people")


@blueprint.get("")
@admin_only
def index() -> ResponseReturnValue:
    """The way to find somebody, and the employees."""
    return _index(FindForm(formdata=None))


@blueprint.post("/find")
@admin_only
def find() -> ResponseReturnValue:
    """Look for one person. A form, so that no address comes to stand in an address bar or a log."""
    form = FindForm()
    if not form.validate_on_submit():
        return _index(form, status=422)
    try:
        spend("look-ups")
        found = lookup.find(form.words.data or "")
        _note(found, form.words.data or "")
    except KEPT_IN_THE_FORM as refusal:
        return _index(form, refusal=refusal, status=refusal.status)
    if found.by != "name" and found.people:
        return see_other(url_for("admin_people.show", handle=found.people[0].handle))
    return _index(form, found=found)


@blueprint.get("/<handle>")
@admin_only
def show(handle: str) -> ResponseReturnValue:
    """What an admin needs to know of one person; the address stays covered."""
    return person_page(somebody(handle))


def somebody(handle: str) -> Person:
    """The person with this handle, whoever they are. Raises NotFound."""
    return one_or_404(queries.with_handle(handle))


def person_called(typed: str | None) -> Person:
    """The person whose handle was typed into a form. Raises RuleBroken where nobody has it."""
    handle = (typed or "").removeprefix("@")
    person = db.session.scalar(queries.with_handle(handle))
    if person is None:
        raise RuleBroken(f"Nobody has the handle @{handle[:40]}.")
    return person


def person_page(
    person: Person,
    *,
    address: str | None = None,
    typed: FlaskForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    """The page of one person. `address` only where it was asked for, and that was noted; `typed` is to be mended."""
    page = render_template(
        "admin/person.html",
        person=person,
        address=address,
        role_form=RoleForm(formdata=None),
        company_roles=office.roles_from_company(person),
        former=queries.former_handles_of(person),
        ways=lookup.ways_in(person),
        needs_factor=is_required_of(person),
        seen=lookup.last_weeks([person.id]).get(person.id),
        **{name: typed if isinstance(typed, kind) else kind(formdata=None) for name, kind in COMPANY_FORMS.items()},
        **_company(person),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)


def _company(person: Person) -> dict[str, Any]:
    """Where somebody belongs and why, or why nowhere; and for sales, what they look after and whom they lead."""
    membership = accounts.current_membership(person)
    in_sales = person.holds(Role.SALES)
    return {
        "membership": membership,
        "account": accounts.account_of(person),
        "by_hand": membership is not None and membership.source == Source.ADMIN,
        "apart": accounts.kept_apart(person),
        "in_sales": in_sales,
        "owned": accounts.owned_by(person) if in_sales else [],
        "leads": accounts.leads_of(person),
        "led": accounts.led_by(person),
    }


def _note(found: Found, words: str) -> None:
    """An address that was looked for is not written down; what it led to is."""
    about = found.people[0] if len(found.people) == 1 else None
    told = {} if found.by == "address" else {"words": words[:80]}
    with write():
        audit.note("people.looked_up", by=signed_in_person(), about=about, how=found.by, **told)


def _index(
    form: FindForm, *, found: Found | None = None, refusal: Refusal | None = None, status: int = 200
) -> Response:
    page = page_of(queries.employees(), by=[Person.id], after=request.args.get("after"), limit=PAGE, ascending=True)
    ids = [person.id for person in page.items]
    drawn = render_template(
        "admin/people.html",
        form=form,
        found=found,
        page=page,
        factors=lookup.with_second_factor(ids),
        weeks=lookup.last_weeks(ids),
        refusal=refusal.sentence if refusal else None,
    )
    return make_response(drawn, status)
