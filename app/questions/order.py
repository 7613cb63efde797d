"""The order in which answers are read: points from what people said of them, the most first, then the earlier one.

The figures are explained to readers in docs/answer-order.md and beside the answers; `points` and `shares` are the same
sum, once for the database and once for the eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, case, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from app.questions.models import Answer, Question

ACCEPTED = 100
RECOMMENDED, MOST_RECOMMENDED = 40, 2
HELPFUL, MOST_HELPFUL = 1, 50
WORKS, MOST_WORKS = 5, 10
# A warning stands once two voices give it; an expert's, a steward's or the author's own counts as two.
STANDS_AT = 2
OUTDATED_IF_SAID, OUTDATED = -30, -300
DANGEROUS_IF_SAID, DANGEROUS = -60, -600
# Where only a line says that an answer was here, it must not stand above one that can be read.
DELETED = -5_000

Number = ColumnElement[int] | InstrumentedAttribute[int]


class Share(NamedTuple):
    """What one thing that was said adds to an answer's points."""

    words: str
    points: int


def points(question: Question, *, outdated: bool = True) -> ColumnElement[int]:
    """The points of an answer to `question`, as an expression over its kept numbers.

    With `outdated` False, without what is said of its age: for whoever runs a version, something else says that.
    """
    total: ColumnElement[int] = (
        case((Answer.id == (question.accepted_answer_id or 0), ACCEPTED), else_=0)
        + RECOMMENDED * _at_most(Answer.recommended_count, MOST_RECOMMENDED)
        + HELPFUL * _at_most(Answer.helpful_count - Answer.unhelpful_count, MOST_HELPFUL)
        + WORKS * _at_most(Answer.works_voices - Answer.fails_voices, MOST_WORKS)
        + _warned(Answer.dangerous_voices, DANGEROUS_IF_SAID, DANGEROUS)
        + case((Answer.deleted_at.is_not(None), DELETED), else_=0)
    )
    if outdated:
        total = total + _warned(Answer.outdated_voices, OUTDATED_IF_SAID, OUTDATED)
    return type_coerce(total, Integer)


def shares(answer: Answer, question: Question, *, outdated: bool = True) -> Sequence[Share]:
    """What `points` adds up for an answer, without what adds nothing."""
    votes = answer.helpful_count - answer.unhelpful_count
    voices = answer.works_voices - answer.fails_voices
    all_shares = [
        Share("accepted", ACCEPTED * (question.accepted_answer_id == answer.id)),
        Share("recommended", RECOMMENDED * min(answer.recommended_count, MOST_RECOMMENDED)),
        Share("votes", HELPFUL * max(-MOST_HELPFUL, min(votes, MOST_HELPFUL))),
        Share("works", WORKS * max(-MOST_WORKS, min(voices, MOST_WORKS))),
        Share("dangerous", _warning(answer.dangerous_voices, DANGEROUS_IF_SAID, DANGEROUS)),
        Share("deleted", DELETED * answer.is_deleted),
    ]
    if outdated:
        all_shares.append(Share("outdated", _warning(answer.outdated_voices, OUTDATED_IF_SAID, OUTDATED)))
    return [share for share in all_shares if share.points]


def stands(voices: int) -> bool:
    """True where enough has been said for a warning to hold without a closer look."""
    return voices >= STANDS_AT


def _at_most(number: Number, most: int) -> ColumnElement[int]:
    return case((number > most, most), (number < -most, -most), else_=number)


def _warned(voices: Number, if_said: int, if_it_stands: int) -> ColumnElement[int]:
    return case((voices >= STANDS_AT, if_it_stands), (voices > 0, if_said), else_=0)


def _warning(voices: int, if_said: int, if_it_stands: int) -> int:
    return if_it_stands if stands(voices) else if_said * (voices > 0)
