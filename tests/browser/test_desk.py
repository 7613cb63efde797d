"""Asking a named expert, in a browser: the desk, the next step and templates, also without a script or a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import LARGE, SMALL, TOO_WIDE
from tests.support.axe import axe
from tests.support.site import RunningSite
from tests.support.steps import ask, create_person, sign_in

TITLE = "Which keepalive is safe for replication on a metered line?"
TEMPLATE = "Hello {asker}, which version of {product} is it?"


@pytest.fixture(scope="module")
def people(site: RunningSite) -> dict[str, str]:
    """Addresses of a member, a colleague from another company, and two experts."""
    site.flask("account", "add", "Kestrel Shipping", "--domain", "kestrel.example", "--size-band", "s")
    return {
        "elin": create_person(site, "elinstrand", "Elin Strand"),
        "priya": create_person(site, "priyar", "Priya Raman", at="kestrel.example"),
        "tomasz": create_person(site, "netowl", "Tomasz Wilk", role="expert"),
        "diego": create_person(site, "backupbear", "Diego Ferreira", role="expert"),
    }


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page as it stands, by day and by night, and on a small screen."""
    faults = axe(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += axe(page, only="color-contrast")
    page.set_viewport_size(SMALL)
    faults += page.evaluate(TOO_WIDE)
    page.set_viewport_size(LARGE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return faults


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_an_expert_is_asked_takes_it_and_answers_from_a_template(
    new_page: Callable[..., Page], people: dict[str, str], with_script: bool
) -> None:
    options = {"viewport": LARGE, "java_script_enabled": with_script}
    asker, expert, colleague = new_page(**options), new_page(**options), new_page(**options)
    for page, who in ((asker, "elin"), (expert, "tomasz"), (colleague, "priya")):
        sign_in(page, people[who])
    ask(asker, TITLE, "It forgets idle sessions after thirty seconds.", "replication")
    address = asker.url

    colleague.goto(address)
    colleague.get_by_role("button", name="Same problem here").click()
    expect(colleague.locator("main")).to_contain_text("One person at one company has this too")

    expect(asker.locator("#next-step")).to_contain_text("Nobody yet")
    asker.get_by_role("link", name="Ask an expert to look").click()
    asker.get_by_label("A sentence for whoever you ask").fill("You wrote about idle sessions.")
    asker.get_by_role("button", name="Ask Tomasz").click()
    expect(asker.locator("main")).to_contain_text("Tomasz has been asked")

    expert.goto("/desk")
    expect(expert.get_by_role("region", name="Asked of you")).to_contain_text("You wrote about idle sessions.")
    expert.get_by_role("link", name="Look at the templates").click()
    expert.get_by_role("link", name="Write a template").click()
    expert.get_by_label("What you call it").fill("Ask for the version")
    expert.get_by_label("The text").fill(TEMPLATE)
    expert.get_by_role("button", name="Save the template").click()

    expert.goto(address)
    expert.get_by_role("button", name="I take this").click()
    expect(expert.locator("#next-step")).to_contain_text("Tomasz")
    field = expert.get_by_label("Your answer")
    field.fill("Set it to twenty seconds.")
    expert.get_by_label("Reply template").select_option(label="Ask for the version")
    expert.get_by_role("button", name="Insert").click()
    filled = "Hello Elin, which version of your product is it?"
    expect(field).to_have_value(f"Set it to twenty seconds.\n\n{filled}")
    expert.get_by_role("button", name="Post your answer").click()
    expect(expert.locator("#next-step")).to_contain_text("Elin, who asked")


def test_the_pages_keep_nobody_out(new_page: Callable[..., Page], people: dict[str, str]) -> None:
    page, asker = new_page(viewport=LARGE), new_page(viewport=LARGE)
    sign_in(page, people["diego"])
    sign_in(asker, people["elin"])
    ask(asker, "Why does the restore of one file take an hour?", "It reads the whole chain.", "restore")
    question = "/".join(asker.url.split("/")[3:5])
    addresses = ["/desk", "/desk/unanswered", "/desk/marks", "/desk/replies", "/desk/replies/new", "/settings/away"]

    faults = []
    for address in addresses:
        page.goto(address)
        faults += [f"{address}: {fault}" for fault in faults_of(page)]
    for address in (f"/{question}", f"/{question}/experts"):
        asker.goto(address)
        faults += [f"{address}: {fault}" for fault in faults_of(asker)]

    assert faults == []


def test_it_is_done_by_keyboard_alone(new_page: Callable[..., Page], people: dict[str, str]) -> None:
    asker, expert = new_page(viewport=LARGE), new_page(viewport=LARGE)
    sign_in(asker, people["elin"])
    sign_in(expert, people["diego"])
    ask(asker, "Which snapshot may I delete when the reserve is full?", "It grew over night.", "snapshots")
    address = asker.url

    for words in ("Ask an expert to look", "Ask Diego"):
        focus(asker, words)
        with asker.expect_navigation():
            asker.keyboard.press("Enter")
    expect(asker.locator("main")).to_contain_text("Diego has been asked")

    expert.goto(address)
    focus(expert, "I cannot take this")
    expert.keyboard.press("Enter")
    expert.keyboard.press("Tab")
    expert.keyboard.type("Ask Tomasz: it is about the link.")
    expert.keyboard.press("Enter")
    expect(expert.locator("main")).to_contain_text("can ask somebody else")

    asker.goto(address)
    expect(asker.locator("#next-step")).to_contain_text("Diego cannot take it: “Ask Tomasz: it is about the link.”")


def focus(page: Page, words: str, most: int = 120) -> None:
    """Go on by Tab until what says `words` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").endswith(words):
            return
    raise AssertionError(f"Nothing that says {words!r} can be reached by Tab.")
