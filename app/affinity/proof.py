"""Whether the stored events are what threads, meetings and invitations tell: for `recount` and for `rebuild`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sqlalchemy import Select, select

from app.affinity import invitations, ledger, meetings
from app.affinity.ledger import Row
from app.kernel.db import db
from app.kernel.settings import settings
from app.meetings.models import MeetingRequest
from app.people.models import JoinInvitation
from app.questions.models import Question


def differences() -> Iterator[str]:
    """A sentence for every thread, meeting and invitation of which something else is stored than it tells.

    None while affinity is switched off: nothing is written then.
    """
    if not settings().affinity_enabled:
        return
    for question_ids in portions(after=0):
        yield from _of_threads(question_ids)
    stored, desired = ledger.stored_loose(), desired_loose()
    for source in sorted(stored.keys() | desired.keys()):
        if stored.get(source) != desired.get(source):
            yield f"The events of {source.replace(':', ' ')} are not what it tells."


def repair_loose() -> None:
    """Store what meetings and invitations tell, and nothing of those that are there no more.

    The caller holds the write transaction.
    """
    if settings().affinity_enabled:
        desired = desired_loose()
        for source in sorted(ledger.stored_loose().keys() | desired.keys()):
            ledger.write_down(source, desired.get(source))


def portions(after: int) -> Iterator[list[int]]:
    """The numbers of all questions above `after`, in order, so many at a time as are settled at once."""
    rows = select(Question.id).order_by(Question.id).limit(ledger.CHUNK)
    while found := list(db.session.scalars(rows.where(Question.id > after))):
        yield found
        after = found[-1]


def desired_loose() -> dict[str, Row]:
    """What should be stored of meetings and invitations, by source."""
    held = select(MeetingRequest.id).where(MeetingRequest.counted_at.is_not(None))
    used = select(JoinInvitation.id).where(JoinInvitation.used_by_id.is_not(None))
    rows = [*_read(held, meetings.desired_rows), *_read(used, invitations.desired_rows)]
    return {row.source: row for row in rows}


def _of_threads(question_ids: Collection[int]) -> Iterator[str]:
    stored, desired = ledger.stored_rows(question_ids).keys(), ledger.desired_rows(question_ids)
    for question_id in sorted({row.question_id or 0 for row in stored ^ desired}):
        yield f"The events of question {question_id} are not what its thread tells."


def _read(chosen: Select[int], desired_rows: Callable[[Collection[int]], dict[int, Row]]) -> Iterator[Row]:
    ids = sorted(db.session.scalars(chosen))
    for start in range(0, len(ids), ledger.CHUNK):
        yield from desired_rows(ids[start : start + ledger.CHUNK]).values()
