"""What marks say to a reader who runs one version of a product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, or_, select

from app.kernel.db import db
from app.marks.counters import counting, people, voices
from app.marks.models import Mark, MarkKind
from app.marks.rules import versions_within
from app.questions import order
from app.questions.models import Answer, Question
from app.topics.models import Product, ProductVersion

# What each voice adds for a reader who runs the very version of which it speaks.
WORKS, MOST_WORKS = 10, 10


@dataclass(frozen=True)
class ForVersion:
    """For how many people, and voices, an answer works and fails with a version."""

    works_people: int = 0
    fails_people: int = 0
    works_voices: int = 0
    fails_voices: int = 0

    @property
    def points(self) -> int:
        """What this adds to the answer's points."""
        return WORKS * max(-MOST_WORKS, min(self.works_voices - self.fails_voices, MOST_WORKS))


def versions_named(question: Question) -> list[str]:
    """The versions that readers of a question may run: of its products, and of what was said below it."""
    product_ids = {question.product_id, *(other.product_id for other in question.involved)} - {None}
    answers = select(Answer.__table__.c.id).where(Answer.__table__.c.question_id == question.id)
    marked = select(Mark.version).where(Mark.answer_id.in_(answers))
    known = select(ProductVersion.name).where(ProductVersion.product_id.in_(product_ids))
    named = {*db.session.scalars(marked.union(known)), question.product_version}
    named.update(other.version for other in question.involved)
    return sorted(named - {""}, key=_by_numbers)


def placing_for(question: Question, version: str) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How answers are ordered for a reader who runs `version`: what is outdated there last, then by points."""
    outdated = select(Mark.id).where(Mark.answer_id == Answer.id, speaks_of(version), counting(MarkKind.OUTDATED))
    fresh = case((outdated.correlate(Answer).exists(), 0), else_=1)
    works = _voices_for(version, MarkKind.WORKS) - _voices_for(version, MarkKind.FAILS)
    bounded = case((works > MOST_WORKS, MOST_WORKS), (works < -MOST_WORKS, -MOST_WORKS), else_=works)
    return fresh, order.points(question, outdated=False) + WORKS * bounded


def counts_for(ids: Sequence[int], version: str) -> Iterable[tuple[int, ForVersion]]:
    """For how many each of these answers works with the version; answers of which nobody said it are left out."""
    if not version or not ids:
        return
    rows = select(Mark.answer_id, Mark.kind, people, voices).where(Mark.answer_id.in_(ids), _names(version))
    counted: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for answer_id, kind, of_people, of_voices in db.session.execute(rows.group_by(Mark.answer_id, Mark.kind)):
        counted[answer_id][kind] = (of_people, of_voices)
    for answer_id, kinds in counted.items():
        works, fails = kinds.get(MarkKind.WORKS, (0, 0)), kinds.get(MarkKind.FAILS, (0, 0))
        yield answer_id, ForVersion(works[0], fails[0], works[1], fails[1])


def as_known(version: str, product: Product | None) -> str:
    """The version as the product's own list spells it, if it is there in other capitals."""
    if product is None or not version:
        return version
    known = db.session.scalars(select(ProductVersion.name).where(ProductVersion.product_id == product.id))
    return next((name for name in known if name.casefold() == version.casefold()), version)


def speaks_of(version: str) -> ColumnElement[bool]:
    """A warning without a version is one for every version."""
    return or_(Mark.version == "", Mark.version.in_(versions_within(version)))


def _voices_for(version: str, kind: MarkKind) -> ColumnElement[int]:
    rows = select(voices).where(Mark.answer_id == Answer.id, counting(kind), _names(version))
    return rows.correlate(Answer).scalar_subquery()


def _names(version: str) -> ColumnElement[bool]:
    """Marks that were made for a version, or for all that begin like it, and still count."""
    return Mark.version.in_(versions_within(version)) & Mark.settled_at.is_(None)


def _by_numbers(version: str) -> list[tuple[int, str]]:
    """Orders 7.10 after 7.9, and BIOS 3.05 before BMC 5.1."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in version.replace(" ", ".").split(".")]
