"""Making a confidential thread public with the word of everybody who wrote in it, and a public one confidential.

A consent holds for what its author had written by then: an edit or a new post asks for it anew. The caller of what
changes something holds the write transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select, union_all, update
from sqlalchemy.orm import joinedload

from app.curation import record, rules
from app.curation.events import OpeningProposed
from app.curation.models import Done, OpeningConsent, OpeningRequest
from app.kernel import clock, events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people.models import MEMBER, Person
from app.posts import actions as posts
from app.posts.models import Comment, Post
from app.questions.actions import change_visibility
from app.questions.models import Answer, Question, Visibility

_answers = Answer.__table__


@dataclass(frozen=True)
class Writer:
    """Somebody who wrote in a thread: when last, and when they agreed that it becomes public, if they did."""

    person: Person
    wrote_at: datetime
    consented_at: datetime | None

    @property
    def agrees(self) -> bool:
        """True when the consent is for all that they have written."""
        return self.consented_at is not None and self.consented_at >= self.wrote_at

    @property
    def has_changed_since(self) -> bool:
        return self.consented_at is not None and not self.agrees


def writers_in(question: Question) -> list[Writer]:
    """Everybody whose text would become public, by handle; a former member can no longer be asked, so is not."""
    texts = _texts_of(question).subquery()
    last = select(texts.c.author_id, func.max(texts.c.at).label("at")).group_by(texts.c.author_id).subquery()
    consents = select(OpeningConsent).where(OpeningConsent.question_id == question.id).subquery()
    rows = (
        select(Person, last.c.at, consents.c.consented_at)
        .join(last, last.c.author_id == Person.id)
        .outerjoin(consents, consents.c.person_id == Person.id)
        .where(Person.email.is_not(None))
        .order_by(Person.handle_skeleton)
    )
    return [Writer(person, at, consented_at) for person, at, consented_at in db.session.execute(rows)]


def missing_in(writers: Sequence[Writer]) -> list[Writer]:
    """Those who have not agreed, or not to all that they have written."""
    return [writer for writer in writers if not writer.agrees]


def request_for(question: Question) -> OpeningRequest | None:
    """The proposal that waits for everybody's word, with whose it is."""
    rows = select(OpeningRequest).where(OpeningRequest.question_id == question.id)
    return db.session.scalar(rows.options(joinedload(OpeningRequest.proposed_by)))


def was_refused(question: Question) -> bool:
    """True when whoever asked has said that it stays confidential."""
    refusal = record.was_done(question, Done.KEPT_CONFIDENTIAL)
    return refusal is not None and refusal.by_id == question.author_id


def check_can_propose(person: Person, question: Question) -> None:
    """Raise a Refusal unless the person may ask everybody who wrote here."""
    has_written = _has_written(person, writers_in(question))
    refused = was_refused(question)
    rules.check_can_propose_opening(person, question, has_written=has_written, was_refused=refused)


def propose_opening(question: Question, *, by: Person, withhold_company: bool | None = None) -> None:
    """Ask everybody who wrote here; whoever proposes it agrees by that. The company's name is withheld by default."""
    posts.lock(question)
    check_can_propose(by, question)
    if request_for(question) is None:
        db.session.add(OpeningRequest(question_id=question.id, proposed_by_id=by.id))
        db.session.flush()
        events.record(OpeningProposed(question_id=question.id, by_id=by.id))
    consent(question, by=by, withhold_company=withhold_company)


def consent(question: Question, *, by: Person, withhold_company: bool | None = None) -> bool:
    """Agree to all that one has written here so far; True when that was the last word needed and it is public now.

    Whether the company's name goes with it is for whoever asked to say.
    """
    posts.lock(question)
    rules.check_is_confidential(question)
    request = _standing_request(question)
    rules.check_can_consent(has_written=_has_written(by, writers_in(question)))
    if withhold_company is not None and by.id == question.author_id:
        request.withhold_company = withhold_company
    given = db.session.get(OpeningConsent, (question.id, by.id))
    if given is None:
        given = OpeningConsent(question_id=question.id, person_id=by.id)
        db.session.add(given)
    given.consented_at = clock.now()
    db.session.flush()
    if missing_in(writers_in(question)):
        return False
    _open(question, request, by)
    return True


