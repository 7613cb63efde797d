"""Handles: what people call each other here. Unique even to a hasty eye, and never the name of a team."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection

from app.kernel.errors import RuleBroken

PATTERN = re.compile(r"[a-z][a-z0-9_-]{2,29}", re.ASCII)
LONGEST = 30
SHORTEST = 3

# Words that would read as the company, or that are (or may become) the first part of a path.
RESERVED = frozenset(
    "about abuse accessibility account accounts admin administrator answers api article articles ask assets boards "
    "care comments community company confirm csp-report decisions desk docs drafts editor employee everyone expert "
    "experts feeds files forum groups guest guidelines healthz help helpdesk ideas inbox info invitations join "
    "lessons mail marks me meetings members metrics moderation moderator news nobody null official opensearch "
    "passkeys people photos postmaster posts preview privacy products profile promise questions readyz reset robots "
    "root sales search searches security settings sign-in sign-out sign-up site sitemap staff static steward "
    "stewards support system tags team techcenter terms theme undefined verified webmaster welcome www".split()
)
# By these a handle would claim what only a role gives: as a word of it, or all of it but for numbers behind.
OFFICE_WORDS = ("official", "verified", "employee")
OFFICES = ("admin", "administrator", "moderator", "staff", "steward")
ROLE_WORDS = frozenset({"team", "support", "care", "official", "techcenter", "help", "sales", "service", "desk"})


def skeleton(handle: str) -> str:
    """What a hasty eye sees: separators dropped, look-alike letters folded together."""
    seen = re.sub(r"[_-]", "", handle.lower()).replace("rn", "m").replace("vv", "w")
    return seen.translate(str.maketrans("01i5", "olls"))


def check_handle(handle: str, *, brands: Collection[str]) -> None:
    """Raise RuleBroken with a sentence unless a person may be called `handle`."""
    # The sign of the unit Kelvin is no K, but its small letter is one.
    if not handle.isascii() or not PATTERN.fullmatch(handle.lower()):
        raise RuleBroken("A handle has 3 to 30 letters, digits, - or _, and begins with a letter.")
    if handle.lower() in RESERVED or skeleton(handle) in _reserved_skeletons():
        raise RuleBroken("That handle is kept for the site itself. Choose one that is yours.")
    if names_a_team(handle, brands):
        raise RuleBroken("A handle names a person, not a company or a team.")
    if _claims_office(handle.lower()):
        raise RuleBroken("A handle says who you are; it cannot hold an office.")


def suggest_handle(name: str, is_taken: Callable[[str], bool], *, number: int | None = None) -> str:
    """A free handle for `name`; where it is taken, with `number` (an id of the source) or a counter behind it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")[:LONGEST].rstrip("-")
    if len(base) < SHORTEST or skeleton(base) in _reserved_skeletons():
        base = f"member-{base}".rstrip("-")[:LONGEST]
    if not is_taken(base):
        return base
    ending = f"-{number}" if number is not None else "-2"
    counter = 2
    while is_taken(candidate := base[: LONGEST - len(ending)] + ending):
        counter += 1
        ending = f"-{number}-{counter}" if number is not None else f"-{counter}"
    return candidate


def _reserved_skeletons() -> frozenset[str]:
    return _RESERVED_SKELETONS


def names_a_team(name: str, brands: Collection[str]) -> bool:
    """True for a brand alone or with words of a role; a brand inside a person's handle is fine (@DellServerGeek).

    Names can be asked about as well as handles.
    """
    seen = re.sub(r"[\W_]", "", name.lower())
    bare = [re.sub(r"[^a-z0-9]", "", brand.lower()) for brand in brands]
    # Once as it is written, and once with 1 for i and 0 for o as a hasty eye reads it.
    return _is_team(seen, bare, ROLE_WORDS) or _is_team(
        skeleton(seen), [skeleton(brand) for brand in bare], [skeleton(word) for word in ROLE_WORDS]
    )


def _claims_office(handle: str) -> bool:
    words = {skeleton(word.rstrip("0123456789")) for word in re.split("[_-]", handle)}
    whole = skeleton(handle.rstrip("0123456789_-"))
    return not words.isdisjoint(map(skeleton, OFFICE_WORDS)) or whole in map(skeleton, OFFICES)


def _is_team(seen: str, brands: Collection[str], role_words: Collection[str]) -> bool:
    words = rf"(?:{'|'.join(role_words)}|[0-9])"
    for brand in brands:
        rest = seen.replace(brand, "", 1)
        if rest != seen and re.fullmatch(rf"{words}*", rest):
            return True
    return bool(re.fullmatch(rf"{words}+", seen))


_RESERVED_SKELETONS = frozenset(skeleton(word) for word in RESERVED)
