"""What an admin chooses, and what the operator's settings say."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.http import see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken
from app.kernel.settings import settings
from app.site import actions, queries
from app.site.choices import CHOICES, ChoiceName
from app.web.admin.door import admin_only
from app.web.admin.forms import ChoicesForm
from app.web.people.proving import proof_needed
from app.web.ui.refusals import answer_form

blueprint = Blueprint("admin_choices", __name__, url_prefix="/admin/choices")


@blueprint.get("")
@admin_only
def show() -> ResponseReturnValue:
    """The choices as they hold."""
    held = {name.value: value for name, value in queries.choices().items()}
    for name, choice in CHOICES.items():
        if not choice.options:
            held[name.value] = "\n".join(held[name.value].split())
    return _page(ChoicesForm(formdata=None, data=held))


@blueprint.post("")
@admin_only
@proof_needed
def choose() -> ResponseReturnValue:
    """Let other ones hold."""
    form = ChoicesForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        with write():
            actions.choose({name: form[name.value].data or "" for name in ChoiceName}, by=signed_in_person())
    except RuleBroken as refusal:
        return _page(form, refusal)
    flash("Saved. It holds from now on.", "good")
    return see_other("/admin/choices")


def facts_of(own: Settings) -> Iterator[tuple[str, str]]:
    """The settings that an operator may want to look up, in words; nothing by which somebody could come in."""
    yield "SITE_NAME", own.site_name
    yield "COMPANY_NAME", own.company_name
    yield "BASE_URL", own.base_url
    yield "COMPANY_DOMAINS", " ".join(own.company_domains)
    yield "BRAND_NAMES", " ".join(own.brand_names)
    yield "SECOND_FACTOR", own.second_factor
    yield "MAIL_FROM", own.mail_from
    yield "MAIL_URL", "a folder" if own.mail_url.startswith("file:") else "a mail server"
    yield "DATABASE_URL", "SQLite" if own.database_url.startswith("sqlite") else "PostgreSQL"
    yield "AFFINITY_ENABLED", "on" if own.affinity_enabled else "off"
    yield "RATE_LIMITS", "on" if own.rate_limits else "off"
    yield "DESK_RISE_HOURS", str(own.desk_rise_hours)
    yield "SUPPORT_CASE_URL", own.support_case_url or "none"
    yield "TRUSTED_PROXY_HOPS", str(own.trusted_proxy_hops)
    yield "LOG_LEVEL", own.log_level


def _page(form: ChoicesForm, refusal: Refusal | None = None, status: int = 200) -> Response:
    page = render_template(
        "admin/choices.html",
        form=form,
        listed=[name.value for name in ChoiceName if not CHOICES[name].options],
        facts=list(facts_of(settings())),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
