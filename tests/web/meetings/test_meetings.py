"""Meeting experts as people do it on the pages: offering, asking, deciding, and what others see of it."""

from __future__ import annotations

import re
from datetime import timedelta

import icalendar
import pytest

from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.meetings import actions
from app.meetings.models import MeetingRequest, MeetingSlot
from app.people.models import Person
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    ExpertFactory,
    PersonFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.meetings import WHY, ask, do, offer, office_hour, request_of, slot_of, utc

pytestmark = pytest.mark.one_database

HOUR = timedelta(hours=1)
OFFER = {
    "occasion": "office_hour",
    "title": "Ask me about replication",
    "call_url": "https://call.example/quuxroom",
    "day": "2026-03-19",
    "at": "16:00",
    "zone": "Europe/Berlin",
    "minutes": "60",
    "capacity": "5",
    "weeks": "1",
}


@pytest.fixture
def expert() -> Person:
    return ExpertFactory(name="Ingrid Solheim", handle="sanfox")


@pytest.fixture
def member() -> Person:
    return PersonFactory(name="Marta Kowalska")


def slots() -> list[MeetingSlot]:
    return list(db.session.scalars(db.select(MeetingSlot).order_by(MeetingSlot.starts_at)))


def live_in(person: Person, zone: str) -> None:
    with write():
        db.session.get_one(Person, person.id).time_zone = zone


def test_an_hour_is_offered_for_several_weeks_at_the_same_hour_of_the_wall(sign_in, expert, travel_to):
    travel_to(utc(2026, 3, 1))

    answer = sign_in(expert).post("/meetings/offer", data={**OFFER, "weeks": "3"})

    assert (answer.status_code, answer.location) == (303, "/meetings/yours")
    moments = [utc(2026, 3, 19, 15), utc(2026, 3, 26, 15), utc(2026, 4, 2, 14)]
    assert [slot.starts_at for slot in slots()] == moments


def test_the_form_begins_in_the_zone_of_the_expert(sign_in, expert):
    live_in(expert, "Asia/Kathmandu")

    assert '<option selected value="Asia/Kathmandu">' in sign_in(expert).get("/meetings/offer").text


def test_an_hour_that_comes_twice_is_asked_about_and_nothing_is_lost(sign_in, expert, travel_to):
    travel_to(utc(2026, 10, 1))
    browser, typed = sign_in(expert), {**OFFER, "day": "2026-10-25", "at": "02:30"}

    answer = browser.post("/meetings/offer", data=typed)

    assert answer.status_code == 422
    assert "02:30 for the first time (UTC+2)" in answer.text
    assert "02:30 for the second time (UTC+1)" in answer.text
    for value in ("Ask me about replication", "https://call.example/quuxroom", "2026-10-25", "02:30"):
        assert f'value="{value}"' in answer.text
    assert browser.post("/meetings/offer", data={**typed, "which": "second"}).status_code == 303
    assert slots()[0].starts_at == utc(2026, 10, 25, 1, 30)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"day": "2026-03-29", "at": "02:30"}, "does not exist"),
        ({"day": "2026-02-20"}, "This time has passed"),
        ({"day": "2027-06-20"}, "more than a year from now"),
        ({"day": "0001-01-01"}, "Enter a day such as"),
        ({"day": "9999-12-31"}, "Enter a day such as"),
        ({"at": "25:00"}, "Enter a time such as 14:30"),
        ({"zone": "Mars/Olympus"}, "from the list"),
        ({"minutes": "5"}, "from 10 to 480"),
        ({"capacity": "101"}, "from 1 to 100"),
        ({"weeks": "27"}, "from 1 to 26"),
        ({"occasion": "trade_show", "place": "Stand 14", "capacity": "11"}, "between 1 and 10 seats"),
        ({"occasion": "trade_show", "place": ""}, "where one finds you"),
        ({"call_url": "http://call.example/room"}, "begins with https://"),
        ({"call_url": "javascript:alert(1)"}, "begins with https://"),
        ({"call_url": "https://me:secret@call.example/room"}, "begins with https://"),
        ({"call_url": ""}, "begins with https://"),
        ({"title": ""}, "Give it a name"),
        ({"note": "x" * 501}, "Keep it to 500 letters"),
    ],
)
def test_what_will_not_do_is_said_and_kept(sign_in, expert, travel_to, changes, says):
    travel_to(utc(2026, 3, 1))

    answer = sign_in(expert).post("/meetings/offer", data={**OFFER, **changes})

    assert answer.status_code == 422
    assert says in answer.text
    assert slots() == []


def test_a_form_sent_twice_offers_once(sign_in, expert, travel_to):
    travel_to(utc(2026, 3, 1))
    browser = sign_in(expert)

    sent = [browser.post("/meetings/offer", data={**OFFER, "idempotency_key": "one"}) for _ in range(2)]

    assert [answer.location for answer in sent] == [f"/meetings/slots/{slots()[0].id}"] * 2
    assert len(slots()) == 1


