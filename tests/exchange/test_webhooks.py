"""Other systems are told about accounts: signed, once, again after a failure, and never anything about a person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from jsonschema import ValidationError
from sqlalchemy import select, update
from standardwebhooks import Webhook as Receiver
from standardwebhooks import WebhookVerificationError

from app.accounts.models import Account, Status
from app.affinity import not_counted, remeasuring
from app.affinity.actions import keep_snapshots, measure
from app.affinity.alerting import settle
from app.affinity.alerts import AlertKind
from app.affinity.conditions import Condition
from app.affinity.models import AffinitySnapshot, Alert
from app.exchange import happenings, schema, webhooks
from app.exchange.models import Happening, Webhook, WebhookMessage
from app.introductions import actions as introductions
from app.introductions.actions import Asked
from app.introductions.models import Introduction
from app.jobs.webhooks import tell_other_systems
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.kernel.events import deliver_pending
from app.people.models import Person
from tests.notifications.inboxes import deliver_again, deliver_in_any_order
from tests.support.database_steps import counted_steps
from tests.support.factories import AccountFactory, AdminFactory, AnswerFactory, PersonFactory, QuestionFactory
from tests.support.web_server import Page, WebServer


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    with WebServer(tmp_path_factory.mktemp("tls")) as server:
        yield server


@pytest.fixture
def there(app, crm, monkeypatch):
    """The address of the customer system, which this site may reach."""
    monkeypatch.setenv("SSL_CERT_FILE", str(crm.certificate))
    before = app.extensions["firsthand.settings"]
    app.extensions["firsthand.settings"] = replace(before, outbound_allowed=(f"localhost:{crm.port}",))
    crm.posted.clear()
    crm.pages["/hook"] = Page(status=204)
    yield f"https://localhost:{crm.port}/hook"
    app.extensions["firsthand.settings"] = before


@pytest.fixture
def secret(there):
    with write():
        return webhooks.add_webhook(there, by=AdminFactory())[1]


def four_people_were_answered():
    """The id of their company."""
    account = AccountFactory(name="Oakridge Clinics", domains=["oakridge.example"])
    for number in range(4):
        asker = PersonFactory(account=account, name=f"Quux Secretperson {'abcd'[number]}")
        AnswerFactory(question=QuestionFactory(author=asker), accepted=True)
    deliver_pending()
    return account.id


@pytest.fixture
def oakridge(once):
    """To be asked for before whatever else has rows: it begins with its own alone."""
    return db.session.get_one(Account, once(four_people_were_answered))


def snapshot():
    with write():
        keep_snapshots(measure(clock.now()))
    deliver_pending()


def alert(account, *kinds):
    """Alerts as the worker raises them."""
    with write():
        settle([Condition(account_id=account.id, kind=kind, cause="x") for kind in kinds], clock.now())
    deliver_pending()


def ask_for_a_call(account):
    """A request of a member of the account, and the number of it."""
    with write():
        wish = Asked(wish="call", words="Please call me about the vault", contact="The front desk")
        number = introductions.ask(wish, by=PersonFactory(account=account)).id
    deliver_pending()
    return number


def messages():
    return db.session.scalars(select(WebhookMessage).order_by(WebhookMessage.id)).all()


def test_a_snapshot_is_told_once_and_its_signature_holds(crm, oakridge, secret):
    snapshot()
    assert tell_other_systems() == 1
    assert tell_other_systems() == 0

    ((headers, body),) = crm.posted
    told = Receiver(secret).verify(body, headers)
    schema.check(told)
    assert told["event"] == "account.affinity.updated"
    assert told["account"] == {"id": str(oakridge.id), "crm_id": None, "name": "Oakridge Clinics"}
    assert isinstance(told["affinity"]["score"], int)
    assert told["affinity"]["band"] in {"new", "acquainted", "engaged", "trusted"}
    assert told["report_url"].endswith(f"/sales/accounts/{oakridge.id}")
    assert headers["webhook-id"] == told["event_id"]


def test_a_message_is_not_believed_with_another_secret_or_body(crm, oakridge, secret):
    snapshot()
    tell_other_systems()
    ((headers, body),) = crm.posted

    with pytest.raises(WebhookVerificationError):
        Receiver(secret).verify(body.replace("Oakridge", "Oakbridge"), headers)
    with pytest.raises(WebhookVerificationError):
        Receiver("whsec_" + "A" * 43 + "=").verify(body, headers)


def test_nobody_is_named_in_a_message(crm, oakridge, secret):
    snapshot()
    tell_other_systems()

    assert "secretperson" not in str(crm.posted).lower()
    assert "oakridge.example" not in str(crm.posted)


def test_of_few_people_only_the_word_is_told(crm, secret):
    account = AccountFactory(name="Small Foods")
    QuestionFactory(author=PersonFactory(account=account))
    deliver_pending()
    snapshot()
    tell_other_systems()

    ((_headers, body),) = crm.posted
    assert json.loads(body)["affinity"] == {"band": "early", "score": None, "delta_90d": None, "parts": None}


def test_partners_are_told_about_to_nobody(crm, oakridge, secret):
    snapshot()
    with write():
        oakridge.status = Status.PARTNER
    assert tell_other_systems() == 0


def test_what_happened_before_an_address_was_told_is_not_told(crm, there, oakridge):
    with time_machine.travel(clock.now() - timedelta(days=2), tick=False):
        snapshot()
    with write():
        webhooks.add_webhook(there, by=AdminFactory())
    assert tell_other_systems() == 0


def test_alerts_and_requests_are_told_by_their_addresses_alone_and_quiet_never(crm, oakridge, secret):
    snapshot()
    alert(oakridge, AlertKind.FALLING, AlertKind.QUIET)
    number = ask_for_a_call(oakridge)
    tell_other_systems()

    told = [json.loads(body) for _headers, body in crm.posted]
    assert sorted(one["event"] for one in told) == [
        "account.affinity.updated",
        "account.alert",
        "introduction.granted",
    ]
    (granted,) = [one for one in told if one["event"] == "introduction.granted"]
    assert granted["report_url"].endswith(f"/sales/introductions/{number}")
    assert "vault" not in str(crm.posted)


def measure_again(account):
    """What happens in the night after somebody chose not to be counted, or to be again."""
    with write():
        measured = remeasuring.measure_again([account.id])
        remeasuring.keep_measured_again(remeasuring.Due(account.id, clock.now()), measured)
    deliver_pending()
    tell_other_systems()


def test_a_snapshot_measured_again_is_told_again(crm, oakridge, secret):
    snapshot()
    tell_other_systems()
    with write():
        not_counted.leave_out(db.session.scalars(select(Person).where(Person.name == "Quux Secretperson d")).one())
    measure_again(oakridge)

    assert len({headers["webhook-id"] for headers, _body in crm.posted}) == 2
    scores = [json.loads(body)["affinity"]["score"] for _headers, body in crm.posted]
    assert scores[0] > scores[1]


def test_a_snapshot_that_says_the_same_measured_again_is_not_told(crm, oakridge, secret):
    """A message in the middle of the week would tell nothing but that somebody there has left the count."""
    snapshot()
    tell_other_systems()
    measure_again(oakridge)
    assert len(crm.posted) == 1

    # By an older formula the same numbers meant something else.
    with write():
        db.session.execute(update(AffinitySnapshot).values(score_version="0"))
    measure_again(oakridge)
    assert [json.loads(body)["score_version"] for _headers, body in crm.posted] == ["1", "1"]


def test_what_is_noted_again_or_late_is_told_once(crm, oakridge, secret):
    snapshot()
    alert(oakridge, AlertKind.FALLING)
    ask_for_a_call(oakridge)
    deliver_again()
    tell_other_systems()
    deliver_in_any_order(11)
    tell_other_systems()

    told = [headers["webhook-id"] for headers, _body in crm.posted]
    assert len(told) == len(set(told)) == 3
    assert happenings.still_to_tell(10) == []


def test_what_waits_for_a_first_snapshot_is_told_with_it_unless_it_is_over(crm, oakridge, secret):
    alert(oakridge, AlertKind.OVERDUE)
    waits, withdrawn = ask_for_a_call(oakridge), ask_for_a_call(oakridge)
    assert tell_other_systems() == 0
    with write():
        found = db.session.get_one(Introduction, withdrawn)
        introductions.withdraw(found, by=db.session.get_one(Person, found.person_id))
    snapshot()
    tell_other_systems()

    told = [json.loads(body) for _headers, body in crm.posted]
    granted = [one["report_url"] for one in told if one["event"] == "introduction.granted"]
    assert len(told) == 3
    assert [address.rpartition("/")[2] for address in granted] == [str(waits)]


def test_what_nobody_could_be_told_for_a_month_is_told_no_more(crm, oakridge, secret, travel_to):
    alert(oakridge, AlertKind.OVERDUE)
    travel_to(clock.now() + timedelta(days=31))
    with write():
        webhooks.forget_old()
    assert db.session.scalars(select(Happening)).all() == []


def test_an_address_that_is_added_later_is_told_what_happens_from_then_on(crm, oakridge, secret, there, travel_to):
    snapshot()
    crm.pages["/later"] = Page(status=204)
    travel_to(clock.now() + timedelta(hours=1))
    with write():
        later, _secret = webhooks.add_webhook(there.replace("/hook", "/later"), by=AdminFactory())
    travel_to(clock.now() + timedelta(hours=1))
    alert(oakridge, AlertKind.FALLING)
    tell_other_systems()

    kinds = {one: [message.kind for message in messages() if message.webhook_id == one] for one in (1, later.id)}
    assert kinds == {1: ["account.affinity.updated", "account.alert"], later.id: ["account.alert"]}


@pytest.mark.one_database
@pytest.mark.parametrize("is_due", [False, True], ids=["nothing", "one"])
def test_a_minute_costs_no_more_the_more_was_told_before(crm, oakridge, secret, is_due):
    """Counted are the steps that SQLite takes: one at least for each row that is looked at."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL counts no steps.")
    snapshot()
    tell_other_systems()

    def minute(kind):
        if is_due:
            alert(oakridge, kind)
        with counted_steps() as steps:
            assert tell_other_systems() == is_due
        return steps[0]

    minute(AlertKind.ADVOCACY)
    young = minute(AlertKind.FALLING)
    add_history(3_000)

    assert minute(AlertKind.KEY_PERSON) <= young * 1.2 < 3_000


