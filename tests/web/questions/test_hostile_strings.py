"""What people type is what others read, whatever it is: on the page, in its metadata and in its feed."""

import json
import re
from html.parser import HTMLParser

import pytest
from defusedxml import ElementTree

from app.kernel.db import write
from app.posts.bodies import prepare_comment
from app.questions.actions import Draft, answer_question, ask_question, comment_on
from app.questions.rules import LONGEST_TITLE, one_line
from app.web.questions.feeds import in_xml
from tests.support.factories import ExpertFactory, PersonFactory
from tests.support.hostile import hostile_strings

ATOM = "{http://www.w3.org/2005/Atom}"
ENDING = ": why does replication stop?"
NOT_SHOWN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Page(HTMLParser):
    """What a browser would read in some places of a page, by place."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.read, self.place, self.area, self.scripts = {}, None, None, 0
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        self.area = attributes.get("id", self.area)
        if tag in {"title", "h1"}:
            self.place = tag
        elif tag == "code":
            self.place = self.area and self.area.partition("-")[0]
        elif tag == "script":
            self.place = attributes.get("type")
            self.scripts += self.place != "application/ld+json" and "src" not in attributes
        elif tag == "meta" and "property" in attributes:
            self.read[attributes["property"]] = attributes["content"]

    def handle_endtag(self, tag):
        if tag in {"title", "h1", "code", "script"}:
            self.place = None

    def handle_data(self, data):
        if self.place:
            self.read[self.place] = self.read.get(self.place, "") + data


def fenced(text):
    """The text as a block of code, which shows every character."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def shown_of(text):
    """What the renderer keeps of a block of code: all but control characters, non-characters and white space around."""
    return NOT_SHOWN.sub("", re.sub(r"\r\n?", "\n", text)).rstrip().strip("\n")


@pytest.fixture
def people():
    return PersonFactory(), ExpertFactory()


@pytest.mark.slow
@pytest.mark.one_database("postgresql")
def test_every_hostile_string_is_read_as_it_was_typed(client, people):
    asker, expert = people
    wrong = []
    for text in hostile_strings():
        title = text[: LONGEST_TITLE - len(ENDING)] + ENDING
        body = prepare_comment(fenced(text))
        with write():
            question = ask_question(Draft(title=title, body=body, tags=["replication"]), by=asker)
            answer_question(question, body, by=expert)
            comment_on(question, question, body, by=expert)
        shown = client.get(f"/questions/{question.id}/{question.slug}")
        feed = client.get(f"/questions/{question.id}.atom")
        wrong += [(text, fault) for fault in faults(text, one_line(title), shown.text, feed.data)]

    assert wrong == []


def faults(text, title, shown, feed):
    page, typed = Page(shown), shown_of(text)
    about = json.loads(page.read["application/ld+json"])["mainEntity"]
    # What stands above a block of code is read out too.
    told = " ".join(["Code", *typed.split()])
    entry = ElementTree.fromstring(feed).find(f"{ATOM}entry")
    fed = Page(f'<i id="feed-1">{entry.findtext(f"{ATOM}content")}').read
    expected = {
        "h1": (page.read["h1"], title),
        "title": (page.read["title"].rpartition(" · ")[0], title),
        "og:title": (page.read["og:title"], title),
        "question": (shown_of(page.read.get("question", "")), typed),
        "answer": (shown_of(page.read.get("answer", "")), typed),
        "comment": (shown_of(page.read.get("comment", "")), typed),
        "structured name": (about["name"], title),
        "structured text": (about["text"], told),
        "structured answer": (about["suggestedAnswer"][0]["text"], told),
        "feed title": (entry.findtext(f"{ATOM}title"), in_xml(title)),
        "feed text": (shown_of(fed.get("feed", "")), typed),
        "scripts": (page.scripts, 0),
    }
    return [(place, found, wanted) for place, (found, wanted) in expected.items() if found != wanted]
