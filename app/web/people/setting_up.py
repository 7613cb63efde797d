"""What setting up a second factor shares, whether in the settings or on the way in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template, session

from app.kernel.db import write
from app.kernel.errors import Refusal, RuleBroken
from app.people import authenticator, second_factor
from app.people.models import Person
from app.web.people.factor_forms import AppForm
from app.web.people.pictures import qr_code
from app.web.ui.refusals import answer_form

# The secret of an app that is not confirmed yet, encrypted.
SECRET = "app_secret"  # noqa: S105 - the name of a place in the session
BEGIN_AGAIN = "That was too long ago, or you have begun anew on another page. Begin once more."


def begin_app() -> None:
    """Make a secret for an app. It counts when a code shows that the app has it."""
    session[SECRET] = authenticator.new_secret()


def has_begun() -> bool:
    return SECRET in session


def app_page(person: Person, form: AppForm, place: str, refusal: Refusal | None = None) -> Response:
    """The secret as a picture and in letters, and the field for the first code. `place`: the path of these pages."""
    secret = session[SECRET]
    page = render_template(
        "people/set_up_app.html",
        form=form,
        place=place,
        picture=qr_code(authenticator.address_for_app(secret, person)),
        letters=authenticator.key_in_letters(secret),
        refusal=refusal.sentence if refusal else None,
    )
    return answer_form(page, refusal, 422 if form.errors else 200)


def confirm_app(person: Person, code: str) -> list[str]:
    """Take the app that shows this code; recovery codes to show if it is the first factor. Raises RuleBroken."""
    if not has_begun():
        raise RuleBroken(BEGIN_AGAIN)
    with write():
        codes = second_factor.set_app(person, session[SECRET], code)
    del session[SECRET]
    return codes


def codes_page(codes: Sequence[str], wanted: str) -> str:
    """Recovery codes, shown this once; a link leads on to `wanted`."""
    return render_template("people/recovery_codes.html", codes=codes, wanted=wanted)
