"""The score on histories whose numbers are known."""

from dataclasses import astuple, replace
from datetime import timedelta

import pytest

from app.affinity.score import WEIGHTS, Event, Weighed, saturation, score
from tests.affinity.histories import NOON, WORKED_EXAMPLE

pytestmark = pytest.mark.pure


def test_the_worked_example_comes_out_to_four_decimals():
    result = score(WORKED_EXAMPLE, NOON, 500)

    assert round(result.score, 4) == 12.2785
    assert [round(points, 4) for points in astuple(result.parts)] == [4.8555, 2.5421, 1.1894, 1.2997, 2.3917]
    assert (result.active_people, result.overdue, result.score_version) == (3, 1, "1")
    assert result.ties.keys() == {"sanfox"}
    assert (round(result.ties["sanfox"].strength, 4), result.ties["sanfox"].people) == (0.8527, 2)


# By person: breadth, depth, reciprocity, responsiveness, advocacy.
BY_PERSON = {
    "ana": (0.2292, 0.2169, 0.1571, 0.2289, 0),
    "ben": (0.4054, 0.2929, 0.1996, 0.2929, 0),
    "cho": (0.6087, 0, 0, 0, 0.5),
}
SUMS = (1.2432, 0.5098, 0.3567, 0.5218, 0.5)
HALF_POINTS = (3.9905, 3.9905, 2.9929, 3.9905, 1.9953)
COMPONENTS = (0.1942, 0.0847, 0.0793, 0.0866, 0.1594)


def test_every_value_of_the_worked_example_comes_out_to_four_decimals():
    people = Weighed(WORKED_EXAMPLE).people(NOON)
    values = {name: astuple(share)[:5] for name, share in people.items()}

    assert {name: tuple(round(value, 4) for value in own) for name, own in values.items()} == BY_PERSON
    sums = [sum(column) for column in zip(*values.values(), strict=True)]
    assert tuple(round(total, 4) for total in sums) == SUMS
    components = [saturation(total, half) for total, half in zip(sums, HALF_POINTS, strict=True)]
    assert tuple(round(component, 4) for component in components) == COMPONENTS
    assert [round(tie, 4) for tie in (people["ana"].ties["sanfox"], people["ben"].ties["sanfox"])] == [0.3527, 0.5]


def test_ninety_days_of_silence_keep_more_than_the_bound():
    bound = score(WORKED_EXAMPLE, NOON, 500).score * 2**-0.5

    assert round(bound, 2) == 8.68
    assert score(WORKED_EXAMPLE, NOON + timedelta(days=90), 500).score > bound


@pytest.mark.parametrize(("employees", "expected"), [(50, 22.7640), (5_000, 6.3918), (None, 12.2785)])
def test_a_larger_company_needs_more_people(employees, expected):
    assert round(score(WORKED_EXAMPLE, NOON, employees).score, 4) == expected


def test_an_answer_to_the_question_left_open_raises_the_score():
    answer = Event("9", NOON, "cho", "expert_answer", "netowl", "q3")

    result = score([*WORKED_EXAMPLE, answer], NOON, 500)

    assert (round(result.score, 4), result.overdue) == (13.4224, 0)


@pytest.mark.parametrize(("days", "expected"), [(90, 9.6483), (180, 7.3925)])
def test_silence_fades_slowly(days, expected):
    assert round(score(WORKED_EXAMPLE, NOON + timedelta(days=days), 500).score, 4) == expected


def eight_people_with_three_good_questions() -> list[Event]:
    """Over the last 40 days; three of the eight also helped another company."""
    found = []
    for person in range(8):
        for number in range(3):
            at = NOON - timedelta(days=(person * 3 + number) * 40 / 24)
            question = f"q{person}-{number}"
            for kind, expert in (("ask", None), ("expert_answer", "sanfox"), ("accept", "sanfox")):
                found.append(Event(f"{kind} {question}", at, f"p{person}", kind, expert, question))
    helped = NOON - timedelta(days=10)
    return found + [Event(f"helped {person}", helped, f"p{person}", "peer_answer") for person in range(3)]


def test_eight_people_make_a_company_engaged():
    history = eight_people_with_three_good_questions()

    assert score(history, NOON, 500).score == pytest.approx(53.7, abs=0.3)
    assert score([event for event in history if event.person != "p0"], NOON, 500).score == pytest.approx(48.3, abs=0.3)


