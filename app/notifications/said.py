"""What people are told of what somebody wrote: answers, comments, mentions and edits."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from app.kernel.db import db
from app.marks.models import Correction
from app.notifications import ledger
from app.notifications.follows import followers_at, settle_follows
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, key, take_turn_to_tell
from app.notifications.mentions import people_mentioned_in
from app.notifications.models import Notice
from app.posts.models import Comment, Post, Revision
from app.questions.models import Question

QUESTION, ANSWER, COMMENT, EDIT = "question", "answer", "comment", "edit"
# Edits by one person that follow each other within this are one edit, and those soon after the text was posted none.
ONE_EDIT = timedelta(hours=1)
# Earlier ones were told of when they were made.
LATEST_EDITS = 5


def settle_question(question_id: int) -> None:
    """Whoever asked follows; whoever is named in the question is told."""
    take_turn_to_tell(question_id)
    settle_follows(question_id)
    question = db.session.get(Question, question_id)
    if question is not None:
        _tell_mentioned(question, question)


def settle_answer(answer_id: int) -> None:
    """Whoever follows the question is told of an answer, whoever asked in other words."""
    answer, question = _post_and_question(answer_id)
    if answer is None or question is None:
        return
    settle_follows(question.id)
    told = dict.fromkeys(followers_at(question.id, answer.created_at), Kind.NEW_ANSWER)
    if question.author_id in told:
        told[question.author_id] = Kind.ANSWERED
    by_id = answer.author_id
    ledger.tell(question, Cause(key=key(ANSWER, answer.id), at=answer.created_at, by_id=by_id, post=answer, told=told))
    _tell_mentioned(answer, question)


def settle_comment(comment_id: int) -> None:
    """Whoever wrote the post is told of a comment on it, unless they no longer follow; and whoever it names."""
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.deleted_at is not None:
        ledger.take_back(key(COMMENT, comment_id))
        return
    post, question = _post_and_question(comment.post_id)
    if post is None or question is None:
        return
    settle_follows(question.id)
    told = dict.fromkeys(people_mentioned_in(comment.body_html), Kind.MENTIONED)
    if post.author_id in followers_at(question.id, comment.created_at):
        told[post.author_id] = Kind.COMMENTED
    at, by_id = comment.created_at, comment.author_id
    ledger.tell(question, Cause(key=key(COMMENT, comment.id), at=at, by_id=by_id, post=post, told=told))


def settle_edits(post_id: int) -> None:
    """Followers are told of edits, and the author of those by others; whoever the text names now is told too."""
    post, question = _post_and_question(post_id)
    if post is None or question is None:
        return
    settle_follows(question.id)
    for edit in edits_of(post)[-LATEST_EDITS:]:
        ledger.tell(question, _cause_of(edit, post, question))
    _tell_mentioned(post, question)


def edits_of(post: Post) -> list[Revision]:
    """The edits worth telling of: the first of each row of edits, without corrections, which are told as such."""
    rows = select(Revision).where(Revision.post_id == post.id).options(defer(Revision.body, raiseload=True))
    corrected = db.session.scalar(select(Correction.old_revision).where(Correction.answer_id == post.id))
    edits = list(db.session.scalars(rows.order_by(Revision.number)))
    return [edit for last, edit in pairwise(edits) if not _goes_on_from(last, edit) and last.number != corrected]


def _goes_on_from(last: Revision, edit: Revision) -> bool:
    return last.editor_id == edit.editor_id and edit.written_at - last.written_at < ONE_EDIT


def _cause_of(edit: Revision, post: Post, question: Question) -> Cause:
    told = dict.fromkeys(followers_at(question.id, edit.written_at), Kind.EDITED)
    if edit.editor_id != post.author_id:
        told[post.author_id] = Kind.YOURS_EDITED
    name = f"{key(EDIT, post.id)}:{edit.number}"
    return Cause(key=name, at=edit.written_at, by_id=edit.editor_id, post=post, told=told, words=edit.reason)


def _tell_mentioned(post: Post, question: Question) -> None:
    """An edit may name others than before: those are told, and who is named no longer is not."""
    name = key(QUESTION if post.id == question.id else ANSWER, post.id)
    told = dict.fromkeys(people_mentioned_in(post.body_html), Kind.MENTIONED)
    named = Notice.cause == name, Notice.kind == Kind.MENTIONED
    db.session.execute(delete(Notice).where(*named, Notice.person_id.not_in(list(told))))
    at = post.edited_at or post.created_at
    named_here = Cause(key=name, at=at, by_id=post.author_id, post=post, told=told)
    ledger.tell(question, named_here, in_parts=True)


def _post_and_question(post_id: int) -> tuple[Post | None, Question | None]:
    """A post and the thread it stands in now, after this thread's turn has come."""
    post = db.session.get(Post, post_id)
    if post is None:
        return None, None
    take_turn_to_tell(post.thread_id)
    return post, db.session.get(Question, post.thread_id)
