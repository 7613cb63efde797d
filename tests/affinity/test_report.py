"""What the report of one account says, and what it keeps to itself."""

from datetime import timedelta

import pytest

from app.affinity.figures import Figures, Report, Service, from_text, to_text
from app.affinity.report import AccountHistory, make
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


def figures_of(events: list[Event], tags: dict[str, list[str]] | None = None) -> Figures:
    figures = report_of(events, tags).figures
    assert figures is not None
    return figures


def report_of(events: list[Event], tags: dict[str, list[str]] | None = None) -> Report:
    return make(AccountHistory(events=events, employees=500, tags=tags or {}), NOON).report


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


def test_the_risk_of_the_worked_example_is_ten_percent():
    """Eight people with three answered and accepted questions each in 40 days; three of them helped another company."""
    history = []
    for number in range(24):
        asked, person, question = NOON - timedelta(days=number * 40 / 24), f"p{number // 3}", f"q{number}"
        history += [
            Event(f"ask {number}", asked, person, "ask", None, question),
            Event(f"answer {number}", asked, person, "expert_answer", "7", question),
            Event(f"accept {number}", asked, person, "accept", "7", question),
        ]
    helped = [Event(f"help {number}", NOON - timedelta(days=10), f"p{number}", "peer_answer") for number in range(3)]

    figures = figures_of(history + helped)

    assert (figures.affinity, figures.risk, figures.rests_on_one) == (53, 10, False)


def test_one_person_on_whom_more_than_half_rests_is_noticed():
    loud = [
        Event(f"loud {day} {kind}", NOON - timedelta(days=day), "loud", kind, "7")
        for day in range(60)
        for kind in ("article", "comment", "met")
    ]
    quiet = [Event(f"quiet {number}", NOON - timedelta(days=100), f"p{number}", "comment", "7") for number in range(4)]

    figures = figures_of(loud + quiet)

    assert figures.rests_on_one
    assert figures.risk is not None
    assert figures.risk > 50


def test_service_says_nothing_where_fewer_than_three_people_asked():
    listeners = [Event(f"comment {number}", NOON, f"c{number}", "comment", "7") for number in range(4)]
    many = [
        Event(f"more {number}", NOON - timedelta(days=number), f"p{number % 2}", "ask", None, f"more {number}")
        for number in range(12)
    ]

    assert figures_of(listeners + people(2) + many).service == Service(
        asked=0, solved=0, solve_rate=None, first_answer_hours=None
    )


def test_hours_are_told_in_halves_and_only_of_three_people_whom_an_expert_answered():
    unanswered = [event for event in people(6) if not (event.kind == "expert_answer" and event.person > "p1")]

    assert figures_of(people(6)).service.first_answer_hours == 2.0
    assert figures_of(unanswered).service.first_answer_hours is None


def test_what_few_people_did_is_not_counted_however_often_they_did_it():
    loud = [Event(f"help {number}", NOON - timedelta(days=1), f"p{number % 2}", "peer_answer") for number in range(30)]
    many = [Event(f"help {number}", NOON - timedelta(days=1), f"p{number % 5}", "peer_answer") for number in range(32)]

    assert (figures_of(people(5) + loud).helped, figures_of(people(5) + many).helped) == (0, 30)


def test_a_tie_says_what_it_is_about_only_where_five_people_and_the_topics_allow_it():
    tags = {f"q{number}": ["storage"] for number in range(6)}

    assert [tie.about for tie in figures_of(people(6), tags).ties] == ["storage"]
    assert [tie.about for tie in figures_of(people(4), tags).ties] == [None]
    assert [tie.about for tie in figures_of(people(6), tags | {"q5": ["network"]}).ties] == [None]


def test_the_ways_in_which_they_met_us_are_told_where_five_people_stand_behind_each():
    one_helped = [Event("help", NOON, "p0", "peer_answer")]

    assert figures_of(people(6)).ways == ["accepted answers", "questions"]
    # Exactly one way is too rare, so the next rarest goes with it; of two that are equal, the first by name.
    figures = figures_of(people(6) + one_helped)
    assert (figures.ways, figures.ways_withheld) == (["questions"], True)
    assert figures_of(people(4)).ways == []


def test_the_week_of_what_was_taken_up_by_others_is_told_without_the_day():
    taken_up = Event("up", NOON - timedelta(days=3), "p1", "peer_accepted")
    only_answered = Event("help", NOON - timedelta(days=3), "p1", "peer_answer")

    assert figures_of([*people(3), taken_up]).gave_in_week == "2026-03-16"
    assert figures_of([*people(3), only_answered]).gave_in_week is None


def test_all_but_the_affinity_waits_until_three_people_have_taken_part():
    """What the report showed last looked to ten days ago; since then two people, then three have done something."""
    until = NOON - timedelta(days=5)
    since = [Event(f"new {number}", NOON - timedelta(days=1), f"n{number}", "met", "8") for number in range(3)]

    def shown(count: int) -> Figures:
        events = people(6) + since[:count]
        history = AccountHistory(events=events, employees=500, tags={}, shown_until=until)
        figures = make(history, NOON).report.figures
        assert figures is not None
        return figures

    assert [tie.expert_id for tie in shown(2).ties] == [7]
    assert shown(2).until == until.isoformat()
    assert shown(2).affinity > shown(0).affinity
    assert [tie.expert_id for tie in shown(3).ties] == [7, 8]
    assert shown(3).until == NOON.isoformat()


def test_one_person_who_does_something_three_times_is_no_news():
    until = NOON - timedelta(days=5)
    since = [Event(f"new {number}", NOON - timedelta(days=1), "p0", "met", "8") for number in range(3)]
    history = AccountHistory(events=people(6) + since, employees=500, tags={}, shown_until=until)

    assert make(history, NOON).shown_until == until


def test_a_report_without_figures_looks_no_further_than_the_one_before():
    until = NOON - timedelta(days=5)

    assert make(AccountHistory(events=people(2), employees=500, tags={}), NOON).shown_until is None
    assert make(AccountHistory(events=[], employees=500, tags={}, shown_until=until), NOON).shown_until == until


def test_figures_that_stand_still_are_dropped_once_their_time_is_over():
    until = NOON - timedelta(days=91)
    history = AccountHistory(events=people(6, days_ago=95), employees=50, tags={}, shown_until=until)
    figures = make(history, NOON).report.figures

    assert figures is not None
    assert figures.service.solve_rate is None


def test_a_report_of_an_earlier_version_is_still_read():
    earlier = """{"band": "new", "people": "3-4", "confidence": "low", "figures": {"affinity": 12, "change": null,
        "parts": {"breadth": 5, "depth": 3, "reciprocity": 1, "responsiveness": 1, "advocacy": 2},
        "service": {"asked": 4, "solved": 3, "solve_rate": 0.667, "first_answer_hours": 2.3}, "risk": null, "helped": 1,
        "last_contact": "2026-03-09", "ties": [{"expert_id": 7, "word": "weak"}],
        "topics": [{"name": "storage", "people": "5-9", "posts": 12}], "topics_withheld": true}}"""

    figures = from_text(earlier).figures

    assert figures is not None
    assert (figures.ties[0].about, figures.until, figures.posts, figures.returning) == (None, None, 0, None)


def test_a_report_of_a_later_version_is_read_as_far_as_it_is_understood():
    later = to_text(report_of(people(6))).replace('"helped":', '"mood": "fair", "helped":')

    assert from_text(later) == report_of(people(6))
