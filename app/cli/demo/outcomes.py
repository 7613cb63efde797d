"""What the demo's customers may buy and ask of sales, and what is called a lead: the content of outcomes.toml.

Written as rows, not by the actions of the pages: those are for people, whose every deed stays in the trail, and of the
demo nothing stays.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete

from app.accounts.models import Account
from app.accounts.queries import account_of
from app.cli.demo.content import CONTENT
from app.cli.demo.desk import Planned
from app.introductions.contact import seal
from app.introductions.models import Introduction
from app.introductions.rules import GOOD_FOR
from app.kernel import clock
from app.kernel.db import db
from app.outcomes.definitions import FIRST_ITEMS
from app.outcomes.models import LeadDefinition, LeadItem, MarketingSigner, Opportunity, OtherTouch, Result, StageChange
from app.outcomes.money import parse_amount
from app.people.models import Person

MORNING = timedelta(hours=6)

Entry = Mapping[str, Any]
Keep = Callable[[str, int], None]


def read_outcomes() -> dict[str, Any]:
    """The content of outcomes.toml."""
    return tomllib.loads((CONTENT / "outcomes.toml").read_text(encoding="utf-8"))


class OutcomeDeeds:
    """Plans the deeds. `accounts` by key and `everybody` by handle fill up while the year is written.

    `keep` takes the key and the id of each definition: it belongs to no account and to no person with whom it would go.
    """

    def __init__(self, accounts: Mapping[str, Account], everybody: Mapping[str, Person], keep: Keep) -> None:
        self._content = read_outcomes()
        self._accounts = accounts
        self._everybody = everybody
        self._keep = keep

    def planned(self) -> Iterator[Planned]:
        """Each deed with the time at which it is written."""
        for entry in self._content["opportunity"]:
            yield _morning(entry.get("closed", entry["opened"])), partial(self._record, entry)
        for entry in self._content["request"]:
            yield _morning(entry.get("ended", entry["asked"])), partial(self._ask, entry)
        agreed = self._content["definition"]
        yield _morning(max(agreed["sales"][0], agreed["marketing"][0])), partial(self._agree, agreed)

    def _record(self, entry: Entry) -> None:
        written = entry.get("closed", entry["opened"])
        account = self._accounts[entry["account"]]
        opportunity = Opportunity(
            account_id=account.id,
            crm_id=entry.get("crm_id"),
            name=entry["name"],
            amount=parse_amount(entry.get("amount", ""), entry["currency"]),
            currency=entry["currency"],
            stage=entry["stages"][-1][1] if "stages" in entry else "",
            opened_at=_began(entry["opened"] - written),
            closed_at=clock.now() if "closed" in entry else None,
            result=entry.get("result", Result.OPEN),
            reason=entry.get("reason", ""),
        )
        db.session.add(opportunity)
        db.session.flush()
        for day, stage in entry.get("stages", ()):
            at = _moved(day - written)
            db.session.add(StageChange(opportunity_id=opportunity.id, stage=stage, at=at))
        for day, channel, words in entry.get("touches", ()):
            at = _moved(day - written)
            db.session.add(OtherTouch(opportunity_id=opportunity.id, channel=channel, words=words, at=at))

    def _ask(self, entry: Entry) -> None:
        asked_at = _moved(entry["asked"] - entry.get("ended", entry["asked"]))
        person = self._everybody[entry["person"]]
        request = Introduction(
            person_id=person.id,
            account_id=self._account_id_of(entry["person"]),
            wish=entry["wish"],
            words=entry["words"],
            place=entry.get("place", ""),
            made_at=asked_at,
            good_until=asked_at + GOOD_FOR,
        )
        if "ended" in entry:
            request.outcome, request.outcome_words = entry["outcome"], entry["outcome_words"]
            request.ended_at, request.ended_by_id = clock.now(), self._everybody[entry["ended_by"]].id
        else:
            request.contact = seal(entry["contact"])
        db.session.add(request)

    def _account_id_of(self, handle: str) -> int:
        account = account_of(self._everybody[handle])
        assert account is not None, f"{handle} belongs to no company."
        return account.id

    def _agree(self, entry: Entry) -> None:
        (sales_day, sales), (marketing_day, marketing) = entry["sales"], entry["marketing"]
        last = max(sales_day, marketing_day)
        definition = LeadDefinition(
            why=entry["why"],
            proposed_at=_moved(entry["proposed"] - last),
            proposed_by_id=self._everybody[entry["proposed_by"]].id,
            sales_at=_moved(sales_day - last),
            sales_by_id=self._everybody[sales].id,
            marketing_at=_moved(marketing_day - last),
            marketing_by_id=self._everybody[marketing].id,
            in_force_at=clock.now(),
        )
        definition.items = [
            LeadItem(place=place, words=words, required=required) for place, (words, required) in enumerate(FIRST_ITEMS)
        ]
        db.session.add_all((definition, MarketingSigner(person_id=self._everybody[marketing].id)))
        db.session.flush()
        self._keep("first", definition.id)


def remove_definitions(ids: Collection[int]) -> None:
    """Take away what the demo's people agreed on; opportunities and requests go with their accounts and people."""
    db.session.execute(delete(LeadDefinition).where(LeadDefinition.id.in_(ids)))


def _morning(day: int) -> timedelta:
    return timedelta(days=day) + MORNING


def _moved(days: int) -> datetime:
    """So many days from now, which is the moment of the deed."""
    return clock.now() + timedelta(days=days)


def _began(days: int) -> datetime:
    """The beginning of that day."""
    return datetime.combine(_moved(days).date(), time(), UTC)
