"""Reading a question in a real browser: what is new, the keys, passing it on, paper, and texts that mean harm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.hostile import hostile_strings
from tests.support.site import RunningSite
from tests.support.steps import create_person, sign_in

TITLE = "Replication to the second site stalls at 97% every night"
LOG = "\n".join(f"01:{minute:02} barrier not acknowledged by array two" for minute in range(60))
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def people(site: RunningSite) -> dict[str, str]:
    """A member and an expert, by handle their address."""
    return {
        "readerk": create_person(site, "readerk", "Marta Kowalska"),
        "readere": create_person(site, "readere", "Ingrid Solheim", role="expert"),
    }


@pytest.fixture
def asker(new_page: Callable[..., Page], people: dict[str, str]) -> Page:
    """The browser of whoever asked, on the page of the question."""
    page = sign_in(new_page(permissions=["clipboard-read", "clipboard-write"]), people["readerk"])
    ask(page, TITLE, f"It [waits](https://example.com/where).\n\n```log\n{LOG}\n```")
    return page


@pytest.fixture
def expert(new_page: Callable[..., Page], people: dict[str, str], asker: Page) -> Page:
    """The same page in an expert's browser."""
    page = sign_in(new_page(), people["readere"])
    page.goto(asker.url)
    return page


def ask(page: Page, title: str, body: str) -> None:
    page.goto("/questions/ask")
    page.locator("#title").fill(title)
    page.locator("#body").fill(body)
    page.locator("#tags").fill("replication")
    page.get_by_role("button", name="Post your question").click()
    expect(page.locator("main .post")).to_have_count(1)


def answer(page: Page, text: str) -> None:
    page.locator("#answer").fill(text)
    page.get_by_role("button", name="Post your answer").click()
    expect(page.locator("main")).to_contain_text(text)


def test_what_came_since_the_last_visit_is_marked_for_this_reader_alone(asker: Page, expert: Page) -> None:
    expect(asker.locator("[data-news]")).to_be_hidden()
    answer(expert, "Let the arrays send a keepalive.")
    now = datetime.now(UTC)
    asker.clock.set_fixed_time(now + HOUR)

    asker.goto(asker.url)

    expect(asker.locator("[data-news]")).to_contain_text("1 new since")
    sign = asker.locator("article[id^=answer] .new-sign")
    expect(sign).to_have_text("New")
    asker.get_by_role("link", name="Go to the first").click()
    expect(asker).to_have_url(re.compile("#answer-"))
    asker.locator("main").focus()
    asker.keyboard.press("n")
    expect(asker.locator("article[id^=answer]")).to_be_focused()
    # It is the same visit still; the next one, later, finds nothing new.
    asker.reload()
    expect(sign).to_have_count(1)
    asker.clock.set_fixed_time(now + 2 * HOUR)
    asker.reload()
    expect(sign).to_have_count(0)
    # What one wrote oneself is not news.
    expert.clock.set_fixed_time(now + HOUR)
    expert.reload()
    expect(expert.locator(".new-sign")).to_have_count(0)


def test_only_the_last_two_hundred_questions_are_remembered(asker: Page) -> None:
    asker.evaluate(
        "() => localStorage.setItem('visits', JSON.stringify(Object.fromEntries("
        "Array.from({ length: 300 }, (_, number) => [`9${number}`, [null, number + 1]]))))"
    )
    asker.reload()

    kept = asker.evaluate("() => Object.keys(JSON.parse(localStorage.getItem('visits')))")
    assert len(kept) == 200
    assert "9299" in kept
    assert "90" not in kept


def test_broken_memories_do_no_harm(asker: Page) -> None:
    for broken in ("{", "null", "[1]", '"x"', '{"1": 3}'):
        asker.evaluate("(text) => localStorage.setItem('visits', text)", broken)
        asker.reload()
        expect(asker.locator("[data-news]")).to_be_hidden()


