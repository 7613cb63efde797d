"""The main job of the site: a customer asks, an expert answers, the customer accepts, and sales sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.mailbox import Mailbox
from tests.support.site import RunningSite
from tests.support.steps import ask, create_person, join, sign_in

TITLE = "Replication to the second site stalls at 97% every night"


def band_of(page: Page, company: str) -> str:
    """What sales sees of a company in the list of accounts."""
    page.goto("/sales")
    return page.get_by_role("row").filter(has_text=company).inner_text()


@pytest.fixture
def company(site: RunningSite, new_page: Callable[..., Page]) -> str:
    """A customer of whom two people have asked something, an expert and a sales person."""
    site.flask("account", "add", "Fernhill Hospitals", "--domain", "fernhill.example", "--size-band", "s")
    people = {"astridlab": ("Astrid Holm", "expert"), "nadiar": ("Nadia Rahimi", "sales")}
    colleagues = {"oluwas": "Oluwaseun Adeyemi", "farahs": "Farah Siddiqui"}
    for handle, (name, role) in people.items():
        create_person(site, handle, name, role=role)
    site.flask("account", "owner", "Fernhill Hospitals", "nadiar")
    for handle, name in colleagues.items():
        page = new_page()
        sign_in(page, create_person(site, handle, name, at="fernhill.example"))
        ask(page, f"Why does array {handle} wait for the snapshot job?", "It waits at two.", "snapshots")
    return "Fernhill Hospitals"


def test_a_question_is_asked_answered_and_accepted_and_sales_sees_the_account_move(
    new_page: Callable[..., Page], site: RunningSite, mailbox: Mailbox, company: str
) -> None:
    customer, expert, sales = new_page(), new_page(), new_page()
    take_snapshot(site)
    sign_in(sales, "nadiar@northwind.example")
    promise(sales)
    assert "Early: fewer than three people" in band_of(sales, company)

    join(customer, mailbox, "Milena Novak", "milenan", "milena@fernhill.example")
    ask(customer, TITLE, "It **waits**.\n\n```\nbarrier not acknowledged\n```", "replication, firmware")
    expect(customer.locator("main")).to_contain_text("Fernhill Hospitals")
    address = customer.url

    sign_in(expert, "astridlab@northwind.example")
    expert.goto(address)
    expert.get_by_label("Your answer").fill("**Let the arrays send a keepalive.** The firewall forgets the session.")
    expert.get_by_role("button", name="Post your answer").click()
    answer = expert.get_by_role("article", name="Answer by Astrid Holm")
    expect(answer).to_contain_text("Let the arrays send a keepalive.")
    expect(answer).to_contain_text("Northwind Systems")

    customer.goto(address)
    customer.get_by_role("button", name="Accept this answer").click()
    expect(customer.get_by_role("article", name="Answer by Astrid Holm, accepted")).to_be_visible()

    take_snapshot(site)
    customer.goto("/@astridlab")
    expect(customer.locator("main")).to_contain_text("Reputation15")
    assert re.search(r"Fernhill Hospitals\s+\d+ new", band_of(sales, company))
    sales.get_by_role("region", name="Your accounts").get_by_role("link", name=company).click()
    expect(sales.get_by_role("heading", level=1)).to_contain_text(company)
    assert "milena" not in sales.content().lower()

    number = sales.url.rstrip("/").rsplit("/", 1)[1]
    history = site.flask("affinity", "events", "--account", number)
    events = json.loads(history)
    assert sorted(event["kind"] for event in events["events"]) == ["accept", "ask", "ask", "ask", "expert_answer"]
    exact = json.loads(site.flask("affinity", "score", "-", typed=history))
    shown = re.search(r"(\d+) of 100", sales.locator("main").inner_text())
    assert shown
    assert abs(int(shown[1]) - exact["score"]) < 1


def promise(page: Page) -> None:
    """What sales promises before the first report."""
    page.goto("/sales")
    page.get_by_role("button", name="I will not contact people because of this report").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Before you read")


def take_snapshot(site: RunningSite) -> None:
    site.flask("worker", "--once")
    site.flask("affinity", "recompute")


def test_the_same_without_javascript(new_page: Callable[..., Page], mailbox: Mailbox) -> None:
    page = new_page(java_script_enabled=False)
    join(page, mailbox, "Jonas Weber", "jonasw", "jonas@somewhere.example")
    page.goto("/questions/ask")
    page.get_by_label("Your question in one sentence").fill("Keel R24 drops one NVMe drive on warm reboot")
    page.get_by_label("What happens, and what did you expect?").fill("Never on *cold* boot.")
    page.get_by_label("Tags").fill("nvme")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("main em")).to_have_text("cold")
    expect(page.get_by_label("Tags")).to_have_value("nvme")
    page.get_by_role("button", name="Post your question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keel R24")
