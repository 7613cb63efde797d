"""`flask account add`, `account owner` and `account import`."""

import pytest
from sqlalchemy import func, select

from app.accounts import importing, queries
from app.accounts.models import Account
from app.jobs import bringing_in
from app.kernel.db import db
from app.people.models import AuditEntry
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, SalesFactory

pytestmark = pytest.mark.one_database


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["account", *arguments])


@pytest.fixture
def rep():
    return SalesFactory.create(handle="nadia")


def called(name):
    return db.session.scalar(select(Account).where(Account.name == name))


def deeds():
    return list(db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)))


def test_an_account_is_added_with_all_that_is_known(run, rep):
    AccountFactory.create(name="Acme Holding")
    more = ("--size", "l", "--crm-id", "77", "--parent", "acme holding", "--owner", "@nadia")
    result = run("add", "Acme", "--domain", "acme.example", "--domain", "acme-labs.example", *more)

    assert result.exit_code == 0, result.output
    acme = called("Acme")
    assert (acme.size_band, acme.crm_id, acme.parent_id) == ("l", "77", called("Acme Holding").id)
    assert queries.owners_of([acme.id]) == {acme.id: [rep]}
    assert deeds() == ["accounts.added", "accounts.parent_set", "accounts.owner_added"]


@pytest.mark.parametrize(
    ("people", "said"), [(0, "0 people who are here"), (1, "1 person who is here"), (2, "2 people who are here")]
)
def test_whoever_is_here_already_is_counted(run, people, said):
    for number in range(people):
        PersonFactory.create(address=f"{number}@acme.example")

    assert f"is account 1, with {said} already." in run("add", "Acme", "--domain", "acme.example").output


@pytest.mark.parametrize("more", [("--parent", "Nowhere"), ("--owner", "nobody"), ("--owner", "sanfox")])
def test_what_cannot_be_adds_nothing(run, more):
    ExpertFactory.create(handle="sanfox")
    result = run("add", "Acme", "--domain", "acme.example", *more)

    assert (result.exit_code, called("Acme"), deeds()) == (1, None, [])
    assert result.output.startswith("Error: ")


def test_owners_come_and_go(run, rep):
    acme, second = AccountFactory.create(name="Acme"), SalesFactory.create(handle="callum")

    assert run("owner", "acme", "nadia").exit_code == 0
    assert "stands in" in run("owner", "Acme", "@callum", "--backup").output
    assert queries.owners_of([acme.id]) == {acme.id: [rep, second]}
    assert run("owner", "Acme", "nadia", "--remove").exit_code == 0
    assert queries.owners_of([acme.id]) == {acme.id: [second]}
    assert deeds() == ["accounts.owner_added", "accounts.backup_added", "accounts.owner_removed"]
    for wrong in (("owner", "Nowhere", "nadia"), ("owner", "Acme", "nobody")):
        assert run(*wrong).exit_code == 1


def test_a_dry_run_explains_and_the_run_does_it(run, rep, tmp_path):
    file = tmp_path / "accounts.csv"
    file.write_text("\ufeffname;domains;owner\nAcme;acme.example;nadia\nBeta;beta.example;\n", encoding="utf-8")
    explained = run("import", str(file), "--dry-run")
    assert explained.output.splitlines() == [
        "line 2: added: Acme: domain: acme.example; @nadia owns it",
        "line 3: added: Beta: domain: beta.example",
        "2 added, 0 changed, 0 same, 0 refused. Nothing was written.",
    ]
    assert (db.session.scalar(select(func.count()).select_from(Account)), deeds()) == (0, [])

    assert run("import", str(file)).output.splitlines()[-1] == "2 added, 0 changed, 0 same, 0 refused."
    assert run("import", str(file)).output.splitlines()[-1] == "0 added, 0 changed, 2 same, 0 refused."
    assert deeds() == ["accounts.added_by_file", "accounts.added_by_file", "accounts.imported"]


def test_a_long_file_says_how_far_it_is(run, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    monkeypatch.setattr(bringing_in, "PAUSE_SECONDS", 0)
    file = tmp_path / "accounts.csv"
    file.write_text("name,parent\nAcme,\nBeta,Acme\nGamma,Beta\n")

    assert run("import", str(file)).output.splitlines()[3:] == [
        "2 of 5 steps are done.",
        "3 of 5 steps are done.",
        "3 added, 0 changed, 0 same, 0 refused.",
    ]
    assert called("Gamma").parent_id == called("Beta").id


def test_a_refused_line_stops_everything_unless_it_is_skipped(run, rep, tmp_path):
    PersonFactory.create(handle="marta", address="marta@acme.example")
    file = tmp_path / "accounts.csv"
    file.write_text("name,domains,owner\nAcme,acme.example,marta@acme.example\nBeta,beta.example,nadia\n")
    result = run("import", str(file))

    assert (result.exit_code, called("Beta")) == (1, None)
    assert run("import", str(file), "--dry-run").exit_code == 1
    assert run("import", str(file), "--dry-run", "--leave-refused").exit_code == 0
    assert "line 2: refused: Acme: Nobody in sales has the handle (an address)." in result.output
    assert "marta" not in result.output
    assert run("import", str(file), "--skip-refused").exit_code == 0
    assert (called("Acme"), called("Beta").name) == (None, "Beta")


def test_what_is_no_table_gets_one_sentence(run, tmp_path):
    file = tmp_path / "accounts.xlsx"
    file.write_bytes(b"PK\x03\x04\0\0")
    result = run("import", str(file))

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "NUL characters" in result.output