def test_keys_lead_through_a_thread(asker: Page, expert: Page) -> None:
    answer(expert, "Let the arrays send a keepalive.")
    expert.locator("main").focus()
    expert.keyboard.press("j")
    expert.keyboard.press("j")
    expect(expert.locator("article[id^=answer]")).to_be_focused()
    expert.keyboard.press("c")
    field = expert.locator("article[id^=answer] textarea")
    expect(field).to_be_focused()
    expert.keyboard.type("every night?")
    expect(field).to_have_value("every night?")
    field.fill("")
    expert.locator("article[id^=answer]").focus()
    expert.keyboard.press("e")
    expect(expert).to_have_url(re.compile(r"/posts/\d+/edit$"))
    expert.go_back()
    expert.locator("main").focus()
    expert.keyboard.press("?")
    expect(expert.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("new since your last visit")
    expert.keyboard.press("Escape")
    expert.keyboard.press("u")
    expect(expert).to_have_url(re.compile("/questions$"))


def test_a_link_is_copied_without_what_this_reader_added(asker: Page, expert: Page) -> None:
    answer(expert, "Let the arrays send a keepalive.")
    asker.goto(f"{asker.url.split('#')[0]}?version=9")
    canonical = asker.url.split("?")[0]

    asker.locator("#question").get_by_role("button", name="Copy link").click()
    expect(asker.locator("#question").get_by_role("button", name="Copied")).to_be_visible()
    assert asker.evaluate("() => navigator.clipboard.readText()") == canonical
    asker.locator("article[id^=answer]").get_by_role("button", name="Copy link").click()
    expect(asker.locator("article[id^=answer]").get_by_role("button", name="Copied")).to_be_visible()
    assert re.fullmatch(re.escape(canonical) + r"#answer-\d+", asker.evaluate("() => navigator.clipboard.readText()"))


def test_on_paper_there_are_words_names_and_addresses_and_nothing_to_press(
    asker: Page, expert: Page, tmp_path: Path
) -> None:
    answer(expert, "Let the arrays send a keepalive.")
    expert.emulate_media(media="print")

    for hidden in (".masthead .me", ".actions", "main form", ".colophon", "aside", ".reading-order"):
        for element in expert.locator(hidden).all():
            expect(element).to_be_hidden()
    expect(expert.locator("h1")).to_be_visible()
    expect(expert.locator(".byline .name", has_text="Ingrid Solheim")).to_be_visible()
    expect(expert.locator("main")).to_contain_text("01:59 barrier not acknowledged by array two")
    link = expert.locator("#question .prose a").first
    after = link.evaluate("(link) => getComputedStyle(link, '::after').content")
    assert "https://example.com/where" in after
    pdf = tmp_path / "question.pdf"
    expert.pdf(path=pdf)
    print(f"On paper: {pdf}")  # noqa: T201


POST = """async ([path, fields]) => {
  const form = new FormData(document.querySelector(`form[action="${path}"]`));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("idempotency_key", crypto.randomUUID());
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(form) });
  return [answer.status, answer.url];
}"""
MOST_IN_A_TEXT = 20_000
MARKUP = re.compile(r"[<>&\"'{}]")


def in_portions(texts: list[str]) -> Iterator[str]:
    """The texts, one a paragraph, in posts of a length that is taken."""
    portion: list[str] = []
    for text in texts:
        if sum(map(len, portion)) + len(text) > MOST_IN_A_TEXT:
            yield "\n\n".join(portion)
            portion = []
        portion.append(text)
    yield "\n\n".join(portion)


def test_nothing_that_people_type_is_executed(asker: Page) -> None:
    """Any dialog fails the test, and any error or broken policy that the browser reports fails the fixture."""
    dialogs: list[str] = []
    asker.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    texts = hostile_strings()
    for portion in in_portions(texts):
        asker.locator("#answer").fill(portion)
        asker.get_by_role("button", name="Post your answer").click()
        keep = asker.get_by_role("button", name="Post it as it is")
        expect(keep.or_(asker.locator("article[id^=answer]").first)).to_be_visible()
        if keep.is_visible():
            keep.click()
    expect(asker.locator("article[id^=answer]").first).to_contain_text("alert(1)")
    asker.wait_for_load_state("networkidle")

    asker.goto("/questions/ask")
    titles = [text[:100] + ": why does replication stop?" for text in texts if MARKUP.search(text)][:40]
    made = [
        asker.evaluate(POST, ["/questions/ask", {"title": title, "body": "It stops.", "tags": "x"}]) for title in titles
    ]
    assert sum("/questions/ask" not in address for _, address in made) > 30
    for _, address in made[:3]:
        asker.goto(address)
    asker.goto("/questions")
    expect(asker.locator(".rows .title")).to_have_count(20)
    asker.locator(".rows .title a").first.click()
    asker.wait_for_load_state("networkidle")

    assert dialogs == []
