"""What may be done with a post, and by whom."""

from __future__ import annotations

from app.kernel.errors import ChangedMeanwhile, NotAllowed, RuleBroken
from app.people.models import Person, Role
from app.people.rules import check_takes_part
from app.posts.models import Attachment, Comment, Post

HELPFUL = 1
UNHELPFUL = -1
MEGABYTE = 1024 * 1024
# So much one person may keep here, everything that they ever attached.
QUOTA = 100 * MEGABYTE


def may_moderate(person: Person | None) -> bool:
    """Stewards and admins keep the place good."""
    return person is not None and person.holds(Role.STEWARD, Role.ADMIN)


def check_can_vote(person: Person, post: Post) -> None:
    check_takes_part(person)
    if post.author_id == person.id:
        raise NotAllowed("You cannot vote on what you wrote yourself.")
    if post.is_deleted:
        raise RuleBroken("This was deleted, so nobody can vote on it.")


def check_can_comment(person: Person, post: Post) -> None:
    check_takes_part(person)
    if post.is_deleted:
        raise RuleBroken("This was deleted, so nobody can comment on it.")


def check_can_edit(person: Person, post: Post) -> None:
    check_takes_part(person)
    if person.id != post.author_id and not may_moderate(person):
        raise NotAllowed("Only the author or a steward can edit this.")
    if post.is_deleted:
        raise RuleBroken("This was deleted. Restore it first, then edit it.")


def check_is_current(post: Post, revision_number: int) -> None:
    """Refuse an edit that started from an older text."""
    if post.revision_number != revision_number:
        raise ChangedMeanwhile("Somebody edited this while you were writing. Your text is kept below; look at theirs.")


def check_can_delete(person: Person, post: Post) -> None:
    if person.id != post.author_id and not may_moderate(person):
        raise NotAllowed("Only the author or a steward can delete this.")


def check_can_restore(person: Person, post: Post) -> None:
    if may_moderate(person):
        return
    if person.id != post.author_id or post.deleted_by_id != person.id:
        raise NotAllowed("Only the person who deleted this, or a steward, can restore it.")


def check_can_delete_comment(person: Person, comment: Comment) -> None:
    if person.id != comment.author_id and not may_moderate(person):
        raise NotAllowed("Only its author or a steward can delete a comment.")


def check_quota(kept: int, added: int) -> None:
    """Refuse `added` bytes from somebody who has `kept` bytes here."""
    if kept + added > QUOTA:
        free = max(0, QUOTA - kept) / MEGABYTE
        raise RuleBroken(
            f"That is more than you may keep here: of your {QUOTA // MEGABYTE} MB, {free:.1f} MB are free. "
            "Under “Your files” you can delete what you no longer need."
        )


def check_can_delete_attachment(person: Person, attachment: Attachment, *, is_used: bool) -> None:
    if person.id != attachment.owner_id:
        raise NotAllowed("Only the person who sent a file in can delete it.")
    if is_used:
        raise RuleBroken("Something you wrote shows this file. Take it out of the text first, then delete it here.")
