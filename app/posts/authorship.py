"""Who signs a text, and as what: role, title and employer are kept as they are at the time of writing."""

from __future__ import annotations

from app.accounts import queries as accounts
from app.accounts.models import Account
from app.kernel.db import db
from app.kernel.settings import settings
from app.people.models import Person
from app.people.rules import check_takes_part
from app.posts.models import Authored


def sign(text: Authored, author: Person, *, withhold_company: bool = False) -> None:
    """Put the author's name tag of today on `text`; without the company's name if that is withheld.

    The account is noted all the same: what is counted is counted, it is only not said. Nothing is written here
    without this, so it also raises NotAllowed for whoever only reads.
    """
    check_takes_part(author)
    account = accounts.account_of(author)
    text.author_id = author.id
    text.author_role = author.shown_role
    text.author_title = author.job_title
    text.author_account_id = account.id if account else None
    text.author_employer = "" if withhold_company and not author.is_employee else _employer(author, account)


def employer_as_signed(text: Authored) -> str:
    """The company that stood, or would have stood, beside `text` when it was signed."""
    if text.by_employee:
        return text.author_employer
    account = db.session.get(Account, text.author_account_id) if text.author_account_id else None
    return account.name if account else ""


def employer_of(person: Person) -> str:
    """The company that would stand beside what this person writes now; "" where none is known."""
    return _employer(person, accounts.account_of(person))


def _employer(person: Person, account: Account | None) -> str:
    if person.is_employee:
        return settings().company_name
    return account.name if account else ""
