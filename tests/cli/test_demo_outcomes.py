"""What the demo's customers buy and ask is told of known companies and people, in an order that can be."""

from collections import Counter

import pytest

from app.cli.demo.content import read_community
from app.cli.demo.outcomes import read_outcomes
from app.introductions.models import Outcome, Wish
from app.introductions.rules import OUTCOME_WITHIN
from app.outcomes import rules
from app.outcomes.models import Channel
from app.outcomes.money import parse_amount

pytestmark = pytest.mark.pure

COMMUNITY = read_community()
PEOPLE = {person.handle: person for person in COMMUNITY.people}
CONTENTS = read_outcomes()


@pytest.mark.parametrize("entry", CONTENTS["opportunity"], ids=lambda entry: entry["name"])
def test_an_opportunity_could_have_been_typed(entry):
    assert entry["account"] in {account.key for account in COMMUNITY.accounts}
    assert rules.clean_name(entry["name"]) == entry["name"]
    assert parse_amount(entry.get("amount", ""), entry["currency"]) != 0
    ends = entry.get("closed", -1)
    days = [day for day, *_ in (*entry.get("stages", ()), *entry.get("touches", ()))]
    assert all(entry["opened"] <= day <= ends for day in days)
    assert [day for day, _ in entry.get("stages", ())] == sorted(day for day, _ in entry.get("stages", ()))
    assert {channel for _, channel, _ in entry.get("touches", ())} <= set(Channel)
    assert ("closed" in entry) == ("result" in entry)


def test_enough_is_closed_to_speak_of_all_and_one_waits_for_its_reason():
    closed = [entry for entry in CONTENTS["opportunity"] if "closed" in entry]

    assert len(closed) >= 10
    assert Counter("reason" in entry for entry in closed)[False] == 1
    assert len({entry["account"] for entry in closed if entry["result"] == "won"}) >= 3


def test_one_request_is_open_for_too_long_and_one_has_ended():
    waiting, ended = CONTENTS["request"]

    assert -waiting["asked"] > OUTCOME_WITHIN.days
    assert ended["outcome"] in set(Outcome)
    for request in CONTENTS["request"]:
        assert request["wish"] in set(Wish)
        assert PEOPLE[request["person"]].account
        assert PEOPLE[request["person"]].joined.days < request["asked"]


def test_sales_and_somebody_else_have_signed():
    signed = CONTENTS["definition"]

    assert PEOPLE[signed["sales"][1]].role == "sales"
    assert PEOPLE[signed["marketing"][1]].role not in {None, "sales"}
