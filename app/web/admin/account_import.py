"""A file of accounts: shown line by line with what would happen to each, and brought in only then."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import importing, sheet
from app.accounts.trying import Line, Outcome, digest
from app.http import see_other, signed_in_person
from app.jobs.bringing_in import bring_in_accounts
from app.kernel.errors import ChangedMeanwhile, Refusal, RuleBroken
from app.web.admin.account_forms import BringInForm, ImportForm
from app.web.admin.door import admin_only
from app.web.people.proving import proof_needed
from app.web.ui.refusals import answer_form

# The text goes along in the form by which it is confirmed, and a form takes no more than this.
LARGEST = 150_000
LARGEST_TEXT = 200_000

blueprint = Blueprint("admin_account_import", __name__, url_prefix="/admin/accounts/import")


@blueprint.get("")
@admin_only
@proof_needed
def choose() -> ResponseReturnValue:
    """Which columns a file has, and the field to choose it."""
    return _choice(ImportForm(formdata=None))


@blueprint.post("")
@admin_only
def explain() -> ResponseReturnValue:
    """What each line of the file would do. Nothing is written."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _choice(form, status=422)
    try:
        text = sheet.text_of(form.sheet.data.read(LARGEST + 1), largest=LARGEST)
        if len(text.encode()) > LARGEST_TEXT:
            raise RuleBroken("The file is too large for a page. Divide it, or bring it in by the command.")
        return _explained(text, importing.try_file(text))
    except RuleBroken as refusal:
        return _choice(form, refusal)


@blueprint.post("/bringing-in")
@admin_only
@proof_needed
def bring_in() -> ResponseReturnValue:
    """Do what was shown; or show it again, where something else would happen now."""
    form = BringInForm()
    text, leave = form.text.data or "", bool(form.leave_refused.data)
    try:
        if not form.validate_on_submit():
            raise RuleBroken("Choose the file once more.")
        lines = bring_in_accounts(text, by=signed_in_person(), leave_refused=leave, seen=form.seen.data or "")
        done = importing.counts(lines)
    except ChangedMeanwhile as refusal:
        return _explained(text, importing.try_file(text), refusal)
    except RuleBroken as refusal:
        return _refused(text, refusal)
    flash(f"Brought in: {done[Outcome.ADDED]:,} added, {done[Outcome.CHANGED]:,} changed.", "good")
    return see_other(url_for("admin_accounts.index"))


def _refused(text: str, refusal: Refusal) -> Response:
    """The lines once more where they can be read, else the page to choose a file."""
    try:
        return _explained(text, importing.try_file(text), refusal)
    except RuleBroken:
        return _choice(ImportForm(formdata=None), refusal)


def _choice(form: ImportForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "admin/choose_accounts.html",
        form=form,
        columns=sheet.COLUMNS,
        most_lines=sheet.MOST_LINES,
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)


def _explained(text: str, lines: Sequence[Line], refusal: Refusal | None = None) -> Response:
    page = render_template(
        "admin/import_accounts.html",
        form=BringInForm(formdata=None, text=text, seen=digest(lines)),
        lines=[line for line in lines if line.outcome is not Outcome.SAME],
        counts={outcome.value: number for outcome, number in importing.counts(lines).items()},
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal)
