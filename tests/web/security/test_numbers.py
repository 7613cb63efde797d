"""Numbers that no row has: too large for a column, below nothing, or no digits that a computer counts with."""

from __future__ import annotations

import pytest

from app.kernel.db import db
from app.people.models import Person
from tests.support.factories import ExpertFactory, QuestionFactory, StewardFactory

NUMBERS = [2**31, -(10**30), "²", "9" * 5_000]
READ = [
    "/questions/{id}/{slug}?answer={number}",
    "/questions/{id}/{slug}?from={number}",
    "/questions/{id}/{slug}?reply={number}",
    "/questions/{id}/{slug}?version={number}",
    "/posts/{id}/comments?comment={number}",
    "/posts/{id}/revisions?from={number}&to=1",
    "/posts/{id}/revisions/{number}",
    "/answers/{number}/marks",
    "/editor/people?q=an&question={number}",
    "/desk/replies/{number}/for/{number}",
]
SENT = [
    ("/posts/{id}/edit", {"base": "{number}", "choice": "theirs", "holds": "mine", "revision": "1"}),
    ("/posts/{id}/revisions/1/restoration", {"revision": "{number}"}),
    ("/posts/{id}/split", {"comments": "{number}", "title": "Why does it stop at night?", "tags": "night"}),
    ("/questions/{id}/acceptance", {"answer": "{number}"}),
    ("/questions/{id}/answers", {"insert": "1", "reply": "{number}", "body": "Look there."}),
    ("/questions/{id}/experts", {"expert": "{number}"}),
    ("/questions/{id}/merger", {"other": "{number}"}),
    ("/questions/{id}/duplicate", {"similar": "{number}"}),
]


@pytest.fixture
def question():
    return QuestionFactory()


@pytest.fixture
def browsers(client, sign_in, question):
    asker = db.session.get_one(Person, question.author_id)
    return [client, *(sign_in(person) for person in (asker, ExpertFactory(), StewardFactory()))]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_page_that_such_a_number_names_is_not_there(browsers, question, number):
    for browser in browsers:
        for path in READ:
            address = path.format(id=question.id, slug=question.slug, number=number)
            assert browser.get(address).status_code < 500, address[:100]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_form_with_such_a_number_is_refused(browsers, question, number):
    for browser in browsers[1:]:
        for path, fields in SENT:
            form = {name: value.format(number=number) for name, value in fields.items()}
            assert browser.post(path.format(id=question.id), data=form).status_code < 500, path


@pytest.mark.parametrize("number", NUMBERS)
def test_a_draft_for_such_a_number_does_not_hide_the_others(browsers, number):
    asker = browsers[1]
    asker.post("/drafts", data={"place": f"answer:{number}", "body": "Look at the schedule."})
    asker.post("/drafts", data={"place": f"edit:{str(number)[:18]}", "body": "Look at the schedule."})
    assert asker.get("/drafts").status_code == 200
