"""One's own page, as its owner changes it: words, photo, hours, and links to other pages."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel import images
from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken, TooOften
from app.kernel.settings import settings
from app.people import actions, links, personal, rules
from app.people.photos import drop_photo, store_photo
from app.web.people.profile_forms import LinkForm, PhotoForm, ProfileForm
from app.web.security.limits import limit, spend
from app.web.security.rooms import room_for
from app.web.ui.refusals import answer_form

blueprint = Blueprint("profile", __name__, url_prefix="/settings")

HERE = "/settings/profile"
LINKS = f"{HERE}#links"


@blueprint.get("/profile")
@login_required
def show() -> ResponseReturnValue:
    """What others read about the person."""
    return _page()


@blueprint.post("/profile")
@login_required
def save() -> ResponseReturnValue:
    """Take name, work and personal side; whatever else a request holds is not looked at."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        side = form.personal_side()
        spend("deeds")
        with write():
            person = signed_in_person()
            actions.change_profile(
                person,
                name=form.name.data or "",
                job_title=form.job_title.data or "",
                company_shown=form.company_shown.data,
                brands=settings().brand_names,
            )
            personal.change_personal_side(person, side)
    except (RuleBroken, TooOften) as refusal:
        return _page(form, refusal=refusal)
    flash("Saved. Your page shows it.", "good")
    return see_other(HERE)


@blueprint.post("/photo")
@room_for(images.MAX_BYTES)
@limit("photos")
@login_required
def set_photo() -> ResponseReturnValue:
    """Take a picture, make a small square of it, show it."""
    form = PhotoForm()
    try:
        if not form.photo.data:
            raise RuleBroken("Choose a picture first.")
        portrait = images.portrait(form.photo.data.read())
    except RuleBroken as refusal:
        return _page(refusal=refusal)
    _show_photo(store_photo(portrait, settings().photos_path))
    flash("Your photo is set.", "good")
    return see_other(HERE)


@blueprint.post("/photo/remove")
@limit("deeds")
@login_required
def remove_photo() -> ResponseReturnValue:
    """Show initials again."""
    _show_photo(None)
    flash("Your photo is gone; your initials stand in its place.", "good")
    return see_other(HERE)


@blueprint.post("/links")
@login_required
def add_link() -> ResponseReturnValue:
    """Link a page elsewhere, and let the worker look whether it links back."""
    form = LinkForm()
    if not form.validate_on_submit():
        return _page(link_form=form, status=422)
    try:
        spend("links")
        with write():
            links.add_link(signed_in_person(), form.url.data or "")
    except (RuleBroken, TooOften) as refusal:
        return _page(link_form=form, refusal=refusal)
    flash("The link stands on your page. It is being checked.", "good")
    return see_other(LINKS)


@blueprint.post("/links/<int:link_id>/check")
@limit("links")
@login_required
def check_link(link_id: int) -> ResponseReturnValue:
    """Let the worker look again."""
    with write():
        links.ask_again(one_or_404(links.links_of_one(signed_in_person()), id=link_id))
    flash("It is being checked again.", "good")
    return see_other(LINKS)


@blueprint.post("/links/<int:link_id>/remove")
@limit("deeds")
@login_required
def remove_link(link_id: int) -> ResponseReturnValue:
    """Link it no more."""
    with write():
        links.remove_link(one_or_404(links.links_of_one(signed_in_person()), id=link_id))
    flash("The link is gone.", "good")
    return see_other(LINKS)


def _show_photo(name: str | None) -> None:
    with write():
        unneeded = actions.change_photo(signed_in_person(), name)
    drop_photo(unneeded, settings().photos_path)


def _page(
    form: ProfileForm | None = None,
    *,
    link_form: LinkForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    person = signed_in_person()
    page = render_template(
        "people/profile.html",
        form=form or ProfileForm.of(person),
        photo_form=PhotoForm(formdata=None),
        link_form=link_form or LinkForm(formdata=None),
        links=links.links_of(person),
        home=links.home_of(person),
        person=person,
        missing=rules.missing_on_page(person),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, status)
