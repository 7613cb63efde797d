"""What the demo's people tell besides their work: the content of personal.toml, as deeds of the day they join."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from functools import partial
from typing import Any

from app.cli.demo.content import CONTENT, Community
from app.cli.demo.desk import Planned
from app.cli.demo.timeline import joining_time
from app.people import personal
from app.people.hours import minutes_of
from app.people.models import Person
from app.people.personal import PersonalSide

# Whoever joins looks around before telling much.
AFTER_JOINING = timedelta(hours=1)

Entry = Mapping[str, Any]


class PersonalDeeds:
    """Plans the deeds. `everybody` is by handle, and fills up while the year is written."""

    def __init__(self, community: Community, everybody: Mapping[str, Person]) -> None:
        self._content = tomllib.loads((CONTENT / "personal.toml").read_text(encoding="utf-8"))
        self._joined = {person.handle: joining_time(person.joined, person.handle) for person in community.people}
        self._everybody = everybody

    def planned(self) -> Iterator[Planned]:
        """Each deed with the time at which it is written."""
        for entry in self._content["person"]:
            yield self._joined[entry["handle"]] + AFTER_JOINING, partial(self._tell, entry)

    def _tell(self, entry: Entry) -> None:
        person = self._everybody[entry["handle"]]
        personal.change_personal_side(person, side_of(entry, about=person.about))


def side_of(entry: Entry, *, about: str) -> PersonalSide:
    """An entry of the content as somebody would have typed it."""
    begins, ends = (
        (minutes_of(time.fromisoformat(hour)) for hour in entry["hours"]) if "hours" in entry else (None,) * 2
    )
    return PersonalSide(
        about=about,
        interests=entry.get("interests", ""),
        learning=entry.get("learning", ""),
        city=entry.get("city", ""),
        works_here_since=entry.get("since"),
        languages=entry.get("languages", ()),
        time_zone=entry.get("zone", ""),
        desk_from=begins,
        desk_to=ends,
        desk_days=entry.get("days", ""),
        pace_shown=entry.get("pace_shown", False),
        findable=entry.get("findable", False),
    )
