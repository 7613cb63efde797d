"""What costs the server time to draw is counted on every way to it."""

from __future__ import annotations

import pytest

from app.kernel.db import db
from app.people.models import Person
from tests.support.client import signed_in
from tests.support.factories import AnswerFactory, QuestionFactory

pytestmark = pytest.mark.one_database

TEXT = {"title": "Why does the fan run at full speed?", "body": "Since Sunday, *all* night.", "tags": "cooling"}
A_MINUTE = 30


@pytest.fixture
def question():
    return QuestionFactory()


@pytest.fixture
def browser(app_with, question):
    return signed_in(app_with(rate_limits=True), db.session.get_one(Person, question.author_id))


@pytest.mark.parametrize("path", ["/questions/ask", "/questions/{id}/answers", "/posts/{id}/edit"])
def test_the_button_for_a_preview_counts_like_the_script(browser, question, path):
    form = {**TEXT, "revision": 1, "preview": "1"}
    for _ in range(A_MINUTE):
        assert browser.post(path.format(id=question.id), data=form).status_code == 200
    for refused in (browser.post(path.format(id=question.id), data=form), browser.post("/preview", data=TEXT)):
        assert refused.status_code == 429
        assert refused.headers["Retry-After"]
        assert "Since Sunday, *all* night." in refused.text


def test_choosing_between_two_texts_counts_as_a_comparison(browser, question):
    form = {**TEXT, "revision": 1, "base": 1, "holds": "mine", "choice": "mine"}
    for _ in range(A_MINUTE):
        assert browser.post(f"/posts/{question.id}/edit", data=form).status_code == 200
    assert browser.post(f"/posts/{question.id}/edit", data=form).status_code == 429


def test_previews_of_a_correction_count_too(app_with):
    answer = AnswerFactory()
    browser = signed_in(app_with(rate_limits=True), db.session.get_one(Person, answer.author_id))
    form = {"body": "Look elsewhere.", "reason": "It was elsewhere.", "revision": 1, "preview": "1"}
    for _ in range(A_MINUTE):
        assert browser.post(f"/answers/{answer.id}/correction", data=form).status_code == 200
    assert browser.post(f"/answers/{answer.id}/correction", data=form).status_code == 429
