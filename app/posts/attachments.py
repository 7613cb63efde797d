"""Files that people attach to what they write: taken in, counted against a quota, linked to the posts that name them.

A file stands in the store before its row is written, so a crash leaves at most a file that nobody names, which is
swept. Whatever changes attachments takes one turn, so that no two uploads both fit into the same last megabyte, and
nothing is linked that is being swept.
"""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from app.kernel import images
from app.kernel.db import db
from app.kernel.files import FileStore
from app.kernel.text.files import file_tokens
from app.kernel.turns import take_turn
from app.people.models import Person
from app.posts import rules
from app.posts.kinds import HEAD_BYTES, Kind, clean_name, first_lines, kind_of
from app.posts.models import Attachment, Comment, Post, PostAttachment, StoredFile

TURN = "attachments"

# What Markdown would take for something else than a letter of a name.
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|!#$@^:]")


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A file that was judged and stored, and that nobody has attached yet."""

    name: str
    kind: Kind
    media_type: str
    stored_as: str
    sha256: str
    size: int
    width: int | None = None
    height: int | None = None
    first_lines: str = ""


def prepare(name: str, content: BinaryIO, store: FileStore) -> Prepared:
    """Judge, and store, what came under `name`; pictures are drawn anew first.

    `content` can seek and is at its beginning. No transaction is open meanwhile: this takes seconds.
    Raises WrongKind, TooLarge, NoRoom, and RuleBroken for a picture that cannot be drawn.
    """
    head = content.read(HEAD_BYTES)
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    known = kind_of(name, head, size)
    if known.kind is Kind.IMAGE:
        return _prepare_picture(name, content.read(), store)
    stored = store.put(content)
    return Prepared(
        name=clean_name(name),
        kind=known.kind,
        media_type=known.media_type,
        stored_as=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        first_lines=first_lines(head) if known.kind is Kind.TEXT else "",
    )


def attach(prepared: Prepared, *, by: Person) -> Attachment:
    """Give a stored file to `by`. Raises RuleBroken when that would be more than one person may keep.

    The same bytes are kept once, however often they are sent in: afterwards `is_kept(prepared)` says whether these
    are the ones.
    """
    take_turn(TURN, 0)
    rules.check_quota(bytes_kept_by(by), prepared.size)
    if db.session.get(StoredFile, prepared.sha256) is None:
        db.session.add(StoredFile(sha256=prepared.sha256, stored_as=prepared.stored_as, size=prepared.size))
        db.session.flush()
    attachment = Attachment(
        token=secrets.token_hex(16),
        owner_id=by.id,
        sha256=prepared.sha256,
        name=prepared.name,
        kind=prepared.kind,
        media_type=prepared.media_type,
        size=prepared.size,
        width=prepared.width,
        height=prepared.height,
        first_lines=prepared.first_lines,
    )
    db.session.add(attachment)
    db.session.flush()
    return attachment


def is_kept(prepared: Prepared) -> bool:
    """True when the file that was stored is the one that is used; False when the same bytes were there already."""
    return db.session.scalar(select(StoredFile.sha256).filter_by(stored_as=prepared.stored_as)) is not None


def stored_name(attachment: Attachment) -> str:
    """Under which name the store has its bytes."""
    return db.session.get_one(StoredFile, attachment.sha256).stored_as


def link(post: Post, source: str, *, by: Person) -> None:
    """Link to `post` the files that `source`, which `by` wrote there, names.

    Only what is the writer's own counts: nobody gives others' files away by writing down where they are. A link stays
    when the text changes, so that an older text can be restored; what it lets people fetch is for `is_named_in`.
    """
    tokens = file_tokens(source)
    if not tokens:
        return
    take_turn(TURN, 0)
    own = select(Attachment.id).where(Attachment.token.in_(tokens), Attachment.owner_id == by.id)
    known = set(db.session.scalars(select(PostAttachment.attachment_id).where(PostAttachment.post_id == post.id)))
    missing = set(db.session.scalars(own)) - known
    db.session.add_all(PostAttachment(post_id=post.id, attachment_id=one) for one in sorted(missing))


def carry_over(source: Post, target: Post) -> None:
    """Let what moved from below `source` into the text of `target` keep its files."""
    tokens = file_tokens(target.body)
    if not tokens:
        return
    take_turn(TURN, 0)
    linked = select(PostAttachment.attachment_id).join(Attachment, Attachment.id == PostAttachment.attachment_id)
    moved = db.session.scalars(linked.where(PostAttachment.post_id == source.id, Attachment.token.in_(tokens)))
    db.session.add_all(PostAttachment(post_id=target.id, attachment_id=one) for one in moved.all())


def keep_in_old_text(post: Post, old_text: str) -> None:
    """Let `old_text`, which goes on standing beside the present one, go on showing its files."""
    named = select(Attachment.id).where(Attachment.token.in_(file_tokens(old_text)))
    links = update(PostAttachment).where(PostAttachment.post_id == post.id)
    db.session.execute(links.values(in_old_text=PostAttachment.attachment_id.in_(named)))


def forget_old_texts(posts: ColumnElement[bool]) -> None:
    """Let the files of these posts be shown by their present texts alone; `posts` is a condition on posts."""
    chosen = PostAttachment.post_id.in_(select(Post.id).where(posts))
    db.session.execute(update(PostAttachment).where(chosen).values(in_old_text=False))


def is_named_in(post: type[Post]) -> ColumnElement[bool]:
    """That what is read of a post, or a comment below it, names the attachment whose link is in the same query.

    Whoever takes a file out of a text has taken it from its readers at once, though older texts still tell of it.
    """
    address = "/files/" + Attachment.token
    # Whoever else writes its address below the post does not bring back what its owner has taken out.
    owners = (Comment.post_id == post.id) & (Comment.author_id == Attachment.owner_id) & Comment.deleted_at.is_(None)
    in_comment = owners & Comment.body.contains(address)
    in_comments = select(Comment.id).where(in_comment).correlate(post, Attachment).exists()
    return or_(post.body.contains(address), PostAttachment.in_old_text, in_comments)


def shown_below(posts: Sequence[Post]) -> dict[int, list[Attachment]]:
    """By post, the files but pictures that its present text names, in one query; pictures stand in the text."""
    rows = (
        select(PostAttachment.post_id, Attachment)
        .join(Attachment, Attachment.id == PostAttachment.attachment_id)
        .where(PostAttachment.post_id.in_([post.id for post in posts]), Attachment.kind != Kind.IMAGE)
        .order_by(Attachment.id)
    )
    named = {post.id: set(file_tokens(post.body)) for post in posts}
    found: dict[int, list[Attachment]] = {}
    for post_id, attachment in db.session.execute(rows):
        if attachment.token in named[post_id]:
            found.setdefault(post_id, []).append(attachment)
    return found


def kept_by(person: Person) -> Select[Attachment]:
    """What somebody has sent in."""
    return select(Attachment).where(Attachment.owner_id == person.id)


def bytes_kept_by(person: Person) -> int:
    """How much of their quota somebody has used."""
    return db.session.scalar(select(func.sum(Attachment.size)).where(Attachment.owner_id == person.id)) or 0


def in_use(attachments: Iterable[Attachment]) -> set[int]:
    """The ids of those that a present text names, deleted posts included: they may come back."""
    named = (
        select(Attachment.id)
        .join(PostAttachment, PostAttachment.attachment_id == Attachment.id)
        .join(Post, and_(Post.id == PostAttachment.post_id, is_named_in(Post)))
        .where(Attachment.id.in_([attachment.id for attachment in attachments]))
    )
    return set(db.session.scalars(named))


def delete_attachment(attachment: Attachment, *, by: Person) -> None:
    """Take a file away for good, out of older texts too. Its bytes go with the next sweep."""
    take_turn(TURN, 0)
    rules.check_can_delete_attachment(by, attachment, is_used=bool(in_use([attachment])))
    db.session.execute(delete(PostAttachment).where(PostAttachment.attachment_id == attachment.id))
    db.session.delete(attachment)


def markdown_of(attachment: Attachment) -> str:
    """What to write into a text so that it shows the picture, or has a link to the file."""
    label = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", attachment.name)
    mark = "!" if attachment.kind == Kind.IMAGE else ""
    return f"{mark}[{label}]({attachment.address})"


def _prepare_picture(name: str, data: bytes, store: FileStore) -> Prepared:
    drawn = images.redraw(data)
    stored = store.put(io.BytesIO(drawn.data))
    return Prepared(
        name=clean_name(name),
        kind=Kind.IMAGE,
        media_type=f"image/{drawn.format.lower()}",
        stored_as=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        width=drawn.width,
        height=drawn.height,
    )
