"""What the report of one account says. Whatever too few people stand behind is left out here already.

No page, file or command can show a number that this module did not let through. The affinity, its change and its parts
are those of the moment. Everything else looks no further than the last moment before which three people had taken part
(docs/decisions/0024-k-rule.md), so that no two reports differ by what one person did.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

from app.affinity import cohort, loyalty
from app.affinity.figures import Figures, Report, Service, TieLine
from app.affinity.score import ACTIVE_BREADTH, LIVE_TIE, PART_POINTS, WEIGHTS, Event, Score, Share, Weighed, fates
from app.affinity.splits import POSTS, Splits
from app.kernel.clock import monday_of

TREND_OVER = timedelta(days=90)
SERVICE_OVER = timedelta(days=90)
YEAR = timedelta(days=365)
FEWEST_FOR_RISK = 5
# A report says "more than half" from here on.
HALF = 0.5
MOST_CANDIDATES = 8
# What somebody did for others, and what these or the site took up.
TAKEN_UP = frozenset({"peer_accepted", "correction", "article", "invite_joined"})
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


@dataclass(frozen=True, kw_only=True)
class Made:
    """A report with what no reader sees of it: who is active, and who stands behind each topic that is shown.

    `shown_until` is what the account's next report has to be told, and `withheld` is True where the number of the
    account would tell, beside that of a company above, about one or two people.
    """

    score: Score
    report: Report
    shown_until: datetime | None
    active: frozenset[str]
    topics: Mapping[str, frozenset[str]]
    withheld: bool = False


@dataclass(frozen=True)
class Seen:
    """What a report looks at besides the affinity: all that happened up to `until`."""

    weighed: Weighed
    until: datetime
    now: datetime

    @property
    def events(self) -> Sequence[Event]:
        return self.weighed.events(self.until)

    @property
    def people(self) -> Mapping[str, Share]:
        return self.weighed.people(self.until)

    @property
    def active(self) -> int:
        return len(active_people(self.people))

    def within(self, over: timedelta) -> list[Event]:
        """The events of so long a time before `until`; none of them once that lies as far back itself."""
        if self.now - self.until > over:
            return []
        return [event for event in self.events if self.until - event.at <= over]

    def people_who(self, kinds: Iterable[str], over: timedelta = YEAR) -> list[str]:
        """Who did something of these kinds, once for each time."""
        return [event.person for event in self.within(over) if event.kind in kinds]


def make(history: AccountHistory, now: datetime) -> Made:
    """Score an account and say what may be said about it, with what holds it against the companies above it."""
    weighed = Weighed(history.events)
    result, active = weighed.score(now, history.employees), active_people(weighed.people(now))
    seen = Seen(weighed, _looks_until(history, weighed, now), now)
    splits = Splits.of(seen.within(YEAR), history.tags, min(seen.active, len(active)))
    is_shown = len(active) >= cohort.FEWEST_FOR_A_NUMBER
    report = Report(
        band=cohort.band_word(result.score, len(active)),
        people=cohort.active_bucket(len(active)),
        confidence=cohort.confidence_word(len(active), len(seen.events)),
        figures=_figures(history, seen, result, splits) if is_shown else None,
    )
    return Made(
        score=result,
        report=report,
        shown_until=seen.until if is_shown else history.shown_until,
        active=active,
        topics=splits.people_by_shown_topic() if is_shown else {},
    )


def active_people(people: Mapping[str, Share]) -> frozenset[str]:
    """Who takes part: whose breadth is at least 0.1."""
    return frozenset(person for person, share in people.items() if share.breadth >= ACTIVE_BREADTH)


def _looks_until(history: AccountHistory, weighed: Weighed, now: datetime) -> datetime:
    """How far the report may look: to `now`, or no further than the last one until it has three people's news."""
    before = history.shown_until
    if before is None or before >= now:
        return now
    since = {event.person for event in weighed.events(now) if event.at > before}
    return now if cohort.is_news(since) else before


