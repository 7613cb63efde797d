"""Opportunities for tests, and what people of an account did before them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.accounts.actions import add_owner
from app.accounts.models import Account
from app.affinity.models import AffinityEvent, AffinitySnapshot
from app.kernel.db import db, write
from app.outcomes import keeping
from app.outcomes.models import Opportunity
from app.people.models import Person
from tests.support.factories import QuestionFactory, SalesFactory

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def seller_of(*accounts: Account) -> Person:
    """A sales person who looks after these accounts."""
    seller = SalesFactory()
    with write():
        for account in accounts:
            add_owner(account, seller)
    return seller


def deal(
    account: Account, *, won: bool | None = True, closed: datetime | None = NOW, amount: int | None = 10_000_00, **more
) -> Opportunity:
    """An opportunity as it stands in the database, opened 60 days before it was closed."""
    result = {True: "won", False: "lost", None: "open"}[won]
    fields = {"name": "New racks", "opened_at": (closed or NOW) - timedelta(days=60), "reason": "It was the price."}
    made = Opportunity(account_id=account.id, amount=amount, result=result, closed_at=closed, **{**fields, **more})
    with write():
        db.session.add(made)
    return made


def talk(account: Account, person: str, at: datetime, question_id: int | None = None, kind: str = "ask") -> int:
    """Somebody of the account takes part in a thread, a new one unless one is named; returns its number."""
    question_id = question_id or QuestionFactory().id
    _happen(account, person, at, kind=kind, question_id=question_id, source=f"comment:{question_id}:{person}:{at:%s}")
    return question_id


def meet(account: Account, person: str, at: datetime, number: int = 1) -> None:
    """Somebody of the account meets an expert."""
    _happen(account, person, at, kind="met", question_id=None, source=f"meeting:{number}")


def measured(
    account: Account, at: datetime = NOW, score: float = 20.0, people: int = 5, *, withheld: bool = False
) -> None:
    """A snapshot of the account."""
    counted = {"score": score, "active_people": people, "withheld": withheld}
    with write():
        db.session.add(AffinitySnapshot(account_id=account.id, taken_at=at, score_version="1", overdue=0, **counted))


def told() -> None:
    """Let what opportunities tell follow what happened, as in a night in which everything is measured again."""
    read = keeping.read_trees(db.session.scalars(select(Account.id).where(Account.parent_id.is_(None))).all())
    with write():
        keeping.keep(read)


def _happen(account: Account, person: str, at: datetime, **fields) -> None:
    with write():
        db.session.add(AffinityEvent(account_id=account.id, person_key=person, at=at, **fields))
