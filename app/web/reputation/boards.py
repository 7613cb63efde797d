"""Who earned most, as far as the operator wants anybody to see that."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.http import public_page
from app.kernel import clock
from app.kernel.errors import Malformed, NotFound
from app.reputation.boards import SHOWN, Period, begins, board, last_count
from app.site.queries import has_boards

blueprint = Blueprint("boards", __name__)

PERIODS: Mapping[Period, str] = {Period.MONTH: "This month", Period.YEAR: "This year", Period.ALL: "All time"}


@blueprint.get("/boards")
@public_page
def show() -> ResponseReturnValue:
    """Experts and customers apart. Search engines are asked not to list it."""
    if not has_boards():
        raise NotFound
    period = wanted_period(request.args.get("period") or Period.MONTH)
    last = last_count()
    page = render_template(
        "reputation/boards.html",
        period=period,
        periods=PERIODS,
        since=begins(period, last.counted_at if last else clock.now()),
        counted_at=last.counted_at if last else None,
        most=SHOWN,
        experts=board(period, employees=True),
        members=board(period, employees=False),
    )
    return make_response(page, 200, {"X-Robots-Tag": "noindex"})


def wanted_period(name: str) -> Period:
    """The period called `name`. Raises Malformed."""
    try:
        return Period(name)
    except ValueError as error:
        raise Malformed("There is no board for that time. Choose this month, this year or all time.") from error