def _figures(history: AccountHistory, seen: Seen, result: Score, splits: Splits) -> Figures:
    risk = _risk(history, seen, result.active_people)
    return Figures(
        affinity=round(result.score),
        change=_change(history, seen, result),
        parts={name: round(points) for name, points in asdict(result.parts).items()},
        service=_service(seen),
        risk=None if risk is None else cohort.in_five_percent(risk),
        rests_on_one=risk is not None and risk > HALF,
        helped=cohort.in_fives(seen.people_who({"peer_answer"})),
        articles=cohort.in_fives(seen.people_who({"article"})),
        corrections=cohort.in_fives(seen.people_who({"correction"})),
        meetings=cohort.in_fives(seen.people_who({"met"})),
        posts=cohort.in_fives(seen.people_who(POSTS)),
        live_ties=_live_ties(seen),
        ties=_ties(history, seen, splits),
        topics=splits.topics(),
        topics_withheld=splits.topics_withheld,
        ways=splits.ways(),
        ways_withheld=splits.ways_withheld,
        returning=loyalty.returning(seen.events, seen.until),
        last_contact=_week_of_last(event.at for event in seen.events if WEIGHTS[event.kind].to_customer),
        gave_in_week=_week_of_last(event.at for event in seen.within(YEAR) if event.kind in TAKEN_UP),
        until=seen.until.isoformat(),
    )


def _change(history: AccountHistory, seen: Seen, result: Score) -> int | None:
    """Points gained in 90 days; None if too few people took part then, whose score could be worked out from it."""
    before = seen.weighed.score(seen.now - TREND_OVER, history.employees)
    return round(result.score - before.score) if before.active_people >= cohort.FEWEST_FOR_A_NUMBER else None


def _service(seen: Seen) -> Service:
    """How questions of 90 days were served, where three people and more asked them."""
    recent = [fate for fate in fates(seen.events) if seen.until - fate.asked_at <= SERVICE_OVER]
    if seen.now - seen.until > SERVICE_OVER or not cohort.may_count(fate.person for fate in recent):
        return Service(asked=0, solved=0, solve_rate=None, first_answer_hours=None)
    answered = [fate for fate in recent if fate.wait is not None]
    waits = [fate.wait / timedelta(hours=1) for fate in answered if fate.wait is not None]
    enough = cohort.may_count(fate.person for fate in answered)
    solved = [fate.person for fate in recent if fate.is_solved]
    return Service(
        asked=cohort.in_fives(fate.person for fate in recent),
        solved=cohort.in_fives(solved),
        solve_rate=cohort.in_twentieths(cohort.solve_rate(len(solved), len(recent))),
        first_answer_hours=cohort.in_halves(statistics.median(waits)) if enough else None,
    )


def _risk(history: AccountHistory, seen: Seen, active_now: int) -> float | None:
    """The share of the affinity that would go with the one person whom most of it rests on."""
    if min(seen.active, active_now) < FEWEST_FOR_RISK:
        return None
    weighs_most = sorted(seen.people, key=lambda person: (-_weight(seen.people[person]), person))[:MOST_CANDIDATES]
    score = partial(seen.weighed.score, seen.until, history.employees)
    return 1 - min(score(without=person).score for person in weighs_most) / score().score


def _weight(share: Share) -> float:
    """Roughly what somebody adds to the affinity."""
    return sum(getattr(PART_POINTS, part) * getattr(share, part) for part in PART_POINTS.__slots__)


def _week_of_last(moments: Iterable[datetime]) -> str | None:
    """The Monday of the week of the last of these moments."""
    last = max(moments, default=None)
    return None if last is None else monday_of(last).date().isoformat()


def _live_ties(seen: Seen) -> int:
    """Pairs of one of their people and one of our experts who know each other, in fives."""
    return cohort.in_fives(
        person for person, share in seen.people.items() for tie in share.ties.values() if tie >= LIVE_TIE
    )


def _ties(history: AccountHistory, seen: Seen, splits: Splits) -> list[TieLine]:
    ties = seen.weighed.score(seen.until, history.employees).ties
    lines = []
    for expert, tie in ties.items():
        word = cohort.tie_word(tie.strength, tie.people)
        about = None if word == cohort.SOME else splits.topic_with(expert)
        lines.append(TieLine(expert_id=int(expert), word=word, about=about))
    return sorted(lines, key=lambda line: (TIE_WORDS.index(line.word), line.expert_id))
