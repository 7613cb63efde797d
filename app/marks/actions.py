"""What can be said of answers. Bodies come rendered; the caller holds the write transaction.

Each action locks the question first, as everywhere, and counts the answer's marks anew from their table.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

from sqlalchemy import delete, select

from app.accounts import queries as accounts
from app.kernel import clock, counters, events
from app.kernel.db import db
from app.marks import queries, rules
from app.marks.counters import COUNTERS
from app.marks.events import MarksChanged, MarkSettled, MistakeOwned, RecommendationChanged
from app.marks.models import Correction, Mark, MarkKind, Recommendation
from app.marks.versions import as_known
from app.people.models import Person
from app.posts import actions as posts
from app.posts import attachments
from app.posts.bodies import Body
from app.posts.rules import check_is_current
from app.questions import actions as questions
from app.questions.models import Answer, Question
from app.topics.models import Product

LONGEST_EDIT_REASON = 200
CORRECTED = "The author corrected the answer."
# Only one of these can be true for somebody.
OPPOSITES = {MarkKind.WORKS: MarkKind.FAILS, MarkKind.FAILS: MarkKind.WORKS}
# What was said against a text says nothing of the one that takes its place.
SETTLED_BY_CORRECTION = (MarkKind.FAILS, MarkKind.OUTDATED, MarkKind.DANGEROUS)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What somebody found out about an answer: a kind, for which product and version, and the sentence of a warning."""

    kind: str
    product: Product | None = None
    version: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class Confession:
    """What an author says who was wrong: the new text, what was wrong, and whom to thank.

    `changed` is the part of the characters that differ between the text of `revision_number` and the new one.
    """

    body: Body
    reason: str
    revision_number: int
    changed: float
    thanks: Person | None = None


def mark_answer(answer: Answer, question: Question, finding: Finding, *, by: Person) -> None:
    """Mark an answer. Whoever has marked it so before says it anew; who said "works" can no longer say "fails"."""
    kind = rules.clean_kind(finding.kind)
    sentence, version = rules.clean_sentence(kind, finding.sentence), rules.clean_version(finding.version)
    posts.lock(question)
    posts.lock(answer)
    rules.check_can_mark(by, answer, question, kind)
    _unmark(answer, by, [kind, *([OPPOSITES[kind]] if kind in OPPOSITES else [])])
    account = accounts.account_of(by)
    mark = Mark(
        answer_id=answer.id,
        person_id=by.id,
        person_role=by.shown_role,
        account_id=account.id if account else None,
        kind=kind,
        product_id=finding.product.id if finding.product else None,
        version=as_known(version, finding.product),
        sentence=sentence,
    )
    db.session.add(mark)
    _note_change(answer, by, kind)


def withdraw_mark(answer: Answer, question: Question, kind: str, *, by: Person) -> None:
    """Take a mark back; taking back what is not there changes nothing."""
    chosen = rules.clean_kind(kind)
    posts.lock(question)
    posts.lock(answer)
    rules.check_is_open(by, answer, question)
    if _unmark(answer, by, [chosen]):
        _note_change(answer, by, chosen)


def settle_mark(mark: Mark, answer: Answer, question: Question, note: str, *, by: Person) -> None:
    """Say what was done about a warning. It stays readable, and counts no longer."""
    note = rules.clean_note(note)
    posts.lock(question)
    posts.lock(answer)
    db.session.refresh(mark)
    looks_after = queries.looks_after(by, question)
    rules.check_can_settle(by, mark, answer, question, looks_after=looks_after)
    if not mark.is_settled:
        _settle(mark, answer, note, by)
        _recount(answer)


def recommend(answer: Answer, question: Question, reason: str, *, by: Person) -> None:
    """Recommend an answer under one's own name; said again, the new reason stands."""
    reason = rules.clean_reason(reason)
    posts.lock(question)
    posts.lock(answer)
    rules.check_can_recommend(by, answer, question)
    _withdraw_recommendation(answer, by)
    db.session.add(Recommendation(answer_id=answer.id, expert_id=by.id, reason=reason))
    _note_recommendation(answer, by)


