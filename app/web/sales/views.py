"""The accounts, one account, and the accounts as a file. Whoever opens one of them is written down."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Account
from app.affinity import actions, portfolio, queries, rules
from app.http import one_or_404, signed_in_person
from app.kernel import clock
from app.kernel.db import write
from app.people.models import Person
from app.web.sales.page import AccountPage, PortfolioPage

sales = Blueprint("sales", __name__)


@sales.get("/sales")
def index() -> ResponseReturnValue:
    reader = _reader_of("portfolio")
    return render_template("sales/portfolio.html", page=PortfolioPage(_lines(reader)))


@sales.get("/sales/portfolio.csv")
def table() -> ResponseReturnValue:
    reader = _reader_of("portfolio.csv")
    text = portfolio.as_csv(map(portfolio.record, _lines(reader)))
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=portfolio.csv"
    return response


@sales.get("/sales/accounts/<int:account_id>")
def account(account_id: int) -> ResponseReturnValue:
    reader = _reader_of("account", account_id)
    only = queries.visible_to(reader).where(Account.id == account_id)
    (line,) = portfolio.lines(only, queries.snapshots_visible_to(reader), clock.now())
    return render_template("sales/account.html", page=AccountPage.of(line), viewed_at=clock.now())


def _reader_of(what: str, account_id: int | None = None) -> Person:
    """The sales person who asks, written down as a reader. Raises NotAllowed for others, NotFound for no account."""
    rules.check_can_read_reports(signed_in_person())
    with write():
        reader = signed_in_person()
        found = None if account_id is None else one_or_404(queries.visible_to(reader), id=account_id)
        actions.record_view(reader, what, found)
    return reader


def _lines(reader: Person) -> list[portfolio.Line]:
    return portfolio.lines(queries.visible_to(reader), queries.snapshots_visible_to(reader), clock.now())
