"""What people type is what others read, whatever it is: on the page, in its metadata and in its feed."""

import json
import re
from html.parser import HTMLParser

import pytest
from defusedxml import ElementTree
from sqlalchemy import select, update

from app.kernel.db import db, write
from app.posts.bodies import LONGEST_COMMENT, prepare_comment
from app.questions.actions import Draft, answer_question, ask_question, comment_on
from app.questions.models import Question
from app.questions.rules import LONGEST_TITLE, one_line
from app.web.questions.feeds import in_xml
from tests.support.factories import ExpertFactory, PersonFactory
from tests.support.hostile import hostile_strings

ATOM = "{http://www.w3.org/2005/Atom}"
BETWEEN = " | "
ENDING = ": why does replication stop?"
ROOM = LONGEST_TITLE - len(ENDING)
NOT_SHOWN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Page(HTMLParser):
    """What a browser would read in some places of a page, by place."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.read, self.blocks, self.place, self.area, self.scripts = {}, {}, None, None, 0
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        self.area = attributes.get("id", self.area)
        if tag in {"title", "h1"}:
            self.place = tag
        elif tag == "code" and self.area:
            self.place = self.area.partition("-")[0]
            self.blocks.setdefault(self.place, []).append("")
        elif tag == "script":
            self.place = attributes.get("type")
            self.scripts += self.place != "application/ld+json" and "src" not in attributes
        elif tag == "meta" and "property" in attributes:
            self.read[attributes["property"]] = attributes["content"]

    def handle_endtag(self, tag):
        if tag in {"title", "h1", "code", "script"}:
            self.place = None

    def handle_data(self, data):
        if self.place in self.blocks:
            self.blocks[self.place][-1] += data
        elif self.place:
            self.read[self.place] = self.read.get(self.place, "") + data


def fenced(text):
    """The text as a block of code, which shows every character."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def shown_of(text):
    """What the renderer keeps of a block of code: all but control characters, non-characters and white space around."""
    return NOT_SHOWN.sub("", re.sub(r"\r\n?", "\n", text)).rstrip().strip("\n")


def together(texts, room):
    """The texts, as many together as find room on one line."""
    packs, left = [], 0
    for text in texts:
        left -= len(text) + len(BETWEEN)
        if left < 0:
            packs.append([])
            left = room - len(text) - len(BETWEEN)
        packs[-1].append(text)
    return packs


@pytest.fixture
def people():
    return PersonFactory(), ExpertFactory()


def thread_of(people, texts):
    """A question, an answer and a comment that hold these texts, and the title as many as it can; with that title."""
    asker, expert = people
    title, body = title_with(BETWEEN.join(texts)), prepare_comment("\n\n".join(map(fenced, texts)))
    with write():
        question = ask_question(Draft(title=title, body=body, tags=["replication"]), by=asker)
        answer_question(question, body, by=expert)
        comment_on(question, question, body, by=expert)
    return question, one_line(title)


def title_with(text):
    return text[:ROOM] + ENDING


@pytest.mark.slow
@pytest.mark.one_database
def test_every_hostile_string_is_read_as_it_was_typed(client, people):
    wrong = []
    for texts in together(hostile_strings(), ROOM):
        question, title = thread_of(people, texts)
        shown = client.get(f"/questions/{question.id}/{question.slug}")
        feed = client.get(f"/questions/{question.id}.atom")
        wrong += [(texts, fault) for fault in faults(texts, title, shown.text, feed.data)]

    assert wrong == []


@pytest.mark.one_database("postgresql")
def test_the_other_database_keeps_every_hostile_string(client, people):
    """What becomes of a text on the way to a page does not depend on the database."""
    for texts in together(hostile_strings(), LONGEST_COMMENT // 2):
        question, title = thread_of(people, texts)
        page = Page(client.get(f"/questions/{question.id}/{question.slug}").text)

        typed = [shown_of(text) for text in texts]
        assert [blocks(page, place) for place in ("question", "answer", "comment")] == [typed] * 3
        assert page.read["h1"] == title


@pytest.mark.one_database("postgresql")
def test_the_other_database_keeps_every_hostile_title(people):
    question, _ = thread_of(people, ["It stops."])
    for text in hostile_strings():
        title = one_line(title_with(text))
        db.session.execute(update(Question).where(Question.id == question.id).values(title=title))
        assert db.session.scalar(select(Question.title).where(Question.id == question.id)) == title


def faults(texts, title, shown, feed):
    page, typed = Page(shown), [shown_of(text) for text in texts]
    about = json.loads(page.read["application/ld+json"])["mainEntity"]
    # What stands above a block of code is read out too.
    told = " ".join(word for text in typed for word in ("Code", *text.split()))
    entry = ElementTree.fromstring(feed).find(f"{ATOM}entry")
    fed = Page(f'<i id="feed-1">{entry.findtext(f"{ATOM}content")}')
    expected = {
        "h1": (page.read["h1"], title),
        "title": (page.read["title"].rpartition(" · ")[0], title),
        "og:title": (page.read["og:title"], title),
        "question": (blocks(page, "question"), typed),
        "answer": (blocks(page, "answer"), typed),
        "comment": (blocks(page, "comment"), typed),
        "structured name": (about["name"], title),
        "structured text": (about["text"], told),
        "structured answer": (about["suggestedAnswer"][0]["text"], told),
        "feed title": (entry.findtext(f"{ATOM}title"), in_xml(title)),
        "feed text": (blocks(fed, "feed"), typed),
        "scripts": (page.scripts, 0),
    }
    return [(place, found, wanted) for place, (found, wanted) in expected.items() if found != wanted]


def blocks(page, place):
    """The blocks of code that stand in one place of a page."""
    return [shown_of(block) for block in page.blocks.get(place, [])]
