"""How affinity follows what happens in threads, in meetings and to accounts: each time the whole is read again."""

from __future__ import annotations

from collections.abc import Collection

from app.accounts.events import AccountMoved
from app.affinity import invitations, ledger, meetings, not_counted, persons, remeasuring
from app.affinity.events import CountingChanged
from app.curation.events import CommentsMoved, ThreadsMerged
from app.kernel.events import on
from app.marks.events import MarksChanged, MistakeOwned
from app.meetings.events import MeetingCounted
from app.people.events import AddressConfirmed
from app.posts.events import CommentDeleted, CommentPosted, PostDeleted, PostEdited, PostRestored
from app.questions.events import (
    AcceptanceChanged,
    AnswerPosted,
    QuestionAsked,
    ThreadsImported,
    VisibilityChanged,
)


@on(QuestionAsked)
def follow_question(event: QuestionAsked) -> None:
    _follow_posts([event.question_id])


@on(AnswerPosted)
def follow_answer(event: AnswerPosted) -> None:
    _follow_posts([event.question_id])


@on(AcceptanceChanged)
def follow_acceptance(event: AcceptanceChanged) -> None:
    ledger.settle_thread(event.question_id)


@on(CommentPosted)
def follow_comment(event: CommentPosted) -> None:
    ledger.settle_thread(event.question_id)


@on(CommentDeleted)
def follow_deleted_comment(event: CommentDeleted) -> None:
    ledger.settle_thread(event.question_id)


@on(PostEdited)
def follow_edit(event: PostEdited) -> None:
    ledger.settle_thread(event.question_id)


@on(PostDeleted)
def follow_deletion(event: PostDeleted) -> None:
    _follow_posts([event.question_id])


@on(PostRestored)
def follow_restoration(event: PostRestored) -> None:
    _follow_posts([event.question_id])


@on(MarksChanged)
def follow_marks(event: MarksChanged) -> None:
    ledger.settle_thread(event.question_id)


@on(MistakeOwned)
def follow_owned_mistake(event: MistakeOwned) -> None:
    ledger.settle_thread(event.question_id)


@on(VisibilityChanged)
def follow_visibility(event: VisibilityChanged) -> None:
    _follow_posts([event.question_id])


@on(ThreadsMerged)
def follow_merger(event: ThreadsMerged) -> None:
    _follow_posts([event.question_id, event.original_id])


@on(CommentsMoved)
def follow_split(event: CommentsMoved) -> None:
    _follow_posts([event.question_id, event.new_question_id])


@on(ThreadsImported)
def follow_import(event: ThreadsImported) -> None:
    _follow_posts(event.question_ids)


@on(MeetingCounted)
def follow_meeting(event: MeetingCounted) -> None:
    meetings.settle_meeting(event.request_id)


@on(AddressConfirmed)
def follow_joining(event: AddressConfirmed) -> None:
    invitations.settle_invited(event.person_id)


@on(CountingChanged)
def follow_choice(event: CountingChanged) -> None:
    persons.settle_person(event.person_id)
    not_counted.note_due_of(event.person_id)


@on(AccountMoved)
def follow_move(event: AccountMoved) -> None:
    moved, *others = event.account_ids
    remeasuring.note_moved(moved, others)


def _follow_posts(question_ids: Collection[int]) -> None:
    ledger.settle_threads(question_ids)
    invitations.settle_authors(question_ids)
