"""Asking with help: questions like it, for whom it is, and all of it by keyboard alone or without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.site import RunningSite
from tests.support.steps import ask, create_person, sign_in, tab_to

TITLE = "Why does the metro cluster fail over to the wrong site?"


@pytest.fixture
def asker(site: RunningSite, new_page: Callable[..., Page]) -> Page:
    page = new_page()
    sign_in(page, create_person(site, "tessaheron", "Tessa Heron", at="heron.example"))
    return page


@pytest.fixture(scope="module", autouse=True)
def companies(site: RunningSite) -> None:
    site.flask("account", "add", "Heron Rail", "--domain", "heron.example")
    site.flask("account", "add", "Oakridge Clinics", "--domain", "oakridge.example")


def test_what_was_solved_before_appears_while_the_title_is_typed(
    site: RunningSite, new_page: Callable[..., Page]
) -> None:
    first, second = new_page(), new_page()
    sign_in(first, create_person(site, "ulrichbeck", "Ulrich Beck", at="heron.example"))
    ask(first, "Quorum witness loses its heartbeat after certificate renewal", "Every ninety days.", "certificates")
    first.get_by_label("Your answer").fill("Renew the witness first.")
    first.get_by_role("button", name="Post your answer").click()
    first.get_by_role("button", name="Accept this answer").click()
    site.flask("worker", "--once")

    sign_in(second, create_person(site, "wandakos", "Wanda Kos", at="oakridge.example"))
    second.goto("/questions/ask")
    second.get_by_label("Your question in one sentence").press_sequentially("Quorum witness loses heartbeat")
    close = second.locator("[data-similar-place]")
    expect(close).to_contain_text("Quorum witness loses its heartbeat after certificate renewal")
    expect(close).to_contain_text("Solved")

    plain = new_page(java_script_enabled=False)
    sign_in(plain, "wandakos@oakridge.example")
    plain.goto("/questions/ask")
    plain.get_by_label("Your question in one sentence").fill("Quorum witness loses heartbeat")
    plain.get_by_role("button", name="Preview").first.click()
    expect(plain.locator("main")).to_contain_text("Quorum witness loses its heartbeat after certificate renewal")


def test_another_company_meets_nothing_of_a_confidential_question(
    site: RunningSite, new_page: Callable[..., Page], asker: Page
) -> None:
    address = ask(
        asker,
        "Why does the Zeppelin pool stall after the audit?",
        "Zeppelinword everywhere.",
        "zeppelintag, replication",
        audience="Only my company and the engineers",
    )
    expect(asker.locator("main")).to_contain_text("In confidence")
    site.flask("worker", "--once")
    number = address.split("/questions/")[1].split("/")[0]

    stranger, colleague, expert = new_page(), new_page(), new_page()
    sign_in(stranger, create_person(site, "zitavarga", "Zita Varga", at="oakridge.example"))
    for place in (
        address,
        f"/questions/{number}",
        f"/posts/{number}/comments",
        f"/posts/{number}/revisions",
        "/questions",
        "/questions?view=confidential",
        "/search?q=zeppelinword",
        "/search?q=tag:zeppelintag",
        "/tags",
        "/tags/zeppelintag",
        "/tags/replication",
        "/@tessaheron",
        "/",
    ):
        stranger.goto(place)
        page = stranger.content()
        assert "Zeppelin pool" not in page, place
        assert f"/questions/{number}" not in page.replace(stranger.url, ""), place

    assert f"/questions/{number}" not in stranger.request.get("/sitemap.xml").text()

    sign_in(colleague, create_person(site, "yannheron", "Yann Berger", at="heron.example"))
    colleague.goto("/questions?view=confidential")
    colleague.get_by_role("link", name="Why does the Zeppelin pool stall").click()
    expect(colleague.locator("main")).to_contain_text("Zeppelinword")

    sign_in(expert, create_person(site, "quietexpert", "Quentin Adler", role="expert"))
    expert.goto(address)
    expect(expert.get_by_label("Your answer")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["keyboard", "without a script"])
def test_asking_answering_accepting_and_editing_by_keyboard_alone(
    site: RunningSite, new_page: Callable[..., Page], script: bool
) -> None:
    name = "Karla Weiss" if script else "Nora Lind"
    page = new_page(java_script_enabled=script)
    if not script:
        without_a_script(page, create_person(site, "noralind", name, at="heron.example"))
        return
    sign_in(page, create_person(site, "karlaweiss", name, at="heron.example"))
    page.goto("/questions/ask")
    tab_to(page, "Your question in one sentence")
    page.keyboard.type(TITLE)
    tab_to(page, "Tags")
    page.keyboard.type("metro-cluster")
    tab_to(page, "What happens, and what did you expect?")
    page.keyboard.type("It goes to the site that is down.")
    tab_to(page, "Post your question")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)

    tab_to(page, "Your answer")
    page.keyboard.type("The preference was set the wrong way round.")
    tab_to(page, "Post your answer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name=f"Answer by {name}")).to_be_visible()

    tab_to(page, "Accept this answer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name=f"Answer by {name}, accepted")).to_be_visible()

    page.locator(".thread .post").nth(1).focus()
    tab_to(page, "Edit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit the answer")
    tab_to(page, "Your answer")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Swap it in the settings.")
    tab_to(page, "Save the new text")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name=f"Answer by {name}, accepted")).to_contain_text("Swap it in the settings.")


def without_a_script(page: Page, address: str) -> None:
    sign_in(page, address)
    ask(page, "Why does the second controller stay in standby for ever?", "It never takes over.", "controllers")
    page.get_by_label("Your answer").fill("Its licence has run out.")
    page.get_by_role("button", name="Post your answer").click()
    page.get_by_role("button", name="Accept this answer").click()
    answer = page.get_by_role("article", name="Answer by Nora Lind, accepted")
    answer.get_by_role("link", name="Edit").click()
    page.get_by_label("Your answer").fill("Its licence has run out. Renew it under Settings.")
    page.get_by_role("button", name="Save the new text").click()
    expect(answer).to_contain_text("Renew it under Settings.")