def test_a_time_is_changed_until_somebody_counts_on_it(sign_in, expert, travel_to):
    travel_to(utc(2026, 3, 1))
    slot = office_hour(expert, at=utc(2026, 3, 19, 15), time_zone="Europe/Berlin")
    request = ask(slot)
    browser, address = sign_in(expert), f"/meetings/slots/{slot.id}/edit"
    assert 'value="16:00"' in browser.get(address).text

    assert browser.post(address, data={**OFFER, "at": "17:00"}).status_code == 303
    assert (slot_of(slot.id).starts_at, request_of(request.id).starts_at) == (utc(2026, 3, 19, 16),) * 2

    do(request, actions.accept)
    answer = browser.post(address, data={**OFFER, "at": "18:00"})
    assert answer.status_code == 422
    assert "Somebody counts on this time already" in answer.text


def test_a_member_asks_the_expert_answers_and_both_have_it_in_their_calendar(sign_in, expert, member):
    slot = offer(expert)
    asker, answerer = sign_in(member), sign_in(expert)

    asked = asker.post(f"/meetings/slots/{slot.id}/requests", data={"why": WHY})
    number = db.session.scalar(db.select(MeetingRequest.id))
    assert asked.location == f"/meetings/{number}"
    assert WHY in answerer.get(f"/meetings/slots/{slot.id}").text
    assert WHY in answerer.get("/meetings/yours").text
    deliver_pending()
    assert "Marta Kowalska asks to meet you" in answerer.get("/inbox").text

    assert answerer.post(f"/meetings/{number}/accept").status_code == 303
    for browser in (asker, answerer):
        page = browser.get(f"/meetings/{number}").text
        assert "Agreed</p>" in page
        file = browser.get(f"/meetings/{number}.ics")
        assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert len(icalendar.Calendar.from_ical(file.data).walk("VEVENT")) == 1


def test_another_time_is_typed_on_the_clocks_of_the_place(sign_in, expert, member, travel_to):
    travel_to(utc(2026, 3, 1))
    request = ask(offer(expert, at=utc(2026, 3, 16, 13), time_zone="Europe/Berlin"), member)
    browser, address = sign_in(expert), f"/meetings/{request.id}/propose"

    gap = browser.post(address, data={"day": "2026-03-29", "at": "02:30", "words": "At night."})
    assert gap.status_code == 422
    assert "does not exist" in gap.text
    assert 'value="At night."' in gap.text
    assert browser.post(address, data={"day": "2026-03-30", "at": "15:00"}).status_code == 303

    assert request_of(request.id).starts_at == utc(2026, 3, 30, 13)
    assert sign_in(member).post(f"/meetings/{request.id}/agree").status_code == 303
    assert request_of(request.id).standing == "accepted"


def test_a_no_without_a_reason_is_asked_for_one(sign_in, expert, member):
    request = ask(offer(expert), member)
    browser = sign_in(expert)

    assert browser.post(f"/meetings/{request.id}/decline", data={"reason": ""}).status_code == 422
    assert browser.post(f"/meetings/{request.id}/decline", data={"reason": "I am ill."}).status_code == 303

    assert "I am ill." in sign_in(member).get(f"/meetings/{request.id}").text


def test_each_reads_the_hours_on_their_own_clocks(client, sign_in, expert, member, travel_to):
    travel_to(utc(2026, 3, 1))
    slot = offer(expert, at=utc(2026, 3, 16, 13), time_zone="Europe/Berlin")
    address = f"/meetings/slots/{slot.id}"
    there = '<time datetime="2026-03-16T14:00:00+01:00">Mon 16 March, 14:00</time>'

    guest = client.get(address).text
    assert there in guest
    assert "Times are those of the place." in guest

    undecided = sign_in(member).get(address).text
    assert there in undecided
    assert "your settings" in undecided

    live_in(member, "America/New_York")
    page = sign_in(member).get(address).text
    assert there in page
    assert '<time datetime="2026-03-16T09:00:00-04:00">Mon 16 March, 09:00</time>' in page
    assert "on your clocks, America/New York, UTC−4" in page

    live_in(member, "Europe/Rome")
    assert "on your clocks" not in sign_in(member).get(address).text


def test_the_list_is_by_time_occasion_and_expert(client, expert):
    offer(expert, title="A fair far away")
    office_hour(title="Ask me at noon")

    everything = client.get("/meetings").text
    assert "A fair far away" in everything
    assert "Ask me at noon" in everything
    assert "A fair far away" not in client.get("/meetings?occasion=office_hour").text
    assert "Ask me at noon" not in client.get("/meetings?expert=SanFox").text
    assert client.get("/meetings?expert=nobody-here").status_code == 404
    assert "No time is on offer here" in client.get("/meetings?occasion=briefing").text


