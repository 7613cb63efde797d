"""What the code cannot do, sentence by sentence: contracts on imports, and what they say, read once more here."""

from __future__ import annotations

import ast
import tomllib

import pytest

from app.affinity.models import AffinityEvent, AffinitySnapshot
from app.affinity.portfolio import COLUMNS
from app.config import ROOT
from app.introductions.models import Introduction
from tests.support.source import calls, here, parsed, python_files

pytestmark = pytest.mark.pure

CONTRACTS = {
    "Addresses are opened for signing in, for their owner, for one look of an admin, and for the mailer",
    "Reports, outcomes and other systems know no address and write no mail",
    "Mail goes out by one door",
    "Sales pages write nothing that a member reads, but how a request of theirs ended",
}
# Who turns a sealed address into one that can be read, and what for.
OPENED_BY = {
    "app/jobs/mailer.py",  # the mailer
    "app/people/actions.py",  # its domain, and whether it is taken
    "app/people/office.py",  # one look of an admin, which stands in the trail
    "app/web/people/joining.py",  # whoever has just typed it
    "app/web/people/settings.py",  # its owner
    "app/web/people/signing_in.py",  # to compare it with the one typed
}
REPORTS = ("app/affinity", "app/exchange", "app/introductions", "app/outcomes", "app/web/sales")
CLOSED = {"app.people.addresses", "app.people.letters", "app.kernel.mail", "app.jobs.mailer"}


def imported(folder: str) -> set[str]:
    """Everything that the files below a folder import, with the names."""
    found = set()
    for path in python_files(folder):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                found |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def callers(function: str) -> set[str]:
    """The files that call a function of this name."""
    return {str(here(path)) for path in python_files("app") for name, _line in calls(path) if name.endswith(function)}


def test_the_contracts_are_there():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    assert {one["name"] for one in told} >= CONTRACTS


def test_addresses_are_opened_where_they_are_needed():
    assert callers("open_address") - {"app/people/addresses.py"} == OPENED_BY


@pytest.mark.parametrize("folder", REPORTS)
def test_reports_know_no_address_and_write_no_mail(folder):
    assert CLOSED.isdisjoint(imported(folder))


@pytest.mark.parametrize("folder", REPORTS)
def test_reports_read_no_column_with_an_address(folder):
    read = {
        f"{here(path)}:{node.lineno}"
        for path in python_files(folder)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"email", "tf_totp_secret", "password"}
    }

    assert read == set()


def test_sales_does_two_things_to_a_request_and_nothing_else_to_members():
    done = {
        name
        for path in python_files("app/web/sales")
        if "from app.introductions import actions" in path.read_text()
        for name, _line in calls(path)
        if name.startswith("actions.")
    }

    assert done == {"actions.end", "actions.open_request"}


def test_the_contact_of_a_request_is_opened_in_one_place():
    opening = {str(here(path)) for path in python_files("app") for name, _line in calls(path) if "open_contact" in name}
    pages = {
        str(here(path)) for path in python_files("app") for name, _line in calls(path) if name.endswith("open_request")
    }

    assert opening == {"app/introductions/actions.py"}
    assert pages == {"app/web/sales/introductions.py"}


def test_events_of_affinity_hold_a_key_and_no_person():
    columns = set(AffinityEvent.__table__.columns.keys())

    assert columns == {"id", "source", "kind", "at", "account_id", "person_key", "expert_id", "question_id"}
    assert not {key.column.table.name for key in AffinitySnapshot.__table__.foreign_keys} & {"people"}


def test_the_file_has_these_columns_and_no_other():
    assert COLUMNS == (
        "snapshot_date",
        "account_id",
        "crm_id",
        "account_name",
        "band",
        "affinity",
        "affinity_delta_90d",
        "breadth",
        "depth",
        "reciprocity",
        "responsiveness",
        "advocacy",
        "active_people_bucket",
        "open_questions",
        "oldest_open_hours",
        "median_first_answer_h",
        "solve_rate",
        "confidence",
        "score_version",
    )


def test_what_a_member_gave_of_how_to_reach_them_has_one_column():
    assert [name for name, _column in Introduction.__table__.columns.items() if "contact" in name] == ["contact"]
