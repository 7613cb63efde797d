"""Questions like others: beside a question, while asking, and on the list of what was asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.jobs.likely import look_for_likely_duplicates
from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import Person
from app.questions.models import LinkKind, Question, QuestionLink, Visibility
from app.search import likely
from app.search.engines import site_index
from app.search.port import IndexUnavailable
from tests.curation.deeds import make_duplicate
from tests.search.conftest import catch_up
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

TITLE = "Quorum witness loses its heartbeat after certificate renewal"
BODY = "Since the certificate was renewed, the witness drops out of the quorum every hour."
HOUR = timedelta(hours=1)
DESK = "/desk/listening"

pytestmark = pytest.mark.usefixtures("index")


def ask(hours_ago: float, title: str = TITLE, body: str = BODY, **fields) -> Question:
    return QuestionFactory(title=title, body=body, at=clock.now() - hours_ago * HOUR, **fields)


def address_of(question: Question) -> str:
    return f"/questions/{question.id}/{question.slug}"


def break_index(monkeypatch) -> None:
    def gone(*words, **named):
        raise IndexUnavailable("There is none.")

    monkeypatch.setattr(type(site_index()), "similar", gone)


def make_thread() -> int:
    question = ask(3, title="Witness of the quorum lost after renewing a certificate")
    ask(30, title="Quorum witness without heartbeat: which certificate?")
    AnswerFactory(question=ask(40), accepted=True)
    ask(50, title="Fans of shelf two are loud at night", body="They spin up.", tags=["cooling"])
    catch_up()
    return question.id


@pytest.fixture
def thread(once_indexed) -> Question:
    """A question, with another one like it that is solved, one that is not, and one about something else."""
    return db.session.get_one(Question, once_indexed(make_thread))


def beside(browser, question: Question) -> str:
    answer = browser.get(f"/questions/{question.id}/similar")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_beside_a_question_stand_those_like_it_and_solved_ones_first(client, thread):
    panel = beside(client, thread)

    assert panel.index(TITLE) < panel.index("Quorum witness without heartbeat")
    assert "Solved" in panel
    assert thread.title + "</a>" not in panel
    assert "Fans of shelf two" not in panel


def test_duplicates_and_linked_questions_stand_elsewhere_on_the_page(client, thread):
    duplicate, linked = ask(2), ask(20)
    catch_up()
    make_duplicate(duplicate, thread)
    with write():
        db.session.add(QuestionLink(question_id=linked.id, related_id=thread.id, kind=LinkKind.RELATED))
    panel = beside(client, thread)

    assert f"/questions/{duplicate.id}/" not in panel
    assert f"/questions/{linked.id}/" not in panel


def test_what_is_confidential_is_beside_nothing(client, sign_in, thread):
    asker = PersonFactory(account=AccountFactory(domains=["oakridge.example"]))
    secret = ask(2, title=f"{TITLE} on the secret host", author=asker, visibility=Visibility.COMPANY)
    catch_up()

    for browser in (client, sign_in(PersonFactory()), sign_in(asker)):
        assert "secret host" not in beside(browser, thread)
    assert client.get(f"/questions/{secret.id}/similar").status_code == 404


def test_without_an_index_there_is_no_panel(client, thread, monkeypatch):
    break_index(monkeypatch)

    assert beside(client, thread) == ""


def test_guests_may_keep_the_panel_until_it_changes(client, thread):
    first = client.get(f"/questions/{thread.id}/similar")
    again = {"If-None-Match": first.headers["ETag"]}

    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get(f"/questions/{thread.id}/similar", headers=again).status_code == 304


def test_the_panel_takes_a_fixed_number_of_queries(client, thread, queries):
    def counted() -> int:
        with queries() as seen:
            beside(client, thread)
        return len(seen)

    counted()
    before = counted()
    for hours in range(5, 11):
        ask(hours)
    catch_up()

    assert counted() == before <= 5


def test_the_page_leads_to_the_panel_and_to_a_search(client, thread):
    page = client.get(address_of(thread)).text

    assert f'data-beside="/questions/{thread.id}/similar"' in page
    assert 'href="/search?q=Witness+of+the+quorum+lost' in page


def test_while_asking_a_strong_likeness_is_said_with_its_state(sign_in, thread):
    typed = {"title": TITLE, "body": BODY, "tags": "replication"}
    for answer in (sign_in(PersonFactory()).post("/questions/similar", data=typed),):
        assert answer.status_code == 200
        assert "<strong>Very alike, and solved</strong>" in answer.text
        assert "Solved by" in answer.text
        assert "loud at night" not in answer.text


def test_while_asking_a_title_alone_is_enough(sign_in, thread):
    page = sign_in(PersonFactory()).get("/questions/similar", query_string={"title": TITLE}).text

    assert page.index(TITLE) < page.index("Quorum witness without heartbeat")


def test_while_asking_nobody_is_kept_by_want_of_an_index(sign_in, thread, monkeypatch):
    break_index(monkeypatch)
    browser = sign_in(PersonFactory())

    assert browser.get("/questions/similar", query_string={"title": TITLE}).text.strip() == ""
    assert browser.get("/questions/ask", query_string={"title": TITLE}).status_code == 200


def make_pair() -> tuple[int, int]:
    original = ask(30, author=PersonFactory(name="Olga Older"))
    AnswerFactory(question=original, accepted=True)
    question = ask(3, title="Quorum witness loses heartbeat after renewal of its certificate")
    ask(2, title="Fans of shelf two are loud at night", body="They spin up when the copy runs.")
    catch_up()
    assert look_for_likely_duplicates() == 1
    return question.id, original.id


@pytest.fixture
def pair(once_indexed) -> tuple[Question, Question]:
    """A question that was found to repeat an older one, and that one, which is solved."""
    question_id, original_id = once_indexed(make_pair)
    return db.session.get_one(Question, question_id), db.session.get_one(Question, original_id)


def test_the_desk_shows_what_was_asked_again(sign_in, pair):
    question, original = pair
    for person in (ExpertFactory(), StewardFactory()):
        page = " ".join(sign_in(person).get(DESK).text.split())

        assert address_of(question) in page
        assert address_of(original) in page
        assert "Very alike: asked by Olga" in page
        assert f'href="/questions/{question.id}/duplicate?original={original.id}"' in page


def test_where_nothing_was_asked_again_the_desk_says_so(sign_in):
    assert "No new question looks like an older one." in sign_in(StewardFactory()).get(DESK).text


def test_closing_leads_to_the_form_with_the_original_filled_in(sign_in, pair):
    question, original = pair
    browser = sign_in(StewardFactory())
    form = browser.get(f"/questions/{question.id}/duplicate?original={original.id}").text
    assert f'value="/questions/{original.id}"' in form

    answer = browser.post(f"/questions/{question.id}/duplicate", data={"other": f"/questions/{original.id}"})
    assert answer.status_code == 303
    assert db.session.get_one(Question, question.id, populate_existing=True).duplicate_of_id == original.id
    assert likely.asked_again(9) == []


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30])
def test_whatever_an_address_says_the_form_stands(sign_in, pair, number):
    question, _ = pair

    assert sign_in(StewardFactory()).get(f"/questions/{question.id}/duplicate?original={number}").status_code == 200


def test_not_the_same_goes_back_to_the_desk_and_stays(sign_in, pair):
    question, original = pair
    browser = sign_in(ExpertFactory(name="Eva Expert"))
    place = f"/questions/{question.id}/duplicate/likely/{original.id}/dismissal"
    answer = browser.post(place, data={"place": "desk"})

    assert answer.location == "/desk/listening#asked-again"
    assert "No new question looks like an older one." in browser.get(DESK).text
    assert "found that it does not ask the same as" in browser.get(address_of(question)).text


def test_bystanders_cannot_say_that_two_differ(sign_in, pair):
    question, original = pair
    place = f"/questions/{question.id}/duplicate/likely/{original.id}/dismissal"

    assert sign_in(PersonFactory()).post(place).status_code == 403
    assert len(likely.asked_again(9)) == 1


@pytest.mark.parametrize("number", [10**6, 2**63, 10**40])
def test_a_pair_with_what_is_not_there_is_not_there(sign_in, pair, number):
    question, _ = pair
    place = f"/questions/{question.id}/duplicate/likely/{number}/dismissal"

    assert sign_in(StewardFactory()).post(place).status_code == 404


def test_the_page_tells_its_author_and_stewards_alone(client, sign_in, pair):
    question, _ = pair
    told = "This may have been answered before"
    author = db.session.get_one(Person, question.author_id)

    assert "That answers mine" in sign_in(author).get(address_of(question)).text
    assert told in sign_in(StewardFactory()).get(address_of(question)).text
    assert told not in sign_in(PersonFactory()).get(address_of(question)).text
    assert told not in client.get(address_of(question)).text


def test_the_desk_asks_as_often_for_many_pairs(sign_in, pair, queries):
    browser = sign_in(StewardFactory())

    def counted() -> int:
        with queries() as seen:
            browser.get(DESK)
        return len(seen)

    counted()
    before = counted()
    for hours in (1.5, 1.6):
        ask(hours)
    catch_up()
    assert look_for_likely_duplicates() == 2

    assert counted() == before
