"""How the score is made, for everybody: the formula in words, and a small company worked out by the formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.affinity.kinds import WEIGHTS, Event
from app.affinity.score import PART_POINTS, SCORE_VERSION, score
from app.http import public_page
from app.kernel.settings import settings

blueprint = Blueprint("how", __name__)

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
EMPLOYEES = 500
KINDS = {
    "ask": "Somebody of the company asks a question",
    "comment": "They comment to one of our experts",
    "accept": "They accept an answer",
    "solved_note": "They say that an answer works for them",
    "expert_answer": "One of our experts answers them",
    "expert_comment": "One of our experts comments on what they wrote",
    "expert_followup": "The expert comes back to the question a day later or more",
    "met": "They met one of our experts, and let it count",
    "correction": "They put one of our experts right",
    "peer_answer": "They answer somebody of another company",
    "peer_accepted": "Somebody of another company accepts their answer",
    "article": "They write an article",
    "invite_joined": "A colleague whom they invited writes here for the first time",
}


@dataclass(frozen=True, kw_only=True)
class Example:
    """The affinity of the small company at four times: today, after one answer more, and after silence."""

    today: float
    parts: Sequence[tuple[str, float, int]]
    with_answer: float
    after_90_days: float
    after_180_days: float


@blueprint.get("/promise/score")
@public_page
def show() -> ResponseReturnValue:
    """The formula in plain words, with the example, the version and what it is worth."""
    told: dict[str, Any] = {"weights": WEIGHTS, "kinds": KINDS, "parts": asdict(PART_POINTS), "example": example()}
    return render_template("sales/how.html", version=SCORE_VERSION, is_on=settings().affinity_enabled, **told)


@cache
def example() -> Example:
    """Ana, Ben and Cho of a company of 500, worked out by the formula that works out every account."""
    events = _events()
    today = score(events, NOON, EMPLOYEES)
    most = asdict(PART_POINTS)
    answered = [*events, _event("answer", 0, "Cho", "expert_answer", expert="netowl", question="3")]
    return Example(
        today=today.score,
        parts=[(name, points, most[name]) for name, points in asdict(today.parts).items()],
        with_answer=score(answered, NOON, EMPLOYEES).score,
        after_90_days=score(events, NOON + timedelta(days=90), EMPLOYEES).score,
        after_180_days=score(events, NOON + timedelta(days=180), EMPLOYEES).score,
    )


def _events() -> list[Event]:
    return [
        _event("1", 180, "Ana", "ask", question="1"),
        _event("2", 179, "Ana", "expert_answer", expert="sanfox", question="1"),
        _event("3", 179, "Ana", "accept", expert="sanfox", question="1"),
        _event("4", 0, "Ben", "ask", question="2"),
        _event("5", 0, "Ben", "expert_answer", expert="sanfox", question="2"),
        _event("6", 0, "Ben", "comment", expert="sanfox", question="2"),
        _event("7", 0, "Cho", "article"),
        _event("8", 90, "Cho", "ask", question="3"),
    ]


def _event(
    name: str, days_ago: int, person: str, kind: str, *, expert: str | None = None, question: str | None = None
) -> Event:
    at = NOON - timedelta(days=days_ago)
    return Event(id=name, at=at, person=person, kind=kind, expert=expert, question=question)
