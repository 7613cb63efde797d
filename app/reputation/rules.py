"""Who may endorse an expert, and who may look at votes that seem arranged."""

from __future__ import annotations

from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person, Role
from app.posts.rules import may_moderate

# Colleagues who can tell what an engineer knows.
PEERS = (Role.EXPERT, Role.STEWARD)


def may_endorse(by: Person | None, expert: Person) -> bool:
    """True for a customer with a confirmed address, and for a colleague who answers or looks after topics."""
    if by is None or by.id == expert.id or not expert.is_expert or by.confirmed_at is None:
        return False
    return not by.is_employee or by.holds(*PEERS)


def check_can_endorse(by: Person, expert: Person) -> None:
    """Raise a Refusal unless `by` may say what this person knows."""
    if by.id == expert.id:
        raise NotAllowed("Others say what you know; you show it by answering.")
    if not expert.is_expert:
        raise RuleBroken(f"{expert.name} does not answer as one of our experts, so there is nothing to endorse.")
    if by.confirmed_at is None:
        raise NotAllowed("Confirm your address first: an endorsement stands under a name that is known.")
    if not may_endorse(by, expert):
        raise NotAllowed("Colleagues endorse one another who answer or look after topics, and customers endorse them.")


def check_is_known(expert: Person, *, answered: bool, looks_after: bool) -> None:
    """Raise RuleBroken for a topic with which the expert has nothing to do in public."""
    if not answered and not looks_after:
        raise RuleBroken(f"{expert.name} has not answered on this topic yet. Choose one of those on the page.")


def check_can_see_votes(person: Person) -> None:
    """Raise NotAllowed for whoever does not look after the whole place: votes are private."""
    if not may_moderate(person):
        raise NotAllowed("Who votes for whom is private. Only stewards see votes that look arranged.")


def check_can_judge(person: Person, *pair: int) -> None:
    """Raise NotAllowed for whoever is one of the pair (by ids), and for those who may not see votes."""
    check_can_see_votes(person)
    if person.id in pair:
        raise NotAllowed("These are votes of your own. Another steward looks at them.")