def withdraw_consent(question: Question, *, by: Person) -> None:
    """Take one's word back, as long as it is not public."""
    posts.lock(question)
    rules.check_is_confidential(question)
    own = OpeningConsent.question_id == question.id, OpeningConsent.person_id == by.id
    db.session.execute(delete(OpeningConsent).where(*own))


def refuse_opening(question: Question, *, by: Person) -> None:
    """Let it stay confidential. Once whoever asked has said so, only they can propose it again."""
    posts.lock(question)
    rules.check_is_confidential(question)
    request = _standing_request(question)
    rules.check_can_refuse_opening(by, question, request.proposed_by_id)
    _forget(question)
    record.note(question, Done.KEPT_CONFIDENTIAL, by=by)


def make_confidential(question: Question, *, by: Person, reason: str = "") -> None:
    """Let only the asker's company and the experts read it, or only employees what one of them asked. At once."""
    posts.lock(question)
    rules.check_can_narrow(by, question)
    visibility = Visibility.EMPLOYEES if _asker(question).is_employee else Visibility.COMPANY
    change_visibility(question, visibility, by=by, company_withheld=question.company_withheld)
    record.note(question, Done.NARROWED, by=by, words=reason[: rules.LONGEST_WORDS])


def ask_everybody_again(question: Question) -> None:
    """What came into the thread from elsewhere was in nobody's mind who has agreed so far."""
    db.session.execute(delete(OpeningConsent).where(OpeningConsent.question_id == question.id))


def forget_consent(question_id: int, person_id: int) -> None:
    """Somebody's text came back into the thread, which they had not agreed to show."""
    theirs = OpeningConsent.question_id == question_id, OpeningConsent.person_id == person_id
    db.session.execute(delete(OpeningConsent).where(*theirs))


def _open(question: Question, request: OpeningRequest, by: Person) -> None:
    withheld = request.withhold_company
    _forget(question)
    change_visibility(question, Visibility.PUBLIC, by=_asker(question), company_withheld=withheld)
    if withheld:
        _withhold_from_colleagues(question)
    record.note(question, Done.OPENED, by=by)


def _withhold_from_colleagues(question: Question) -> None:
    """Colleagues of whoever asked could read the thread, and wrote in it: their name tags say the company as well."""
    below = select(_answers.c.id).where(_answers.c.question_id == question.id)
    theirs = (Post.id.in_(below), Post.author_account_id == question.author_account_id, Post.author_role == MEMBER)
    db.session.execute(update(Post).where(*theirs).values(author_employer=""))
    here = (Comment.post_id == question.id) | Comment.post_id.in_(below)
    said = (here, Comment.author_account_id == question.author_account_id, Comment.author_role == MEMBER)
    db.session.execute(update(Comment).where(*said).values(author_employer=""))


def _forget(question: Question) -> None:
    ask_everybody_again(question)
    db.session.execute(delete(OpeningRequest).where(OpeningRequest.question_id == question.id))


def _standing_request(question: Question) -> OpeningRequest:
    request = request_for(question)
    if request is None:
        raise RuleBroken("Nobody proposes this any more. Look at the question again.")
    return request


def _asker(question: Question) -> Person:
    return db.session.get_one(Person, question.author_id)


def _has_written(person: Person, writers: Sequence[Writer]) -> bool:
    return any(writer.person.id == person.id for writer in writers)


def _texts_of(question: Question) -> Select[tuple[int, datetime]]:
    """Who wrote each text that stands in the thread, and when it was written or last changed."""
    shown = select(_answers.c.id).join(Post.__table__, Post.__table__.c.id == _answers.c.id)
    shown = shown.where(_answers.c.question_id == question.id, Post.__table__.c.deleted_at.is_(None))
    columns = Post.author_id, func.coalesce(Post.edited_at, Post.created_at).label("at")
    written = select(*columns).where((Post.id == question.id) | Post.id.in_(shown))
    here = (Comment.post_id == question.id) | Comment.post_id.in_(shown)
    remarks = select(Comment.author_id, Comment.created_at.label("at"))
    said = remarks.where(here, Comment.deleted_at.is_(None))
    # A question that was made of comments quotes everybody who wrote them.
    quoted = remarks.where(Comment.moved_to_id == question.id)
    texts = union_all(written, said, quoted).subquery()
    return select(texts.c.author_id, texts.c.at)
