"""The page on which experts and stewards hear what is looked for, what is missing, and where nobody answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db, write
from app.questions.models import Visibility
from app.search.models import SearchCount
from tests.support.client import signed_in
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

PLACE = "/desk/listening"
DAY = timedelta(days=1)


def count_on(days_ago: int, words: str, searches: int, found_nothing: int = 0) -> None:
    day = (clock.now() - days_ago * DAY).date()
    with write():
        db.session.add(SearchCount(day=day, words=words, searches=searches, found_nothing=found_nothing))


@pytest.fixture
def browser(app):
    return signed_in(app, ExpertFactory())


@pytest.mark.parametrize(
    ("factory", "status"),
    [(PersonFactory, 403), (SalesFactory, 403), (AdminFactory, 403), (ExpertFactory, 200), (StewardFactory, 200)],
)
def test_it_is_for_those_who_have_a_desk(app, factory, status):
    assert signed_in(app, factory()).get(PLACE).status_code == status


def test_guests_sign_in_first(client):
    assert client.get(PLACE).location.startswith("/sign-in")


def test_where_there_is_nothing_to_hear_it_says_so(browser):
    page = browser.get(PLACE).text

    assert "Nobody has searched in vain within 28 days" in page
    assert "Nothing is looked for more than in the weeks before" in page
    assert "Every public question has an answer" in page


def test_what_is_missing_leads_to_a_search_and_to_asking(browser):
    count_on(1, 'snapshot "commit barrier" & more', 3, 2)
    page = browser.get(PLACE).text

    assert "2 times" in page
    assert 'href="/search?q=snapshot+%22commit+barrier%22+%26+more"' in page
    assert 'href="/questions/ask?title=snapshot+%22commit+barrier%22+%26+more"' in page


def test_what_rises_says_how_often_now_and_before(browser):
    count_on(2, "certificate", 12)
    count_on(9, "certificate", 8)
    count_on(3, "renewal", 4)
    page = " ".join(browser.get(PLACE).text.split())

    assert '<a href="/search?q=certificate">certificate</a></th> <td class="number">12 times</td>' in page
    assert '<td class="number">about 2</td>' in page
    assert '<td class="number">never</td>' in page


def test_what_is_searched_for_today_is_not_told(browser):
    count_on(0, "zzyzx", 9, 9)

    assert "zzyzx" not in browser.get(PLACE).text


def test_the_topics_on_which_somebody_waits_longest_come_first(browser):
    now = clock.now()
    QuestionFactory(tags=["disks"], at=now - 2 * DAY)
    QuestionFactory(tags=["disks", "firmware"], at=now - DAY)
    QuestionFactory(tags=["boot"], at=now - 5 * DAY)
    AnswerFactory(question=QuestionFactory(tags=["answered-topic"], at=now - 9 * DAY))
    page = browser.get(PLACE).text

    places = [page.index(f'/tags/{name}?view=unanswered"') for name in ("boot", "disks", "firmware")]
    assert places == sorted(places)
    assert "2 questions, the oldest waits" in page
    assert "answered-topic" not in page
    assert 'href="/desk/risen"' in page


def test_what_is_asked_in_confidence_makes_no_topic_wait(browser):
    asker = PersonFactory(account=AccountFactory(domains=["oakridge.example"]))
    QuestionFactory(author=asker, tags=["secret-topic"], visibility=Visibility.COMPANY)

    assert "secret-topic" not in browser.get(PLACE).text


def test_the_desk_leads_there(browser):
    assert f'href="{PLACE}"' in browser.get("/desk").text


def test_the_number_of_database_queries_does_not_depend_on_how_much_there_is_to_hear(browser, queries):
    def asked() -> int:
        with queries() as seen:
            browser.get(PLACE)
        return len(seen)

    count_on(1, "zzyzx", 3, 3)
    QuestionFactory(tags=["disks"])
    asked()
    before = asked()
    for number in range(5):
        count_on(1, f"word {number}", 3, 3)
        QuestionFactory(tags=[f"topic-{number}"])

    assert asked() == before
