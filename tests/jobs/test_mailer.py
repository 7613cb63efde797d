"""Letters reach the mail server once, come again when it was down, and are given up where it is hopeless."""

import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import delete, select

from app.jobs.mailer import WORDING, send_due_letters
from app.jobs.mailer import compose as compose_letter
from app.jobs.wording import WORDS
from app.jobs.worker import run_once
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.mail import MailRefused, MailServerDown, compose, send
from app.people import letters
from app.people.letters import OWN_ADDRESS_NAMED, LetterKind, write_letter, write_of_new_address
from app.people.models import Letter
from tests.support.factories import PersonFactory, StewardFactory
from tests.support.ports import free_port

pytestmark = pytest.mark.one_database

ADDRESS = "marta@fernhill.example"


@pytest.fixture
def marta():
    return PersonFactory(address=ADDRESS, handle="martak", name="Marta Kowalska")


def write_one(person, kind=LetterKind.RESET):
    with write():
        write_letter(person, kind)


def the_letter():
    db.session.rollback()
    return db.session.scalars(select(Letter)).one()


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def when_due():
    """A moment after the letter is due again."""
    return max(the_letter().due_at, clock.now()) + timedelta(seconds=1)


class Answering:
    """A mail server that gives one answer to every mail, and remembers what it saw."""

    def __init__(self, answer):
        self.answer = answer
        self.seen = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.seen.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if self.answer == "drop":
            server.transport.abort()
        return self.answer


@pytest.fixture
def mail_server(app_with):
    """`mail_server("451 later")` is a handler, and the site that sends to it."""
    running = []

    def start(answer):
        handler = Answering(answer)
        controller = Controller(handler, hostname="127.0.0.1", port=free_port(), ready_timeout=10)
        controller.start()
        running.append(controller)
        return handler, app_with(mail_url=f"smtp://127.0.0.1:{controller.port}")

    yield start
    for controller in running:
        controller.stop()


def test_a_letter_is_plain_first_and_loads_nothing(mailbox, marta):
    write_one(marta)
    run_once()
    (mail,) = mailbox.to(ADDRESS)
    plain, html = text_of(mail), mail.get_body(("html",)).get_content()

    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert plain.startswith("Hello Marta,\n")
    assert "http://127.0.0.1:8000/reset/" in plain
    assert "src=" not in html
    assert max(len(line) for line in plain.splitlines() if "://" not in line) <= 78
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_letter_comes_from_a_person(mailbox, marta):
    StewardFactory(name="Vicky Lindqvist", job_title="Community steward")
    write_one(marta)
    run_once()

    assert mailbox[0]["From"].addresses[0].display_name == "Vicky Lindqvist via Northwind TechCenter"
    assert "Vicky Lindqvist\nCommunity steward, Northwind Systems" in text_of(mailbox[0])


def test_every_kind_has_its_words():
    assert set(WORDING) == set(LetterKind)


@pytest.mark.parametrize("kind", list(WORDS))
def test_every_kind_can_be_sent(mailbox, marta, kind):
    with write():
        if kind in OWN_ADDRESS_NAMED:
            # Written together; the other one of the two is not what is looked at.
            write_of_new_address(marta, marta.email, to_new=kind is LetterKind.CONFIRM_NEW_ADDRESS)
            db.session.flush()
            db.session.execute(delete(Letter).where(Letter.kind != kind))
        else:
            write_letter(marta, kind)
    run_once()

    (mail,) = mailbox.to(ADDRESS)
    text = text_of(mail)
    assert "You get this" in text
    assert "None" not in text
    assert the_letter().sent_at is not None


def test_no_token_rests_in_the_database(mailbox, marta):
    write_one(marta)
    run_once()
    token = mailbox.link(ADDRESS, "/reset/").removeprefix("/reset/")

    assert token not in str([vars(one) for one in db.session.scalars(select(Letter))])


def test_a_letter_comes_again_when_the_server_was_down(app_with, mailbox, marta, travel_to):
    start = clock.now()
    travel_to(start)
    write_one(marta)
    down = app_with(mail_url=f"smtp://127.0.0.1:{free_port()}")
    with down.app_context(), pytest.raises(MailServerDown):
        send_due_letters()

    assert len(mailbox) == 0
    assert the_letter().last_error.startswith("ConnectionRefusedError")
    assert send_due_letters() == 0

    travel_to(start + timedelta(minutes=30))
    assert send_due_letters() == 1
    assert send_due_letters() == 0
    assert len(mailbox) == 1


def test_a_temporary_refusal_is_tried_again_with_growing_pauses(mail_server, marta, travel_to):
    _, site = mail_server("451 try later")
    moment = clock.now()
    pauses = []
    travel_to(moment)
    write_one(marta)
    for _ in range(4):
        with site.app_context(), pytest.raises(MailServerDown):
            send_due_letters()
        pauses.append((the_letter().due_at - clock.now()).total_seconds())
        travel_to(when_due())

    assert pauses == sorted(pauses)
    assert 30 <= pauses[0] < 60 <= pauses[1] < 120


