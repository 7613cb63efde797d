"""Every point of a person with its cause: who reads what, and that nobody learns who voted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.jobs.worker import run_once
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people import handles
from app.people.actions import deactivate
from app.people.models import Person
from app.posts.models import Post, Vote
from app.questions import actions as questions
from app.questions.models import Answer, Question, Visibility
from app.reputation import places
from app.reputation.ledger import settle_votes_of
from app.reputation.models import BurstVote, ReputationEntry, ReputationTotal
from app.reputation.points import RULES, Reason, newest
from app.reputation.proof import differences
from app.site.actions import choose
from app.site.choices import ChoiceName, Privileges, Statistics
from app.web.reputation.words import CAUSES, REVERSALS, points_words, reversal_words, share_words
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)

pytestmark = pytest.mark.one_database

MORNING = datetime(2026, 3, 12, 8, tzinfo=UTC)
OWN, OPEN = "/@sanfox/reputation", "/@martak/reputation"
TITLE = "Replication of the DR array stalls at night"


@pytest.fixture
def ingrid():
    return ExpertFactory(handle="sanfox", name="Ingrid Solheim")


@pytest.fixture
def marta():
    return PersonFactory(handle="martak", name="Marta Kowalska")


@pytest.fixture
def answer(ingrid, marta):
    return AnswerFactory(question=QuestionFactory(author=marta, title=TITLE), author=ingrid)


def vote(post, value, by):
    with write():
        found = db.session.get_one(Post, post.id)
        thread = db.session.get_one(Question, found.thread_id)
        questions.vote_on(found, thread, value, by=db.session.get_one(Person, by.id))
    deliver_pending()


def hold(**chosen):
    admin = AdminFactory()
    with write():
        choose({ChoiceName[name]: value for name, value in chosen.items()}, by=db.session.get_one(Person, admin.id))


def count_boards():
    counted = places.count()
    with write():
        places.keep(counted)


def body(page):
    """The main part of a page, without the moments at which something was counted."""
    main = page.split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"<time[^>]*>.*?</time>", "", main)


def lines(page):
    """Each line of the list as its three cells in plain words, days too."""
    body = page.split('aria-label="Points by day"')[1].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)[1:]
    plain = [re.sub(r"<(?!/?del)[^>]+>", " ", re.sub("(?=</t[dh])", " | ", row)) for row in rows]
    return [" ".join(row.split()).rstrip(" |") for row in plain]


@pytest.mark.both_databases
def test_a_point_has_its_cause_its_post_and_its_day(client, sign_in, answer, ingrid, travel_to):
    travel_to(MORNING)
    vote(answer, 1, by=PersonFactory(name="Vera Voter", handle="vera-voter"))
    own, open_to_all = sign_in(ingrid).get(OWN), client.get(OWN)

    assert lines(own.text) == ["+10 | 12 March", f"+10 | Your answer was found helpful | {TITLE}"]
    assert lines(open_to_all.text) == ["+10 | 12 March", f"+10 | An answer was found helpful | {TITLE}"]
    for page in (own, open_to_all):
        assert f"/questions/{answer.question_id}/" in page.text
        assert f"#answer-{answer.id}" in page.text
        assert re.search("vera", page.text, re.IGNORECASE) is None
        assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<span class="count">10</span>' in own.text


def test_a_day_is_cut_at_200_and_says_so(client, ingrid, answer, marta, travel_to):
    """The worked day: 22 helpful votes, one against and an acceptance come to 213, in whatever order."""
    travel_to(MORNING)
    for number in range(23):
        vote(answer, -1 if number == 7 else 1, by=PersonFactory())
    with write():
        thread, given = db.session.get_one(Question, answer.question_id), db.session.get_one(Answer, answer.id)
        questions.accept_answer(thread, given, by=db.session.get_one(Person, marta.id))
    deliver_pending()
    page = client.get(OWN).text

    assert lines(page)[0].startswith(
        "+213 | 12 March Votes earned more than 200 points on this day; 200 of them count."
    )
    assert sum("found helpful" in line for line in lines(page)) == 22
    assert any(line.startswith("+15 | Accepted as the answer") for line in lines(page))
    assert any(line.startswith("−2 | An answer was found not helpful") for line in lines(page))


def test_exactly_200_a_day_are_not_cut(client, answer, travel_to):
    travel_to(MORNING)
    for _ in range(20):
        vote(answer, 1, by=PersonFactory())

    assert lines(client.get(OWN).text)[0] == "+200 | 12 March"


def test_what_was_taken_back_stands_where_it_was_earned(client, answer, travel_to):
    voter = PersonFactory()
    travel_to(MORNING)
    vote(answer, 1, by=voter)
    travel_to(MORNING + timedelta(days=3))
    vote(answer, 0, by=voter)
    found = lines(client.get(OWN).text)

    taken_back = "Taken back: the vote does not count any more, 15 March"
    assert found == ["+0 | 12 March", f"<del>+10</del> | An answer was found helpful {taken_back} | {TITLE}"]


def test_why_a_vote_counts_no_more_is_told_to_the_author_alone(client, sign_in, ingrid, marta):
    stays, leaves = PersonFactory(), PersonFactory()
    for voter in (stays, leaves):
        vote(AnswerFactory(question=QuestionFactory(author=marta, title=TITLE), author=ingrid), 1, by=voter)
    vote(db.session.scalars(select(Answer).order_by(Answer.id)).first(), 0, by=stays)
    with write():
        deactivate(db.session.get_one(Person, leaves.id))
    deliver_pending()
    own, open_to_all = sign_in(ingrid).get(OWN).text, client.get(OWN).text

    assert "whoever voted is not here any more" in own
    assert "the vote was withdrawn" in own
    assert open_to_all.count("Taken back: the vote does not count any more") == 2
    assert open_to_all.count("Taken back: ") == 2


def test_how_somebody_votes_is_theirs_to_know(client, sign_in, answer, marta):
    vote(answer, -1, by=marta)
    own, open_to_all = sign_in(marta).get(OPEN).text, client.get(OPEN).text

    assert lines(own)[1:] == [f"−1 | You voted against an answer | {TITLE}"]
    assert "No points yet" in open_to_all
    assert "−1" not in open_to_all.split('id="how"')[0]
    vote(db.session.get_one(Post, answer.question_id), 1, by=PersonFactory())
    assert lines(sign_in(marta).get(OPEN).text)[0].startswith("+4 |")
    assert lines(client.get(OPEN).text)[0].startswith("+5 |")


@pytest.mark.both_databases
def test_what_a_vote_costs_is_in_no_number_that_others_read(client, sign_in, answer, marta):
    vote(db.session.get_one(Post, answer.question_id), 1, by=PersonFactory())
    everywhere = ("/@martak", OPEN, "/boards?period=all", "/boards")
    count_boards()
    before = [body(client.get(page).text) for page in everywhere]
    vote(answer, -1, by=marta)
    count_boards()

    assert [body(client.get(page).text) for page in everywhere] == before
    assert 'count">5<' in client.get(OPEN).text
    assert 'count">4<' in sign_in(marta).get(OPEN).text
    assert list(differences()) == []


@pytest.mark.both_databases
def test_a_vote_of_ones_own_company_is_told_to_nobody_else(client, sign_in):
    account = AccountFactory()
    author = PersonFactory(account=account, handle="martak", name="Marta Kowalska")
    question = QuestionFactory(author=author, title=TITLE)
    vote(question, 1, by=PersonFactory(account=account))
    own, open_to_all = sign_in(author).get(OPEN).text, client.get(OPEN).text

    assert "A vote from the same company: it counts on the post, not here" in own
    for words in ("earn nothing</h2>", "it counts on the post"):
        assert words not in open_to_all
    assert "No points yet" in own
    assert "it counts on the post" not in sign_in(PersonFactory(account=account)).get(OPEN).text


@pytest.mark.both_databases
def test_a_vote_of_a_colleague_is_told_too(sign_in, answer, ingrid):
    vote(answer, 1, by=ExpertFactory())

    assert "A vote of a colleague: it counts on the post, not here" in sign_in(ingrid).get(OWN).text


def test_both_sides_of_a_burst_are_told_and_nobody_else(client, sign_in, ingrid, answer):
    voter = PersonFactory(handle="vera-voter", name="Vera Voter")
    posts = [answer, *(AnswerFactory(author=ingrid) for _ in range(4))]
    for post in posts:
        vote(post, 1, by=voter)
    with write():
        for cast in db.session.scalars(select(Vote).where(Vote.voter_id == voter.id)):
            db.session.add(BurstVote(vote_id=cast.id))
        db.session.flush()
        settle_votes_of(voter.id)
    told = "A vote that you cast: it was one of many for the same author within minutes"

    assert "Taken back: it was one of many votes for the same author" in client.get(OWN).text
    assert sign_in(voter).get("/@vera-voter/reputation").text.count(told) == 5
    assert told not in client.get("/@vera-voter/reputation").text


def test_later_votes_of_one_person_count_a_part(client, sign_in, ingrid):
    voter = PersonFactory()
    for _ in range(5):
        vote(AnswerFactory(author=ingrid), 1, by=voter)
    own, open_to_all = sign_in(ingrid).get(OWN).text, client.get(OWN).text

    assert "+3.3 | Your answer was found helpful Another vote of somebody who voted for you often" in lines(own)[1]
    assert "a third of it counts" in own
    assert "somebody who voted for you" not in open_to_all
    assert lines(open_to_all)[0].startswith("+38 |")


def test_a_post_that_the_reader_cannot_see_has_no_title(client, sign_in, ingrid, marta, answer):
    vote(answer, 1, by=PersonFactory())
    with write():
        thread = db.session.get_one(Question, answer.question_id)
        questions.change_visibility(thread, Visibility.COMPANY, by=db.session.get_one(Person, marta.id))
    deliver_pending()
    for reader in (client, sign_in(PersonFactory())):
        page = reader.get(OWN).text
        assert TITLE not in page
        assert "/questions/" not in page.split('aria-label="Points by day"')[1].split("</table>")[0]
        assert lines(page)[1].endswith("| a post you cannot see")
        assert "Taken back: the thread is not public any more" in page
    assert TITLE in sign_in(ingrid).get(OWN).text


def test_a_deleted_post_has_no_title_for_others(client, sign_in, marta):
    question = QuestionFactory(author=marta, title=TITLE)
    vote(question, 1, by=PersonFactory())
    with write():
        questions.delete_question(db.session.get_one(Question, question.id), by=db.session.get_one(Person, marta.id))
    deliver_pending()

    assert TITLE not in client.get(OPEN).text
    assert "Taken back: the post is deleted" in client.get(OPEN).text
    assert TITLE in sign_in(marta).get(OPEN).text


@pytest.mark.parametrize("statistics", [Statistics.TEAM, Statistics.OFF])
def test_where_nobody_may_see_numbers_about_people_the_page_is_its_owners(client, sign_in, answer, ingrid, statistics):
    vote(answer, 1, by=PersonFactory())
    hold(PERSONAL_STATISTICS=statistics)

    assert client.get(OWN).status_code == sign_in(PersonFactory()).get(OWN).status_code == 404
    assert sign_in(AdminFactory()).get(OWN).status_code == 404
    assert lines(sign_in(ingrid).get(OWN).text)[1].startswith("+10")
    for reader in (client, sign_in(PersonFactory())):
        assert OWN not in reader.get("/@sanfox").text


def test_the_address_is_that_of_the_person(client, ingrid):
    assert client.get("/@nobody-here/reputation").status_code == 404
    moved = client.get("/@SanFox/reputation")
    assert (moved.status_code, moved.location) == (301, OWN)
    assert f'href="{OWN}"' in client.get("/@sanfox").text
    assert "boards" in handles.RESERVED


def test_an_empty_page_says_how_points_come(client, sign_in, marta):
    assert "when they find a question or an answer helpful" in client.get(OPEN).text
    assert "Find a question to answer" in sign_in(marta).get(OPEN).text
    assert '<span class="count">1</span>' in client.get(OPEN).text


def enter(person, post, count, at):
    """Lines of the ledger, an hour apart, the first one at `at`."""
    with write():
        for number in range(count):
            entry = ReputationEntry(person_id=person.id, post_id=post.id, kind="answer_up_voted", points=10)
            entry.at, entry.round, entry.actor_id = at + timedelta(hours=number), number + 1, post.author_id
            db.session.add(entry)


@pytest.mark.both_databases
def test_older_points_follow_by_key(client, answer, ingrid):
    enter(ingrid, answer, 60, MORNING)
    first = client.get(OWN).text
    onwards = re.search(r'href="(/@sanfox/reputation\?after=[^"]+)" rel="next"', first)
    assert onwards is not None
    second = client.get(onwards[1].replace("&amp;", "&")).text

    count = [sum(line.startswith("+10") for line in lines(page)) for page in (first, second)]
    assert count == [50, 10]
    assert "(more of this day may stand on the page before)" in second
    assert "(more of this day" not in first
    assert 'rel="next"' not in second
    assert client.get(f"{OWN}?after=nonsense").status_code == 400


@pytest.mark.parametrize("is_own", [True, False])
def test_many_points_take_as_many_queries_as_few(client, sign_in, queries, ingrid, answer, is_own):
    browser = sign_in(ingrid) if is_own else client
    enter(ingrid, answer, 3, MORNING)
    vote(answer, 1, by=ExpertFactory())
    vote(answer, 1, by=PersonFactory())
    browser.get(OWN)
    with queries() as few:
        browser.get(OWN)
    for number in range(8):
        another = AnswerFactory(author=ingrid)
        vote(another, 1, by=ExpertFactory())
        vote(another, 1, by=PersonFactory())
        with write():
            entry = ReputationEntry(person_id=ingrid.id, post_id=another.id, kind="answer_up_voted", points=10)
            entry.at, entry.round, entry.actor_id = MORNING - timedelta(days=number), 90, another.author_id
            db.session.add(entry)
    with queries() as many:
        browser.get(OWN)

    assert len(many) == len(few)
    assert len(many) <= (22 if is_own else 9)


def test_the_rules_are_those_that_count(client, ingrid, monkeypatch):
    """The table is read from where the points are kept, so it cannot say something else."""
    page, rules = client.get(OWN).text, newest()
    assert f"rules of version {rules.version}" in page
    assert f"{rules.whole_votes} times in {rules.repeated_within.days} days" in page
    for kind, worth in rules.points.items():
        star = " *" if rules.is_capped(kind, worth) else ""
        assert f'{CAUSES[kind].others}</th><td class="number">{points_words(worth)}{star}</td>' in page
    points, days = {**rules.points, "answer_accepted": 17}, timedelta(days=60)
    newer = replace(rules, version=rules.version + 1, points=points, repeated_within=days, most_a_day=150)
    monkeypatch.setitem(RULES, newer.version, newer)
    page = client.get(OWN).text
    assert 'Accepted as the answer</th><td class="number">+17</td>' in page
    assert f"rules of version {newer.version}" in page
    assert "times in 60 days" in page
    assert "Of these, 150 points a day count" in page


@pytest.mark.pure
def test_everything_that_can_happen_has_words():
    assert set(CAUSES) == {kind for rules in RULES.values() for kind in rules.points}
    assert set(REVERSALS) == set(Reason)
    assert (
        reversal_words("answer_accepted", Reason.TAKEN_BACK, is_own=False) == "Taken back: whoever did it withdrew it"
    )
    rules = newest()
    assert [points_words(10, rules.share_of(nth)) for nth in (3, 4, 5, 6)] == ["+10", "+5", "+3.3", "+2.5"]
    assert [points_words(one) for one in (0, -2, 1200)] == ["+0", "−2", "+1,200"]
    assert share_words(rules.share_of(3), rules.version) == ""
    assert share_words(rules.share_of(4), rules.version).endswith(
        f"{rules.repeated_within.days} days: half of it counts"
    )
    assert share_words(rules.share_of(12), rules.version).endswith("one in 10 of it counts")


def test_what_ones_points_allow_is_ones_own_to_read(client, sign_in, marta):
    assert 'id="privileges"' not in sign_in(marta).get(OPEN).text
    hold(PRIVILEGES=Privileges.YOUNG)
    with write():
        db.session.add(ReputationTotal(person_id=marta.id, points=19))
    page = sign_in(marta).get(OPEN).text

    assert "you may, from 8 points on" in page
    assert "from 20 points on; 1 point to go" in page
    assert "from 125 points on; 106 points to go" in page
    assert 'id="privileges"' not in client.get(OPEN).text


def test_the_worker_brings_points_to_the_page(client, answer):
    """Nothing is delivered by hand here: what the site does after a vote is enough."""
    voter = PersonFactory()
    with write():
        found, thread = db.session.get_one(Post, answer.id), db.session.get_one(Question, answer.question_id)
        questions.vote_on(found, thread, 1, by=db.session.get_one(Person, voter.id))
    run_once()

    assert lines(client.get(OWN).text)[1].startswith("+10")
