"""The demo's meetings can be written on any day of the week."""

import tomllib
from datetime import date, timedelta

import pytest

from app.cli.demo.content import CONTENT
from app.cli.demo.meetings import working_day

pytestmark = pytest.mark.pure

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("weekday", range(7))
def test_what_came_of_a_meeting_is_said_after_it_whatever_day_it_is_loaded(weekday):
    today = MONDAY + timedelta(days=weekday)
    slots = tomllib.loads((CONTENT / "meetings.toml").read_text(encoding="utf-8"))["slot"]
    for slot in slots:
        day = working_day(today, slot["day"])
        assert day.weekday() < 5
        assert today + timedelta(days=slot["offered"]) < day
        for request in slot.get("request", ()):
            assert today + timedelta(days=request.get("accepted", request["asked"])) < day
            assert "counted" not in request or day < today + timedelta(days=request["counted"])
