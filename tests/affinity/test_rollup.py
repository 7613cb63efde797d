"""An account is reported with everything below it: on the union of the events, as large as all of them together."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.actions import set_parent, set_status
from app.accounts.models import Account, Membership, Status
from app.affinity import histories
from app.affinity.actions import measure
from app.affinity.score import score
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import Person
from tests.affinity.community import busy_people
from tests.support.factories import AccountFactory, QuestionFactory

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = START + timedelta(days=10)
DAY = timedelta(days=1)


def company(people: int, *, size: str | None = "s", above: Account | None = None) -> Account:
    account = AccountFactory(size_band=size, at=START - DAY)
    if above is not None:
        with write():
            set_parent(db.session.get_one(Account, account.id), db.session.get_one(Account, above.id))
    busy_people(account, people, START)
    deliver_pending()
    return account


def five_companies() -> list[int]:
    top = company(2, size="m")
    middle = company(3, above=top)
    made = [top, middle, company(1, size=None, above=top), company(2, above=middle), company(2)]
    return [account.id for account in made]


@pytest.fixture
def tree(once) -> list[Account]:
    """A company with two below it, one of which has one below itself; and one apart."""
    return [db.session.get_one(Account, number) for number in once(five_companies)]


def test_a_parent_is_scored_on_the_union_of_events_and_of_sizes(tree):
    measured = {one.account_id: one.score for one in measure(NOW)}
    own = {account.id: histories.events_of(account, NOW) for account in tree}

    top, middle, unknown, lowest, apart = (account.id for account in tree)

    def events_below(*ids: int) -> list:
        return list({event.id: event for number in ids for event in own[number]}.values())

    assert [measured[number].active_people for number in (top, middle, unknown, lowest, apart)] == [8, 5, 1, 2, 2]
    assert measured[top].score == pytest.approx(score(events_below(top), NOW, 2_500 + 250 + 250).score, abs=1e-9)
    assert len(own[top]) == len(events_below(top, middle, unknown, lowest)) == 24
    assert measured[middle].score == pytest.approx(score(events_below(middle, lowest), NOW, 500).score, abs=1e-9)
    assert measured[unknown].score == pytest.approx(score(own[unknown], NOW, None).score, abs=1e-9)


def test_events_of_a_parent_score_to_its_snapshot(app, tree, travel_to):
    travel_to(NOW)
    (top, *_) = tree
    run = app.test_cli_runner().invoke
    printed = run(args=["affinity", "events", "--account", str(top.id)]).output
    scored = json.loads(run(args=["affinity", "score", "-"], input=printed).output)

    (measured,) = [one for one in measure(NOW) if one.account_id == top.id]

    assert json.loads(printed)["employees"] == 3_000
    assert scored["score"] == pytest.approx(measured.score.score, abs=1e-9)
    assert scored["active_people"] == 8


def test_sizes_that_are_not_known_are_left_out_and_none_is_known_where_all_are():
    top = company(1, size=None)
    below = company(1, size=None, above=top)
    assert histories.employees_of([top.id, below.id]) is None

    company(1, size="l", above=below)
    assert dict(histories.histories(NOW))[top.id].employees == 25_000


def test_somebody_of_two_companies_of_one_tree_is_one_person():
    top = AccountFactory(at=START - DAY)
    below = company(1, above=top)
    with write():
        membership = db.session.query(Membership).one()
        person = membership.person_id
        membership.until = START + DAY
        db.session.flush()
        db.session.add(Membership(person_id=person, account_id=top.id, since=START + DAY))
    QuestionFactory(author=db.session.get_one(Person, person), at=START + 2 * DAY)
    deliver_pending()

    assert {one.account_id: one.score.active_people for one in measure(NOW)} == {top.id: 1, below.id: 1}
    assert len(histories.events_of(top, NOW)) == 4


def test_a_partner_is_measured_as_everybody_else(tree):
    with write():
        set_status(db.session.get_one(Account, tree[-1].id), Status.PARTNER)

    assert {one.account_id for one in measure(NOW)} == {account.id for account in tree}


@pytest.mark.one_database
@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_portions_make_no_difference(tree, monkeypatch, at_once):
    whole = {one.account_id: one.score for one in measure(NOW)}
    monkeypatch.setattr(histories, "EVENTS_AT_ONCE", at_once)
    monkeypatch.setattr(histories, "ACCOUNTS_AT_ONCE", at_once)

    assert {one.account_id: one.score for one in measure(NOW)} == whole
