"""The outbox: no fact without its event, and each reaction's work exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.kernel import clock, events
from app.kernel.db import db, write
from app.kernel.events import Event, OutboxDelivery, OutboxMessage, deliver_pending, on, record
from app.topics.models import Tag


@dataclass(frozen=True, kw_only=True)
class LanternLit(Event):
    name = "tests.lantern_lit"

    lantern: str


@pytest.fixture(autouse=True)
def reactions() -> Iterator[dict[str, events.Reaction]]:
    """The reactions to LanternLit, gone again after the test."""
    events._classes[LanternLit.name] = LanternLit
    events._reactions[LanternLit.name] = {}
    yield events._reactions[LanternLit.name]
    del events._reactions[LanternLit.name], events._classes[LanternLit.name]


def light(lantern: str) -> None:
    with write():
        record(LanternLit(lantern=lantern))


def tags() -> list[str]:
    return list(db.session.scalars(select(Tag.name).order_by(Tag.name)))


def messages() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage)))


def test_a_reaction_runs_once_however_often_the_worker_looks():
    on(LanternLit)(lambda event: db.session.add(Tag(name=event.lantern)))
    light("north")

    assert deliver_pending() == 1
    assert deliver_pending() == 0

    assert tags() == ["north"]


def test_an_event_is_lost_with_its_transaction():
    with pytest.raises(ZeroDivisionError), write():
        record(LanternLit(lantern="north"))
        1 / 0  # noqa: B018

    assert messages() == []


def test_an_event_outside_a_write_transaction_is_refused():
    with pytest.raises(RuntimeError):
        record(LanternLit(lantern="north"))


def test_a_failing_reaction_leaves_the_others_work_and_is_tried_again_later(travel_to):
    working = {"now": False}

    def falter(event: LanternLit) -> None:
        db.session.add(Tag(name=f"{event.lantern}-late"))
        db.session.flush()
        if not working["now"]:
            raise ValueError("no oil")

    on(LanternLit)(lambda event: db.session.add(Tag(name=event.lantern)))
    on(LanternLit)(falter)
    light("north")
    deliver_pending()

    assert tags() == ["north"]
    assert "no oil" in (messages()[0].last_error or "")
    assert messages()[0].settled_at is None

    working["now"] = True
    assert deliver_pending() == 0, "the pause is not over"
    travel_to(clock.now() + timedelta(seconds=6))
    assert deliver_pending() == 1
    assert tags() == ["north", "north-late"]
    assert messages()[0].settled_at is not None


def test_a_reaction_that_never_works_is_given_up_and_can_be_tried_again(travel_to):
    def fail(event: LanternLit) -> None:
        raise ValueError("no oil")

    on(LanternLit)(fail)
    light("north")
    moment = clock.now()
    for attempt in range(events.MOST_ATTEMPTS):
        travel_to(moment + timedelta(days=attempt))
        deliver_pending()

    assert [letter.name for letter in events.dead_letters()] == [LanternLit.name]
    with write():
        assert events.retry_dead_letter(messages()[0].id)
    assert events.pending_count() == 1


def test_an_event_nobody_knows_is_settled():
    with write():
        db.session.add(OutboxMessage(name="tests.gone", payload="{}", recorded_at=clock.now(), due_at=clock.now()))

    assert deliver_pending() == 1
    assert events.pending_count() == 0


def test_many_messages_are_delivered_in_batches():
    on(LanternLit)(lambda event: None)
    with write():
        for number in range(events.BATCH + 5):
            record(LanternLit(lantern=str(number)))

    assert deliver_pending() == events.BATCH + 5
    assert db.session.scalar(select(func.count()).select_from(OutboxDelivery)) == events.BATCH + 5


def test_what_ran_is_noted_at_once_however_many_messages_it_ran_for(queries):
    on(LanternLit)(lambda event: None)
    statements = []
    for number in (1, 7):
        with write():
            for lantern in range(number):
                record(LanternLit(lantern=str(lantern)))
        with queries() as seen:
            deliver_pending()
        statements.append(len(seen))

    assert statements[0] == statements[1]


def test_settled_messages_are_forgotten_after_a_while(travel_to):
    on(LanternLit)(lambda event: None)
    light("north")
    deliver_pending()
    travel_to(clock.now() + events.KEEP_SETTLED + timedelta(days=1))
    with write():
        events.forget_settled()

    assert messages() == []
