"""How soon somebody answers, as others may read it: a range in words, and only where the person shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.people.models import Person
from app.site.choices import Statistics

RANGES: Sequence[tuple[timedelta, str]] = (
    (timedelta(hours=2), "within two hours"),
    (timedelta(hours=6), "within a few hours"),
    (timedelta(hours=18), "the same day"),
    (timedelta(hours=42), "by the next day"),
    (timedelta(days=4), "in two to three days"),
    (timedelta(days=8), "within a week"),
)
LONGER = "in more than a week"


def pace_in_words(pace: timedelta) -> str:
    """The range in which a pace (half of the answers took so long or less) lies."""
    return next((words for longest, words in RANGES if pace < longest), LONGER)


def shown_pace(person: Person, pace: timedelta | None, statistics: Statistics) -> str:
    """How soon an expert answers, in words; "" where they do not show it, or the site shows it of nobody.

    `statistics` is what site.queries.personal_statistics says.
    """
    shown = person.is_expert and person.pace_shown and statistics is Statistics.PERSON
    return pace_in_words(pace) if shown and pace is not None else ""
