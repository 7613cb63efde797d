"""What names and passwords must be like."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from app.kernel.errors import NotAllowed, RuleBroken
from app.people import names
from app.people.models import Person, Role

LONGEST_NAME = 80
LONGEST_AWAY = timedelta(days=366)
LONGEST_AWAY_NOTE = 200
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "So"}
_LOOKS_LIKE_A_LINK = re.compile(r"www\.|\.(com|net|org|io)\b", re.IGNORECASE)
_CLAIMS = re.compile(r"\b(official|employee|verified|staff|support team)\b", re.IGNORECASE)


def clean_name(name: str) -> str:
    """A display name in its one spelling (NFC, single spaces).

    Raises RuleBroken for signs that no name has, links, mixed scripts and claims of office.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(map(str.isalpha, name)) or len(name) > LONGEST_NAME:
        raise RuleBroken("Enter your name as colleagues know it, in 1 to 80 letters.")
    if not names.is_name(name):
        raise RuleBroken(
            "A name may hold letters, digits, spaces, points, hyphens and apostrophes only, "
            "and begins with neither a point nor a hyphen."
        )
    if _LOOKS_LIKE_A_LINK.search(name) or _CLAIMS.search(name):
        raise RuleBroken("A name says who you are; it cannot hold a link or an office.")
    if len(_scripts(name)) > 1:
        raise RuleBroken("Write your name in one script, so that nobody can be mistaken for somebody else.")
    return name


def clean_line(text: str) -> str:
    """A line of somebody's own words, like a job title. Raises RuleBroken for characters that cannot be seen."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(letter) in _UNSAFE_CATEGORIES for letter in line):
        raise RuleBroken("Write this in letters, digits and usual signs.")
    return line


def check_can_be_away(person: Person) -> None:
    if not person.is_expert:
        raise NotAllowed("Only experts are called to questions, so only they say when they are away.")


def check_away_until(until: datetime, now: datetime) -> None:
    """Raise RuleBroken for a day that has begun, and for one that is too far off to be meant."""
    if until <= now:
        raise RuleBroken("Enter the day on which you are back; it must be after today.")
    if until > now + LONGEST_AWAY:
        raise RuleBroken("That is more than a year from now. Enter an earlier day; you can always move it.")


def clean_away_note(note: str) -> str:
    """The note as it is kept. Raises RuleBroken when it is too long."""
    note = clean_line(note)
    if len(note) > LONGEST_AWAY_NOTE:
        raise RuleBroken(f"Keep the note to {LONGEST_AWAY_NOTE} letters.")
    return note


def check_can_administer(person: Person) -> None:
    if not person.holds(Role.ADMIN):
        raise NotAllowed("Only an admin can do this.")


def _scripts(name: str) -> set[str]:
    """The scripts of the letters among those that look alike (Latin, Greek, Cyrillic); others are left alone."""
    firsts = {unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()}
    return firsts & {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE"}
