"""What people are told of what was said of answers: acceptance, warnings, recommendations, thanks, owned mistakes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from app.kernel.db import db
from app.marks.actions import CORRECTED
from app.marks.models import DOUBTS, Correction, Mark, MarkKind, Recommendation, Thanks
from app.notifications import ledger
from app.notifications.follows import followers_at, settle_follows
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, about, key, take_turn_to_tell
from app.notifications.models import Notice
from app.questions.models import Answer, Question
from app.topics.queries import stewards_of

ACCEPTANCE = (Kind.ACCEPTED, Kind.YOURS_ACCEPTED)
WARNINGS = (Kind.OUTDATED, Kind.DANGEROUS, Kind.YOURS_OUTDATED, Kind.YOURS_DANGEROUS, Kind.SETTLED)
OF_OTHERS = {MarkKind.OUTDATED: Kind.OUTDATED, MarkKind.DANGEROUS: Kind.DANGEROUS}
OF_ONES_OWN = {MarkKind.OUTDATED: Kind.YOURS_OUTDATED, MarkKind.DANGEROUS: Kind.YOURS_DANGEROUS}


def settle_acceptance(question_id: int) -> None:
    """Followers are told which answer was accepted, its author in other words."""
    take_turn_to_tell(question_id)
    question = db.session.get(Question, question_id)
    if question is None:
        return
    settle_follows(question_id)
    kinds = (Notice.question_id == question_id) & Notice.kind.in_(ACCEPTANCE)
    ledger.settle(question, [*_acceptance_of(question)], among=kinds)


def _acceptance_of(question: Question) -> list[Cause]:
    number, at = question.accepted_answer_id, question.accepted_at
    if number is None or at is None:
        return []
    answer = db.session.get_one(Answer, number)
    told = dict.fromkeys(followers_at(question.id, at), Kind.ACCEPTED)
    told[answer.author_id] = Kind.YOURS_ACCEPTED
    return [Cause(key=key("accepted", number, at), at=at, by_id=question.author_id, post=answer, told=told)]


def settle_warnings(answer_id: int) -> None:
    """The author and the stewards of the topics are told of warnings, and who warned of what was done about it."""
    answer, question = _answer_and_question(answer_id)
    if answer is None or question is None:
        return
    rows = select(Mark).where(Mark.answer_id == answer_id, Mark.kind.in_(DOUBTS)).order_by(Mark.id)
    stewards = [steward.id for some in stewards_of([tag.id for tag in question.tags]).values() for steward in some]
    causes = []
    for mark in db.session.scalars(rows):
        if not mark.is_settled:
            causes.append(_warning(mark, answer, stewards))
        elif mark.settled_note != CORRECTED:
            # Of a correction, whoever warned is told with everybody else.
            causes.append(_dealt_with(mark, answer))
    ledger.settle(question, causes, among=about(answer, WARNINGS))


def _warning(mark: Mark, answer: Answer, stewards: list[int]) -> Cause:
    kind = MarkKind(mark.kind)
    told = dict.fromkeys(stewards, OF_OTHERS[kind]) | {answer.author_id: OF_ONES_OWN[kind]}
    name = key("warning", mark.id, mark.made_at)
    return Cause(key=name, at=mark.made_at, by_id=mark.person_id, post=answer, told=told, words=mark.sentence)


def _dealt_with(mark: Mark, answer: Answer) -> Cause:
    at = mark.settled_at or mark.made_at
    told = {mark.person_id: Kind.SETTLED}
    name = key("settled", mark.id, at)
    return Cause(key=name, at=at, by_id=mark.settled_by_id, post=answer, told=told, words=mark.settled_note)


def settle_recommendations(answer_id: int) -> None:
    """The author is told which experts recommend an answer, and why."""
    answer, question = _answer_and_question(answer_id)
    if answer is None or question is None:
        return
    rows = select(Recommendation).where(Recommendation.answer_id == answer_id).order_by(Recommendation.id)
    told = {answer.author_id: Kind.RECOMMENDED}
    causes = [_recommendation(one, answer, told) for one in db.session.scalars(rows)]
    ledger.settle(question, causes, among=about(answer, [Kind.RECOMMENDED]))


def _recommendation(one: Recommendation, answer: Answer, told: Mapping[int, Kind]) -> Cause:
    name = key("recommended", one.id, one.made_at)
    return Cause(key=name, at=one.made_at, by_id=one.expert_id, post=answer, told=told, words=one.reason)


def settle_thanks(answer_id: int, person_id: int) -> None:
    """The author is told how somebody thanks them for an answer: in the words that stand now, or no more."""
    answer, question = _answer_and_question(answer_id)
    if answer is None or question is None:
        return
    thanks = db.session.get(Thanks, (answer_id, person_id), populate_existing=True)
    causes = [_thanks(thanks, answer)] if thanks else []
    ledger.settle(question, causes, among=about(answer, [Kind.THANKED]) & (Notice.by_id == person_id))


def _thanks(thanks: Thanks, answer: Answer) -> Cause:
    name = f"{key('thanked', answer.id)}:{thanks.person_id}@{thanks.said_at.isoformat()}"
    told = {answer.author_id: Kind.THANKED}
    return Cause(key=name, at=thanks.said_at, by_id=thanks.person_id, post=answer, told=told, words=thanks.words)


def settle_correction(answer_id: int) -> None:
    """Followers, and those who had warned, are told that an author was wrong; whoever asked is asked once more."""
    answer, question = _answer_and_question(answer_id)
    correction = db.session.get(Correction, answer_id)
    if answer is None or question is None or correction is None:
        return
    settle_follows(question.id)
    warned = select(Mark.person_id).where(Mark.answer_id == answer_id, Mark.settled_note == CORRECTED)
    followers = followers_at(question.id, correction.made_at)
    told = dict.fromkeys(followers | set(db.session.scalars(warned)), Kind.CORRECTED)
    told[question.author_id] = Kind.SOLVED_NOW
    name, at = key("correction", answer_id), correction.made_at
    cause = Cause(key=name, at=at, by_id=answer.author_id, post=answer, told=told, words=correction.reason)
    ledger.tell(question, cause)


def _answer_and_question(answer_id: int) -> tuple[Answer | None, Question | None]:
    answer = db.session.get(Answer, answer_id)
    if answer is None:
        return None, None
    take_turn_to_tell(answer.question_id)
    return answer, db.session.get(Question, answer.question_id)
