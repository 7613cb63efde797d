"""Amounts as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import RuleBroken
from app.outcomes.money import DIGITS, MOST, clean_currency, money, parse_amount

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "typed",
    [
        "250000",
        "250,000",
        "250.000",
        "250 000",
        "250\u00a0000",
        "250\u202f000,00",
        "250'000.00",
        "250’000",
        "250,000.00",
        "250.000,00",
        "250000.00",
        "250000,0",
        "EUR 250,000",
        "250 000 eur",
        "２５００００",
    ],
)
def test_the_same_amount_in_many_hands(typed):
    assert parse_amount(typed, "EUR") == 25_000_000


@pytest.mark.parametrize(
    ("typed", "currency", "cents"),
    [
        ("0", "EUR", 0),
        ("1,5", "EUR", 150),
        ("0.99", "USD", 99),
        ("1,234,567.89", "USD", 123_456_789),
        ("1.234.567,89", "EUR", 123_456_789),
        ("2,50,000", "INR", 25_000_000),
        ("1,500", "JPY", 1_500),
        ("12.5", "KWD", 12_500),
        ("1,234.567", "KWD", 1_234_567),
    ],
)
def test_marks_between_thousands_and_before_cents(typed, currency, cents):
    assert parse_amount(typed, currency) == cents


@pytest.mark.parametrize(
    "typed",
    ["-5", "a lot", "1.2.3", "1,2,3.4", "12,34.56", "1e6", "250k", "=1+1", "1.234", ".", ",5,", "5.", "٢٥٠", "1..000"],
)
def test_what_is_no_amount_is_refused_or_read_as_thousands(typed):
    if typed == "1.234":
        assert parse_amount(typed, "EUR") == 123_400
        return
    with pytest.raises(RuleBroken):
        parse_amount(typed, "EUR")


def test_nothing_typed_is_not_known():
    assert parse_amount("  ", "EUR") is None


def test_more_digits_than_the_currency_has_are_refused():
    with pytest.raises(RuleBroken, match="EUR has 2 digits"):
        parse_amount("1.2345", "EUR")
    with pytest.raises(RuleBroken, match="JPY has no digits"):
        parse_amount("1.5", "JPY")


def test_what_nobody_sells_is_refused():
    with pytest.raises(RuleBroken):
        parse_amount("9" * 30, "EUR")


@pytest.mark.parametrize("code", ["", "EU", "EURO", "XTS", "€", "<b>"])
def test_a_currency_is_one_that_is_in_use(code):
    with pytest.raises(RuleBroken):
        clean_currency(code)


def test_a_currency_may_be_typed_small():
    assert clean_currency(" eur ") == "EUR"


@given(amount=st.integers(min_value=0, max_value=MOST), currency=st.sampled_from(sorted(DIGITS)))
def test_what_is_shown_is_read_back_as_the_same(amount, currency):
    assert parse_amount(money(amount, currency), currency) == amount
