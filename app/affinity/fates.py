"""What became of the questions of an account's people: how soon an expert answered, and whether they were solved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.affinity.kinds import Event

WAIT_HALF_LIFE = timedelta(hours=24)
OVERDUE_AFTER = timedelta(hours=72)
DEBT = 0.5
SOLVING = frozenset({"accept", "solved_note"})
# What decides about the fate of the question that it names.
DECISIVE = SOLVING | {"ask", "expert_answer"}


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one question of an account's person; `answered_at` is None until an expert answers."""

    person: str
    asked_at: datetime
    answered_at: datetime | None
    is_solved: bool

    @property
    def wait(self) -> timedelta | None:
        """How long an expert's first answer took."""
        return max(timedelta(0), self.answered_at - self.asked_at) if self.answered_at else None

    def is_overdue(self, now: datetime) -> bool:
        """True while we owe an answer that nobody else has given either."""
        return self.answered_at is None and not self.is_solved and now - self.asked_at > OVERDUE_AFTER

    def credit(self) -> float:
        """Between 0 and 1: half for how soon an expert answered, half for being solved."""
        promptness = 0.0 if self.wait is None else 2.0 ** -(self.wait / WAIT_HALF_LIFE)
        return 0.5 * promptness + 0.5 * self.is_solved


def fates(events: Iterable[Event]) -> list[Fate]:
    """Read each question's fate from everything that names it; each event is to come once.

    A question is asked once: of several `ask` events that name it, the first one says when and by whom. An `ask` that
    names no question counts for breadth alone: nothing could ever answer it, so it must not become a debt that nobody
    can pay.
    """
    asked: dict[str, Event] = {}
    answered: dict[str, datetime] = {}
    solved: set[str] = set()
    for event in events:
        question = event.question
        if question is None:
            continue
        if event.kind == "ask":
            asked[question] = min(event, asked.get(question, event), key=_in_time)
        elif event.kind == "expert_answer":
            answered[question] = min(event.at, answered.get(question, event.at))
        elif event.kind in SOLVING:
            solved.add(question)
    return [Fate(ask.person, ask.at, answered.get(question), question in solved) for question, ask in asked.items()]


def _in_time(event: Event) -> tuple[datetime, str]:
    return event.at, event.id
