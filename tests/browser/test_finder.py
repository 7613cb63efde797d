"""Suggestions below the search box: by keyboard, by mouse, on a phone, and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.axe import axe
from tests.support.site import RunningSite
from tests.support.steps import create_person, sign_in

PHONE = {"width": 390, "height": 800}
# Letter by letter, with no time between them however busy the machine is.
TYPED_AT_ONCE = """(field, word) => {
  for (const letter of word) {
    field.value += letter;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}"""
TITLE = "Why does the zitherlike array hum at night?"


@pytest.fixture(scope="module")
def asker(site: RunningSite) -> str:
    """The address of a member."""
    return create_person(site, "zitherist", "Zita Kowalska")


@pytest.fixture(scope="module")
def question(site: RunningSite, browser: object, asker: str) -> str:
    """The address of a question, which can be found."""
    page = browser.new_context(base_url=site.address).new_page()  # type: ignore[attr-defined]
    sign_in(page, asker)
    page.goto("/questions/ask")
    page.locator("#title").fill(TITLE)
    page.locator("#body").fill("It hums.")
    page.locator("#tags").fill("zithers")
    page.get_by_role("button", name="Post your question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("zitherlike")
    address = str(page.url)
    for _ in range(60):
        if TITLE in page.request.get("/search/suggest?q=zith").text():
            break
        page.wait_for_timeout(500)
    page.context.close()
    return address


def box(page: Page) -> Locator:
    return page.locator("#q")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_by_keyboard_alone(page: Page, question: str):
    page.goto("/questions")
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("zitherl", delay=20)

    expect(options(page)).to_have_text([TITLE])
    expect(page.get_by_role("combobox", name="Search questions and answers")).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".finder [role=status]")).to_have_text("1 suggestion")
    assert axe(page) == []

    page.keyboard.press("ArrowDown")
    chosen = options(page).first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "none")
    expect(box(page)).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("ArrowDown")
    expect(box(page)).not_to_have_attribute("aria-activedescendant", re.compile(".*"))
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_attribute("aria-selected", "true")

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box(page)).to_have_value("zitherl")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(question)


def test_enter_searches_for_what_was_typed_while_nothing_is_chosen(page: Page, question: str):
    page.goto("/questions")
    box(page).press_sequentially("zitherlike")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=zitherlike$"))
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_by_mouse_without_moving_the_page(page: Page, question: str):
    page.goto("/questions")
    before = page.locator("main").bounding_box()
    box(page).press_sequentially("zith")
    expect(options(page)).to_have_text([TITLE, re.compile("^zithers")])
    assert page.locator("main").bounding_box() == before

    options(page).last.hover()
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    options(page).last.click()
    expect(page).to_have_url(re.compile("/tags/zithers$"))


def test_topics_and_people_are_named_as_groups(new_page: Callable[..., Page], question: str, asker: str):
    page = new_page()
    sign_in(page, asker)
    box(page).press_sequentially("zith")

    for group, text in (("Questions", TITLE), ("Topics", "zithers 1 question"), ("People", "Zita Kowalska @zitherist")):
        expect(page.get_by_role("group", name=group).get_by_role("option")).to_have_text([text])
    expect(page.locator(".finder [role=status]")).to_have_text("3 suggestions")
    box(page).blur()
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_only_the_last_of_what_was_typed_is_shown_and_asked_for_once(page: Page, question: str):
    page.goto("/questions")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search/suggest" in request.url else None)
    box(page).focus()
    page.wait_for_load_state("networkidle")
    box(page).evaluate(TYPED_AT_ONCE, "zitherlike")
    expect(options(page)).to_have_count(1)
    assert len(asked) == 1

    box(page).press_sequentially("qq")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.locator(".finder [role=status]")).to_have_text("No suggestions")
    before = len(asked)
    box(page).press("Backspace")
    box(page).press("Backspace")
    expect(options(page)).to_have_count(1)
    assert len(asked) <= before + 1


def test_a_site_that_asks_for_a_pause_gets_one(page: Page, question: str):
    page.route("**/search/suggest?*", lambda route: route.fulfill(status=429, headers={"Retry-After": "600"}, body=""))
    page.goto("/questions")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search/suggest" in request.url else None)
    for letters in ("zi", "th", "er"):
        box(page).press_sequentially(letters)
        page.wait_for_timeout(300)

    assert len(asked) == 1
    box(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=zither$"))


def test_on_a_phone_in_the_dark(new_page: Callable[..., Page], question: str):
    page = new_page(viewport=PHONE, color_scheme="dark", has_touch=True)
    page.goto("/questions")
    box(page).press_sequentially("zith")
    expect(options(page)).to_have_count(2)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    options(page).first.tap()
    expect(page).to_have_url(question)


def test_without_a_script_it_is_a_plain_form(new_page: Callable[..., Page], question: str):
    page = new_page(java_script_enabled=False)
    page.goto("/questions")
    box(page).fill("zitherlike")
    box(page).press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=zitherlike$"))
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
