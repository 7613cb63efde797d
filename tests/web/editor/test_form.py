"""A field with the editor is a plain field first: label, name and text are there without a script."""

import re

import pytest

from tests.support.factories import PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database

SCRIPT = re.compile(r'<script type="module" src="/assets/editor\.[0-9a-f]{10}\.js"></script>')


@pytest.fixture
def question():
    return QuestionFactory()


@pytest.fixture
def member(sign_in):
    return sign_in(PersonFactory())


def page_of(browser, question):
    return browser.get(browser.get(f"/questions/{question.id}").location).text


def test_a_member_gets_the_editor_once_for_all_forms_of_the_page(member, question):
    page = page_of(member, question)

    assert len(SCRIPT.findall(page)) == 1
    assert page.count("data-editor") == 2
    assert f'data-question="{question.id}"' in page


def test_a_guest_gets_nothing_of_it(client, question):
    page = page_of(client, question)

    assert "data-editor" not in page
    assert "modulepreload" not in page
    assert "/assets/editor." not in page


def test_a_field_says_how_much_it_takes(member, question):
    page = page_of(member, question)

    assert 'data-limit="30000"' in page
    assert 'data-limit="1000"' in page
    assert "maxlength" not in page.split("<main")[1]


def test_the_preview_of_a_question_shows_all_fields_that_become_its_text(member):
    fields = {"body": "It *waits*.", "log": "barrier not acknowledged", "tried": "Two **streams**."}

    page = member.post("/preview", data=fields).text

    assert "<em>waits</em>" in page
    assert "barrier not acknowledged" in page
    assert "<strong>streams</strong>" in page
    assert "Environment" not in page


def test_what_was_typed_is_shown_as_typed(member, question):
    hostile = "</textarea><script>alert(1)</script>"

    page = member.post(f"/questions/{question.id}/answers", data={"body": hostile, "preview": "1"}).text

    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;" in page
