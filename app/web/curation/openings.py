"""Who may read a question: making a public one confidential, and a confidential one public with everybody's word."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.curation import openings, rules
from app.curation.exposure import exposure_of
from app.curation.standing import allowed
from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.questions.models import Question
from app.questions.queries import visible_to
from app.web.curation.finding import deed_on, to_read
from app.web.curation.forms import ConsentForm, NarrowForm
from app.web.questions.views import address_of
from app.web.security.limits import limit

blueprint = Blueprint("openings", __name__, url_prefix="/questions/<int:question_id>")


@blueprint.get("/opening")
@login_required
def show(question_id: int) -> ResponseReturnValue:
    """The thread as everybody would read it, and who has agreed to that."""
    question, person = to_read(question_id), signed_in_person()
    rules.check_is_confidential(question)
    request, writers = openings.request_for(question), openings.writers_in(question)
    withhold = request.withhold_company if request else True
    return render_template(
        "curation/opening.html",
        question=question,
        opening=request,
        exposure=exposure_of(question),
        writers=writers,
        own=next((writer for writer in writers if writer.person.id == person.id), None),
        form=ConsentForm(formdata=None, withhold=withhold),
        withhold=withhold,
        may_propose=request is None and allowed(openings.check_can_propose, person, question),
        may_refuse=request is not None and person.id in {question.author_id, request.proposed_by_id},
    )


@blueprint.post("/opening")
@limit("posts")
@login_required
def propose(question_id: int) -> ResponseReturnValue:
    """Ask everybody who wrote there; whoever proposes it agrees by that. The asker says what goes with it."""
    withhold, by = bool(ConsentForm().withhold.data), signed_in_person()
    return _decide(question_id, lambda found: openings.propose_opening(found, by=by, withhold_company=withhold))


@blueprint.post("/opening/consent")
@login_required
def agree(question_id: int) -> ResponseReturnValue:
    """Agree to all that one has written there."""
    withhold, by = bool(ConsentForm().withhold.data), signed_in_person()
    return _decide(question_id, lambda found: openings.consent(found, by=by, withhold_company=withhold))


@blueprint.delete("/opening/consent")
@blueprint.post("/opening/consent/remove")
@login_required
def take_back(question_id: int) -> ResponseReturnValue:
    """Agree no longer."""
    return _decide(question_id, lambda found: openings.withdraw_consent(found, by=signed_in_person()))


@blueprint.delete("/opening")
@blueprint.post("/opening/remove")
@login_required
def refuse(question_id: int) -> ResponseReturnValue:
    """Let it stay confidential."""
    address = deed_on(question_id, lambda found: openings.refuse_opening(found, by=signed_in_person()))
    flash("It stays confidential.", "good")
    return see_other(address)


@blueprint.get("/audience")
@login_required
def narrowing(question_id: int) -> ResponseReturnValue:
    """What becoming confidential means, and why."""
    question = to_read(question_id)
    rules.check_can_narrow(signed_in_person(), question)
    return render_narrowing(question, NarrowForm(formdata=None))


@blueprint.post("/audience")
@login_required
def narrow(question_id: int) -> ResponseReturnValue:
    """Make a public question confidential, at once."""
    form = NarrowForm()
    question = to_read(question_id)
    rules.check_can_narrow(signed_in_person(), question)
    if not form.validate_on_submit():
        return render_narrowing(question, form), 422
    reason, by = form.reason.data or "", signed_in_person()
    address = deed_on(question_id, lambda found: openings.make_confidential(found, by=by, reason=reason))
    flash("It is confidential now. Search engines may keep copies for a while.", "good")
    return see_other(address)


def render_narrowing(question: Question, form: NarrowForm) -> str:
    """The form, with what becoming confidential means."""
    return render_template("curation/narrow.html", question=question, form=form, refusal="")


def _decide(question_id: int, deed: Callable[[Question], object]) -> ResponseReturnValue:
    """Let the reader have a say, then show how it stands: on the page of the question once that is public."""
    with write():
        question = one_or_404(visible_to(viewer()), id=question_id)
        deed(question)
        is_public, address = question.is_public, address_of(question)
    if not is_public:
        return see_other(f"/questions/{question_id}/opening")
    flash("Everybody agreed, so everybody can read it now.", "good")
    return see_other(address)
