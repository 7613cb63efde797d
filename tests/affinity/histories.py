"""Histories for the tests of the score: the worked example, and a strategy that makes any other."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.affinity.score import WEIGHTS, Event

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)

# Ana's question was answered after a day and accepted; Ben's at once; Cho's has been left open.
WORKED_EXAMPLE = [
    Event("1", NOON - timedelta(days=180), "ana", "ask", question="q1"),
    Event("2", NOON - timedelta(days=179), "ana", "expert_answer", "sanfox", "q1"),
    Event("3", NOON - timedelta(days=179), "ana", "accept", "sanfox", "q1"),
    Event("4", NOON, "ben", "ask", question="q2"),
    Event("5", NOON, "ben", "expert_answer", "sanfox", "q2"),
    Event("6", NOON, "ben", "comment", "sanfox", "q2"),
    Event("7", NOON, "cho", "article"),
    Event("8", NOON - timedelta(days=90), "cho", "ask", question="q3"),
]

PEOPLE = ("ana", "ben", "cho", "dov")
EXPERTS = (None, "sanfox", "netowl", "rackfox")
QUESTIONS = (None, "q1", "q2", "q3", "q4", "q5")


def moments(oldest: timedelta = timedelta(days=800), youngest: timedelta = timedelta(days=-3)) -> st.SearchStrategy:
    """Moments between `oldest` and `youngest` before noon, by the minute; a negative age lies ahead."""
    minutes = st.integers(youngest // timedelta(minutes=1), oldest // timedelta(minutes=1))
    return minutes.map(lambda age: NOON - timedelta(minutes=age))


def events(kinds: list[str] | None = None, ids: st.SearchStrategy | None = None) -> st.SearchStrategy[Event]:
    """One event of a few people, experts and questions, sensible or not."""
    return st.builds(
        Event,
        id=st.uuids().map(str) if ids is None else ids,
        at=moments() | moments(oldest=timedelta(days=5)),
        person=st.sampled_from(PEOPLE),
        kind=st.sampled_from(kinds or list(WEIGHTS)),
        expert=st.sampled_from(EXPERTS),
        question=st.sampled_from(QUESTIONS),
    )


def _all_different(bare: list[Event]) -> list[Event]:
    return [
        Event(f"{place}", event.at, event.person, event.kind, event.expert, event.question)
        for place, event in enumerate(bare)
    ]


histories = st.lists(events(ids=st.just("")), max_size=25).map(_all_different)
sizes = st.none() | st.integers(0, 200_000)
