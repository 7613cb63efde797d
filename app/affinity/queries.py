"""Reading affinity. Whatever a reader is shown starts from `visible_to` or `snapshots_visible_to`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from app.accounts.models import Account
from app.accounts.queries import below, looked_after_by
from app.affinity.cohort import FEWEST_FOR_A_NUMBER
from app.affinity.models import AffinitySnapshot
from app.affinity.score import OVERDUE_AFTER
from app.kernel.db import db
from app.marks.queries import asker_was_helped
from app.people.models import MEMBER, Person, Role
from app.posts.models import Post
from app.questions import queries as questions
from app.questions.models import Answer, Question

SPARKLINE_OVER = timedelta(days=366)
OPEN_SHOWN = 50


def visible_to(viewer: Person | None) -> Select[Account]:
    """The accounts whose report `viewer` may read: those they look after now, and those of whom they lead."""
    return looked_after_by(viewer)


def snapshots_visible_to(viewer: Person | None) -> Select[AffinitySnapshot]:
    """The snapshots that `viewer` may read."""
    theirs = looked_after_by(viewer).with_only_columns(Account.id)
    return select(AffinitySnapshot).where(AffinitySnapshot.account_id.in_(theirs))


def latest(snapshots: Select[AffinitySnapshot]) -> dict[int, AffinitySnapshot]:
    """Of these snapshots the last one of each account, by account id."""
    # The moments of these alone: to group those of the whole site costs more the older it is.
    moment = func.max(AffinitySnapshot.taken_at).label("taken_at")
    last = snapshots.with_only_columns(AffinitySnapshot.account_id, moment)
    last_of = last.group_by(AffinitySnapshot.account_id).subquery()
    rows = snapshots.join(
        last_of,
        (AffinitySnapshot.account_id == last_of.c.account_id) & (AffinitySnapshot.taken_at == last_of.c.taken_at),
    )
    return {snapshot.account_id: snapshot for snapshot in db.session.scalars(rows)}


def curves(snapshots: Select[AffinitySnapshot], until: datetime) -> dict[int, list[tuple[datetime, int]]]:
    """Twelve months of affinity by account id, oldest first, without the times when too few people took part.

    Of several snapshots of one day the last stands for it: they were taken by hand.
    """
    rows = (
        snapshots.with_only_columns(AffinitySnapshot.account_id, AffinitySnapshot.taken_at, AffinitySnapshot.score)
        .where(AffinitySnapshot.active_people >= FEWEST_FOR_A_NUMBER, AffinitySnapshot.withheld.is_(False))
        .where(AffinitySnapshot.taken_at > until - SPARKLINE_OVER, AffinitySnapshot.taken_at <= until)
        .order_by(AffinitySnapshot.taken_at)
    )
    found: dict[int, dict[date, tuple[datetime, int]]] = defaultdict(dict)
    for account_id, taken_at, score in db.session.execute(rows):
        found[account_id][taken_at.date()] = (taken_at, round(score))
    return {account_id: list(days.values()) for account_id, days in found.items()}


def open_questions(account: Account) -> Sequence[Question]:
    """Public questions of the account's people, and of companies below it, that no expert has answered."""
    return longest_open(below([account.id])[account.id], OPEN_SHOWN)


def longest_open(account_ids: Collection[int], limit: int) -> Sequence[Question]:
    """Public questions of the people of these accounts that no expert has answered, the one that waits longest first.

    Those that were asked without naming the company are counted elsewhere and not named here.
    """
    rows = _open_and_named(account_ids).options(
        selectinload(Question.tags),
        joinedload(Question.product),
        defer(Question.body, raiseload=True),
        defer(Question.body_html, raiseload=True),
    )
    return db.session.scalars(rows.order_by(Question.asked_at, Question.id).limit(limit)).all()


def open_since(families: Mapping[int, Collection[int]]) -> dict[int, list[datetime]]:
    """When the open questions of each of these accounts, named with all below it, were asked: oldest first.

    Only those that name their company, as in `longest_open`: another number would tell who asked without naming it.
    """
    members = set[int]().union(*families.values())
    rows = (
        _open_and_named(members)
        .with_only_columns(Question.author_account_id, Question.asked_at)
        .order_by(Question.asked_at, Question.id)
    )
    found: dict[int | None, list[datetime]] = defaultdict(list)
    for account_id, asked_at in db.session.execute(rows):
        found[account_id].append(asked_at)
    asked = {account_id: sorted(at for one in family for at in found[one]) for account_id, family in families.items()}
    return {account_id: moments for account_id, moments in asked.items() if moments}


def overdue_questions(now: datetime) -> list[tuple[int, int]]:
    """The open questions that have waited for more than three days, each with the account that it names."""
    rows = questions.visible_to(None).where(_is_open(), *_names_company())
    rows = rows.where(Question.author_account_id.is_not(None), Question.asked_at < now - OVERDUE_AFTER)
    columns = rows.with_only_columns(Question.id, Question.author_account_id).order_by(Question.id)
    return [(question_id, account_id) for question_id, account_id in db.session.execute(columns) if account_id]


def handles(person_ids: Iterable[int]) -> dict[int, str]:
    """The handles of these people: experts, who act in public."""
    rows = select(Person.id, Person.handle).where(Person.id.in_(set(person_ids)))
    return {row.id: row.handle for row in db.session.execute(rows)}


def _open_and_named(account_ids: Collection[int]) -> Select[Question]:
    named = Question.author_account_id.in_(account_ids), *_names_company()
    return questions.visible_to(None).where(_is_open(), *named)


def _names_company() -> tuple[ColumnElement[bool], ...]:
    """The company stands beside it: a question that was split off what somebody wrote without theirs names none."""
    return Question.company_withheld.is_(False), Question.author_employer != ""


def _is_open() -> ColumnElement[bool]:
    """Asked by a customer, not solved, answered by no expert, and still to be answered: a closed one cannot be."""
    answers, posts = Answer.__table__, Post.__table__.alias("answering")
    by_expert = (
        select(answers.c.id)
        .join(posts, posts.c.id == answers.c.id)
        .where(answers.c.question_id == Question.id, posts.c.author_role == Role.EXPERT, posts.c.deleted_at.is_(None))
    )
    unsolved = Question.accepted_answer_id.is_(None) & ~asker_was_helped()
    waits = Question.closed_at.is_(None) & unsolved & ~by_expert.exists()
    return (Question.author_role == MEMBER) & waits
