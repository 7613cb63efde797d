"""After a meeting: notes for the two, and what counts for the member's company, of the day on which they met."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Membership
from app.affinity.ledger import person_key
from app.affinity.models import AffinityEvent
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.events import deliver_pending
from app.meetings import actions
from app.meetings.models import MeetingRequest
from app.people import actions as people
from app.people.models import Person, Role
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory
from tests.support.meetings import ask, do, offer, request_of

DAY = timedelta(days=1)


@pytest.fixture
def account():
    return AccountFactory(name="Oakridge Clinics", domains=["oakridge.example"])


@pytest.fixture
def member(account) -> Person:
    return PersonFactory(account=account)


@pytest.fixture
def met(member, travel_to) -> MeetingRequest:
    """A meeting that was, a day ago."""
    request = do(ask(offer(ExpertFactory(handle="sanfox")), member), actions.accept)
    travel_to(request.ends_at + DAY)
    return request_of(request.id)


def counted(request: MeetingRequest, counts: bool = True) -> list[AffinityEvent]:
    with write():
        found = request_of(request.id)
        actions.let_count(found, by=found.person, counts=counts)
    deliver_pending()
    return list(db.session.scalars(select(AffinityEvent)))


def test_a_meeting_counts_once_its_member_says_so(app, met, account):
    assert counted(met, counts=False) == []

    counted(met)
    (event,) = counted(met)

    assert (event.kind, event.source, event.account_id) == ("met", f"meeting:{met.id}", account.id)
    assert (event.at, event.expert_id, event.question_id) == (met.starts_at, met.slot.expert_id, None)
    assert event.person_key == person_key(met.person_id)
    printed = app.test_cli_runner().invoke(args=["affinity", "events", "--account", str(account.id)]).output
    (shown,) = json.loads(printed)["events"]
    assert (shown["kind"], shown["expert"]) == ("met", "sanfox")


def test_it_can_be_taken_back(met):
    counted(met)

    assert counted(met, counts=False) == []


def test_the_company_of_that_day_counts(met, account):
    other = AccountFactory()
    with write():
        moved = db.session.scalars(select(Membership).where(Membership.person_id == met.person_id)).one()
        moved.until = met.ends_at + DAY / 2
        db.session.add(Membership(person_id=met.person_id, account_id=other.id, since=moved.until))

    (event,) = counted(met)

    assert event.account_id == account.id


def test_who_belonged_to_no_company_on_that_day_counts_for_none(met):
    with write():
        moved = db.session.scalars(select(Membership).where(Membership.person_id == met.person_id)).one()
        moved.since = met.ends_at

    assert counted(met) == []


def test_whoever_works_here_by_now_is_no_customer(met):
    with write():
        people.grant_role(db.session.get_one(Person, met.person_id), Role.SALES)

    with pytest.raises(RuleBroken, match="You work here"):
        counted(met)


@pytest.mark.one_database
def test_only_the_member_and_only_afterwards(member):
    request = ask(offer(), member)
    for deed in (lambda: None, lambda: do(request, actions.accept)):
        deed()
        with pytest.raises(RuleBroken, match="afterwards"):
            counted(request)
        with pytest.raises(RuleBroken, match="afterwards"), write():
            actions.note_outcome(request_of(request.id), "It went well.", by=request_of(request.id).person)


@pytest.mark.one_database
def test_an_expert_counts_nothing(met):
    with pytest.raises(NotAllowed), write():
        actions.let_count(request_of(met.id), by=request_of(met.id).slot.expert, counts=True)


@pytest.mark.one_database
def test_each_writes_their_own_note(met):
    with write():
        request = request_of(met.id)
        actions.note_outcome(request, "We replace the cable.", by=request.person)
        actions.note_outcome(request, "I send the firmware notes.", by=request.slot.expert)

    assert (met.member_note, met.expert_note) == ("We replace the cable.", "I send the firmware notes.")
    with pytest.raises(RuleBroken, match="1,000"), write():
        actions.note_outcome(request_of(met.id), "x" * 1_001, by=request_of(met.id).person)


@pytest.mark.one_database
def test_a_meeting_that_was_not_agreed_counts_for_nobody(member, travel_to):
    request = do(ask(offer(), member), actions.decline, "I am ill.")
    travel_to(request.ends_at + DAY)

    with pytest.raises(RuleBroken):
        counted(request)
    assert clock.now() > request.ends_at
