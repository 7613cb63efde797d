"""A second reading of the formula, definition by definition, agrees with the first on every history.

It is written from the text alone and as plainly as it goes: one loop for each definition, no sum that serves two, no
care for speed.
"""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.affinity.history import History, as_data, score_text
from app.affinity.score import Event, Weighed
from tests.affinity.histories import NOON, events, sizes

pytestmark = pytest.mark.pure

TOLERANCE = 1e-6
DAY = 86_400.0
# kind: breadth, expert to customer, customer to expert, advocacy
TABLE = """
    ask              2 0 0 0
    comment          1 0 1 0
    accept           1 0 2 0
    solved_note      1 0 1 0
    expert_answer    0 3 0 0
    expert_comment   0 1 0 0
    expert_followup  0 1 0 0
    met              2 2 2 0
    correction       2 0 3 1
    peer_answer      3 0 0 2
    peer_accepted    0 0 0 3
    article          4 0 0 4
    invite_joined    1 0 0 2
"""
WEIGHTS = {line.split()[0]: [int(number) for number in line.split()[1:]] for line in TABLE.strip().splitlines()}
BREADTH, OUT, IN, ADVOCACY = range(4)


class SecondReading:
    """Section by section: the events that count, the sums, and the formulas."""

    def __init__(self, history, now, employees):
        self.now = now.timestamp()
        self.s = max(1, (500 if employees is None else employees) / 50) ** 0.30
        self.events = {}
        for event in sorted(history, key=lambda e: (e.at, e.kind, e.person, e.expert or "", e.question or "")):
            if event.at.timestamp() <= self.now and event.id not in self.events:
                self.events[event.id] = event
        self.events = list(self.events.values())
        self.people = sorted({event.person for event in self.events})
        self.experts = sorted({event.expert for event in self.events if event.expert is not None})

    def fading(self, at):
        return 2 ** (-(self.now - at) / (180 * DAY))

    def u(self, x, tau):
        return 1 - 2 ** (-x / tau) if x > 0 else 0

    def summed(self, column, person, expert=None):
        by_day = {}
        for event in self.events:
            if event.person == person and (expert is None or event.expert == expert):
                day = event.at.astimezone(UTC).strftime("%Y-%m-%d")
                by_day[day] = by_day.get(day, 0) + WEIGHTS[event.kind][column]
        x = 0
        for day in sorted(by_day):
            noon = datetime.fromisoformat(day + "T12:00:00+00:00").timestamp()
            x += min(8, by_day[day]) * self.fading(min(noon, self.now))
        return x

    def b(self, person):
        return self.u(self.summed(BREADTH, person), 4)

    def v(self, person):
        return self.u(self.summed(ADVOCACY, person), 4)

    def d(self, person):
        ties = [self.u(self.summed(OUT, person, e) + self.summed(IN, person, e), 4) for e in self.experts]
        return self.u(sum(ties), 1)

    def r(self, person):
        both = [self.u(self.summed(OUT, person, e), 3) * self.u(self.summed(IN, person, e), 3) for e in self.experts]
        return self.u(sum(math.sqrt(product) for product in both), 1)

    def question(self, name):
        """Who asked it when, how long the first answer of an expert took, and whether it is solved."""
        about = [event for event in self.events if event.question == name]
        asks = sorted((event.at.timestamp(), event.id, event.person) for event in about if event.kind == "ask")
        if not asks:
            return None
        asked_at, _, asker = asks[0]
        waits = [max(0, event.at.timestamp() - asked_at) for event in about if event.kind == "expert_answer"]
        solved = any(event.kind in ("accept", "solved_note") for event in about)
        return asker, asked_at, min(waits, default=math.inf), solved

    def questions(self):
        names = sorted({event.question for event in self.events if event.question is not None})
        return [found for found in map(self.question, names) if found is not None]

    def is_overdue(self, question):
        _, asked_at, wait, solved = question
        return wait == math.inf and not solved and self.now - asked_at > 72 * 3600

    def q(self, person):
        credit = debt = 0
        for question in self.questions():
            asker, asked_at, wait, solved = question
            if asker == person:
                credit += self.fading(asked_at) * (0.5 * 2 ** (-wait / DAY) + 0.5 * solved)
                debt += 0.5 * self.fading(asked_at) if self.is_overdue(question) else 0
        return self.u(max(0, credit - debt), 1)

    def parts(self):
        return {
            "breadth": 25 * self.u(sum(map(self.b, self.people)), 2 * self.s),
            "depth": 30 * self.u(sum(map(self.d, self.people)), 2 * self.s),
            "reciprocity": 15 * self.u(sum(map(self.r, self.people)), 1.5 * self.s),
            "responsiveness": 15 * self.u(sum(map(self.q, self.people)), 2 * self.s),
            "advocacy": 15 * self.u(sum(map(self.v, self.people)), 1 * self.s),
        }

    def result(self):
        parts = self.parts()
        return {
            "score": sum(parts.values()),
            "parts": parts,
            "active_people": sum(self.b(person) >= 0.1 for person in self.people),
            "overdue": sum(map(self.is_overdue, self.questions())),
        }


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
