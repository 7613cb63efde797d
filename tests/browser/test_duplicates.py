"""A member says that two questions ask the same, the asker agrees, and readers are led to the original."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import faults_of
from tests.support.site import RunningSite
from tests.support.steps import ask, create_person, sign_in

ORIGINAL = "Replication to the second site stalls behind a firewall"
DUPLICATE = "The night copy to the other building stops at two"
ROLE = "steward"
SURNAMES = ("Quist", "Ortega", "Bhatt")
NUMBERS = count()


class People:
    """Somebody who asked, a member who reads, and a steward, each in a browser; and a guest."""

    def __init__(self, site: RunningSite, new_page: Callable[..., Page], **options: Any) -> None:
        number = next(NUMBERS)
        self.guest, self.asker, self.member, self.steward = (new_page(**options) for _ in range(4))
        for page, name, role in ((self.asker, "Marta", ""), (self.member, "Jonas", ""), (self.steward, "Hanna", ROLE)):
            handle = f"{name.lower()}-{number}"
            at = "northwind.example" if role else "fernhill.example"
            sign_in(page, create_person(site, handle, f"{name} {SURNAMES[number]}", at=at, role=role))


def asked(page: Page, title: str) -> str:
    return ask(page, title, "It stops every night. The log says `barrier not acknowledged`.", "replication")


def propose(page: Page, duplicate: str, original: str) -> None:
    page.goto(duplicate)
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="This asks the same as").click()
    page.get_by_label("Its address or its number").fill(original)
    page.get_by_label("How can one tell?").fill("The same firewall.")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_duplicate_leads_to_its_original(site: RunningSite, new_page: Callable[..., Page], script: bool):
    people = People(site, new_page, java_script_enabled=script)
    original, duplicate = asked(people.steward, ORIGINAL), asked(people.asker, DUPLICATE)

    propose(people.member, duplicate, original)
    people.member.get_by_role("button", name="Propose it").click()
    expect(people.member.locator("main")).to_contain_text("Proposed. The person who asked")

    people.asker.goto(duplicate)
    expect(people.asker.locator("main")).to_contain_text("“The same firewall.”")
    people.asker.get_by_role("button", name="Yes, that answers mine").click()
    expect(people.asker.get_by_role("heading", level=1)).to_have_text(DUPLICATE)
    expect(people.asker.locator("main")).to_contain_text("This asks the same as")

    reader = people.guest
    reader.goto(f"{duplicate}#question")
    expect(reader.get_by_role("heading", level=1)).to_have_text(ORIGINAL)
    expect(reader.locator("main")).to_contain_text(f"You came from “{DUPLICATE}”, which asks the same.")
    reader.get_by_role("link", name="Read it there").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(DUPLICATE)
    expect(reader.get_by_label("Your answer")).to_have_count(0)
    reader.goto("/questions")
    expect(reader.locator("main")).to_contain_text(f"Duplicate of “{ORIGINAL}”")

    people.asker.get_by_role("button", name="Open it again").click()
    reader.goto(duplicate)
    expect(reader.get_by_role("heading", level=1)).to_have_text(DUPLICATE)


def test_the_pages_keep_nobody_out(site: RunningSite, new_page: Callable[..., Page]):
    people = People(site, new_page)
    original, duplicate = asked(people.steward, ORIGINAL), asked(people.asker, DUPLICATE)
    propose(people.member, duplicate, original)
    faults = faults_of(people.member)
    people.member.get_by_role("button", name="Propose it").click()
    number = duplicate.split("/questions/")[1].split("/")[0]
    for name in ("closure", "merger", "lock", "topics", "audience"):
        people.steward.goto(f"/questions/{number}/{name}")
        faults += faults_of(people.steward)
    people.asker.goto(duplicate)
    faults += faults_of(people.asker)
    comment_and_split(people, number)
    faults += faults_of(people.steward)
    people.asker.goto(f"/questions/{number}/audience")
    people.asker.get_by_label("Why").fill("It names our hosts.")
    people.asker.get_by_role("button", name="Make it confidential").click()
    people.asker.goto(f"/questions/{number}/opening")
    faults += faults_of(people.asker)
    people.asker.get_by_role("button", name="Make it public now").click()
    faults += faults_of(people.asker)

    assert faults == []


def comment_and_split(people: People, number: str) -> None:
    """The form in which a steward makes a question of a comment."""
    people.asker.locator("summary", has_text="Add a comment").first.click()
    people.asker.get_by_label("Your comment").first.fill("And does the second site need a licence?")
    people.asker.get_by_role("button", name="Post your comment").first.click()
    people.steward.goto(f"/posts/{number}/split")
