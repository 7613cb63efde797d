"""The one sentence about money: a range, and never a cause."""

from datetime import timedelta

import pytest

from app.kernel.db import db, write
from app.outcomes.attribution import RULES
from app.outcomes.models import OtherTouch
from app.outcomes.queries import range_sentence
from app.outcomes.site_total import closed_count
from tests.outcomes.deals import NOW, deal, measured, talk, told
from tests.support.factories import AccountFactory


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


def talking_account(people=("ana", "ben")):
    """An account of which two people talked with us, each in a thread, 80 and 70 days ago; a third one, 60 days ago."""
    account = AccountFactory()
    measured(account)
    for person, days in zip(people, (80, 70, 60), strict=False):
        talk(account, f"{account.id} {person}", NOW - timedelta(days=days))
    return account


def sentence_of(now, **known):
    told()
    return range_sentence(now, **known)


def lost(count):
    silent = AccountFactory()
    for _ in range(count):
        deal(silent, won=False, closed=NOW - timedelta(days=5))


def with_a_call(opportunity, days=7):
    with write():
        touch = OtherTouch(opportunity_id=opportunity.id, channel="sales", at=NOW - timedelta(days=days))
        db.session.add(touch)


def test_it_says_what_closed_and_between_which_amounts_the_rules_put_the_community():
    for _ in range(3):
        with_a_call(deal(talking_account(), amount=30_000_00))
    lost(7)

    assert sentence_of(NOW) == (
        "In the last 12 months, EUR 90,000 was won at companies that had talked with us here before they decided. "
        "Five rules of counting put between EUR 0 and 90,000 of it down to the community. We do not know that the "
        "community caused it: companies that think well of us come here more often, too."
    )


def test_where_all_rules_agree_there_is_one_amount():
    for _ in range(3):
        deal(talking_account(), amount=30_000_00)
    lost(7)

    assert "put EUR 90,000 of it down" in sentence_of(NOW)


def test_nine_are_too_few():
    for _ in range(3):
        deal(talking_account())
    lost(6)
    assert sentence_of(NOW) is None

    lost(1)
    assert sentence_of(NOW)
    assert closed_count(NOW) == 10


def test_two_accounts_could_be_told_from_each_other():
    one, other = talking_account(), talking_account()
    for account in (one, one, other):
        deal(account)
    lost(7)

    assert sentence_of(NOW) is None


def test_only_the_last_twelve_months_count():
    for _ in range(3):
        deal(talking_account())
    lost(6)
    deal(AccountFactory(), won=False, closed=NOW - timedelta(days=366))
    deal(AccountFactory(), won=None, closed=None, opened_at=NOW - timedelta(days=6))

    assert sentence_of(NOW) is None


def test_what_was_lost_or_not_influenced_or_has_no_amount_adds_nothing():
    for _ in range(3):
        deal(talking_account(), amount=1_000_00)
    deal(talking_account(), won=False, amount=500_000_00)
    deal(talking_account(people=("ana",)), amount=500_000_00)
    deal(talking_account(), amount=None)
    lost(4)

    assert "EUR 3,000 was won" in sentence_of(NOW)


def test_currencies_are_never_added_up():
    for _ in range(3):
        deal(talking_account(), amount=1_000_00)
        deal(talking_account(), amount=5_000, currency="JPY")
        deal(talking_account(), amount=7_00, currency="USD")
    lost(1)

    sentence = sentence_of(NOW)

    assert "EUR 3,000, JPY 15,000 and USD 21 were won" in sentence
    assert "put EUR 3,000, and JPY 15,000, and USD 21 of it" in sentence


def test_an_amount_that_is_that_of_one_or_two_accounts_is_not_told():
    """A colleague's only customer who pays in yen would be the yen of the site."""
    for _ in range(3):
        deal(talking_account(), amount=1_000_00)
    for _ in range(2):
        deal(talking_account(), amount=5_000, currency="JPY")
    lost(5)

    assert "JPY" not in sentence_of(NOW)


@pytest.mark.parametrize(("own", "is_told"), [(0, True), (1, False), (2, False), (3, True)])
def test_nobody_finds_a_colleagues_account_by_taking_off_their_own(own, is_told):
    accounts = [talking_account(("ana", "ben", "cho")) for _ in range(3)]
    for account in accounts:
        deal(account, amount=1_000_00)
    lost(7)

    assert bool(sentence_of(NOW, known={account.id for account in accounts[:own]})) is is_told


def test_accounts_of_which_no_amount_is_known_do_not_hide_the_one_that_is():
    deal(talking_account(), amount=1_000_00)
    for _ in range(2):
        deal(talking_account(), amount=None)
    lost(7)

    assert sentence_of(NOW) is None


def test_small_accounts_stand_in_the_total_though_not_on_a_page_of_their_own():
    """Two people each: too few for a page that names the account, counted here."""
    for _ in range(3):
        deal(talking_account(), amount=1_000_00)
    lost(7)

    assert "EUR 3,000" in sentence_of(NOW)


def test_what_no_page_of_ones_own_tells_is_not_told_by_the_total_either():
    """With an amount that dwarfs all others, and days of one's choice, the range would tell what the page does not."""
    told_of = [talking_account(("ana", "ben", "cho")) for _ in range(3)]
    hidden = talking_account()
    for account in told_of:
        deal(account, amount=30_000_00)
    lost(7)
    own = {account.id for account in (*told_of, hidden)}
    before = sentence_of(NOW, known=own)
    deal(hidden, amount=900_000_000_00)

    assert before is not None
    assert sentence_of(NOW, known=own) == before
    assert sentence_of(NOW) != before


def test_the_rules_are_five():
    assert list(RULES) == ["first", "last", "linear", "time decay", "u"]


def test_the_sentence_takes_a_constant_number_of_queries(queries):
    for _ in range(3):
        deal(talking_account())
    lost(7)
    told()
    with queries() as few:
        range_sentence(NOW)
    for _ in range(10):
        deal(talking_account())
    told()
    with queries() as many:
        range_sentence(NOW)

    assert len(many) == len(few) <= 8
