"""Many people ask, withdraw and are accepted at the same moment; there is never one seat too many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.cli.recount import find_differences
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.meetings import actions
from app.meetings.models import MeetingRequest, MeetingSlot, Standing
from app.meetings.offers import offer_times
from app.people.models import Person
from tests.support.at_once import at_once
from tests.support.factories import ExpertFactory, PersonFactory
from tests.support.meetings import HOUR, WHY, an_offer, ask, do, move, offer, office_hour, request_of, slot_of

AT_ONCE = 16

Deed = Callable[[], None]


def asking(slot_id: int, person_id: int) -> Deed:
    return lambda: actions.ask_to_meet(slot_of(slot_id), WHY, by=db.session.get_one(Person, person_id)) and None


def accepting(request_id: int) -> Deed:
    def accept() -> None:
        request = request_of(request_id)
        actions.accept(request, by=request.slot.expert)

    return accept


def withdrawing(request_id: int) -> Deed:
    def withdraw() -> None:
        request = request_of(request_id)
        actions.withdraw(request, by=request.person)

    return withdraw


def standings(slot: MeetingSlot) -> list[str]:
    rows = db.select(MeetingRequest.standing).where(MeetingRequest.slot_id == slot.id)
    return sorted(db.session.scalars(rows))


def test_as_many_have_a_seat_as_there_are(app):
    slot = office_hour(capacity=3, first_come=True)
    people = [PersonFactory().id for _ in range(AT_ONCE)]

    assert at_once(app, [asking(slot.id, person) for person in people]) == []

    assert standings(slot) == ["accepted"] * 3 + ["waiting"] * (AT_ONCE - 3)
    assert list(find_differences()) == []


def test_free_seats_go_to_those_who_wait_while_others_are_accepted(app):
    slot = office_hour(capacity=2)
    seated = [do(ask(slot), actions.accept).id for _ in range(2)]
    waiting = [do(ask(slot), actions.accept).id for _ in range(3)]
    asked = [ask(slot).id for _ in range(4)]
    deeds = [*map(withdrawing, [*seated, waiting[1]]), *map(accepting, asked)]

    assert at_once(app, deeds) == []

    assert standings(slot) == ["accepted"] * 2 + ["waiting"] * 4 + ["withdrawn"] * 3
    # Whoever waited before has the seats.
    assert [request_of(one).standing for one in (waiting[0], waiting[2])] == ["accepted"] * 2
    assert list(find_differences()) == []


def test_a_time_for_one_is_given_to_one(app):
    slot = offer()
    requests = [ask(slot).id for _ in range(8)]

    refused = at_once(app, [accepting(one) for one in requests])

    assert len(refused) == 7
    assert {type(one) for one in refused} == {RuleBroken}
    assert slot_of(slot.id).seats_taken == 1


def test_one_member_asks_once_and_is_in_one_place(app):
    member, moment = PersonFactory().id, clock.now() + timedelta(days=3)
    slots = [offer(at=moment).id for _ in range(3)]

    refused = at_once(app, [asking(slots[turn % 3], member) for turn in range(AT_ONCE)])

    assert len(refused) == AT_ONCE - 1
    assert {type(one) for one in refused} == {RuleBroken}
    assert len(db.session.scalars(db.select(MeetingRequest)).all()) == 1


def test_two_experts_who_accept_at_once_do_not_both_have_the_member(app):
    members, moment = [PersonFactory() for _ in range(8)], clock.now() + timedelta(days=3)
    first, second = offer(at=moment, capacity=8), offer(at=moment + 3 * HOUR, capacity=8)
    requests = [ask(slot, member).id for member in members for slot in (first, second)]
    move(second, moment)

    refused = at_once(app, [accepting(one) for one in requests])

    assert [type(one) for one in refused] == [RuleBroken] * 8
    agreed = db.select(MeetingRequest.person_id).where(MeetingRequest.standing == Standing.ACCEPTED)
    assert sorted(db.session.scalars(agreed)) == sorted(member.id for member in members)
    assert list(find_differences()) == []


def test_whoever_moves_up_while_another_expert_accepts_is_in_one_place(app):
    moment = clock.now() + timedelta(days=3)
    deeds: list[Deed] = []
    for _ in range(6):
        member = PersonFactory()
        hour, moved = office_hour(at=moment, capacity=1), offer(at=moment + 3 * HOUR)
        seated = do(ask(hour), actions.accept)
        do(ask(hour, member), actions.accept)
        elsewhere = ask(moved, member)
        move(moved, moment)
        deeds += withdrawing(seated.id), accepting(elsewhere.id)

    refused = at_once(app, deeds)

    assert {type(one) for one in refused} <= {RuleBroken}
    agreed = db.select(MeetingRequest.person_id).where(MeetingRequest.standing == Standing.ACCEPTED)
    places = list(db.session.scalars(agreed))
    assert len(places) == len(set(places)) == 6
    assert list(find_differences()) == []


def test_an_expert_offers_a_time_once(app):
    expert, moment = ExpertFactory().id, clock.now() + timedelta(days=3)
    deed = lambda: offer_times(an_offer(), [moment], by=db.session.get_one(Person, expert)) and None  # noqa: E731

    refused = at_once(app, [deed] * 6)

    assert len(refused) == 5
    assert {type(one) for one in refused} == {RuleBroken}
