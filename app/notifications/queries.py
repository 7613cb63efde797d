"""Reading notices, and asking of many people at once who of them may read a thread."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import defer, joinedload, raiseload

from app.accounts.models import Account, Membership
from app.accounts.queries import looked_after_by, with_below
from app.affinity import pledges
from app.introductions.models import Introduction
from app.introductions.queries import visible_to as introductions_visible_to
from app.kernel.db import db
from app.kernel.paging import Page, page_of
from app.kernel.settings import settings
from app.meetings.models import MeetingRequest
from app.meetings.queries import requests_visible_to
from app.notifications.kinds import Kind
from app.notifications.models import Notice
from app.people.models import Person, PersonRole, Role
from app.posts.models import Post
from app.questions.models import Question, Visibility
from app.questions.queries import visible_to

ASKED_AT_ONCE = 1_000
# More than this, nobody counts.
MOST_COUNTED = 100

_posts = Post.__table__.alias("told_of")
_told_about = Person.__table__.alias("told_about")


def people_to_tell(question: Question | None, person_ids: Collection[int]) -> set[int]:
    """Those of these people who may read a thread, and who have an inbox: imported authors have none.

    What belongs to no thread is told to whoever it concerns. One query for each ASKED_AT_ONCE of them.
    """
    may_read = _may_read(question) if question else true()
    ids, found = sorted(person_ids), set[int]()
    for start in range(0, len(ids), ASKED_AT_ONCE):
        some = Person.id.in_(ids[start : start + ASKED_AT_ONCE])
        told = select(Person.id).where(some, may_read, Person.active, Person.email.is_not(None))
        found.update(db.session.scalars(told))
    return found


def _may_read(question: Question) -> ColumnElement[bool]:
    """For many people and one question what app.questions.queries.visible_to says of one person and many questions.

    A test holds the two together.
    """
    audience = or_(Person.id == question.author_id, _audience(question))
    if not question.is_deleted:
        return audience
    return or_(Person.id == question.author_id, _holds(Role.STEWARD, Role.ADMIN))


def _audience(question: Question) -> ColumnElement[bool]:
    if question.visibility == Visibility.PUBLIC:
        return true()
    if question.visibility == Visibility.EMPLOYEES:
        return _holds(*Role)
    there = Membership.account_id == question.author_account_id, Membership.until.is_(None)
    colleagues = and_(Person.id.in_(select(Membership.person_id).where(*there)), ~_holds(*Role))
    return or_(_holds(Role.EXPERT, Role.STEWARD, Role.ADMIN), colleagues)


def _holds(*roles: Role) -> ColumnElement[bool]:
    return Person.id.in_(select(PersonRole.person_id).where(PersonRole.role.in_(roles)))


def notices_for(person: Person) -> Select[Notice]:
    """What somebody was told, as far as they may read it now: posts, meetings, requests, and people still here."""
    thread = visible_to(person).where(Question.id == Notice.question_id, Question.deleted_at.is_(None))
    post = select(_posts.c.id).where(_posts.c.id == Notice.post_id, _posts.c.deleted_at.is_(None))
    meeting = requests_visible_to(person).where(MeetingRequest.id == Notice.meeting_id)
    asked = introductions_visible_to(person).where(Introduction.id == Notice.introduction_id)
    about = select(_told_about.c.id).where(_told_about.c.id == Notice.about_id, _told_about.c.active)
    return select(Notice).where(
        Notice.person_id == person.id,
        or_(Notice.question_id.is_(None), thread.with_only_columns(Question.id).correlate(Notice).exists()),
        or_(Notice.post_id.is_(None), post.correlate(Notice).exists()),
        or_(Notice.meeting_id.is_(None), meeting.with_only_columns(MeetingRequest.id).correlate(Notice).exists()),
        or_(Notice.introduction_id.is_(None), asked.with_only_columns(Introduction.id).correlate(Notice).exists()),
        or_(Notice.account_id.is_(None), _of_account(person)),
        or_(Notice.about_id.is_(None), about.correlate(Notice).exists()),
    )


def _of_account(person: Person) -> ColumnElement[bool]:
    """What is told of a company is for experts and for who looks after it now; that it is quiet is never for sales.

    That somebody waits there is also for who looks after a company above it. An alert tells what a report tells: not
    while the site measures nothing, and to sales only with the promise of the year.
    """
    if not settings().affinity_enabled:
        return false()
    if person.is_expert:
        return Notice.kind != Kind.ACCOUNT_QUIET if person.holds(Role.SALES) else true()
    if not person.holds(Role.SALES):
        return false()
    theirs = looked_after_by(person)
    waits_below = (Notice.kind == Kind.ACCOUNT_WAITS) & Notice.account_id.in_(with_below(theirs))
    looked_after = Notice.account_id.in_(theirs.with_only_columns(Account.id))
    return and_(or_(looked_after, waits_below), pledges.is_held_by(person))


def inbox_page(person: Person, after: str | None = None) -> Page[Notice]:
    """One page of an inbox, what came last first, with all that a row shows."""
    question = joinedload(Notice.question)
    rows = notices_for(person).options(
        joinedload(Notice.by),
        joinedload(Notice.about),
        joinedload(Notice.meeting).joinedload(MeetingRequest.slot),
        joinedload(Notice.search),
        joinedload(Notice.account),
        question.options(
            raiseload(Question.tags),
            defer(Question.body, raiseload=True),
            defer(Question.body_html, raiseload=True),
        ),
    )
    return page_of(rows, by=(Notice.id,), after=after)


def count_unread(person: Person) -> int:
    """How many notices somebody has not read, counted up to MOST_COUNTED."""
    own = select(Notice.id).where(Notice.person_id == person.id, Notice.read_at.is_(None))
    # Every page asks, and most readers have none: what they may read of them is dear to ask.
    if db.session.scalar(own.limit(1)) is None:
        return 0
    unread = notices_for(person).where(Notice.read_at.is_(None)).with_only_columns(Notice.id).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0
