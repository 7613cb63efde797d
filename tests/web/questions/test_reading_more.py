"""Addresses that last, feeds, and what machines read of a question; long threads cost what short ones do."""

import html
import json
import re
from datetime import timedelta
from urllib.parse import unquote

import html5lib
import pytest
from defusedxml import ElementTree

from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import Person
from app.questions import actions
from app.questions.models import Visibility
from tests.support.factories import AnswerFactory, CommentFactory, ExpertFactory, PersonFactory, QuestionFactory
from tools.bench.community import Size, make_community
from tools.bench.threads import LONG, SHORT, make_threads

pytestmark = pytest.mark.one_database

ATOM = "{http://www.w3.org/2005/Atom}"


def address_of(question):
    return f"/questions/{question.id}/{question.slug}"


def feed_at(client, address):
    page = client.get(address)
    assert page.status_code == 200
    assert page.mimetype == "application/atom+xml"
    return ElementTree.fromstring(page.data)


def titles(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


def structured(page):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    return json.loads(found[1]) if found else None


@pytest.fixture
def long_thread():
    question = QuestionFactory()
    with write():
        answers = [AnswerFactory(question=question, body=f"Answer number {number:03}.") for number in range(65)]
    return question, answers


def test_every_answer_has_an_address_that_leads_to_its_page(client, long_thread):
    question, answers = long_thread
    first = client.get(address_of(question))
    assert f'href="?answer={answers[0].id}#answer-{answers[0].id}"' in first.text
    assert "From the first answer" not in first.text

    for number, shown in ((0, range(30)), (29, range(30)), (30, range(30, 60)), (64, range(60, 65))):
        page = client.get(f"{address_of(question)}?answer={answers[number].id}")
        assert f'id="answer-{answers[number].id}"' in page.text
        assert [f"Answer number {place:03}." in page.text for place in (0, 29, 30, 59, 60, 64)] == [
            place in shown for place in (0, 29, 30, 59, 60, 64)
        ]
        assert ("From the first answer" in page.text) == (number >= 30)


def test_answers_on_one_page_are_met_by_their_anchor(client):
    question = QuestionFactory()
    answer = AnswerFactory(question=question)

    page = client.get(address_of(question)).text

    assert f'<a class="when" href="#answer-{answer.id}"><time' in page


@pytest.mark.parametrize("strange", ["0", "-1", "999999999999999999999999", "x", ""])
def test_an_answer_of_elsewhere_leads_to_the_first_page(client, long_thread, strange):
    question, _ = long_thread
    elsewhere = AnswerFactory()

    for wanted in (strange, elsewhere.id):
        page = client.get(f"{address_of(question)}?answer={wanted}")
        assert page.status_code == 200
        assert "Answer number 000." in page.text


def test_who_answers_last_in_a_long_thread_comes_to_that_answer(sign_in, long_thread):
    question, _ = long_thread
    author = sign_in(ExpertFactory())

    sent = author.post(f"/questions/{question.id}/answers", data={"body": "The last word on this matter."})

    assert re.search(r"\?answer=(\d+)#answer-\1$", sent.location)
    assert "The last word on this matter." in author.get(sent.location).text


def test_every_comment_has_an_address_that_stays(client):
    question = QuestionFactory()
    with write():
        comments = [CommentFactory(post=question, body=f"Comment number {number:03}.") for number in range(9)]
    old = comments[2]
    address = f"/posts/{question.id}/comments?comment={old.id}"

    assert f'href="{address}#comment-{old.id}"' in client.get(f"/posts/{question.id}/comments").text
    page = client.get(address).text
    assert "Comment number 002." in page
    assert "Comment number 003." not in page
    assert "From the newest one" in page
    assert client.get(f"/posts/{question.id}/comments?comment={2**70}").status_code == 200


def test_the_feed_of_a_question_has_it_and_its_newest_answers(client):
    question = QuestionFactory(title="Why do <b>arrays</b> & hosts disagree?", at=clock.now() - timedelta(days=2))
    expert = ExpertFactory()
    with write():
        answers = [
            AnswerFactory(question=question, author=expert, body=f"Answer **{number}**.") for number in range(32)
        ]
    with write():
        actions.delete_answer(answers[31], question, by=expert)

    feed = feed_at(client, f"/questions/{question.id}.atom")

    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 31
    assert titles(feed)[0] == "Why do <b>arrays</b> & hosts disagree?"
    last = entries[1]
    assert last.findtext(f"{ATOM}content") == "<p>Answer <strong>30</strong>.</p>"
    assert last.findtext(f"{ATOM}id").endswith(f"/questions/{question.id}#answer-{answers[30].id}")
    assert f"(@{expert.handle})" in last.findtext(f"{ATOM}author/{ATOM}name")
    assert feed.findtext(f"{ATOM}updated") == last.findtext(f"{ATOM}updated")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 31
    link = unquote(last.find(f"{ATOM}link").get("href")).split("/", 3)[3]
    assert "Answer <strong>30</strong>." in client.get(f"/{link}").text


def test_a_feed_is_asked_for_again_for_nothing(client, queries):
    answer = AnswerFactory()
    first = client.get(f"/questions/{answer.question_id}.atom")

    again = client.get(f"/questions/{answer.question_id}.atom", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Set-Cookie" not in first.headers


def test_there_are_feeds_of_all_questions_of_a_topic_and_of_an_expert(client):
    expert = ExpertFactory()
    one, other = QuestionFactory(tags=("c++",)), QuestionFactory(tags=("boot",))
    AnswerFactory(question=other, author=expert)

    assert titles(feed_at(client, "/feeds/questions.atom")) == [other.title, one.title]
    assert titles(feed_at(client, "/feeds/tags/c%2B%2B.atom")) == [one.title]
    assert titles(feed_at(client, f"/feeds/experts/{expert.handle}.atom")) == [f"Answer: {other.title}"]
    assert titles(feed_at(client, f"/feeds/experts/{ExpertFactory().handle}.atom")) == []
    for address in (f"experts/{PersonFactory().handle}", "experts/none-such", "tags/none-such"):
        assert client.get(f"/feeds/{address}.atom").status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.COMPANY, Visibility.EMPLOYEES])
