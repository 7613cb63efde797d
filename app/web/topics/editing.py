"""Looking after topics: what they are called and are about, who looks after them, and taking one into another."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.http import login_required, see_other, signed_in_person, viewer
from app.kernel.db import write
from app.kernel.errors import NotFound, RuleBroken
from app.people import queries as people
from app.people.models import Person
from app.questions.tagging import take_in
from app.reputation import endorsements
from app.topics import actions, queries, rules
from app.topics.models import Tag
from app.web.topics.forms import StewardsForm, TagForm, TakeInForm
from app.web.topics.reading import tag_or_404
from app.web.ui.fields import words_of

blueprint = Blueprint("topic_editing", __name__)


@blueprint.get("/tags/<name>/edit")
@login_required
def edit(name: str) -> ResponseReturnValue:
    return render_edit(editable(name))


@blueprint.post("/tags/<name>/edit")
@login_required
def save(name: str) -> ResponseReturnValue:
    tag, form = editable(name), TagForm()
    if not form.validate_on_submit():
        return render_edit(tag, form=form), 422
    try:
        with write():
            tag = editable(name)
            actions.edit_tag(tag, text_of(form), by=signed_in_person())
            address = url_for("topics.show", name=tag.name)
    except RuleBroken as refusal:
        return render_edit(editable(name), form=form, refusal=refusal.sentence), refusal.status
    flash("Saved. This is what the topic says now.", "good")
    return see_other(address)


@blueprint.post("/tags/<name>/stewards")
@login_required
def name_stewards(name: str) -> ResponseReturnValue:
    tag, form = editable(name), StewardsForm()
    if not form.validate_on_submit():
        return render_edit(tag, stewards_form=form), 422
    try:
        with write():
            tag = editable(name)
            actions.name_stewards(tag, people_called(words_of(form.stewards.data)), by=signed_in_person())
    except RuleBroken as refusal:
        return render_edit(editable(name), stewards_form=form, refusal=refusal.sentence), refusal.status
    flash("Saved. Their names stand on the page of the topic.", "good")
    return see_other(url_for("topics.show", name=name))


@blueprint.post("/tags/<name>/taking-in")
@login_required
def take_other_in(name: str) -> ResponseReturnValue:
    tag, form = editable(name), TakeInForm()
    if not form.validate_on_submit():
        return render_edit(tag, take_in_form=form), 422
    try:
        with write():
            tag = editable(name)
            other = topic_called(form.other.data or "")
            endorsements.carry_over(other, tag)
            take_in(tag, other, by=signed_in_person())
    except RuleBroken as refusal:
        return render_edit(editable(name), take_in_form=form, refusal=refusal.sentence), refusal.status
    flash("Done. Both names lead to this topic now.", "good")
    return see_other(url_for("topics.show", name=name))


def editable(name: str) -> Tag:
    """A topic that the reader may change. Raises NotFound and NotAllowed."""
    tag = tag_or_404(name)
    rules.check_can_edit_tag(signed_in_person(), queries.stewards_of([tag.id]).get(tag.id, []))
    return tag


def text_of(form: TagForm) -> actions.TopicText:
    return actions.TopicText(
        name=form.name.data or "",
        description=form.description.data or "",
        question_template=form.question_template.data or "",
        synonyms=words_of(form.synonyms.data),
        parent=form.parent.data or "",
    )


def people_called(handles: Sequence[str]) -> list[Person]:
    """The people with these handles. Raises RuleBroken for one that nobody has."""
    found = []
    for handle in handles:
        bare = handle.removeprefix("@")
        person = people.find_by_handle_ever(bare)
        if person is None:
            raise RuleBroken(f"Nobody has the handle @{bare[:40]}.")
        found.append(person)
    return found


def topic_called(name: str) -> Tag:
    """The topic to take in. Raises RuleBroken where there is none."""
    wanted = rules.clean_tag(name)
    try:
        return tag_or_404(wanted)
    except NotFound as error:
        raise RuleBroken(f"There is no topic {wanted}.") from error


def render_edit(
    tag: Tag,
    *,
    form: TagForm | None = None,
    stewards_form: StewardsForm | None = None,
    take_in_form: TakeInForm | None = None,
    refusal: str = "",
) -> str:
    """The forms about a topic, each with what is so now or with what was typed into it."""
    stewards = queries.stewards_of([tag.id]).get(tag.id, [])
    handles = ", ".join(f"@{person.handle}" for person in stewards)
    return render_template(
        "topics/edit.html",
        tag=tag,
        form=form or filled_form(tag),
        stewards_form=stewards_form or StewardsForm(formdata=None, stewards=handles),
        take_in_form=take_in_form or TakeInForm(formdata=None),
        keeps_all=rules.keeps_topics(viewer()),
        refusal=refusal,
    )


def filled_form(tag: Tag) -> TagForm:
    parent, _parts = queries.relatives_of(tag)
    return TagForm(
        formdata=None,
        name=tag.name,
        description=tag.description,
        synonyms=", ".join(queries.synonyms_of(tag)),
        parent=parent.name if parent else "",
        question_template=tag.question_template,
    )
