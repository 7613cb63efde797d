"""What a person's page shows, from several domains, in a number of queries that no amount of writing changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.desk.models import Greeting
from app.desk.queries import greeting_of
from app.kernel import clock
from app.marks.models import Correction, Thanks
from app.marks.owned import corrections_of
from app.marks.queries import thanks_of
from app.meetings.models import MeetingSlot
from app.meetings.queries import open_slots_of
from app.people import links
from app.people.hours import Hours, hours_of
from app.people.languages import names_of
from app.people.models import Person, ProfileLink
from app.people.personal import languages_of
from app.people.rules import looks_after_pages, missing_on_page
from app.posts.authorship import employer_of
from app.questions import authored
from app.questions.authored import GivenAnswer, Written
from app.questions.models import Question
from app.reputation import expertise
from app.reputation.badges import badges_of
from app.reputation.endorsements import Endorsed, endorsed_for
from app.reputation.expertise import KnownTopic
from app.reputation.models import Badge, Recognition
from app.reputation.pace import shown_pace
from app.reputation.queries import Balance, balance_of, shown_total
from app.reputation.rules import may_endorse
from app.site.queries import personal_statistics

TOPICS, BEST, ASKED, CORRECTIONS, THANKS, SLOTS = 8, 5, 5, 5, 5, 5


@dataclass(frozen=True)
class Area:
    """A topic that somebody answers on, with who says that they know it."""

    known: KnownTopic
    endorsed: Endorsed


@dataclass(frozen=True)
class InShort:
    """Facts beside the text. What somebody does not tell is empty."""

    pace: str
    hours: Hours | None
    now: datetime
    languages: Sequence[str]
    reputation: int
    links: Sequence[ProfileLink]

    @property
    def clock_there(self) -> str:
        """What the clock shows where they are."""
        return f"{self.hours.clock(self.now):%H:%M}" if self.hours else ""

    @property
    def is_at_desk(self) -> bool:
        """True within their usual hours."""
        return self.hours is not None and self.hours.at(self.now)


@dataclass(frozen=True)
class ProfilePage:
    """All that the page says of one person. `missing` is what an employee's page lacks, for those who may know.

    `balance` is how much an expert answers for what they ask.
    """

    company: str
    missing: Sequence[str]
    in_short: InShort
    areas: Sequence[Area]
    badges: Sequence[Badge]
    balance: Balance | None
    may_endorse: bool
    written: Written
    best: Sequence[GivenAnswer]
    asked: Sequence[Question]
    recognition: Recognition
    corrections: Sequence[Correction]
    thanks: Sequence[Thanks]
    slots: Sequence[MeetingSlot]
    greeting: Greeting | None


def compose(person: Person, viewer: Person | None) -> ProfilePage:
    """Everything the page shows. What counts in it is public, so that it is the same for every reader."""
    return ProfilePage(
        company=employer_of(person) if person.is_employee or person.company_shown else "",
        missing=missing_on_page(person) if _may_know_what_is_missing(person, viewer) else [],
        in_short=_in_short(person),
        areas=_areas(person, viewer),
        badges=badges_of(person),
        balance=balance_of(person) if person.is_expert else None,
        may_endorse=may_endorse(viewer, person),
        written=authored.count_written(person),
        best=authored.best_answers_by(person, BEST),
        asked=authored.last_asked_by(person, ASKED),
        recognition=expertise.recognition_of(person),
        corrections=corrections_of(person, CORRECTIONS),
        thanks=thanks_of(person, THANKS),
        slots=open_slots_of(person, viewer, SLOTS) if person.is_expert else [],
        greeting=greeting_of(person),
    )


def is_listed(person: Person) -> bool:
    """True for the page of somebody that search engines may list: an employee who wants that."""
    return person.is_employee and person.findable and person.active


def _may_know_what_is_missing(person: Person, viewer: Person | None) -> bool:
    return viewer is not None and (viewer.id == person.id or looks_after_pages(viewer))


def _in_short(person: Person) -> InShort:
    pace = expertise.paces_of([person.id]).get(person.id) if person.is_expert else None
    return InShort(
        pace=shown_pace(person, pace, personal_statistics()),
        hours=hours_of(person),
        now=clock.now(),
        languages=names_of(languages_of(person)),
        reputation=shown_total(person),
        links=links.links_of(person),
    )


def _areas(person: Person, viewer: Person | None) -> list[Area]:
    known = expertise.known_topics(person, TOPICS)
    endorsed = endorsed_for(person, {one.tag.id: (one.colleagues, one.customers) for one in known}, viewer)
    return [Area(one, endorsed[one.tag.id]) for one in known]
