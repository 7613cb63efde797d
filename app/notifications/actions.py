"""What people do with what they follow and with their inbox. The caller holds the write transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, or_, update

from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.notifications import rules
from app.notifications.follows import TURN
from app.notifications.models import Follow, Notice
from app.people.models import Person
from app.questions.models import Question


def follow(question: Question, *, by: Person) -> None:
    """Tell `by` from now on what happens in a question. Following it again changes nothing."""
    rules.check_can_follow(by, question)
    found = _follow(question, by)
    if found.ended_at is not None:
        found.since, found.ended_at = clock.now(), None


def end_follow(question: Question, *, by: Person) -> None:
    """Tell `by` no more, whatever they write there later."""
    found = _follow(question, by)
    if found.ended_at is None:
        found.ended_at = clock.now()


def mark_read(notice: Notice) -> None:
    """Note that a notice was opened."""
    notice.read_at = notice.read_at or clock.now()


def mark_all_read(person: Person, up_to: int) -> None:
    """Note that somebody has seen every notice up to this one; what came since stays new."""
    unread = Notice.person_id == person.id, Notice.read_at.is_(None), Notice.id <= up_to
    db.session.execute(update(Notice).where(*unread).values(read_at=clock.now()))


def mark_search_read(person: Person, search_id: int) -> None:
    """Note that somebody has looked at a kept search: what they were told of it is not new any more."""
    unread = Notice.person_id == person.id, Notice.read_at.is_(None), Notice.search_id == search_id
    db.session.execute(update(Notice).where(*unread).values(read_at=clock.now()))


def mark_read_before(moment: datetime, people: Collection[int]) -> None:
    """Let what these people were told before `moment` count as read."""
    told = Notice.person_id.in_(people), Notice.read_at.is_(None), Notice.made_at < moment
    db.session.execute(update(Notice).where(*told).values(read_at=Notice.made_at))


def forget_old() -> None:
    """Drop what was read long ago, and what nobody read for longer."""
    now = clock.now()
    read = and_(Notice.read_at.is_not(None), Notice.made_at < now - rules.KEEP_READ)
    db.session.execute(delete(Notice).where(or_(read, Notice.made_at < now - rules.KEEP_UNREAD)))


def _follow(question: Question, by: Person) -> Follow:
    take_turn(TURN, question.id)
    found = db.session.get(Follow, (by.id, question.id))
    if found is None:
        found = Follow(person_id=by.id, question_id=question.id, since=clock.now())
        db.session.add(found)
    return found
