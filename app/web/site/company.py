"""What sales sees about the reader's own company: the very page, made by the same code from the same figures."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.queries import kept_apart
from app.affinity import portfolio
from app.affinity.models import AffinitySnapshot
from app.http import login_required, signed_in_person
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.settings import settings
from app.people.models import Person
from app.web.sales.page import AccountPage, SeenAs
from app.web.site.promise import companies_of

blueprint = Blueprint("company_as_sales_sees_it", __name__, url_prefix="/promise/company")


@blueprint.get("")
@login_required
def own() -> ResponseReturnValue:
    """The reader's own company; and where there is none, why."""
    reader = signed_in_person()
    accounts = companies_of(reader)
    if not accounts or not settings().affinity_enabled:
        apart = not accounts and kept_apart(reader) is not None
        return render_template("site/no_company.html", account=accounts[0] if accounts else None, apart=apart)
    return _page(accounts[0], reader)


@blueprint.get("/<int:account_id>")
@login_required
def one(account_id: int) -> ResponseReturnValue:
    """The reader's company, or one that it belongs to. Every other company has no page here."""
    reader = signed_in_person()
    account = next((found for found in companies_of(reader) if found.id == account_id), None)
    if account is None or not settings().affinity_enabled:
        raise NotFound
    return _page(account, reader)


def _page(account: Account, reader: Person) -> str:
    only = select(Account).where(Account.id == account.id)
    snapshots = select(AffinitySnapshot).where(AffinitySnapshot.account_id == account.id)
    (line,) = portfolio.lines(only, snapshots, clock.now())
    return render_template(
        "sales/account.html",
        page=AccountPage.of(line, reader_is_member=True),
        seen_as=SeenAs.member(reader),
        since=None,
        changes=[],
        for_paper=False,
    )
