"""What can be said of an opportunity, and who says it."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time, timedelta

from app.kernel import clock
from app.kernel.errors import NotAllowed, RuleBroken
from app.outcomes.models import Channel, LeadDefinition, Opportunity, Result, Side
from app.people.models import Person, Role

LONGEST_NAME = 120
LONGEST_STAGE = 40
LONGEST_CRM_ID = 60
LONGEST_REASON = 500
LONGEST_TOUCH = 120
LONGEST_ITEM = 200
SHORTEST_WHY = 10
MOST_ITEMS = 12
MOST_TOUCHES = 100
# What touched an opportunity is looked for from this long before it was opened.
LOOKED_BACK = timedelta(days=180)
EARLIEST = date(2000, 1, 1)


def one_line(words: str) -> str:
    """Words in one line, without control characters, in the one spelling Unicode has for them."""
    visible = "".join(" " if unicodedata.category(letter) in {"Cc", "Cf"} else letter for letter in words)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def clean_name(name: str) -> str:
    """What an opportunity is called. Raises RuleBroken."""
    name = one_line(name)
    if not name:
        raise RuleBroken("Say in a few words what they may buy.")
    return _at_most(name, LONGEST_NAME, "the name")


def clean_stage(stage: str) -> str:
    """The stage an opportunity is in, in your own words. Raises RuleBroken."""
    return _at_most(one_line(stage), LONGEST_STAGE, "the stage")


def clean_crm_id(crm_id: str | None) -> str | None:
    """The id of the opportunity in the CRM; None for none. Raises RuleBroken."""
    return _at_most(one_line(crm_id or ""), LONGEST_CRM_ID, "the CRM id") or None


def clean_reason(reason: str) -> str:
    """Why an opportunity was won or lost. Raises RuleBroken."""
    reason = one_line(reason)
    if len(reason) < SHORTEST_WHY:
        raise RuleBroken("Say in a sentence why it was won or lost: that is what closes the loop.")
    return _at_most(reason, LONGEST_REASON, "the reason")


def clean_why(why: str) -> str:
    """Why a definition should hold. Raises RuleBroken."""
    why = one_line(why)
    if len(why) < SHORTEST_WHY:
        raise RuleBroken("Say in a sentence why this should be what we call a lead.")
    return _at_most(why, LONGEST_REASON, "the reason")


def clean_touch(channel: str, words: str) -> tuple[Channel, str]:
    """Where else a customer met us, and what it was. Raises RuleBroken."""
    if channel not in set(Channel):
        raise RuleBroken("Choose where it was: sales, an event, a partner, or elsewhere.")
    return Channel(channel), _at_most(one_line(words), LONGEST_TOUCH, "what it was")


def clean_items(items: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """What a lead has to be, each with whether it must be so. Raises RuleBroken."""
    kept = [(_at_most(one_line(words), LONGEST_ITEM, "each item"), required) for words, required in items]
    kept = [(words, required) for words, required in kept if words]
    if not any(required for _words, required in kept):
        raise RuleBroken("At least one item has to be required, or everything is a lead.")
    if len(kept) > MOST_ITEMS:
        raise RuleBroken(f"Keep it to {MOST_ITEMS} items; nobody checks more.")
    if len({words.lower() for words, _required in kept}) < len(kept):
        raise RuleBroken("Two items say the same.")
    return kept


def opening(day: date) -> datetime:
    """When an opportunity of this day was opened: as the day began, UTC. Raises RuleBroken for a day to come."""
    return datetime.combine(_past(day), time(), UTC)


def closing(day: date, opened_at: datetime) -> datetime:
    """When an opportunity of this day was closed: as the day ended, or now. Raises RuleBroken."""
    if _past(day) < opened_at.date():
        raise RuleBroken("It cannot have been closed before it was opened.")
    return min(datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(seconds=1), clock.now())


def touching(day: date, opportunity: Opportunity) -> datetime:
    """When a touch of this day was, noon UTC. Raises RuleBroken for one too long before, or after the close."""
    at = datetime.combine(_past(day), time(12), UTC)
    if at < opportunity.opened_at - LOOKED_BACK:
        raise RuleBroken(f"That was more than {LOOKED_BACK.days} days before it was opened; it is not counted.")
    if opportunity.closed_at and day > opportunity.closed_at.date():
        raise RuleBroken("That was after it was closed.")
    return at


def check_is_open(opportunity: Opportunity) -> None:
    if opportunity.result != Result.OPEN:
        raise RuleBroken("It is closed; its stage is its result.")


def clean_result(result: str) -> Result:
    """How an opportunity was closed. Raises RuleBroken."""
    if result not in {Result.WON, Result.LOST}:
        raise RuleBroken("Choose whether it was won or lost.")
    return Result(result)


def check_in_sales(person: Person) -> None:
    if not person.holds(Role.SALES):
        raise NotAllowed("Only our sales colleagues can do this.")


def check_can_sign(definition: LeadDefinition, side: Side, person: Person, *, is_signer: bool) -> None:
    """Sales signs for sales, whom an admin named for marketing; nobody for both, and nothing twice."""
    if side == Side.SALES:
        check_in_sales(person)
    elif not is_signer:
        raise NotAllowed("Only whom an admin named for it signs for marketing.")
    check_is_proposed(definition)
    mine, other = definition.sales_by_id, definition.marketing_by_id
    if side == Side.MARKETING:
        mine, other = other, mine
    if mine is not None:
        raise RuleBroken(f"Somebody has signed it for {side} already.")
    if other == person.id:
        raise RuleBroken("You have signed it for the other side. Two people have to agree, one of each.")


def check_is_proposed(definition: LeadDefinition) -> None:
    if definition.in_force_at is not None:
        raise RuleBroken("Both sides have signed it, so it holds. Propose a new version to change it.")
    if definition.withdrawn_at is not None:
        raise RuleBroken("This proposal was withdrawn.")


def _past(day: date) -> date:
    if not EARLIEST <= day <= clock.now().date():
        raise RuleBroken("Enter a day that has been, such as 2026-03-20.")
    return day


def _at_most(words: str, longest: int, what: str) -> str:
    if len(words) > longest:
        raise RuleBroken(f"Keep {what} to {longest} letters.")
    return words
