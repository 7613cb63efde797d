"""A second reading of the formula, definition by definition, agrees with the first on every history."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.affinity.history_file import History, as_data, score_text
from app.affinity.score import Event, Weighed
from tests.affinity.histories import NOON, events, sizes
from tests.affinity.second_reading import WEIGHTS, SecondReading

pytestmark = pytest.mark.pure

TOLERANCE = 1e-6


def assert_same(found, expected):
    assert found["score"] == pytest.approx(expected["score"], abs=TOLERANCE)
    assert found["parts"] == pytest.approx(expected["parts"], abs=TOLERANCE)
    assert (found["active_people"], found["overdue"]) == (expected["active_people"], expected["overdue"])


many = settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
# Few ids, so that the same id comes twice, with the same content or another.
odd_histories = st.lists(events(ids=st.sampled_from([f"{n}" for n in range(40)])), max_size=30)


@many
@given(odd_histories, sizes)
def test_both_readings_agree(history, employees):
    printed = score_text(json.dumps(as_data(History(now=NOON, employees=employees, events=tuple(history)))))

    assert_same(printed, SecondReading(history, NOON, employees).result())


@st.composite
def conversations(draw):
    """Questions that are asked, answered, accepted and followed up much as on the site, with odd hours and zones."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        person, expert = draw(st.sampled_from("abcd")), draw(st.sampled_from(["sanfox", "netowl"]))
        zone = timezone(timedelta(minutes=15 * draw(st.integers(-48, 56))))
        at = NOON - timedelta(seconds=draw(st.integers(-86_400, 400 * 86_400)))
        found.append(Event(f"ask {number}", at.astimezone(zone), person, "ask", None, f"q{number}"))
        for kind in draw(st.lists(st.sampled_from([kind for kind in WEIGHTS if kind != "ask"]), max_size=6)):
            at += timedelta(seconds=draw(st.sampled_from([-1, 0, 1, 3_600, 86_399, 86_400, 259_200, 259_201])))
            name = draw(st.sampled_from([expert, expert, None]))
            found.append(Event(f"{kind} {len(found)}", at.astimezone(zone), person, kind, name, f"q{number}"))
    return found


@many
@given(conversations(), sizes, st.sampled_from([0, 1, 43_199, 43_200, 86_400 * 90]))
def test_both_readings_agree_on_what_people_say_to_each_other(history, employees, seconds):
    now = NOON + timedelta(seconds=seconds)

    found = Weighed(history).score(now, employees)

    expected = SecondReading(history, now, employees).result()
    assert found.score == pytest.approx(expected["score"], abs=TOLERANCE)
    assert (found.active_people, found.overdue) == (expected["active_people"], expected["overdue"])


def at_noon(kind, expert=None, question=None, person="ana", days=0.0):
    return Event(
        f"{kind} {expert} {question} {person} {days}", NOON - timedelta(days=days), person, kind, expert, question
    )


ASK = at_noon("ask", None, "q", days=9)
ODD = {
    "nothing": [],
    "an answer to a question that nobody asked": [at_noon("expert_answer", "sanfox", "q")],
    "an answer without an expert": [ASK, at_noon("expert_answer", None, "q", days=8)],
    "an answer about no question": [ASK, at_noon("expert_answer", "sanfox", days=8)],
    "answered before it was asked": [ASK, at_noon("expert_answer", "sanfox", "q", days=20)],
    "asked twice": [ASK, at_noon("ask", None, "q", days=2), at_noon("expert_answer", "sanfox", "q", days=1)],
    "asked by two people": [ASK, at_noon("ask", None, "q", "ben", days=2), at_noon("accept", None, "q", days=1)],
    "accepted by somebody else": [ASK, at_noon("accept", "sanfox", "q", "ben")],
    "solved for somebody else": [ASK, at_noon("solved_note", None, "q", "ben")],
    "two questions at the same instant": [ASK, replace(ASK, id="other", question="q2")],
    "what lies ahead": [ASK, at_noon("expert_answer", "sanfox", "q", days=-1), at_noon("article", days=-0.001)],
    "an id with two contents": [ASK, replace(ASK, kind="article"), replace(ASK, at=NOON, question="q3")],
    "a question without a name": [at_noon("ask", days=9), at_noon("accept", "sanfox", days=8)],
    "the same day in two zones": [
        replace(at_noon("comment", "sanfox", days=number / 6), at=(NOON - timedelta(hours=4 * number)).astimezone(zone))
        for number, zone in enumerate([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))] * 3)
    ],
}


@pytest.mark.parametrize("name", ODD)
def test_both_readings_agree_on_what_is_odd(name):
    for employees in (None, 0, 50, 51, 100_000):
        printed = score_text(json.dumps(as_data(History(now=NOON, employees=employees, events=tuple(ODD[name])))))
        assert_same(printed, SecondReading(ODD[name], NOON, employees).result())


@many
@given(odd_histories, sizes, st.sampled_from(["ana", "ben", "nobody"]), st.integers(0, 200))
def test_a_history_weighed_once_scores_as_one_weighed_each_time(history, employees, person, days):
    weighed, then = Weighed(history), NOON - timedelta(days=days)
    seen = weighed.score(NOON, employees)

    assert weighed.score(then, employees) == Weighed(history).score(then, employees)
    once = {event.id: event for event in reversed(Weighed(history).events(datetime.max.replace(tzinfo=UTC)))}.values()
    others = [event for event in once if event.person != person]
    assert weighed.score(NOON, employees, without=person) == Weighed(others).score(NOON, employees)
    assert weighed.score(NOON, employees) == seen
