"""The desk: who waits for whom, the longest first, for those whose work it is."""

from datetime import UTC, datetime, timedelta

import pytest

from app.desk import actions
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people import actions as people
from app.people.models import Person
from app.questions.models import Visibility
from app.topics.models import Tag, TagSteward
from tests.support.client import signed_in
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def ingrid(travel_to):
    """An expert who answers about replication."""
    travel_to(NOW)
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    AnswerFactory(author=expert, accepted=True, at=NOW - 9 * DAY)
    return expert


def ask(title, *, ago, **fields):
    return QuestionFactory(title=f"{title} stops at night, and why is that?", at=NOW - ago, **fields)


def desk_of(browser):
    page = browser.get("/desk")
    assert page.status_code == 200
    return page.text


def part(text, key):
    """One section of the desk."""
    assert f'id="{key}"' in text, text
    return " ".join(text.split(f'id="{key}"', 1)[1].split("</section>")[0].split())


@pytest.mark.both_databases
def test_it_is_for_experts_and_stewards(sign_in, client):
    assert client.get("/desk").location.startswith("/sign-in")
    for factory, status in (
        (PersonFactory, 403),
        (SalesFactory, 403),
        (AdminFactory, 403),
        (ExpertFactory, 200),
        (StewardFactory, 200),
    ):
        browser = sign_in(factory())
        assert browser.get("/desk").status_code == browser.get("/desk/risen").status_code == status
        assert ('href="/desk"' in browser.get("/").text) == (status == 200)


def test_an_empty_desk_says_so(sign_in, ingrid):
    assert "Nobody waits for you" in desk_of(sign_in(ingrid))


def test_what_is_new_on_ones_topics_comes_the_oldest_first(sign_in, ingrid):
    ask("Replication of the second array", ago=2 * HOUR)
    ask("Replication of the first array", ago=5 * HOUR)
    ask("The fan of the third array", ago=3 * HOUR, tags=["cooling"])
    AnswerFactory(question=ask("Replication of the fourth array", ago=HOUR))

    mine = part(desk_of(sign_in(ingrid)), "unanswered")

    assert mine.index("first array") < mine.index("second array")
    assert "third array" not in mine
    assert "fourth array" not in mine
    assert "Waiting 5 h" in mine


def test_what_nobody_answered_for_too_long_rises_whatever_its_topic(sign_in, ingrid):
    ask("Replication of the first array", ago=20 * HOUR)
    ask("The fan of the second array", ago=25 * HOUR, tags=["cooling"])

    text = desk_of(sign_in(ingrid))
    assert "second array" in part(text, "risen")
    assert "Without an answer for more than 1 day" in part(text, "risen")
    assert "first array" not in part(text, "risen")
    assert text.index('id="risen"') < text.index('id="unanswered"')


def test_what_has_risen_leaves_room_for_what_is_ones_own(sign_in, ingrid):
    for number in range(7):
        ask(f"The fan of array {number}", ago=(40 - number) * HOUR, tags=["cooling"])
    browser = sign_in(ingrid)

    shown = part(desk_of(browser), "risen")
    assert "array 4" in shown
    assert "array 5" not in shown
    assert 'href="/desk/risen"' in shown
    assert "array 6" in browser.get("/desk/risen").text


def test_who_is_called_reads_it_once(sign_in, ingrid):
    question = ask("Replication of the first array", ago=2 * HOUR)
    with write():
        actions.invite_expert(question, ingrid, by=db.session.get_one(Person, question.author_id))

    assert desk_of(sign_in(ingrid)).count("first array") == 1


def test_how_long_is_too_long_is_the_operators_to_say(ingrid, app_with):
    ask("Replication of the first array", ago=20 * HOUR)
    site = app_with(desk_rise_hours=12)
    assert "first array" in part(desk_of(signed_in(site, ingrid)), "risen")


def test_what_waits_for_the_asker_what_is_settled_and_what_was_imported_do_not_rise(sign_in, ingrid):
    told_more, closed, imported = (ask(f"Array number {number}", ago=2 * DAY) for number in range(3))
    deleted, own = ask("The deleted array", ago=2 * DAY), ask("My own array", ago=2 * DAY, author=ingrid)
    with write():
        actions.ask_for_more(told_more, by=ingrid)
        closed.closed_at = deleted.deleted_at = NOW
        imported.source = "elsewhere.example"

    assert "Nobody waits for you" in desk_of(sign_in(ingrid))
    assert own.next_step == "nobody"


