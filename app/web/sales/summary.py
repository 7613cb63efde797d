"""One month of a reader's accounts on one sheet, for whoever leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.affinity.alerts import FOR_SALES
from app.affinity.cohort import BANDS
from app.affinity.openings import Opened
from app.affinity.summary import month
from app.http import see_other
from app.kernel import clock
from app.kernel.errors import NotFound
from app.outcomes.queries import accounts_of, range_sentence
from app.web.sales import door
from app.web.sales.page import SeenAs
from app.web.ui.dates import MONTHS

blueprint = Blueprint("sales_summary", __name__, url_prefix="/sales/summary")

FIRST_YEAR = 2020


@blueprint.get("")
def newest() -> ResponseReturnValue:
    """To the last month that is over."""
    last = _before(clock.now())
    return see_other(url_for("sales_summary.one", year=last.year, number=last.month))


@blueprint.get("/<int:year>/<int:number>")
def one(year: int, number: int) -> ResponseReturnValue:
    """One calendar month, which may not be over yet."""
    now = clock.now()
    if not 1 <= number <= 12 or not (FIRST_YEAR, 1) <= (year, number) <= (now.year, now.month):
        raise NotFound
    first_day = datetime(year, number, 1, tzinfo=UTC)
    reader, _none = door.written_down(Opened.SUMMARY, month=f"{MONTHS[number - 1]} {year}")
    return render_template(
        "sales/summary.html",
        month=month(reader, year, number),
        name=f"{MONTHS[number - 1]} {year}",
        is_over=_next(first_day) <= now,
        earlier=_address(_before(first_day)),
        later=_address(_next(first_day)) if _next(first_day) <= now else None,
        bands=BANDS,
        alert_kinds=FOR_SALES,
        money=range_sentence(now, known={account.id for account in accounts_of(reader)}),
        seen_as=SeenAs.sales(reader, door.purpose()),
    )


def _before(moment: datetime) -> datetime:
    """The first day of the month before."""
    return (moment.replace(day=1) - timedelta(days=1)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(first_day: datetime) -> datetime:
    """The first day of the month after."""
    return (first_day + timedelta(days=32)).replace(day=1)


def _address(first_day: datetime) -> Mapping[str, str]:
    words = f"{MONTHS[first_day.month - 1]} {first_day.year}"
    return {"path": url_for("sales_summary.one", year=first_day.year, number=first_day.month), "words": words}
