"""What changes a thread marks it for the index. The worker indexes it after the delivery."""

from __future__ import annotations

from app.curation.events import CommentsMoved, DuplicateConfirmed, QuestionClosed, QuestionReopened, ThreadsMerged
from app.kernel.events import on
from app.posts.events import CommentDeleted, CommentPosted, PostDeleted, PostEdited, PostEvent, PostRestored
from app.questions.events import AcceptanceChanged, AnswerPosted, QuestionAsked, ThreadsImported, VisibilityChanged
from app.search.actions import mark_threads, mark_topic
from app.topics.events import TagRenamed

Settled = QuestionClosed | QuestionReopened | DuplicateConfirmed
ThreadChange = QuestionAsked | AnswerPosted | AcceptanceChanged | VisibilityChanged | PostEvent | Settled

CHANGES: tuple[type[ThreadChange], ...] = (
    QuestionAsked,
    AnswerPosted,
    AcceptanceChanged,
    VisibilityChanged,
    QuestionClosed,
    QuestionReopened,
    DuplicateConfirmed,
    PostEdited,
    PostDeleted,
    PostRestored,
    CommentPosted,
    CommentDeleted,
)


def index_thread(event: ThreadChange) -> None:
    mark_threads([event.question_id])


for change in CHANGES:
    on(change)(index_thread)


@on(ThreadsMerged)
def index_merged_threads(event: ThreadsMerged) -> None:
    mark_threads([event.question_id, event.original_id])


@on(CommentsMoved)
def index_split_thread(event: CommentsMoved) -> None:
    mark_threads([event.question_id, event.new_question_id])


@on(TagRenamed)
def index_topic(event: TagRenamed) -> None:
    mark_topic(event.tag_id)


@on(ThreadsImported)
def index_threads(event: ThreadsImported) -> None:
    mark_threads(event.question_ids)