def test_the_key_person_of_that_company_carries_a_tenth_of_it():
    weighed = Weighed(eight_people_with_three_good_questions())
    whole = weighed.score(NOON, 500).score
    without = min(weighed.score(NOON, 500, without=person).score for person in weighed.people(NOON))

    assert round(1 - without / whole, 2) == 0.10


@pytest.mark.parametrize(("employees", "expected"), [(500, 18.6), (50, 33.4)])
def test_one_person_alone_never_makes_a_company_engaged(employees, expected):
    kinds = list(WEIGHTS)
    history = [
        Event(f"{n}", NOON - timedelta(days=n / 5), "p", kinds[n % len(kinds)], f"e{n % 5}", f"q{n // len(kinds)}")
        for n in range(1_500)
    ]

    assert score(history, NOON, employees).score == pytest.approx(expected, abs=0.3)
    assert score(history, NOON, 500).score < 18.66462


def test_an_empty_history_scores_nothing():
    result = score([], NOON, 500)

    assert (result.score, result.active_people, result.overdue, result.ties) == (0.0, 0, 0, {})


def test_what_lies_ahead_is_ignored():
    ahead = [Event("9", NOON + timedelta(seconds=1), "dov", "article")]

    assert score(WORKED_EXAMPLE + ahead, NOON, 500) == score(WORKED_EXAMPLE, NOON, 500)


def test_of_two_events_with_one_id_the_earlier_stands():
    again = replace(WORKED_EXAMPLE[0], at=NOON, kind="article")

    assert score([again, *WORKED_EXAMPLE], NOON, 500) == score(WORKED_EXAMPLE, NOON, 500)


def test_a_day_counts_no_more_than_eight():
    comments = [Event(f"{n}", NOON, "ana", "comment", "sanfox") for n in range(300)]

    assert score(comments, NOON) == score(comments[:8], NOON)
    assert score(comments, NOON).score > score(comments[:7], NOON).score


def test_days_are_days_in_utc():
    before_midnight = [Event(f"{n}", NOON - timedelta(hours=13), "ana", "comment") for n in range(8)]
    after_midnight = [Event(f"late {n}", NOON - timedelta(hours=11), "ana", "comment") for n in range(8)]

    both = score(before_midnight + after_midnight, NOON)

    assert both.parts.breadth > score(after_midnight, NOON).parts.breadth


def test_a_question_is_overdue_after_72_hours_and_not_at_72():
    ask = Event("1", NOON - timedelta(hours=72), "ana", "ask", question="q")

    assert score([ask], NOON).overdue == 0
    assert score([ask], NOON + timedelta(seconds=1)).overdue == 1


@pytest.mark.parametrize("kind", ["accept", "solved_note"])
def test_a_question_solved_by_a_customer_is_not_our_debt(kind):
    ask = Event("1", NOON - timedelta(days=9), "ana", "ask", question="q")
    solved = Event("2", NOON - timedelta(days=8), "ana", kind, None, "q")

    result = score([ask, solved], NOON)

    assert result.overdue == 0
    assert result.parts.responsiveness > 0
    assert result.parts.depth == result.parts.reciprocity == 0


def test_an_answer_stored_as_older_than_its_question_earns_no_more_than_one_at_once():
    ask = Event("1", NOON - timedelta(days=9), "ana", "ask", question="q")
    at_once = Event("2", ask.at, "ana", "expert_answer", "sanfox", "q")
    earlier = replace(at_once, at=ask.at - timedelta(days=400))

    at_once_points = score([ask, at_once], NOON).parts.responsiveness

    assert score([ask, earlier], NOON).parts.responsiveness == at_once_points


def test_a_question_without_a_name_cannot_become_a_debt():
    result = score([Event("1", NOON - timedelta(days=9), "ana", "ask")], NOON)

    assert result.overdue == 0
    assert result.parts.breadth > 0


def test_an_unknown_kind_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="“visit” is not a kind of event"):
        Event("1", NOON, "ana", "visit")


@pytest.mark.parametrize("employees", [-1, float("nan"), float("inf")])
def test_an_impossible_size_is_refused(employees):
    with pytest.raises(ValueError, match="employees"):
        score([], NOON, employees)
