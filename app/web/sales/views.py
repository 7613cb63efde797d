"""The accounts, one account, and the accounts as a file. Whoever opens one of them is written down."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Account
from app.affinity import portfolio, queries
from app.kernel import clock
from app.people.models import Person
from app.web.sales import door
from app.web.sales.page import AccountPage, PortfolioPage, SeenAs

blueprint = Blueprint("sales", __name__)


@blueprint.get("/sales")
def index() -> ResponseReturnValue:
    reader, _none = door.written_down("portfolio")
    return render_template("sales/portfolio.html", page=PortfolioPage(_lines(reader)))


@blueprint.get("/sales/portfolio.csv")
def table() -> ResponseReturnValue:
    reader, _none = door.written_down("portfolio.csv")
    text = portfolio.as_csv(map(portfolio.record, _lines(reader)))
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=portfolio.csv"
    return response


@blueprint.get("/sales/accounts/<int:account_id>")
def account(account_id: int) -> ResponseReturnValue:
    reader, _account = door.written_down("account", account_id)
    only = queries.visible_to(reader).where(Account.id == account_id)
    (line,) = portfolio.lines(only, queries.snapshots_visible_to(reader), clock.now())
    seen_as = SeenAs.sales(reader, door.purpose())
    return render_template("sales/account.html", page=AccountPage.of(line), seen_as=seen_as)


def _lines(reader: Person) -> list[portfolio.Line]:
    return portfolio.lines(queries.visible_to(reader), queries.snapshots_visible_to(reader), clock.now())
