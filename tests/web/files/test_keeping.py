"""Everybody's own files."""

from __future__ import annotations

import pytest

from app.kernel.db import db
from app.posts.models import Attachment
from tests.support.factories import PersonFactory, QuestionFactory
from tests.support.uploads import mention, upload

pytestmark = pytest.mark.one_database


@pytest.fixture
def owner():
    return PersonFactory()


@pytest.fixture
def browser(sign_in, owner):
    return sign_in(owner)


def test_the_list_is_the_readers_own(browser, owner):
    mine, theirs = upload(owner, b"x" * 2048, "mine.log"), upload(PersonFactory(), b"y", "theirs.log")
    page = browser.get("/files").text
    assert mine.address in page
    assert "You use 2 kB of 100 MB." in page
    assert theirs.token not in page


def test_without_files_it_says_so(browser):
    assert "No files yet" in browser.get("/files").text


def test_long_lists_go_on(browser, owner):
    made = [upload(owner, b"%d" % number, f"{number}.log") for number in range(21)]
    first = browser.get("/files").text
    assert made[-1].token in first
    assert made[0].token not in first
    assert 'rel="next"' in first


@pytest.mark.both_databases
def test_what_is_not_in_use_is_deleted_with_a_button(browser, owner):
    made = upload(owner)
    address, deletion = made.address, f"/files/{made.token}/deletion"
    assert f'action="{deletion}"' in browser.get("/files").text
    answer = browser.post(deletion)
    assert (answer.status_code, answer.location) == (303, "/files")
    assert browser.get(address).status_code == 404
    assert db.session.query(Attachment).count() == 0


def test_what_is_in_use_stays(browser, owner):
    made = upload(owner)
    QuestionFactory(author=owner, body=mention(made))
    page = browser.get("/files").text
    assert "and in use" in page
    assert "/deletion" not in page
    browser.post(f"/files/{made.token}/deletion")
    assert "Take it out of the text first" in browser.get("/files").text
    assert browser.get(made.address).status_code == 200


def test_nobody_deletes_the_files_of_others(browser):
    theirs = upload(PersonFactory())
    QuestionFactory(author=PersonFactory(), body="Nothing.")
    assert browser.post(f"/files/{theirs.token}/deletion").status_code == 404
    assert db.session.query(Attachment).count() == 1
