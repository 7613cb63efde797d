"""Tables of searching: what the index still lacks, words that stand in threads, what is searched for and followed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure, Person, person_key
from app.questions.models import Question


class PendingThread(Model):
    """A note that a thread has changed since it was indexed; several notes of one thread are one piece of work.

    `question_id` is no foreign key: a question that is gone for good must still leave the index. `applied_at`: the
    live index has it; the note is kept while another one is made beside it, which may have read the thread before.
    """

    __tablename__ = "search_pending_threads"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int]
    marked_at: Mapped[datetime] = mapped_column(default=clock.now)
    applied_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_search_pending_threads_applied_at_id", "applied_at", "id"),)


class IndexProgress(Model):
    """The one row that says which build of the index this database has filled, and when it last added to it.

    `filled_at`: since when it has every thread; None while it is being filled. `rebuild_began_at`: since when another
    one is made beside it; None when none is. `failed_query`: a search that met damage, for the worker to try as well.
    `words_counted_at`: when the dictionary was last made from all threads. `alike_until`: questions that are public
    since before this moment were looked at for what they may repeat.
    """

    __tablename__ = "search_index_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    build: Mapped[str] = mapped_column(String(60))
    applied_at: Mapped[datetime] = mapped_column(default=clock.now)
    filled_at: Mapped[datetime | None]
    rebuild_began_at: Mapped[datetime | None]
    failed_query: Mapped[str | None] = mapped_column(String(200))
    words_counted_at: Mapped[datetime | None]
    alike_until: Mapped[datetime | None]


class DictionaryWord(Model):
    """A word as it is written in public threads, and in how many: for "did you mean" and for ending a word.

    Counted anew every night. Meanwhile new words are added, so a word may still be here whose thread is gone: what is
    proposed from it has to be looked for first.
    """

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    threads: Mapped[int] = mapped_column(default=1)


class SearchCount(Model):
    """How often something was searched for on one day (UTC), and how often nothing was found. By whom, nobody keeps."""

    __tablename__ = "search_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(200), primary_key=True)
    searches: Mapped[int] = mapped_column(default=0)
    found_nothing: Mapped[int] = mapped_column(default=0)


class SavedSearch(Model):
    """A search that somebody keeps. `query` is in the language; with `is_told`, new threads in it make a notice.

    Threads asked until `looked_at`, when its owner last opened it, are new no longer; those asked until `told_until`
    were told of, or had nothing to be told of.
    """

    __tablename__ = "saved_searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    query: Mapped[str] = mapped_column(String(200))
    is_told: Mapped[bool] = mapped_column(default=True)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_until: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    looked_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (UniqueConstraint("person_id", "query"),)


class LikelyDuplicate(Model):
    """A question that seems to ask what another one has asked before; a steward says whether it does.

    `likeness` is between 0 and 1. A dismissed pair stays, so that it is not proposed again.
    """

    __tablename__ = "likely_duplicates"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    original_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    likeness: Mapped[float]
    found_at: Mapped[datetime] = mapped_column(default=clock.now)
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)

    question: Mapped[Question] = relationship(lazy="raise", foreign_keys=[question_id])
    original: Mapped[Question] = relationship(lazy="raise", foreign_keys=[original_id])

    __table_args__ = (Index("ix_likely_duplicates_dismissed_at_found_at", "dismissed_at", "found_at"),)
