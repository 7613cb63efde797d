"""A search as a feed."""

from __future__ import annotations

import shutil
from xml.dom import minidom

import pytest
from defusedxml import ElementTree

from app.kernel.db import db, write
from app.people.models import Person
from app.questions import actions
from app.questions.models import Visibility
from tests.search.conftest import catch_up, index_folder
from tests.support.client import SiteClient, signed_in
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.usefixtures("index")

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "http://127.0.0.1:8000"


def feed(client: SiteClient, typed: str) -> ElementTree.Element:
    response = client.get("/search.atom", query_string={"q": typed})
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(response.text)


def titles(found: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in found.findall(f"{ATOM}entry")]


def links(element: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}


def test_the_newest_that_is_found_comes_first(client):
    older = QuestionFactory(title="Why does the array hum?")
    newer = QuestionFactory(title="Why does the array hum louder?")
    QuestionFactory(title="Why is the array silent?")
    catch_up()

    found = feed(client, "array hum")

    assert titles(found) == [newer.title, older.title]


def test_it_says_what_it_is_of_and_where_the_same_is_read(client):
    question = QuestionFactory(author=ExpertFactory(name="Ingrid Solheim", handle="sanfox"))
    catch_up()

    found = feed(client, 'volume  TAG:Replication "at night"')

    assert found.findtext(f"{ATOM}title").startswith('volume tag:replication "at night" · ')
    where = "q=volume+tag%3Areplication+%22at+night%22"
    assert found.findtext(f"{ATOM}id") == f"{BASE}/search.atom?{where}"
    assert links(found) == {
        "self": f"{BASE}/search.atom?{where}",
        "alternate": f"{BASE}/search?{where}&sort=newest",
    }
    entry = found.find(f"{ATOM}entry")
    assert links(entry)["alternate"] == f"{BASE}/questions/{question.id}/{question.slug}"
    assert "Ingrid Solheim (@sanfox), Employee: Storage architect" in entry.findtext(f"{ATOM}author/{ATOM}name")


def test_an_entry_holds_the_passage_with_its_words_marked(client):
    AnswerFactory(author=ExpertFactory(name="Ingrid Solheim"), body="Oil the bearing.")
    catch_up()

    content = feed(client, "bearing").find(f"{ATOM}entry/{ATOM}content")

    assert content.get("type") == "html"
    assert content.text == "<p>Ingrid Solheim: Oil the <mark>bearing</mark>.</p>"


def test_what_has_only_some_of_the_words_is_left_out(client):
    QuestionFactory(title="Why does the array hum?")
    catch_up()

    assert titles(feed(client, "array zzyzx")) == []


def test_it_is_the_same_for_everybody_and_holds_what_guests_may_read(app, client):
    asker = PersonFactory(account=AccountFactory())
    QuestionFactory(author=asker, title="Why does the quux hum?", visibility=Visibility.COMPANY)
    deleted = QuestionFactory(author=asker, title="Why does the quux sing?")
    catch_up()
    with write():
        actions.delete_question(deleted, by=db.session.get_one(Person, asker.id))

    for reader in (client, signed_in(app, asker)):
        assert titles(feed(reader, "quux")) == []


def test_nothing_that_somebody_wrote_or_typed_brings_markup_along(client):
    QuestionFactory(title="Why <script>alert(1)</script> & ]]> here?", body="`<img src=x onerror=alert(2)>` quux")
    catch_up()

    found = feed(client, 'quux -"</title><script>x" -\x0b\ufffe')

    assert titles(found) == ["Why <script>alert(1)</script> & ]]> here?"]
    content = found.find(f"{ATOM}entry/{ATOM}content").text
    assert "&lt;img src=x onerror=alert(2)&gt;" in content
    page = client.get("/search", query_string={"q": "quux"}).text
    assert minidom.parseString(client.get("/search.atom?q=quux").text)
    assert "<script>alert" not in page


def test_it_is_asked_for_again_for_nothing_and_kept_out_of_search_engines(client):
    QuestionFactory()
    catch_up()

    first = client.get("/search.atom?q=volume")
    again = client.get("/search.atom?q=volume", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["X-Robots-Tag"] == "noindex"
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert again.status_code == 304


@pytest.mark.parametrize("typed", ["", "-tape", "the"])
def test_without_anything_to_look_for_there_is_none(client, typed):
    assert client.get("/search.atom", query_string={"q": typed}).status_code == 400


def test_without_an_index_programs_are_asked_to_come_again(client, monkeypatch):
    monkeypatch.setattr("app.search.engines.whoosh.index.REFRESH_SECONDS", 0)
    shutil.rmtree(index_folder())

    response = client.get("/search.atom?q=volume")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "600"


def test_the_number_of_queries_does_not_grow(client, queries):
    sent = []
    for more in (2, 4):
        for _ in range(more):
            AnswerFactory()
        catch_up()
        with queries() as seen:
            feed(client, "volume")
        sent.append(len(seen))

    assert sent[0] == sent[1]
