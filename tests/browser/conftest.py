"""A real browser on the real site: web server, worker and mail server run as processes, as they do for readers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support.mailbox import Mailbox
from tests.support.site import RunningSite

SECONDS_FOR_A_JOURNEY = 400
# Without windows it takes a third less of the processor; both are the same browser otherwise.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = pytest.StashKey[Path]()
# A browser that is refused something says so here; the status itself is for the test to judge.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what drives a browser, and give it the time that it takes."""
    item.add_marker(pytest.mark.browser)
    item.add_marker(pytest.mark.timeout(SECONDS_FOR_A_JOURNEY))


@pytest.fixture(autouse=True)
def clean_start() -> None:
    """These tests share one site and look at it from outside; each makes people of its own."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, smtp: Mailbox) -> Iterator[RunningSite]:
    """The site, running."""
    with RunningSite(instance=tmp_path_factory.mktemp("site"), mail_url=smtp.url) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(
    browser: Browser, site: RunningSite, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`new_page()` is a page of a new person's browser; keywords go to the browser context.

    The test fails if any page logged an error, broke the content security policy, or asked another host.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(base_url=site.address, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        _listen(page, site, faults)
        return page

    yield make
    if request.node.stash.get(FAILED, False):
        _take_pictures(contexts, tmp_path)
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of a guest's browser."""
    return new_page()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember whether the test failed, so that the pages can be pictured before they close."""
    report: Any = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def _listen(page: Page, site: RunningSite, faults: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.match(message.text):
            faults.append(f"{page.url}: {message.text}")

    def on_request(request: Any) -> None:
        if not request.url.startswith((site.address, "data:", "blob:")):
            faults.append(f"{page.url} asked {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("request", on_request)


def _take_pictures(contexts: list[BrowserContext], folder: Path) -> None:
    for number, context in enumerate(contexts, 1):
        for shown in context.pages:
            picture = folder / f"page-{number}.png"
            shown.screenshot(path=picture, full_page=True)
            print(f"{shown.url} is pictured in {picture}")  # noqa: T201
