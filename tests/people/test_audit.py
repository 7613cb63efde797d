"""Whoever changes the trail with a database tool is found, with the number of the first entry that is not as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.db import db, write
from app.people import audit, trail_proof
from app.people.models import AuditEntry
from tests.support.factories import AdminFactory, PersonFactory

LONG = 12


@pytest.fixture
def trail(app):
    """Twelve entries, read in chunks of five."""
    admin, person = AdminFactory.create(), PersonFactory.create()
    for number in range(1, LONG + 1):
        with write():
            audit.note("tests.done", by=admin, about=person, what=number)
    return admin, person


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(trail_proof, "CHUNK", 5)


def tamper(*statements: str, **values: object) -> None:
    """Do what somebody with a database tool can."""
    with write():
        for statement in statements:
            db.session.execute(text(statement), values)


def verify(app, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "verify", *arguments])
    return result.exit_code, result.output


CHANGES = {
    "the moment": "UPDATE audit_entries SET at = (SELECT at FROM audit_entries WHERE id = 1) WHERE id = 6",
    "the deed": "UPDATE audit_entries SET deed = 'tests.undone' WHERE id = 6",
    "the doer": "UPDATE audit_entries SET actor_id = about_id WHERE id = 6",
    "no doer": "UPDATE audit_entries SET actor_id = NULL WHERE id = 6",
    "about whom": "UPDATE audit_entries SET about_id = actor_id WHERE id = 6",
    "about nobody": "UPDATE audit_entries SET about_id = NULL WHERE id = 6",
    "the details": """UPDATE audit_entries SET details = '{"what": 7}' WHERE id = 6""",
    "no details": "UPDATE audit_entries SET details = 'x' WHERE id = 6",
    "the seal": "UPDATE audit_entries SET seal = (SELECT seal FROM audit_entries WHERE id = 2) WHERE id = 6",
    "the number, to a later one": "UPDATE audit_entries SET id = 99 WHERE id = 6",
    "the entry is gone": "DELETE FROM audit_entries WHERE id = 6",
    "three entries are gone": "DELETE FROM audit_entries WHERE id IN (6, 7, 8)",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_in_the_middle_is_found_with_its_number(app, trail, statement):
    assert verify(app) == (0, "12 entries are as written, and none is missing.\n")
    tamper(statement)

    status, said = verify(app)

    assert (status, said.split()[:2]) == (1, ["Entry", "6"])


def test_the_first_entry_is_missed(app, trail):
    tamper("DELETE FROM audit_entries WHERE id = 1")

    assert verify(app) == (1, "Entry 1 was taken away.\n")


def test_entries_taken_away_from_the_end_are_missed_at_once(app, trail):
    tamper("DELETE FROM audit_entries WHERE id > 10")

    assert verify(app) == (1, "Entry 11 was taken away.\n")

    with write():
        audit.note("tests.done", by=trail[0])
    assert verify(app) == (1, "Entry 11 was taken away.\n")


def test_a_trail_that_is_gone_is_missed(app, trail):
    tamper("DELETE FROM audit_entries")

    assert verify(app) == (1, "Entry 1 was taken away.\n")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_tail",
        "UPDATE audit_tail SET entry_id = 11, seal = (SELECT seal FROM audit_entries WHERE id = 11)",
    ],
    ids=["gone", "another"],
)
def test_nobody_without_the_key_writes_down_another_end(app, trail, statement):
    tamper("DELETE FROM audit_entries WHERE id = 12", statement)

    assert verify(app)[0] == 1
    assert verify(app)[1].startswith("Entry 12 may have been taken away")


def test_an_end_that_was_moved_back_stops_nobody(app, trail):
    tamper("UPDATE audit_tail SET entry_id = 3")
    with write():
        audit.note("tests.done", by=trail[0])

    assert audit.head().entry_id == 13
    assert verify(app)[0] == 0


def test_a_trail_of_before_its_end_was_kept_is_believed(app, trail):
    tamper("DELETE FROM audit_entries", "DELETE FROM audit_tail")
    with write():
        at, seal = clock.now(), ""
        for number in (1, 2):
            seal = audit.seal_of(seal, at, "tests.done", "{}")
            db.session.add(AuditEntry(id=number, at=at, deed="tests.done", details="{}", seal=seal))

    assert verify(app)[0] == 0
    with write():
        audit.note("tests.done", by=trail[0])
    assert verify(app)[0] == 0


def test_the_last_entry_is_missed_by_the_head_of_the_day(app, trail):
    with write():
        trail_proof.keep_head()
    tamper("DELETE FROM audit_entries WHERE id > 10", "DELETE FROM audit_tail")

    assert verify(app) == (1, "Entry 11 was taken away.\n")


def test_the_last_entry_is_missed_by_a_head_that_was_noted_elsewhere(app, trail):
    noted = app.test_cli_runner().invoke(args=["audit", "head"]).output.split()
    tamper("DELETE FROM audit_entries WHERE id = 12", "DELETE FROM audit_heads", "DELETE FROM audit_tail")
    with write():
        audit.note("tests.done", by=trail[0])

    assert noted[0] == "12"
    assert verify(app)[0] == 0
    assert verify(app, "--head", noted[1]) == (
        1,
        "Entry 13 was taken away: no entry has the seal that you noted.\n",
    )


def test_a_head_may_be_given_as_it_was_printed(app, trail):
    printed = app.test_cli_runner().invoke(args=["audit", "head"]).output

    assert verify(app, "--head", printed)[0] == 0
    assert verify(app, "--head", printed.upper())[0] == 0


@pytest.mark.parametrize("noted", ["", " ", "5f2c", "12", "z" * 64, "5" * 65])
def test_what_is_no_seal_is_no_entry_that_was_taken_away(app, trail, noted):
    code, said = verify(app, "--head", noted)

    assert code == 2
    assert "A seal is 64 digits and letters from a to f" in said


def test_an_entry_that_took_the_place_of_the_last_one_is_found(app, trail):
    with write():
        trail_proof.keep_head()
    tamper("DELETE FROM audit_entries WHERE id = 12", "DELETE FROM audit_tail")
    with write():
        audit.note("tests.done", by=trail[0], what=13)

    assert verify(app)[1].startswith("Entry 12 is not the one")


def test_two_entries_that_changed_places_are_found(app, trail):
    tamper(
        "UPDATE audit_entries SET id = 99 WHERE id = 4",
        "UPDATE audit_entries SET id = 4 WHERE id = 9",
        "UPDATE audit_entries SET id = 9 WHERE id = 99",
    )

    assert verify(app)[1].startswith("Entry 4 ")


@pytest.mark.parametrize("number", [-1, 0, 13])
def test_an_entry_that_was_put_in_is_found(app, trail, number):
    columns = "at, deed, actor_id, about_id, details, seal"
    copied = f"INSERT INTO audit_entries (id, {columns}) SELECT :number, {columns} FROM audit_entries WHERE id = 5"
    tamper(copied, number=number)

    assert verify(app)[1].startswith(f"Entry {number} ")


def test_all_entries_with_other_numbers_are_found(app, trail):
    tamper("UPDATE audit_entries SET id = id + 100")

    assert verify(app)[1].startswith("Entry 101 has another number")


def test_numbers_that_the_database_counts_anew_change_nothing(app, trail):
    if db.engine.dialect.name == "postgresql":
        tamper("ALTER SEQUENCE audit_entries_id_seq RESTART WITH 1")
    with write():
        audit.note("tests.done", by=trail[0])

    assert audit.head().entry_id == 13
    assert verify(app)[0] == 0


def test_one_may_begin_later(app, trail):
    tamper("UPDATE audit_entries SET deed = 'tests.undone' WHERE id = 3")

    assert verify(app, "--from", "3")[1].startswith("Entry 3 ")
    assert verify(app, "--from", "4") == (0, "9 entries are as written, and none is missing.\n")


def test_nothing_is_proved_from_beyond_the_end_on(app, trail):
    assert verify(app, "--from", "12")[0] == 0
    code, said = verify(app, "--from", "13")
    assert (code, said.splitlines()[-1]) == (
        2,
        "Error: Invalid value for '--from': There is no entry 13. The trail ends with entry 12.",
    )

    tamper("DELETE FROM audit_entries WHERE id = 12")
    assert verify(app, "--from", "13") == (1, "Entry 12 was taken away.\n")


def test_a_head_is_kept_once_a_day(app, trail, travel_to):
    with write():
        first = trail_proof.keep_head().seal
        audit.note("tests.done", by=trail[0])
        assert trail_proof.keep_head().seal == first
    travel_to(clock.now() + timedelta(days=1))
    with write():
        assert trail_proof.keep_head().entry_id == 13
    assert trail_proof.kept_head().entry_id == 13


def test_an_empty_trail_is_whole(app):
    with write():
        assert trail_proof.keep_head() is None
    assert verify(app) == (0, "0 entries are as written, and none is missing.\n")
    assert verify(app, "--from", "1")[1].endswith("There is no entry 1. The trail is empty.\n")
    assert app.test_cli_runner().invoke(args=["audit", "head"]).output == "The trail is empty.\n"


def test_a_trail_of_any_length_is_read_in_pieces(app, trail, monkeypatch):
    sizes = []
    read = trail_proof._chunks
    monkeypatch.setattr(trail_proof, "_chunks", lambda after: (sizes.append(len(one)) or one for one in read(after)))

    assert trail_proof.first_broken() is None
    assert sizes == [5, 5, 2]


def test_entries_of_before_they_were_numbered_are_proved_too(app, trail):
    before = ""
    with write():
        for entry in db.session.query(AuditEntry).order_by(AuditEntry.id):
            entry.details = entry.details.replace(f'"_number": {entry.id}, ', "")
            entry.seal = before = audit.seal_of(before, entry.at, entry.deed, entry.details)
    tamper("DELETE FROM audit_tail")
    assert verify(app)[0] == 0
    tamper("DELETE FROM audit_entries WHERE id = 6")

    assert verify(app)[1].startswith("Entry 7 was changed, or one was put in or taken away before it")
