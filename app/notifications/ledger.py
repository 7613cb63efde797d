"""The notices of one cause, made to agree with what holds now.

A cause that no longer holds takes its notices with it. What was told once stays told, also to those who may not read
the thread at the moment: who may read what is asked again whenever the inbox is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.notifications.kinds import WEIGHT, Kind
from app.notifications.models import Notice
from app.notifications.queries import people_to_tell
from app.notifications.rules import KEEP_READ, LONGEST_WORDS
from app.posts.models import Post
from app.questions.models import Question


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that people are told: when and through whom it happened, and what it is to each of them.

    `key` names it once and for all; `words` are what was said with it. It is about a post of a thread, about a request
    for a meeting, about a kept search, about a request to sales, or about somebody.
    """

    key: str
    at: datetime
    by_id: int | None
    told: Mapping[int, Kind]
    post: Post | None = None
    meeting_id: int | None = None
    search_id: int | None = None
    introduction_id: int | None = None
    account_id: int | None = None
    about_id: int | None = None
    words: str = ""


def take_turn_to_tell(question_id: int) -> None:
    """Wait for whoever else is telling of this thread. To be taken before anything is read."""
    take_turn("notices", question_id)


def key(what: str, number: int, at: datetime | None = None) -> str:
    """The name of a cause: a row, and where a row can be written anew under an old number, the moment of it."""
    return f"{what}:{number}@{at.isoformat()}" if at else f"{what}:{number}"


def settle(
    question: Question | None, causes: Sequence[Cause], *, among: ColumnElement[bool], in_parts: bool = False
) -> None:
    """Let these causes be the only ones of the notices `among` which they are; the others as in `tell`."""
    db.session.execute(delete(Notice).where(among, Notice.cause.not_in([cause.key for cause in causes])))
    for cause in causes:
        tell(question, cause, in_parts=in_parts)


def take_back(cause_key: str) -> None:
    """Nobody is told of this any more."""
    db.session.execute(delete(Notice).where(Notice.cause == cause_key))


def about(post: Post, kinds: Iterable[Kind]) -> ColumnElement[bool]:
    """The notices of these kinds about a post."""
    return (Notice.post_id == post.id) & Notice.kind.in_(list(kinds))


def tell(question: Question | None, cause: Cause, *, in_parts: bool = False) -> None:
    """Tell those who may read it; not whoever did it, nobody of what is long over, and nobody a second time.

    Of what belongs to no thread (`question` is None) everybody is told whom the cause names.

    What was told once is told to nobody else later: who follows a thread may change, and answers may move to another
    one. `in_parts` is for what concerns others from time to time, as the names in a text that is edited.
    """
    if not cause.told:
        return
    columns = select(Notice.person_id, Notice.kind).where(Notice.cause == cause.key)
    had = {person_id: Kind(kind) for person_id, kind in db.session.execute(columns)}
    _say_better(cause, had)
    was_told = not in_parts and not set(had.values()).isdisjoint(cause.told.values())
    if was_told or cause.at < clock.now() - KEEP_READ:
        return
    new = people_to_tell(question, cause.told.keys() - had.keys() - {cause.by_id})
    if new:
        db.session.execute(insert(Notice), [_row(question, cause, person_id) for person_id in sorted(new)])


def _say_better(cause: Cause, had: Mapping[int, Kind]) -> None:
    """What weighs more for somebody takes the place of what they were told of the same cause."""
    for person_id in cause.told.keys() & had.keys():
        kind = cause.told[person_id]
        if WEIGHT[kind] > WEIGHT[had[person_id]]:
            theirs = Notice.cause == cause.key, Notice.person_id == person_id
            db.session.execute(update(Notice).where(*theirs).values(kind=kind))


def _row(question: Question | None, cause: Cause, person_id: int) -> dict[str, object]:
    return {
        "person_id": person_id,
        "kind": cause.told[person_id],
        "cause": cause.key,
        "question_id": question.id if question else None,
        "post_id": cause.post.id if cause.post else None,
        "meeting_id": cause.meeting_id,
        "search_id": cause.search_id,
        "introduction_id": cause.introduction_id,
        "account_id": cause.account_id,
        "about_id": cause.about_id,
        "by_id": cause.by_id,
        "words": cause.words[:LONGEST_WORDS],
        "made_at": cause.at,
    }
