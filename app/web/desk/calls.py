"""Same problem here, asking an expert to look, taking a question and giving it back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.desk import actions, queries, rules
from app.desk.models import Invitation
from app.desk.suggestions import CONSIDERED, Suggestion, suggested
from app.http import login_required, one_or_404, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.kernel.errors import Malformed, RuleBroken
from app.people.models import Person
from app.people.queries import experts, first_experts
from app.questions.models import Question
from app.questions.queries import for_page, visible_to
from app.reputation.expertise import best_on_any
from app.web.desk.forms import CallForm, DeclineForm
from app.web.questions.views import address_of
from app.web.security.limits import limit
from app.web.ui.experts import known
from app.web.ui.refusals import answer_refused

blueprint = Blueprint("calls", __name__, url_prefix="/questions/<int:question_id>")

NEXT_STEP = "next-step"


@blueprint.post("/same-problem")
@limit("votes")
@login_required
def share_problem(question_id: int) -> ResponseReturnValue:
    """Count the reader among those who have the same problem."""
    with write():
        question = _question(question_id)
        actions.share_problem(question, by=signed_in_person())
        address = address_of(question)
    return see_other(address)


@blueprint.delete("/same-problem")
@blueprint.post("/same-problem/remove")
@limit("votes")
@login_required
def withdraw_problem(question_id: int) -> ResponseReturnValue:
    """Do not count the reader any more."""
    with write():
        question = _question(question_id)
        actions.withdraw_problem(question, by=signed_in_person())
        address = address_of(question)
    return see_other(address)


@blueprint.get("/experts")
@login_required
def suggestions(question_id: int) -> ResponseReturnValue:
    """Whom the asker may ask to look, or a steward may give the question to."""
    question = one_or_404(for_page(visible_to(viewer())), id=question_id)
    _check_can_call(question)
    return render_calling(question, CallForm(formdata=None))


@blueprint.post("/experts")
@login_required
def invite(question_id: int) -> ResponseReturnValue:
    """Ask an expert to look."""
    return _call(
        question_id, rules.check_can_invite, actions.invite_expert, "has been asked, and says here whether it can be."
    )


@blueprint.post("/assignment")
@login_required
def assign(question_id: int) -> ResponseReturnValue:
    """Give the question to an expert."""
    return _call(question_id, rules.check_can_assign, actions.assign_expert, "has the next step now.")


@blueprint.post("/taking")
@login_required
def take(question_id: int) -> ResponseReturnValue:
    """Let the expert who asks for it have the next step."""
    with write():
        question = _question(question_id)
        actions.take_question(question, by=signed_in_person())
        address = address_of(question, anchor=NEXT_STEP)
    flash("You have the next step. Everybody who reads this sees it.", "good")
    return see_other(address)


@blueprint.delete("/taking")
@blueprint.post("/taking/remove")
@login_required
def decline(question_id: int) -> ResponseReturnValue:
    """Say no to a call, or give back what was taken."""
    form = DeclineForm()
    if not form.validate_on_submit():
        raise RuleBroken(form.reason.errors[0] if form.reason.errors else "Say in a few words why.")
    with write():
        question = _question(question_id)
        actions.decline_question(question, by=signed_in_person(), reason=form.reason.data or "")
        address = address_of(question, anchor=NEXT_STEP)
    flash("The person who asked reads your reason and can ask somebody else.", "good")
    return see_other(address)


def render_calling(question: Question, form: CallForm, *, refusal: str = "") -> str:
    """The experts who could look at the question, with what becomes of those who were called already."""
    person, found = signed_in_person(), suggestions_for(question)
    return render_template(
        "desk/experts.html",
        question=question,
        form=form,
        refusal=refusal or (form.expert.errors[0] if form.expert.errors else ""),
        suggestions=found,
        known={one.person.id: one for one in known([one.person for one in found])},
        calls={call.expert_id: call for call in queries.invitations_to(question)},
        invites=person.id == question.author_id,
    )


def suggestions_for(question: Question) -> list[Suggestion]:
    """Experts to ask; where nobody has answered on these topics, those who are least busy."""
    best = best_on_any([tag.id for tag in question.tags], CONSIDERED, besides=question.author_id)
    if best:
        return suggested([one.person for one in best], {one.person.id: one.expertise for one in best})
    return suggested([one for one in first_experts(CONSIDERED) if one.id != question.author_id], {})


def _call(
    question_id: int, check: Callable[[Person, Question], None], deed: Callable[..., Invitation], done: str
) -> ResponseReturnValue:
    """Do `deed` with the chosen expert. `check` says who may, and `done` what comes after the expert's first name."""
    form = CallForm()
    question = one_or_404(for_page(visible_to(viewer())), id=question_id)
    if not form.validate_on_submit():
        check(signed_in_person(), question)
        return render_calling(question, form), 422
    try:
        with write():
            question, expert = _question(question_id), _expert(form)
            deed(question, expert, by=signed_in_person(), note=form.note.data or "")
            address, name = address_of(question, anchor=NEXT_STEP), expert.first_name
    except RuleBroken as refusal:
        return answer_refused(render_calling(question, form, refusal=refusal.sentence), refusal)
    flash(f"{name} {done}", "good")
    return see_other(address)


def _check_can_call(question: Question) -> None:
    """Raise a Refusal for readers who can neither ask an expert to look nor assign one."""
    person = signed_in_person()
    if person.id == question.author_id:
        rules.check_can_invite(person, question)
    else:
        rules.check_can_assign(person, question)


def _question(question_id: int) -> Question:
    return one_or_404(visible_to(viewer()), id=question_id)


def _expert(form: CallForm) -> Person:
    chosen: Select[Person] = experts()
    if form.expert.data is None:
        raise Malformed("Choose one of the experts.")
    return one_or_404(chosen, id=form.expert.data)
