"""The companies that an expert knows: their own ties, no people, and what is quiet is not for sales."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.affinity.actions import keep_snapshots, measure
from app.jobs.alerts import settle_alerts
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.actions import grant_role
from app.people.models import Person, Role
from app.questions.actions import withhold_company
from app.questions.models import Question
from tests.affinity.community import busy_people
from tests.affinity.snapshots import report_says
from tests.support.client import signed_in
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
PAGE = "/desk/companies"
QUIET = "Nothing was heard from them for four months"


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture
def expert() -> Person:
    return ExpertFactory(handle="sanfox", at=NOW - timedelta(days=300))


def snapshot() -> None:
    deliver_pending()
    with write():
        keep_snapshots(measure(NOW))
    settle_alerts()


def known(expert: Person, name: str, people: int, days_ago: int = 10) -> list[Person]:
    at = NOW - timedelta(days=days_ago)
    return busy_people(AccountFactory(name=name, at=at), people, at, expert)


def part_of(text: str, name: str) -> str:
    """What the page says of one company."""
    return text.split(f"<h2>{name}</h2>")[1].split("</section>", maxsplit=1)[0]


@pytest.mark.one_database
def test_an_expert_reads_their_own_ties_in_words_without_people(sign_in, expert):
    members = known(expert, "Fernhill Hospitals", 6)
    known(expert, "Marlow Foods", 2, days_ago=40)
    known(ExpertFactory(), "Other Company", 6)
    snapshot()

    text = sign_in(expert).get(PAGE).text

    assert "You know them well, mostly about replication. You last spoke in the week of 9 March" in part_of(
        text, "Fernhill Hospitals"
    )
    assert "You have met. You last spoke in the week of 2 February" in part_of(text, "Marlow Foods")
    assert "Other Company" not in text
    assert not any(one.name in text or one.handle in text for one in members)


@pytest.mark.one_database
def test_with_two_people_it_says_no_more_than_that_they_met(sign_in, expert):
    """However strong the tie of a single person is."""
    (one,) = known(expert, "Marlow Foods", 1)
    for day in range(8):
        question = QuestionFactory(author=one, at=NOW - timedelta(days=day + 1))
        AnswerFactory(question=question, author=expert, accepted=True, at=NOW - timedelta(days=day + 1))
    snapshot()

    assert "You have met." in part_of(sign_in(expert).get(PAGE).text, "Marlow Foods")


@pytest.mark.one_database
def test_what_waits_there_comes_first_and_names_no_withheld_company(sign_in, expert):
    known(expert, "Able Company", 3)
    (asker, other, *_) = known(expert, "Zest Company", 3)
    QuestionFactory(author=asker, title="Which cable goes where in the rack?", at=NOW - timedelta(days=4))
    withheld = QuestionFactory(author=other, title="Why is the second rack so slow?", at=NOW - timedelta(days=4))
    with write():
        db.session.merge(withheld).company_withheld = True
    snapshot()

    text = sign_in(expert).get(PAGE).text

    assert text.index("Zest Company") < text.index("Able Company")
    assert "Which cable goes where in the rack?" in part_of(text, "Zest Company")
    assert "Why is the second rack so slow?" not in text


def test_a_quiet_company_is_told_to_its_expert_and_to_stewards_without_ties(sign_in, expert):
    known(expert, "Silent Company", 3, days_ago=130)
    known(expert, "Lively Company", 3)
    deliver_pending()
    with write():
        keep_snapshots(measure(NOW - timedelta(days=129)))
    snapshot()

    of_expert = sign_in(db.session.get_one(Person, expert.id)).get(PAGE).text
    of_steward = sign_in(StewardFactory()).get(PAGE).text

    assert QUIET in part_of(of_expert, "Silent Company")
    assert QUIET not in part_of(of_expert, "Lively Company")
    assert "Silent Company" in of_steward
    assert "Lively Company" not in of_steward
    assert "You know" not in of_steward.split("<main")[1]


@pytest.mark.one_database
def test_whoever_asked_without_their_company_is_not_given_away_by_its_name(sign_in, expert):
    """Of one answer in that week, the expert would know whose it is."""
    asker = PersonFactory(account=AccountFactory(name="Discreet Company"), at=NOW - timedelta(days=9))
    question = QuestionFactory(author=asker, at=NOW - timedelta(days=8))
    with write():
        withhold_company(db.session.get_one(Question, question.id), withheld=True)
    AnswerFactory(question=db.session.get_one(Question, question.id), author=expert, at=NOW - timedelta(days=7))
    snapshot()

    assert "Discreet Company" not in sign_in(db.session.get_one(Person, expert.id)).get(PAGE).text


@pytest.mark.parametrize("role", [Role.EXPERT, Role.STEWARD])
def test_whoever_works_in_sales_as_well_does_not_read_what_is_quiet(sign_in, expert, role):
    known(expert, "Able Company", 3)
    known(expert, "Silent Company", 3, days_ago=130)
    deliver_pending()
    with write():
        keep_snapshots(measure(NOW - timedelta(days=129)))
    snapshot()
    both = db.session.get_one(Person, expert.id) if role == Role.EXPERT else StewardFactory()
    with write():
        grant_role(db.session.get_one(Person, both.id), Role.SALES)

    text = sign_in(db.session.get_one(Person, both.id)).get(PAGE).text

    assert QUIET not in text
    assert "Quiet for months" not in text
    if role == Role.EXPERT:
        assert text.index("Able Company") < text.index("Silent Company"), "the order tells it too"


@pytest.mark.one_database
@pytest.mark.parametrize("somebody", [PersonFactory, SalesFactory])
def test_members_and_sales_have_no_desk(sign_in, somebody):
    assert sign_in(somebody()).get(PAGE).status_code == 403


def test_an_expert_who_knows_nobody_reads_what_would_be_here(sign_in, expert):
    assert "Nobody yet" in sign_in(expert).get(PAGE).text


@pytest.mark.one_database
def test_the_desk_leads_there(sign_in, expert):
    assert f'href="{PAGE}"' in sign_in(expert).get("/desk").text


def test_many_companies_cost_as_many_queries_as_one(sign_in, expert, queries):
    browser, counts = sign_in(expert), []
    for number in range(4):
        known(expert, f"Company {'abcd'[number]}", 1)
        snapshot()
        if number in {0, 3}:
            with queries() as seen:
                assert browser.get(PAGE).status_code == 200
            counts.append(len(seen))

    assert counts[0] == counts[1]


def test_a_notice_leads_an_expert_to_the_desk_and_sales_to_the_report(sign_in, expert):
    account = AccountFactory(name="Fernhill Hospitals", at=NOW - timedelta(days=20))
    busy_people(account, 3, NOW - timedelta(days=9), expert)
    owner = SalesFactory(looks_after=(account,))
    deliver_pending()
    report_says(account, NOW, change=-12)
    settle_alerts()
    deliver_pending()

    for reader, place in ((expert, PAGE), (owner, f"/sales/accounts/{account.id}")):
        browser = sign_in(reader)
        inbox = browser.get("/inbox").text
        assert "The affinity of Fernhill Hospitals has fallen by ten or more in 90 days" in inbox
        number = inbox.split("The affinity of Fernhill")[0].rsplit("/inbox/", 1)[1].split('"')[0]
        assert browser.get(f"/inbox/{number}").headers["Location"] == place


def test_with_affinity_switched_off_nothing_that_was_measured_is_told(app_with, expert):
    known(expert, "Fernhill Hospitals", 6)
    snapshot()
    off = app_with(affinity_enabled=False)

    for somebody in (expert, StewardFactory()):
        text = signed_in(off, somebody).get(PAGE).text
        assert "The operator has switched off what is counted for companies" in text
        assert "Fernhill" not in text
        assert "Quiet for months" not in text
