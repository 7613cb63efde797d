"""An account and those who are close to it: who looks after it, who leads them, its people, and an expert it knows."""

from __future__ import annotations

from collections.abc import Callable

from app.accounts.actions import add_owner, set_lead
from app.accounts.models import Account
from app.introductions import actions as introductions
from app.introductions.actions import Asked
from app.kernel.db import write
from app.people.models import Person
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
)

CONTACT = "+31 6 5550 1234, mornings"


def owner(account: Account) -> Person:
    """A sales person who looks after the account."""
    person = SalesFactory.create()
    with write():
        add_owner(account, person)
    return person


def other_sales(account: Account) -> Person:
    """A sales person who looks after another account than this one, which somebody looks after too."""
    owner(account)
    return owner(AccountFactory.create())


def lead(account: Account) -> Person:
    """A sales person who leads the one that looks after the account."""
    led, leading = owner(account), SalesFactory.create()
    with write():
        set_lead(leading, led)
    return leading


def colleague(account: Account) -> Person:
    """Somebody else of the account."""
    return PersonFactory.create(account=account)


def tied_expert(account: Account) -> Person:
    """An expert who has answered somebody of the account."""
    expert = ExpertFactory.create()
    question = QuestionFactory.create(author=colleague(account))
    AnswerFactory.create(question=question, author=expert, accepted=True)
    return expert


# Readers to whom the account is more than any account.
CLOSE_TO_ACCOUNT: dict[str, Callable[[Account], Person]] = {
    "colleague": colleague,
    "owner": owner,
    "lead": lead,
    "other sales": other_sales,
    "tied expert": tied_expert,
}


def request_to_sales(person: Person) -> int:
    """What the person asks of sales."""
    asked = Asked(wish="call", words="We plan a second site next year.", contact=CONTACT)
    with write():
        return introductions.ask(asked, by=person).id
