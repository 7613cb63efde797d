"""What the report says of one account. Whatever too few people stand behind is left out here already.

No page, file or command can show a number that this module did not let through.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from app.affinity import cohort
from app.affinity.figures import Figures, Report, Service, TieLine, TopicLine
from app.affinity.score import WEIGHTS, Event, Score, events_that_count, fates, score

TREND_OVER = timedelta(days=90)
SERVICE_OVER = timedelta(days=90)
TOPICS_OVER = timedelta(days=365)
FEWEST_FOR_RISK = 5
MOST_CANDIDATES = 5
POSTS = frozenset({"ask", "comment", "peer_answer", "article"})
TIE_WORDS = ("strong", "fair", "weak", cohort.SOME)


@dataclass(frozen=True, kw_only=True)
class AccountHistory:
    """An account's events, its size, and the tags of the questions that the events name.

    `shown_until` is how far the account's last earlier report looked (AffinitySnapshot.shown_until), None if there is
    none: until three people have taken part since, the next one looks no further.
    """

    events: Sequence[Event]
    employees: int | None
    tags: Mapping[str, Sequence[str]]
    shown_until: datetime | None = None


def make_report(history: AccountHistory, now: datetime) -> tuple[Score, Report]:
    """Score an account, and say what may be said about it."""
    events = events_that_count(history.events, now)
    result = score(events, now, history.employees)
    report = Report(
        band=cohort.band_word(result.score, result.active_people),
        people=cohort.active_bucket(result.active_people),
        confidence=cohort.confidence_word(result.active_people, len(events)),
        figures=_figures(history, events, result, now) if _may_count(result) else None,
    )
    return result, report


def _may_count(result: Score) -> bool:
    return result.active_people >= cohort.FEWEST_FOR_A_NUMBER


def _figures(history: AccountHistory, events: Sequence[Event], result: Score, now: datetime) -> Figures:
    topics, withheld = _topics(history, events, result.active_people, now)
    return Figures(
        affinity=round(result.score),
        change=_change(history, result, now),
        parts={name: round(points) for name, points in asdict(result.parts).items()},
        service=_service(events, now),
        risk=_risk(history, events, result, now),
        helped=sum(event.kind == "peer_answer" and now - event.at <= TOPICS_OVER for event in events),
        last_contact=_last_contact(events),
        ties=_ties(result),
        topics=topics,
        topics_withheld=withheld,
    )


def _change(history: AccountHistory, result: Score, now: datetime) -> int | None:
    """Points gained in 90 days; None if too few people took part then, whose score could be worked out from it."""
    before = score(history.events, now - TREND_OVER, history.employees)
    return round(result.score - before.score) if _may_count(before) else None


def _service(events: Iterable[Event], now: datetime) -> Service:
    recent = [fate for fate in fates(events) if now - fate.asked_at <= SERVICE_OVER]
    waits = [fate.wait / timedelta(hours=1) for fate in recent if fate.wait is not None]
    solved = sum(fate.is_solved for fate in recent)
    return Service(
        asked=len(recent),
        solved=solved,
        # With one question more that went well and one more that did not, small numbers cannot shine.
        solve_rate=round((solved + 1) / (len(recent) + 2), 3) if recent else None,
        first_answer_hours=round(statistics.median(waits), 1) if waits else None,
    )


def _risk(history: AccountHistory, events: Sequence[Event], result: Score, now: datetime) -> int | None:
    if result.active_people < FEWEST_FOR_RISK:
        return None
    most_active = Counter(event.person for event in events).most_common(MOST_CANDIDATES)
    without_one = (
        score([event for event in events if event.person != person], now, history.employees).score
        for person, _events in most_active
    )
    return round(100 * (1 - min(without_one) / result.score))


def _last_contact(events: Iterable[Event]) -> str | None:
    spoken = [event.at for event in events if WEIGHTS[event.kind].to_customer]
    if not spoken:
        return None
    day = max(spoken).astimezone(UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def _ties(result: Score) -> list[TieLine]:
    lines = [
        TieLine(expert_id=int(expert), word=cohort.tie_word(tie.strength, tie.people))
        for expert, tie in result.ties.items()
    ]
    return sorted(lines, key=lambda line: (TIE_WORDS.index(line.word), line.expert_id))


def _topics(
    history: AccountHistory, events: Iterable[Event], active_people: int, now: datetime
) -> tuple[list[TopicLine], bool]:
    """Topics of the last year that may be shown, the most talked about first, and whether others are withheld."""
    people: dict[str, set[str]] = defaultdict(set)
    posts: Counter[str] = Counter()
    for event in events:
        if WEIGHTS[event.kind].breadth and event.question is not None and now - event.at <= TOPICS_OVER:
            for tag in history.tags.get(event.question, ()):
                people[tag].add(event.person)
                posts[tag] += event.kind in POSTS
    cells = cohort.split({tag: len(persons) for tag, persons in people.items()}, active_people)
    lines = [
        TopicLine(name=tag, people=cohort.active_bucket(count), posts=posts[tag])
        for tag, count in cells.items()
        if count is not None
    ]
    return sorted(lines, key=lambda line: (-line.posts, line.name)), None in cells.values()
