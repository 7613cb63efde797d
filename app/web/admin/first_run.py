"""A site without an admin: whoever runs it makes one, and shows by a code from its disk that it is theirs."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import see_other
from app.kernel.db import write
from app.kernel.errors import NotFound, Refusal, RuleBroken
from app.kernel.settings import settings
from app.people import actions, queries
from app.people.actions import NewPerson
from app.people.first_run import FILE, first_run_code, forget_first_run_code, is_first_run_code
from app.people.models import Person, Role
from app.web.people import wiring
from app.web.people.forms import FirstAdminForm
from app.web.people.joining import prepare_person, take_address
from app.web.security.limits import spend
from app.web.ui.refusals import answer_form

WRONG_CODE = "That is not the code. It stands in the file on the machine that runs this site."

blueprint = Blueprint("first_run", __name__)


@blueprint.get("/admin/first-run")
def ask() -> ResponseReturnValue:
    """The form, while there is no admin."""
    _check_no_admin()
    first_run_code(settings().instance)
    return _page(FirstAdminForm())


@blueprint.post("/admin/first-run")
def make_admin() -> ResponseReturnValue:
    """Make the first admin and sign them in. Their address counts as confirmed: mail may not work yet."""
    _check_no_admin()
    form = FirstAdminForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        spend("codes")
        if not is_first_run_code(form.code.data or "", settings().instance):
            raise RuleBroken(WRONG_CODE)
        new = prepare_person(form, is_staff=True)
        with write():
            _check_no_admin()
            person = _add_admin(new)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(form, refusal)
    forget_first_run_code(settings().instance)
    next_page = wiring.enter(person, way="first run", wanted="/admin")
    flash("You are the admin now. The texts of the site are the next thing to look at.", "good")
    return see_other(next_page)


def _check_no_admin() -> None:
    if queries.has_admin():
        raise NotFound


def _add_admin(new: NewPerson) -> Person:
    person = actions.add_person(new, brands=settings().brand_names)
    actions.grant_role(person, Role.ADMIN)
    take_address(person)
    return person


def _page(form: FirstAdminForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "admin/first_run.html",
        form=form,
        file=settings().instance / FILE,
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
