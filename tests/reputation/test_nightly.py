"""The nightly review of votes, its alarm, and what the doctor says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from app.jobs import doctor
from app.jobs.reputation import review_votes, review_votes_at_night
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.posts.actions import vote
from app.reputation import replay
from app.reputation.models import ReputationCheck, ReputationEntry, ReputationTotal
from tests.support.factories import AnswerFactory, PersonFactory

EVENING = datetime(2026, 3, 20, 22, tzinfo=UTC)


def about_reputation() -> list[tuple[str, str]]:
    found = doctor.examine(with_mail=False)
    return [(one.grade.value, one.says) for one in found if one.part == "Reputation"]


@pytest.fixture
def earner() -> int:
    answer = AnswerFactory()
    with write():
        vote(answer, 1, by=PersonFactory())
    deliver_pending()
    return answer.author_id


def test_it_is_done_once_a_night_and_when_nothing_waits(travel_to, earner):
    done = []
    for hours in (0, 1, 3, 4.5, 20, 28.5):
        travel_to(EVENING + timedelta(hours=hours))
        done.append(review_votes_at_night())

    assert done == [True, False, False, True, False, True]

    travel_to(EVENING + timedelta(days=9))
    with write():
        vote(AnswerFactory(), 1, by=PersonFactory())
    assert not review_votes_at_night()


def test_the_doctor_says_when_the_ledger_was_proved(travel_to, earner):
    assert about_reputation() == [("good", "The ledger was not proved yet: the worker does so at night.")]
    travel_to(EVENING)
    assert review_votes() == 0
    assert about_reputation() == [("good", "Every total was what the ledger says on 2026-03-20 22:00 UTC.")]

    travel_to(EVENING + timedelta(days=4))
    assert [grade for grade, _says in about_reputation()] == ["warning"]


def test_a_total_that_is_wrong_raises_the_alarm(app, travel_to, earner):
    travel_to(EVENING)
    with write():
        db.session.get_one(ReputationTotal, earner).points = 99
    with capture_logs() as logs:
        assert review_votes() == 1

    assert [one["differences"] for one in logs if one["log_level"] == "error"] == [1]
    says = "1 kept number did not agree with the ledger on 2026-03-20 22:00 UTC: run `flask recount`."
    assert about_reputation() == [("fault", says)]
    ran = app.test_cli_runner().invoke(args=["reputation", "verify"])
    assert (ran.exit_code, "is kept as 99; the ledger says 10." in ran.output) == (1, True)


def test_a_person_on_the_wrong_board_is_named(earner):
    with write():
        total = db.session.get_one(ReputationTotal, earner)
        total.is_employee = not total.is_employee

    assert review_votes() == 1


def test_the_doctor_tells_of_older_rules(travel_to, earner):
    travel_to(EVENING)
    with write():
        db.session.query(ReputationEntry).update({"rule_version": 1})
    assert (review_votes(), replay.left()) == (0, 1)

    says = "1 line of the ledger stood under older rules on 2026-03-20 22:00 UTC:"
    assert about_reputation()[1] == ("good", f"{says} `flask reputation replay` enters them anew.")
    assert db.session.get_one(ReputationCheck, 1).under_older_rules == 1
