"""Tables of reputation: an append-only ledger with sums of it, what somebody knows by topic, and endorsements."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure, Person, person_key
from app.topics.models import Tag


class ReputationEntry(Model):
    """One gain, loss or reversal. Rows are only ever added.

    `kind` is what happened ("answer_up_voted", …), `post_id` and `actor_id` what and who caused it, and `round` counts
    how often the same cause came again after a reversal, so that the cause can be entered once only. `nth` says that it
    was the nth vote of the same person for the same author within the time that the rules of `rule_version` name; they
    say from which on a part of the points counts (app.reputation.points). `reason` is why an entry was reversed, one of
    app.reputation.points.Reason.
    """

    __tablename__ = "reputation_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    kind: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    nth: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(20), default="")
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int] = person_key(Erasure.KEPT, index=True)
    round: Mapped[int] = mapped_column(default=1)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("reputation_entries.id"), unique=True)
    rule_version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("kind", "post_id", "actor_id", "person_id", "round"),
        Index("ix_reputation_entries_person_id_at", "person_id", "at"),
    )


class ReputationDay(Model):
    """What one person's day came to for others, after the daily cap (UTC days): without what their own votes cost."""

    __tablename__ = "reputation_days"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    points: Mapped[int]

    # All that is read to count a board of some days.
    __table_args__ = (Index("ix_reputation_days_day", "day", "person_id", "points"),)


class ReputationTotal(Model):
    """The sum of a person's days; what is shown is never below 1.

    `is_employee` follows the roles that the person holds: employees and members stand on boards of their own.
    """

    __tablename__ = "reputation_totals"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    points: Mapped[int] = mapped_column(default=0)
    is_employee: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (Index("ix_reputation_totals_is_employee_points", "is_employee", "points", "person_id"),)


class BoardPlace(Model):
    """One of the 20 who earned most in a time, among employees or among members, as the worker last counted them.

    `period` is one of app.reputation.boards.Period; `place` runs from 1 without gaps, also where points are equal.
    """

    __tablename__ = "board_places"

    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    is_employee: Mapped[bool] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    points: Mapped[int]


class BoardCount(Model):
    """When the boards were last counted, and which entry of the ledger was the newest then (0 for none). One row."""

    __tablename__ = "board_counts"

    id: Mapped[int] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]
    newest_entry_id: Mapped[int]


class ReputationCheck(Model):
    """When the ledger was last proved, at night: how many kept numbers were not what it says, and how many entries
    stood under older rules. One row.
    """

    __tablename__ = "reputation_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    differences: Mapped[int]
    under_older_rules: Mapped[int]


class TopicAnswer(Model):
    """What one public answer adds to its author's expertise on one topic of the question.

    `weight` is the answer's term of X as it would be on 1 January 2020 (app.reputation.expertise), in millionths:
    whole numbers come to the same sum in whatever order they are added.
    """

    __tablename__ = "topic_answers"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED)
    weight: Mapped[int] = mapped_column(BigInteger)
    accepted: Mapped[bool]
    answered_at: Mapped[datetime]

    __table_args__ = (Index("ix_topic_answers_person_id_tag_id", "person_id", "tag_id"),)


class TopicExpertise(Model):
    """What somebody's public answers on a topic come to, and who says that they know it.

    `weight` is the sum of the answers' weights. All answers age alike, so X on any later day is `weight` times one
    power of two, and nothing needs to be renewed.
    """

    __tablename__ = "topic_expertise"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int] = mapped_column(BigInteger, default=0)
    last_answer_at: Mapped[datetime | None]
    endorsed_by_colleagues: Mapped[int] = mapped_column(default=0)
    endorsed_by_customers: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship(lazy="raise")
    tag: Mapped[Tag] = relationship(lazy="raise")

    __table_args__ = (Index("ix_topic_expertise_tag_id_weight", "tag_id", "weight"),)


class Answering(Model):
    """When somebody last answered in public, and how soon they do: half of their last answers took `pace_seconds`
    or less."""

    __tablename__ = "answering"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    last_answer_at: Mapped[datetime] = mapped_column(index=True)
    pace_seconds: Mapped[int]


class Endorsement(Model):
    """A colleague or a customer says that an expert knows a topic, with the company of that day."""

    __tablename__ = "endorsements"

    expert_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True)
    by_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True, index=True)
    by_employee: Mapped[bool]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])


class Recognition(Model):
    """What others found out about somebody's public answers: kept, so that a page need not count it."""

    __tablename__ = "recognitions"

    person_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    worked_for_companies: Mapped[int] = mapped_column(default=0)
    worked_for_people: Mapped[int] = mapped_column(default=0)
    corrections: Mapped[int] = mapped_column(default=0)
    thanks: Mapped[int] = mapped_column(default=0)


class Badge(Model):
    """Something somebody is known for, at one level; with a topic where it is about one."""

    __tablename__ = "badges"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = person_key(Erasure.DELETED, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(10))
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), index=True)
    earned_at: Mapped[datetime] = mapped_column(default=clock.now)

    tag: Mapped[Tag | None] = relationship(lazy="raise")

    __table_args__ = (UniqueConstraint("person_id", "kind", "level", "tag_id"),)


class BurstVote(Model):
    """A vote that was one of many within minutes for the same author: it earns nothing, and both are told why."""

    __tablename__ = "burst_votes"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id", ondelete="CASCADE"), primary_key=True)


class VoteRing(Model):
    """Two people who vote for each other more than chance allows, for a steward to look at; nothing follows by itself.

    `first_id` is the smaller of the two ids; `tail` the larger of the two binomial tails.
    """

    __tablename__ = "vote_rings"

    first_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True)
    second_id: Mapped[int] = person_key(Erasure.DELETED, primary_key=True, index=True)
    first_to_second: Mapped[int]
    second_to_first: Mapped[int]
    votes_of_first: Mapped[int]
    votes_of_second: Mapped[int]
    tail: Mapped[float]
    found_at: Mapped[datetime] = mapped_column(default=clock.now)
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[int | None] = person_key(Erasure.EMPTIED, nullable=True)
    verdict: Mapped[str] = mapped_column(String(200), default="")

    first: Mapped[Person] = relationship(lazy="raise", foreign_keys=[first_id])
    second: Mapped[Person] = relationship(lazy="raise", foreign_keys=[second_id])
    looked_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[looked_by_id])