def test_what_one_was_asked_waits_until_one_says_yes_or_no(sign_in, ingrid):
    question = ask("Replication of the first array", ago=2 * HOUR)
    asker = db.session.get_one(Person, question.author_id)
    with write():
        actions.invite_expert(question, ingrid, by=asker, note="Is it the firewall?")
    browser = sign_in(ingrid)
    called = part(desk_of(browser), "called")
    assert f"{asker.first_name} asks you to look: “Is it the firewall?”" in called

    with write():
        actions.take_question(question, by=ingrid)
    text = desk_of(browser)
    assert "first array" not in part(text, "called")
    assert "first array" in part(text, "waiting")
    assert "Not answered yet" in part(text, "waiting")


def test_what_waits_for_one_says_since_when_and_when_it_was_first_answered(sign_in, ingrid):
    question = ask("Replication of the first array", ago=30 * HOUR)
    AnswerFactory(question=question, author=ingrid, at=NOW - 27 * HOUR)
    CommentFactory(post=question, author=db.session.get_one(Person, question.author_id), at=NOW - 4 * HOUR)
    deliver_pending()

    waiting = part(desk_of(sign_in(ingrid)), "waiting")

    assert "for 4 hours</time>" in waiting
    assert "First answered after 3 hours." in waiting


@pytest.mark.both_databases
def test_a_steward_sees_the_topics_they_look_after_and_one_without_any_sees_all(sign_in, ingrid):
    ask("Replication of the first array", ago=HOUR)
    ask("The fan of the second array", ago=HOUR, tags=["cooling"])
    steward, other = StewardFactory(), StewardFactory()
    with write():
        tag = db.session.query(Tag).filter_by(name="cooling").one()
        db.session.add(TagSteward(tag_id=tag.id, person_id=steward.id))

    looks_after = part(desk_of(sign_in(steward)), "unanswered")
    assert "second array" in looks_after
    assert "first array" not in looks_after
    everything = part(desk_of(sign_in(other)), "unanswered")
    assert "first array" in everything
    assert "second array" in everything


def test_what_was_asked_in_confidence_is_on_the_desk_of_those_who_may_answer(sign_in, ingrid):
    asker = PersonFactory(account=AccountFactory())
    ask("Replication of the first array", ago=HOUR, author=asker, visibility=Visibility.COMPANY)

    assert "first array" in part(desk_of(sign_in(ingrid)), "unanswered")


@pytest.mark.both_databases
def test_long_lists_go_on_by_key(sign_in, ingrid):
    with write():
        for number in range(23):
            ask(f"Replication of array {number:02}", ago=23 * HOUR - number * HOUR)
    browser = sign_in(ingrid)
    text = desk_of(browser)
    assert 'href="/desk/unanswered"' in text
    assert "array 19" in text
    assert "array 20" not in text

    first = browser.get("/desk/unanswered").text
    onwards = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(onwards).text
    assert "array 20" in second
    assert "array 22" in second
    assert "array 19" not in second
    assert browser.get("/desk/unanswered?after=nonsense").status_code == 400


@pytest.mark.parametrize("key", ["risen", "called", "waiting", "unanswered", "marks"])
def test_every_list_has_a_page_that_may_be_empty(sign_in, ingrid, key):
    page = sign_in(ingrid).get(f"/desk/{key}")

    assert page.status_code == 200
    assert "Nothing here" in page.text


def test_a_list_that_is_not_there_is_not_found(sign_in, ingrid):
    assert sign_in(ingrid).get("/desk/nothing").status_code == 404


@pytest.mark.both_databases
def test_who_is_away_reads_so_on_the_desk(sign_in, ingrid):
    with write():
        people.set_away(ingrid, NOW + 4 * DAY)

    assert "Away until 16 March" in desk_of(sign_in(ingrid))


def test_the_number_of_queries_does_not_grow_with_what_waits(sign_in, queries, ingrid):
    browser = sign_in(ingrid)

    def fill(number):
        question = ask(f"Replication of array {number:02}", ago=2 * HOUR)
        ask(f"Replication of old array {number:02}", ago=30 * HOUR)
        taken = ask(f"Snapshots of array {number:02}", ago=3 * HOUR)
        answered = ask(f"Links of array {number:02}", ago=4 * HOUR)
        with write():
            asker = db.session.get_one(Person, question.author_id)
            actions.invite_expert(question, ingrid, by=asker)
            actions.take_question(taken, by=ingrid)
        AnswerFactory(question=answered, author=ingrid)
        CommentFactory(post=answered, author=db.session.get_one(Person, answered.author_id))

    def counted():
        with queries() as seen:
            desk_of(browser)
        return len(seen)

    fill(1)
    few = counted()
    for number in range(2, 8):
        fill(number)

    assert counted() == few
    assert few <= 25
