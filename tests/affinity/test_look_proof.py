"""Whoever hides a look from the members, or shows them one that nobody had, is found by the trail."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from app.accounts.models import Account
from app.affinity import look_proof
from app.affinity.actions import record_view
from app.affinity.look_proof import first_unlike, newest_unlike
from app.affinity.models import ReportView
from app.affinity.purposes import Purpose
from app.kernel.db import db, write
from app.people import audit
from app.people.models import AuditEntry, Person
from tests.support.factories import AccountFactory, AdminFactory, SalesFactory

MAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
WHOLE = "5 entries are as written, and none is missing.\n"
SHOWN = "4 looks at reports are shown to members as the trail tells, and none is hidden from them.\n"


@pytest.fixture
def looks(app, travel_to):
    """Entries 1, 2, 4 and 5 are looks; 3 is something else. Two or three rows are fetched at a time."""
    travel_to(MAY)
    account, other = AccountFactory(), AccountFactory()
    seller = SalesFactory(looks_after=(account, other))
    for number, of in enumerate((account, None, "else", account, other)):
        travel_to(MAY + timedelta(hours=number))
        with write():
            if of == "else":
                audit.note("tests.done", by=seller)
            else:
                record_view(seller, "account" if of else "portfolio", of, Purpose.VISIT)
    return seller, account, other


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(look_proof, "CHUNK", 2)


def tamper(statement: str, **values: object) -> None:
    """Do what somebody with a database tool can."""
    with write():
        db.session.execute(text(statement), values)


def verify(app, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "verify", *arguments])
    return result.exit_code, result.output


def test_what_is_shown_as_it_is_told_is_whole(app, looks):
    assert verify(app) == (0, WHOLE + SHOWN)
    assert verify(app, "--from", "5")[1].endswith(
        "\n1 look at a report is shown to members as the trail tells, and none is hidden from them.\n"
    )
    assert newest_unlike() is None


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_a_look_that_is_hidden_from_members_is_found(app, looks, number):
    tamper("DELETE FROM report_views WHERE entry_id = :number", number=number)

    sentence = f"Entry {number} is a look at a report that members are shown no more: its row was taken away.\n"
    assert verify(app) == (1, sentence)
    assert str(newest_unlike()) == sentence.strip()


def test_the_first_of_several_is_named(app, looks):
    tamper("DELETE FROM report_views")

    assert verify(app)[1].startswith("Entry 1 ")
    assert verify(app, "--from", "2")[1].startswith("Entry 2 ")
    assert verify(app, "--from", "3")[1].startswith("Entry 4 ")


ADDED = "INSERT INTO report_views (entry_id, viewer_id, account_id, what, purpose, at) SELECT "
COPY = " viewer_id, account_id, what, purpose, at FROM report_views WHERE entry_id = 4"
PUT_IN = {
    "under an entry that is no look": (
        ADDED + "3," + COPY,
        "Entry 3 is no look at a report, and members are shown one",
    ),
    "under a look, twice": (ADDED + "4," + COPY, "Entry 4 is one look at a report, and members are shown more"),
    "under an entry to come": (ADDED + "99," + COPY, "Entry 99 is no look at a report, and members are shown one"),
    "under the entry before all": (ADDED + "0," + COPY, "Entry 0 is no look at a report, and members are shown one"),
    "under no entry": (ADDED + "NULL," + COPY, "Row "),
}


@pytest.mark.parametrize("case", PUT_IN.values(), ids=PUT_IN.keys())
def test_a_look_that_nobody_had_is_found(app, looks, case):
    statement, sentence = case
    tamper(statement)

    status, said = verify(app)

    assert status == 1
    assert said.startswith(sentence)
    assert said.endswith("put in.\n")


def test_a_look_under_no_entry_is_older_than_all_that_the_trail_tells_of_or_put_in(app, looks):
    statement = "INSERT INTO report_views (viewer_id, what, purpose, at) VALUES (:reader, 'portfolio', '', :at)"
    tamper(statement, reader=looks[0].id, at=MAY - timedelta(days=9))
    older = "1 look is older than the first that the trail tells of, and cannot be proved.\n"
    assert verify(app) == (0, WHOLE + SHOWN + older)

    tamper(statement, reader=looks[0].id, at=MAY + timedelta(hours=1))

    last = db.session.scalars(select(ReportView.id).order_by(ReportView.id.desc())).first()
    assert verify(app)[1].startswith(f"Row {last} of the looks that members are shown")


CHANGES = {
    "who": "viewer_id = (SELECT max(id) FROM people)",
    "which account": "account_id = (SELECT account_id FROM report_views WHERE entry_id = 5)",
    "no account": "account_id = NULL",
    "what": "what = 'summary'",
    "what for": "purpose = 'leadership'",
    "when": "at = (SELECT at FROM report_views WHERE entry_id = 1)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_look_that_is_shown_otherwise_is_found(app, looks, change):
    AdminFactory()
    tamper(f"UPDATE report_views SET {change} WHERE entry_id = 4")

    assert verify(app) == (
        1,
        "Entry 4 is a look at a report, and members are shown another: its row was changed.\n",
    )


def test_a_look_that_was_given_to_another_entry_is_missed_there(app, looks):
    tamper("UPDATE report_views SET entry_id = NULL WHERE entry_id = 4")

    assert verify(app)[1].startswith("Entry 4 is a look at a report that members are shown no more")


def test_a_trail_that_is_broken_is_not_compared_with(app, looks):
    tamper("DELETE FROM report_views WHERE entry_id = 1")
    tamper("DELETE FROM audit_entries WHERE id = 4")

    assert verify(app) == (1, "Entry 4 was taken away.\n")


def test_looks_at_an_account_that_was_removed_went_with_it_if_the_trail_tells_so(app, looks):
    _seller, account, _other = looks
    account_id = account.id
    tamper("DELETE FROM accounts WHERE id = :id", id=account_id)
    assert verify(app)[1].startswith("Entry 1 is a look at a report that members are shown no more")

    with write():
        audit.note(look_proof.REMOVED, by=None, account=account_id, name="Fernhill")

    assert verify(app)[0] == 0


def test_a_look_after_an_account_came_back_under_its_number_is_not_excused(app, looks):
    seller, account, _other = looks
    with write():
        audit.note(look_proof.REMOVED, by=None, account=account.id, name="Fernhill")
        record_view(db.session.get_one(Person, seller.id), "summary", db.session.get_one(Account, account.id))
    tamper("DELETE FROM report_views WHERE entry_id IN (1, 7)")

    assert verify(app)[1].startswith("Entry 7 ")


def test_whatever_the_details_hold_the_proof_ends_with_a_sentence(app, looks):
    tamper("UPDATE audit_entries SET details = '[]' WHERE id = 4")

    assert str(first_unlike()).startswith("Entry 4 ")


def test_each_opening_is_a_look_however_soon_after_the_last(app, travel_to):
    travel_to(MAY)
    account = AccountFactory()
    seller = SalesFactory(looks_after=(account,))
    for _ in range(3):
        with write():
            record_view(db.session.get_one(Person, seller.id), "account", account, Purpose.VISIT)

    rows = select(ReportView.entry_id).order_by(ReportView.id)
    assert db.session.scalars(rows).all() == [1, 2, 3]
    assert audit.head().entry_id == 3
    assert first_unlike() is None


def test_any_number_of_looks_is_proved_in_the_same_memory(looks, monkeypatch):
    seller, account, _other = looks
    monkeypatch.setattr(look_proof, "CHUNK", 100)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.id == 4)).one()
    view = {"viewer_id": seller.id, "account_id": account.id, "what": "account", "purpose": "visit", "at": entry.at}
    told = {"at": entry.at, "deed": entry.deed, "details": entry.details, "seal": entry.seal}

    def peak(numbers: range) -> int:
        with write():
            db.session.execute(insert(AuditEntry), [{**told, "id": number} for number in numbers])
            db.session.execute(insert(ReportView), [{**view, "entry_id": number} for number in numbers])
        tracemalloc.start()
        assert first_unlike() is None
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    few = peak(range(6, 1_006))
    many = peak(range(1_006, 9_006))
    assert many < few * 2
