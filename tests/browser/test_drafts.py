"""What is typed survives: a killed browser, a killed server, signing out, and a session that ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.mailbox import Mailbox
from tests.support.site import RunningSite
from tests.support.steps import create_person, sign_in

TITLE = "Replication to the second site stalls at 97% every night"
BODY = "It **waits**.\n\nThe log says: barrier not acknowledged."
SECONDS_TO_SAVE = 8_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, smtp: Mailbox) -> Iterator[RunningSite]:
    """A site of these tests' own, since it is killed."""
    with RunningSite(instance=tmp_path_factory.mktemp("drafts"), mail_url=smtp.url) as running:
        yield running


@pytest.fixture
def vera(site: RunningSite, request: pytest.FixtureRequest) -> str:
    """The address of somebody who has no draft yet."""
    number = request.session.items.index(request.node)
    return create_person(site, f"vera{number}", "Vera Lind", at="canary.example")


@pytest.fixture
def writer(new_page: Callable[..., Page], vera: str) -> Page:
    """A page on which Vera is signed in."""
    return sign_in(new_page(), vera)


def sign_out(page: Page) -> None:
    page.locator("summary", has_text="your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def write(page: Page, title: str = TITLE, body: str = BODY) -> None:
    page.goto("/questions/ask")
    page.get_by_label("Your question in one sentence").fill(title)
    body_of(page).fill(body)


def body_of(page: Page):
    return page.get_by_label("What happens, and what did you expect?")


def expect_text(page: Page, title: str = TITLE, body: str = BODY) -> None:
    expect(page.get_by_label("Your question in one sentence")).to_have_value(title)
    expect(body_of(page)).to_have_value(body)


def expect_saved(page: Page) -> None:
    expect(page.get_by_text("Draft saved at")).to_be_visible(timeout=SECONDS_TO_SAVE)


def kill(site: RunningSite) -> None:
    """End every process of the site as a power cut does."""
    assert site.process is not None
    for process in [*psutil.Process(site.process.pid).children(recursive=True), site.process]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    site.process.wait()


def test_a_draft_survives_a_killed_browser_and_a_killed_server(browser: Browser, site: RunningSite, writer: Page):
    write(writer)
    expect_saved(writer)
    cookies = writer.context.cookies()
    crash(writer)
    kill(site)
    site.__enter__()

    context = browser.new_context(base_url=site.address)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/questions/ask")
    expect_text(page)
    expect(page.get_by_text("is back.")).to_be_visible()

    page.get_by_label("Tags").fill("replication")
    page.get_by_role("button", name="Post your question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.goto("/questions/ask")
    expect_text(page, "", "")
    context.close()


def crash(page: Page) -> None:
    """End the page without a word to it, as a killed browser does."""
    with suppress(Exception):
        page.goto("chrome://crash", timeout=5_000)


def test_what_is_typed_while_the_server_is_away_stays_in_the_browser(browser: Browser, site: RunningSite, vera: str):
    # A page of its own, since a browser notes as an error that nobody answered.
    context = browser.new_context(base_url=site.address)
    writer = sign_in(context.new_page(), vera)
    write(writer, body="First words.")
    expect_saved(writer)
    kill(site)

    body_of(writer).fill(BODY)
    expect(writer.get_by_role("status").filter(has_text="we cannot be reached")).to_be_visible(timeout=SECONDS_TO_SAVE)
    site.__enter__()
    writer.goto("/questions/ask")
    expect_text(writer, TITLE, "First words.")
    writer.get_by_role("button", name="Put it back").click()
    expect_text(writer)
    expect_saved(writer)
    context.close()


def test_a_draft_waits_for_whoever_signs_in_again(writer: Page, vera: str):
    write(writer)
    expect_saved(writer)

    sign_out(writer)
    writer.goto("/questions/ask")
    sign_in(writer, vera)
    writer.goto("/questions/ask")

    expect_text(writer)
    writer.get_by_role("button", name="Throw it away").click()
    expect_text(writer, "", "")


def test_a_session_that_ended_while_typing_loses_nothing(new_page: Callable[..., Page], writer: Page, vera: str):
    write(writer, body="First words.")
    expect_saved(writer)
    other = writer.context.new_page()
    other.goto("/")
    sign_out(other)

    body_of(writer).fill(BODY)
    told = writer.get_by_role("status").filter(has_text="Not saved: you are signed out.")
    expect(told).to_contain_text("Your text is kept in this browser.", timeout=SECONDS_TO_SAVE)
    sign_in(writer, vera)
    writer.goto("/questions/ask")
    writer.get_by_role("button", name="Put it back").click()
    expect_text(writer)

    stranger = new_page()
    stranger.goto("/")
    assert stranger.evaluate("localStorage.length") == 0


def test_without_a_script_the_button_saves(new_page: Callable[..., Page], vera: str):
    page = sign_in(new_page(java_script_enabled=False), vera)
    write(page)
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Your draft is saved. Only you can see it.")).to_be_visible()
    expect_text(page)

    page.goto("/drafts")
    page.get_by_role("link", name=TITLE).click()
    expect_text(page)


def test_a_secret_is_masked_with_a_plain_form(new_page: Callable[..., Page], vera: str):
    page = sign_in(new_page(java_script_enabled=False), vera)
    write(page, body="    10.20.30.40 lost 10.20.30.41\n    password: Winter2031!")
    page.get_by_label("Tags").fill("replication")
    page.get_by_role("button", name="Post your question").click()
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("Line 2 looks like a password.")
    expect(warning.locator("mark")).to_have_text(["10.20.30.40", "10.20.30.41", "Winter2031!"])

    page.get_by_role("button", name="Mask them and post").click()
    expect(page.get_by_role("article")).to_contain_text("‹IP address 1› lost ‹IP address 2›")
