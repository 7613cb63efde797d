"""What the numbers of a report mean, in plain sentences. They say what the report lets through, and count nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.affinity.alerts import words_on_report
from app.affinity.changes import SinceLastLook
from app.affinity.figures import Figures, Report
from app.affinity.portfolio import FALLING, Line
from app.affinity.score import PART_POINTS

PEOPLE_WORDS = {"<3": "fewer than 3", "3-4": "3 or 4", "5-9": "5 to 9", "10-24": "10 to 24", "25+": "25 or more"}
PARTS: dict[str, float] = {name: getattr(PART_POINTS, name) for name in PART_POINTS.__slots__}
LASTING = {"fair", "strong"}


@dataclass(frozen=True)
class Part:
    """One of the five components: points, the most there can be, and what it means here."""

    name: str
    points: int
    most: int
    sentence: str


def describe_parts(line: Line, report: Report, figures: Figures) -> list[Part]:
    """The five parts, each with its sentence."""
    sentences = {
        "breadth": f"{PEOPLE_WORDS[report.people].capitalize()} of their people ask, comment, accept or help.",
        "depth": _depth(figures),
        "reciprocity": _reciprocity(figures),
        "responsiveness": f"{_first_answers(figures)}{_overdue(line)}",
        "advocacy": _advocacy(figures),
    }
    return [
        Part(name=name, points=figures.parts[name], most=round(most), sentence=sentences[name])
        for name, most in PARTS.items()
    ]


def change_words(figures: Figures | None) -> tuple[str, str]:
    """An icon and words for the change in 90 days."""
    if figures is None or figures.change is None:
        return "move-right", "not known yet"
    change = figures.change
    icon = "trending-down" if change <= FALLING else "trending-up" if change >= -FALLING else "move-right"
    if change == 0:
        return icon, "as before"
    return icon, f"{abs(change)} {'higher' if change > 0 else 'lower'}"


def contact_week(figures: Figures | None) -> date | None:
    """The Monday of the week in which an expert last spoke with them."""
    return date.fromisoformat(figures.last_contact) if figures and figures.last_contact else None


def at_least(count: int, thing: str, things: str = "") -> str:
    """A count that the report keeps in fives, as one says it: "at least 10 posts", "few posts" for 0."""
    return f"{f'at least {count}' if count else 'few'} {things or f'{thing}s'}"


def since_words(since: SinceLastLook) -> Iterator[str]:
    """What has changed since somebody looked, a sentence each; nothing where all is as it was."""
    if since.change:
        direction = "higher" if since.change > 0 else "lower"
        yield f"Affinity is {abs(since.change)} {direction}: {since.affinity_then} then, {since.affinity_now} now."
    if since.band_then and since.band_now and since.band_then != since.band_now:
        yield f"They are {since.band_now} now, and were {since.band_then}."
    for alert in since.raised:
        yield f"New: {_lower(words_on_report(alert, since.account_id))}."
    for alert in since.settled:
        yield f"Over: {_lower(words_on_report(alert, since.account_id))}."


def _lower(sentence: str) -> str:
    """A sentence as it goes on behind a colon; names in it stay as they are."""
    return sentence[0].lower() + sentence[1:]


def _depth(figures: Figures) -> str:
    lasting = sum(tie.word in LASTING for tie in figures.ties)
    if not lasting:
        return "No tie with one of our experts lasts yet."
    known = "with one of our experts" if lasting == 1 else f"with {lasting} of our experts"
    if not figures.live_ties:
        return f"Ties {known} last."
    ties = at_least(figures.live_ties, "live tie").capitalize()
    return f"{ties} between their people and our experts; {_last(lasting)}."


def _last(lasting: int) -> str:
    return "those with one of them last" if lasting == 1 else f"those with {lasting} of them last"


def _reciprocity(figures: Figures) -> str:
    if figures.corrections:
        return f"They give back: {at_least(figures.corrections, 'correction')} of our answers were right."
    share = figures.parts["reciprocity"] / PART_POINTS.reciprocity
    if share < 0.2:
        return "So far mostly one side speaks."
    if share < 0.5:
        return "They answer back: they comment, and say what helped."
    return "Both sides speak: what we answer is discussed and accepted."


def _first_answers(figures: Figures) -> str:
    hours = figures.service.first_answer_hours
    if hours is None:
        return "Too few of them asked in the last 90 days to say how soon we answer."
    return f"Half of their questions have an expert’s answer within {hours:g} {'hour' if hours == 1 else 'hours'}."


def _overdue(line: Line) -> str:
    if not line.overdue:
        return ""
    return f" {line.overdue} {'waits' if line.overdue == 1 else 'wait'} for longer than three days."


def _advocacy(figures: Figures) -> str:
    done = []
    if figures.helped:
        done.append(f"answered {at_least(figures.helped, 'question')} of other companies")
    if figures.articles:
        done.append(f"wrote {at_least(figures.articles, 'article')}")
    if not done:
        return "In a year they have done little yet that others could see, like answering other companies."
    return f"In a year they {' and '.join(done)}."
