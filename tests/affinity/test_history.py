"""Reading and writing histories as JSON."""

import json

import pytest
from hypothesis import given

from app.affinity.history_file import History, HistoryError, as_data, parse, score_text
from app.affinity.score import score
from tests.affinity.histories import NOON, WORKED_EXAMPLE, histories, sizes

pytestmark = pytest.mark.pure

EVENT = {"id": "1", "at": "2026-03-20T12:00:00Z", "person": "ana", "kind": "ask", "expert": None, "question": "q"}
HISTORY = {"now": "2026-03-20T12:00:00Z", "employees": 500, "events": [EVENT]}


def test_a_file_is_scored_without_rounding():
    data = as_data(History(now=NOON, employees=500, events=tuple(WORKED_EXAMPLE)))

    result = score_text(json.dumps(data))

    expected = score(WORKED_EXAMPLE, NOON, 500)
    assert result == {
        "score": expected.score,
        "parts": {
            "breadth": expected.parts.breadth,
            "depth": expected.parts.depth,
            "reciprocity": expected.parts.reciprocity,
            "responsiveness": expected.parts.responsiveness,
            "advocacy": expected.parts.advocacy,
        },
        "active_people": 3,
        "overdue": 1,
        "score_version": "1",
    }


def test_a_list_of_histories_gives_a_list_of_scores():
    assert score_text("[]") == []
    results = score_text(json.dumps([HISTORY, HISTORY | {"employees": None}]))
    assert isinstance(results, list)
    assert [result["active_people"] for result in results] == [1, 1]


def test_absent_fields_are_null():
    event = {field: EVENT[field] for field in ("id", "at", "person", "kind")}

    assert parse({"now": EVENT["at"], "events": [event]}) == parse(
        {"now": EVENT["at"], "employees": None, "events": [event | {"expert": None, "question": None}]}
    )


def test_ids_may_be_numbers_and_times_may_carry_any_zone():
    history = parse(HISTORY | {"events": [EVENT | {"id": 7, "at": "2026-03-20T14:00:00+02:00"}]})

    assert (history.events[0].id, history.events[0].at) == ("7", NOON)


@given(histories, sizes)
def test_what_is_written_reads_back_the_same(history, employees):
    written = History(now=NOON, employees=employees, events=tuple(history))

    assert parse(json.loads(json.dumps(as_data(written)))) == written


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This is not JSON"),
        ("{", "This is not JSON"),
        ("7", "must be an object"),
        ("null", "must be an object"),
        ("[[]]", "History 1 must be an object"),
        ("[" * 200_000, "nested too deeply"),
        ('{"now": NaN}', "NaN is not a number"),
        ('{"now": "2026-03-20T12:00:00Z", "employees": Infinity, "events": []}', "Infinity is not a number"),
        (f'{{"employees": {"9" * 5_000}}}', "too many digits"),
    ],
)
def test_what_is_not_a_history_gets_a_sentence(text, sentence):
    with pytest.raises(HistoryError, match=sentence):
        score_text(text)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"now": None}, "needs a time called “now”"),
        ({"now": 1_750_000_000}, "needs a time called “now”"),
        ({"now": "yesterday"}, "“now” is not a time"),
        ({"now": "2026-03-20T12:00:00"}, "does not say its time zone"),
        ({"now": "2026-03-20"}, "does not say its time zone"),
        ({"now": "0001-01-01T00:00:00+23:00"}, "outside the years 1 to 9999"),
        ({"employees": -1}, "must lie between 0"),
        ({"employees": 10**30}, "must lie between 0"),
        ({"employees": 1e300}, "must lie between 0"),
        ({"employees": 7.5}, "must be a whole number"),
        ({"employees": float("inf")}, "must be a whole number"),
        ({"employees": "500"}, "must be a whole number"),
        ({"employees": True}, "must be a whole number"),
        ({"events": None}, "needs a list called “events”"),
        ({"events": {}}, "needs a list called “events”"),
        ({"events": [[]]}, "event 1 must be an object"),
        ({"events": [EVENT, "ask"]}, "event 2 must be an object"),
        ({"events": [EVENT | {"kind": "visit"}]}, "unknown kind. The kinds are: ask, comment"),
        ({"events": [EVENT | {"kind": ["ask"]}]}, "needs a text called “kind”"),
        ({"events": [EVENT | {"id": None}]}, "needs a text called “id”"),
        ({"events": [EVENT | {"id": ""}]}, "needs a text called “id”"),
        ({"events": [EVENT | {"id": True}]}, "needs a text called “id”"),
        ({"events": [EVENT | {"person": 1.5}]}, "needs a text called “person”"),
        ({"events": [EVENT | {"expert": {"name": "sanfox"}}]}, "needs a text called “expert”"),
        ({"events": [EVENT | {"question": []}]}, "needs a text called “question”"),
        ({"events": [EVENT | {"at": "2026-03-20T12:00:00"}]}, "event 1: “at” does not say its time zone"),
    ],
)
def test_a_wrong_field_is_named_in_a_sentence(change, sentence):
    with pytest.raises(HistoryError, match=sentence) as refused:
        parse(HISTORY | change)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_first_and_the_last_year_can_be_scored(at):
    assert score_text(json.dumps(HISTORY | {"events": [EVENT | {"at": at}]}))
    assert score_text(json.dumps(HISTORY | {"now": at}))
