"""The page at /search."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.jobs.indexing import apply_pending
from app.kernel.db import db, write
from app.kernel.errors import Busy
from app.people.models import Person
from app.questions.models import Question, Visibility
from app.search.models import SearchCount
from app.search.port import Hit, Hits
from app.search.queries import PAGE
from app.site.actions import choose
from app.site.choices import ChoiceName, Statistics
from tests.search.conftest import catch_up, index_folder
from tests.support.client import SiteClient, signed_in
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)

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
    assert "Narrow these results" not in text, "of one question there is nothing to narrow"


@pytest.mark.parametrize(
    "typed", ['"><script>alert(3)</script> replication', "tag:<script>alert(3) -<img/src=x replication"]
)
def test_posts_and_searches_cannot_bring_markup_along(client, typed):
    QuestionFactory(title="Why <script>alert(1)</script> here?", body="`<img src=x onerror=alert(2)>` replication")
    catch_up()

    text = client.get("/search", query_string={"q": typed}).get_data(as_text=True)

    assert not re.search(r"<script>alert|<img src=x", text)


def test_filters_can_be_taken_away(client):
    QuestionFactory()
    catch_up()

    text = page(client, "volume tag:replication -tape", sort="newest")

    assert 'href="/search?q=volume+-tape&sort=newest">tag:replication' in text
    assert 'href="/search?q=volume+tag%3Areplication&sort=newest">-tape' in text
    assert '<span class="aloud">, remove</span>' in text


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


def test_nothing_found_leads_to_asking_with_the_words_filled_in(client, sign_in):
    expert = ExpertFactory(name="Ingrid Solheim")
    AnswerFactory(author=expert)
    catch_up()

    text = page(client, "nothinglikethis volume77 tag:replication")
    assert heading(text) == "No question for “nothinglikethis volume77”"
    assert "Ingrid Solheim" in text
    asking = "/questions/ask?title=Nothinglikethis+volume77&tag=replication"
    assert f'href="{asking}">Ask it here</a>' in text

    assert client.get(asking).location == f"/sign-in?next={quote(asking, safe='/')}"
    form = unescape(sign_in(PersonFactory()).get(asking).text)
    assert 'value="Nothinglikethis volume77"' in form


def test_the_same_search_with_less_is_offered(client):
    QuestionFactory()
    catch_up()

    text = page(client, '"commit barrier"')
    assert 'href="/search?q=commit+barrier">Search without the quotation marks' in text
    text = page(client, "volume is:solved")
    assert heading(text) == "No solved question for “volume”"
    assert 'href="/search?q=volume">Search for the words alone' in text


def test_where_some_words_are_found_the_rarest_can_be_left_out(client):
    QuestionFactory()
    catch_up()

    text = page(client, "zzyzx volume")

    assert "These have some of the words" in text
    assert 'href="/search?q=volume">Search without “zzyzx”' in text


def test_another_spelling_is_one_tap_away(client):
    for _ in range(3):
        QuestionFactory()
    catch_up()

    text = page(client, "replcation volume")

    assert 'Did you mean <a href="/search?q=replication+volume">replication volume</a>?' in text


def test_without_a_word_the_page_explains_itself(client):
    QuestionFactory()
    catch_up()

    text = page(client, "")

    assert heading(text) == "Search"
    assert '<details class="sheet" open>' in text
    assert 'href="/search?q=tag%3Areplication"' in text
    assert 'rel="alternate"' not in text


class TestNarrowing:
    def test_choices_are_counted_and_current_ones_can_be_taken_away(self, client):
        AnswerFactory(question=QuestionFactory(tags=("replication", "acoustics")), accepted=True)
        QuestionFactory()
        catch_up()

        text = page(client, "volume")
        assert '<a href="/search?q=volume+is%3Asolved"><span>Solved</span> <span class="count">1</span></a>' in text
        assert "Narrow these results" in text
        assert ">Written<" not in text, "both are of this year"

        text = page(client, "volume is:solved")
        assert heading(text) == "1 solved question for “volume”"
        assert re.search(r'<a href="/search\?q=volume" aria-current="true"><span>Solved <', text)

    def test_there_are_no_counts_beside_people_where_nobody_may_see_figures(self, client):
        QuestionFactory()
        AnswerFactory(author=ExpertFactory(name="Ingrid Solheim", handle="sanfox"))
        catch_up()
        choice = 'href="/search?q=volume+author%3A%40sanfox"><span>Ingrid Solheim</span>'

        assert f'{choice} <span class="count">1</span>' in page(client, "volume")
        admin = AdminFactory()
        with write():
            choose({ChoiceName.PERSONAL_STATISTICS: Statistics.TEAM}, by=db.session.get_one(Person, admin.id))
        text = page(client, "volume")
        assert choice in text
        assert f'{choice} <span class="count">' not in text

    def test_the_heading_says_what_is_looked_for(self, client):
        asker = PersonFactory(handle="marta-k")
        AnswerFactory(question=QuestionFactory(author=asker), accepted=True)
        catch_up()

        assert heading(page(client, "tag:replication")) == "1 question about replication"
        assert heading(page(client, "is:expert tag:replication volume")) == (
            "1 question answered by an expert for “volume”"
        )
        assert heading(page(client, "author:@marta-k is:solved")) == "1 solved question with @marta-k"


class TestRows:
    def test_the_passage_leads_to_its_post_and_reasons_stand_below_it(self, client):
        ingrid = ExpertFactory(name="Ingrid Solheim")
        answer = AnswerFactory(author=ingrid, body="Oil the bearing of the fan.", accepted=True)
        question = db.session.get_one(Question, answer.question_id)
        catch_up()

        text = page(client, "bearing")

        place = f"/questions/{question.id}/{question.slug}?answer={answer.id}#answer-{answer.id}"
        assert f'<a href="{place}">Ingrid Solheim answered</a>: Oil the <mark>bearing</mark> of the fan.' in text
        assert "Solved by Ingrid Solheim</span>" in text

    def test_what_was_asked_in_confidence_stands_apart_and_is_not_counted(self, app, client):
        asker = PersonFactory(account=AccountFactory())
        QuestionFactory(author=asker, title="Why does the quux hum?", visibility=Visibility.COMPANY)
        catch_up()

        text = page(signed_in(app, asker), "quux")
        assert heading(text) == "No public question for “quux”"
        assert text.index("<h2>In confidence</h2>") < text.index("Why does the quux hum?")
        assert "quux hum" not in page(client, "quux")
        assert db.session.scalar(select(func.count()).select_from(SearchCount)) == 1, "of the guest's search alone"


def test_the_number_of_queries_does_not_grow_with_what_is_found(client, queries):
    asker = PersonFactory(account=AccountFactory())
    sent = []
    for topics in (range(6), range(6, 12)):
        for topic in topics:
            asked = QuestionFactory(author=asker, tags=("replication", f"topic-{topic}"))
            AnswerFactory(question=asked, accepted=True)
        catch_up()
        # The first one also loads the words that spelling knows.
        page(client, "volume")
        with queries() as seen:
            page(client, "volume")
        sent.append(len(seen))

    assert sent[0] == sent[1] <= 32


class TestPeople:
    @pytest.fixture
    def ingrid(self):
        return ExpertFactory(name="Ingrid Solheim", handle="sanfox")

    @pytest.mark.parametrize("typed", ["ingrid", "SOLHEIM", "Ingrid Solheim", "@sanfox", "sanfox"])
    def test_an_expert_is_found_by_any_name(self, client, ingrid, typed):
        text = page(client, typed)

        assert 'aria-label="People of that name"' in text
        assert 'href="/@sanfox"' in text
        assert 'href="/search?q=author%3A%40sanfox%20type%3Aanswer"' in text

    @pytest.mark.parametrize("typed", ["ing", "ingrid solheim bearing", '"ingrid"', "ingrid -x", "%", "_ngrid"])
    def test_other_words_find_nobody(self, client, ingrid, typed):
        assert "People of that name" not in page(client, typed)

    def test_who_is_in_no_directory_is_not_named(self, client):
        PersonFactory(name="Marta Kowalska", handle="martak")

        assert "People of that name" not in page(client, "martak")

    def test_who_knows_the_topic_is_named(self, client, ingrid):
        for _ in range(2):
            AnswerFactory(author=ingrid)
        catch_up()

        assert "Who knows replication" in page(client, "volume")
        assert "Who knows replication" in page(client, "tag:replication volume")
        assert "Who knows" not in page(client, "volume", page="2")

    def test_of_one_question_no_topic_is_clear(self, client, ingrid):
        AnswerFactory(author=ingrid)
        catch_up()

        assert "Who knows" not in page(client, "volume")


class TestFollowing:
    def test_guests_are_led_through_signing_in(self, client):
        QuestionFactory()
        catch_up()

        text = page(client, "volume tag:replication", sort="newest")

        wanted = quote("/search?q=volume+tag%3Areplication&sort=newest", safe="/")
        assert f'href="/sign-in?next={wanted}"' in text
        assert 'href="/search.atom?q=volume+tag%3Areplication"' in text

    def test_members_keep_a_search_and_see_that_they_do(self, sign_in):
        QuestionFactory()
        catch_up()
        browser = sign_in(PersonFactory())

        assert '<form method="post" action="/searches">' in page(browser, "volume")
        browser.post("/searches", data={"q": "volume"})
        text = page(browser, "volume")
        assert "You are told of new ones" in text
        assert 'action="/searches"' not in text


class TestCounting:
    @pytest.fixture(autouse=True)
    def questions(self, index):
        QuestionFactory()
        catch_up()

    def counted(self) -> list[tuple[str, int, int]]:
        rows = select(SearchCount.words, SearchCount.searches, SearchCount.found_nothing)
        return [tuple(row) for row in db.session.execute(rows.order_by(SearchCount.words))]

    def test_words_are_counted_without_the_person(self, client):
        page(client, "volume")
        page(client, "nothinglikethis")

        assert self.counted() == [("nothinglikethis", 1, 1), ("volume", 1, 0)]

    def test_other_pages_orders_and_narrowed_searches_are_not_counted(self, client):
        page(client, "volume", page="2")
        page(client, "volume", sort="newest")
        page(client, "volume is:solved")
        page(client, "volume -tape")
        client.head("/search?q=volume")

        assert self.counted() == []

    @pytest.mark.parametrize(
        "error", [Busy("We cannot save right now."), SQLAlchemyError("gone")], ids=["busy", "gone"]
    )
    def test_a_count_that_fails_keeps_nobody_from_searching(self, client, monkeypatch, error):
        def fail(*arguments: object) -> None:
            raise error

        monkeypatch.setattr("app.search.counts.note", fail)

        assert heading(page(client, "volume")) == "1 question for “volume”"


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
    monkeypatch.setattr("app.search.engines.searching.search", lambda *arguments: partial)

    text = page(client, "volume")

    assert heading(text).startswith("At least 1 question")
    assert "This took too long" in text


@pytest.mark.parametrize("loss", ["deleted", "damaged"])
def test_without_an_index_the_page_says_so_and_the_worker_makes_another(client, index, monkeypatch, loss):
    QuestionFactory()
    catch_up()
    monkeypatch.setattr("app.search.engines.whoosh.index.REFRESH_SECONDS", 0)
    if loss == "deleted":
        shutil.rmtree(index_folder())
    else:
        for path in index_folder().rglob("*"):
            if path.is_file():
                path.write_bytes(b"garbage")

    text = page(client, "volume")
    assert "We cannot search right now" in text
    assert "Why does replication of volume" in text, "the newest questions are a way on"
    assert 'href="/tags/replication"' in text
    assert apply_pending() == 1
    assert heading(page(client, "volume")) == "1 question for “volume”"


@pytest.mark.skipif(not NAUGHTY_STRINGS.exists(), reason="the collection of hostile strings is not on this machine")
def test_hostile_searches_are_answered(client):
    for typed in json.loads(NAUGHTY_STRINGS.read_text())[::7]:
        page(client, typed.encode("utf-8", "replace").decode())


def test_a_description_finds_what_fits_best_in_one_list_with_its_choices(client):
    QuestionFactory(title="Replication of the orange volume", tags=("replication",))
    QuestionFactory(title="An orange volume grows", tags=("volumes",))
    catch_up()

    page = client.get("/search?q=why+replication+of+orange+volume").text

    assert "<h1>Best matches for “replication orange volume”</h1>" in page
    assert page.index("Replication of the orange volume") < page.index("An orange volume grows")
    assert "These have some of the words" not in page
    assert "q=replication+orange+volume+tag%3Avolumes" in page
