"""Who earned most: two boards, of people who wrote in public, as far as the operator wants them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.jobs.boards import count_boards, keep_boards
from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.actions import grant_role, revoke_role
from app.people.models import MEMBER, Person, Role
from app.posts.models import Post
from app.questions.actions import delete_answer
from app.questions.models import Answer, Question, Visibility
from app.reputation.ledger import settle_posts
from app.reputation.models import BoardCount, BoardPlace, ReputationDay, ReputationTotal
from app.site.actions import choose
from app.site.choices import Boards, ChoiceName, Statistics
from tests.support.database_steps import counted_steps
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)

pytestmark = pytest.mark.one_database

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


def shown(client, period=""):
    """Both boards as a reader sees them, however long ago they were counted."""
    return members_on(client.get(f"/boards{period}").text)


def boards(client, period=""):
    """Both boards, counted now."""
    count_boards()
    return shown(client, period)


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


def test_twenty_are_shown_and_equals_share_a_place(client):
    for number in range(22):
        earn(PersonFactory(), {NOW.date(): 10 * (number // 2 + 1)})
    count_boards()
    page = client.get("/boards").text
    places = [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', page)]

    assert places == [place for pair in range(10) for place in [2 * pair + 1] * 2]


@pytest.mark.both_databases
def test_whoever_was_an_employee_is_on_no_board_of_customers(client):
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    answer = AnswerFactory(author=expert, accepted=True)
    deliver_pending()
    with write():
        revoke_role(db.session.get_one(Person, expert.id), Role.EXPERT)
    deliver_pending()
    QuestionFactory(author=db.session.get_one(Person, expert.id))

    assert answer.author_id == expert.id
    assert boards(client)[1] == []
    assert "sanfox" not in boards(client)[0]


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


def test_nobody_is_found_by_it_and_an_empty_board_says_how_to_begin(client):
    count_boards()
    page = client.get("/boards")

    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    assert "A question that helps others earns the first ones." in page.text
    assert "/boards" not in client.get("/sitemap.xml?page=0").text


def fill(count):
    """So many members and experts with posts and points of some days, on boards that are counted then."""
    for _ in range(count):
        earn(PersonFactory(), {clock.now().date() - timedelta(days=day): 20 for day in range(12)})
        earn(ExpertFactory(), {clock.now().date() - timedelta(days=day): 10 for day in range(12)})
    count_boards()


@pytest.mark.parametrize("period", ["month", "year", "all"])
def test_many_people_take_as_many_queries_as_few(client, queries, period):
    fill(2)
    client.get("/boards")
    with queries() as few:
        client.get(f"/boards?period={period}")
    fill(8)
    with queries() as many:
        client.get(f"/boards?period={period}")

    assert len(many) == len(few)
    assert len(many) <= 8
    assert not [statement for statement in many if "reputation_days" in statement]


def test_the_page_reads_no_more_rows_on_a_larger_site(client, database_kind):
    """Full boards of 20, and then twice as many people, of whom the first wrote and earned on many more days."""
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL counts no steps.")
    fill(22)
    first = db.session.scalars(select(BoardPlace.person_id).where(BoardPlace.place == 1)).all()
    client.get("/boards")
    with counted_steps() as before:
        client.get("/boards?period=year")
    fill(22)
    for person_id in set(first):
        author = db.session.get_one(Person, person_id)
        for _ in range(30):
            QuestionFactory(author=author)
    with write():
        for person_id in set(first):
            for day in range(20, 60):
                date = NOW.date() - timedelta(days=day)
                db.session.add(ReputationDay(person_id=person_id, day=date, points=1))
    count_boards()
    client.get("/boards")
    with counted_steps() as after:
        page = client.get("/boards?period=year")

    assert page.text.count('<th scope="row">') == 40
    assert before[0] > 1000
    assert after[0] <= before[0] * 1.02


@pytest.mark.both_databases
def test_points_that_are_settled_anew_move_people_at_the_next_count(client):
    """The sums are those of the ledger, which follows a deletion."""
    answer = AnswerFactory(author=PersonFactory(name="Marta Kowalska", handle="martak"), accepted=True)
    deliver_pending()
    assert "martak" in boards(client)[0]
    with write():
        thread = db.session.get_one(Question, answer.question_id)
        thread.accepted_answer_id = None
        settle_posts([answer.id])

    assert keep_boards()
    assert "martak" not in shown(client)[0]


def leave(person):
    person.active = False


def become_an_expert(person):
    grant_role(person, Role.EXPERT)


def have_written_as_an_employee(person):
    db.session.execute(update(Post).where(Post.author_id == person.id).values(author_role=Role.SALES))
    first = db.session.scalars(select(Question).where(Question.author_id == person.id)).first()
    first.author_role = MEMBER


def write_in_confidence(person):
    for question in db.session.scalars(select(Question).where(Question.author_id == person.id)):
        question.visibility = Visibility.COMPANY


def delete_everything(person):
    db.session.execute(update(Post).where(Post.author_id == person.id).values(deleted_at=clock.now()))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "deed", [leave, become_an_expert, have_written_as_an_employee, write_in_confidence, delete_everything]
)
def test_whoever_may_not_stand_there_is_gone_before_the_next_count(client, deed):
    ada = PersonFactory(name="A Swift", handle="ada", account=AccountFactory())
    earn(ada, {NOW.date(): 30})
    QuestionFactory(author=db.session.get_one(Person, ada.id))
    earn(PersonFactory(name="B Swift", handle="bob"), {NOW.date(): 10})
    assert boards(client) == [["ada", "bob"], []]
    with write():
        deed(db.session.get_one(Person, ada.id))
    deliver_pending()

    assert shown(client) == [["bob"], []]
    assert '<td class="number">1</td>' in client.get("/boards").text


def test_the_worker_counts_only_where_something_changed(client, travel_to):
    expert = ExpertFactory(name="Ingrid Solheim", handle="sanfox")
    run_once()
    assert not keep_boards()
    answer = AnswerFactory(author=expert, accepted=True)
    deliver_pending()
    assert shown(client) == [[], []]

    assert keep_boards()
    assert not keep_boards()
    assert shown(client)[1] == ["sanfox"]
    travel_to(NOW + timedelta(minutes=59))
    assert not keep_boards()
    travel_to(NOW + timedelta(minutes=60))
    assert keep_boards()
    assert answer.author_id == expert.id


@pytest.mark.both_databases
def test_a_new_month_is_counted_and_until_then_the_page_names_the_old_one(client, travel_to):
    travel_to(datetime(2026, 3, 31, 23, 58, tzinfo=UTC))
    earn(PersonFactory(name="A Swift", handle="ada"), {clock.now().date(): 30})
    assert keep_boards()
    travel_to(datetime(2026, 4, 1, 0, 3, tzinfo=UTC))
    page = client.get("/boards").text

    assert "since 1 March" in page
    assert "Counted <time" in page
    assert ">5 minutes ago</time>" in page
    assert keep_boards()
    assert "since 1 April" in client.get("/boards").text
    assert shown(client) == [[], []]
    assert shown(client, "?period=year") == [["ada"], []]


def test_boards_that_were_never_counted_say_when_they_are(client):
    earn(PersonFactory(), {NOW.date(): 30})
    page = client.get("/boards")

    assert page.status_code == 200
    assert "The boards were not counted yet. They are here within ten minutes" in page.text


@pytest.mark.both_databases
def test_nothing_is_kept_of_boards_that_nobody_wants(client):
    earn(PersonFactory(name="A Swift", handle="ada"), {NOW.date(): 30})
    assert boards(client) == [["ada"], []]
    hold(BOARDS=Boards.OFF)

    assert not keep_boards()
    assert (db.session.scalars(select(BoardPlace)).all(), db.session.scalars(select(BoardCount)).all()) == ([], [])
    hold(BOARDS=Boards.ON)
    assert keep_boards()
    assert shown(client) == [["ada"], []]
