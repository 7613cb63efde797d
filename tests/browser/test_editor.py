"""Writing with the editor: by mouse, by keyboard alone, and as a plain form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.support.axe import axe
from tests.support.site import RunningSite
from tests.support.steps import create_person, sign_in

PHONE = {"width": 390, "height": 800}
CELLS = """<html><head><style>td {color: red}</style></head><body><!--StartFragment--><table>
<tr><td style="color: red">Firmware</td><td>Keepalive</td></tr><tr><td>7.1</td><td>always | on</td></tr>
<tr><td>7.2</td></tr>
</table><!--EndFragment--></body></html>"""
PASTE = """(field, data) => {
  const transfer = new DataTransfer();
  for (const [kind, text] of Object.entries(data)) transfer.setData(kind, text);
  const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
  return field.dispatchEvent(event);
}"""
DROP = """(field) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["one line of a log\\n"], "trace.log", { type: "text/plain" }));
  field.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""
# What makes a page scroll sideways, if it does.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter(element => element.getBoundingClientRect().right > innerWidth)
    .map(element => element.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def people(site: RunningSite) -> dict[str, str]:
    """A member and an expert, by handle their address."""
    return {
        "martak": create_person(site, "martak", "Marta Kowalska"),
        "sanfox": create_person(site, "sanfox", "Ingrid Solheim", role="expert"),
    }


@pytest.fixture
def asked(new_page: Callable[..., Page], people: dict[str, str]) -> str:
    """The address of a question that Marta asked about replication."""
    page = sign_in(new_page(), people["martak"])
    page.goto("/questions/ask")
    page.locator("#title").fill("Replication to the second site stalls at 97% every night")
    page.locator("#body").fill("It waits.")
    page.locator("#tags").fill("replication")
    page.get_by_role("button", name="Post your question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Replication")
    return page.url


@pytest.fixture
def expert(new_page: Callable[..., Page], people: dict[str, str], asked: str) -> Page:
    """The question's page in the expert's browser."""
    page = sign_in(new_page(), people["sanfox"])
    page.goto(asked)
    expect(page.get_by_role("button", name="Bold")).to_be_visible()
    return page


@pytest.fixture
def answer(expert: Page) -> Locator:
    """The field for her answer."""
    return expert.get_by_label("Your answer")


def test_tools_mark_up_what_is_selected(expert: Page, answer: Locator):
    answer.fill("stalls")
    answer.select_text()
    expert.get_by_role("button", name="Bold").click()
    expect(answer).to_have_value("**stalls**")

    answer.fill("one\ntwo")
    answer.select_text()
    expert.get_by_role("button", name="Code block").click()
    expect(answer).to_have_value("```\none\ntwo\n```\n")
    answer.press("Control+z")
    expect(answer).to_have_value("one\ntwo")

    answer.fill("Versions")
    answer.press("End")
    expert.get_by_role("button", name="Table").click()
    expect(answer).to_have_value("Versions\n\n| What | Value |\n| --- | --- |\n|  |  |\n")
    answer.type("Firmware")
    expect(answer).to_have_value("Versions\n\n| Firmware | Value |\n| --- | --- |\n|  |  |\n")


def test_an_answer_is_written_and_posted_by_keyboard_alone(expert: Page, answer: Locator):
    page = expert
    answer.focus()
    page.keyboard.type("Send a keepalive, @")
    people = page.get_by_role("listbox", name="People")
    expect(people.get_by_role("option")).to_have_text(["@martak Marta Kowalska"])
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(answer).to_have_value("Send a keepalive, @martak ")
    expect(people).to_have_count(0)

    page.keyboard.type("over #repl")
    expect(page.get_by_role("listbox", name="Topics").get_by_role("option")).to_contain_text(["replication"])
    page.keyboard.press("Tab")
    expect(answer).to_have_value("Send a keepalive, @martak over replication ")
    page.keyboard.press("Control+z")
    expect(answer).to_have_value("Send a keepalive, @martak over #repl")
    expect(page.get_by_role("listbox", name="Topics")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Topics")).to_have_count(0)
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+b")

    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Table")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Steps")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer).to_be_focused()
    expect(answer).to_have_value("1. **Send a keepalive, @martak over #repl**")

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article", name="Answer by Ingrid Solheim").locator("ol strong")).to_be_visible()


def test_the_preview_follows_the_text(expert: Page, answer: Locator):
    preview = expert.get_by_role("region", name="Preview")
    answer.type("It *waits*.")
    expect(preview.locator("em")).to_have_text("waits")

    expert.get_by_role("button", name="Live preview").click()
    expect(preview).to_have_count(0)
    answer.press("End")
    answer.type(" **Long.**")
    expert.get_by_role("button", name="Preview", exact=True).click()
    expect(preview.locator("strong")).to_have_text("Long.")
    expert.get_by_role("button", name="Live preview").click()

    answer.fill("")
    expect(preview).to_have_count(0)


