"""Rows of dumps of different years, as plain values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.importing import records
from app.cli.importing.records import TOO_LONG, Unusable, moment, whole_number

pytestmark = pytest.mark.pure

TAKERS = [records.post, records.user, records.comment, records.version, records.vote, records.link]
NAMES = [
    "Id",
    "PostId",
    "PostTypeId",
    "VoteTypeId",
    "PostHistoryTypeId",
    "CreationDate",
    "Text",
    "Title",
    "OwnerUserId",
]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2016-12-06T17:10:44.557", "2016-12-06T17:10:44.557000+00:00"),
        ("2010-08-25T19:50:51", "2010-08-25T19:50:51.000000+00:00"),
        ("2023-03-05T23:59:59.1234567", "2023-03-05T23:59:59.123456+00:00"),
        ("2023-03-05T12:00:00Z", "2023-03-05T12:00:00.000000+00:00"),
        ("2023-03-05T12:00:00+02:00", "2023-03-05T10:00:00.000000+00:00"),
        ("2016-12-06", "2016-12-06T00:00:00.000000+00:00"),
        ("", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59", None),
        ("2016-13-45T99:00:00", None),
    ],
)
def test_dates_with_and_without_fractions_and_impossible_ones(written, read):
    assert moment({"CreationDate": written}) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("17", 17),
        ("-1", -1),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", None),
        ("1" * 400, None),
        ("1.5", None),
        ("٣", None),
        ("1_000", None),
        ("", None),
    ],
)
def test_ids_are_64_bit_numbers(written, read):
    assert whole_number({"Id": written}, "Id") == read


def test_rows_without_what_they_cannot_do_without_are_unusable():
    with pytest.raises(Unusable, match="without a usable Id"):
        records.user({"DisplayName": "Ann"})
    with pytest.raises(Unusable, match="without a usable PostId"):
        records.comment({"Id": "1", "Text": "Hello"})
    with pytest.raises(Unusable, match="neither a question nor an answer"):
        records.post({"Id": "1", "PostTypeId": "5"})
    with pytest.raises(Unusable, match="neither up nor down"):
        records.vote({"Id": "1", "PostId": "1", "VoteTypeId": "8"})


def test_all_but_ids_and_kinds_may_be_missing():
    assert records.user({"Id": "7"}) == (7, "", None)
    assert records.post({"Id": "7", "PostTypeId": "1"})[:2] == (7, 1)
    assert records.comment({"Id": "7", "PostId": "1"}) == (7, 1, None, None, "", "", None)


def test_a_text_that_no_post_could_hold_is_not_carried_along():
    assert records.comment({"Id": "1", "PostId": "1", "Text": "x" * 200_000})[-1] == TOO_LONG


@given(st.sampled_from(TAKERS), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30)))
def test_a_row_is_taken_or_unusable_whatever_it_holds(take, row):
    try:
        values = take(row)
    except Unusable:
        return
    assert all(value is None or isinstance(value, str | int) for value in values)
