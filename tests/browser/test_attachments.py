"""A log of 10 MB goes from the customer's disk into a question, and from there to the expert, byte for byte."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.site import RunningSite
from tests.support.steps import create_person, sign_in
from tests.support.uploads import picture

MEGABYTE = 1024 * 1024
FIRST_LINE = "2026-03-12 02:00:01 array-two replication: waiting for the snapshot"


@pytest.fixture(scope="module")
def people(site: RunningSite) -> tuple[str, str]:
    """The addresses of a customer and of somebody from another company."""
    for company in ("quarry", "tannery"):
        site.flask("account", "add", company.title(), "--domain", f"{company}.example", "--size-band", "s")
    return (
        create_person(site, "olgah", "Olga Hensel", at="quarry.example"),
        create_person(site, "tomasf", "Tomas Ferro", at="tannery.example"),
    )


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of exactly 10 MB."""
    path = tmp_path_factory.mktemp("logs") / "array two.log"
    lines = f"{FIRST_LINE}\n".encode() * (10 * MEGABYTE // len(FIRST_LINE) + 1)
    path.write_bytes(lines[: 10 * MEGABYTE])
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def expect_the_log(page: Page, log: Path) -> None:
    """The question shows what the file is and how it begins, and hands it out whole."""
    files = page.get_by_role("list", name="Files")
    expect(files).to_contain_text("array two.log")
    expect(files).to_contain_text("Text, 10 MB")
    files.get_by_text("The first lines").click()
    expect(files.get_by_role("region")).to_contain_text(FIRST_LINE)
    with page.expect_download() as download:
        files.get_by_role("link", name="array two.log").click()
    assert download.value.suggested_filename == "array two.log"
    assert digest(download.value.path()) == digest(log)


def test_without_a_script_the_line_is_copied_by_hand(new_page: Callable[..., Page], people: tuple[str, str], log: Path):
    page = sign_in(new_page(java_script_enabled=False), people[0])
    page.goto("/files/new")
    page.get_by_label("File").set_input_files(log)
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("status")).to_contain_text("array two.log is here")
    line = page.get_by_role("region", name="The line for array two.log").inner_text().strip()
    assert re.fullmatch(r"\[array two\.log\]\(/files/[0-9a-f]{32}/array-two\.log\)", line)

    page.goto("/questions/ask")
    page.locator("#title").fill("Replication of the array waits for a snapshot every night")
    page.locator("#body").fill(f"It waits at two.\n\n{line}")
    page.locator("#tags").fill("replication")
    page.get_by_role("button", name="Post your question").click()

    expect_the_log(page, log)
    expect_the_log(goto(new_page(), page.url), log)


def test_with_a_script_it_goes_from_the_form(new_page: Callable[..., Page], people: tuple[str, str], log: Path):
    page = sign_in(new_page(), people[0])
    page.goto("/questions/ask")
    page.locator("#title").fill("Replication of the second array waits for a snapshot too")
    page.locator("#body").fill("It waits at three.")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a file").first.click()
    chooser.value.set_files(log)
    expect(page.get_by_text("array two.log is in your text.")).to_be_visible(timeout=30_000)
    page.locator("#tags").fill("replication")
    page.get_by_role("button", name="Post your question").click()
    expect_the_log(page, log)


def test_a_file_that_is_too_large_is_refused_with_a_sentence(
    new_page: Callable[..., Page], people: tuple[str, str], tmp_path: Path
):
    with (tmp_path / "film.mp4").open("wb") as film:
        film.truncate(120 * MEGABYTE)
    page = sign_in(new_page(java_script_enabled=False), people[0])
    page.goto("/files/new")
    page.get_by_label("File").set_input_files(tmp_path / "film.mp4")
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_role("alert")).to_contain_text("This file is larger than 100 MB.", timeout=60_000)


def test_a_picture_is_shown_where_it_stands_and_only_to_those_who_may_see_it(
    new_page: Callable[..., Page], people: tuple[str, str]
):
    page = sign_in(new_page(), people[0])
    page.goto("/files/new")
    page.get_by_label("File").set_input_files({"name": "front.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_role("button", name="Send the file").click()
    line = page.get_by_role("region", name="The line for front.png").inner_text().strip()
    address = re.search(r"\((.*)\)", line)
    assert address is not None
    assert new_page().goto(address[1]).status == 404  # type: ignore[union-attr]

    page.goto("/questions/ask")
    page.locator("#title").fill("Which of the lamps at the front tells of a lost path?")
    page.locator("#body").fill(f"The second one blinks.\n\n{line}")
    page.locator("#tags").fill("hardware")
    page.get_by_role("button", name="Post your question").click()

    other = goto(sign_in(new_page(), people[1]), page.url)
    for reader in (page, other, goto(new_page(), page.url)):
        shown = reader.get_by_role("img", name="front.png")
        shown.scroll_into_view_if_needed()
        reader.wait_for_function("image => image.complete && image.naturalWidth === 40", arg=shown.element_handle())


def goto(page: Page, address: str) -> Page:
    page.goto(address)
    return page
