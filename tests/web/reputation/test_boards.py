"""Who earned most: two boards, of people who wrote in public, as far as the operator wants them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.actions import grant_role, revoke_role
from app.people.models import Person, Role
from app.questions.actions import delete_answer
from app.questions.models import Answer, Question, Visibility
from app.reputation.ledger import settle_posts
from app.reputation.models import ReputationDay, ReputationTotal
from app.site.actions import choose
from app.site.choices import Boards, ChoiceName, Statistics
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(travel_to):
    travel_to(NOW)


def earn(person, days):
    """Keep what somebody earned on some days, as the ledger would, for a question that everybody can read."""
    QuestionFactory(author=person)
    with write():
        for day, points in days.items():
            db.session.add(ReputationDay(person_id=person.id, day=day, points=points))
        total = ReputationTotal(person_id=person.id, points=sum(days.values()), is_employee=person.is_employee)
        db.session.add(total)


def members_on(page):
    """The handles on the customers' board, and those on the experts', in order."""
    customers, experts = page.split("<h2>")[1:3]
    return [re.findall(r'<th scope="row"><a href="/@([a-z-]+)"', board) for board in (customers, experts)]


def boards(client, period=""):
    return members_on(client.get(f"/boards{period}").text)


def hold(**chosen):
    admin = AdminFactory()
    with write():
        choose({ChoiceName[name]: value for name, value in chosen.items()}, by=db.session.get_one(Person, admin.id))


def test_employees_and_customers_stand_apart(client):
    """Through the ledger itself: the answer is accepted, and both sides earn by it."""
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    asker = PersonFactory(name="Marta Kowalska", handle="martak")
    AnswerFactory(question=QuestionFactory(author=asker), author=expert, accepted=True)
    deliver_pending()

    assert boards(client) == [["martak"], ["sanfox"]]
    assert boards(client, "?period=all") == [["martak"], ["sanfox"]]


def test_each_time_has_its_own_order(client):
    ada, bo, cy = (
        PersonFactory(name=f"{name} Swift", handle=handle)
        for name, handle in (("A", "ada"), ("B", "bob"), ("C", "cyd"))
    )
    earn(ada, {NOW.date(): 10, datetime(2026, 2, 28, tzinfo=UTC).date(): 90})
    earn(bo, {datetime(2026, 3, 1, tzinfo=UTC).date(): 30, NOW.date(): 15})
    earn(cy, {datetime(2025, 12, 31, tzinfo=UTC).date(): 400, NOW.date(): 5})

    assert boards(client)[0] == ["bob", "ada", "cyd"]
    assert boards(client, "?period=year")[0] == ["ada", "bob", "cyd"]
    assert boards(client, "?period=all")[0] == ["cyd", "ada", "bob"]
    assert client.get("/boards?period=ever").status_code == 400


@pytest.mark.one_database
def test_twenty_are_shown_and_equals_share_a_place(client):
    for number in range(22):
        earn(PersonFactory(), {NOW.date(): 10 * (number // 2 + 1)})
    page = client.get("/boards").text
    places = [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', page)]

    assert places == [place for pair in range(10) for place in [2 * pair + 1] * 2]


def test_whoever_was_an_employee_is_on_no_board_of_customers(client):
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    answer = AnswerFactory(author=expert, accepted=True)
    deliver_pending()
    with write():
        revoke_role(db.session.get_one(Person, expert.id), Role.EXPERT)
    deliver_pending()
    QuestionFactory(author=db.session.get_one(Person, expert.id))

    assert answer.author_id == expert.id
    assert "sanfox" not in client.get("/boards").text


def test_whoever_becomes_an_employee_changes_boards(client):
    person = PersonFactory(name="Marta Kowalska", handle="martak")
    AnswerFactory(author=person, accepted=True)
    deliver_pending()
    assert "martak" in boards(client)[0]
    with write():
        grant_role(db.session.get_one(Person, person.id), Role.EXPERT)
    deliver_pending()
    assert boards(client)[0].count("martak") == 0
    AnswerFactory(author=db.session.get_one(Person, person.id))

    assert boards(client)[1] == ["martak"]


def test_only_people_with_public_posts_appear(client):
    """Somebody has points, and what they wrote is deleted, or confidential; or they never wrote anything."""
    silent, secret = PersonFactory(), PersonFactory(account=AccountFactory())
    QuestionFactory(author=secret, visibility=Visibility.COMPANY)
    answer = AnswerFactory(author=PersonFactory())
    author, gone = db.session.get_one(Person, answer.author_id), answer.author_id
    with write():
        thread = db.session.get_one(Question, answer.question_id)
        delete_answer(db.session.get_one(Answer, answer.id), thread, by=author)
        for person_id in (silent.id, secret.id, gone):
            db.session.add(ReputationDay(person_id=person_id, day=NOW.date(), points=50))
            db.session.add(ReputationTotal(person_id=person_id, points=50))
    left = PersonFactory()
    earn(left, {NOW.date(): 70})
    with write():
        db.session.get_one(Person, left.id).active = False
    earn(PersonFactory(name="Marta Kowalska", handle="martak"), {NOW.date(): 1})
    earn(PersonFactory(), {NOW.date(): 0})
    earn(PersonFactory(), {NOW.date(): -3})

    for period in ("", "?period=year", "?period=all"):
        assert boards(client, period) == [["martak"], []]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "chosen",
    [
        {"BOARDS": Boards.OFF},
        {"PERSONAL_STATISTICS": Statistics.TEAM},
        {"PERSONAL_STATISTICS": Statistics.OFF, "BOARDS": Boards.ON},
    ],
)
def test_the_operator_can_do_without(client, sign_in, chosen):
    assert 'href="/boards"' in client.get("/experts").text
    hold(**chosen)

    assert client.get("/boards").status_code == 404
    assert sign_in(AdminFactory()).get("/boards").status_code == 404
    for address in ("/", "/experts", "/tags"):
        assert "/boards" not in client.get(address).text


@pytest.mark.one_database
def test_nobody_is_found_by_it_and_an_empty_board_says_how_to_begin(client):
    page = client.get("/boards")

    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    assert "A question that helps others earns the first ones." in page.text
    assert "/boards" not in client.get("/sitemap.xml?page=0").text


@pytest.mark.parametrize("period", ["month", "all"])
def test_many_people_take_as_many_queries_as_few(client, queries, period):
    def fill(count):
        for _ in range(count):
            earn(PersonFactory(), {clock.now().date() - timedelta(days=1): 20, clock.now().date(): 10})
            earn(ExpertFactory(), {clock.now().date(): 10})

    fill(2)
    client.get("/boards")
    with queries() as few:
        client.get(f"/boards?period={period}")
    fill(8)
    with queries() as many:
        client.get(f"/boards?period={period}")

    assert len(many) == len(few)
    assert len(many) <= 8


def test_points_that_are_settled_anew_move_people_at_once(client):
    """The sums are those of the ledger, which follows a deletion."""
    answer = AnswerFactory(author=PersonFactory(name="Marta Kowalska", handle="martak"), accepted=True)
    deliver_pending()
    assert "martak" in boards(client)[0]
    thread = db.session.get_one(Question, answer.question_id)
    with write():
        thread = db.session.get_one(Question, answer.question_id)
        thread.accepted_answer_id = None
        settle_posts([answer.id])

    assert "martak" not in boards(client)[0]
