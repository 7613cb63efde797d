"""Saying that an expert knows a topic, and saying so no longer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Person
from app.reputation import endorsements, rules
from app.topics import queries as topics
from app.web.security.limits import limit

blueprint = Blueprint("endorsing", __name__)

Deed = Callable[..., None]


@blueprint.post("/@<handle>/endorsements")
@limit("deeds")
@login_required
def endorse(handle: str) -> ResponseReturnValue:
    """Stand with one's own name, or as one more customer, beside a topic on the expert's page."""
    # Whoever cannot say anything here need not learn first which topics there are.
    rules.check_can_endorse(signed_in_person(), _person(handle))
    return _change(handle, endorsements.endorse, "Said. {name} is told, and it stands on this page.")


@blueprint.delete("/@<handle>/endorsements")
@blueprint.post("/@<handle>/endorsements/remove")
@limit("deeds")
@login_required
def withdraw(handle: str) -> ResponseReturnValue:
    return _change(handle, endorsements.withdraw, "Taken back.")


def _change(handle: str, deed: Deed, said: str) -> ResponseReturnValue:
    with write():
        expert = _person(handle)
        tag = one_or_404(topics.tags_open_to(None), name=request.form.get("tag", "").lower())
        deed(expert, tag, by=signed_in_person())
        address, name = f"/@{expert.handle}", expert.first_name
    flash(said.format(name=name), "good")
    return see_other(address)


def _person(handle: str) -> Person:
    person = people.find_by_handle_ever(handle)
    if person is None or not person.active:
        raise NotFound
    return person
