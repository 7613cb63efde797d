"""The week of a moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.kernel.clock import monday_of

pytestmark = pytest.mark.pure

MONDAY = datetime(2026, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize("passed", [timedelta(0), timedelta(hours=30), timedelta(days=7, microseconds=-1)])
def test_a_week_begins_on_monday_at_midnight_utc(passed):
    assert monday_of(MONDAY + passed) == MONDAY


def test_a_moment_in_another_zone_is_of_the_week_that_it_has_in_utc():
    assert monday_of(datetime(2026, 3, 16, 1, tzinfo=timezone(timedelta(hours=2)))) == MONDAY - timedelta(days=7)
