"""Who may ask to be introduced, and who may end what was asked. Nobody can ask a member to ask."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.accounts.freemail import is_own_domain
from app.introductions.models import Introduction, Outcome, Wish
from app.kernel import clock
from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.settings import settings
from app.people.models import Person, Role
from app.people.rules import clean_line

GOOD_FOR = timedelta(days=90)
# After this long without an outcome the request stands in red before sales.
OUTCOME_WITHIN = timedelta(days=14)
MOST_OPEN = 3
SHORTEST_WORDS, LONGEST_WORDS = 10, 1_000
LONGEST_PLACE = 120
LONGEST_CONTACT = 200
LONGEST_OUTCOME = 500
# What sales may say about how it ended; the others come about by themselves.
ENDINGS = (Outcome.SPOKE, Outcome.NOT_REACHED, Outcome.NOT_OURS)


def may_ask(person: Person | None) -> bool:
    """True for members with a confirmed address, who do not work for the company."""
    return person is not None and not _works_here(person) and person.confirmed_at is not None


def check_can_ask(person: Person) -> None:
    if _works_here(person):
        raise NotAllowed("Only members ask sales for something, each for themselves.")
    if person.confirmed_at is None:
        raise NotAllowed("Confirm your address first; the link is in the letter that we sent you.")


def check_has_room(open_ones: int) -> None:
    """Raise RuleBroken for somebody who has asked as often as anybody may at a time."""
    if open_ones >= MOST_OPEN:
        raise RuleBroken(f"You have asked for {MOST_OPEN} things already. Change one of them, or withdraw it first.")


def check_is_members(person: Person, introduction: Introduction) -> None:
    if person.id != introduction.person_id:
        raise NotAllowed("Only the member who asked can do this.")


def check_can_end(person: Person) -> None:
    if not person.holds(Role.SALES):
        raise NotAllowed("Only our sales colleagues say how a request ended.")


def is_open(introduction: Introduction) -> bool:
    """False once it has ended, was withdrawn, or is too old."""
    return introduction.ended_at is None and introduction.good_until > clock.now()


def check_is_open(introduction: Introduction) -> None:
    if not is_open(introduction):
        raise RuleBroken("This request has ended meanwhile. Open the page again to see how.")


def is_overdue(introduction: Introduction, now: datetime) -> bool:
    """True for an open one that has no outcome for longer than OUTCOME_WITHIN."""
    return is_open(introduction) and introduction.made_at < now - OUTCOME_WITHIN


def clean_wish(wish: str) -> Wish:
    """What is asked for. Raises RuleBroken for anything else."""
    try:
        return Wish(wish)
    except ValueError as error:
        raise RuleBroken("Choose what you would like: an introduction, a call or a meeting.") from error


def clean_request(words: str) -> str:
    """What it is about, in the member's words. Raises RuleBroken where that is missing or too long."""
    words = _line(words, LONGEST_WORDS)
    if len(words) < SHORTEST_WORDS:
        raise RuleBroken("Say in a sentence what it is about, so that the right person answers.")
    return words


def clean_place(place: str, wish: Wish) -> str:
    """Where to meet; nothing for who does not ask to meet. Raises RuleBroken where it is missing or too long."""
    if wish != Wish.MEET:
        return ""
    place = _line(place, LONGEST_PLACE)
    if not place:
        raise RuleBroken("Say where you would like to meet, such as “Data Centre Days, Utrecht, on Tuesday”.")
    return place


def clean_contact(contact: str) -> str:
    """How the member wants to be reached. Raises RuleBroken where that is missing or too long."""
    contact = _line(contact, LONGEST_CONTACT)
    if len(contact) < 3:
        raise RuleBroken("Say how to reach you: a telephone number and when, or an address that you choose.")
    return contact


def clean_outcome(outcome: str) -> Outcome:
    """How sales says that it ended. Raises RuleBroken for anything else."""
    if outcome not in ENDINGS:
        raise RuleBroken("Choose how it ended.")
    return Outcome(outcome)


def clean_outcome_words(words: str) -> str:
    """The sentence that the member reads about it. Raises RuleBroken where it is missing or too long."""
    words = _line(words, LONGEST_OUTCOME)
    if len(words) < SHORTEST_WORDS:
        raise RuleBroken("Say in a sentence how it ended; the member reads it.")
    return words


def _line(text: str, longest: int) -> str:
    text = clean_line(text.replace("\0", "").replace("\r", " ").replace("\n", " "))
    if len(text) > longest:
        raise RuleBroken(f"Keep it to {longest:,} letters.")
    return text


def _works_here(person: Person) -> bool:
    return person.is_employee or is_own_domain(person.email_domain or "", settings().company_domains)
