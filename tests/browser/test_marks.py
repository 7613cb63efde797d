"""Which answer to trust, and for which version; and an author who was wrong. With a script and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_every_page import LARGE, SMALL, TOO_WIDE
from tests.support.axe import axe
from tests.support.site import RunningSite
from tests.support.steps import ask, create_person, sign_in

TITLE = "Replication of large volumes stops at 97% since the update"
OLD = "Set the streams to 2 and let it crawl."
RIGHT = "Let both arrays send a keepalive every twenty seconds."
NEW = "The streams play no part. Tell the firewall to remember idle sessions for 900 seconds."
WARNING = "Right for 7.1; since 7.2 the streams no longer matter."
REASON = "I took an old fault for this one."


@pytest.fixture(scope="module")
def people(site: RunningSite) -> dict[str, str]:
    """Addresses of a customer, and of two experts."""
    site.flask("account", "add", "Osprey Rail", "--domain", "osprey.example", "--size-band", "s")
    return {
        "jan": create_person(site, "janv", "Jan Vermeer-Dahl", at="osprey.example"),
        "hedda": create_person(site, "heddal", "Hedda Lunde", role="expert"),
        "oskar": create_person(site, "oskarb", "Oskar Brandt", role="expert"),
    }


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page as it stands, by day and by night, and on a small screen.

    Only pages that may run scripts can be asked.
    """
    if page.evaluate("document.documentElement.classList.contains('js')") is False:
        return []
    faults = axe(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += axe(page, only="color-contrast")
    page.set_viewport_size(SMALL)
    faults += page.evaluate(TOO_WIDE)
    page.set_viewport_size(LARGE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return faults


def answer(page: Page, address: str, text: str) -> None:
    page.goto(address)
    page.get_by_label("Your answer").fill(text)
    page.get_by_role("button", name="Post your answer").click()
    expect(page.locator("main")).to_contain_text(text)


def answer_by(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=f"Answer by {name}")


def choose(within: Locator, deed: str) -> None:
    """Open the menu of an answer and choose what is called `deed`."""
    within.get_by_text("More", exact=False).first.click()
    within.get_by_role("link", name=deed).click()


def answers_in_order(page: Page) -> list[str]:
    return [label.split(",")[0] for label in page.locator("article[id^=answer-]").evaluate_all(LABELS)]


LABELS = "found => found.map(one => one.getAttribute('aria-label'))"


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_an_outdated_answer_sinks_for_its_version_until_its_author_owns_the_mistake(
    new_page: Callable[..., Page], people: dict[str, str], with_script: bool
) -> None:
    options = {"viewport": LARGE, "java_script_enabled": with_script}
    jan, hedda, oskar, guest = (new_page(**options) for _ in range(4))
    for page, who in ((jan, "jan"), (hedda, "hedda"), (oskar, "oskar")):
        sign_in(page, people[who])
    address = ask(jan, TITLE, "It waits, and by morning the reserve is full.", "replication")
    answer(hedda, address, OLD)
    answer(oskar, address, RIGHT)
    jan.goto(address)
    answer_by(jan, "Hedda Lunde").get_by_role("button", name="Accept this answer").click()
    answer_by(jan, "Oskar Brandt").get_by_role("button", name="Works for me").click()
    expect(answer_by(jan, "Oskar Brandt")).to_contain_text("Works for 1 person at 1 company")
    assert answers_in_order(jan) == ["Answer by Hedda Lunde", "Answer by Oskar Brandt"]

    oskar.goto(address)
    choose(answer_by(oskar, "Hedda Lunde"), "Mark as outdated")
    oskar.get_by_label("In one sentence").fill(WARNING)
    oskar.get_by_label("Version").fill("7.2")
    assert faults_of(oskar) == []
    oskar.get_by_role("button", name="Mark the answer").click()

    guest.goto(address)
    guest.get_by_label("I run version").select_option("7.2")
    guest.get_by_role("button", name="Show what fits").click()
    assert answers_in_order(guest) == ["Answer by Oskar Brandt", "Answer by Hedda Lunde"]
    outdated = answer_by(guest, "Hedda Lunde")
    expect(outdated.locator(".mark").first).to_contain_text(f"Outdated for 7.2: {WARNING} Marked by @oskarb")
    guest.get_by_text("Why this order").click()
    expect(guest.get_by_role("region", name="Points of the answers")).to_contain_text("accepted +100")
    assert faults_of(guest) == []

    hedda.goto(address)
    choose(answer_by(hedda, "Hedda Lunde"), "I was wrong")
    hedda.get_by_label("What was wrong?").fill(REASON)
    hedda.get_by_label("What is right").fill(NEW)
    hedda.get_by_label("Thanks to").fill("@oskarb")
    assert faults_of(hedda) == []
    hedda.get_by_role("button", name="Correct the answer").click()

    guest.reload()
    corrected = answer_by(guest, "Hedda Lunde")
    expect(corrected).to_contain_text(NEW)
    corrected.get_by_text(REASON).click()
    expect(corrected.locator("del")).to_have_text(OLD)
    expect(corrected).to_contain_text("Thanks to @oskarb")
    assert answers_in_order(guest) == ["Answer by Hedda Lunde", "Answer by Oskar Brandt"]
    assert faults_of(guest) == []
    answer_by(guest, "Oskar Brandt").get_by_role("link", name="Works for 1 person").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("What people say of Oskar’s answer")
    assert faults_of(guest) == []
