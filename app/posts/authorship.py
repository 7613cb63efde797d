"""Who signs a text, and as what: role, title and employer are kept as they are at the time of writing."""

from __future__ import annotations

from app.accounts import queries as accounts
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
    if author.is_employee:
        text.author_employer = settings().company_name
    else:
        text.author_employer = account.name if account else ""
