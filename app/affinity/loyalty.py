"""Whether the people of an account come back: how many of those of one quarter were there in an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from app.affinity import cohort
from app.affinity.kinds import WEIGHTS, Event


def returning(events: Iterable[Event], until: datetime) -> str | None:
    """The share of people who took part in the last full calendar quarter (UTC) and had done so in an earlier one.

    In words, by thirds; None where fewer than five people took part in that quarter.
    """
    ends = quarter_of(until)
    begins = quarter_of(
        ends.replace(year=ends.year - 1, month=12) if ends.month == 1 else ends.replace(month=ends.month - 1)
    )
    deeds = [event for event in events if WEIGHTS[event.kind].breadth]
    then = {event.person for event in deeds if begins <= event.at < ends}
    earlier = {event.person for event in deeds if event.at < begins}
    return cohort.share_word(len(then & earlier), len(then))


def quarter_of(moment: datetime) -> datetime:
    """When the calendar quarter of `moment` began, in UTC."""
    day = moment.astimezone(UTC)
    return datetime(day.year, (day.month - 1) // 3 * 3 + 1, 1, tzinfo=UTC)
