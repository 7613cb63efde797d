"""What the pages of opportunities hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.kernel import clock
from app.kernel.paging import Page, page_of
from app.kernel.settings import settings
from app.outcomes import definitions, queries
from app.outcomes.attribution import in_cents, linear, time_decay
from app.outcomes.definitions import Standing
from app.outcomes.matching import Compared, compared
from app.outcomes.models import Channel, LeadDefinition, Opportunity, OtherTouch, Result, StageChange
from app.outcomes.money import money, rounded, whole_figures
from app.outcomes.site_total import FEWEST_CLOSED, closed_count
from app.outcomes.touches import CONVERSATION, MEETING, Touch, Touched, touched
from app.people.models import Person

TOUCH_WORDS: Mapping[str, str] = {
    CONVERSATION: "A conversation here",
    MEETING: "A meeting with one of our experts",
    Channel.SALES: "Sales",
    Channel.EVENT: "An event",
    Channel.PARTNER: "A partner",
    Channel.OTHER: "Elsewhere",
}


class Share(NamedTuple):
    """A touch, and what each of the two rules gives it."""

    touch: Touch
    linear: str
    decay: str


@dataclass(frozen=True, kw_only=True)
class OutcomesPage:
    """The opportunities of a reader, what they owe, and what can be said of the whole site."""

    page: Page[Opportunity]
    is_closed: bool
    unexplained: Sequence[Opportunity]
    unexplained_count: int
    sentence: str | None
    closed_count: int
    compared: Compared
    may_compare: bool

    fewest_closed = FEWEST_CLOSED

    @classmethod
    def of(cls, reader: Person, *, is_closed: bool, after: str | None) -> OutcomesPage:
        """Read it; open opportunities, or those that were closed."""
        now, known = clock.now(), {account.id for account in queries.accounts_of(reader)}
        both = compared(now)
        rows = queries.visible_to(reader).where(queries.closed() if is_closed else ~queries.closed())
        latest = Opportunity.closed_at if is_closed else Opportunity.opened_at
        return cls(
            page=page_of(rows, by=[latest, Opportunity.id], after=after),
            is_closed=is_closed,
            unexplained=queries.unexplained(reader),
            unexplained_count=queries.unexplained_count(reader),
            sentence=queries.range_sentence(now, known=known),
            closed_count=closed_count(now),
            compared=both,
            may_compare=both.is_enough(known),
        )


@dataclass(frozen=True, kw_only=True)
class OpportunityPage:
    """One opportunity, what touched it, and whether both sides call it a lead."""

    opportunity: Opportunity
    touched: Touched
    typed: Sequence[OtherTouch]
    stages: Sequence[StageChange]
    stages_known: Sequence[str]
    definition: LeadDefinition | None
    standings: Sequence[Standing]

    @classmethod
    def of(cls, opportunity: Opportunity, reader: Person) -> OpportunityPage:
        """Read it. The opportunity has its account."""
        definition = definitions.in_force()
        return cls(
            opportunity=opportunity,
            touched=touched([opportunity], clock.now())[opportunity.id],
            typed=queries.touches_typed(opportunity),
            stages=queries.stage_changes_of(opportunity),
            stages_known=queries.stages_known_to(reader),
            definition=definition,
            standings=definitions.standings(opportunity, definition) if definition else [],
        )

    @property
    def is_lead(self) -> bool:
        """True where both sides say yes to all that is required."""
        return definitions.is_lead(self.standings)

    @property
    def is_measured(self) -> bool:
        """False while the operator has switched off whatever is measured of companies."""
        return settings().affinity_enabled

    @property
    def is_split(self) -> bool:
        """True where an amount was or may be won, and what happened here may and does count."""
        known = self.opportunity.amount is not None and self.opportunity.result != Result.LOST
        return known and self.touched.enough_people and self.touched.influenced

    @property
    def touches(self) -> list[Touch]:
        """Those that may be shown, by time."""
        return self.touched.all if self.touched.enough_people else list(self.touched.elsewhere)

    @property
    def shares(self) -> list[Share]:
        """Each touch with its part of the amount, by the two rules."""
        amount, currency = self.opportunity.amount or 0, self.opportunity.currency
        parts = [in_cents(amount, self.touched.weights(rule)) for rule in (linear, time_decay)]
        return [
            Share(touch, rounded(even, currency), rounded(decayed, currency))
            for touch, even, decayed in zip(self.touched.all, *parts, strict=True)
        ]

    @property
    def credited(self) -> tuple[str, str]:
        """What both rules put down to what happened here: linear, time decay."""
        amount, currency = self.opportunity.amount or 0, self.opportunity.currency
        even, decayed = (self.touched.part_of(amount, rule) for rule in (linear, time_decay))
        return rounded(even, currency), rounded(decayed, currency)

    @property
    def credited_range(self) -> str:
        """The same as a range, the lesser amount first."""
        amount, currency = self.opportunity.amount or 0, self.opportunity.currency
        low, high = sorted(self.touched.part_of(amount, rule) for rule in (linear, time_decay))
        least, most = rounded(low, currency), whole_figures(high, currency)
        return least if least.endswith(f" {most}") else f"between {least} and {most}"

    @staticmethod
    def words_of(touch: Touch) -> str:
        """What a touch was."""
        return f"{TOUCH_WORDS[touch.kind]}: {touch.words}" if touch.words else TOUCH_WORDS[touch.kind]


def amount_of(opportunity: Opportunity) -> str:
    """The amount in words; that it is not known where it is not."""
    return "not known" if opportunity.amount is None else money(opportunity.amount, opportunity.currency)
