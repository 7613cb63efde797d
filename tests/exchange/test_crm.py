"""Files about accounts for customer systems: accounts, never people, and no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from app.accounts.models import Status
from app.affinity.actions import keep_snapshots, measure
from app.affinity.portfolio import COLUMNS
from app.exchange.crm import LAYOUTS
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.models import AuditEntry
from tests.support.factories import AccountFactory, AnswerFactory, PersonFactory, QuestionFactory

PERSONAL = {"email", "name of the contact", "contact", "phone", "first name", "last name", "handle", "person"}


def two_companies():
    """The id of the one with enough people to be scored."""
    risky = AccountFactory(name="=HYPERLINK(1)", domains=["risky.example"])
    for number in range(3):
        asker = PersonFactory(account=risky, name=f"Quux {'abc'[number]}")
        AnswerFactory(question=QuestionFactory(author=asker), accepted=True)
    AccountFactory(name="Small Foods", domains=["small.example", "another.example"])
    deliver_pending()
    with write():
        keep_snapshots(measure(clock.now()))
    return risky.id


@pytest.fixture
def risky_id(once):
    return once(two_companies)


def exported(app, layout):
    result = app.test_cli_runner().invoke(args=["crm", "export", "--for", layout])
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.output)))


def test_salesforce_knows_accounts_by_their_number_here(app, risky_id):
    risky, small = exported(app, "salesforce")

    assert risky["Community_Account_Id__c"] == str(risky_id)
    assert risky["Community_Affinity__c"].isdigit()
    assert small["Community_Affinity__c"] == ""
    assert small["Community_Band__c"] == "early"


def test_hubspot_knows_companies_by_their_domain(app, risky_id):
    assert [row["Company Domain Name"] for row in exported(app, "hubspot")] == ["risky.example", "small.example"]


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_name_is_no_formula(app, risky_id, layout):
    column = "Name" if layout == "salesforce" else "Company name"
    assert exported(app, layout)[0][column] == "'=HYPERLINK(1)"


def test_an_export_stands_in_the_trail(app, risky_id):
    exported(app, "hubspot")
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "report.exported"))
    assert '"accounts": 2' in entry.details


def test_an_export_to_a_file_is_whole_before_the_command_ends(app, risky_id, tmp_path):
    file = tmp_path / "companies.csv"
    result = app.test_cli_runner().invoke(args=["crm", "export", "--for", "hubspot", "--to", str(file)])

    assert (result.exit_code, result.output) == (0, "")
    assert len(list(csv.DictReader(io.StringIO(file.read_text())))) == 2


def test_an_export_that_cannot_be_written_is_not_in_the_trail(app, risky_id, tmp_path):
    file = tmp_path / "nowhere" / "companies.csv"
    result = app.test_cli_runner().invoke(args=["crm", "export", "--for", "hubspot", "--to", str(file)])

    assert result.exit_code == 1
    assert result.stderr == f"Error: {file} cannot be written to: No such file or directory.\n"
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "report.exported")).all() == []


def test_what_was_exported_earlier_stays_where_there_is_nothing_to_export(app, tmp_path):
    file = tmp_path / "companies.csv"
    file.write_text("of last week")
    app.test_cli_runner().invoke(args=["crm", "export", "--for", "hubspot", "--to", str(file)])

    assert file.read_text() == "of last week"


def test_an_export_of_nothing_says_what_is_missing(app):
    def said(layout: str) -> str:
        result = app.test_cli_runner().invoke(args=["crm", "export", "--for", layout])
        assert (result.exit_code, result.stdout) == (1, "")
        return result.stderr

    def measured() -> None:
        with write():
            keep_snapshots(measure(clock.now()))

    partner = AccountFactory()
    with write():
        partner.status = Status.PARTNER
    measured()
    assert "No account here is a customer" in said("salesforce")
    AccountFactory(name="Known by no domain", domains=[])
    assert "flask affinity recompute" in said("salesforce")
    measured()
    assert "has a domain" in said("hubspot")


@pytest.mark.pure
def test_no_column_is_about_a_person():
    for layout in LAYOUTS.values():
        assert not PERSONAL & {column.lower() for column in layout.columns}
        assert {*layout.columns.values()} - {"domain"} <= {*COLUMNS}
