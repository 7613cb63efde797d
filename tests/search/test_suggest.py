"""What is suggested below the box in the head, and in a browser's own box."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from app.kernel.db import db, write
from app.kernel.settings import settings
from app.people.models import Person
from app.questions import actions
from app.questions.models import Visibility
from app.search.dictionary import forget_words
from app.search.port import IndexUnavailable
from app.search.suggestions import completed
from tests.search.conftest import catch_up
from tests.support.client import SiteClient, signed_in
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.usefixtures("index")

OPTION = re.compile(r'<a role="option"[^>]*href="([^"]*)">(.*?)</a>')


def settle() -> None:
    catch_up()
    forget_words()


def suggested(client: SiteClient, typed: str) -> list[tuple[str, str]]:
    """Address and words of each option."""
    response = client.get("/search/suggest", query_string={"q": typed})
    assert response.status_code == 200
    assert response.headers["Cache-Control"].startswith("private")
    text = unescape(response.get_data(as_text=True))
    return [(address, re.sub(r"<[^>]*>", "", words)) for address, words in OPTION.findall(text)]


def titles(client: SiteClient, typed: str) -> list[str]:
    return [words for address, words in suggested(client, typed) if address.startswith("/questions/")]


def people(client: SiteClient, typed: str) -> list[str]:
    return [address for address, _words in suggested(client, typed) if address.startswith("/@")]


def test_questions_are_suggested_while_the_last_word_is_typed(client):
    question = QuestionFactory(title="The zitherlike array hums at night")
    QuestionFactory(title="Something else altogether", body="An array that is zitherlike hums.")
    settle()

    assert titles(client, "zith") == ["The zitherlike array hums at night", "Something else altogether"]
    assert titles(client, "array zith") == ["The zitherlike array hums at night", "Something else altogether"]
    assert titles(client, "zitherlike night") == ["The zitherlike array hums at night"]
    assert titles(client, "zith ") == []
    assert suggested(client, "nigh")[0][0] == f"/questions/{question.id}/{question.slug}"


def test_the_last_word_is_looked_for_as_it_is_too():
    QuestionFactory(title="Fire and firewalls, firewalls and firewalls", body="A firewall.")
    settle()

    [word] = completed("fire").words
    assert (word.text, set(word.also)) == ("fire", {"firewalls"} if "firewalls" in word.also else {"firewall"})
    assert completed("fire ").words[0].also == ()


@pytest.mark.parametrize("typed", ["", " ", "z", "-zither", "tag:replication", "zith tag:x", '"', "\0", "%", "__"])
def test_of_what_is_no_word_nothing_is_suggested(client, typed):
    QuestionFactory(title="The zitherlike array hums at night")
    settle()

    assert titles(client, typed) == []


def test_topics_are_suggested_by_their_name(client):
    QuestionFactory(tags=("error-codes", "replication"))
    settle()

    assert ("/tags/error-codes", "error-codes 1 question") in suggested(client, "Error c")
    assert ("/tags/replication", "replication 1 question") in suggested(client, "repl")
    assert suggested(client, "codes") == []


def test_people_are_suggested_to_who_is_signed_in_experts_first(app, client):
    reader = PersonFactory(name="Rita Reader")
    PersonFactory(name="Ada Zimmer", handle="adazi")
    PersonFactory(name="Marta Kowalska", handle="zimbo")
    PersonFactory(name="Zimon Unconfirmed", handle="zimmo", confirmed=False)
    ExpertFactory(name="Yannik Zimt", handle="sanfox")
    settle()
    browser = signed_in(app, reader)

    # Nobody is to read a list of members by their names.
    assert people(browser, "zim") == ["/@sanfox", "/@zimbo"]
    assert people(browser, "ada") == ["/@adazi"]
    assert people(browser, "@ZIMB") == ["/@zimbo"]
    assert people(browser, "z") == []
    assert people(browser, "immer") == []
    assert people(browser, "%im") == []
    assert people(client, "zim") == []
    assert "Yannik Zimt @sanfox, Expert" in [words for _address, words in suggested(browser, "zim")]


def test_nobody_is_suggested_what_was_asked_in_confidence_or_deleted(app, client):
    author = PersonFactory(account=AccountFactory())
    QuestionFactory(
        title="The quuxtitle array", author=author, tags=("quuxtopic",), visibility=Visibility.COMPANY, body="quuxbody"
    )
    gone = QuestionFactory(title="The quuxgone array")
    settle()
    assert titles(client, "quux") == ["The quuxgone array"]
    with write():
        actions.delete_question(gone, by=db.session.get_one(Person, gone.author_id))

    for reader in (None, author, PersonFactory(), ExpertFactory(), StewardFactory()):
        browser = signed_in(app, reader) if reader else client
        assert suggested(browser, "quux") == []
        assert json.loads(browser.get("/search/suggest.json?q=quux").data)[1] == []


def test_words_of_a_deleted_answer_suggest_nothing_before_the_index_has_followed(client):
    question = QuestionFactory(title="The array hums at night")
    answer = AnswerFactory(question=question, body="It is gobbledygook.")
    settle()
    with write():
        actions.delete_answer(answer, question, by=db.session.get_one(Person, answer.author_id))

    assert titles(client, "gobble") == []


def test_browsers_are_told_titles_and_addresses(client):
    question = QuestionFactory(title="The zitherlike array hums at night")
    settle()

    response = client.get("/search/suggest.json?q=zith")

    assert response.content_type == "application/x-suggestions+json"
    assert response.headers["Cache-Control"].startswith("private")
    address = f"{settings().base_url}/questions/{question.id}/{question.slug}"
    assert json.loads(response.data) == ["zith", ["The zitherlike array hums at night"], [""], [address]]
    assert json.loads(client.get("/search/suggest.json").data) == ["", [], [], []]


def test_without_an_index_topics_and_people_are_suggested_still(client, monkeypatch):
    QuestionFactory(tags=("replication",))
    settle()

    def broken() -> None:
        raise IndexUnavailable("There is none.")

    monkeypatch.setattr("app.search.suggestions.site_index", broken)
    assert suggested(client, "repl") == [("/tags/replication", "replication 1 question")]


def test_it_asks_the_database_four_times_at_most_beyond_who_is_asking(app, client, queries):
    reader = PersonFactory()
    for number in range(3):
        QuestionFactory(title="Replication hums at night", author=ExpertFactory(handle=f"repl{number}x"))
    settle()
    browser = signed_in(app, reader)
    suggested(browser, "repl")

    with queries() as who:
        browser.get("/search/suggest")
    with queries() as seen:
        found = suggested(browser, "repl")
    assert {address.split("/")[1][0] for address, _words in found} == {"q", "t", "@"}
    assert len(seen) - len(who) <= 4


def test_suggestions_are_limited_apart_from_searches(app_with):
    browser = app_with(rate_limits=True).test_client()

    statuses = [browser.get("/search/suggest.json?q=").status_code for _ in range(91)]

    assert set(statuses[:90]) == {200}
    assert statuses[90] == 429
    assert browser.get("/search/suggest?q=re").status_code == 429
    assert browser.get("/search?q=re").status_code == 200
