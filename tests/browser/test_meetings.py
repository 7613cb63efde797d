"""Meeting an expert, in two browsers in two time zones: offered, asked, moved, agreed, and in both calendars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from playwright.sync_api import Page, expect

from app.kernel import clock
from tests.browser.test_desk import faults_of
from tests.browser.test_every_page import LARGE
from tests.support.mailbox import Mailbox
from tests.support.site import RunningSite
from tests.support.steps import create_person, sign_in, wait_for_letter

PLACE, HOME = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WHY = "Our two sites never agree about the time, and we would like to know why."


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_two_people_in_two_zones_meet_at_one_moment(
    new_page: Callable[..., Page], site: RunningSite, mailbox: Mailbox, with_script: bool
) -> None:
    mark = "one" if with_script else "two"
    options = {"viewport": LARGE, "java_script_enabled": with_script}
    expert, member = new_page(**options), new_page(**options)
    address = create_person(site, f"asta-{mark}", f"Asta Kvist {mark.title()}", at="oakridge.example")
    sign_in(expert, create_person(site, f"bjarne-{mark}", f"Bjarne Holt {mark.title()}", role="expert"))
    sign_in(member, address)
    day = (clock.now() + timedelta(days=10)).date()

    # What looks for faults needs scripts itself.
    look = faults_of if with_script else lambda page: list[str]()
    offer(expert, look, day.isoformat(), f"Clocks, part {mark}")
    live_in_new_york(member)
    member.goto("/meetings")
    member.get_by_role("link", name=f"Clocks, part {mark}").click()
    starts_at = datetime.combine(day, time(16), PLACE)
    expect(member.locator("main")).to_contain_text(f"{starts_at.astimezone(HOME):%H:%M}")
    expect(member.locator("main")).not_to_contain_text("call.example")
    assert look(member) == []
    member.get_by_label("What do you want to talk about?").fill(WHY)
    member.get_by_role("button", name="Ask Bjarne for this time").click()
    expect(member.locator("main")).to_contain_text("Asked")

    expert.goto("/meetings/yours")
    expert.get_by_role("link", name=f"Clocks, part {mark}").first.click()
    assert look(expert) == []
    expert.get_by_text("Propose another time").click()
    expert.get_by_label("Day").fill(day.isoformat())
    expert.get_by_label("Begins at").fill("18:30")
    expert.get_by_role("button", name="Propose this time to Asta").click()

    member.reload()
    expect(member.locator("main")).to_contain_text("proposes this time in place of the first one")
    member.get_by_role("button", name="Take this time").click()
    expect(member.locator("main")).to_contain_text("call.example")
    agreed = datetime.combine(day, time(18, 30), PLACE).astimezone(UTC)
    for page in (member, expert):
        page.goto(member.url)
        assert instants(page) == [agreed] * 2
    wait_for_letter(mailbox, address)
    assert "meeting.ics" in mailbox.to(address)[-1].as_string()


def offer(page: Page, look: Callable[[Page], list[str]], day: str, title: str) -> None:
    """Offer an hour on line, at four in Berlin."""
    page.goto("/meetings/offer")
    page.get_by_label("On line: an office hour").check()
    page.get_by_label("What is it?").fill(title)
    page.get_by_label("Address of the call").fill("https://call.example/clocks")
    page.get_by_label("Day").fill(day)
    page.get_by_label("Begins at").fill("16:00")
    page.get_by_label("Time zone of the place").select_option(PLACE.key)
    page.get_by_label("Minutes it takes").fill("60")
    assert look(page) == []
    page.get_by_role("button", name="Offer this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def live_in_new_york(page: Page) -> None:
    page.goto("/settings/profile")
    page.get_by_label("Your time zone").select_option(HOME.key)
    page.get_by_role("button", name="Save").first.click()
    page.goto("/settings/profile")
    expect(page.get_by_label("Your time zone")).to_have_value(HOME.key)


def instants(page: Page) -> list[datetime]:
    """When the file of the page begins, as two libraries read it."""
    with page.expect_download() as download:
        page.get_by_role("link", name="For your calendar").click()
    file = Path(download.value.path()).read_text()
    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return [event.DTSTART.astimezone(UTC), vobject.readOne(file).vevent.dtstart.value.astimezone(UTC)]
