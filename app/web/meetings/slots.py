"""One time that an expert offers, and asking for it."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, public_page, see_other, signed_in_person, viewer, write_once
from app.meetings import actions, queries
from app.meetings.models import MeetingSlot, Standing
from app.web.meetings.forms import AskForm, WithdrawOfferForm
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

blueprint = Blueprint("slots", __name__, url_prefix="/meetings/slots/<int:slot_id>")


@blueprint.get("")
@public_page
def show(slot_id: int) -> ResponseReturnValue:
    """When and where, how many seats are left, and for its expert who asked."""
    return render_slot(find_slot(slot_id))


@blueprint.post("/requests")
@login_required
def ask(slot_id: int) -> ResponseReturnValue:
    """A member asks for this time. Nobody else can."""
    slot, form = find_slot(slot_id), AskForm()
    if not form.validate_on_submit():
        return render_slot(slot, asking=form), 422
    name = slot.expert.first_name
    try:
        spend("posts")
        with write_once() as once:
            if not once.made:
                request = actions.ask_to_meet(find_slot(slot_id), form.why.data or "", by=signed_in_person())
                once.made = f"/meetings/{request.id}"
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(render_slot(find_slot(slot_id), asking=form, refusal=refusal.sentence), refusal)
    flash(f"{name} has been told.", "good")
    return see_other(once.made)


def render_slot(
    slot: MeetingSlot,
    *,
    asking: AskForm | None = None,
    withdrawing: WithdrawOfferForm | None = None,
    refusal: str = "",
) -> str:
    """The page of a time, with the forms for whoever may use them."""
    reader = viewer()
    requests = queries.requests_at(slot, reader) if reader and reader.id == slot.expert_id else []
    return render_template(
        "meetings/slot.html",
        slot=slot,
        own=queries.request_for(slot, reader),
        requests=requests,
        can_change=not any(one.standing in (Standing.ACCEPTED, Standing.WAITING) for one in requests),
        asking=asking or AskForm(formdata=None),
        withdrawing=withdrawing or WithdrawOfferForm(formdata=None),
        form=asking or withdrawing,
        refusal=refusal,
    )


def address_of(slot: MeetingSlot) -> str:
    """Where a time is read about."""
    return f"/meetings/slots/{slot.id}"


def find_slot(slot_id: int) -> MeetingSlot:
    """The time with this number, as the reader may see it. Raises NotFound."""
    return one_or_404(queries.with_expert(queries.slots_visible_to(viewer())), id=slot_id)
