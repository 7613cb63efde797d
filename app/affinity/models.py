"""Tables of affinity: dated public events by account, snapshots of the score, and who looked at them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.kernel import clock
from app.kernel.db import Model
from app.people.models import Erasure
from app.people.models import person_key as key_of_person


class AffinityEvent(Model):
    """Something public that somebody of an account did, or that an expert did for them.

    `source` names the row it comes from ("comment:12"), so the same fact is written once. The person is an opaque key
    (HMAC), the expert an id: experts act in public as part of their work.
    """

    __tablename__ = "affinity_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    person_key: Mapped[str] = mapped_column(String(64), index=True)
    expert_id: Mapped[int | None] = key_of_person(Erasure.KEPT, nullable=True, index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)

    __table_args__ = (
        UniqueConstraint("source", "kind", "person_key"),
        Index("ix_affinity_events_account_id_at", "account_id", "at"),
    )


class AffinitySnapshot(Model):
    """The score of an account at one time, with everything the report says, so that no page recomputes history."""

    __tablename__ = "affinity_snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    taken_at: Mapped[datetime]
    score_version: Mapped[str] = mapped_column(String(10))
    score: Mapped[float]
    active_people: Mapped[int]
    overdue: Mapped[int]
    # When it was measured again (app.affinity.remeasuring); None for what stands as it was taken.
    measured_again_at: Mapped[datetime | None]
    # How far the report looks but for the affinity itself: at the last moment before which three people had taken part.
    shown_until: Mapped[datetime | None]
    # True where the number, taken from that of a company above, would tell about one or two people.
    withheld: Mapped[bool] = mapped_column(default=False)
    report: Mapped[str] = mapped_column(Text, default="{}")

    __table_args__ = (UniqueConstraint("account_id", "taken_at"),)


class ReportView(Model):
    """Somebody opened the report of an account, or took it out as a file."""

    __tablename__ = "report_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    viewer_id: Mapped[int] = key_of_person(Erasure.KEPT)
    what: Mapped[str] = mapped_column(String(40))
    # What for, one of app.affinity.purposes.
    purpose: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    # The entry of the trail that tells of the same look; None for one of before the trail told of any.
    entry_id: Mapped[int | None] = mapped_column(index=True)

    __table_args__ = (Index("ix_report_views_viewer_id_at", "viewer_id", "at"),)


class NotCounted(Model):
    """Somebody who does not want to be counted in any report: neither what they did nor what they will do."""

    __tablename__ = "not_counted"

    person_id: Mapped[int] = key_of_person(Erasure.DELETED, primary_key=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)


class MeasuringDue(Model):
    """An account whose snapshots have to be measured again within a day; app.affinity.remeasuring says why."""

    __tablename__ = "measuring_due"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)


class Pledge(Model):
    """A reader of reports has said this year that they will not contact people because of one."""

    __tablename__ = "pledges"

    person_id: Mapped[int] = key_of_person(Erasure.DELETED, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)


class Alert(Model):
    """Something about an account that its owner and its experts should know; `cause` keeps it from coming twice.

    It belongs to the account where it happened, and to no other one: the reports above show it as that account's.
    """

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(80))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise")

    __table_args__ = (UniqueConstraint("account_id", "kind", "cause"),)


class LookRequest(Model):
    """Somebody in sales asked an expert of ours to look at a public question that waits; the last time anybody did.

    `expert_id` is None where the stewards were asked, because no expert has the question.
    """

    __tablename__ = "look_requests"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[int | None] = key_of_person(Erasure.EMPTIED, nullable=True, index=True)
    expert_id: Mapped[int | None] = key_of_person(Erasure.EMPTIED, nullable=True, index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
