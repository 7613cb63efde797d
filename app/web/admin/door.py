"""The door of the admin pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask.typing import ResponseReturnValue

from app.http import signed_in_person
from app.people.rules import check_can_administer

Parameters = ParamSpec("Parameters")


def admin_only(view: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
    """Refuse everybody but admins before the view runs."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        check_can_administer(signed_in_person())
        return view(*args, **kwargs)

    return guarded
