"""From what an expert types, a day and an hour on the wall, to the moment that everybody can agree on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.kernel.errors import RuleBroken
from app.kernel.zones import moments_of, zone_names, zone_of, zone_words

FIRST, SECOND = "first", "second"


class HourComesTwice(RuleBroken):
    """The clocks go back in that hour, and nobody has said yet which of the two is meant."""


def weekly(local: datetime, weeks: int, zone_name: str, which: str = "") -> Sequence[datetime]:
    """The moments at which the clocks of a zone show `local` in this week and in those that follow.

    Each is at the same hour of the wall, so that across a change of the clocks they are not a multiple of 24 hours
    apart. `which` is FIRST or SECOND for an hour that comes twice. Raises RuleBroken, or HourComesTwice.
    """
    return [moment_of(local + timedelta(weeks=week), zone_name, which) for week in range(weeks)]


def moment_of(local: datetime, zone_name: str, which: str = "") -> datetime:
    """The moment, in UTC, at which the clocks of the zone show `local`. Raises RuleBroken, or HourComesTwice."""
    if zone_name not in zone_names():
        raise RuleBroken("Choose the time zone of the place from the list.")
    zone = zone_of(zone_name)
    try:
        found = moments_of(local, zone)
    except OverflowError:
        raise RuleBroken("Enter a day such as 2026-08-31.") from None
    when = f"{local:%H:%M} on {local.day} {local:%B %Y}"
    if not found:
        raise RuleBroken(
            f"In {zone_words(zone)} the clocks go forward that night: {when} does not exist. Choose another time."
        )
    if len(found) > 1 and which not in {FIRST, SECOND}:
        raise HourComesTwice(
            f"In {zone_words(zone)} the clocks go back that night: {when} comes twice. Say which one you mean."
        )
    return found[-1] if which == SECOND else found[0]
