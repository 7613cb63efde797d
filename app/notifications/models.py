"""Tables of what people follow and what they were told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.kernel import clock
from app.kernel.db import Model
from app.meetings.models import MeetingRequest
from app.people.models import Erasure, Person, person_key
from app.questions.models import Question
from app.search.models import SavedSearch


class Follow(Model):
    """Somebody follows a question. An ended one stays, so that writing there again does not begin it anew."""

    __tablename__ = "follows"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class Notice(Model):
    """Something a person is told: what happened, to which post, and through whom.

    `kind` is one of app.notifications.kinds, `words` is what was said with it. `cause` keeps it from coming twice.
    """

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    kind: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(120))
    # What it is about: a post of a thread, a meeting, a saved search, a request to sales, an account, or somebody.
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(
        ForeignKey("meeting_requests.id", ondelete="CASCADE", name="fk_notices_meeting_id_meeting_requests"), index=True
    )
    search_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_searches.id", ondelete="CASCADE", name="fk_notices_search_id_saved_searches"), index=True
    )
    introduction_id: Mapped[int | None] = mapped_column(
        ForeignKey("introductions.id", ondelete="CASCADE", name="fk_notices_introduction_id_introductions"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE", name="fk_notices_account_id_accounts"), index=True
    )
    about_id: Mapped[int | None] = person_key(Erasure.DELETED, nullable=True, index=True)
    by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True, index=True)
    words: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    read_at: Mapped[datetime | None]

    question: Mapped[Question | None] = relationship(lazy="raise", foreign_keys=[question_id])
    meeting: Mapped[MeetingRequest | None] = relationship(lazy="raise", foreign_keys=[meeting_id])
    search: Mapped[SavedSearch | None] = relationship(lazy="raise", foreign_keys=[search_id])
    account: Mapped[Account | None] = relationship(lazy="raise", foreign_keys=[account_id])
    about: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[about_id])
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[by_id])

    __table_args__ = (
        UniqueConstraint("cause", "person_id"),
        Index("ix_notices_person_id_id", "person_id", "id"),
        Index("ix_notices_person_id_read_at_id", "person_id", "read_at", "id"),
    )

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
