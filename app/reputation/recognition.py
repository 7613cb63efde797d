"""What others found out about somebody's public answers, made to agree with what was said of them.

Who works where the author does says nothing here that counts: neither one's own company nor, for an employee's answer,
another employee. Nor does what was said while the thread was confidential.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.marks.models import Correction, Mark, MarkKind, Thanks
from app.people.models import MEMBER
from app.posts.models import Post
from app.reputation import badges
from app.reputation.models import Recognition
from app.reputation.threads import answers, given, is_public, posts, questions

TURN = "recognition"


class Found(NamedTuple):
    """What is kept of somebody: the columns of Recognition."""

    worked_for_companies: int = 0
    worked_for_people: int = 0
    corrections: int = 0
    thanks: int = 0


NOTHING = Found()


def settle_answer(answer_id: int) -> None:
    """Make what is kept of an answer's author agree with what was said of their answers."""
    settle_people(db.session.scalars(select(Post.author_id).where(Post.id == answer_id)))


def settle_threads(question_ids: Iterable[int]) -> None:
    """The same of everybody who answered in these threads."""
    below = select(answers.c.id).where(answers.c.question_id.in_(list(question_ids)))
    settle_people(db.session.scalars(select(Post.author_id).where(Post.id.in_(below)).distinct()))


def settle_people(person_ids: Iterable[int]) -> None:
    """Make what is kept of these people agree with what was said of their answers."""
    for person_id in sorted(set(person_ids)):
        take_turn(TURN, person_id)
        found = found_out(person_id).get(person_id, NOTHING)
        kept = db.session.get(Recognition, person_id)
        if kept is None and found != NOTHING:
            db.session.add(Recognition(person_id=person_id, **found._asdict()))
        elif kept is not None:
            for name, value in found._asdict().items():
                setattr(kept, name, value)
        db.session.flush()
        badges.settle_owning(person_id)


def found_out(person_id: int | None = None) -> dict[int, Found]:
    """What was said of the public answers of somebody (None: of everybody), by person."""
    found: dict[int, Found] = {}
    for author, companies, people in db.session.execute(_of(_works(), person_id)):
        found[author] = NOTHING._replace(worked_for_companies=companies, worked_for_people=people)
    for author, corrections in db.session.execute(_of(_corrections(), person_id)):
        found[author] = found.get(author, NOTHING)._replace(corrections=corrections)
    for author, thanks in db.session.execute(_of(_thanks(), person_id)):
        found[author] = found.get(author, NOTHING)._replace(thanks=thanks)
    return found


def _works() -> Select[Any]:
    """Companies and people, each of them once however many answers worked for them."""
    count = func.count(Mark.account_id.distinct()), func.count(Mark.person_id.distinct())
    rows = select(posts.c.author_id, *count).select_from(given.join(Mark.__table__, Mark.answer_id == posts.c.id))
    works = Mark.kind == MarkKind.WORKS, Mark.settled_at.is_(None), Mark.person_id != posts.c.author_id
    # Whoever has no company, as our experts, is nobody's colleague by it.
    strangers = or_(Mark.account_id.is_(None), Mark.account_id.is_distinct_from(posts.c.author_account_id))
    colleagues = and_(Mark.person_role != MEMBER, posts.c.author_role != MEMBER)
    return rows.where(*works, strangers, ~colleagues, _in_public(Mark.made_at))


def _corrections() -> Select[Any]:
    rows = select(posts.c.author_id, func.count())
    owned = given.join(Correction.__table__, Correction.answer_id == posts.c.id)
    return rows.select_from(owned).where(_in_public(Correction.made_at))


def _thanks() -> Select[Any]:
    rows = select(posts.c.author_id, func.count())
    said = given.join(Thanks.__table__, Thanks.answer_id == posts.c.id)
    return rows.select_from(said).where(Thanks.person_id != posts.c.author_id, _in_public(Thanks.said_at))


def _in_public(said: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    return or_(questions.c.opened_at.is_(None), said >= questions.c.opened_at)


def _of(rows: Select[Any], person_id: int | None) -> Select[Any]:
    theirs: ColumnElement[bool] = true() if person_id is None else posts.c.author_id == person_id
    return rows.where(theirs, is_public).group_by(posts.c.author_id)
