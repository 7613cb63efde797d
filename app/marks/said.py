"""What the page of a question shows of its answers' marks, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, false, func, select
from sqlalchemy.orm import joinedload

from app.kernel.db import db
from app.marks.models import Correction, Mark, MarkKind, Recommendation
from app.marks.queries import is_open_doubt, made_since, recommendations_of
from app.marks.thanks import Thanked, thanked_of
from app.marks.versions import ForVersion, counts_for, speaks_of
from app.people.models import Person
from app.questions.models import Answer

DOUBTS_SHOWN = 3


@dataclass
class Said:
    """What was said of one answer, and what the reader said of it (`own`, by kind).

    `doubts` are the first warnings that are not settled. `for_version` and `outdated` speak of the version that the
    reader runs, if one was chosen.
    """

    recommendations: list[Recommendation] = field(default_factory=list)
    doubts: list[Mark] = field(default_factory=list)
    correction: Correction | None = None
    own: dict[str, Mark] = field(default_factory=dict)
    for_version: ForVersion = field(default_factory=ForVersion)
    outdated: bool = False
    thanked: Thanked = field(default_factory=Thanked)

    def recommended_by(self, person: Person | None) -> bool:
        return person is not None and any(one.expert_id == person.id for one in self.recommendations)


def said_of(
    answers: Sequence[Answer], viewer: Person | None, version: str = "", since: datetime | None = None
) -> dict[int, Said]:
    """What was said of these answers, by answer, in six queries at most; the kept numbers say which are needed.

    Words from before `since` stay unsaid: the question was confidential then, and their authors were not asked. They
    go on counting.
    """
    said: dict[int, Said] = defaultdict(Said)
    for recommendation in recommendations_of([answer.id for answer in answers if answer.recommended_count], since):
        said[recommendation.answer_id].recommendations.append(recommendation)
    for correction in _corrections([answer.id for answer in answers if answer.corrected_at], since):
        said[correction.answer_id].correction = correction
    doubted = [answer.id for answer in answers if answer.outdated_voices or answer.dangerous_voices]
    for mark, is_outdated in _first_doubts(doubted, version, since):
        said[mark.answer_id].doubts.append(mark)
        said[mark.answer_id].outdated |= is_outdated
    ids = [answer.id for answer in answers if answer.works_people or answer.fails_people or answer.id in doubted]
    for mark in _own(ids, viewer):
        said[mark.answer_id].own[mark.kind] = mark
    for answer_id, counts in counts_for(ids, version):
        said[answer_id].for_version = counts
    for answer_id, thanked in thanked_of([answer.id for answer in answers], viewer, since).items():
        said[answer_id].thanked = thanked
    return said


def _corrections(ids: Sequence[int], since: datetime | None) -> Iterable[Correction]:
    if not ids:
        return ()
    rows = select(Correction).where(Correction.answer_id.in_(ids), made_since(Correction.made_at, since))
    return db.session.scalars(rows.options(joinedload(Correction.thanks)))


def _first_doubts(ids: Sequence[int], version: str, since: datetime | None) -> Iterable[tuple[Mark, bool]]:
    """The first warnings of each answer, and whether they call it outdated for the version.

    Those that do come first, then the dangerous ones, then the newest.
    """
    if not ids:
        return []
    outdated = (Mark.kind == MarkKind.OUTDATED) & speaks_of(version) if version else false()
    weight = case((outdated, 2), (Mark.kind == MarkKind.DANGEROUS, 1), else_=0)
    place = func.row_number().over(partition_by=Mark.answer_id, order_by=(weight.desc(), Mark.id.desc()))
    columns = Mark.id, place.label("place"), weight.label("weight")
    ranked = (
        select(*columns).where(Mark.answer_id.in_(ids), is_open_doubt(), made_since(Mark.made_at, since)).subquery()
    )
    rows = select(Mark, ranked.c.weight).join(ranked, ranked.c.id == Mark.id).where(ranked.c.place <= DOUBTS_SHOWN)
    found = db.session.execute(rows.options(joinedload(Mark.person)).order_by(Mark.answer_id, ranked.c.place))
    return [(mark, weight_of_it == 2) for mark, weight_of_it in found]


def _own(ids: Sequence[int], viewer: Person | None) -> Iterable[Mark]:
    if viewer is None or not ids:
        return ()
    return db.session.scalars(select(Mark).where(Mark.answer_id.in_(ids), Mark.person_id == viewer.id))