def test_the_preview_waits_as_long_as_the_site_asks_for(expert: Page, answer: Locator):
    refused = {"status": 429, "headers": {"Retry-After": "2"}, "body": ""}
    expert.route("**/preview", lambda route: route.fulfill(**refused), times=1)
    answer.type("It *waits*.")

    expect(expert.get_by_text("The preview pauses for 2 seconds. Go on writing.")).to_be_visible()
    expect(expert.get_by_role("region", name="Preview").locator("em")).to_have_text("waits")
    expect(expert.get_by_text("The preview pauses")).to_have_count(0)


def test_a_field_grows_with_its_text(expert: Page, answer: Locator):
    before = answer.bounding_box()
    answer.fill("A line.\n" * 14)
    after = answer.bounding_box()

    assert before
    assert after
    assert after["height"] > before["height"] + 100


def test_cells_of_a_spreadsheet_become_a_table(expert: Page, answer: Locator):
    answer.focus()
    answer.evaluate(PASTE, {"text/html": CELLS, "text/plain": "Firmware\tKeepalive"})
    table = "| Firmware | Keepalive |\n| --- | --- |\n| 7.1 | always \\| on |\n| 7.2 |  |\n"
    expect(answer).to_have_value(table)
    expect(expert.get_by_role("region", name="Preview").get_by_role("cell", name="always | on")).to_be_visible()

    answer.fill("the manual")
    answer.select_text()
    answer.evaluate(PASTE, {"text/plain": "https://manuals.example/keel"})
    expect(answer).to_have_value("[the manual](https://manuals.example/keel)")

    answer.fill("")
    words = (
        "<p style='color: red'>See <a href='https://manuals.example/keel'>the manual</a>.</p><table><tr><td>1</table>"
    )
    answer.evaluate(PASTE, {"text/html": words, "text/plain": "See the manual. 1"})
    expect(answer).to_have_value("See [the manual](https://manuals.example/keel). 1")


def test_files_are_sent_at_once_and_stand_in_the_text(expert: Page, answer: Locator):
    answer.fill("See below.")
    answer.evaluate(DROP)
    expect(expert.get_by_text("trace.log is in your text.")).to_be_visible()
    expect(answer).to_have_value(re.compile(r"^See below\.\n\n!?\[trace\.log\]\(/files/[^)]+\)\n$"))

    with expert.expect_file_chooser() as chosen:
        expert.get_by_role("button", name="Add a file").click()
    chosen.value.set_files({"name": "tool.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00"})
    expect(expert.get_by_text("tool.exe was not added. ")).to_be_visible()

    expert.get_by_role("button", name="Post your answer").click()
    posted = expert.get_by_role("article", name="Answer by Ingrid Solheim")
    expect(posted.get_by_role("link", name="trace.log").first).to_be_visible()


def test_what_nobody_saved_is_not_lost_by_leaving(expert: Page, answer: Locator):
    asked_for: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked_for.append(dialog.type)
        dialog.dismiss()

    expert.on("dialog", stay)
    answer.type("Not yet saved")
    expert.close(run_before_unload=True)
    expect(answer).to_have_value("Not yet saved")
    expert.wait_for_timeout(200)
    assert asked_for == ["beforeunload"]

    answer.evaluate("field => field.form.dispatchEvent(new CustomEvent('firsthand:draft-saved'))")
    expert.goto("/")
    assert asked_for == ["beforeunload"]


def test_nothing_is_lost_on_a_small_screen_in_the_dark(
    new_page: Callable[..., Page], people: dict[str, str], asked: str
):
    page = sign_in(new_page(viewport=PHONE, color_scheme="dark"), people["sanfox"])
    page.goto(asked)
    page.get_by_label("Your answer").type("A long beginning of a line, and then @")
    menu = page.get_by_role("listbox", name="People")
    expect(menu).to_be_visible()

    box = menu.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate(TOO_WIDE) == []
    assert axe(page) == []


def test_a_comment_is_helped_too(expert: Page):
    expert.locator("summary", has_text="Add a comment").first.click()
    comment = expert.get_by_label("Your comment").first
    comment.type("Thank you, @mar")
    expect(expert.get_by_role("option")).to_contain_text(["@martak"])
    comment.press("Enter")
    comment.fill("x" * 990)
    expect(expert.get_by_text("10 characters left.")).to_be_visible()
    comment.fill("It **worked**.")
    comment.press("Control+Enter")
    expect(expert.locator(".comments strong")).to_have_text("worked")


def test_guests_load_nothing_of_it(page: Page, asked: str):
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[1]))
    page.goto(asked)
    page.wait_for_load_state("networkidle")

    scripts = [name for name in loaded if name.endswith(".js")]
    assert [name.split(".")[0] for name in scripts] == ["site", "visits", "similar"]


def test_without_a_script_it_is_a_plain_form(new_page: Callable[..., Page], people: dict[str, str], asked: str):
    page = sign_in(new_page(java_script_enabled=False), people["sanfox"])
    page.goto(asked)
    expect(page.get_by_role("button", name="Bold")).to_be_hidden()
    expect(page.get_by_role("link", name="Add a file")).to_be_visible()
    page.get_by_label("Your answer").fill("Raise the **idle time-out**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("strong")).to_have_text("idle time-out")
    page.get_by_role("button", name="Post your answer").click()
    expect(page.get_by_role("article", name="Answer by Ingrid Solheim").locator("strong").last).to_have_text(
        "idle time-out"
    )
