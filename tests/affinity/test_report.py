"""What the report of one account says, and what it keeps to itself."""

from datetime import timedelta

import pytest

from app.affinity.figures import Report, from_text, to_text
from app.affinity.report import AccountHistory, make_report
from app.affinity.score import Event
from tests.affinity.histories import NOON, WORKED_EXAMPLE

pytestmark = pytest.mark.pure


def people(count: int, *, days_ago: int = 10, first: int = 0) -> list[Event]:
    """So many people who each ask, are answered by expert 7 after two hours, and accept."""
    found = []
    for number in range(first, first + count):
        asked, person, question = NOON - timedelta(days=days_ago, minutes=number), f"p{number}", f"q{number}"
        answered = asked + timedelta(hours=2)
        found += [
            Event(f"ask {number}", asked, person, "ask", None, question),
            Event(f"answer {number}", answered, person, "expert_answer", "7", question),
            Event(f"accept {number}", answered, person, "accept", "7", question),
        ]
    return found


def report_of(events: list[Event], tags: dict[str, list[str]] | None = None) -> Report:
    return make_report(AccountHistory(events=events, employees=500, tags=tags or {}), NOON)[1]


def test_with_two_people_there_is_no_number_at_all():
    report = report_of(people(2), {"q0": ["storage"]})

    assert (report.band, report.people, report.confidence, report.figures) == ("early", "<3", "low", None)


def test_with_three_people_there_are_figures_in_whole_points():
    report = report_of(people(3))

    assert (report.band, report.people, report.confidence) == ("acquainted", "3-4", "low")
    assert report.figures is not None
    assert (report.figures.affinity, report.figures.parts["breadth"]) == (15, 5)
    assert report.figures.last_contact == "2026-03-09"


def test_service_counts_the_last_ninety_days_with_the_caution_small_numbers_need():
    open_one = Event("open", NOON - timedelta(days=1), "p0", "ask", None, "open")
    old_one = Event("old", NOON - timedelta(days=91), "p0", "ask", None, "old")
    figures = report_of([*people(9), open_one, old_one]).figures

    assert figures is not None
    service = figures.service
    assert (service.asked, service.solved, service.solve_rate, service.first_answer_hours) == (10, 5, 0.85, 2.0)


def test_change_is_told_only_if_enough_people_took_part_then_as_well():
    few_then = report_of([*people(2, days_ago=120), *people(3, first=2)]).figures
    enough_then = report_of([*people(3, days_ago=120), *people(3, first=3)]).figures

    assert few_then is not None
    assert enough_then is not None
    assert few_then.change is None
    assert enough_then.change is not None
    assert enough_then.change > 5


def test_the_risk_of_losing_one_person_is_told_from_five_people_on():
    four, five = report_of(people(4)).figures, report_of(people(5)).figures

    assert four is not None
    assert five is not None
    assert four.risk is None
    assert five.risk == 15


def test_ties_are_words_and_only_some_below_three_people():
    history = [*people(4), Event("hello", NOON, "p0", "comment", "9")]
    figures = report_of(history).figures

    assert figures is not None
    assert [(tie.expert_id, tie.word) for tie in figures.ties] == [(7, "strong"), (9, "some")]


def test_a_topic_of_one_person_hides_the_next_smallest_too():
    storage = {f"q{number}": ["storage"] for number in range(5)}
    figures = report_of(people(6), storage | {"q5": ["network"]}).figures

    assert figures is not None
    assert (figures.topics, figures.topics_withheld) == ([], True)


def test_topics_of_five_people_and_more_are_shown_by_buckets():
    tags = {f"q{number}": ["storage", "backup"] for number in range(6)}
    figures = report_of(people(6), tags).figures

    assert figures is not None
    assert [(topic.name, topic.people, topic.posts) for topic in figures.topics] == [
        ("backup", "5-9", 5),
        ("storage", "5-9", 5),
    ]
    assert not figures.topics_withheld


def test_a_report_is_kept_as_text_and_read_back():
    for events in ([], people(2), people(6)):
        report = report_of(events, {"q0": ["storage"]})
        assert from_text(to_text(report)) == report


def test_the_worked_example_is_new_with_low_confidence():
    renamed = [Event(e.id, e.at, e.person, e.kind, "7" if e.expert else None, e.question) for e in WORKED_EXAMPLE]
    report = report_of(renamed)

    assert (report.band, report.confidence) == ("new", "low")
