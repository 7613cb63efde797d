"""One request, for the two people whom it concerns: what each of them can do about it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.kernel.mail import CALENDAR_FILE
from app.meetings import actions, queries, rules
from app.meetings.calendar_file import calendar_of
from app.meetings.models import MeetingRequest
from app.meetings.times import moment_of
from app.web.meetings.forms import DeclineForm, OutcomeForm, ProposeForm
from app.web.security.limits import limit
from app.web.ui.again import shown_again

blueprint = Blueprint("meeting_requests", __name__, url_prefix="/meetings")


@blueprint.get("/<int:request_id>")
@login_required
def show(request_id: int) -> ResponseReturnValue:
    """How it stands, and what can be done. For everybody else there is no such page."""
    return render_request(find_request(request_id))


@blueprint.get("/<int:request_id>.ics")
@login_required
def calendar(request_id: int) -> ResponseReturnValue:
    """The meeting as a file for a calendar."""
    response: Response = make_response(calendar_of(find_request(request_id), signed_in_person()))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{CALENDAR_FILE}"'
    return response


@blueprint.post("/<int:request_id>/accept")
@limit("deeds")
@login_required
def accept(request_id: int) -> ResponseReturnValue:
    """The expert says yes."""
    with write():
        request = find_request(request_id)
        actions.accept(request, by=signed_in_person())
        name, standing = request.person.first_name, request.standing
    said = "You will meet" if standing == "accepted" else "All seats are taken, so this one waits for the next:"
    return _done(request_id, f"{said} {name}.")


@blueprint.post("/<int:request_id>/propose")
@limit("deeds")
@login_required
def propose(request_id: int) -> ResponseReturnValue:
    """The expert proposes another time, on the clocks of the place."""
    request = find_request(request_id)
    rules.check_is_experts(signed_in_person(), request.slot)
    refused = shown_again(
        ProposeForm(place=request.slot.time_zone),
        lambda form: _propose(find_request(request_id), form),
        lambda form, refusal: render_request(find_request(request_id), proposing=form, refusal=refusal),
    )
    return refused or _done(request_id, "Proposed. You see here whether the time suits.")


@blueprint.post("/<int:request_id>/decline")
@limit("deeds")
@login_required
def decline(request_id: int) -> ResponseReturnValue:
    """The expert says no, and why."""
    rules.check_is_experts(signed_in_person(), find_request(request_id).slot)
    refused = shown_again(
        DeclineForm(),
        lambda form: actions.decline(find_request(request_id), form.reason.data or "", by=signed_in_person()),
        lambda form, refusal: render_request(find_request(request_id), declining=form, refusal=refusal),
    )
    return refused or _done(request_id, "Declined. Your reason has been passed on.")


@blueprint.post("/<int:request_id>/agree")
@limit("deeds")
@login_required
def agree(request_id: int) -> ResponseReturnValue:
    """The member takes the proposed time."""
    with write():
        actions.agree(find_request(request_id), by=signed_in_person())
    return _done(request_id, "Agreed. You will meet at that time.")


@blueprint.post("/<int:request_id>/refuse")
@limit("deeds")
@login_required
def refuse(request_id: int) -> ResponseReturnValue:
    """The proposed time does not suit the member."""
    with write():
        actions.refuse(find_request(request_id), by=signed_in_person())
    return _done(request_id, "Passed on. The expert may propose another time.")


@blueprint.post("/<int:request_id>/withdraw")
@limit("deeds")
@login_required
def withdraw(request_id: int) -> ResponseReturnValue:
    """The member does not come."""
    with write():
        actions.withdraw(find_request(request_id), by=signed_in_person())
    return _done(request_id, "Withdrawn. The expert has been told.")


def find_request(request_id: int) -> MeetingRequest:
    """What the reader asked for, or was asked for. Raises NotFound for everybody else."""
    return one_or_404(queries.with_slot(queries.requests_visible_to(viewer())), id=request_id)


def render_request(
    request: MeetingRequest,
    *,
    proposing: ProposeForm | None = None,
    declining: DeclineForm | None = None,
    noting: OutcomeForm | None = None,
    refusal: str = "",
) -> str:
    """The page of a request, with the forms for the one of the two who reads it."""
    reader = signed_in_person()
    is_expert = reader.id == request.slot.expert_id
    own_note = request.expert_note if is_expert else request.member_note
    used: FlaskForm | None = proposing or declining or noting
    return render_template(
        "meetings/request.html",
        request_=request,
        slot=request.slot,
        is_expert=is_expert,
        is_open=request.standing in rules.NOT_OFF and not rules.has_begun(request),
        proposing=proposing or ProposeForm(formdata=None),
        declining=declining or DeclineForm(formdata=None),
        noting=noting or OutcomeForm(formdata=None, note=own_note),
        form=used,
        refusal=refusal,
    )


def _propose(request: MeetingRequest, form: ProposeForm) -> None:
    starts_at = moment_of(form.local, request.slot.time_zone, form.which.data or "")
    actions.propose(request, starts_at, form.words.data or "", by=signed_in_person())


def _done(request_id: int, words: str) -> ResponseReturnValue:
    flash(words, "good")
    return see_other(f"/meetings/{request_id}")