def add_history(count):
    """So many messages that were sent, snapshots of other accounts, and alerts that are over."""
    others = [AccountFactory() for _ in range(20)]
    webhook_id, now = db.session.scalars(select(Webhook.id)).one(), clock.now()
    with write():
        for number in range(count):
            at, account = now - timedelta(minutes=number + 10), others[number % 20]
            sent = {"made_at": at, "due_at": at, "sent_at": at, "kind": "account.alert", "body": "{}"}
            db.session.add(WebhookMessage(webhook_id=webhook_id, uid=f"told-{number}", **sent))
            db.session.add(AffinitySnapshot(account_id=account.id, taken_at=at, score_version="1", score=0.0, **NOBODY))
            over = {"raised_at": at, "settled_at": now}
            db.session.add(Alert(account_id=account.id, kind="falling", cause=f"{number}", **over))


NOBODY = {"active_people": 0, "overdue": 0}


def test_a_failure_is_tried_again_with_the_same_id_and_a_new_time(crm, oakridge, secret):
    crm.pages["/hook"] = Page(status=503)
    start = clock.now()
    with time_machine.travel(start, tick=False) as watch:
        snapshot()
        for pause in webhooks.PAUSES:
            assert tell_other_systems() == 1
            assert tell_other_systems() == 0
            watch.move_to(clock.now() + pause)
        assert tell_other_systems() == 1
        watch.move_to(clock.now() + timedelta(days=2))
        assert tell_other_systems() == 0

    assert len(crm.posted) == 1 + len(webhooks.PAUSES) == 8
    assert len({headers["webhook-id"] for headers, _body in crm.posted}) == 1
    assert len({headers["webhook-timestamp"] for headers, _body in crm.posted}) == 8
    (given_up,) = messages()
    assert given_up.dead_at is not None
    assert "503" in given_up.last_error


