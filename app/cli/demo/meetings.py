"""When one can meet the demo's experts: the content of meetings.toml, as deeds of its year, and taking it away."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, or_, select

from app.affinity.models import AffinityEvent
from app.cli.demo.content import CONTENT
from app.kernel import counters
from app.kernel.db import db
from app.meetings import actions
from app.meetings.counters import COUNTERS
from app.meetings.models import MeetingRequest, MeetingSlot, Occasion, Standing
from app.meetings.offers import Offer, offer_times
from app.meetings.queries import with_expert, with_slot
from app.meetings.times import moment_of
from app.people.letters import LetterKind
from app.people.models import Letter, Person

MORNING = timedelta(hours=8)
SATURDAY = 5
LETTERS = (LetterKind.MEETING_AGREED, LetterKind.MEETING_CHANGED, LetterKind.MEETING_OFF, LetterKind.MEETING_SOON)

Entry = Mapping[str, Any]
Planned = tuple[timedelta, Callable[[], None]]


class MeetingDeeds:
    """Plans the deeds. `everybody` is by handle and fills up while the year is written; `today` is the load's day."""

    def __init__(self, everybody: Mapping[str, Person], today: date) -> None:
        self._content = tomllib.loads((CONTENT / "meetings.toml").read_text(encoding="utf-8"))
        self._everybody = everybody
        self._today = today
        self._slots: dict[int, int] = {}

    def planned(self) -> Iterator[Planned]:
        """Each deed with the time at which it is written."""
        for number, slot in enumerate(self._content["slot"]):
            yield _on(slot["offered"]), partial(self._offer, number, slot)
            for entry in slot.get("request", ()):
                yield _on(entry["asked"]), partial(self._ask, number, entry)
                for word, do in (("accepted", self._accept), ("counted", self._look_back)):
                    if word in entry:
                        yield _on(entry[word]), partial(do, number, entry)

    def _offer(self, number: int, entry: Entry) -> None:
        local = datetime.combine(working_day(self._today, entry["day"]), time.fromisoformat(entry["at"]))
        offer = Offer(
            occasion=Occasion(entry["occasion"]),
            title=entry["title"],
            time_zone=entry["zone"],
            length=timedelta(minutes=entry["minutes"]),
            **{key: entry[key] for key in ("place", "call_url", "note", "capacity", "first_come") if key in entry},
        )
        (slot,) = offer_times(offer, [moment_of(local, entry["zone"])], by=self._everybody[entry["expert"]])
        self._slots[number] = slot.id

    def _ask(self, number: int, entry: Entry) -> None:
        rows = with_expert(select(MeetingSlot)).where(MeetingSlot.id == self._slots[number])
        actions.ask_to_meet(db.session.scalars(rows).one(), entry["why"], by=self._everybody[entry["person"]])
        self._keep_letters_back()

    def _accept(self, number: int, entry: Entry) -> None:
        request = self._request(number, entry)
        actions.accept(request, by=request.slot.expert)
        self._keep_letters_back()

    def _look_back(self, number: int, entry: Entry) -> None:
        request = self._request(number, entry)
        for person, words in ((request.person, "member_note"), (request.slot.expert, "expert_note")):
            actions.note_outcome(request, entry.get(words, ""), by=person)
        actions.let_count(request, by=request.person, counts=True)

    def _request(self, number: int, entry: Entry) -> MeetingRequest:
        person_id = self._everybody[entry["person"]].id
        theirs = MeetingRequest.slot_id == self._slots[number], MeetingRequest.person_id == person_id
        return db.session.scalars(with_slot(select(MeetingRequest)).where(*theirs)).one()

    def _keep_letters_back(self) -> None:
        """Nobody of the demo reads mail, so none is sent to them, and nobody is reminded."""
        people = [person.id for person in self._everybody.values()]
        theirs = Letter.person_id.in_(people), Letter.kind.in_(LETTERS)
        db.session.execute(delete(Letter).where(*theirs))
        agreed = MeetingRequest.person_id.in_(people), MeetingRequest.standing == Standing.ACCEPTED
        for request in db.session.scalars(select(MeetingRequest).where(*agreed)):
            request.reminded_at = request.decided_at


def remove_meetings(people: Collection[int]) -> None:
    """Take away what these people offered and asked for; what others offer has its seats back."""
    offered = select(MeetingSlot.id).where(MeetingSlot.expert_id.in_(people))
    going = select(MeetingRequest.id).where(
        or_(MeetingRequest.person_id.in_(people), MeetingRequest.slot_id.in_(offered))
    )
    numbers = list(db.session.scalars(going))
    sources = [f"meeting:{number}" for number in numbers]
    db.session.execute(delete(AffinityEvent).where(AffinityEvent.source.in_(sources)))
    db.session.execute(delete(MeetingRequest).where(MeetingRequest.id.in_(numbers)))
    db.session.execute(delete(MeetingSlot).where(MeetingSlot.expert_id.in_(people)))
    counters.repair(COUNTERS)


def working_day(today: date, days: int) -> date:
    """The day so many days from `today`; instead of a weekend the Monday after it, or the Friday before if it is past.

    What became of a past meeting is written at a fixed time after it, so it must not move towards today.
    """
    day = today + timedelta(days=days)
    if day.weekday() < SATURDAY:
        return day
    return day + timedelta(days=7 - day.weekday() if days > 0 else SATURDAY - 1 - day.weekday())


def _on(days: int) -> timedelta:
    return timedelta(days=days) + MORNING