def test_what_was_withdrawn_or_is_over_is_gone_for_others(client, sign_in, expert, member, travel_to):
    gone, over = offer(expert), offer()
    ask(gone, member)
    data = {"reason": "The fair is off."}
    assert sign_in(expert).post(f"/meetings/slots/{gone.id}/withdraw", data={"reason": ""}).status_code == 422
    assert sign_in(expert).post(f"/meetings/slots/{gone.id}/withdraw", data=data).status_code == 303

    assert client.get(f"/meetings/slots/{gone.id}").status_code == 404
    assert "The fair is off." in sign_in(member).get(f"/meetings/slots/{gone.id}").text
    travel_to(over.ends_at + HOUR)
    assert client.get(f"/meetings/slots/{over.id}").status_code == 404


def test_nobody_else_meets_who_asked_why_or_where_the_call_is(client, sign_in, expert, member):
    slot = office_hour(expert)
    number = do(ask(slot, member, "The quuxreason volume stalls."), actions.accept).id
    waiting = ask(slot)
    others = (
        client,
        *(sign_in(make()) for make in (PersonFactory, SalesFactory, StewardFactory, AdminFactory, ExpertFactory)),
    )
    for browser in others:
        for address in (f"/meetings/{number}", f"/meetings/{number}.ics"):
            assert browser.get(address).status_code in ({303} if browser is client else {404})
        for address in ("/meetings", f"/meetings/slots/{slot.id}", "/meetings?expert=sanfox"):
            page = browser.get(address).text
            assert "1 of 2 free" in page
            assert not re.search("Marta|quuxreason|quuxroom", page)

    assert "quuxroom" in sign_in(member).get(f"/meetings/{number}").text
    assert "quuxroom" in sign_in(expert).get(f"/meetings/slots/{slot.id}").text
    assert "quuxroom" not in sign_in(db.session.get_one(Person, waiting.person_id)).get(f"/meetings/{waiting.id}").text
    assert "quuxroom" not in sign_in(member).get(f"/meetings/slots/{slot.id}").text


@pytest.mark.parametrize("maker", [SalesFactory, AdminFactory, StewardFactory, ExpertFactory])
def test_whoever_works_here_has_no_button_and_no_way_to_ask(sign_in, maker, expert):
    slot, reader = office_hour(expert), maker()
    request = ask(slot)
    browser = sign_in(reader)

    page = browser.get(f"/meetings/slots/{slot.id}").text

    assert "Members ask for these times" in page
    assert "/requests" not in page
    assert browser.post(f"/meetings/slots/{slot.id}/requests", data={"why": WHY}).status_code == 403
    sent = {"reason": "No.", "note": "Mine.", "day": "2030-01-01", "at": "10:00"}
    for deed in ("decline", "refuse", "withdraw", "count/remove"):
        assert browser.post(f"/meetings/{request.id}/{deed}", data=sent).status_code == 404
    # To whoever is in sales alone no other form of the members' side is open, whatever stands behind it.
    not_theirs = 403 if maker is SalesFactory else 404
    for deed in ("accept", "propose", "agree", "note", "count"):
        assert browser.post(f"/meetings/{request.id}/{deed}", data=sent).status_code == not_theirs
    for deed in ("edit", "withdraw"):
        sent = {**OFFER, "reason": "No."}
        assert browser.post(f"/meetings/slots/{slot.id}/{deed}", data=sent).status_code == 403
    if not reader.is_expert:
        assert browser.post("/meetings/offer", data=OFFER).status_code == 403
    assert [one.standing for one in db.session.scalars(db.select(MeetingRequest))] == ["asked"]


def test_afterwards_both_say_what_came_of_it_and_the_member_lets_it_count(sign_in, expert, travel_to):
    member = PersonFactory(account=AccountFactory())
    request = do(ask(offer(expert), member), actions.accept)
    travel_to(request.ends_at + HOUR)
    asker, answerer, address = sign_in(member), sign_in(expert), f"/meetings/{request.id}"

    assert asker.post(f"{address}/note", data={"note": "It was the cable."}).status_code == 303
    page = answerer.get(address).text
    assert "It was the cable." in page
    assert "Let it count" not in page
    assert asker.post(f"{address}/count").status_code == 303
    assert "Let it not count any more" in asker.get(address).text
    assert asker.post(f"{address}/count/remove").status_code == 303
    assert request_of(request.id).counted_at is None
    assert answerer.post(f"{address}/count").status_code == 403


def test_empty_pages_say_what_comes_next(client, sign_in, expert, member):
    assert "Ask a question" in client.get("/meetings").text
    assert "/meetings/offer" in sign_in(expert).get("/meetings/yours").text
    assert "See the times on offer" in sign_in(member).get("/meetings/yours").text
    assert "See the times on offer" in sign_in(SalesFactory()).get("/meetings/yours").text


def test_a_list_of_many_pages_on(client, queries):
    for number in range(22):
        offer(title=f"Fair number {number}")

    with queries() as seen:
        first = client.get("/meetings").text
    assert len(seen) <= 4
    onwards = re.search(r'href="(/meetings\?after=[^"]+)"', first)
    assert onwards
    assert client.get(onwards[1]).text.count('<li class="row">') == 2
