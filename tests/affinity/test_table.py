"""Files for spreadsheets: nothing in them is a formula, and nothing in them is about a person."""

import csv
import io
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.affinity import portfolio
from app.affinity.portfolio import COLUMNS
from app.affinity.table import as_csv
from app.kernel.tables import begins_formula, inert

pytestmark = pytest.mark.pure

LINK = 'HYPERLINK("http://evil.example","x")'
BEGINNINGS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\N{MINUS SIGN}", "﹢", "﹣", "﹦", "﹫"]
OVERLOOKED = [
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\xa0",
    "\u2003",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\x00",
    " \u200d ",
]
SEPARATORS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", ";"]


@pytest.mark.parametrize("before", OVERLOOKED, ids=ascii)
@pytest.mark.parametrize("begins", BEGINNINGS, ids=ascii)
def test_a_name_that_would_begin_a_formula_begins_with_an_apostrophe(begins, before):
    name = f"{before}{begins}{LINK}"

    assert inert(name) == f"'{name}"
    assert begins_formula(name)


@pytest.mark.parametrize("name", ["\tAcme", "\rAcme", "\nAcme"], ids=ascii)
def test_a_name_that_begins_with_a_control_is_quoted_too(name):
    assert inert(name) == f"'{name}"


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
@pytest.mark.parametrize("begins", BEGINNINGS, ids=ascii)
def test_no_later_line_of_a_name_begins_a_formula(begins, separator):
    assert inert(f"Acme{separator} {begins}1") == f"Acme{separator}' {begins}1"


@pytest.mark.parametrize("name", ["Acme - Co", "A+B", "x@y", "Ärzte = gut", "O'Neill; Sons", "", "  Acme", "1=1"])
def test_an_ordinary_name_stays_as_it_is(name):
    assert inert(name) == name
    assert not begins_formula(name)


@given(st.text(alphabet=[*BEGINNINGS, *" \t\r\n;\xa0\u200baZ1'\"", ","], max_size=12))
def test_a_file_is_read_back_as_it_was_meant_and_holds_no_formula(name):
    text = as_csv([{"account_name": name}], ["account_name"])
    (_head, (cell,)) = list(csv.reader(io.StringIO(text, newline="")))

    assert cell.replace("'", "") == name.replace("'", "")
    assert not cell.lstrip(" \t\r\n\xa0\u200b").startswith(tuple(BEGINNINGS))
    assert text.count("\r\n") >= 2
    assert text.startswith('"account_name"\r\n"')


def test_a_file_holds_these_columns_and_no_others():
    columns = (
        "snapshot_date,account_id,crm_id,account_name,band,affinity,affinity_delta_90d,breadth,depth,reciprocity,"
        "responsiveness,advocacy,active_people_bucket,open_questions,oldest_open_hours,median_first_answer_h,solve_rate,"
        "confidence,score_version"
    )

    assert columns == ",".join(COLUMNS)
    assert as_csv([], COLUMNS) == ",".join(f'"{column}"' for column in COLUMNS) + "\r\n"
    assert as_csv([dict.fromkeys((*COLUMNS, "email", "handle"), "x")], COLUMNS).splitlines()[0].count(",") == 18


def test_a_line_knows_no_person():
    assert {field.name for field in fields(portfolio.Line)} == {
        "account",
        "family",
        "snapshot",
        "report",
        "curve",
        "waiting",
        "now",
    }
