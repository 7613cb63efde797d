"""The accounts, one account, the same for paper, and the accounts as a file. Each look is written down first."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Account
from app.affinity import portfolio, queries, table
from app.affinity.changes import ONE_LOOK, since_last_look
from app.affinity.readers import last_look
from app.http import one_or_404
from app.kernel import clock
from app.people.models import Person
from app.web.sales import door
from app.web.sales.overview import PortfolioPage
from app.web.sales.page import AccountPage, SeenAs
from app.web.sales.sentences import since_words

blueprint = Blueprint("sales", __name__)

PORTFOLIO, FILE, ACCOUNT, PAPER = "portfolio", "portfolio.csv", "account", "account on paper"


@blueprint.get("/sales")
def index() -> ResponseReturnValue:
    """All accounts of the reader: what needs somebody first, then a table."""
    looked_at = last_look(door.reader_of_reports(), PORTFOLIO, clock.now() - ONE_LOOK)
    reader, _none = door.written_down(PORTFOLIO)
    page = PortfolioPage.of(reader, looked_at)
    return render_template("sales/portfolio.html", page=page, seen_as=SeenAs.sales(reader, door.purpose()))


@blueprint.get("/sales/portfolio.csv")
def as_file() -> ResponseReturnValue:
    """The same table as a file."""
    reader, _none = door.written_down(FILE)
    lines = portfolio.lines(queries.visible_to(reader), queries.snapshots_visible_to(reader), clock.now())
    response = Response(
        table.as_csv(map(portfolio.record, lines), portfolio.COLUMNS), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = "attachment; filename=portfolio.csv"
    return response


@blueprint.get("/sales/accounts/<int:account_id>")
def account(account_id: int) -> ResponseReturnValue:
    """One account, and what has changed since the reader last looked."""
    reader = door.reader_of_reports()
    since = since_last_look(reader, one_or_404(queries.visible_to(reader), id=account_id))
    changes = list(since_words(since)) if since else []
    reader, _account = door.written_down(ACCOUNT, account_id)
    return _account_page(reader, account_id, since=since, changes=changes, for_paper=False)


@blueprint.get("/sales/accounts/<int:account_id>/print")
def paper(account_id: int) -> ResponseReturnValue:
    """One account, ready for paper."""
    reader, _account = door.written_down(PAPER, account_id)
    return _account_page(reader, account_id, since=None, changes=[], for_paper=True)


def _account_page(reader: Person, account_id: int, **more: object) -> str:
    only = queries.visible_to(reader).where(Account.id == account_id)
    (line,) = portfolio.lines(only, queries.snapshots_visible_to(reader), clock.now())
    seen_as = SeenAs.sales(reader, door.purpose())
    return render_template("sales/account.html", page=AccountPage.of(line), seen_as=seen_as, **more)
