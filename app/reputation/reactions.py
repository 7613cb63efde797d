"""How reputation, expertise and recognition follow what happens to posts."""

from __future__ import annotations

from app.curation.events import ThreadsMerged
from app.kernel.events import on
from app.marks.events import AnswerThanked, MarksChanged, MarkSettled, MistakeOwned
from app.people.events import RolesChanged
from app.posts.events import PostDeleted, PostEdited, PostRestored, VoteChanged
from app.questions.events import AcceptanceChanged, AnswerPosted, ThreadsImported, VisibilityChanged
from app.reputation import ledger, recognition, weighing
from app.reputation.events import WeighingDue
from app.topics.events import TagRenamed


@on(AnswerPosted)
def follow_answer(event: AnswerPosted) -> None:
    weighing.settle_threads([event.question_id])


@on(VoteChanged)
def follow_vote(event: VoteChanged) -> None:
    ledger.settle_vote(event.post_id, event.voter_id)
    if event.post_id != event.question_id:
        weighing.settle_judgement(event.question_id)


@on(AcceptanceChanged)
def follow_acceptance(event: AcceptanceChanged) -> None:
    ledger.settle_acceptance(event.question_id)
    weighing.settle_judgement(event.question_id)


@on(PostEdited)
def follow_edit(event: PostEdited) -> None:
    """A question that is edited may have other topics now."""
    if event.post_id == event.question_id:
        weighing.settle_judgement(event.question_id)


@on(TagRenamed)
def follow_topic(event: TagRenamed) -> None:
    weighing.settle_topic(event.tag_id)


@on(PostDeleted)
def follow_deletion(event: PostDeleted) -> None:
    ledger.settle_post(event.post_id)
    _follow_threads([event.question_id])


@on(PostRestored)
def follow_restoration(event: PostRestored) -> None:
    ledger.settle_post(event.post_id)
    _follow_threads([event.question_id])


@on(MistakeOwned)
def follow_owned_mistake(event: MistakeOwned) -> None:
    ledger.settle_post(event.answer_id)
    weighing.settle_judgement(event.question_id)
    recognition.settle_answer(event.answer_id)


@on(MarksChanged)
def follow_marks(event: MarksChanged) -> None:
    recognition.settle_answer(event.answer_id)


@on(MarkSettled)
def follow_settled_mark(event: MarkSettled) -> None:
    recognition.settle_answer(event.answer_id)


@on(AnswerThanked)
def follow_thanks(event: AnswerThanked) -> None:
    recognition.settle_answer(event.answer_id)


@on(VisibilityChanged)
def follow_visibility(event: VisibilityChanged) -> None:
    ledger.settle_threads([event.question_id])
    _follow_threads([event.question_id])


@on(ThreadsMerged)
def follow_merger(event: ThreadsMerged) -> None:
    ledger.settle_threads([event.question_id, event.original_id])
    _follow_threads([event.question_id, event.original_id])


@on(ThreadsImported)
def follow_import(event: ThreadsImported) -> None:
    ledger.settle_threads(event.question_ids)
    _follow_threads(event.question_ids)


@on(WeighingDue)
def follow_upgrade(event: WeighingDue) -> None:
    _follow_threads(event.question_ids)


@on(RolesChanged)
def follow_roles(event: RolesChanged) -> None:
    ledger.settle_votes_of(event.person_id)


def _follow_threads(question_ids: list[int]) -> None:
    weighing.settle_threads(question_ids)
    recognition.settle_threads(question_ids)
