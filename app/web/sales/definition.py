"""What we call a lead: the version in force, proposals and signatures, and what marketing checks."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, see_other, signed_in_person, write_once
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, Refusal
from app.outcomes import definitions
from app.outcomes.models import Side
from app.people.models import Person, Role
from app.web.sales import door
from app.web.sales.checks import items_of, lines_of, lines_sent, ticked
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

blueprint = Blueprint("definition", __name__, url_prefix="/sales/definition")

CHECKED_AT_ONCE = 50


def who_defines() -> Person:
    """Sales through the door of reports, or whoever signs for marketing. Raises NotAllowed for others."""
    person = signed_in_person()
    if definitions.is_signer(person) and not person.holds(Role.SALES):
        return person
    return door.reader_of_reports()


def who_checks() -> Person:
    """Whoever signs for marketing. Raises NotAllowed for others."""
    person = signed_in_person()
    if not definitions.is_signer(person):
        raise NotAllowed("Only whom an admin named for it checks for marketing.")
    return person


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """The version in force, what is proposed, and every version before."""
    who_defines()
    return _page()


@blueprint.post("/proposal")
@login_required
def propose() -> ResponseReturnValue:
    """Propose a version."""
    who_defines()
    lines, why = lines_sent(request.form), request.form.get("why", "")
    try:
        with write_once() as once:
            if not once.made:
                definitions.propose(lines, why, by=signed_in_person())
            once.made = url_for("definition.show")
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_page(refusal, lines=lines, why=why), refusal)
    return _done("Proposed. It holds once one of sales and one of marketing have signed it.")


@blueprint.post("/<int:version_id>/signature")
@login_required
def sign(version_id: int) -> ResponseReturnValue:
    """Sign for sales, or for marketing."""
    who_defines()
    side = Side.MARKETING if request.form.get("side") == Side.MARKETING else Side.SALES
    try:
        with write():
            signed = definitions.sign(version_id, side, by=signed_in_person())
            holds = signed.in_force_at is not None
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_page(refusal), refusal)
    return _done("Signed. Both sides have: it holds from now on." if holds else "Signed. The other side comes next.")


@blueprint.post("/<int:version_id>/withdrawal")
@login_required
def withdraw(version_id: int) -> ResponseReturnValue:
    """Take a proposal back."""
    who_defines()
    try:
        with write():
            definitions.withdraw(version_id, by=signed_in_person())
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_page(refusal), refusal)
    return _done("Withdrawn. It stays in the history.")


@blueprint.get("/checks")
@login_required
def checks() -> ResponseReturnValue:
    """What sales has checked, for marketing to check."""
    who_checks()
    return _checks_page()


@blueprint.post("/checks/<int:opportunity_id>")
@login_required
def check(opportunity_id: int) -> ResponseReturnValue:
    """Say for marketing which items hold."""
    who_checks()
    try:
        with write():
            opportunity = one_or_404(definitions.for_marketing(), id=opportunity_id)
            definitions.check(opportunity, ticked(request.form), Side.MARKETING, by=signed_in_person())
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_checks_page(refusal), refusal)
    flash("Checked for marketing.", "good")
    return see_other(url_for("definition.checks"))


def _page(refusal: Refusal | None = None, *, lines: Sequence[tuple[str, bool]] = (), why: str = "") -> str:
    versions = db.session.scalars(definitions.versions()).all()
    current = definitions.in_force()
    usual = items_of(current) if current else definitions.FIRST_ITEMS
    return render_template(
        "sales/definition.html",
        current=current,
        proposed=definitions.proposed(),
        versions=versions,
        numbers=definitions.numbers(versions),
        names=definitions.names_of(versions),
        lines=lines or lines_of(usual),
        why=why or ("" if versions else definitions.FIRST_WHY),
        is_signer=definitions.is_signer(signed_in_person()),
        refusal=refusal.sentence if refusal else "",
    )


def _checks_page(refusal: Refusal | None = None) -> str:
    definition = definitions.in_force()
    found = db.session.scalars(definitions.for_marketing().limit(CHECKED_AT_ONCE)).all()
    return render_template(
        "sales/checks.html",
        definition=definition,
        checked=[(one, definitions.standings(one, definition)) for one in found] if definition else [],
        refusal=refusal.sentence if refusal else "",
    )


def _done(words: str) -> ResponseReturnValue:
    flash(words, "good")
    return see_other(url_for("definition.show"))
