"""The companies that our experts know: each expert's own ties, in words, and who of us an account's experts are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.models import Account, Status
from app.accounts.queries import below
from app.affinity import cohort, queries
from app.affinity.alerts import quiet_alerts
from app.affinity.figures import Figures, TieLine, from_text
from app.affinity.models import AffinityEvent, AffinitySnapshot, Alert
from app.affinity.score import WEIGHTS
from app.kernel.clock import monday_of
from app.kernel.db import db
from app.people.models import Person, PersonRole, Role
from app.questions.models import Question

KNOWN = frozenset({"fair", "strong"})
KNOWN_FOR = timedelta(days=730)
QUESTIONS_SHOWN = 200
SPOKEN = tuple(kind for kind, weights in WEIGHTS.items() if weights.to_customer)


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company that an expert knows: how well, as its report says it, and what waits there for an answer.

    `word` is of app.affinity.cohort, and “some” as well where the report says nothing; `spoke_in_week` is the Monday of
    the week in which the expert last spoke with them. `quiet` is None where something was heard from them lately.
    """

    account: Account
    word: str
    about: str | None
    spoke_in_week: date | None
    waiting: Sequence[Question]
    quiet: Alert | None


def companies_of(expert: Person, now: datetime, *, quiet_first: bool = True) -> list[Company]:
    """The companies that `expert` had to do with in two years: what waits first, then what is quiet, then by name.

    Without `quiet_first` not even the order tells what is quiet: for whoever works in sales as well.
    """
    spoken = _last_spoken(expert, now)
    customers = select(Account).where(Account.id.in_(spoken), Account.status != Status.PARTNER)
    accounts = db.session.scalars(customers.order_by(func.lower(Account.name), Account.id)).all()
    ids = [account.id for account in accounts]
    ties, quiet, waiting = _ties_of(expert, ids), quiet_alerts(ids), _waiting(ids)
    found = [
        Company(
            account=account,
            word=ties[account.id].word if account.id in ties else cohort.SOME,
            about=ties[account.id].about if account.id in ties else None,
            spoke_in_week=monday_of(spoke_at).date() if (spoke_at := spoken[account.id]) else None,
            waiting=waiting[account.id],
            quiet=quiet.get(account.id),
        )
        for account in accounts
    ]
    return sorted(found, key=lambda company: (not company.waiting, quiet_first and company.quiet is None))


def quiet_companies() -> list[tuple[Account, Alert]]:
    """The customers from whom nothing was heard for months, by name: for stewards, without anybody's ties."""
    alerts = quiet_alerts()
    accounts = select(Account).where(Account.id.in_(alerts)).order_by(func.lower(Account.name), Account.id)
    return [(account, alerts[account.id]) for account in db.session.scalars(accounts)]


def experts_of(account_id: int) -> set[int]:
    """The experts of an account: who has a fair or a strong tie to it by its last report, and who answered there last.

    Those who are no experts any more are left out, and answers where the company was left out: to tell whoever gave one
    of the company would tell who asked.
    """
    figures = _last_figures(account_id)
    ids = {tie.expert_id for tie in figures.ties if tie.word in KNOWN} if figures else set()
    last = select(AffinityEvent.expert_id).where(
        AffinityEvent.account_id.in_(below([account_id])[account_id]),
        AffinityEvent.kind == "expert_answer",
        ~_company_left_out(),
    )
    answered = db.session.scalar(last.order_by(AffinityEvent.at.desc(), AffinityEvent.id.desc()).limit(1))
    ids |= {answered} if answered is not None else set()
    still = select(Person.id).join(PersonRole).where(Person.id.in_(ids), Person.active, PersonRole.role == Role.EXPERT)
    return set(db.session.scalars(still))


def _last_spoken(expert: Person, now: datetime) -> dict[int, datetime | None]:
    """The accounts that an expert had to do with lately, and when the expert last spoke with somebody there.

    Threads whose asker left out the company do not count: with the week beside it, the name would tell it.
    """
    since = now - KNOWN_FOR
    rows = select(AffinityEvent.account_id, AffinityEvent.kind, func.max(AffinityEvent.at)).where(
        AffinityEvent.expert_id == expert.id, AffinityEvent.at > since
    )
    found: dict[int, datetime | None] = {}
    rows = rows.where(~_company_left_out())
    for account_id, kind, at in db.session.execute(rows.group_by(AffinityEvent.account_id, AffinityEvent.kind)):
        before = found.setdefault(account_id, None)
        if kind in SPOKEN and (before is None or at > before):
            found[account_id] = at
    return found


def _company_left_out() -> ColumnElement[bool]:
    """The condition of what happened in a thread whose asker has a company, and left it out."""
    unnamed = Question.author_account_id.is_not(None) & (Question.author_employer == "")
    asked = select(Question.id).where(Question.id == AffinityEvent.question_id, or_(Question.company_withheld, unnamed))
    return asked.correlate(AffinityEvent).exists()


def _ties_of(expert: Person, account_ids: Collection[int]) -> Mapping[int, TieLine]:
    """What the last report of each account says about its tie with this expert; those without any are left out."""
    rows = select(AffinitySnapshot).where(AffinitySnapshot.account_id.in_(account_ids))
    found = {}
    for account_id, snapshot in queries.latest(rows).items():
        figures = from_text(snapshot.report).figures
        for tie in figures.ties if figures else ():
            if tie.expert_id == expert.id:
                found[account_id] = tie
    return found


def _last_figures(account_id: int) -> Figures | None:
    """What the last report of an account that showed figures says."""
    rows = select(AffinitySnapshot.report).where(
        AffinitySnapshot.account_id == account_id,
        AffinitySnapshot.active_people >= cohort.FEWEST_FOR_A_NUMBER,
        AffinitySnapshot.withheld.is_(False),
    )
    report = db.session.scalar(rows.order_by(AffinitySnapshot.taken_at.desc()).limit(1))
    return from_text(report).figures if report else None


def _waiting(account_ids: Collection[int]) -> Mapping[int, list[Question]]:
    found: dict[int, list[Question]] = defaultdict(list)
    for question in queries.longest_open(account_ids, QUESTIONS_SHOWN):
        if question.author_account_id is not None:
            found[question.author_account_id].append(question)
    return found
