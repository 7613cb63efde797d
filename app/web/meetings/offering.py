"""Experts offer times, change them and withdraw them."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person, write_once
from app.meetings import offers, rules
from app.meetings.models import MeetingSlot
from app.meetings.times import moment_of, weekly
from app.web.meetings.forms import OfferForm, WithdrawOfferForm
from app.web.meetings.slots import address_of, find_slot, render_slot
from app.web.security.limits import spend
from app.web.ui.again import shown_again
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused
from app.web.ui.shell import plural

blueprint = Blueprint("offering", __name__, url_prefix="/meetings")


@blueprint.get("/offer")
@login_required
def form() -> ResponseReturnValue:
    """The form for a new time, in the zone that the expert lives in."""
    rules.check_can_offer(signed_in_person())
    return _page(OfferForm(formdata=None, zone=signed_in_person().time_zone or "UTC"))


@blueprint.post("/offer")
@login_required
def offer() -> ResponseReturnValue:
    """Offer a time, or the same hour in several weeks."""
    rules.check_can_offer(signed_in_person())
    form = OfferForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        spend("deeds")
        weeks = form.weeks.data or 1
        moments = weekly(form.local, weeks, form.zone.data, form.which.data or "")
        with write_once() as once:
            if not once.made:
                slots = offers.offer_times(form.offer(), moments, by=signed_in_person())
                once.made = address_of(slots[0])
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(_page(form, refusal=refusal.sentence), refusal)
    flash(f"Members can ask for {'it' if weeks == 1 else plural(weeks, 'hour')} now.", "good")
    return see_other(once.made if weeks == 1 else "/meetings/yours")


@blueprint.get("/slots/<int:slot_id>/edit")
@login_required
def edit(slot_id: int) -> ResponseReturnValue:
    """The form with what is offered."""
    slot = find_slot(slot_id)
    rules.check_is_experts(signed_in_person(), slot)
    return _page(OfferForm.of(slot), slot)


@blueprint.post("/slots/<int:slot_id>/edit")
@login_required
def change(slot_id: int) -> ResponseReturnValue:
    """Offer something else in its place, as long as nobody counts on it."""
    rules.check_is_experts(signed_in_person(), find_slot(slot_id))
    refused = shown_again(
        OfferForm(),
        lambda form: _change(find_slot(slot_id), form),
        lambda form, refusal: _page(form, find_slot(slot_id), refusal=refusal),
        rate="deeds",
    )
    return refused or _done(f"/meetings/slots/{slot_id}", "Changed. Whoever had asked for it sees the new time.")


@blueprint.post("/slots/<int:slot_id>/withdraw")
@login_required
def withdraw(slot_id: int) -> ResponseReturnValue:
    """Offer it no more, and tell whoever asked why."""
    rules.check_is_experts(signed_in_person(), find_slot(slot_id))
    refused = shown_again(
        WithdrawOfferForm(),
        lambda form: offers.withdraw_offer(find_slot(slot_id), form.reason.data or "", by=signed_in_person()),
        lambda form, refusal: render_slot(find_slot(slot_id), withdrawing=form, refusal=refusal),
        rate="deeds",
    )
    return refused or _done("/meetings/yours", "Withdrawn. Everybody who had asked for it is told why.")


def _change(slot: MeetingSlot, form: OfferForm) -> None:
    starts_at = moment_of(form.local, form.zone.data, form.which.data or "")
    offers.change_offer(slot, form.offer(), starts_at, by=signed_in_person())


def _done(address: str, words: str) -> ResponseReturnValue:
    flash(words, "good")
    return see_other(address)


def _page(form: OfferForm, slot: MeetingSlot | None = None, *, refusal: str = "") -> str:
    return render_template("meetings/offer.html", form=form, slot=slot, refusal=refusal)
