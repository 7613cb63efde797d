"""Two reports, and a reader who takes one from the other: what one person did must not come out.

The reader knows both reports, and everything that everybody else did.
"""

from dataclasses import asdict, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.affinity.figures import Figures
from app.affinity.report import AccountHistory, Made, make
from app.affinity.score import Event
from tests.affinity.histories import NOON

pytestmark = pytest.mark.pure

WEEK = timedelta(days=7)
KINDS = ["ask", "comment", "accept", "solved_note", "met", "peer_answer", "peer_accepted", "article", "correction"]
TAGS = {f"{person} {tag}": [tag] for person in [*"abcdefghij", "new"] for tag in ("storage", "network")}
# These are the score itself, and move with everybody.
OF_THE_SCORE = {"affinity", "change", "parts"}
# Without five active people these are empty; who is active is of the moment.
NEEDS_FIVE = {"risk", "rests_on_one", "topics", "topics_withheld", "ways", "ways_withheld", "ties"}
IN_FIVES = ("helped", "posts", "meetings", "corrections", "articles")


@st.composite
def deeds(draw: st.DrawFn, *, person: str, days: tuple[int, int], most: int = 6) -> list[Event]:
    """What one person did between so many days before noon: on a topic or none, with an expert or none."""
    found = []
    for number in range(draw(st.integers(0, most))):
        at = NOON - timedelta(days=draw(st.integers(*days)), minutes=draw(st.integers(1, 1_000)))
        kind, tag = draw(st.sampled_from(KINDS)), draw(st.sampled_from([None, "storage", "network"]))
        question = f"{person} {tag}" if tag else None
        expert = draw(st.sampled_from([None, "7", "8"])) if kind not in {"ask", "peer_answer", "article"} else None
        found.append(Event(f"{person} {days} {number}", at, person, kind, expert, question))
        if kind == "ask" and question and draw(st.booleans()):
            found.append(
                Event(f"{person} {days} {number}+", at + timedelta(hours=3), person, "expert_answer", "7", question)
            )
    return found


@st.composite
def companies(draw: st.DrawFn) -> list[Event]:
    """A company of three to ten people, each with something that makes them active."""
    found = []
    for person in "abcdefghij"[: draw(st.integers(3, 10))]:
        found.append(Event(f"{person} first", NOON - timedelta(days=20), person, "article", None, f"{person} storage"))
        found += draw(deeds(person=person, days=(8, 200)))
    return found


a_week = deeds(person="new", days=(0, 6))


def made(events: list[Event], *, at: Any = NOON, before: Made | None = None) -> Made:
    shown_until = before.shown_until if before else None
    return make(AccountHistory(events=events, employees=500, tags=TAGS, shown_until=shown_until), at)


def of_people(report: Made) -> dict[str, Any]:
    """Everything in a report but the score."""
    figures = report.report.figures
    assert figures is not None
    return {name: value for name, value in asdict(figures).items() if name not in OF_THE_SCORE}


def hidden(figures: Figures, name: str) -> Any:
    """What a figure says where there are not enough people for a breakdown."""
    if name == "ties":
        return [asdict(replace(tie, about=None)) for tie in figures.ties]
    return {"risk": None, "rests_on_one": False, "topics": [], "ways": []}.get(name, True)


@settings(max_examples=150, deadline=None)
@given(companies(), a_week)
def test_the_report_of_a_week_in_which_one_person_did_anything_says_nothing_new_of_people(company, week):
    """Somebody joins, is answered, opens a topic, makes a tie, or is the fifth of something: it is not seen."""
    before = made(company, at=NOON - WEEK)
    after = made(company + week, before=before)

    assert after.shown_until == before.shown_until
    earlier, later = of_people(before), of_people(after)
    for name, value in later.items():
        assert value == earlier[name] or (
            name in NEEDS_FIVE
            and (value == hidden(after.report.figures, name) or earlier[name] == hidden(before.report.figures, name))
        )


@settings(max_examples=100, deadline=None)
@given(companies(), a_week, a_week)
def test_whatever_one_person_did_in_a_week_the_report_says_the_same_of_people(company, one_week, another_week):
    before = made(company, at=NOON - WEEK)
    one, another = (made(company + week, before=before) for week in (one_week, another_week))
    assume((len(one.active) < 5) == (len(another.active) < 5))

    assert of_people(one) == of_people(another)


@settings(max_examples=60, deadline=None)
@given(companies(), st.lists(st.sampled_from([*"abcdefghij", "new"]), min_size=1, max_size=12))
def test_between_two_reports_that_differ_in_people_at_least_three_have_taken_part(company, doers):
    """One report after each deed; a deed a day."""
    deeds_of = [Event(f"deed {day}", NOON + timedelta(days=day), who, "met", "9") for day, who in enumerate(doers)]
    reports = [made(company)]
    for number, deed in enumerate(deeds_of):
        reports.append(made([*company, *deeds_of[: number + 1]], at=deed.at, before=reports[-1]))

    for earlier, later in pairwise(reports):
        if of_people(earlier)["until"] != of_people(later)["until"]:
            since = [one.person for one in deeds_of if earlier.shown_until < one.at <= later.shown_until]
            assert len(set(since)) >= 3


@settings(max_examples=100, deadline=None)
@given(companies(), st.sampled_from(["ask", "peer_answer", "met", "comment", "article", "correction"]))
def test_beside_others_one_deed_moves_a_count_by_one_step_of_five_or_not_at_all(company, kind):
    """Where three others took part too, the report does move; one deed is then lost among five."""
    with_deed = made([*company, Event("deed", NOON - timedelta(hours=1), "a", kind)])
    without = made(company)

    for name in IN_FIVES:
        # What fewer than three people did is not counted at all.
        assert of_people(without)[name] in {of_people(with_deed)[name], of_people(with_deed)[name] - 5, 0}


@settings(max_examples=100, deadline=None)
@given(companies(), deeds(person="new", days=(0, 100), most=4))
def test_whoever_is_counted_no_more_takes_at_most_one_step_of_each_count_with_them(company, theirs):
    """Four deeds of a person are a usual quarter; what was measured again lacks them altogether."""
    counted, not_counted = made(company + theirs), made(company)

    for name in IN_FIVES:
        assert of_people(not_counted)[name] in {of_people(counted)[name], of_people(counted)[name] - 5, 0}


def test_a_topic_does_not_appear_because_a_fifth_person_speaks_of_it():
    """The case that a threshold alone gives away: four spoke of a topic, one person came, and there it is."""
    many = [Event(f"{p} storage", NOON - timedelta(days=20), p, "ask", None, f"{p} storage") for p in "abcdefghi"]
    four = [Event(f"{p} network", NOON - timedelta(days=20), p, "ask", None, f"{p} network") for p in "abcd"]
    fifth = [Event("new network", NOON - timedelta(days=1), "new", "ask", None, "new network")]
    before = made(many + four, at=NOON - WEEK)

    after = made(many + four + fifth, before=before)

    assert [topic["name"] for topic in of_people(made(many + four + fifth))["topics"]] == ["network", "storage"]
    assert of_people(before)["topics"] == of_people(after)["topics"] == []


def test_an_expert_does_not_appear_because_one_person_spoke_with_them():
    company = [Event(f"{p} first", NOON - timedelta(days=20), p, "comment", "7") for p in "abc"]
    before = made(company, at=NOON - WEEK)

    after = made([*company, Event("new", NOON - timedelta(days=1), "new", "met", "8")], before=before)

    assert [tie["expert_id"] for tie in of_people(after)["ties"]] == [7]
