"""What names and passwords must be like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

from app.kernel.errors import NotAllowed, RuleBroken
from app.kernel.zones import zone_names
from app.people import handles, impersonation, names
from app.people.models import Person, Role

LONGEST_NAME = 80
LONGEST_AWAY = timedelta(days=366)
LONGEST_AWAY_NOTE = 200
LONGEST_ABOUT = 1_000
LONGEST_INTERESTS = 300
LONGEST_LEARNING = 200
LONGEST_CITY = 80
EARLIEST_YEAR = 1950
MINUTES_A_DAY = 24 * 60
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "So"}
# Nothing that cannot be seen or turns the text around; pictures of faces are fine.
_UNSAFE_IN_TEXT = _UNSAFE_CATEGORIES - {"Cf", "So"}
_TURNS_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LOOKS_LIKE_A_LINK = re.compile(r"www\.|\.(com|net|org|io)\b", re.IGNORECASE)


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
    if _LOOKS_LIKE_A_LINK.search(name) or impersonation.claims_office(name):
        raise RuleBroken("A name says who you are; it cannot hold a link or an office.")
    if len(_scripts(name)) > 1:
        raise RuleBroken("Write your name in one script, so that nobody can be mistaken for somebody else.")
    return name


def clean_line(text: str) -> str:
    """A line of somebody's own words, like a job title. Raises RuleBroken for characters that cannot be seen."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(letter) in _UNSAFE_CATEGORIES or letter in names.BLANKS for letter in line):
        raise RuleBroken("Write this in letters, digits and usual signs.")
    return line


def clean_words(text: str, longest: int) -> str:
    """A line of somebody's own words. Raises RuleBroken where it is too long."""
    line = clean_line(text)
    if len(line) > longest:
        raise RuleBroken(f"Say it in {longest} letters or fewer.")
    return line


def clean_about(text: str, *, before: str = "") -> str:
    """Several lines of somebody's own words; what stood there `before` may stay. Raises RuleBroken."""
    text = unicodedata.normalize("NFC", "\n".join(text.split("\r\n")).strip())
    if text == before:
        return text
    if len(text) > LONGEST_ABOUT:
        raise RuleBroken(f"Say it in {LONGEST_ABOUT:,} letters or fewer.")
    seen = text.replace("\n", "").replace("\t", "")
    if _TURNS_AROUND & set(seen) or any(unicodedata.category(letter) in _UNSAFE_IN_TEXT for letter in seen):
        raise RuleBroken("Write this in letters, digits and usual signs.")
    return text


def check_hours(zone: str, begins: int | None, ends: int | None, days: str) -> None:
    """Raise RuleBroken for a time zone that nobody knows, and for hours of which a part is missing."""
    if zone and zone not in zone_names():
        raise RuleBroken("Choose a time zone from the list.")
    if begins is None and ends is None and not days:
        return
    if begins is None or ends is None or begins == ends:
        raise RuleBroken("Say from when until when you are usually at your desk, or leave both empty.")
    if not zone or not days:
        raise RuleBroken("Usual hours need the days of the week and a time zone.")
    if sorted(set(days)) != list(days) or not set(days) <= set("1234567"):
        raise RuleBroken("Choose days of the week.")
    if not (0 <= begins < MINUTES_A_DAY and 0 <= ends < MINUTES_A_DAY):
        raise RuleBroken("Enter times of day, such as 08:00.")


def check_year(year: int | None, this_year: int) -> int | None:
    """The year since when somebody works here. Raises RuleBroken for one that cannot be."""
    if year is not None and not EARLIEST_YEAR <= year <= this_year:
        raise RuleBroken(f"Enter a year between {EARLIEST_YEAR} and {this_year}.")
    return year


def missing_on_page(person: Person) -> list[str]:
    """What the page of an employee lacks before it shows a person; nothing for everybody else.

    That is a photo, one personal line (own words, interests, what they are learning, or where they live), and when
    they are usually there.
    """
    if not person.is_employee:
        return []
    has_line = any((person.about, person.interests, person.learning, person.city))
    has_hours = person.desk_from is not None and person.desk_to is not None
    needed = (
        (person.photo, "a photo"),
        (has_line, "a personal line"),
        (has_hours, "the hours at which they are usually there"),
    )
    return [words for has, words in needed if not has]


def looks_after_pages(person: Person | None) -> bool:
    """True for those who see what the pages of others lack."""
    return person is not None and person.holds(Role.STEWARD, Role.ADMIN)


def clean_job_title(title: str, *, is_employee: bool, brands: Collection[str]) -> str:
    """The title as it is kept. Raises RuleBroken for one by which a member would speak for the company."""
    title = clean_line(title)
    speaks_for_us = impersonation.holds_brand(title, brands) or handles.names_a_team(title, brands)
    if not is_employee and title and (speaks_for_us or impersonation.title_claims_office(title)):
        raise RuleBroken("Say what you do where you work. Who belongs to us has a name tag, which nobody can write.")
    return title


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


def only_reads(person: Person) -> bool:
    """True for those who are in sales and nothing else here: what they sell is one thing, this place another."""
    return person.role_names == {Role.SALES}


def check_takes_part(person: Person) -> None:
    """Raise NotAllowed for whoever only reads."""
    if only_reads(person):
        raise NotAllowed(
            "Whoever works in sales reads here, and answers what members ask of sales. Writing, marking, following, "
            "keeping and inviting are for members and for those who answer them."
        )


def check_can_administer(person: Person) -> None:
    if not person.holds(Role.ADMIN):
        raise NotAllowed("Only an admin can do this.")


def _scripts(name: str) -> set[str]:
    """The scripts of the letters among those that look like Latin letters; others are left alone."""
    firsts = {unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()}
    return firsts & {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "LISU", "COPTIC", "CANADIAN"}