def test_an_address_that_is_gone_is_told_no_more(crm, oakridge, secret):
    crm.pages["/hook"] = Page(status=410)
    snapshot()
    tell_other_systems()

    assert webhooks.active_webhooks() == []
    assert messages() == []


def test_an_address_that_sends_elsewhere_is_not_followed(crm, oakridge, secret):
    crm.pages["/hook"] = Page(status=307, headers={"Location": f"https://localhost:{crm.port}/other"})
    snapshot()
    tell_other_systems()

    assert len(crm.posted) == 1
    assert "307" in messages()[0].last_error


def test_what_waits_is_forgotten_when_an_address_is_stopped(crm, oakridge, secret):
    crm.pages["/hook"] = Page(status=500)
    snapshot()
    tell_other_systems()
    with write():
        webhooks.stop_webhook(db.session.scalars(select(Webhook.id)).one())

    assert messages() == []


def test_a_worker_that_died_while_sending_leaves_the_message_to_the_next(crm, oakridge, secret):
    snapshot()
    crm.pages["/hook"] = Page(status=500)
    tell_other_systems()
    start = clock.now()
    with time_machine.travel(start + webhooks.PAUSES[0], tick=False) as watch:
        with write():
            assert webhooks.lease() is not None
        with write():
            assert webhooks.lease() is None
        watch.move_to(clock.now() + webhooks.LEASE)
        with write():
            assert webhooks.lease() is not None


