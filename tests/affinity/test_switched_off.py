"""With affinity switched off nothing is written down or measured; turned on again, it is all read from the threads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.affinity import alerting
from app.affinity.conditions import conditions
from app.affinity.models import AffinityEvent, AffinitySnapshot, MeasuringDue
from app.jobs import doctor
from app.jobs.snapshots import take_due_snapshots
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.notifications.queries import count_unread
from app.questions.actions import delete_question
from app.questions.models import Question
from tests.affinity.community import busy_people, invite
from tests.affinity.snapshots import report_says
from tests.support.factories import AccountFactory, PersonFactory, QuestionFactory, SalesFactory, StewardFactory

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
COMMANDS = ("affinity recompute", "affinity rebuild", "affinity report", "crm export --for=hubspot")


@pytest.fixture
def switch(app, monkeypatch):
    def turn(on: bool) -> None:
        changed = replace(app.extensions["firsthand.settings"], affinity_enabled=on)
        monkeypatch.setitem(app.extensions, "firsthand.settings", changed)

    return turn


def stored() -> set[tuple[str, str, datetime, int]]:
    rows = select(AffinityEvent.source, AffinityEvent.kind, AffinityEvent.at, AffinityEvent.account_id)
    return {tuple(row) for row in db.session.execute(rows)}


def make_activity() -> None:
    account = AccountFactory(at=START)
    ana, ben = busy_people(account, 2, START)
    invite(ana, ben)
    deliver_pending()


def test_nothing_is_written_or_measured_while_it_is_off(app, switch):
    switch(False)
    make_activity()

    assert stored() == set()
    assert take_due_snapshots() == 0
    assert db.session.scalars(select(AffinitySnapshot)).all() == []
    for command in (*COMMANDS, f"affinity events --account={db.session.scalar(select(Account.id))}"):
        result = app.test_cli_runner().invoke(args=command.split())
        assert result.exit_code == 1
        assert "switched off here (AFFINITY_ENABLED)" in result.output


def test_turned_on_again_everything_is_read_from_the_threads(app, switch):
    make_activity()
    expected = stored()
    switch(False)
    question = db.session.scalars(select(Question).order_by(Question.id)).first()
    with write():
        delete_question(question, by=StewardFactory())
    QuestionFactory(author=PersonFactory(account=AccountFactory(at=START), at=START), at=START)
    deliver_pending()
    assert stored() == expected
    switch(True)

    output = app.test_cli_runner().invoke(args=["affinity", "rebuild"]).output

    gone, new = expected - stored(), stored() - expected
    assert {kind for _, kind, *_ in gone} == {"ask", "expert_answer", "accept"}
    assert {kind for _, kind, *_ in new} == {"ask"}
    assert output.endswith("Every event is what the site tells.\n")
    assert "--after" in output


def test_the_doctor_says_how_the_reports_are(switch, travel_to):
    def says() -> dict[str, doctor.Grade]:
        return {one.says: one.grade for one in doctor.examine(with_mail=False) if one.part == "Affinity"}

    travel_to(START)
    assert says() == {"No report was made yet: the worker does so.": doctor.Grade.GOOD}
    account = AccountFactory()
    deliver_pending()
    take_due_snapshots()
    assert says() == {"The reports are of 2026-03-02 09:00 UTC.": doctor.Grade.GOOD}
    with write():
        db.session.add(MeasuringDue(account_id=account.id))

    travel_to(START + timedelta(days=9))
    assert list(says().values()) == [doctor.Grade.FAULT, doctor.Grade.WARNING]
    switch(False)
    assert "It is switched off: nothing is written down or measured (AFFINITY_ENABLED)." in says()


def test_a_rebuild_that_was_cut_short_goes_on_after_a_question(app):
    make_activity()
    expected = stored()
    with write():
        db.session.execute(db.delete(AffinityEvent))
    first, last = db.session.scalars(select(Question.id).order_by(Question.id)).all()

    app.test_cli_runner().invoke(args=["affinity", "rebuild", "--after", str(first)])
    assert {kind for _, kind, *_ in expected - stored()} == {"ask", "expert_answer", "accept"}

    app.test_cli_runner().invoke(args=["affinity", "rebuild"])
    assert stored() == expected
    assert last > first


def test_no_inbox_tells_of_accounts_while_it_is_off(switch):
    account, now = AccountFactory(), clock.now()
    owner = SalesFactory(looks_after=(account,))
    report_says(account, now, change=-20)
    with write():
        alerting.settle(conditions(now), now)
    deliver_pending()
    assert count_unread(owner) == 1

    switch(False)
    assert count_unread(owner) == 0
    switch(True)
    assert count_unread(owner) == 1
