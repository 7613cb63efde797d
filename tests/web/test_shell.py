"""The shell of every page, the front page, people's pages, the theme, and pages of refusal."""

import re
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import write
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
)

pytestmark = pytest.mark.one_database


def test_the_front_page_shows_who_answers_and_what_is_asked(client):
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    now = clock.now()
    question = QuestionFactory(at=now - timedelta(hours=5))
    AnswerFactory(question=question, author=expert, at=now - timedelta(hours=2))

    page = client.get("/").text

    assert "Ask the people who build it." in page
    assert "Ingrid Solheim" in page
    assert "Answering now" in page
    assert question.title in page


def test_an_empty_site_has_a_front_page(client):
    page = client.get("/")

    assert page.status_code == 200
    assert "No question yet" in page.text


def test_a_name_tag_is_the_head_of_an_experts_page(client):
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox", job_title="Storage engineer")
    with write():
        expert.about = "Ask me before you do.\n\nI have <b>broken</b> most of it."
    answer = AnswerFactory(author=expert, accepted=True)

    page = client.get("/@sanfox").text

    assert "badge-card" in page
    assert "Storage engineer" in page
    assert "I have &lt;b&gt;broken&lt;/b&gt; most of it." in page
    assert f"/questions/{answer.question_id}/" in page
    assert "1 answer, 1 accepted" in page


def test_a_customers_page_names_the_company_and_has_no_name_tag(client):
    PersonFactory(handle="martak", account=AccountFactory(name="Fernhill Hospitals"))

    page = client.get("/@martak").text

    assert "Fernhill Hospitals" in page
    assert "badge-card" not in page
    assert "Nothing written yet" in page


def test_a_handle_is_found_in_any_capitals_and_no_other_is(client):
    PersonFactory(handle="martak")

    assert client.get("/@MartaK").location == "/@martak"
    assert client.get("/@marta-k").status_code == 404


@pytest.mark.parametrize(
    ("person", "seen", "hidden"),
    [
        (lambda: None, [], ["/sales", "/admin"]),
        (PersonFactory, [], ["/sales", "/admin"]),
        (ExpertFactory, [], ["/sales", "/admin"]),
        (SalesFactory, ["/sales"], ["/admin"]),
        (AdminFactory, ["/admin"], ["/sales"]),
    ],
)
def test_staff_sections_are_shown_to_those_who_work_there(client, sign_in, person, seen, hidden):
    reader = person()
    page = (sign_in(reader) if reader else client).get("/questions").text
    sections = re.search(r'<nav class="sections".*?</nav>', page, re.DOTALL)[0]

    assert all(f'href="{path}"' in sections for path in ("/questions", "/promise", *seen))
    assert not any(f'href="{path}"' in sections for path in hidden)
    assert '<a href="/questions" aria-current="page">' in sections


@pytest.mark.parametrize("path", ["/", "/questions", "/questions?view=solved", "/tags"])
def test_pages_about_questions_light_their_section(client, path):
    assert re.search(r'<a href="/questions" aria-current="(page|true)">', client.get(path).text)


def test_the_theme_is_kept_in_a_cookie_and_marked(client):
    assert "data-theme" not in client.get("/questions").text

    answer = client.post(
        "/theme", data={"theme": "dark"}, headers={"Referer": "http://localhost/questions?view=solved"}
    )

    assert answer.status_code == 303
    assert answer.location == "/questions?view=solved"
    page = client.get("/questions").text
    assert '<html lang="en" data-theme="dark">' in page
    assert re.search(r'value="dark"[^>]*aria-pressed="true"', page)
    client.post("/theme", data={"theme": "system"})
    assert "data-theme" not in client.get("/questions").text


@pytest.mark.parametrize("before", ["https://evil.example/", "http://localhost//evil.example", ""])
def test_the_theme_leads_nowhere_else(client, before):
    answer = client.post("/theme", data={"theme": "dark"}, headers={"Referer": before})

    assert answer.location == "/"


def test_the_theme_form_is_taken_from_our_pages_only(client):
    assert client.post("/theme", data={"theme": "blue"}).status_code == 400
    assert client.post("/theme", data={"theme": "dark"}, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_page_that_is_not_there_offers_a_search_for_its_words(client):
    page = client.get("/questions/old/replication-stalls_at-97")

    assert page.status_code == 404
    assert 'value="questions old replication stalls"' in page.text
    assert re.search(r"<code>[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}</code>", page.text)
    assert 'content="noindex"' in page.text


def test_words_of_an_address_stay_words(client):
    page = client.get("/%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<script>alert" not in page.text


def test_a_method_that_does_not_fit_is_refused_with_the_ones_that_do(client):
    answer = client.get("/theme")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "This address cannot do that" in answer.text


def test_a_fault_shows_a_sentence_and_a_reference_and_no_traceback(app, client, monkeypatch):
    def broken():
        raise ZeroDivisionError("the inside of the site")

    monkeypatch.setitem(app.view_functions, "topics.index", broken)

    page = client.get("/tags")

    assert page.status_code == 500
    assert "This is our fault" in page.text
    assert "ZeroDivisionError" not in page.text
    assert "the inside of the site" not in page.text
    assert re.search(r"<code>.{4}-.{4}</code>", page.text)
