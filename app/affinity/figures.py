"""What a report says, as it is kept. Every number in it is whole, rounded or in fives already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

Kept = TypeVar("Kept")


@dataclass(frozen=True, kw_only=True)
class Service:
    """How well questions of 90 days were served: `asked` and `solved` in fives (10 is “at least 10”, 0 fewer than 5).

    Hours are a median in halves, the rate is in twentieths; both are None where fewer than three people asked.
    """

    asked: int
    solved: int
    solve_rate: float | None
    first_answer_hours: float | None


@dataclass(frozen=True, kw_only=True)
class TieLine:
    """How an account gets on with one expert, in a word; `about` is the topic that enough of its people talk about."""

    expert_id: int
    word: str
    about: str | None = None


@dataclass(frozen=True, kw_only=True)
class TopicLine:
    """A topic that at least five people of the account talk about; `people` is a bucket, `posts` in fives."""

    name: str
    people: str
    posts: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What may be said once three people take part.

    Affinity, its change and its parts are whole points as of the snapshot. All else holds as of `until` (an ISO moment;
    None in older reports): it stays as it is until three people have taken part again. Counts are in fives: 10 means
    at least ten, 0 fewer than five.

    `risk` is the percentage of the affinity that would go with one person, in fives, and `rests_on_one` whether that
    is more than half. `last_contact` is the Monday of the week in which an expert last spoke with them, `gave_in_week`
    that of the week in which something they did for others was last taken up. `live_ties` counts pairs of one of their
    people and one of our experts. `ways` are those of app.affinity.splits in which enough people met us, `returning`
    is the share of people who came back; both are words.
    """

    affinity: int
    change: int | None
    parts: dict[str, int]
    service: Service
    risk: int | None
    helped: int
    last_contact: str | None
    ties: list[TieLine]
    topics: list[TopicLine]
    topics_withheld: bool
    rests_on_one: bool = False
    posts: int = 0
    meetings: int = 0
    corrections: int = 0
    articles: int = 0
    live_ties: int = 0
    ways: list[str] = field(default_factory=list)
    ways_withheld: bool = False
    returning: str | None = None
    gave_in_week: str | None = None
    until: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """One account at one time. `figures` is None while fewer than three people take part.

    It is None as well where the figures, taken from those of a company above, would tell about one or two people.
    """

    band: str
    people: str
    confidence: str
    figures: Figures | None


def to_text(report: Report) -> str:
    """The report as it is kept."""
    return json.dumps(asdict(report), ensure_ascii=False)


def from_text(text: str) -> Report:
    """A report that was kept, by this version of the site, an earlier or a later one."""
    told = json.loads(text)
    if figures := told["figures"]:
        parts = {
            "service": _read(Service, figures["service"]),
            "ties": [_read(TieLine, tie) for tie in figures["ties"]],
            "topics": [_read(TopicLine, topic) for topic in figures["topics"]],
        }
        told["figures"] = _read(Figures, figures | parts)
    return _read(Report, told)


def _read(kind: type[Kept], told: Mapping[str, Any]) -> Kept:
    """Make a `kind` of the values that it knows."""
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in told.items() if name in known})
