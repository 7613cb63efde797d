"""The one door to everything under /sales: for sales people who have promised to contact nobody because of it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, render_template, request, session
from flask.typing import ResponseReturnValue

from app.accounts.models import Account
from app.affinity import actions, pledges, queries, rules
from app.affinity.openings import Opened, written
from app.affinity.purposes import Purpose, read_purpose
from app.http import one_or_404, see_other, signed_in_person
from app.kernel.db import write
from app.kernel.errors import NotAllowed, NotFound
from app.kernel.settings import settings
from app.people.models import Person
from app.web.ui.sections import stands_at

AREA = "/sales"
# These ask for themselves who comes: one has to be in before it can be promised, and whoever signs for marketing need
# not be in sales to say what a lead is.
OWN_DOOR = frozenset(
    {
        "pledge.read",
        "pledge.make",
        "definition.show",
        "definition.propose",
        "definition.sign",
        "definition.withdraw",
        "definition.checks",
        "definition.check",
    }
)
# What is not there while the site measures nothing; requests of members and outcomes are.
REPORTS = frozenset({"sales", "sales_asking", "sales_summary"})
PURPOSE = "purpose of reading"


class PledgeNeeded(NotAllowed):
    """Whoever reads reports has to promise something first."""

    sentence = "Before you read a report, say that you will contact nobody because of it."


class SwitchedOff(NotFound):
    """The operator has switched the reports off."""


def register(app: Flask) -> None:
    """Stand before every page under /sales, whoever wrote it."""
    app.before_request(_check)
    app.register_error_handler(PledgeNeeded, _send_to_pledge)
    app.register_error_handler(SwitchedOff, _say_it_is_off)


def reader_of_reports() -> Person:
    """The sales person who asks. Raises NotAllowed for others, PledgeNeeded where they have not promised this year."""
    reader = signed_in_person()
    rules.check_can_read_reports(reader)
    if not pledges.has_pledged(reader):
        raise PledgeNeeded(PledgeNeeded.sentence)
    return reader


def written_down(opened: Opened, account_id: int | None = None, *, month: str = "") -> tuple[Person, Account | None]:
    """Note that the report is read, before it is: the reader, and the account if there is one.

    Raises NotFound for an account that the reader does not look after; nothing is noted then. The door has asked
    already whether they may be here at all.
    """
    with write():
        reader = signed_in_person()
        account = None if account_id is None else one_or_404(queries.visible_to(reader), id=account_id)
        actions.record_view(reader, written(opened, month), account, purpose())
    return reader, account


def purpose() -> Purpose:
    """What the reader says that they read for, until they sign out."""
    return read_purpose(session.get(PURPOSE))


def _check() -> None:
    path = request.url_rule.rule if request.url_rule else ""
    if stands_at(path, AREA) and request.endpoint not in OWN_DOOR:
        reader_of_reports()
        if request.blueprint in REPORTS and not settings().affinity_enabled:
            raise SwitchedOff


def _say_it_is_off(_off: SwitchedOff) -> ResponseReturnValue:
    return render_template("sales/off.html"), SwitchedOff.status


def _send_to_pledge(_needed: PledgeNeeded) -> ResponseReturnValue:
    """To the promise, and from there to where the reader wanted to go; a form has to be sent once more."""
    wanted = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else AREA
    return see_other(f"{AREA}/pledge?next={quote(wanted, safe='/')}")
