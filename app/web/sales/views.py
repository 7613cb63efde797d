"""The accounts, one account, the same for paper, and the accounts as a file. Each look is written down first."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Account
from app.affinity import portfolio, queries, table
from app.affinity.changes import ONE_LOOK, since_last_look
from app.affinity.models import AffinitySnapshot
from app.affinity.openings import Opened
from app.affinity.portfolio import Line
from app.affinity.readers import last_look
from app.kernel import clock
from app.kernel.errors import NotFound
from app.people.models import Person
from app.web.sales import door
from app.web.sales.overview import PortfolioPage
from app.web.sales.page import AccountPage, SeenAs
from app.web.sales.sentences import since_words

blueprint = Blueprint("sales", __name__)


@blueprint.get("/sales")
def index() -> ResponseReturnValue:
    """All accounts of the reader: what needs somebody first, then a table."""
    reader, _none = door.written_down(Opened.PORTFOLIO)
    page = PortfolioPage.of(reader, last_look(reader, Opened.PORTFOLIO, clock.now() - ONE_LOOK))
    return render_template("sales/portfolio.html", page=page, seen_as=SeenAs.sales(reader, door.purpose()))


@blueprint.get("/sales/portfolio.csv")
def as_file() -> ResponseReturnValue:
    """The same table as a file."""
    reader, _none = door.written_down(Opened.FILE)
    lines = portfolio.lines(queries.visible_to(reader), queries.snapshots_visible_to(reader), clock.now())
    response = Response(
        table.as_csv(map(portfolio.record, lines), portfolio.COLUMNS), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = "attachment; filename=portfolio.csv"
    return response


@blueprint.get("/sales/accounts/<int:account_id>")
def account(account_id: int) -> ResponseReturnValue:
    """One account, and what has changed since the reader last looked."""
    reader, _account = door.written_down(Opened.ACCOUNT, account_id)
    line = _line(reader, account_id)
    since = since_last_look(reader, line.account)
    changes = list(since_words(since)) if since else []
    return _account_page(reader, line, since=since, changes=changes, for_paper=False)


@blueprint.get("/sales/accounts/<int:account_id>/print")
def paper(account_id: int) -> ResponseReturnValue:
    """One account, ready for paper."""
    reader, _account = door.written_down(Opened.PAPER, account_id)
    return _account_page(reader, _line(reader, account_id), since=None, changes=[], for_paper=True)


def _line(reader: Person, account_id: int) -> Line:
    only = queries.visible_to(reader).where(Account.id == account_id)
    snapshots = queries.snapshots_visible_to(reader).where(AffinitySnapshot.account_id == account_id)
    found = portfolio.lines(only, snapshots, clock.now())
    if not found:
        # Handed over since the look was written down.
        raise NotFound
    return found[0]


def _account_page(reader: Person, line: Line, **more: object) -> str:
    seen_as = SeenAs.sales(reader, door.purpose())
    return render_template("sales/account.html", page=AccountPage.of(line), seen_as=seen_as, **more)
