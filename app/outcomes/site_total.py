"""What can be said of all opportunities together: an amount, a range of what the rules credit, and no cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from app.affinity.cohort import FEWEST_FOR_A_NUMBER, is_rest_too_small
from app.kernel.db import db
from app.outcomes.attribution import RULES
from app.outcomes.models import Opportunity, Result
from app.outcomes.money import rounded, whole_figures
from app.outcomes.touches import Touched, touched

OVER = timedelta(days=365)
FEWEST_CLOSED = 10


@dataclass(frozen=True)
class Credited:
    """Of one currency, in its smallest unit: what was won after talking here, and the least and most that rules say."""

    currency: str
    won: int
    low: int
    high: int


def closed_count(now: datetime) -> int:
    """How many opportunities of the whole site were won or lost in the last twelve months."""
    return db.session.scalar(select(func.count()).select_from(_closed(now).subquery())) or 0


def range_sentence(now: datetime, *, known: Collection[int] = ()) -> str | None:
    """The one sentence about money that the site says, as a range; None while there is too little to say it of.

    It takes ten opportunities that were closed in twelve months, and three accounts that had talked here before. An
    amount of a currency in which fewer than three of them bought is left out: it would be that of one or two. So is
    one that would leave one or two once the reader took off the accounts that they have `known` all along, by id; and
    whatever no page tells of an account among these is not in it.
    """
    opportunities = db.session.scalars(_closed(now)).all()
    if len(opportunities) < FEWEST_CLOSED:
        return None
    touches = touched([one for one in opportunities if one.result == Result.WON], now)
    won = [one for one in opportunities if one.id in touches and _counts(one, touches[one.id], known)]
    return _sentence(credited((one, touches[one.id]) for one in _of_enough_accounts(won, known)))


def _counts(won: Opportunity, touches: Touched, known: Collection[int]) -> bool:
    """Influenced; and of the reader's own accounts those alone of whose touches a page tells.

    The reader chooses amount and days of what is recorded there, and would read from the total what the page hides.
    """
    return touches.influenced and (touches.enough_people or won.account_id not in known)


def credited(won: Iterable[tuple[Opportunity, Touched]]) -> list[Credited]:
    """What the rules credit to the community of what was won, by currency: different ones are never added up."""
    by_currency: dict[str, list[tuple[int, Touched]]] = defaultdict(list)
    for opportunity, touches in won:
        if opportunity.amount is not None:
            by_currency[opportunity.currency].append((opportunity.amount, touches))
    found = []
    for currency, some in sorted(by_currency.items()):
        totals = [sum(touches.part_of(amount, rule) for amount, touches in some) for rule in RULES.values()]
        found.append(Credited(currency, sum(amount for amount, _ in some), min(totals), max(totals)))
    return found


def _of_enough_accounts(won: Iterable[Opportunity], known: Collection[int]) -> list[Opportunity]:
    """Those that have an amount, of currencies in which enough accounts bought, the reader's own taken off or not."""
    with_amount = [one for one in won if one.amount is not None]
    accounts: dict[str, set[int]] = defaultdict(set)
    for one in with_amount:
        accounts[one.currency].add(one.account_id)
    told = {
        currency
        for currency, some in accounts.items()
        if len(some) >= FEWEST_FOR_A_NUMBER and not is_rest_too_small(len(some.difference(known)))
    }
    return [one for one in with_amount if one.currency in told]


def _sentence(all_credited: Sequence[Credited]) -> str | None:
    if not all_credited:
        return None
    won = _listed([rounded(one.won, one.currency) for one in all_credited])
    ranges = ", and ".join(_range(one) for one in all_credited)
    was = "was" if len(all_credited) == 1 else "were"
    return (
        f"In the last 12 months, {won} {was} won at companies that had talked with us here before they decided. "
        f"Five rules of counting put {ranges} of it down to the community. We do not know that the community caused "
        "it: companies that think well of us come here more often, too."
    )


def _range(one: Credited) -> str:
    if one.low == one.high:
        return rounded(one.low, one.currency)
    return f"between {rounded(one.low, one.currency)} and {whole_figures(one.high, one.currency)}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _closed(now: datetime) -> Select[Opportunity]:
    rows = select(Opportunity).where(Opportunity.result != Result.OPEN)
    return rows.where(Opportunity.closed_at > now - OVER, Opportunity.closed_at <= now)
