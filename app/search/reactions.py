"""What changes a thread marks it for the index. The worker indexes it after the delivery."""

from __future__ import annotations

from app.kernel.events import on
from app.posts.events import CommentDeleted, CommentPosted, PostDeleted, PostEdited, PostEvent, PostRestored
from app.questions.events import AnswerPosted, QuestionAsked, ThreadsImported, VisibilityChanged
from app.search.actions import mark_threads

ThreadChange = QuestionAsked | AnswerPosted | VisibilityChanged | PostEvent

CHANGES: tuple[type[ThreadChange], ...] = (
    QuestionAsked,
    AnswerPosted,
    VisibilityChanged,
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


@on(ThreadsImported)
def index_threads(event: ThreadsImported) -> None:
    mark_threads(event.question_ids)
