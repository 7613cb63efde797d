"""What people do in a browser again and again: joining, signing in, asking."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.support.mailbox import Mailbox
from tests.support.site import RunningSite

PASSWORD = "a lantern for the harbour wall"
SECONDS_FOR_MAIL = 15


def create_person(site: RunningSite, handle: str, name: str, *, at: str = "northwind.example", role: str = "") -> str:
    """Somebody who can sign in with PASSWORD; returns the address."""
    address = f"{handle}@{at}"
    roles = ("--role", role) if role else ()
    site.flask("person", "create", address, "--handle", handle, "--name", name, *roles, typed=f"{PASSWORD}\n")
    return address


def wait_for_letter(mailbox: Mailbox, address: str) -> None:
    deadline = time.monotonic() + SECONDS_FOR_MAIL
    while not mailbox.to(address):
        assert time.monotonic() < deadline, f"No letter came to {address}."
        time.sleep(0.1)


def sign_in(page: Page, address: str) -> Page:
    """Sign in as somebody whom `create_person` made; returns the page."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)
    return page


def join(page: Page, mailbox: Mailbox, name: str, handle: str, address: str) -> None:
    """Sign up, and confirm from the letter that really came."""
    page.goto("/sign-up")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your handle").fill(handle)
    page.get_by_label("Your work address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    wait_for_letter(mailbox, address)
    page.goto(mailbox.link(address, "/confirm/"))
    page.locator("main form button").first.click()


def ask(page: Page, title: str, body: str, tags: str, *, audience: str = "Everyone") -> str:
    """Ask a question for `audience` (the words beside the choice); returns where it is read."""
    page.goto("/questions/ask")
    page.get_by_label("Your question in one sentence").fill(title)
    page.get_by_label("What happens, and what did you expect?").fill(body)
    page.get_by_label("Tags").fill(tags)
    page.locator("label.choice", has_text=audience).first.locator("input").check()
    page.get_by_role("button", name="Post your question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def tab_to(page: Page, label: str, *, most: int = 200) -> None:
    """Press Tab until what has the focus is named `label`: only what the keyboard reaches can be used by keyboard."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED_NAME).strip().startswith(label):
            return
    raise AssertionError(f"{label!r} cannot be reached with the keyboard.")


FOCUSED_NAME = """() => {
  const one = document.activeElement;
  return one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || "";
}"""
