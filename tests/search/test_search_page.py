"""The page at /search."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from app.jobs.indexing import apply_pending
from app.kernel.settings import settings
from app.search.port import Hit, Hits
from app.search.queries import PAGE
from tests.search.conftest import catch_up
from tests.support.client import SiteClient
from tests.support.factories import AnswerFactory, QuestionFactory

pytestmark = pytest.mark.usefixtures("index")

NAUGHTY_STRINGS = Path(__file__).parents[3] / "shared/data/hostile/blns.json"


def page(client: SiteClient, typed: str, **words: str) -> str:
    """The page for what was typed, which is always answered."""
    response = client.get("/search", query_string={"q": typed, **words})
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def heading(text: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", text)[1]


def test_found_questions_are_counted_and_shown_with_their_words_marked(client):
    question = QuestionFactory(title="The array hums at night", tags=("acoustics",), body="A hum at 3 <b> o'clock")
    AnswerFactory(question=question, accepted=True)
    QuestionFactory(title="The array is silent by day")
    catch_up()

    text = page(client, "array hums")

    assert heading(text) == "1 question for “array hums”"
    assert f'href="/questions/{question.id}/{question.slug}"' in text
    assert "A <mark>hum</mark> at 3" in text
    assert "These have some of the words" in text
    assert 'href="/search?q=array+hums+tag%3Aacoustics"' in text


def test_posts_and_searches_cannot_bring_markup_along(client):
    QuestionFactory(title="Why <script>alert(1)</script> here?", body="`<img src=x onerror=alert(2)>` replication")
    catch_up()

    text = client.get("/search", query_string={"q": '"><script>alert(3)</script> replication'}).get_data(as_text=True)

    assert not re.search(r"<script>alert|<img src=x", text)


def test_filters_can_be_taken_away(client):
    QuestionFactory()
    catch_up()

    text = page(client, "volume tag:replication -tape", sort="newest")

    assert 'href="/search?q=volume+-tape&sort=newest">tag:replication' in text
    assert 'href="/search?q=volume+tag%3Areplication&sort=newest">-tape' in text


def test_pages_are_linked(client):
    for _ in range(PAGE + 1):
        QuestionFactory()
    catch_up()

    first = page(client, "volume")
    assert f"1 to {PAGE} of {PAGE + 1}" in first
    assert 'href="/search?q=volume&page=2" rel="next"' in first
    second = page(client, "volume", page="2")
    assert f"{PAGE + 1} to {PAGE + 1} of {PAGE + 1}" in second
    assert 'rel="next"' not in second
    assert "Back to the first page" in page(client, "volume", page="3")


def test_nothing_found_says_what_to_do_next(client):
    assert "Ask a question" in page(client, "nothinglikethis")
    assert 'href="/search?q=commit+barrier"' in page(client, '"commit barrier"')
    assert "Search without the quotation marks" in page(client, '"commit barrier"')


def test_without_a_word_the_page_explains_itself(client):
    text = page(client, "")

    assert heading(text) == "Search"
    assert '<details class="sheet" open>' in text


@pytest.mark.parametrize("typed", ["how to", "-tape", "word " * 60, " ".join(map(str, range(20)))])
def test_what_cannot_be_searched_for_is_said_in_a_sentence(client, typed):
    assert '<div class="notice">' in page(client, typed)


@pytest.mark.parametrize(
    "words", [{"sort": "id;drop table posts"}, {"page": "0"}, {"page": "-1"}, {"page": "9" * 40}, {"page": "²"}]
)
def test_an_order_or_page_that_does_not_exist_is_refused(client, words):
    assert client.get("/search", query_string={"q": "volume", **words}).status_code == 400


@pytest.mark.parametrize(
    "typed", ["' OR 1=1 --", "%", "_", "vol%", "volume'; DROP TABLE posts", "w*", "title:[a TO b]"]
)
def test_signs_that_mean_something_to_engines_are_letters_here(client, typed):
    QuestionFactory()
    catch_up()

    assert "1 question for" not in heading(page(client, typed))


def test_search_engines_and_caches_keep_no_copy(client):
    response = client.get("/search?q=volume")

    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in response.get_data(as_text=True)


def test_a_partial_answer_is_marked(client, monkeypatch):
    question = QuestionFactory()
    catch_up()
    partial = Hits(found=(Hit(question.id, 1.0),), is_partial=True)
    monkeypatch.setattr("app.search.engines.whoosh.index.find", lambda *arguments: partial)

    text = page(client, "volume")

    assert heading(text).startswith("At least 1 question")
    assert "This took too long" in text


@pytest.mark.parametrize("loss", ["deleted", "damaged"])
def test_without_an_index_the_page_says_so_and_the_worker_makes_another(client, index, monkeypatch, loss):
    QuestionFactory()
    catch_up()
    monkeypatch.setattr("app.search.engines.whoosh.index.REFRESH_SECONDS", 0)
    if loss == "deleted":
        shutil.rmtree(settings().search_path)
    else:
        for path in settings().search_path.rglob("*"):
            if path.is_file():
                path.write_bytes(b"garbage")

    assert "We cannot search right now" in page(client, "volume")
    assert apply_pending() == 1
    assert heading(page(client, "volume")) == "1 question for “volume”"


@pytest.mark.skipif(not NAUGHTY_STRINGS.exists(), reason="the collection of hostile strings is not on this machine")
def test_hostile_searches_are_answered(client):
    for typed in json.loads(NAUGHTY_STRINGS.read_text())[::7]:
        page(client, typed.encode("utf-8", "replace").decode())
