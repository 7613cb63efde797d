"""flask affinity: snapshots, reports, and the formula for everybody to check."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.affinity.history_file import History, as_data
from app.affinity.models import AffinityEvent, AffinitySnapshot
from app.affinity.portfolio import COLUMNS
from app.kernel.db import db
from app.kernel.events import deliver_pending
from app.people.audit import details_of
from app.people.models import AuditEntry
from app.web.admin.sentences import sentence
from tests.affinity.histories import NOON, WORKED_EXAMPLE
from tests.support.factories import AccountFactory, AnswerFactory, ExpertFactory, PersonFactory, QuestionFactory

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
ALLOWED = (
    "snapshot_date,account_id,crm_id,account_name,band,affinity,affinity_delta_90d,breadth,depth,reciprocity,"
    "responsiveness,advocacy,active_people_bucket,open_questions,oldest_open_hours,median_first_answer_h,solve_rate,"
    "confidence,score_version"
)


@pytest.fixture
def flask(app):
    runner = app.test_cli_runner()
    return lambda *words, text=None: runner.invoke(args=["affinity", *words], input=text)


def busy_account(people: int, name: str = "Fernhill Hospitals") -> Account:
    """An account whose people each asked ten days ago, were answered after two hours, and accepted."""
    asked = NOW - timedelta(days=10)
    account = AccountFactory(name=name, at=asked - timedelta(days=1))
    expert = ExpertFactory(handle=f"expert-of-{name.split(maxsplit=1)[0].lower()}", at=asked)
    for _ in range(people):
        asker = PersonFactory(account=account, at=asked)
        question = QuestionFactory(author=asker, at=asked)
        AnswerFactory(question=question, author=expert, accepted=True, at=asked + timedelta(hours=2))
    deliver_pending()
    return account


def rows_of(output: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(output, newline="")))


def test_the_report_shows_the_snapshot_that_recompute_took(flask, travel_to):
    busy, early = busy_account(5), busy_account(2, name="Marlow Pike")
    travel_to(NOW)

    assert "Took a snapshot of 2 accounts." in flask("recompute").output
    shown, hidden = json.loads(flask("report").output)

    assert tuple(shown) == COLUMNS
    assert shown["account_id"] == busy.id
    assert (shown["band"], shown["active_people_bucket"], shown["median_first_answer_h"]) == ("acquainted", "5-9", 2.0)
    assert (shown["affinity"], shown["solve_rate"]) == (15, 0.85)
    assert (hidden["account_id"], hidden["band"]) == (early.id, "early")
    assert [hidden[column] for column in COLUMNS[5:12]] == [None] * 7
    assert (hidden["median_first_answer_h"], hidden["solve_rate"]) == (None, None)


@pytest.mark.both_databases
def test_the_report_of_one_account_names_experts_and_nobody_else(flask, travel_to):
    account = busy_account(5)
    travel_to(NOW)
    flask("recompute")

    result = flask("report", "--account", str(account.id))

    report = json.loads(result.output)
    assert report["ties"] == [{"expert": "@expert-of-fernhill", "tie": "strong"}]
    assert report["service"] == {"asked": 5, "solved": 5, "solve_rate": 0.85, "first_answer_hours": 2.0}
    assert report["topics"] == [{"name": "replication", "people": "5-9", "posts": 5}]
    assert "ana-" not in result.output


def test_the_csv_file_has_the_allowed_columns_and_no_formula(flask, travel_to):
    for name in ("=HYPERLINK(1)", "+1", "-1", "@x", "＝1", "Plain, with comma"):
        AccountFactory(name=name, domains=[])
    flask("recompute")

    output = flask("report", "--format", "csv").output

    assert output.splitlines()[0] == ",".join(f'"{column}"' for column in ALLOWED.split(","))
    names = {row["account_name"] for row in rows_of(output)}
    assert names == {"'=HYPERLINK(1)", "'+1", "'-1", "'@x", "'＝1", "Plain, with comma"}


def test_open_questions_are_those_of_this_moment(flask, travel_to):
    account = busy_account(1)
    travel_to(NOW)
    flask("recompute")
    asker = PersonFactory(account=account, at=NOW - timedelta(days=20))
    QuestionFactory(author=asker, at=NOW - timedelta(hours=80))
    QuestionFactory(author=asker, at=NOW - timedelta(hours=5))

    (line,) = json.loads(flask("report").output)

    assert (line["open_questions"], line["oldest_open_hours"]) == (2, 80)


def test_without_a_snapshot_the_report_says_how_to_take_one(flask):
    AccountFactory()

    result = flask("report")

    assert result.exit_code == 1
    assert "flask affinity recompute" in result.output


@pytest.mark.parametrize("number", ["77", "99999999999999999999"])
def test_an_unknown_account_is_a_sentence(flask, number):
    for command in ("report", "events"):
        result = flask(command, "--account", number)
        assert result.exit_code == 1
        assert f"There is no account {number}." in result.output


def test_what_events_prints_scores_to_what_the_snapshot_holds(flask, travel_to):
    account = busy_account(4)
    travel_to(NOW)
    flask("recompute")

    printed = flask("events", "--account", str(account.id)).output
    scored = json.loads(flask("score", "-", text=printed).output)

    snapshot = db.session.scalars(select(AffinitySnapshot)).one()
    assert scored["score"] == pytest.approx(snapshot.score, abs=1e-9)
    assert scored["active_people"] == snapshot.active_people == 4
    history = json.loads(printed)
    assert {event["expert"] for event in history["events"]} == {None, "expert-of-fernhill"}
    assert all(len(event["person"]) == 64 for event in history["events"])


def test_whoever_prints_the_history_of_an_account_stands_in_the_trail(flask):
    account = busy_account(1)
    flask("events", "--account", "77")
    before = db.session.scalars(select(AuditEntry)).all()

    flask("events", "--account", str(account.id))

    (entry,) = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).offset(len(before)))
    said = sentence(entry.deed, details_of(entry))
    assert said == ("printed what the affinity of Fernhill Hospitals is counted from, event by event", "")
    assert details_of(entry)["account"] == account.id


def test_recomputing_at_the_same_moment_keeps_one_snapshot_and_later_adds_another(flask, travel_to):
    busy_account(3)
    travel_to(NOW)
    flask("recompute")
    assert "Took a snapshot of 0 accounts." in flask("recompute").output
    travel_to(NOW + timedelta(days=7))
    flask("recompute")

    assert db.session.scalar(select(func.count(AffinitySnapshot.id))) == 2


def test_the_worker_run_twice_writes_nothing_twice(flask):
    busy_account(3)
    before = db.session.scalar(select(func.count(AffinityEvent.id)))

    deliver_pending()
    deliver_pending()

    assert before == 9
    assert db.session.scalar(select(func.count(AffinityEvent.id))) == before


def test_the_worked_example_can_be_checked_by_anybody(flask, tmp_path):
    file = tmp_path / "history.json"
    history = History(now=NOON, employees=500, events=tuple(WORKED_EXAMPLE))
    file.write_text(json.dumps(as_data(history)))

    result = json.loads(flask("score", str(file)).output)

    assert list(result) == ["score", "parts", "active_people", "overdue", "score_version"]
    assert round(result["score"], 4) == 12.2785


@pytest.mark.parametrize("text", ["", "{}", "[[]]", '{"now": NaN}', "\xff"])
def test_what_is_no_history_ends_with_one_sentence(flask, text):
    result = flask("score", "-", text=text.encode("latin-1"))

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1
