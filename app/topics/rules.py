"""What a topic or a product may be called, and who looks after it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person, Role
from app.topics.models import Tag

MOST_TAGS = 5
LONGEST_TAG = 35
MOST_SYNONYMS = 20
MOST_STEWARDS = 5
LONGEST_DESCRIPTION = 300
LONGEST_TEMPLATE = 3_000
LONGEST_PRODUCT = 80
LONGEST_VERSION = 40
LONGEST_SLUG = 60
_TAG = re.compile(rf"[a-z0-9][a-z0-9+#.-]{{0,{LONGEST_TAG - 1}}}", re.ASCII)


def clean_tag(name: str) -> str:
    """A tag in its one spelling. Raises RuleBroken."""
    plain = re.sub(r"[\s_]+", "-", name.strip().lower())
    if not _TAG.fullmatch(plain):
        raise RuleBroken(f"The tag {name[:40]!r} may have letters, digits, +, #, . and - only, {LONGEST_TAG} at most.")
    return plain


def clean_tags(names: list[str]) -> list[str]:
    """Distinct tags in the order given. Raises RuleBroken for none or more than MOST_TAGS."""
    tags = list(dict.fromkeys(clean_tag(name) for name in names if name.strip()))
    if not tags:
        raise RuleBroken("Add at least one tag, so that the right people see your question.")
    if len(tags) > MOST_TAGS:
        raise RuleBroken(f"Use {MOST_TAGS} tags at the most; keep those that say most.")
    return tags


def clean_synonyms(names: list[str], main: str) -> list[str]:
    """Distinct other names of the tag `main`. Raises RuleBroken."""
    synonyms = list(dict.fromkeys(clean_tag(name) for name in names if name.strip()))
    if main in synonyms:
        raise RuleBroken(f"{main} is the name of this topic itself; name only others that mean the same.")
    if len(synonyms) > MOST_SYNONYMS:
        raise RuleBroken(f"{MOST_SYNONYMS} other names are enough for one topic.")
    return synonyms


def slug_of(name: str) -> str:
    """The readable part of a product's address. Raises RuleBroken for a name without a letter or digit."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_SLUG].strip("-")
    if not slug:
        raise RuleBroken("Give the product a name with letters or digits.")
    return slug


def keeps_topics(person: Person | None) -> bool:
    """Stewards and admins look after all topics and products."""
    return person is not None and person.holds(Role.STEWARD, Role.ADMIN)


def check_can_edit_tag(person: Person, stewards: Collection[Person]) -> None:
    """`stewards` are those of the topic itself."""
    if not keeps_topics(person) and person.id not in {steward.id for steward in stewards}:
        raise NotAllowed("Only a steward of this topic can change it.")


def check_can_name_stewards(person: Person) -> None:
    if not keeps_topics(person):
        raise NotAllowed("Only a steward of the whole site can say who looks after a topic.")


def check_can_keep_products(person: Person) -> None:
    if not keeps_topics(person):
        raise NotAllowed("Only stewards can change what is known about products.")


def check_stewards(people: Collection[Person]) -> None:
    """Raise RuleBroken where somebody who cannot look after a topic is named."""
    if len(people) > MOST_STEWARDS:
        raise RuleBroken(f"{MOST_STEWARDS} people are enough for one topic.")
    for person in people:
        if not person.is_employee:
            raise RuleBroken(f"@{person.handle} is no employee. Employees look after topics.")


def check_parent(tag: Tag, ancestors: Collection[int]) -> None:
    """`ancestors` are the ids of the parent and of all above it. Raises RuleBroken for a circle."""
    if tag.id in ancestors:
        raise RuleBroken("That topic belongs to this one already, so this one cannot belong to it.")


def check_dates(released: date | None, ends: date | None) -> None:
    if released and ends and ends < released:
        raise RuleBroken("A version cannot end before it came out.")
