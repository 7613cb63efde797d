"""Asking for a time, and what may become of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.cli.recount import find_differences
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.meetings import actions
from app.meetings.models import MeetingRequest, Standing
from app.meetings.offers import withdraw_offer
from app.people.models import Person
from tests.support.factories import (
    AdminFactory,
    ExpertFactory,
    PersonFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.meetings import HOUR, WHY, ask, do, move, offer, office_hour, request_of, slot_of


@pytest.fixture
def expert() -> Person:
    return ExpertFactory(name="Ingrid Solheim")


def standings() -> list[str]:
    return list(db.session.scalars(db.select(MeetingRequest.standing).order_by(MeetingRequest.id)))


def test_a_member_asks_and_the_expert_says_yes(expert):
    request = ask(offer(expert))
    assert (request.standing, request.slot.seats_taken) == (Standing.ASKED, 0)

    request = do(request, actions.accept)

    assert (request.standing, request.decided_by_id, request.slot.seats_taken) == (Standing.ACCEPTED, expert.id, 1)
    assert list(find_differences()) == []


@pytest.mark.one_database
@pytest.mark.parametrize("maker", [SalesFactory, StewardFactory, AdminFactory, ExpertFactory])
def test_nobody_who_works_here_begins_a_meeting(maker):
    slot = offer()

    with pytest.raises(NotAllowed, match="Only members"):
        ask(slot, maker())

    assert standings() == []


@pytest.mark.one_database
def test_colleagues_without_a_role_and_the_unconfirmed_ask_for_none():
    slot = offer()

    with pytest.raises(NotAllowed, match="Only members"):
        ask(slot, PersonFactory(address="temp@northwind.example"))
    with pytest.raises(NotAllowed, match="Only members"):
        ask(slot, PersonFactory(address="temp@eu.northwind.example"))
    with pytest.raises(NotAllowed, match="Confirm your address"):
        ask(slot, PersonFactory(confirmed=False))


@pytest.mark.one_database
@pytest.mark.parametrize("why", ["", "Hello", " " * 40, "x" * 501, "See\x07 me about the array"])
def test_the_reason_is_a_sentence(why):
    with pytest.raises(RuleBroken):
        ask(offer(), why=why)


def test_one_asks_for_a_time_once_whatever_becomes_of_it(expert):
    slot, member = offer(expert), PersonFactory()
    do(ask(slot, member), actions.withdraw)

    with pytest.raises(RuleBroken, match="asked for this time before"):
        ask(slot, member)


def test_nobody_is_in_two_places_at_once():
    member, moment = PersonFactory(), clock.now() + timedelta(days=3)
    first = ask(offer(at=moment), member)

    with pytest.raises(RuleBroken, match="You have asked for “Data Centre Days, Utrecht” at that time"):
        ask(offer(at=moment + HOUR / 4), member)

    ask(offer(at=moment + HOUR / 2), member)
    do(first, actions.decline, "I am ill that week.")
    ask(offer(at=moment + HOUR / 4, length=HOUR / 4), member)


def test_a_time_that_is_moved_gives_nobody_two_places():
    member, moment = PersonFactory(name="Ada Kowalski"), clock.now() + timedelta(days=3)
    first, moved = offer(at=moment), offer(at=moment + 3 * HOUR)
    do(ask(first, member), actions.accept)
    request = ask(moved, member)
    move(moved, moment + HOUR / 4)

    with pytest.raises(RuleBroken, match="Ada has agreed to another meeting at that time by now"):
        do(request, actions.accept)

    # Another time will do, and so does this one once the member is free.
    do(request, actions.propose, moment + 5 * HOUR, "")
    assert do(request, actions.agree).standing == Standing.ACCEPTED


def test_of_two_who_were_asked_for_one_moment_the_first_yes_counts():
    member, moment = PersonFactory(), clock.now() + timedelta(days=3)
    first, second = offer(at=moment), offer(at=moment + 3 * HOUR)
    one, other = ask(first, member), ask(second, member)
    move(second, moment)

    do(other, actions.accept)
    with pytest.raises(RuleBroken, match="agreed to another meeting"):
        do(one, actions.accept)
    do(other, actions.withdraw)

    assert do(one, actions.accept).standing == Standing.ACCEPTED


def test_nobody_agrees_to_a_time_at_which_they_are_elsewhere(expert):
    member, moment = PersonFactory(), clock.now() + timedelta(days=3)
    proposed = do(ask(offer(expert, at=moment + 3 * HOUR), member), actions.propose, moment, "")
    moved = offer(at=moment + 6 * HOUR)
    request = ask(moved, member)
    move(moved, moment)
    do(request, actions.accept)

    with pytest.raises(RuleBroken, match="You have “Data Centre Days, Utrecht” at that time"):
        do(proposed, actions.agree)


def test_whoever_is_elsewhere_by_then_is_passed_over(expert):
    member, slot = PersonFactory(), office_hour(expert, capacity=1)
    seated, waiting, next_one = (do(ask(slot, by), actions.accept) for by in (None, member, None))
    moved = offer(at=slot.starts_at + 6 * HOUR)
    elsewhere = ask(moved, member)
    move(moved, slot.starts_at)
    elsewhere = do(elsewhere, actions.accept)

    do(seated, actions.withdraw)

    assert [request_of(one.id).standing for one in (waiting, next_one)] == [Standing.WAITING, Standing.ACCEPTED]
    do(elsewhere, actions.withdraw)
    do(next_one, actions.withdraw)
    assert request_of(waiting.id).standing == Standing.ACCEPTED
    assert list(find_differences()) == []


def test_a_time_for_one_is_taken_by_one(expert):
    slot = offer(expert)
    first, second = ask(slot), ask(slot)
    do(first, actions.accept)

    with pytest.raises(RuleBroken, match="given this time to somebody"):
        do(second, actions.accept)
    with pytest.raises(RuleBroken, match="taken this time"):
        ask(slot)


def test_a_no_needs_a_reason_and_is_told(expert):
    request = ask(offer(expert))

    with pytest.raises(RuleBroken, match="why"):
        do(request, actions.decline, "  ")
    request = do(request, actions.decline, "I am at the other fair that day.")

    assert (request.standing, request.reason) == (Standing.DECLINED, "I am at the other fair that day.")
    with pytest.raises(RuleBroken, match="decided meanwhile"):
        do(request, actions.accept)


def test_another_time_is_proposed_and_taken(expert):
    slot = offer(expert)
    request = do(ask(slot), actions.accept)
    later = slot.starts_at + 3 * HOUR

    request = do(request, actions.propose, later, "My train is late.")
    assert (request.standing, request.starts_at, request.ends_at) == (Standing.PROPOSED, later, later + HOUR / 2)
    assert slot_of(slot.id).seats_taken == 0

    request = do(request, actions.agree)
    assert (request.standing, request.change) == (Standing.ACCEPTED, 3)
    # They meet at another time, so that the first one is free for somebody else.
    assert slot_of(slot.id).seats_taken == 0
    do(ask(slot), actions.accept)
    assert list(find_differences()) == []


def test_another_time_that_does_not_suit_leaves_the_first_one(expert):
    slot = offer(expert)
    request = do(ask(slot), actions.propose, slot.starts_at + 3 * HOUR, "")

    request = do(request, actions.refuse)

    assert (request.standing, request.starts_at) == (Standing.ASKED, slot.starts_at)
    do(request, actions.accept)


def test_experts_offer_and_propose_no_time_twice(expert):
    moment = clock.now() + timedelta(days=5)
    slot = offer(expert, at=moment)

    with pytest.raises(RuleBroken, match="you have “Data Centre Days, Utrecht” at that time"):
        offer(expert, at=moment + HOUR / 4)
    other = ask(offer(expert, at=moment + 4 * HOUR))
    with pytest.raises(RuleBroken, match="You offer “Data Centre Days, Utrecht” at that time"):
        do(other, actions.propose, slot.starts_at, "")

    do(other, actions.propose, moment + 8 * HOUR, "")
    with pytest.raises(RuleBroken, match="at that time already"):
        offer(expert, at=moment + 8 * HOUR)


def test_office_hours_have_seats_and_a_waiting_list(expert):
    slot = office_hour(expert)
    first, second, third, fourth = (do(ask(slot), actions.accept) for _ in range(4))
    assert [one.standing for one in (first, second, third, fourth)] == ["accepted", "accepted", "waiting", "waiting"]

    do(second, actions.withdraw)

    assert standings() == ["accepted", "withdrawn", "accepted", "waiting"]
    moved = request_of(third.id)
    assert (moved.decided_by_id, moved.slot.seats_taken) == (None, 2)

    do(request_of(first.id), actions.decline, "You have been there twice.")
    assert standings() == ["declined", "withdrawn", "accepted", "accepted"]
    assert list(find_differences()) == []


def test_whoever_comes_first_has_a_seat_where_the_expert_says_so(expert):
    slot = office_hour(expert, capacity=1, first_come=True)

    assert [ask(slot).standing for _ in range(2)] == [Standing.ACCEPTED, Standing.WAITING]


def test_whoever_asked_is_told_why_a_time_is_gone(expert):
    slot = office_hour(expert, capacity=1)
    do(ask(slot), actions.accept)
    ask(slot)
    with write():
        withdraw_offer(slot_of(slot.id), "The room is gone.", by=slot_of(slot.id).expert)

    assert standings() == ["declined", "declined"]
    assert {one.reason for one in db.session.scalars(db.select(MeetingRequest))} == {"The room is gone."}
    with pytest.raises(RuleBroken, match="does not offer this time any more"):
        ask(slot)


@pytest.mark.one_database
def test_only_the_two_decide_and_only_their_part(expert):
    request = ask(offer(expert))
    number, member, stranger = request.id, request.person, ExpertFactory()
    deeds = (
        (actions.accept, (), member),
        (actions.decline, ("No.",), stranger),
        (actions.withdraw, (), expert),
        (actions.agree, (), expert),
        (actions.refuse, (), stranger),
    )
    for deed, given, person in deeds:
        with pytest.raises(NotAllowed), write():
            deed(request_of(number), *given, by=person)


def test_nothing_changes_once_it_has_begun(expert, travel_to):
    request = do(ask(offer(expert)), actions.accept)
    travel_to(request.starts_at + HOUR / 10)

    for deed, *given in ((actions.withdraw,), (actions.decline, "Ill."), (actions.propose, clock.now() + HOUR, "")):
        with pytest.raises(RuleBroken, match="passed"):
            do(request, deed, *given)
    with pytest.raises(RuleBroken, match="passed"):
        ask(slot_of(request.slot_id), why=WHY)
