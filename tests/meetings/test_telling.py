"""What the two people are told: in the inbox, by letter with a file for their calendar, and by a reminder."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import icalendar
import pytest

from app.jobs.mailer import send_due_letters
from app.jobs.reminders import remind_of_meetings
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.meetings import actions
from app.meetings.offers import withdraw_offer
from app.notifications.kinds import Kind
from app.notifications.meetings import settle_meeting
from app.notifications.models import Notice
from app.people import actions as people
from app.people.addresses import open_address
from app.people.models import Letter, Person, Role
from tests.support.factories import ExpertFactory, PersonFactory
from tests.support.mailbox import Mailbox
from tests.support.meetings import HOUR, WHY, ask, do, offer, office_hour, request_of, slot_of, utc


@pytest.fixture
def expert() -> Person:
    return ExpertFactory(name="Ingrid Solheim")


@pytest.fixture
def member() -> Person:
    return PersonFactory(name="Marta Kowalska")


def told(person: Person) -> list[tuple[str, str]]:
    deliver_pending()
    rows = db.select(Notice.kind, Notice.words).where(Notice.person_id == person.id).order_by(Notice.id)
    return [(kind, words) for kind, words in db.session.execute(rows)]


def sent_to(person: Person, mailbox: Mailbox) -> list[EmailMessage]:
    assert person.email is not None
    send_due_letters()
    return mailbox.to(open_address(person.email))


def calendar_in(mail: EmailMessage) -> icalendar.Component:
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "meeting.ics")
    (event,) = icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")
    return event


def test_both_are_told_of_every_step(expert, member):
    request = ask(offer(expert), member)
    assert told(expert) == [(Kind.MEETING_ASKED, WHY)]

    request = do(request, actions.propose, request.starts_at + 3 * HOUR, "My train is late.")
    assert told(member) == [(Kind.MEETING_PROPOSED, "My train is late.")]

    do(request, actions.refuse)
    assert [kind for kind, _ in told(expert)] == [Kind.MEETING_ASKED, Kind.MEETING_NOT_THEN]
    assert told(member) == []

    do(request, actions.accept)
    assert told(member) == [(Kind.MEETING_ACCEPTED, "")]
    do(request, actions.decline, "I am ill.")
    assert told(member) == [(Kind.MEETING_DECLINED, "I am ill.")]
    assert [kind for kind, _ in told(expert)] == [Kind.MEETING_ASKED]


def test_whoever_moves_up_is_told(expert, member):
    slot = office_hour(expert, capacity=1)
    first = do(ask(slot), actions.accept)
    do(ask(slot, member), actions.accept)
    assert told(member) == [(Kind.MEETING_WAITING, "")]

    do(first, actions.withdraw)

    assert told(member) == [(Kind.MEETING_SEAT, "")]
    assert Kind.MEETING_WITHDRAWN in [kind for kind, _ in told(expert)]


def test_settling_again_changes_nothing(expert, member):
    request = do(ask(offer(expert), member), actions.accept)
    before = told(member), told(expert)
    with write():
        settle_meeting(request.id)

    assert (told(member), told(expert)) == before


def test_who_is_no_expert_any_more_meets_nobody(expert, member):
    request = do(ask(offer(expert), member), actions.accept)
    with write():
        people.revoke_role(db.session.get_one(Person, expert.id), Role.EXPERT)

    assert told(member) == [(Kind.MEETING_ENDED, "Ingrid does not answer here any more.")]
    assert request_of(request.id).standing == "declined"


def test_whoever_is_let_in_no_more_keeps_no_seat_and_offers_nothing(expert, member):
    slot = office_hour(expert, capacity=1)
    leaving = do(ask(slot), actions.accept)
    do(ask(slot, member), actions.accept)
    with write():
        people.deactivate(db.session.get_one(Person, leaving.person_id))
    assert told(member) == [(Kind.MEETING_SEAT, "")]

    with write():
        people.deactivate(db.session.get_one(Person, expert.id))

    assert told(member) == [(Kind.MEETING_ENDED, "Ingrid does not answer here any more.")]
    assert slot_of(slot.id).withdrawn_at is not None


@pytest.mark.one_database
def test_both_get_letters_with_a_file(mailbox, expert, member, travel_to):
    travel_to(utc(2026, 3, 1))
    with write():
        db.session.get_one(Person, member.id).time_zone = "America/New_York"
    slot = office_hour(expert, at=utc(2026, 3, 16, 13), time_zone="Europe/Berlin")
    request = ask(slot, member)
    assert sent_to(member, mailbox) == []

    do(request, actions.accept)

    (mine,), (theirs,) = sent_to(member, mailbox), sent_to(expert, mailbox)
    assert (mine["Subject"], theirs["Subject"]) == ("You meet Ingrid Solheim", "You meet Marta Kowalska")
    text = mine.get_body(("plain",)).get_content()
    assert "Mon 16 March, 14:00 – 15:00 (Europe/Berlin, UTC+1)" in " ".join(text.split())
    assert "Mon 16 March, 09:00 – 10:00 (America/New York, UTC−4)" in " ".join(text.split())
    assert "https://call.example/quuxroom" in text
    assert utc(2026, 3, 16, 13) == calendar_in(mine).DTSTART
    assert calendar_in(mine)["status"] == "CONFIRMED"

    do(request, actions.decline, "I am ill.")

    off = sent_to(member, mailbox)[-1]
    assert off["Subject"] == "You do not meet Ingrid Solheim"
    assert calendar_in(off)["status"] == "CANCELLED"
    assert calendar_in(off)["uid"] == calendar_in(mine)["uid"]
    assert calendar_in(off)["sequence"] > calendar_in(mine)["sequence"]
    assert "quuxroom" not in off.as_string()


@pytest.mark.one_database
def test_what_is_not_true_any_more_is_not_sent(mailbox, expert, member):
    request = do(ask(offer(expert), member), actions.accept)
    do(request, actions.withdraw)

    subjects = [mail["Subject"] for mail in sent_to(member, mailbox)]

    assert subjects == ["You do not meet Ingrid Solheim"]
    assert {letter.sent_at is not None for letter in db.session.scalars(db.select(Letter))} == {True}


@pytest.mark.one_database
def test_a_letter_shows_no_address_of_the_other(mailbox, expert, member):
    do(ask(offer(expert), member), actions.accept)

    for mail, other in ((sent_to(member, mailbox)[0], expert), (sent_to(expert, mailbox)[0], member)):
        assert open_address(other.email) not in mail.as_string()
        assert open_address(other.email) not in calendar_in(mail).to_ical().decode()


def test_both_are_reminded_once_a_day_before(mailbox, expert, member, travel_to):
    request = do(ask(offer(expert), member), actions.accept)
    sent_to(member, mailbox)
    mailbox.clear()
    assert remind_of_meetings() == 0

    travel_to(request.starts_at - timedelta(hours=23))

    assert [remind_of_meetings(), remind_of_meetings()] == [1, 0]
    assert [mail["Subject"] for mail in sent_to(member, mailbox)] == ["You meet Ingrid Solheim within a day"]
    assert len(sent_to(expert, mailbox)) == 1
    assert Kind.MEETING_SOON in [kind for kind, _ in told(expert)]
    assert Kind.MEETING_SOON in [kind for kind, _ in told(member)]


def test_nobody_is_reminded_of_what_was_agreed_within_the_day_or_is_off(expert, member, travel_to):
    slot = offer(expert, at=clock.now() + timedelta(hours=20))
    do(ask(slot, member), actions.accept)
    other = do(ask(offer(), member), actions.accept)
    with write():
        slot = slot_of(other.slot_id)
        withdraw_offer(slot, "The fair is off.", by=slot.expert)
    travel_to(clock.now() + timedelta(hours=2))

    assert remind_of_meetings() == 0
    travel_to(other.starts_at - timedelta(hours=1))
    assert remind_of_meetings() == 0


def test_what_was_moved_to_a_later_day_ends_with_the_role_too(expert, member, travel_to):
    request = ask(offer(expert, at=clock.now() + timedelta(hours=5)), member)
    do(request, actions.propose, clock.now() + timedelta(days=5), "I am ill until then.")
    request = do(request, actions.agree)
    travel_to(clock.now() + timedelta(days=1))

    with write():
        people.revoke_role(db.session.get_one(Person, expert.id), Role.EXPERT)
    deliver_pending()

    assert request_of(request.id).standing == "declined"
