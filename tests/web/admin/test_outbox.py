"""What was given up is shown to admins, with a button to try it again."""

import pytest

from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import OutboxMessage
from app.people.letters import LetterKind, mark_failed, write_letter
from app.people.models import Letter
from tests.support.factories import AdminFactory, PersonFactory, SalesFactory, StewardFactory

pytestmark = pytest.mark.one_database


@pytest.fixture
def dead_letter():
    person = PersonFactory()
    with write():
        write_letter(person, LetterKind.RESET)
    letter = db.session.query(Letter).one()
    with write():
        mark_failed(letter.id, "The mail server answered 550.", for_good=True)
    return letter


@pytest.fixture
def dead_message():
    moment = clock.now()
    with write():
        message = OutboxMessage(
            name="questions.answer_accepted", payload="{}", recorded_at=moment, due_at=moment, attempts=10,
            settled_at=moment, dead_at=moment, last_error="ValueError: <b>broken</b>",
        )  # fmt: skip
        db.session.add(message)
    return message


def test_an_admin_sees_that_all_went_well(sign_in):
    browser = sign_in(AdminFactory())

    assert "were given up." not in browser.get("/admin").text
    assert "Nothing was given up" in browser.get("/admin/outbox").text


@pytest.mark.both_databases
def test_a_dead_letter_is_shown_and_tried_again(sign_in, dead_letter):
    browser = sign_in(AdminFactory())
    assert "The mail server answered 550." in browser.get("/admin/outbox").text

    assert browser.post(f"/admin/outbox/letters/{dead_letter.id}/retry").status_code == 303
    assert dead_letter.dead_at is None
    assert browser.post(f"/admin/outbox/letters/{dead_letter.id}/retry").status_code == 404


def test_a_dead_event_is_shown_and_tried_again(sign_in, dead_message):
    browser = sign_in(AdminFactory())
    page = browser.get("/admin/outbox").text
    assert "questions.answer_accepted" in page
    assert "ValueError: &lt;b&gt;broken&lt;/b&gt;" in page

    assert browser.post(f"/admin/outbox/messages/{dead_message.id}/retry").status_code == 303
    assert dead_message.dead_at is None


@pytest.mark.parametrize("factory", [PersonFactory, StewardFactory, SalesFactory])
def test_nobody_else_sees_it(sign_in, dead_letter, factory):
    browser = sign_in(factory())

    for path in ("/admin", "/admin/outbox"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/admin/outbox/letters/{dead_letter.id}/retry").status_code == 403


def test_guests_are_asked_to_sign_in(client):
    assert client.get("/admin/outbox").status_code in {303, 401}
    assert client.post("/admin/outbox/letters/1/retry").status_code in {303, 401}
