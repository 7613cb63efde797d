"""Tables that questions and answers share: one for posts, so one for votes, comments and revisions too."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, type_coerce
from sqlalchemy.orm import Mapped, column_property, declared_attr, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.kernel.text import RenderedHtml, RenderedHtmlColumn
from app.people.models import MEMBER, Erasure, Person, Role, person_key

LICENCES = {
    f"CC BY-SA {version}": f"https://creativecommons.org/licenses/by-sa/{version}/" for version in ("2.5", "3.0", "4.0")
}

_NOT_IN_ADDRESS = re.compile(r"[^A-Za-z0-9.]+")


class Authored:
    """Who wrote it, with role, title, employer and account as they were when it was written."""

    @declared_attr
    def author_id(cls) -> Mapped[int]:
        return person_key(Erasure.KEPT, index=True)

    @declared_attr
    def author(cls) -> Mapped[Person]:
        return relationship(Person, foreign_keys=f"{cls.__name__}.author_id", lazy="raise")  # type: ignore[attr-defined]

    @declared_attr
    def author_account_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)

    author_role: Mapped[str] = mapped_column(String(20), default=MEMBER)
    author_title: Mapped[str] = mapped_column(String(80), default="")
    author_employer: Mapped[str] = mapped_column(String(120), default="")

    @property
    def by_employee(self) -> bool:
        return self.author_role != MEMBER

    @property
    def by_expert(self) -> bool:
        return self.author_role == Role.EXPERT


class Imported:
    """Where something was published before it came here, in the words of whoever imported it; None for what is ours.

    The address of the original and its licence stand here only where they are known.
    """

    source: Mapped[str | None] = mapped_column(String(120))
    source_address: Mapped[str | None] = mapped_column(String(200))
    source_licence: Mapped[str | None] = mapped_column(String(40))

    @property
    def licence_address(self) -> str | None:
        """Where the licence can be read, if it is one we know."""
        return LICENCES.get(self.source_licence or "")


class Post(Model, Authored, Imported):
    """Something a person wrote that others can vote on and comment: a question or an answer."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[RenderedHtml] = mapped_column(RenderedHtmlColumn)
    renderer_version: Mapped[int]
    shown_plain: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    revision_number: Mapped[int] = mapped_column(default=1)
    helpful_count: Mapped[int] = mapped_column(default=0)
    unhelpful_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)

    # What lists of answers are ordered by: the better one first, of equals the earlier one.
    score: Mapped[int] = column_property(helpful_count - unhelpful_count)
    earliness: Mapped[int] = column_property(type_coerce(-id, Integer))

    __mapper_args__: dict[str, Any] = {"polymorphic_on": "kind"}
    __table_args__: Any = (
        Index("ix_posts_author_role_created_at_id", "author_role", "created_at", "id"),
        # Whether somebody ever wrote as an employee, however much they wrote.
        Index("ix_posts_author_id_author_role", "author_id", "author_role"),
    )

    @property
    def thread_id(self) -> int:
        """The question this post belongs to; each kind of post knows its own."""
        raise AttributeError("thread_id")

    def revised_facts(self) -> dict[str, str]:
        """What a revision keeps besides the body; kinds of posts that have more say so."""
        return {}

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Revision(Model):
    """The text of a post at one time. A post that was never edited has none; an edited one has all, from the first."""

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    editor_id: Mapped[int] = person_key(Erasure.KEPT)
    written_at: Mapped[datetime] = mapped_column(default=clock.now)

    editor: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (UniqueConstraint("post_id", "number"),)


class Comment(Model, Authored, Imported):
    """A remark below a post."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[RenderedHtml] = mapped_column(RenderedHtmlColumn)
    renderer_version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    # Where a comment that grew into a question of its own is read now.
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"))

    post: Mapped[Post] = relationship(lazy="raise", foreign_keys=[post_id])

    __table_args__ = (Index("ix_comments_post_id_id", "post_id", "id"),)


class Vote(Model):
    """One person's judgement of one post: 1 helpful, -1 not helpful."""

    __tablename__ = "votes"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    voter_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    value: Mapped[int]
    cast_at: Mapped[datetime] = mapped_column(default=clock.now)
    # A vote against a text that its author has taken back counts no longer; the voter may judge the new text.
    set_aside_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("post_id", "voter_id"),
        CheckConstraint("value IN (-1, 1)", name="value"),
    )


class VoteTally(Model):
    """Votes that came with an import: counted at the source, without voters."""

    __tablename__ = "vote_tallies"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(120))
    helpful: Mapped[int] = mapped_column(default=0)
    unhelpful: Mapped[int] = mapped_column(default=0)


class ImportedRecord(Model):
    """What a record of another system became here, so that a second import changes nothing."""

    __tablename__ = "imported_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[str] = mapped_column(String(60))
    local_id: Mapped[int | None]

    __table_args__ = (UniqueConstraint("source", "kind", "source_id"),)


class StoredFile(Model):
    """The bytes of what people attach, each stored once under a random name, however often it is attached."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    stored_as: Mapped[str] = mapped_column(String(32), unique=True)
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(default=clock.now)


class Attachment(Model):
    """A file that somebody sent in. Posts name it by its token; who may read such a post may fetch it."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(150))
    kind: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    first_lines: Mapped[str] = mapped_column(Text, default="")
    uploaded_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)

    owner: Mapped[Person] = relationship(lazy="raise")

    @property
    def address(self) -> str:
        """Where to fetch it: the token is what counts; the name is there for people."""
        stem, dot, ending = self.name.rpartition(".")
        readable = _NOT_IN_ADDRESS.sub("-", stem)[:60].strip("-.") or "file"
        return f"/files/{self.token}/{readable}{dot}{_NOT_IN_ADDRESS.sub('-', ending)}"

    __table_args__ = (CheckConstraint("kind IN ('image', 'text', 'archive', 'video')", name="kind"),)


class PostAttachment(Model):
    """A post names an attachment, or has named it in an older text.

    `in_old_text` is true where an older text that names it still stands beside the present one.
    """

    __tablename__ = "post_attachments"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    in_old_text: Mapped[bool] = mapped_column(default=False)


class SavedDraft(Model):
    """What somebody has typed and not yet published: one draft a place, such as "question" or "answer:17"."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    place: Mapped[str] = mapped_column(String(60))
    fields: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("person_id", "place"),)