def withdraw_recommendation(answer: Answer, question: Question, *, by: Person) -> None:
    """Recommend an answer no longer."""
    posts.lock(question)
    posts.lock(answer)
    rules.check_is_open(by, answer, question)
    if _withdraw_recommendation(answer, by):
        _note_recommendation(answer, by)


def own_mistake(answer: Answer, question: Question, confession: Confession, *, by: Person) -> None:
    """Put a right text in place of a wrong one. The old one stays readable; what was said against it counts no longer.

    Raises ChangedMeanwhile when the answer is no longer at the revision that the author has corrected.
    """
    reason = rules.clean_confession(confession.reason)
    posts.lock(question)
    posts.lock(answer)
    rules.check_can_own_mistake(by, answer, question)
    rules.check_can_thank(by, confession.thanks)
    check_is_current(answer, confession.revision_number)
    rules.check_changes_enough(by, confession.changed)
    old_text, old_html = answer.body, answer.body_html
    short = shorten(reason, LONGEST_EDIT_REASON, placeholder=" …")
    questions.edit_answer(answer, confession.body, by=by, revision_number=confession.revision_number, reason=short)
    attachments.keep_in_old_text(answer, old_text)
    answer.corrected_at = clock.now()
    db.session.add(
        Correction(
            answer_id=answer.id,
            old_revision=confession.revision_number,
            old_html=old_html,
            reason=reason,
            thanks_id=confession.thanks.id if confession.thanks else None,
            made_at=answer.corrected_at,
        )
    )
    _forgive(answer, by)
    events.record(MistakeOwned(answer_id=answer.id, question_id=question.id, author_id=by.id))


def _forgive(answer: Answer, author: Person) -> None:
    posts.set_aside_votes_against(answer)
    against = Mark.kind.in_(SETTLED_BY_CORRECTION), Mark.settled_at.is_(None)
    for mark in db.session.scalars(select(Mark).where(Mark.answer_id == answer.id, *against).order_by(Mark.id)):
        _settle(mark, answer, CORRECTED, author)
    _recount(answer)


def _settle(mark: Mark, answer: Answer, note: str, by: Person) -> None:
    mark.settled_at, mark.settled_by_id, mark.settled_note = clock.now(), by.id, note
    settled = MarkSettled(mark_id=mark.id, answer_id=answer.id, question_id=answer.question_id, by_id=by.id)
    events.record(settled)


def _unmark(answer: Answer, by: Person, kinds: list[MarkKind]) -> bool:
    theirs = Mark.answer_id == answer.id, Mark.person_id == by.id, Mark.kind.in_(kinds)
    ids = db.session.scalars(select(Mark.id).where(*theirs)).all()
    db.session.execute(delete(Mark).where(Mark.id.in_(ids)))
    return bool(ids)


def _withdraw_recommendation(answer: Answer, by: Person) -> bool:
    theirs = Recommendation.answer_id == answer.id, Recommendation.expert_id == by.id
    ids = db.session.scalars(select(Recommendation.id).where(*theirs)).all()
    db.session.execute(delete(Recommendation).where(Recommendation.id.in_(ids)))
    return bool(ids)


def _note_change(answer: Answer, by: Person, kind: MarkKind) -> None:
    _recount(answer)
    changed = MarksChanged(answer_id=answer.id, question_id=answer.question_id, person_id=by.id, kind=kind)
    events.record(changed)


def _note_recommendation(answer: Answer, by: Person) -> None:
    _recount(answer)
    changed = RecommendationChanged(answer_id=answer.id, question_id=answer.question_id, expert_id=by.id)
    events.record(changed)


def _recount(answer: Answer) -> None:
    db.session.flush()
    counters.recount(COUNTERS, answer.id)
    db.session.refresh(answer, [counter.column.key for counter in COUNTERS])
