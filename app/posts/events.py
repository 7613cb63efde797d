"""What happened to posts of any kind."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PostEvent(Event):
    """Something happened to a post; `question_id` is the thread it belongs to."""

    post_id: int
    question_id: int


@dataclass(frozen=True, kw_only=True)
class PostEdited(PostEvent):
    name = "posts.edited"

    editor_id: int


@dataclass(frozen=True, kw_only=True)
class PostDeleted(PostEvent):
    name = "posts.deleted"

    deleted_by_id: int


@dataclass(frozen=True, kw_only=True)
class PostRestored(PostEvent):
    name = "posts.restored"

    restored_by_id: int


@dataclass(frozen=True, kw_only=True)
class CommentPosted(PostEvent):
    name = "posts.comment_posted"

    comment_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(PostEvent):
    name = "posts.comment_deleted"

    comment_id: int


@dataclass(frozen=True, kw_only=True)
class VoteChanged(PostEvent):
    """Somebody voted, changed the vote or took it back; what it is now stands in the votes table."""

    name = "posts.vote_changed"

    voter_id: int
