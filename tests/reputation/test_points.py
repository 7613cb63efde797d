"""How entries of the ledger add up."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reputation.days import DaySum, Entry, capped_gains, day_sum, day_sums
from app.reputation.points import PRIVATE_KINDS, RULES, Limit, Period, Reason, Rules, newest, shown, year_and_quarter

pytestmark = pytest.mark.pure

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
NOW = newest()
# What each version of the rules is. One that was ever in force stays as it is: a change is another version.
FIRST = Rules(
    version=1,
    points={
        "answer_up_voted": 10,
        "question_up_voted": 5,
        "answer_accepted": 15,
        "accepted_an_answer": 2,
        "answer_down_voted": -2,
        "question_down_voted": -2,
        "down_voted_an_answer": -1,
    },
    uncapped=frozenset({"answer_accepted", "accepted_an_answer"}),
    most_a_day=200,
    whole_votes=None,
    repeated_within=timedelta(0),
    limits={},
    forgiven=frozenset({Reason.SAME_COMPANY}),
)
SECOND = Rules(
    version=2,
    points={
        "answer_up_voted": 10,
        "question_up_voted": 5,
        "answer_accepted": 15,
        "accepted_an_answer": 2,
        "article_up_voted": 10,
        "article_down_voted": -2,
        "suggested_edit_accepted": 2,
        "answer_down_voted": -2,
        "question_down_voted": -2,
        "down_voted_an_answer": -1,
        "flags_confirmed": -100,
        "helped_correct_an_expert": 10,
        "invited_a_colleague": 10,
    },
    uncapped=frozenset({"answer_accepted", "accepted_an_answer", "helped_correct_an_expert", "invited_a_colleague"}),
    most_a_day=200,
    whole_votes=3,
    repeated_within=timedelta(days=90),
    limits={"invited_a_colleague": Limit(5, Period.QUARTER), "suggested_edit_accepted": Limit(500, Period.LIFE)},
    forgiven=frozenset(),
)
# What earns nothing, by version; the other reasons are for reversals alone.
EARNS_NOTHING = {
    1: {"post_deleted", "confidential", "corrected", "voter_gone", "colleagues", "burst", "limit"},
    2: {"post_deleted", "confidential", "corrected", "voter_gone", "colleagues", "burst", "limit", "same_company"},
}
FOR_REVERSALS = {Reason.TAKEN_BACK, Reason.COUNTED_ANEW, Reason.NEW_RULES}


def entry(number: int, kind: str, at: datetime = NOON, person_id: int = 1, nth: int = 1, rules: Rules = NOW) -> Entry:
    points, version = rules.points[kind], rules.version
    return Entry(id=number, at=at, person_id=person_id, kind=kind, points=points, version=version, nth=nth)


def points_on(entries: Iterable[Entry]) -> int:
    return day_sum(entries).points


def totals(entries: Iterable[Entry]) -> dict[int, int]:
    by_person: dict[int, int] = defaultdict(int)
    for (person_id, _day), points in day_sums(entries).items():
        by_person[person_id] += points
    return dict(by_person)


A_GOOD_DAY = [
    *(entry(number, "answer_up_voted") for number in range(1, 23)),
    entry(23, "answer_accepted"),
    entry(24, "answer_down_voted"),
]


@given(st.permutations(A_GOOD_DAY))
def test_twenty_two_up_votes_an_accept_and_a_down_vote_make_213_in_any_order(entries):
    assert totals(entries) == {1: 213}


def test_without_the_cap_days_simply_add_up_but_for_what_ones_own_votes_cost():
    entries = [
        entry(1, "question_up_voted"),
        entry(2, "accepted_an_answer", at=NOON + timedelta(days=1)),
        entry(3, "down_voted_an_answer", at=NOON + timedelta(days=1)),
        entry(4, "answer_up_voted", person_id=2),
    ]

    assert day_sums(entries) == {(1, date(2026, 3, 20)): 5, (1, date(2026, 3, 21)): 2, (2, date(2026, 3, 20)): 10}
    assert totals(entries) == {1: 7, 2: 10}


def test_accepts_stand_outside_the_cap():
    votes = [entry(number, "answer_up_voted") for number in range(20)]

    assert points_on([*votes, entry(21, "answer_accepted"), entry(22, "accepted_an_answer")]) == 217


def test_days_end_at_midnight_in_utc():
    late = datetime(2026, 3, 20, 23, 59, tzinfo=UTC)

    soon_after = late + timedelta(hours=1)

    assert len(day_sums([entry(1, "answer_up_voted", late), entry(2, "answer_up_voted", soon_after)])) == 2


def test_a_version_that_was_ever_in_force_stays_as_it_is():
    """Another number is another version: entries of the older ones are judged by them for good."""
    assert {1: FIRST, 2: SECOND} == RULES
    assert newest() is RULES[2]
    for version, reasons in EARNS_NOTHING.items():
        assert set(Reason) - FOR_REVERSALS - RULES[version].forgiven == reasons


def test_being_here_earns_nothing():
    assert not {"visited", "read", "followed"} & NOW.points.keys()


def test_entries_of_several_versions_count_by_their_own_on_one_day():
    lower = replace(SECOND, version=3, most_a_day=50, whole_votes=1, points={**SECOND.points, "answer_up_voted": 20})
    RULES[3] = lower
    try:
        old = [entry(number, "answer_up_voted") for number in range(1, 8)]
        new = [entry(number, "answer_up_voted", rules=lower, nth=2) for number in range(8, 12)]
        # 70 under the older cap leave no room under the newer one; nothing that counted is lost.
        assert day_sum([*new, *old]) == DaySum(70, 70)
        assert day_sum(new) == DaySum(40, None)
        assert day_sum([*new, *old[:2]]) == DaySum(50, 50)
        first = [entry(number, "answer_up_voted", rules=FIRST, nth=9) for number in range(20, 35)]
        assert day_sum([*old, *first]) == DaySum(200, 200)
    finally:
        del RULES[3]


def test_losses_corrections_and_invitations_stand_outside_the_cap():
    votes = [entry(number, "answer_up_voted") for number in range(30)]

    assert points_on([*votes, entry(31, "helped_correct_an_expert"), entry(32, "invited_a_colleague")]) == 220
    assert points_on([*votes, entry(31, "flags_confirmed")]) == 100
    assert points_on([*votes, entry(31, "suggested_edit_accepted")]) == NOW.most_a_day


def test_seven_votes_of_one_person_count_428_hundredths():
    at = [NOON + timedelta(days=number) for number in range(7)]

    found = NOW.places([(moment, number) for number, moment in enumerate(at)])

    assert [found[moment, number] for number, moment in enumerate(at)] == [1, 2, 3, 4, 5, 6, 7]
    assert [NOW.share_of(nth) for nth in range(1, 8)] == [
        1,
        1,
        1,
        Fraction(1, 2),
        Fraction(1, 3),
        Fraction(1, 4),
        Fraction(1, 5),
    ]
    assert float(sum(NOW.share_of(nth) for nth in range(1, 8))) == pytest.approx(4.28, abs=0.005)


def test_the_parts_of_a_day_are_added_up_exactly_and_rounded_down_once():
    answers = [entry(nth, "answer_up_voted", nth=nth) for nth in range(1, 8)]
    questions = [entry(nth, "question_up_voted", nth=nth) for nth in range(1, 8)]

    assert capped_gains(answers, NOW) == Fraction(257, 6)
    # 42.83 and 21.41 are 64.25 together; rounded apart they would be one less, and vote by vote five less.
    assert (points_on(answers), points_on(questions), points_on(answers + questions)) == (42, 21, 64)
    assert points_on([entry(number, "answer_up_voted", nth=5) for number in range(3)]) == 10


def test_thousands_of_repeated_votes_are_added_up_at_once():
    votes = [entry(nth, "answer_up_voted", nth=nth) for nth in range(1, 5_000)]

    # 10 · (2 + 1 + 1/2 + … + 1/4997), of which the sum of the fractions is 9.0938.
    assert points_on(votes) == 110
    assert points_on([*votes, *(entry(number, "answer_up_voted") for number in range(30))]) == NOW.most_a_day


def test_after_a_time_without_one_a_vote_is_the_first_again():
    long = NOW.repeated_within
    moments = [NOON, NOON + long - timedelta(hours=1), NOON + long, NOON + 2 * long + timedelta(days=20)]

    found = NOW.places([(moment, 7) for moment in moments])

    assert [found[moment, 7] for moment in moments] == [1, 2, 2, 1]


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 4)), unique=True, max_size=30), st.randoms())
def test_which_vote_it_is_does_not_depend_on_the_order_of_asking(votes, random):
    dated = [(NOON + timedelta(days=day), post) for day, post in votes]
    shuffled = list(dated)
    random.shuffle(shuffled)

    found = NOW.places(dated)

    assert found == NOW.places(shuffled)
    for at, post in dated:
        before = [one for one in dated if at - NOW.repeated_within < one[0] and one <= (at, post)]
        assert found[at, post] == len(before)


def test_of_invitations_the_first_five_of_a_calendar_quarter_count():
    last_of_march, first_of_april = datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    came = [(last_of_march, number) for number in range(7)] + [(first_of_april, 9)]

    within = NOW.within_limit("invited_a_colleague", reversed(came), lambda one: one)

    assert within == [*came[:5], came[7]]
    assert [year_and_quarter(at) for at in (last_of_march, first_of_april)] == [(2026, 0), (2026, 1)]
    assert NOW.limits["invited_a_colleague"].most * NOW.points["invited_a_colleague"] == 50


@given(st.permutations(range(505)))
def test_suggested_edits_earn_a_thousand_points_in_a_lifetime(numbers):
    edits = [(NOON + timedelta(days=number), number) for number in numbers]

    within = NOW.within_limit("suggested_edit_accepted", edits, lambda one: one)

    assert len(within) * NOW.points["suggested_edit_accepted"] == 1_000
    assert {number for _at, number in within} == set(range(500))
    assert len(NOW.within_limit("answer_up_voted", edits, lambda one: one)) == 505


def test_a_correction_gives_back_every_loss_and_keeps_every_gain():
    before = [entry(number, "answer_up_voted") for number in range(1, 4)]
    before += [entry(number, "answer_down_voted") for number in range(4, 8)]
    given_back = [
        replace(loss, id=10 + loss.id, at=NOON + timedelta(days=9), points=2, reverses=loss.id) for loss in before[3:]
    ]

    assert totals(before) == {1: 22}
    assert totals(before + given_back) == {1: 30}


kinds = st.sampled_from(sorted(NOW.points))
places_of_votes = st.integers(1, 9)
moments = st.integers(0, 72).map(lambda hours: NOON + timedelta(hours=hours))
ledgers = st.lists(st.tuples(kinds, moments, st.integers(1, 3), places_of_votes), max_size=60).map(
    lambda rows: [entry(number, *row) for number, row in enumerate(rows, 1)]
)


@given(ledgers, st.data())
def test_what_is_taken_back_is_as_if_it_had_never_been(ledger, data):
    taken_back = data.draw(st.sets(st.sampled_from(ledger)) if ledger else st.just(set()))
    later = NOON + timedelta(days=30)
    reversals = [
        replace(original, id=1_000 + original.id, at=later, points=-original.points, reverses=original.id)
        for original in taken_back
    ]
    kept = [original for original in ledger if original not in taken_back]

    assert day_sums(data.draw(st.permutations(ledger + reversals))) == day_sums(kept)


@given(ledgers, st.randoms())
def test_the_order_of_a_ledger_makes_no_difference(ledger, random):
    shuffled = list(ledger)
    random.shuffle(shuffled)

    assert totals(shuffled) == totals(ledger)


@given(ledgers, st.integers(1, 3))
def test_giving_back_losses_never_costs_anything(ledger, person_id):
    losses = [one for one in ledger if one.points < 0 and one.person_id == person_id]
    later = NOON + timedelta(days=30)
    given_back = [replace(one, id=1_000 + one.id, at=later, points=-one.points, reverses=one.id) for one in losses]
    before, after = totals(ledger), totals(ledger + given_back)

    public = sum(one.points for one in losses if one.kind not in PRIVATE_KINDS)
    assert after.get(person_id, 0) == before.get(person_id, 0) - public


@pytest.mark.parametrize(("total", "expected"), [(-7, 1), (0, 1), (1, 1), (213, 213)])
def test_the_shown_total_is_never_below_one(total, expected):
    assert shown(total) == expected
