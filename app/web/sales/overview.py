"""What the page of all accounts holds: what needs somebody first, then the table, then what people ask and wait for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.models import Account
from app.affinity import portfolio, queries
from app.affinity.alerts import AlertKind, alerts_of, words_on_report
from app.affinity.changes import new_to
from app.affinity.models import Alert
from app.affinity.portfolio import Line
from app.kernel import clock
from app.outcomes import queries as outcomes
from app.outcomes.models import Opportunity
from app.people.models import Person
from app.questions.models import Question
from app.web.sales.charts import Curve, Frame, draw
from app.web.sales.owed import Requested, requests_of
from app.web.sales.sentences import change_words, contact_week

QUESTIONS_SHOWN = 10
UNEXPLAINED_SHOWN = 20
ICONS = {
    AlertKind.FALLING: "trending-down",
    AlertKind.OVERDUE: "clock-alert",
    AlertKind.REACHED_THREE: "users-round",
    AlertKind.ADVOCACY: "heart",
    AlertKind.KEY_PERSON: "triangle-alert",
}


@dataclass(frozen=True, kw_only=True)
class PortfolioPage:
    """All accounts of a reader, what needs attention first. `looked_at` is when they last looked, None for never.

    `new` are the alerts, by id, that they have not seen yet; none of them on a first look.
    """

    lines: Sequence[Line]
    questions: Sequence[Question]
    alerts: Mapping[int, Sequence[Alert]]
    new: Collection[int]
    looked_at: datetime | None
    requests: Sequence[Requested]
    unexplained: Sequence[Opportunity]
    now: datetime

    @classmethod
    def of(cls, reader: Person, looked_at: datetime | None) -> PortfolioPage:
        """Read what the page of all accounts shows, in as many queries for one account as for hundreds."""
        now = clock.now()
        lines = portfolio.lines(queries.visible_to(reader), queries.snapshots_visible_to(reader), now)
        ids = [line.account.id for line in lines]
        alerts = alerts_of(ids, reader)
        standing = [alert for some in alerts.values() for alert in some]
        return cls(
            lines=lines,
            questions=queries.longest_open(ids, QUESTIONS_SHOWN),
            alerts=alerts,
            new=new_to(reader, standing, looked_at) if looked_at else (),
            looked_at=looked_at,
            requests=requests_of(reader, now),
            unexplained=outcomes.unexplained(reader)[:UNEXPLAINED_SHOWN],
            now=now,
        )

    @property
    def taken_at(self) -> datetime | None:
        """When the last snapshot was taken."""
        return max((line.snapshot.taken_at for line in self.lines if line.snapshot), default=None)

    @property
    def alerted(self) -> list[tuple[Line, Sequence[Alert]]]:
        """The accounts about which there is something to know, in the order of the table."""
        return [(line, self.alerts[line.account.id]) for line in self.lines if line.account.id in self.alerts]

    @property
    def new_alerts(self) -> int:
        """How many of them the reader has not seen yet."""
        return len(self.new)

    def is_new(self, alert: Alert) -> bool:
        """True for what came about since the reader last looked, or stood at an account that was not theirs then."""
        return alert.id in self.new

    def company_of(self, question: Question) -> Account | None:
        """The account that a question names."""
        return next((one.account for one in self.lines if one.account.id == question.author_account_id), None)

    @staticmethod
    def alert(alert: Alert, line: Line) -> tuple[str, str]:
        """An icon and the sentence of an alert that stands with an account."""
        return ICONS[AlertKind(alert.kind)], words_on_report(alert, line.account.id)

    def curve(self, line: Line) -> Curve | None:
        """The small line of an account."""
        return draw(line.curve, Frame(width=96, height=22, until=self.now))

    @staticmethod
    def change(line: Line) -> tuple[str, str]:
        """An icon and words for the change in 90 days."""
        return change_words(line.report.figures if line.report else None)

    @staticmethod
    def contact(line: Line) -> date | None:
        """The Monday of the week in which an expert last spoke with them."""
        return contact_week(line.report.figures if line.report else None)
