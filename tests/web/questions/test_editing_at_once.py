"""Two people edit one text at once: the second sees both, chooses, and loses nothing."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import html5lib
import pytest
from sqlalchemy import select, text

from app.kernel.db import db
from app.posts.merging import THEIRS_BEGINS, YOURS_BEGINS
from app.posts.models import Revision
from app.questions.models import Question
from app.topics.models import Tag
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory, StewardFactory

BODY = "It stops.\n\nEvery night.\n\nWhy?"
THEIRS = "It stops at two.\n\nEvery night.\n\nWhy?"
MINE = "It stops.\n\nEvery night.\n\nWhy, and what can I do?"
BOTH = "It stops at two.\n\nEvery night.\n\nWhy, and what can I do?"
TITLE = "Why does replication stop at night?"


@pytest.fixture
def author():
    return PersonFactory(name="Ana Asker")


@pytest.fixture
def question(author):
    return QuestionFactory(author=author, title=TITLE, body=BODY, tags=("night",))


def form_of(question, **fields):
    return {"title": TITLE, "body": BODY, "tags": "night", "revision": "1", **fields}


def sent(page):
    """What the form of an edit would send, as a browser fills it: name to value, without the buttons."""
    document = html5lib.parse(page.text, namespaceHTMLElements=False)
    form = next(one for one in document.iter("form") if one.get("data-preview") is not None)
    found = {one.get("name"): one.get("value", "") for one in form.iter("input") if one.get("type") != "submit"}
    # A line end right after the tag belongs to HTML; the parser has taken it away.
    found |= {one.get("name"): one.text or "" for one in form.iter("textarea")}
    found |= {
        one.get("name"): next((o.get("value", "") for o in one.iter("option") if "selected" in o.attrib), "")
        for one in form.iter("select")
    }
    return found


@pytest.fixture
def conflict(sign_in, author, question):
    """The page of whoever saved second, and a browser in which it is open."""

    def meet(theirs=None, mine=None):
        steward = StewardFactory(name="Tomasz Keeper")
        first = form_of(question, **{"body": THEIRS, "reason": "Said when", **(theirs or {})})
        assert sign_in(steward).post(f"/posts/{question.id}/edit", data=first).status_code == 303
        browser = sign_in(author)
        second = form_of(question, **{"body": MINE, **(mine or {})})
        page = browser.post(f"/posts/{question.id}/edit", data=second)
        assert page.status_code == 409
        return browser, page

    return meet


def bodies():
    return [revision.body for revision in db.session.scalars(select(Revision).order_by(Revision.number))]


def test_the_second_is_told_who_changed_what_and_keeps_the_own_text(conflict, travel_to, question):
    travel_to(datetime(2026, 3, 12, 14, 2, tzinfo=UTC))
    _, page = conflict()

    assert "Tomasz edited this at 14:02 UTC. Your text is kept below; look at theirs, then save again." in page.text
    assert "Said when" in page.text
    assert "<ins>" in page.text
    assert sent(page)["body"].strip() == MINE
    assert sent(page)["revision"] == "2"
    assert bodies() == [BODY, THEIRS]


@pytest.mark.parametrize(("choice", "expected"), [("merged", BOTH), ("mine", MINE), ("theirs", THEIRS)])
def test_each_text_can_be_chosen_and_saved(conflict, question, choice, expected):
    browser, page = conflict()
    address = f"/posts/{question.id}/edit"

    chosen = browser.post(address, data={**sent(page), "choice": choice})
    assert chosen.status_code == 200
    assert sent(chosen)["body"].strip() == expected
    assert len(bodies()) == 2

    assert browser.post(address, data=sent(chosen)).status_code == 303
    assert db.session.scalars(select(Question)).one().body == expected


def test_whoever_takes_theirs_can_take_the_own_text_back(conflict, question):
    browser, page = conflict(mine={"title": "Why does replication stop every night?", "reason": "Asked for more"})
    address = f"/posts/{question.id}/edit"
    theirs = browser.post(address, data={**sent(page), "choice": "theirs"})
    assert sent(theirs)["title"] == TITLE

    mine = sent(browser.post(address, data={**sent(theirs), "choice": "mine"}))

    assert mine["title"] == "Why does replication stop every night?"
    assert mine["body"].strip() == MINE
    assert mine["reason"] == "Asked for more"


def test_what_is_typed_on_after_the_conflict_is_what_is_merged(conflict, question):
    browser, page = conflict()
    typed = {**sent(page), "body": MINE + "\n\nThanks.", "choice": "merged"}

    merged = browser.post(f"/posts/{question.id}/edit", data=typed)

    assert sent(merged)["body"].strip() == BOTH + "\n\nThanks."


def test_what_is_typed_into_the_merged_text_is_shown_once_more_when_it_is_replaced(conflict, question):
    browser, page = conflict()
    merged = sent(browser.post(f"/posts/{question.id}/edit", data={**sent(page), "choice": "merged"}))

    mine = browser.post(f"/posts/{question.id}/edit", data={**merged, "body": "Half a new text", "choice": "mine"})

    assert sent(mine)["body"].strip() == MINE
    assert (
        "What stood in the form until now"
        not in browser.post(f"/posts/{question.id}/edit", data={**merged, "choice": "mine"}).text
    )
    assert "What stood in the form until now" in mine.text
    assert "Half a new text" in mine.text


def test_title_and_tags_of_both_come_together(conflict, question):
    title = "Why does replication of volume 7 stop at night?"
    browser, page = conflict(theirs={"title": title, "tags": "night, firmware"}, mine={"tags": "night array"})
    assert title in page.text
    assert "night array" in page.text

    merged = sent(browser.post(f"/posts/{question.id}/edit", data={**sent(page), "choice": "merged"}))

    assert merged["title"] == title
    assert merged["tags"] == "night, array, firmware"


def test_lines_that_both_changed_are_marked_and_must_be_decided(conflict, question):
    address = f"/posts/{question.id}/edit"
    browser, page = conflict(theirs={"body": "It stops at two.\n\nEvery night."}, mine={"body": "It ends."})
    assert "both of you changed the same lines" in page.text
    merged = browser.post(address, data={**sent(page), "choice": "merged"})
    assert THEIRS_BEGINS in sent(merged)["body"]
    assert YOURS_BEGINS in sent(merged)["body"]

    refused = browser.post(address, data=sent(merged))

    assert refused.status_code == 422
    assert "A part still has what both of you wrote" in refused.text
    assert "It ends." in sent(refused)["body"]
    assert browser.post(address, data={**sent(refused), "body": "It ends at two."}).status_code == 303


def test_a_text_about_such_marks_is_nobodys_conflict(sign_in, author, question):
    saved = sign_in(author).post(f"/posts/{question.id}/edit", data=form_of(question, body=f"{THEIRS_BEGINS} means?"))

    assert saved.status_code == 303


def test_a_third_edit_meanwhile_is_a_conflict_of_its_own(conflict, sign_in, question):
    browser, page = conflict()
    address = f"/posts/{question.id}/edit"
    merged = browser.post(address, data={**sent(page), "choice": "merged"})
    third = form_of(question, body="A third text.\n\n" + THEIRS, revision="2")
    assert sign_in(StewardFactory(name="Vera Third")).post(address, data=third).status_code == 303

    again = browser.post(address, data=sent(merged))

    assert again.status_code == 409
    assert "Vera edited this" in again.text
    chosen = sent(browser.post(address, data={**sent(again), "choice": "merged"}))
    assert chosen["body"].strip() == "A third text.\n\n" + BOTH


def test_a_preview_in_the_middle_forgets_nothing(conflict, question):
    browser, page = conflict()

    seen = browser.post(f"/posts/{question.id}/edit", data={**sent(page), "preview": "1"})

    assert seen.status_code == 200
    assert sent(seen)["base"] == "1"
    assert "Take the merged text into the form" in seen.text


def test_two_windows_of_one_person_meet_each_other(sign_in, author, question):
    browser, address = sign_in(author), f"/posts/{question.id}/edit"
    browser.post(address, data=form_of(question, body=THEIRS))

    page = browser.post(address, data=form_of(question, body=MINE))

    assert page.status_code == 409
    assert "You saved another text yourself" in page.text


def test_answers_conflict_too(sign_in):
    expert = ExpertFactory()
    answer = AnswerFactory(author=expert, body=BODY)
    address = f"/posts/{answer.id}/edit"
    sign_in(StewardFactory()).post(address, data={"body": THEIRS, "revision": "1"})
    browser = sign_in(expert)

    page = browser.post(address, data={"body": MINE, "revision": "1"})

    assert page.status_code == 409
    merged = browser.post(address, data={**sent(page), "choice": "merged"})
    assert sent(merged)["body"].strip() == BOTH


def test_hostile_text_in_a_conflict_stays_text(conflict):
    hostile = '<script>alert(1)</script></textarea><img src=x onerror="alert(2)">'
    _, page = conflict(theirs={"body": hostile}, mine={"body": "\n\n" + hostile + "\n2"})

    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert hostile in sent(page)["body"]


@pytest.mark.parametrize("number", ["0", "7", "x", "99999999999999999999"])
def test_a_form_that_began_with_no_known_text_still_loses_nothing(sign_in, author, question, number):
    page = sign_in(author).post(f"/posts/{question.id}/edit", data=form_of(question, body=MINE, revision=number))

    assert page.status_code in {409, 422}
    assert sent(page)["body"].strip() == MINE
    assert bodies() == []


@pytest.mark.parametrize("fields", [{"choice": "both"}, {"choice": "merged"}, {"choice": "mine", "base": "x"}])
def test_a_choice_that_nobody_was_given_is_malformed(sign_in, author, question, fields):
    page = sign_in(author).post(f"/posts/{question.id}/edit", data={**form_of(question, body=MINE), **fields})

    assert page.status_code == 400
    assert MINE in page.text


def test_saving_what_it_says_already_makes_no_revision_and_says_so(sign_in, author, question):
    browser = sign_in(author)

    saved = browser.post(
        f"/posts/{question.id}/edit",
        data=form_of(question, body=BODY.replace("\n", "\r\n") + "\r\n", tags=" Night,", reason="Nothing"),
    )

    assert saved.status_code == 303
    assert "That is what it says already, so there is no new revision." in browser.get(saved.location).text
    assert bodies() == []


def test_a_form_that_is_sent_twice_saves_once(sign_in, author, question):
    browser = sign_in(author)
    answers = [browser.post(f"/posts/{question.id}/edit", data=form_of(question, body=MINE)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert bodies() == [BODY, MINE]


def test_a_deadlock_while_saving_ends_in_the_form(app, sign_in, author, question, database_kind):
    if database_kind != "postgresql":
        pytest.skip("SQLite has one writer")
    browser, question_id = sign_in(author), question.id
    blocked = threading.Event()

    def hold_the_tag() -> None:
        """Take what the edit takes, in the other order: the tag first, and the post once the edit waits for the tag."""
        with app.app_context(), db.engine.connect() as other, other.begin():
            other.execute(text("SET LOCAL deadlock_timeout = '1min'"))
            other.execute(select(Tag.id).with_for_update())
            blocked.set()
            wait_until_someone_waits()
            other.execute(text("SELECT id FROM posts WHERE id = :id FOR UPDATE"), {"id": question_id})

    thread = threading.Thread(target=hold_the_tag)
    thread.start()
    blocked.wait()
    page = browser.post(f"/posts/{question_id}/edit", data=form_of(question, body=MINE, tags="firmware"))
    thread.join()

    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "We cannot save right now. Your text is kept" in page.text
    assert sent(page)["body"].strip() == MINE
    assert bodies() == []
    assert browser.post(f"/posts/{question_id}/edit", data=sent(page)).status_code == 303


def wait_until_someone_waits() -> None:
    """Until another transaction of this database waits for a lock; ten seconds at most."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(200):
        with db.engine.connect() as looking:
            if looking.execute(waiting).scalar():
                return
        time.sleep(0.05)
