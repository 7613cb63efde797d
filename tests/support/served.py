"""Accounts with a history, for the tests of what sales and members read."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.accounts.actions import add_owner
from app.accounts.models import Account, Membership
from app.affinity.actions import keep_snapshots, measure
from app.jobs.histories import keep_due_histories
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def served_account(people: int, name: str, *, owner: Person | None = None, days_ago: int = 10) -> Account:
    """An account whose people each asked, were answered after two hours, and accepted."""
    asked = NOW - timedelta(days=days_ago)
    account = AccountFactory.create(name=name, at=asked - timedelta(days=1))
    first = name.split(maxsplit=1)[0]
    expert = ExpertFactory(handle=f"{first.lower()}-expert", at=asked)
    for number in range(people):
        asker = PersonFactory(account=account, name=f"Hidden {first} {'abcdefghij'[number] * 4}", at=asked)
        question = QuestionFactory(author=asker, at=asked)
        AnswerFactory(question=question, author=expert, accepted=True, at=asked + timedelta(hours=2))
    if owner is not None:
        own(account, owner)
    return account


def own(account: Account, owner: Person) -> None:
    """Let somebody in sales look after an account."""
    with write():
        add_owner(db.session.merge(account), db.session.merge(owner))


def somebody_of(account: Account) -> Person:
    """One of the people of an account."""
    return db.session.scalars(select(Person).join(Membership).where(Membership.account_id == account.id).limit(1)).one()


def snapshot(at: datetime = NOW) -> None:
    """Let everything be told that happened, and measure every account."""
    deliver_pending()
    measured = list(measure(at))
    with write():
        keep_snapshots(measured)
    keep_due_histories()
