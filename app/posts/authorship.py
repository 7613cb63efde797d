"""Who signs a text, and as what: role, title and employer are kept as they are at the time of writing."""

from __future__ import annotations

from app.accounts import queries as accounts
from app.accounts.models import Account
from app.kernel.settings import settings
from app.people.models import Person
from app.posts.models import Authored


def sign(text: Authored, author: Person) -> None:
    """Put the author's name tag of today on `text`."""
    account = accounts.account_of(author)
    text.author_id = author.id
    text.author_role = author.shown_role
    text.author_title = author.job_title
    text.author_account_id = account.id if account else None
    text.author_employer = _employer(author, account)


def employer_of(person: Person) -> str:
    """The company that would stand beside what this person writes now; "" where none is known."""
    return _employer(person, accounts.account_of(person))


def _employer(person: Person, account: Account | None) -> str:
    if person.is_employee:
        return settings().company_name
    return account.name if account else ""