@pytest.mark.parametrize("url", ["http://crm.example/hook", "https://127.0.0.1/hook", "https://name:word@crm.example/"])
def test_an_address_inside_is_refused(url):
    with pytest.raises(RuleBroken), write():
        webhooks.add_webhook(url, by=AdminFactory())


def test_the_secret_does_not_rest_in_the_open(secret):
    assert secret not in db.session.scalars(select(Webhook.secret)).one()


def test_old_messages_are_forgotten_and_not_told_anew(crm, oakridge, secret):
    snapshot()
    tell_other_systems()
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        with write():
            webhooks.forget_old()
        assert messages() == []
        assert tell_other_systems() == 0


@pytest.mark.pure
@pytest.mark.parametrize("place", ["", "account", "affinity", "parts"])
def test_the_schema_takes_no_other_field(place):
    message = {
        "event": "account.alert",
        "event_id": "6a3f9f0e-5d5b-4c55-9a3e-0d1c8f6f6b52",
        "snapshot_date": "2026-11-23",
        "score_version": "1",
        "account": {"id": "7", "crm_id": None, "name": "Oakridge"},
        "affinity": {"band": "new", "score": 12, "delta_90d": None, "parts": {"breadth": 3}},
        "open_questions": 0,
        "oldest_open_hours": None,
        "report_url": "https://firsthand.example/sales/accounts/7",
    }
    schema.check(message)
    inside = {"": message, "account": message["account"], "affinity": message["affinity"]}
    (inside.get(place) if place != "parts" else message["affinity"]["parts"])["person"] = 1

    with pytest.raises(ValidationError):
        schema.check(message)


@pytest.mark.pure
def test_every_object_of_the_schema_is_closed():
    def objects(part):
        if isinstance(part, dict):
            if "properties" in part:
                yield part
            for inner in part.values():
                yield from objects(inner)

    found = list(objects(schema.SCHEMA))
    assert len(found) == 4
    assert all(one["additionalProperties"] is False for one in found)
