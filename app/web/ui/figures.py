"""Which figures about people a page may show: the operator decides (Admin, “Numbers about single people”).

A figure about one person is how much they know, how often or how soon they answer, and what came of it. A figure
about a team takes several people together, and does not say whose it is. Every page asks here before it shows one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from app.people.models import Person
from app.reputation.pace import pace_in_words, shown_pace
from app.site.choices import Statistics
from app.site.queries import has_boards, personal_statistics

# Of fewer people, a figure about all would be one about each.
FEWEST_IN_A_TEAM = 3


@dataclass(frozen=True)
class Figures:
    """What may be shown now: figures about one person, figures about a team."""

    statistics: Statistics

    @property
    def of_people(self) -> bool:
        return self.statistics is Statistics.PERSON

    @property
    def of_teams(self) -> bool:
        return self.statistics is not Statistics.OFF

    @property
    def boards(self) -> bool:
        """True where those who earned most have a page."""
        return has_boards()

    def pace(self, person: Person, pace: timedelta | None) -> str:
        """How soon an expert answers, in words; "" where they do not show it, or nobody may."""
        return shown_pace(person, pace, self.statistics)

    def team_pace(self, paces: Collection[timedelta]) -> str:
        """How soon several experts answer, in words; "" for too few of them, and where nobody may."""
        if not self.of_teams or len(paces) < FEWEST_IN_A_TEAM:
            return ""
        return pace_in_words(sorted(paces)[len(paces) // 2])


def figures() -> Figures:
    """What may be shown on the page that is asked for."""
    return Figures(personal_statistics())


def register(app: Flask) -> None:
    """Let templates ask too."""
    app.add_template_global(figures)
