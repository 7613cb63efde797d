"""What the page of an account holds, put together from the last snapshot and from what is public now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.queries import parents_of
from app.affinity import asking_to_look, contributions, queries
from app.affinity.alerts import alerts_on_report, words_on_report
from app.affinity.figures import Figures
from app.affinity.models import Alert
from app.affinity.portfolio import Line
from app.affinity.purposes import Purpose
from app.kernel import clock
from app.kernel.db import db
from app.meetings.models import MeetingSlot, Occasion
from app.meetings.queries import open_slots
from app.people.models import Person
from app.questions.models import Answer, Question
from app.web.sales.charts import Curve, Frame, draw
from app.web.sales.sentences import PEOPLE_WORDS, Part, change_words, describe_parts
from app.web.ui.figures import figures as shown_figures

PUBLIC_OCCASIONS = (Occasion.TRADE_SHOW, Occasion.OFFICE_HOUR)
MEETINGS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class SeenAs:
    """Who a page was made for, and what for: its notice and its last line say so.

    `purpose` is None for a member, who reads what sales is shown of their company.
    """

    reader: Person
    purpose: Purpose | None
    at: datetime

    @classmethod
    def sales(cls, reader: Person, purpose: Purpose) -> SeenAs:
        """For whoever looks after the account."""
        return cls(reader=reader, purpose=purpose, at=clock.now())

    @classmethod
    def member(cls, reader: Person) -> SeenAs:
        """For somebody whom the page counts."""
        return cls(reader=reader, purpose=None, at=clock.now())


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A public question that waits for one of our experts.

    `expert` has it or was called to it, and would be asked to look; None stands for the stewards. `asked_at` is when
    sales last asked, as long as it is too early to ask again.
    """

    question: Question
    for_so_long: timedelta
    expert: Person | None
    asked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Tie:
    """How an account gets on with one of our experts, and about what they mostly talk."""

    handle: str
    word: str
    about: str | None


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """One account, without people of theirs. How strong a tie is counts as a figure about that expert of ours.

    Sales and members are shown the same. To a member, `reader_is_member`, what sales can press is shown as words.
    `above` and `below` are the companies that it is part of, the nearest first, and those that are part of it.
    """

    line: Line
    reader_is_member: bool
    above: Sequence[str]
    below: Sequence[str]
    parts: Sequence[Part]
    curve: Curve | None
    alerts: Sequence[Alert]
    waiting: Sequence[Waiting]
    ties: Sequence[Tie]
    ties_shown: bool
    contributions: Sequence[Answer]
    meetings: Sequence[MeetingSlot]

    @classmethod
    def of(cls, line: Line, *, reader_is_member: bool = False) -> AccountPage:
        """Read what the page of this account shows."""
        account, report = line.account, line.report
        figures = report.figures if report else None
        ties_shown = shown_figures().of_people
        counted = set(line.family)
        above = parents_of([account.id]).get(account.id, [])
        names = _names({*above, *counted})
        return cls(
            line=line,
            reader_is_member=reader_is_member,
            above=[names[one] for one in above],
            below=sorted(names[one] for one in counted - {account.id}),
            parts=describe_parts(line, report, figures) if report and figures else [],
            curve=draw(line.curve, Frame(width=216, height=72, until=line.now)) if figures else None,
            alerts=alerts_on_report(account.id, counted),
            waiting=_waiting(line),
            ties=_ties(figures, strongest_first=ties_shown) if figures else [],
            ties_shown=ties_shown,
            contributions=contributions.public_answers(counted),
            meetings=_meetings(),
        )

    @property
    def people(self) -> str:
        """How many people took part, in words."""
        return PEOPLE_WORDS[self.line.report.people] if self.line.report else ""

    @property
    def change(self) -> tuple[str, str]:
        """An icon and words for the change in 90 days."""
        return change_words(self.line.report.figures if self.line.report else None)

    def alert_words(self, alert: Alert) -> str:
        """What an alert says, and of which company where it is one below this one."""
        return words_on_report(alert, self.line.account.id)


def _names(account_ids: set[int]) -> Mapping[int, str]:
    rows = select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return {row.id: row.name for row in db.session.execute(rows)}


def _waiting(line: Line) -> list[Waiting]:
    found = queries.longest_open(line.family, queries.OPEN_SHOWN)
    ids = [question.id for question in found]
    experts, asked = asking_to_look.experts_to_ask(ids), asking_to_look.asked_lately(ids)
    return [
        Waiting(
            question=question,
            for_so_long=line.now - question.asked_at,
            expert=experts.get(question.id),
            asked_at=asked.get(question.id),
        )
        for question in found
    ]


def _ties(figures: Figures, *, strongest_first: bool) -> list[Tie]:
    """Our experts whom they know, each with how well; by handle where the order must not tell that."""
    handles = queries.handles(tie.expert_id for tie in figures.ties)
    ties = [Tie(handle=handles[tie.expert_id], word=tie.word, about=tie.about) for tie in figures.ties]
    return ties if strongest_first else sorted(ties, key=lambda tie: tie.handle)


def _meetings() -> Sequence[MeetingSlot]:
    """Times on offer where everybody may come, the soonest first."""
    rows = open_slots(None).where(MeetingSlot.occasion.in_(PUBLIC_OCCASIONS))
    rows = rows.where(MeetingSlot.seats_taken < MeetingSlot.capacity)
    return db.session.scalars(rows.order_by(MeetingSlot.starts_at, MeetingSlot.id).limit(MEETINGS_SHOWN)).all()
