"""What happened to what people are known for."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ExpertEndorsed(Event):
    """Somebody says that an expert knows a topic, or says so no longer; what holds now stands in the endorsement."""

    name = "reputation.expert_endorsed"

    expert_id: int
    tag_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class WeighingDue(Event):
    """What these threads say of people has not been found out yet: they are older than the tables that keep it."""

    name = "reputation.weighing_due"

    question_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ReckoningDue(Event):
    """What these posts earn, and which badges these people have, has not been found out yet, for both are older than
    the rules that say so.
    """

    name = "reputation.reckoning_due"

    post_ids: list[int]
    person_ids: list[int]