def test_what_is_not_for_everybody_is_in_no_feed_and_tells_machines_nothing(client, sign_in, visibility):
    expert = ExpertFactory()
    asker = ExpertFactory() if visibility == Visibility.EMPLOYEES else PersonFactory()
    secret = QuestionFactory(author=asker, visibility=visibility, tags=("hidden-topic",))
    AnswerFactory(question=secret, author=expert)

    for browser in (client, sign_in(expert), sign_in(asker)):
        assert browser.get(f"/questions/{secret.id}.atom").status_code == 404
        assert browser.get("/feeds/tags/hidden-topic.atom").status_code == 404
        for feed in ("questions", f"experts/{expert.handle}"):
            assert secret.title not in browser.get(f"/feeds/{feed}.atom").text
    page = sign_in(expert).get(address_of(secret)).text
    assert '<meta name="robots" content="noindex">' in page
    assert "application/ld+json" not in page
    assert "og:title" not in page
    assert "application/atom+xml" not in page


def test_a_deleted_question_is_in_no_feed(client, sign_in):
    author = PersonFactory()
    question = QuestionFactory(author=author)
    with write():
        actions.delete_question(question, by=author)

    assert sign_in(author).get(f"/questions/{question.id}.atom").status_code == 404
    assert "noindex" in sign_in(author).get(address_of(question)).text


def test_machines_read_what_people_read(client):
    asker = PersonFactory()
    question = QuestionFactory(author=asker, body="It **waits**.\n\nAnd `waits`.")
    accepted = AnswerFactory(question=question, body="Let it go.", accepted=True)
    other = AnswerFactory(question=question, body="Hold it.")

    page = client.get(address_of(question))
    about = structured(page)["mainEntity"]

    assert about["@type"] == "Question"
    assert about["name"] == question.title
    assert about["text"] == "It waits. And waits."
    assert about["answerCount"] == 2
    assert about["author"]["name"] == asker.name
    assert about["author"]["url"].endswith(f"/@{asker.handle}")
    assert about["acceptedAnswer"]["text"] == "Let it go."
    assert about["acceptedAnswer"]["url"].endswith(f"{address_of(question)}#answer-{accepted.id}")
    assert [one["url"].rpartition("-")[2] for one in about["suggestedAnswer"]] == [str(other.id)]
    assert about["datePublished"] == question.created_at.isoformat()
    assert f'<link rel="alternate" type="application/atom+xml" title="{question.title}"' in page.text


def test_the_canonical_address_has_no_parameters(client, long_thread):
    question, answers = long_thread

    for query in ("", f"?answer={answers[40].id}", "?version=", "?utm_source=x"):
        page = html5lib.parse(client.get(address_of(question) + query).text, namespaceHTMLElements=False)
        found = {link.get("rel"): link.get("href") for link in page.iter("link")}
        graph = {meta.get("property"): meta.get("content") for meta in page.iter("meta")}
        assert found["canonical"].endswith(address_of(question))
        assert found["canonical"].startswith("http")
        assert graph["og:url"] == found["canonical"]
        assert graph["og:title"] == question.title


def test_a_question_is_passed_on_without_anybody_else(client):
    question = QuestionFactory(title="Why & when does “replication” stop?")

    page = client.get(address_of(question)).text

    mail = html.unescape(re.search(r'href="(mailto:[^"]*)"', page)[1])
    subject, _, body = mail.removeprefix("mailto:?subject=").partition("&body=")
    assert unquote(subject) == question.title
    assert unquote(body).endswith(address_of(question))
    assert "data-copy-link" in page


def test_a_long_thread_is_opened_with_the_queries_of_a_short_one(client, sign_in, queries):
    size = Size(people=60, questions=30, answers=60)
    make_community(size)
    paths = make_threads(size)
    members = [sign_in(db.session.get_one(Person, number)) for number in (55, 2)]

    for browser in (client, *members):
        counts = {}
        for thread in (SHORT, LONG, SHORT, LONG):
            with queries() as seen:
                assert browser.get(paths[thread]).status_code == 200
            counts[thread] = len(seen)
        assert counts[LONG] == counts[SHORT]