def test_a_final_refusal_is_shown_and_can_be_tried_again(mail_server, mailbox, marta):
    _, site = mail_server("550 no such person")
    write_one(marta)
    with site.app_context():
        assert send_due_letters() == 1

    (dead,) = letters.dead_letters()
    assert dead.last_error == "The mail server answered 550."
    with write():
        assert letters.retry(dead.id)
    assert send_due_letters() == 1
    assert len(mailbox) == 1


def test_a_letter_is_given_up_in_the_end(mail_server, marta, travel_to):
    _, site = mail_server("451 try later")
    travel_to(clock.now())
    write_one(marta)
    for _ in range(letters.MOST_ATTEMPTS):
        with site.app_context(), pytest.raises(MailServerDown):
            send_due_letters()
        travel_to(when_due())

    assert the_letter().dead_at is not None
    assert send_due_letters() == 0


def test_a_crash_sends_it_twice_at_most_and_under_one_name(mail_server, mailbox, marta, travel_to):
    """The server takes the mail and the connection breaks before it says so."""
    handler, site = mail_server("drop")
    travel_to(clock.now())
    write_one(marta)
    with site.app_context(), pytest.raises(MailServerDown):
        send_due_letters()
    travel_to(when_due())
    send_due_letters()
    send_due_letters()

    assert len(handler.seen) == len(mailbox) == 1
    assert handler.seen[0]["Message-ID"] == mailbox[0]["Message-ID"]


def test_a_worker_that_died_leaves_its_letter_to_the_next(mailbox, marta, travel_to):
    start = clock.now()
    travel_to(start)
    write_one(marta)
    with write():
        assert letters.lease() is not None

    assert send_due_letters() == 0
    travel_to(start + letters.LEASE + timedelta(seconds=1))
    assert send_due_letters() == 1


def test_nobody_is_written_to_after_leaving(mailbox, marta):
    write_one(marta)
    with write():
        marta.active = False
    run_once()

    assert len(mailbox) == 0
    assert the_letter().dead_at is not None


def test_mail_can_go_into_a_folder(app_with, marta, tmp_path):
    write_one(marta)
    with app_with(mail_url=f"file:{tmp_path / 'mail'}").app_context():
        send_due_letters()

    (file,) = Path(tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["To"].addresses[0].addr_spec == ADDRESS


@pytest.mark.parametrize("value", ["Bob\r\nBcc: x@y.example", "Bob\nX: y", "Bob\0", "Bob\u2028Bcc: x"])
@pytest.mark.parametrize("field", ["subject", "recipient_name", "sender_name", "message_id"])
def test_no_header_can_start_another(marta, field, value):

    write_one(marta)
    with write():
        leased = letters.lease()

    with pytest.raises(MailRefused):
        compose(replace(compose_letter(leased), **{field: value}))


def test_a_name_in_any_script_travels(mailbox):
    write_one(PersonFactory(address=ADDRESS, name="Łucja Żółć-Öztürk", handle="lucja"))
    run_once()

    assert mailbox[0]["To"].addresses[0].display_name == "Łucja Żółć-Öztürk"


def test_a_refused_mail_is_told_from_a_server_that_is_down(mail_server, marta):

    write_one(marta)
    with write():
        composed = compose_letter(letters.lease())
    handler, site = mail_server("554 no")

    with pytest.raises(MailRefused):
        send(composed, site.extensions["firsthand.settings"].mail_url)
    with pytest.raises(MailServerDown):
        send(composed, f"smtp://127.0.0.1:{free_port()}")
    assert len(handler.seen) == 1


def test_no_more_than_so_many_of_a_kind_are_written_in_a_day(marta, travel_to):
    travel_to(clock.now())
    for _ in range(letters.MOST_A_DAY + 3):
        write_one(marta)
    write_one(marta, LetterKind.PASSWORD_CHANGED)
    assert letters.waiting_count() == letters.MOST_A_DAY + 1

    travel_to(clock.now() + timedelta(days=1, seconds=1))
    write_one(marta)
    assert letters.waiting_count() == letters.MOST_A_DAY + 2


def test_an_address_that_somebody_wrote_into_a_letter_is_not_used(mailbox, marta):
    """Whoever can change rows cannot send a mail of ours to somebody else than the person whom it is to."""
    write_one(marta)
    elsewhere = PersonFactory(address="eve@canary.example").email
    with write():
        the_letter().details = json.dumps({"address": elsewhere})
    run_once()

    assert [mail["To"].addresses[0].addr_spec for mail in mailbox] == [ADDRESS]


@pytest.mark.parametrize("kind", sorted(OWN_ADDRESS_NAMED))
def test_a_letter_about_an_address_is_written_in_one_way(marta, kind):
    with pytest.raises(ValueError, match="write_of_new_address"), write():
        write_letter(marta, kind)


TYPED = "Call me at once about the offer that ends today, https://evil.example/now"


@pytest.mark.parametrize("kind", list(WORDS))
def test_no_letter_holds_what_a_person_typed(mailbox, marta, kind):
    with write():
        marta.about = marta.interests = marta.learning = marta.away_note = marta.city = marta.job_title = TYPED[:80]
        if kind in OWN_ADDRESS_NAMED:
            write_of_new_address(marta, marta.email, to_new=True)
        else:
            write_letter(marta, kind)
    run_once()

    assert all("evil.example" not in part.get_content() for mail in mailbox for part in mail.iter_parts())
    assert len(mailbox) >= 1
