"""Outcomes from a file of the customer system."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.cli.outcomes import import_outcomes
from app.kernel.db import db, write
from app.kernel.errors import RuleBroken
from app.outcomes.importing import COLUMNS, Comes, bring_in, try_file
from app.outcomes.models import Opportunity, StageChange
from app.people.models import AuditEntry
from tests.outcomes.deals import NOW, deal
from tests.support.factories import AccountFactory

HEAD = ",".join(COLUMNS)
LINE = 'D-1,,Calder Finch,New racks,"250,000.00",EUR,offer,2026-01-12,,open'


@pytest.fixture(autouse=True)
def on_a_friday_in_march(travel_to):
    travel_to(NOW)


@pytest.fixture(autouse=True)
def account():
    account = AccountFactory(name="Calder Finch")
    with write():
        account.crm_id = "A-1"
    return account


def file(*lines):
    return "\n".join((HEAD, *lines))


def taken(*lines, **more):
    with write():
        return bring_in(file(*lines), by=None, **more)


def stored():
    return db.session.scalars(select(Opportunity).order_by(Opportunity.id)).all()


def test_a_new_one_is_added_with_everything():
    (line,) = taken(LINE)

    (made,) = stored()
    assert line.comes is Comes.ADDED
    assert (
        line.explanation == "a new opportunity of Calder Finch; called “New racks”; EUR 250,000; in the stage “offer”"
    )
    assert (made.crm_id, made.amount, made.currency, made.stage, made.result) == (
        "D-1",
        25_000_000,
        "EUR",
        "offer",
        "open",
    )
    assert made.opened_at == datetime(2026, 1, 12, tzinfo=UTC)


def test_a_dry_run_writes_nothing():
    (line,) = try_file(file(LINE))

    assert line.comes is Comes.ADDED
    assert stored() == []


def test_running_it_again_changes_nothing(travel_to):
    closed = "D-2,A-1,,Old array,900,USD,,2026-01-05,2026-03-20,lost"
    taken(LINE, closed)
    trail = db.session.scalars(select(AuditEntry.id)).all()
    before = [(one.closed_at, one.amount, one.stage) for one in stored()]
    travel_to(NOW + timedelta(days=3))

    lines = taken(LINE, closed)

    assert [line.comes for line in lines] == [Comes.SAME, Comes.SAME]
    assert [(one.closed_at, one.amount, one.stage) for one in stored()] == before
    assert db.session.scalars(select(AuditEntry.id)).all() == trail


def test_a_change_says_what_changes_and_keeps_the_stage_with_its_time():
    taken(LINE)

    (line,) = taken("D-1,A-1,,,300000,,contract,,2026-03-19,won")

    (made,) = stored()
    assert line.explanation == "now EUR 300,000; now in the stage “contract”; now won on 2026-03-19"
    assert (made.amount, made.name, made.result, made.reason) == (30_000_000, "New racks", "won", "")
    assert [(change.stage, change.at) for change in db.session.scalars(select(StageChange))] == [("contract", NOW)]


def test_what_was_closed_can_be_open_again():
    taken("D-1,A-1,,Racks,,,,2026-01-12,2026-03-01,lost")
    taken("D-1,A-1,,Racks,,,,2026-01-12,,open")

    (made,) = stored()
    assert (made.result, made.closed_at) == ("open", None)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",A-1,,Racks,,,,2026-01-12,,", "no crm_opp_id"),
        ("D-1,,,Racks,,,,2026-01-12,,", "needs an account"),
        ("D-1,A-9,,Racks,,,,2026-01-12,,", "No account has the CRM id “A-9”"),
        ("D-1,,Nobody Known,Racks,,,,2026-01-12,,", "No account is called “Nobody Known”"),
        ("D-1,A-1,,,,,,2026-01-12,,", "Say in a few words"),
        ("D-1,A-1,,Racks,,,,,,", "needs the day"),
        ("D-1,A-1,,Racks,,,,12.01.2026,,", "is no day such as"),
        ("D-1,A-1,,Racks,,,,2027-01-12,,", "a day that has been"),
        ("D-1,A-1,,Racks,plenty,EUR,,2026-01-12,,", "in figures"),
        ("D-1,A-1,,Racks,100,,,2026-01-12,,", "needs its currency"),
        ("D-1,A-1,,Racks,100,EURO,,2026-01-12,,", "three letters"),
        ("D-1,A-1,,Racks,,,,2026-01-12,2026-01-11,won", "before it was opened"),
        ("D-1,A-1,,Racks,,,,2026-01-12,,won", "on a day that is missing"),
        ("D-1,A-1,,Racks,,,,2026-01-12,2026-03-01,", "no result"),
        ("D-1,A-1,,Racks,,,,2026-01-12,2026-03-01,closed", "open, won or lost"),
        ('D-1,A-1,,"=HYPERLINK(""http://evil"",""x"")",,,,2026-01-12,,', "begins like a formula"),
        ("D-1,A-1,,＝1+1,,,,2026-01-12,,", "begins like a formula"),
        ("@SUM(A1),A-1,,Racks,,,,2026-01-12,,", "begins like a formula"),
        ("D-1,A-1,,Racks,=1+1,EUR,,2026-01-12,,", "in figures"),
        ("D-1,A-1,,Racks,,,,2026-01-12,,,more", "more cells"),
        ("D-1,A-1,," + "x" * 121 + ",,,,2026-01-12,,", "120 letters"),
    ],
    ids=range(21),
)
def test_what_cannot_be_so_is_refused_with_its_line(line, sentence):
    (found,) = try_file(file(line))

    assert found.comes is Comes.REFUSED
    assert found.number == 2
    assert sentence in found.explanation


def test_a_line_that_is_refused_keeps_all_out_unless_it_may_be_left():
    wrong = "D-2,A-9,,Racks,,,,2026-01-12,,"
    with pytest.raises(RuleBroken):
        taken(LINE, wrong)
    assert stored() == []

    lines = taken(LINE, wrong, leave_refused=True)
    assert [line.comes for line in lines] == [Comes.ADDED, Comes.REFUSED]
    assert len(stored()) == 1


def test_one_opportunity_stands_in_one_line():
    lines = try_file(file(LINE, LINE))

    assert lines[1].explanation == "It stands in line 2 already."


def test_account_and_opening_stay():
    AccountFactory(name="Other Co")
    taken(LINE)

    moved, earlier = (try_file(file(line))[0] for line in ("D-1,,Other Co,,,,,,,", "D-1,A-1,,,,,,2026-01-11,,"))

    assert "another account" in moved.explanation
    assert "opened on 2026-01-12 here" in earlier.explanation


def test_an_id_that_two_accounts_have_needs_its_account():
    taken(LINE)
    other = AccountFactory(name="Other Co")
    deal(other, won=None, closed=None, crm_id="D-1", name="Typed by hand")

    unclear, first, second = taken(
        "D-1,,,,300,EUR,,,,", "D-1,,Calder Finch,,300,EUR,,,,", "D-1,,Other Co,,400,EUR,,,,", leave_refused=True
    )

    assert unclear.explanation == "Opportunities of several accounts have this id here. Say of which account it is."
    assert first.comes is second.comes is Comes.CHANGED
    assert [(one.name, one.amount) for one in stored()] == [("New racks", 300_00), ("Typed by hand", 400_00)]


def test_one_file_brings_no_id_twice_whatever_the_account():
    """In a customer system an id is that of one opportunity, so the second line is a mistake."""
    AccountFactory(name="Other Co")

    lines = try_file(file(LINE, LINE.replace("Calder Finch", "Other Co")))

    assert [line.comes for line in lines] == [Comes.ADDED, Comes.REFUSED]


@pytest.mark.parametrize("crm_id", ["D\u200b1", "De\u0301al"], ids=["invisible", "not composed"])
def test_an_id_is_found_again_however_it_is_spelt(crm_id):
    line = LINE.replace("D-1", crm_id)
    taken(line)

    assert [one.comes for one in taken(line)] == [Comes.SAME]
    assert len(stored()) == 1


def test_two_ways_to_name_an_account_agree():
    AccountFactory(name="Other Co")

    assert "two different companies" in try_file(file("D-1,A-1,Other Co,Racks,,,,2026-01-12,,"))[0].explanation


def test_what_the_terminal_shows_holds_no_control_characters():
    (line,) = try_file(file("D-\x1b[31m1,A-9\x07,,Racks,,,,2026-01-12,,"))

    assert "\x1b" not in line.crm_id + line.explanation
    assert "\x07" not in line.crm_id + line.explanation


@pytest.mark.parametrize("text", ["", "crm_opp_id\n", "name\nx", "crm_opp_id,salary\n1,2", '"'])
def test_what_is_no_table_is_refused(text):
    with pytest.raises(RuleBroken):
        try_file(text)


def test_the_command_explains_each_line_and_fails_where_one_is_refused_and_not_left_out(app, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(file(LINE, "D-2,A-9,,Racks,,,,2026-01-12,,"))
    runner = app.test_cli_runner()

    tried = runner.invoke(import_outcomes, [str(path), "--dry-run"])
    refused = runner.invoke(import_outcomes, [str(path)])
    left = runner.invoke(import_outcomes, [str(path), "--leave-refused"])
    skipped = runner.invoke(import_outcomes, [str(path), "--skip-refused", "--dry-run"])

    assert (tried.exit_code, refused.exit_code, left.exit_code, skipped.exit_code) == (1, 1, 0, 0)
    assert "line     2  added     D-1: a new opportunity" in tried.output
    assert "line     3  refused   D-2: No account has the CRM id “A-9”." in tried.output
    assert "this was a dry run" in tried.output
    assert "1 added, 0 changed, 0 same, 1 refused" in left.output
    db.session.rollback()
    assert len(stored()) == 1


def test_each_line_that_did_something_is_in_the_trail():
    taken(LINE)

    assert db.session.scalars(select(AuditEntry.deed)).all() == ["opportunity.imported"]
