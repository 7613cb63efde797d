"""A form that asks for one deed: it is done, or the form is shown again with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import make_response
from flask.wrappers import Response
from flask_wtf import FlaskForm

from app.kernel.db import write
from app.web.security.limits import spend
from app.web.ui.refusals import KEPT_IN_THE_FORM, answer_refused

F = TypeVar("F", bound=FlaskForm)


def shown_again(
    form: F, do: Callable[[F], object], page: Callable[[F, str], str], *, rate: str = ""
) -> Response | None:
    """Do what a form asks, in a write transaction of its own; None when that is done, else the answer to give.

    `page` draws the form below a sentence, which is "" where the fields say for themselves what is wrong. `rate` names
    what to count it as.
    """
    if not form.validate_on_submit():
        return make_response(page(form, ""), 422)
    try:
        if rate:
            spend(rate)
        with write():
            do(form)
    except KEPT_IN_THE_FORM as refusal:
        return answer_refused(page(form, refusal.sentence), refusal)
    return None
